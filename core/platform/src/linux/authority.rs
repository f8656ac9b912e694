//! The rights of users on Linux: root may do everything, members of a group and the user at the computer may use tunnels, and
//! polkit decides about the rest.

use std::path::{Path, PathBuf};

use super::polkit::{Polkit, PolkitError};
use super::seat;
use crate::authority::{AuthorityError, Permission, Standing};
use crate::peer::{Peer, User};
use crate::unix::account;

/// Decides by user, group and seat, and asks polkit.
#[derive(Debug)]
pub struct Authority {
    /// Number of the operators' group, if it exists.
    group: Option<u32>,
    /// The folder in which systemd-logind records who is at the computer.
    users: PathBuf,
    /// None: no authority is asked, and only root has more rights than its standing.
    polkit: Option<Polkit>,
}

impl Authority {
    /// Makes the authority of this computer.
    pub fn system() -> Self {
        let group = account::group(account::OPERATORS).unwrap_or_else(|error| {
            tracing::warn!(%error, "the group `{}` could not be looked up: nobody is in it", account::OPERATORS);
            None
        });
        Self::with(group, Path::new(seat::USERS)).and(Polkit::system())
    }

    /// Makes an authority without polkit. `group` is the operators' group, `users` the folder in which systemd-logind records who
    /// is at the computer.
    pub fn with(group: Option<u32>, users: &Path) -> Self {
        Self { group, users: users.to_owned(), polkit: None }
    }

    /// Adds polkit.
    pub fn and(self, polkit: Polkit) -> Self {
        Self { polkit: Some(polkit), ..self }
    }

    /// Returns the rights of the user without a password.
    pub fn standing(&self, user: &User) -> Standing {
        let is_operator = || self.group.is_some_and(|group| user.groups.contains(&group));
        match user.uid {
            0 => Standing::Administrator,
            uid if is_operator() || seat::is_active(&self.users, uid) => Standing::Operator,
            _ => Standing::Observer,
        }
    }

    /// Returns true if the user's process is granted the permission. Asks the user if the policy requires it; dropping the future
    /// cancels the question.
    ///
    /// # Errors
    /// If polkit is not available, or has not decided.
    pub async fn allows(&self, permission: Permission, peer: &Peer) -> Result<bool, AuthorityError> {
        let Some(polkit) = &self.polkit else { return Err(AuthorityError::Absent(PolkitError::Absent.to_string())) };
        polkit.allows(permission, peer.user.uid, peer.process.as_ref()).await.map_err(|error| match error {
            PolkitError::Absent => AuthorityError::Absent(error.to_string()),
            PolkitError::Bus(_) | PolkitError::TimedOut => AuthorityError::Failed(error.to_string()),
        })
    }
}
