//! The file that is edited: for its owner alone, in a folder for its owner alone, so that what an editor leaves beside it is too; in
//! memory where there is a place for that.

use std::env;
use std::path::{Path, PathBuf};

use adit_config::syntax::MAX_BYTES;
use adit_platform::native::scratch_folder::ScratchFolder;
use adit_platform::private_folder::FolderError;
use anyhow::{Context, bail};
use zeroize::Zeroizing;

const PREFIX: &str = "adit-edit-";
/// Where no variable leads to a safe folder.
const TEMPORARY: &str = "/tmp";

/// A folder of our own with one file in it. Removed when dropped, unless it is to be kept.
pub(super) struct Workshop {
    /// None once it was removed or is to be kept.
    folder: Option<ScratchFolder>,
    name: String,
    file: PathBuf,
}

impl Workshop {
    /// With a file `NAME.conf` that has this text.
    pub(super) fn open(name: &str, text: &str) -> anyhow::Result<Self> {
        let folder = make_folder().context("cannot make a folder to edit in")?;
        let name = format!("{name}.conf");
        let file = folder.path_of(&name);
        let created = folder.create(&name, text.as_bytes());
        // From here on the folder is removed also where the file could not be made.
        let workshop = Self { folder: Some(folder), name, file };
        created?;
        Ok(workshop)
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The text that the file has by now. An editor may have put another file in its place.
    pub(super) fn read(&self) -> anyhow::Result<Zeroizing<String>> {
        let folder = self.folder.as_ref().context("the folder was removed")?;
        let bytes = folder.read(&self.name, u64::try_from(MAX_BYTES)?)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => bail!("the text is not in UTF-8"),
        }
    }

    /// Leaves the file where it is.
    pub(super) fn keep(mut self) -> PathBuf {
        self.folder = None;
        self.file.clone()
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_owned();
            if let Err(error) = folder.remove() {
                crate::output::warn(format!("{} has keys in it and could not be removed: {error}", path.display()));
            }
        }
    }
}

/// Variables may be those of another user, as after `su` or `sudo -E`, so that each place is used only if nobody else can change it.
fn make_folder() -> Result<ScratchFolder, FolderError> {
    if let Some(runtime) = env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty())
        && let Ok(folder) = ScratchFolder::in_runtime_folder(Path::new(&runtime), PREFIX)
    {
        return Ok(folder);
    }
    let named = ScratchFolder::in_temporary_folder(&env::temp_dir(), PREFIX);
    named.or_else(|error| ScratchFolder::in_temporary_folder(Path::new(TEMPORARY), PREFIX).map_err(|_| error))
}
