//! The rules of docs/PROTOCOL-RULES.md, each as a test whose name begins with the number: P messages, Q silence, R sessions.
//! All in virtual time, against engines in a simulated network or against the independent probe.

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
