//! Rights of users. Without an adapter that knows the system's users, nobody has any.

use super::peer::User;
use crate::authority::{AuthorityError, Permission, Standing};
use crate::native::{Part, Unsupported};
use crate::peer::Peer;

/// An authority that knows no users.
#[derive(Debug)]
pub struct Authority(());

impl Authority {
    /// Returns the authority of this system.
    pub fn system() -> Self {
        Self(())
    }

    /// Cannot be called: there is no user.
    pub fn standing(&self, user: &User) -> Standing {
        user.standing()
    }

    /// Fails: [`Unsupported`].
    pub async fn allows(&self, _: Permission, _: &Peer) -> Result<bool, AuthorityError> {
        Err(AuthorityError::Absent(Unsupported(Part::Authority).to_string()))
    }
}
