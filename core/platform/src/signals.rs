//! Signals by which the system or a person asks this process to end.

pub use crate::files::signals::{Closer, Signals, set_on_end};

/// A request to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// Ctrl-C (SIGINT).
    Interrupt,
    /// A request to terminate (SIGTERM).
    Terminate,
    /// The terminal was closed (SIGHUP).
    HangUp,
}

impl Signal {
    /// Returns the signal's number. The exit status of a process ended by the signal is 128 plus this number.
    pub const fn number(self) -> i32 {
        match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }
}
