//! From who somebody is to what they may.

use adit_api::Role;

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

/// A process by number, and by a time that tells it from a later process with the same number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it started, in the system's own measure.
    pub started: u64,
}

impl Peer {
    /// For the log.
    pub(crate) fn who(&self) -> String {
        match self.process {
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
}
