//! The file that is edited: for its owner alone, in a folder for its owner alone, so that what an editor leaves beside it is too; in
//! memory where there is a place for that.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::{Context, bail};
use zeroize::Zeroizing;

use crate::private_file;
use crate::up::read_file;

/// A folder of our own with one file in it. Removed when dropped, unless it is to be kept.
pub(super) struct Workshop {
    folder: PathBuf,
    file: PathBuf,
    is_kept: bool,
}

impl Workshop {
    /// With a file `NAME.conf` that has this text.
    pub(super) fn open(name: &str, text: &str) -> anyhow::Result<Self> {
        let folder = make_folder().context("cannot make a folder to edit in")?;
        let file = folder.join(format!("{name}.conf"));
        let workshop = Self { folder, file, is_kept: false };
        private_file::write(&workshop.file, text.as_bytes(), false)?;
        Ok(workshop)
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// What the file says by now.
    pub(super) fn read(&self) -> anyhow::Result<Zeroizing<String>> {
        let bytes = read_file(&self.file.to_string_lossy(), &self.file)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => bail!("the text is not in UTF-8"),
        }
    }

    /// Leaves the file where it is.
    pub(super) fn keep(mut self) -> PathBuf {
        self.is_kept = true;
        self.file.clone()
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            crate::up::warn(format!("{} has keys in it and could not be removed: {error}", self.folder.display()));
        }
    }
}

fn make_folder() -> io::Result<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
    let parent = runtime.unwrap_or_else(env::temp_dir);
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let folder = parent.join(format!("adit-edit-{:016x}", u64::from_le_bytes(random)));
    DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}
