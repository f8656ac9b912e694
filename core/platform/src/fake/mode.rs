//! Modes of files for tests of every system.

use std::path::Path;

/// Sets the mode of a file. Returns false where files have none.
///
/// # Panics
/// If the system refuses.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let set = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    assert!(set.is_ok(), "{}: {set:?}", path.display());
    true
}

/// Returns false: files have no mode here.
#[cfg(not(unix))]
pub fn set_mode(_: &Path, _: u32) -> bool {
    false
}
