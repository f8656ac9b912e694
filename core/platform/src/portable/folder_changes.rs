//! Changes of configuration files in a folder. Not noticed without an adapter.

use std::io;
use std::path::Path;

use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn watch(_: &Path, _: impl Fn() + Send + 'static) -> io::Result<()> {
    Err(Unsupported(Part::FolderChanges).into())
}
