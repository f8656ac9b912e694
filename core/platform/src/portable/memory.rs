//! The memory of this process.

use std::io;

use crate::native::{Part, Unsupported};

/// Does nothing: the memory of a buffer stays until it is freed.
pub fn give_back(_buffer: &mut [u8]) {}

/// Fails: [`Unsupported`].
pub fn keep_private() -> io::Result<()> {
    Err(Unsupported(Part::PrivateMemory).into())
}
