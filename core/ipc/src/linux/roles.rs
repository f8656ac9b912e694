//! What somebody may on Linux: root everything; who sits at the computer, and members of a group, use tunnels; all others look.

use std::path::{Path, PathBuf};

use adit_api::{Action, Role};
use adit_platform::linux::seat;
use adit_platform::unix::account;

use super::{ADMINISTER, KILL_SWITCH, LOCKDOWN, Polkit, PolkitError};
use crate::{Peer, RoleSource};

/// Roles by user, group and seat.
#[derive(Debug)]
pub struct LocalRoles {
    /// Number of the group of operators, where there is one.
    group: Option<u32>,
    /// Where systemd-logind says who sits at the computer.
    users: PathBuf,
    /// Asked about who wants to administer and is not root.
    polkit: Option<Polkit>,
}

impl LocalRoles {
    /// As this computer is set up.
    pub fn new() -> Self {
        let group = account::group(account::OPERATORS).unwrap_or_else(|error| {
            tracing::warn!(%error, "the group `{}` could not be looked up: nobody is in it", account::OPERATORS);
            None
        });
        Self::with(group, Path::new(seat::USERS)).and(Polkit::system())
    }

    /// With the group of this number, and with the folder where systemd-logind writes down who sits at the computer.
    pub fn with(group: Option<u32>, users: &Path) -> Self {
        Self { group, users: users.to_owned(), polkit: None }
    }

    /// Lets polkit decide who else may administer. Without it that is root alone.
    pub fn and(self, polkit: Polkit) -> Self {
        Self { polkit: Some(polkit), ..self }
    }
}

impl Default for LocalRoles {
    fn default() -> Self {
        Self::new()
    }
}

impl RoleSource for LocalRoles {
    /// What somebody may without being asked for a password.
    fn standing(&self, peer: &Peer) -> Role {
        let is_operator = || self.group.is_some_and(|group| peer.groups.contains(&group));
        match peer.uid {
            0 => Role::Administer,
            uid if is_operator() || seat::is_active(&self.users, uid) => Role::Operate,
            _ => Role::Status,
        }
    }

    async fn role(&self, peer: &Peer, needs: Role) -> Role {
        let standing = self.standing(peer);
        let (Role::Administer, Some(polkit), Some(process)) = (needs, &self.polkit, &peer.process) else {
            return standing;
        };
        if standing == Role::Administer {
            return standing;
        }
        match polkit.allows(ADMINISTER, peer.uid, Some(process)).await {
            Ok(true) => Role::Administer,
            Ok(false) => standing,
            Err(error) => {
                tracing::info!(who = peer.who(), %error, "polkit was asked and did not decide: nobody but root may administer");
                standing
            }
        }
    }

    async fn action(&self, peer: &Peer, needs: Option<Action>) -> Option<Action> {
        if peer.uid == 0 {
            return Some(Action::Lockdown);
        }
        let (needs, id) = match needs? {
            action @ Action::KillSwitch => (action, KILL_SWITCH),
            action @ Action::Lockdown => (action, LOCKDOWN),
        };
        let usually = (self.standing(peer) >= needs.usual_role()).then_some(needs);
        let Some(polkit) = &self.polkit else { return usually };
        match polkit.allows(id, peer.uid, peer.process.as_ref()).await {
            Ok(is_allowed) => is_allowed.then_some(needs),
            Err(PolkitError::Absent) => usually,
            Err(error) => {
                tracing::info!(who = peer.who(), action = id, %error, "polkit was asked and did not decide: only root may");
                None
            }
        }
    }
}
