//! Rights that this process could give up: none without an adapter.

use std::io;
use std::path::Path;

use crate::native::{Part, Unsupported};
use crate::sandbox::Restriction;

/// Fails: [`Unsupported`].
pub fn keep_files_of_tunnels(_: &[&Path]) -> io::Result<Restriction> {
    Err(Unsupported(Part::FileSandbox).into())
}

/// Fails: [`Unsupported`].
pub fn give_up_starting_programs() -> io::Result<()> {
    Err(Unsupported(Part::SystemCallSandbox).into())
}
