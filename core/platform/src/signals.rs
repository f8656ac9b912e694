//! Requests of the system or of a person that this process ends.

pub use crate::files::signals::{Closer, Signals, set_on_end};

/// A request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// Ctrl-C (SIGINT).
    Interrupt,
    /// The process is to end (SIGTERM).
    Terminate,
    /// The terminal was closed (SIGHUP).
    HangUp,
}

impl Signal {
    /// Its number, for the exit status of a process that it ended: 128 more than this.
    pub const fn number(self) -> i32 {
        match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }
}
