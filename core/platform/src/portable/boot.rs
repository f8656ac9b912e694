//! The id of the computer's boot. Unsupported without an adapter.

use std::io;

use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn id() -> io::Result<String> {
    Err(Unsupported(Part::Boot).into())
}
