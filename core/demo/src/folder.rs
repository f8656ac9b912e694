//! The one folder that a demo writes to, and the removal of folders that killed demos have left.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use adit_platform::native::owner_file;

const PREFIX: &str = "adit-demo-";

/// A folder that only this user can enter, removed when this is dropped. A lock on it is held while this process lives, so that
/// the next demo can recognize the folder of a killed one.
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes a folder in `parent`, and removes those that killed demos of the same user have left there.
    pub(crate) fn create(parent: &Path) -> io::Result<Self> {
        // A demo that starts at the same time may take the folder for one of a killed demo until it is locked.
        loop {
            let mut random = [0; 4];
            getrandom::fill(&mut random).map_err(io::Error::other)?;
            let path = parent.join(format!("{PREFIX}{}-{:08x}", std::process::id(), u32::from_ne_bytes(random)));
            owner_file::create_folder(&path)?;
            if let Some(lock) = lock(&path)? {
                let folder = Self { path, _lock: lock };
                folder.remove_leftovers(parent);
                return Ok(folder);
            }
        }
    }

    /// Writes a file that only this user can read.
    pub(crate) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let mut file = owner_file::create(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(path)
    }

    /// Removes the folders of killed demos. Errors are ignored: a folder that stays does no harm.
    fn remove_leftovers(&self, parent: &Path) {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if !entry.file_name().to_string_lossy().starts_with(PREFIX) || entry.path() == self.path {
                continue;
            }
            let path = entry.path();
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
            if !is_folder || !owner_file::have_one_owner(&path, &self.path).unwrap_or(false) {
                continue;
            }
            let Ok(lock) = File::open(&path) else { continue };
            if lock.try_lock().is_ok() {
                let _ = fs::remove_dir_all(path);
            }
        }
    }
}

/// Locks a new folder. None if another demo has removed it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let lock = match File::open(path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    lock.lock()?;
    Ok(path.try_exists()?.then_some(lock))
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "the demo's folder stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_goes_with_its_demo_and_that_of_a_killed_one_with_the_next() {
        let parent = tempfile::tempdir().unwrap();
        let killed = parent.path().join("adit-demo-4194304-00000000");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join("you.conf"), "key").unwrap();
        fs::create_dir(parent.path().join("adit-other")).unwrap();

        let running = Folder::create(parent.path()).unwrap();
        assert!(!killed.exists());
        let file = running.write("you.conf", "text").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);

        let second = Folder::create(parent.path()).unwrap();
        assert!(file.exists(), "a demo that still runs keeps its folder");
        drop((running, second));
        let left: Vec<_> = fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["adit-other"]);
    }

    #[test]
    fn a_folder_that_another_demo_removes_before_it_is_locked_is_made_again() {
        let parent = tempfile::tempdir().unwrap();
        assert!(lock(&parent.path().join("adit-demo-1-00000000")).unwrap().is_none(), "it is gone before it is opened");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let folder = Folder::create(parent.path()).unwrap();
                        assert!(folder.path.exists());
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_link_that_somebody_laid_is_not_followed() {
        let parent = tempfile::tempdir().unwrap();
        let precious = parent.path().join("precious");
        fs::create_dir(&precious).unwrap();
        std::os::unix::fs::symlink(&precious, parent.path().join("adit-demo-1-00000000")).unwrap();
        drop(Folder::create(parent.path()).unwrap());
        assert!(precious.exists());
    }
}
