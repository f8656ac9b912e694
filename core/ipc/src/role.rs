//! From who somebody is to what they may.

use adit_api::{Action, PeerId, Role};
use adit_platform::native::peer::Peer as NativePeer;

/// Who is at the other end of a connection, as the operating system vouches for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Its user; limits are counted by it.
    pub id: PeerId,
    /// The same user and its process in the system's terms, for a [`RoleSource`].
    pub native: NativePeer,
}

impl From<NativePeer> for Peer {
    fn from(native: NativePeer) -> Self {
        Self { id: PeerId::new(native.user.to_string(), native.user.is_administrator()), native }
    }
}

impl Peer {
    /// For the log.
    pub(crate) fn who(&self) -> String {
        match &self.native.process {
            Some(process) => format!("{}, pid {}", self.id, process.pid),
            None => self.id.to_string(),
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

    /// The action that `peer` is granted for a request that needs `needs`. Asks the system's authority (polkit), which may ask the user for a password.
    fn action(&self, peer: &Peer, needs: Option<Action>) -> impl Future<Output = Option<Action>> + Send;
}
