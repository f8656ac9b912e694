//! The folders of the service. They are in the folder of programs, where only administrators can make files: in the folder for the
//! data of programs every user could make Adit's folder before Adit does.

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;
use std::ptr;

use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::UI::Shell::{FOLDERID_ProgramFiles, SHGetKnownFolderPath};

use super::sid::length;

/// Used if the system does not say where programs are.
const PROGRAM_FILES: &str = r"C:\Program Files";

/// The folder of the stored tunnels.
pub fn state() -> PathBuf {
    adit().join("Data")
}

/// The folder of configurations that are used in place.
pub fn configurations() -> PathBuf {
    adit().join("Configurations")
}

/// The folder of the claims on tunnels' names.
pub(super) fn claims() -> PathBuf {
    adit().join("Claims")
}

fn adit() -> PathBuf {
    program_files().unwrap_or_else(|| PROGRAM_FILES.into()).join("Adit")
}

fn program_files() -> Option<PathBuf> {
    let (folder, mut text) = (FOLDERID_ProgramFiles, ptr::null_mut());
    // SAFETY: the system writes one pointer, to a text that ends with a zero and that is freed below also after a failure.
    let code = unsafe { SHGetKnownFolderPath(&raw const folder, 0, ptr::null_mut(), &raw mut text) };
    let path = (code == 0 && !text.is_null()).then(|| {
        // SAFETY: as above; the text is read up to its zero.
        OsString::from_wide(unsafe { std::slice::from_raw_parts(text, length(text)) }).into()
    });
    // SAFETY: the system has allocated it, or it is null, which is allowed.
    unsafe { CoTaskMemFree(text.cast()) };
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_folders_of_the_service_are_beside_each_other_in_the_folder_of_programs() {
        let (state, configurations) = (super::state(), super::configurations());
        assert!(state.is_absolute() && state.ends_with(r"Adit\Data"), "{}", state.display());
        assert_eq!(state.parent(), configurations.parent());
        assert!(state.parent().unwrap().parent().unwrap().is_dir());
    }
}
