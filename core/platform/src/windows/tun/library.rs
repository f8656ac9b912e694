//! Loads `wintun.dll`, which talks to the signed driver that it contains: from this program's own folder alone, and only the
//! file that Adit was tested with, because it runs with all rights of the service.

use std::fs::File;
use std::io::{self, Read};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use libloading::os::windows::{LOAD_LIBRARY_SEARCH_SYSTEM32, Library};
use sha2::{Digest as _, Sha256};
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_READ;
use wintun_bindings::Wintun;

use super::TunError;

/// The version of the library.
pub const DLL_VERSION: &str = "0.14.1";

/// SHA-256 of the library, as the crate `wintun-bindings` contains it for this processor. A test of xtask compares both.
#[cfg(target_arch = "x86_64")]
pub const DLL: &str = "e5da8447dc2c320edc0fc52fa01885c103de8c118481f683643cacc3220dafce";
/// As above.
#[cfg(target_arch = "aarch64")]
pub const DLL: &str = "f7ba89005544be9d85231a9e0d5f23b2d15b3311667e2dad0debd344918a3f80";

/// Names a library that stands in for the driver in tests. Only debug builds follow it.
pub(super) const FOR_TESTS: &str = "ADIT_TEST_WINTUN";

/// Loads the library.
pub(super) fn load() -> Result<Wintun, TunError> {
    if let Some(path) = std::env::var_os(FOR_TESTS) {
        return if cfg!(debug_assertions) { load_file(Path::new(&path)) } else { Err(TunError::ForTests) };
    }
    let path = beside_this_program()?;
    // While the file is open like this, nobody can change or replace it.
    let mut file = File::options().read(true).share_mode(FILE_SHARE_READ).open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => TunError::Missing(path.clone()),
        _ => TunError::Load { path: path.clone(), error },
    })?;
    if !is_known(&mut file).map_err(|error| TunError::Load { path: path.clone(), error })? {
        return Err(TunError::Altered(path));
    }
    load_file(&path)
}

fn beside_this_program() -> Result<PathBuf, TunError> {
    let program = std::env::current_exe().map_err(|error| TunError::Load { path: "wintun.dll".into(), error })?;
    Ok(program.with_file_name("wintun.dll"))
}

/// Returns true if the content is the library that Adit was tested with.
fn is_known(content: &mut impl Read) -> io::Result<bool> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match content.read(&mut buffer)? {
            0 => break,
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(digest == DLL)
}

fn load_file(path: &Path) -> Result<Wintun, TunError> {
    let failed = |error: io::Error| TunError::Load { path: path.to_owned(), error };
    if !path.is_absolute() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "the path is not absolute")));
    }
    // SAFETY: the library is known by its hash, or the user of a debug build has chosen it. What it needs itself is looked for
    // among the files of the system only.
    let library = unsafe { Library::load_with_flags(path, LOAD_LIBRARY_SEARCH_SYSTEM32) };
    let library = library.map_err(|error| failed(io::Error::other(error)))?;
    // SAFETY: the functions have the types of `wintun.h` 0.14, which the bindings were made from.
    unsafe { wintun_bindings::load_from_library(library) }.map_err(|error| failed(io::Error::other(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_file_than_the_known_one_is_refused() {
        for content in [&b""[..], b"MZ", &[7; 200_000]] {
            assert!(!is_known(&mut &*content).unwrap());
        }
    }

    #[test]
    fn a_library_beside_the_program_that_is_missing_or_altered_is_told_apart() {
        let path = beside_this_program().unwrap();
        assert!(path.is_absolute());
        assert!(matches!(load(), Err(TunError::Missing(missing)) if missing == path));
        std::fs::write(&path, b"MZ, but not that one").unwrap();
        let refused = load();
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(refused, Err(TunError::Altered(altered)) if altered == path));
    }

    #[test]
    fn a_relative_path_is_not_searched_for() {
        assert!(matches!(load_file(Path::new("wintun.dll")), Err(TunError::Load { .. })));
    }
}
