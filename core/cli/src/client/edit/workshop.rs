//! The file that is edited: readable only by its owner, in a folder that only its owner can enter, so that an editor's backup and
//! swap files are private too. It lies in memory if there is a suitable folder (`XDG_RUNTIME_DIR`).

use std::path::{Path, PathBuf};

use adit_config::syntax::MAX_BYTES;
use adit_platform::native::scratch_folder::ScratchFolder;
use anyhow::{Context, bail};
use zeroize::Zeroizing;

use crate::private_folder::private_folder;

const PREFIX: &str = "adit-edit-";

/// A private folder with one file in it. Dropping it removes the folder, unless the file was kept.
pub(crate) struct Workshop {
    /// None after the folder was removed or kept.
    folder: Option<ScratchFolder>,
    name: String,
    file: PathBuf,
}

impl Workshop {
    /// Makes the folder and the file `name` with this text.
    pub(crate) fn open(name: &str, text: &str) -> anyhow::Result<Self> {
        let folder = private_folder(PREFIX).context("cannot make a folder to edit in")?;
        let name = name.to_owned();
        let file = folder.path_of(&name);
        let created = folder.create(&name, text.as_bytes());
        // From here on the folder is removed also if writing the file failed.
        let workshop = Self { folder: Some(folder), name, file };
        created?;
        Ok(workshop)
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the file's present text. The editor may have replaced the file.
    pub(crate) fn read(&self) -> anyhow::Result<Zeroizing<String>> {
        let folder = self.folder.as_ref().context("the folder was removed")?;
        let bytes = folder.read(&self.name, u64::try_from(MAX_BYTES)?)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => bail!("the text is not in UTF-8"),
        }
    }

    /// Leaves the file in place, and returns its path.
    pub(crate) fn keep(mut self) -> PathBuf {
        self.folder = None;
        self.file.clone()
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_owned();
            if let Err(error) = folder.remove() {
                crate::output::warn(format!("{} could not be removed, and may have keys in it: {error}", path.display()));
            }
        }
    }
}
