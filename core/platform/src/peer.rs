//! The user and the process at the other end of a local connection, as the system reports them.

use std::fmt;
use std::sync::Arc;

pub use crate::system::peer::User;

/// The other end of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// The user of the other end.
    pub user: User,
    /// The process of the other end; None if it cannot be determined.
    pub process: Option<Process>,
}

/// A process by id, held so that a later process with the same id is not mistaken for it.
#[derive(Clone)]
pub struct Process {
    /// Process id.
    pub pid: u32,
    lives: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Process {
    /// Wraps a process id. `lives` returns true until the process has ended; while it does, no other process has the id.
    pub fn new(pid: u32, lives: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { pid, lives: Arc::new(lives) }
    }

    /// Returns true until the process has ended.
    pub fn lives(&self) -> bool {
        (self.lives)()
    }
}

impl PartialEq for Process {
    fn eq(&self, other: &Self) -> bool {
        self.pid == other.pid && Arc::ptr_eq(&self.lives, &other.lives)
    }
}

impl Eq for Process {}

impl fmt::Debug for Process {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Process").field("pid", &self.pid).finish_non_exhaustive()
    }
}
