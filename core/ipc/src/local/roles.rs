//! The roles that this system's authority (groups, seats and polkit) gives to users.

use adit_api::{Action, Role};
use adit_platform::native::authority::{Authority, AuthorityError, Permission, Standing};

use crate::{Peer, RoleSource};

/// The source of the roles of this computer's users.
#[derive(Debug)]
pub struct LocalRoles(Authority);

impl LocalRoles {
    /// Uses the authority of this computer as it is set up.
    pub fn new() -> Self {
        Self(Authority::system())
    }
}

impl Default for LocalRoles {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Authority> for LocalRoles {
    fn from(authority: Authority) -> Self {
        Self(authority)
    }
}

impl RoleSource for LocalRoles {
    /// Returns the role that the user has without being asked for a password.
    fn standing(&self, peer: &Peer) -> Role {
        match self.0.standing(&peer.native.user) {
            Standing::Administrator => Role::Administer,
            Standing::Operator => Role::Operate,
            Standing::Observer => Role::Status,
        }
    }

    async fn role(&self, peer: &Peer, needs: Role) -> Role {
        let standing = self.standing(peer);
        if needs != Role::Administer || standing == Role::Administer || peer.native.process.is_none() {
            return standing;
        }
        match self.0.allows(Permission::Administer, &peer.native).await {
            Ok(true) => Role::Administer,
            Ok(false) => standing,
            Err(error) => {
                tracing::info!(who = peer.who(), %error, "no authority decided: nobody but an administrator may administer");
                standing
            }
        }
    }

    async fn action(&self, peer: &Peer, needs: Option<Action>) -> Option<Action> {
        if peer.id.is_administrator() {
            return Some(Action::Lockdown);
        }
        let (needs, permission) = match needs? {
            action @ Action::KillSwitch => (action, Permission::KillSwitch),
            action @ Action::Lockdown => (action, Permission::Lockdown),
        };
        match self.0.allows(permission, &peer.native).await {
            Ok(is_allowed) => is_allowed.then_some(needs),
            Err(AuthorityError::Absent(_)) => (self.standing(peer) >= needs.usual_role()).then_some(needs),
            Err(error @ AuthorityError::Failed(_)) => {
                tracing::info!(who = peer.who(), ?permission, %error, "the authority did not decide: only an administrator may");
                None
            }
        }
    }
}
