//! Finds files that are named after interfaces.

use std::io;
use std::path::Path;

use adit_config::InterfaceName;

/// Returns the interfaces that have a file `NAME` + `ending` in `folder`. Empty if the folder does not exist.
pub(super) fn interfaces(folder: &Path, ending: &str) -> io::Result<Vec<InterfaceName>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let file = entry?.file_name();
        names.extend(file.to_str().and_then(|file| file.strip_suffix(ending)?.parse().ok()));
    }
    names.sort();
    Ok(names)
}
