//! Replaces the module of the same name on systems without this adapter: there is no helper process.

use std::io;

use crate::native::{Part, Unsupported};

/// The first command line argument that would make the executable the helper.
pub const ARGUMENT: &str = "--run-programs-for-parent";

/// Always fails: [`Unsupported`].
pub fn start() -> io::Result<()> {
    Err(Unsupported(Part::Helper).into())
}

/// Always fails: [`Unsupported`].
pub fn serve() -> io::Result<()> {
    Err(Unsupported(Part::Helper).into())
}

/// Returns at once: no helper was started.
pub fn wait_for_its_end() {}
