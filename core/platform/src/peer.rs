//! The user and the process at the other end of a local connection, as the system vouches for them.

use std::fmt;
use std::sync::Arc;

pub use crate::system::peer::User;

/// The other end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Its user.
    pub user: User,
    /// Its process; None where it cannot be seen.
    pub process: Option<Process>,
}

/// A process by number, held so that a later process with the same number is not taken for it.
#[derive(Clone)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    lives: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Process {
    /// `lives` says whether it has not ended; as long as that is so, no other process has its number.
    pub fn new(pid: u32, lives: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { pid, lives: Arc::new(lives) }
    }

    /// Whether it has not ended.
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
