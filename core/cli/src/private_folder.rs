//! New folders that only this user can enter.

use std::env;
use std::path::Path;

use adit_platform::native::scratch_folder::ScratchFolder;
use adit_platform::private_folder::FolderError;

/// The parent folder if no variable names a safe one.
const TEMPORARY: &str = "/tmp";

/// Makes a folder, in memory if there is a suitable place. The variables may be another user's, as after `su` or `sudo -E`, so a
/// place is used only if no other user can change it.
pub(crate) fn private_folder(prefix: &str) -> Result<ScratchFolder, FolderError> {
    if let Some(runtime) = env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty())
        && let Ok(folder) = ScratchFolder::in_runtime_folder(Path::new(&runtime), prefix)
    {
        return Ok(folder);
    }
    let named = ScratchFolder::in_temporary_folder(&env::temp_dir(), prefix);
    named.or_else(|error| ScratchFolder::in_temporary_folder(Path::new(TEMPORARY), prefix).map_err(|_| error))
}
