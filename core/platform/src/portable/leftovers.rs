//! What killed processes left behind: not found without an adapter.

use std::io;
use std::num::NonZeroU32;
use std::path::Path;

use crate::host::HostError;
use crate::leftovers::{Found, InUse, Leftover};
use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn find(_: &Path) -> Result<Found, HostError> {
    Err(HostError::kernel("looking for leftovers")(Unsupported(Part::Leftovers).into()))
}

/// Fails: [`Unsupported`].
pub fn in_use() -> io::Result<Vec<InUse>> {
    Err(Unsupported(Part::Leftovers).into())
}

/// Fails: [`Unsupported`].
pub fn running_service() -> io::Result<Option<NonZeroU32>> {
    Err(Unsupported(Part::Leftovers).into())
}

/// Fails: [`Unsupported`].
pub fn remove(leftover: &Leftover) -> Result<(), HostError> {
    Err(HostError::kernel(format!("removing {leftover}"))(Unsupported(Part::Leftovers).into()))
}
