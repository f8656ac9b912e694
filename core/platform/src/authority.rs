//! The rights that the system gives a user of Adit.

pub use crate::system::authority::Authority;

/// The rights of a user without a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// All rights: root, or the system itself.
    Administrator,
    /// May bring tunnels up and down.
    Operator,
    /// May only look at tunnels.
    Observer,
}

/// A right that the system's authority (such as polkit) grants. The authority may ask the user for a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Change, export and remove tunnels.
    Administer,
    /// Open a kill switch.
    KillSwitch,
    /// End lockdown.
    Lockdown,
}

/// The reason why the authority has not decided.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The computer has no authority, or it does not know Adit's permissions.
    #[error("{0}")]
    Absent(String),
    /// The authority failed, or did not answer in time.
    #[error("{0}")]
    Failed(String),
}
