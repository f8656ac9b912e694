//! Authority on Linux: root may do everything; members of a group and the user at the computer use tunnels; polkit decides about the rest.

use std::path::{Path, PathBuf};

use super::polkit::{Polkit, PolkitError};
use super::seat;
use crate::authority::{AuthorityError, Permission, Standing};
use crate::peer::{Peer, User};
use crate::unix::account;

/// Decides by user, group and seat, and asks polkit.
#[derive(Debug)]
pub struct Authority {
    /// Number of the group of operators, where there is one.
    group: Option<u32>,
    /// Where systemd-logind says who sits at the computer.
    users: PathBuf,
    /// None: nobody is asked, and only root may do more than its standing says.
    polkit: Option<Polkit>,
}

impl Authority {
    /// As this computer is set up.
    pub fn system() -> Self {
        let group = account::group(account::OPERATORS).unwrap_or_else(|error| {
            tracing::warn!(%error, "the group `{}` could not be looked up: nobody is in it", account::OPERATORS);
            None
        });
        Self::with(group, Path::new(seat::USERS)).and(Polkit::system())
    }

    /// With the group of this number, and with the folder where systemd-logind writes down who sits at the computer. Without polkit.
    pub fn with(group: Option<u32>, users: &Path) -> Self {
        Self { group, users: users.to_owned(), polkit: None }
    }

    /// Lets polkit decide.
    pub fn and(self, polkit: Polkit) -> Self {
        Self { polkit: Some(polkit), ..self }
    }

    /// The rights of the user without a password.
    pub fn standing(&self, user: &User) -> Standing {
        let is_operator = || self.group.is_some_and(|group| user.groups.contains(&group));
        match user.uid {
            0 => Standing::Administrator,
            uid if is_operator() || seat::is_active(&self.users, uid) => Standing::Operator,
            _ => Standing::Observer,
        }
    }

    /// Whether the process of the user is allowed that. Asks the user where the policy says so; dropping the future takes the question
    /// back.
    ///
    /// # Errors
    /// When polkit is not there, or has not decided.
    pub async fn allows(&self, permission: Permission, peer: &Peer) -> Result<bool, AuthorityError> {
        let Some(polkit) = &self.polkit else { return Err(AuthorityError::Absent(PolkitError::Absent.to_string())) };
        polkit.allows(permission, peer.user.uid, peer.process.as_ref()).await.map_err(|error| match error {
            PolkitError::Absent => AuthorityError::Absent(error.to_string()),
            PolkitError::Bus(_) | PolkitError::TimedOut => AuthorityError::Failed(error.to_string()),
        })
    }
}
