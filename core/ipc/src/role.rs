//! The identity of a connecting user, and the trait that maps it to a role.

use adit_api::{Action, PeerId, Role};
use adit_platform::native::peer::Peer as NativePeer;

/// The user and process at the other end of a connection, as identified by the operating system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// The user. Limits are counted for it.
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
    /// Returns the user and the process id for the log.
    pub(crate) fn who(&self) -> String {
        match &self.native.process {
            Some(process) => format!("{}, pid {}", self.id, process.pid),
            None => self.id.to_string(),
        }
    }
}

/// Decides which role and actions a user is granted.
pub trait RoleSource: Send + Sync + 'static {
    /// Returns the role that `peer` has at this moment without a password prompt. Must not block: the role decides which
    /// connection limits apply.
    fn standing(&self, peer: &Peer) -> Role;

    /// Returns the role that `peer` has at this moment for a request that needs the role `needs`. Must not prompt a user whose
    /// role suffices already.
    fn role(&self, peer: &Peer, needs: Role) -> impl Future<Output = Role> + Send;

    /// Returns the action that `peer` is granted for a request that needs `needs`. Asks the system's authority (polkit), which
    /// may prompt the user for a password.
    fn action(&self, peer: &Peer, needs: Option<Action>) -> impl Future<Output = Option<Action>> + Send;
}
