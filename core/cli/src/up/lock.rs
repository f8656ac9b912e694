//! One `adit up` for each name: a locked file with the process's number, which `adit down` finds it by. The kernel lets go of the lock
//! when the process ends, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use adit_config::InterfaceName;
use anyhow::{Context, bail};

const FOLDER: &str = "/run/adit";

/// Held while a tunnel of that name is up; dropping it removes the file.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    _file: File,
}

/// Who has the lock.
pub(crate) enum Held {
    /// Nobody did; now the caller has.
    Ours(Lock),
    /// This process.
    By(rustix::process::Pid),
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(name: &InterfaceName) -> anyhow::Result<Self> {
        match Self::try_take(name)? {
            Held::Ours(lock) => Ok(lock),
            Held::By(pid) => {
                bail!("{name} is already up (process {}); take it down with: adit down {name}", pid.as_raw_nonzero())
            }
        }
    }

    /// Takes the lock if it is free.
    pub(crate) fn try_take(name: &InterfaceName) -> anyhow::Result<Held> {
        Self::try_take_in(Path::new(FOLDER), name)
    }

    fn try_take_in(folder: &Path, name: &InterfaceName) -> anyhow::Result<Held> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        let path = folder.join(format!("{name}.lock"));
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
                .open(&path)
                .with_context(|| format!("cannot open {}", path.display()))?;
            match file.try_lock() {
                // The one before removed the file after we had opened it: the lock is on nothing.
                Ok(()) if file.metadata()?.nlink() == 0 => {}
                Ok(()) => {
                    file.set_len(0)?;
                    file.write_all(format!("{}\n", std::process::id()).as_bytes())?;
                    return Ok(Held::Ours(Self { path, _file: file }));
                }
                Err(TryLockError::WouldBlock) => {
                    if let Some(pid) = holder(&mut file) {
                        return Ok(Held::By(pid));
                    }
                    // Locked, and its number is written the next moment.
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("cannot lock {}", path.display())),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn holder(file: &mut File) -> Option<rustix::process::Pid> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    rustix::process::Pid::from_raw(text.strip_suffix('\n')?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_learns_who_the_first_is_and_a_free_lock_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let name: InterfaceName = "wg0".parse().unwrap();
        let take = || Lock::try_take_in(folder.path(), &name).unwrap();
        let Held::Ours(lock) = take() else { panic!("nobody had it") };
        let Held::By(pid) = take() else { panic!("somebody had it") };
        assert_eq!(pid.as_raw_nonzero().get().cast_unsigned(), std::process::id());
        drop(lock);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(matches!(take(), Held::Ours(_)));
    }

    #[test]
    fn the_file_of_a_killed_process_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("wg0.lock"), "4194304\n").unwrap();
        assert!(matches!(Lock::try_take_in(folder.path(), &"wg0".parse().unwrap()).unwrap(), Held::Ours(_)));
    }

    #[test]
    fn a_link_laid_where_the_file_should_be_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join("wg0.lock")).unwrap();
        assert!(Lock::try_take_in(folder.path(), &"wg0".parse().unwrap()).is_err());
        assert_eq!(fs::read_to_string(victim).unwrap(), "precious");
    }
}
