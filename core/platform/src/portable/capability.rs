//! Capabilities of this process: not known.

use std::io;

use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn may_change_network() -> io::Result<bool> {
    Err(Unsupported(Part::Capability).into())
}
