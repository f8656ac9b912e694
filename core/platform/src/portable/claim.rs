//! Claims of a tunnel's name: not without an adapter.

use std::convert::Infallible;
use std::num::NonZeroU32;

use adit_config::InterfaceName;

use crate::devices::{Claim, ClaimError, Owner};
use crate::native::{Part, Unsupported};

/// Cannot be had.
#[derive(Debug)]
pub struct LockFile(Infallible);

/// The holder of the lock.
#[derive(Debug)]
pub enum Held {
    /// Nobody did; now the caller has.
    Ours(LockFile),
    /// Another process.
    By {
        /// Its number.
        process: NonZeroU32,
        /// Whether that is the service or `adit up`.
        owner: Owner,
    },
}

impl LockFile {
    /// Fails: [`Unsupported`].
    pub fn try_take(name: &InterfaceName, _: Owner) -> Result<Held, ClaimError> {
        Err(ClaimError::Io { doing: format!("claim the name {name}"), error: Unsupported(Part::Claim).into() })
    }

    /// Cannot be called.
    pub fn abandon(self) {
        match self.0 {}
    }
}

impl Claim for LockFile {}
