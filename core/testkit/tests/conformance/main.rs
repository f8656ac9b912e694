//! The rows of the conformance page, each as a test that begins with the row's name: P for messages, Q for silence, R for sessions.
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
