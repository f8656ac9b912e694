//! The rights that the system gives a user of Adit.

pub use crate::system::authority::Authority;

/// The rights of a user without a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Everything: root, or the system itself.
    Administrator,
    /// Bring tunnels up and down.
    Operator,
    /// Look.
    Observer,
}

/// Something that the system's authority is asked about. The authority may ask the user for a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Change, reveal and remove tunnels.
    Administer,
    /// Open a kill switch.
    KillSwitch,
    /// End lockdown.
    Lockdown,
}

/// Why the authority has not decided.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// There is none on this computer, or it does not know Adit's permissions.
    #[error("{0}")]
    Absent(String),
    /// It failed, or did not answer in time.
    #[error("{0}")]
    Failed(String),
}
