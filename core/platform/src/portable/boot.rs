//! The start of the computer: not known.

use std::io;

use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn id() -> io::Result<String> {
    Err(Unsupported(Part::Boot).into())
}
