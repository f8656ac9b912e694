//! From who somebody is to what they may.

use std::fmt;
use std::sync::Arc;

use adit_api::{Action, Role};

/// Who is at the other end of a connection, as the operating system vouches for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Number of the user; limits are counted by it.
    pub uid: u32,
    /// Numbers of all groups of the process.
    pub groups: Vec<u32>,
    /// The process; None where it cannot be seen.
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").field("pid", &self.pid).finish_non_exhaustive()
    }
}

impl Peer {
    /// For the log.
    pub(crate) fn who(&self) -> String {
        match &self.process {
            Some(Process { pid, .. }) => format!("uid {}, pid {pid}", self.uid),
            None => format!("uid {}", self.uid),
        }
    }
}

/// Decides what somebody may.
pub trait RoleSource: Send + Sync + 'static {
    /// What `peer` may at this moment without anybody being asked. Must not block: it decides which places the peer may take.
    fn standing(&self, peer: &Peer) -> Role;

    /// What `peer` may at this moment, who asks for something that needs the role `needs`. Nobody is to be asked (for a password) whose
    /// role is enough without.
    fn role(&self, peer: &Peer, needs: Role) -> impl Future<Output = Role> + Send;

    /// The action that `peer` is granted for a request that needs `needs`. Asks polkit, which may ask the user for a password.
    fn action(&self, peer: &Peer, needs: Option<Action>) -> impl Future<Output = Option<Action>> + Send;
}
