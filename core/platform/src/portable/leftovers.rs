//! Replaces the module of the same name on systems without this adapter: leftovers are not found.

use std::io;
use std::num::NonZeroU32;
use std::path::Path;

use crate::leftovers::{Found, InUse, Leftover};
use crate::native::{Part, Unsupported};
use crate::network::NetworkError;

/// Always fails: [`Unsupported`].
pub fn find(_: &Path) -> Result<Found, NetworkError> {
    Err(NetworkError::kernel("looking for leftovers")(Unsupported(Part::Leftovers).into()))
}

/// Always fails: [`Unsupported`].
pub fn in_use() -> io::Result<Vec<InUse>> {
    Err(Unsupported(Part::Leftovers).into())
}

/// Always fails: [`Unsupported`].
pub fn running_service() -> io::Result<Option<NonZeroU32>> {
    Err(Unsupported(Part::Leftovers).into())
}

/// Always fails: [`Unsupported`].
pub fn remove(leftover: &Leftover) -> Result<(), NetworkError> {
    Err(NetworkError::kernel(format!("removing {leftover}"))(Unsupported(Part::Leftovers).into()))
}
