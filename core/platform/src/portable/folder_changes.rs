//! Changes of configuration files in a folder: not noticed.

use std::io;
use std::path::Path;

use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn watch(_: &Path, _: impl Fn() + Send + 'static) -> io::Result<()> {
    Err(Unsupported(Part::FolderChanges).into())
}
