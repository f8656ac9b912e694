//! Tests of the rules in docs/PROTOCOL-RULES.md. The name of each test begins with the number of its rule: P messages, Q silence,
//! R sessions. All run in virtual time, against engines in a simulated network or against the independent probe.

mod messages;
mod recovery;
mod reference;
mod roaming;
mod routing;
mod sessions;
mod silence;
mod stage;
mod threads;
mod timers;
mod vectors;
