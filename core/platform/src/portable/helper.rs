//! The helper process that runs programs: there is none.

use std::io;

use crate::native::{Part, Unsupported};

/// The settings of a helper process.
pub const ARGUMENT: &str = "--run-programs-for-parent";

/// Fails: [`Unsupported`].
pub fn start() -> io::Result<()> {
    Err(Unsupported(Part::Helper).into())
}

/// Fails: [`Unsupported`].
pub fn serve() -> io::Result<()> {
    Err(Unsupported(Part::Helper).into())
}

/// Returns at once: none was started.
pub fn wait_for_its_end() {}
