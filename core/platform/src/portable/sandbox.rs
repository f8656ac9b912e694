//! Replaces the module of the same name on systems without this adapter: no rights can be given up.

use std::io;
use std::path::Path;

use crate::native::{Part, Unsupported};
use crate::sandbox::Restriction;

/// Always fails: [`Unsupported`].
pub fn keep_files_of_tunnels(_: &[&Path]) -> io::Result<Restriction> {
    Err(Unsupported(Part::FileSandbox).into())
}

/// Always fails: [`Unsupported`].
pub fn give_up_starting_programs() -> io::Result<()> {
    Err(Unsupported(Part::SystemCallSandbox).into())
}
