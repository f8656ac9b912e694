//! Replaces the module of the same name on systems without this adapter: the capabilities of the process are unknown.

use std::io;

use crate::native::{Part, Unsupported};

/// Always fails: [`Unsupported`].
pub fn may_change_network() -> io::Result<bool> {
    Err(Unsupported(Part::Capability).into())
}
