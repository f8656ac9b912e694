//! Replaces the module of the same name on systems without this adapter: names cannot be claimed.

use std::convert::Infallible;
use std::num::NonZeroU32;

use adit_config::InterfaceName;

use crate::devices::{Claim, ClaimError, Owner};
use crate::native::{Part, Unsupported};

/// A lock that cannot exist.
#[derive(Debug)]
pub struct LockFile(Infallible);

/// The outcome of an attempt to take the lock.
#[derive(Debug)]
pub enum Held {
    /// The lock was free, and the caller has it now.
    Ours(LockFile),
    /// Another process holds the lock.
    By {
        /// The number of that process.
        process: NonZeroU32,
        /// The kind of that process: the service or `adit up`.
        owner: Owner,
    },
}

impl LockFile {
    /// Always fails: [`Unsupported`].
    pub fn try_take(name: &InterfaceName, _: Owner) -> Result<Held, ClaimError> {
        Err(ClaimError::Io { doing: format!("claim the name {name}"), error: Unsupported(Part::Claim).into() })
    }

    /// Cannot be called.
    pub fn abandon(self) {
        match self.0 {}
    }
}

impl Claim for LockFile {}
