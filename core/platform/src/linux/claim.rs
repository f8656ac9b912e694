//! One process for each tunnel's name: a locked file with the process's number, which `adit down` finds it by. The kernel lets go of
//! the lock when the process ends, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use adit_config::InterfaceName;
use rustix::process::Pid;

use crate::devices::{Claim, ClaimError, Owner};

const FOLDER: &str = "/run/adit";

/// Written behind the process's number where that must not be ended to take the tunnel down.
const SERVICE: &str = "service";

/// Held while a tunnel of that name is up; dropping it removes the file.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    _file: File,
}

/// Who has the lock.
#[derive(Debug)]
pub enum Held {
    /// Nobody did; now the caller has.
    Ours(LockFile),
    /// Another process.
    By {
        /// Which.
        process: Pid,
        /// Of what kind.
        owner: Owner,
    },
}

impl LockFile {
    /// Takes the lock if it is free.
    pub fn try_take(name: &InterfaceName, owner: Owner) -> Result<Held, ClaimError> {
        Self::try_take_in(Path::new(FOLDER), name, owner)
    }

    fn try_take_in(folder: &Path, name: &InterfaceName, owner: Owner) -> Result<Held, ClaimError> {
        let failed = |verb: &str, path: &Path| {
            let doing = format!("{verb} {}", path.display());
            move |error| ClaimError::Io { doing, error }
        };
        make(folder).map_err(failed("create", folder))?;
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
                .map_err(failed("open", &path))?;
            match file.try_lock() {
                // The one before removed the file after we had opened it: the lock is on nothing.
                Ok(()) if file.metadata().map_err(failed("read", &path))?.nlink() == 0 => {}
                Ok(()) => {
                    write(&mut file, owner).map_err(failed("write", &path))?;
                    return Ok(Held::Ours(Self { path, _file: file }));
                }
                Err(TryLockError::WouldBlock) => {
                    if let Some((process, owner)) = holder(&mut file) {
                        return Ok(Held::By { process, owner });
                    }
                    // Locked, and its number is written the next moment.
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
            }
        }
    }
}

impl Claim for LockFile {}

impl Drop for LockFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The service's socket is in the same folder, and is for every user.
fn make(folder: &Path) -> std::io::Result<()> {
    match fs::DirBuilder::new().mode(0o755).create(folder) {
        // The umask may have taken what `mode` gives.
        Ok(()) => fs::set_permissions(folder, fs::Permissions::from_mode(0o755)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn write(file: &mut File, owner: Owner) -> std::io::Result<()> {
    let line = match owner {
        Owner::Foreground => format!("{}\n", std::process::id()),
        Owner::Service => format!("{} {SERVICE}\n", std::process::id()),
    };
    file.set_len(0)?;
    file.write_all(line.as_bytes())
}

fn holder(file: &mut File) -> Option<(Pid, Owner)> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    let line = text.strip_suffix('\n')?;
    let (number, owner) = match line.split_once(' ') {
        None => (line, Owner::Foreground),
        Some((number, _)) => (number, Owner::Service),
    };
    Some((Pid::from_raw(number.parse().ok()?)?, owner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_learns_who_the_first_is_and_a_free_lock_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let name: InterfaceName = "wg0".parse().unwrap();
        for kind in [Owner::Foreground, Owner::Service] {
            let take = || LockFile::try_take_in(folder.path(), &name, kind).unwrap();
            let Held::Ours(lock) = take() else { panic!("nobody had it") };
            let Held::By { process, owner } = take() else { panic!("somebody had it") };
            assert_eq!(process.as_raw_nonzero().get().cast_unsigned(), std::process::id());
            assert_eq!(owner, kind);
            drop(lock);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
            assert!(matches!(take(), Held::Ours(_)));
        }
    }

    #[test]
    fn the_folder_lets_every_user_in_to_the_socket_of_the_service() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("adit");
        let _lock = LockFile::try_take_in(&folder, &"wg0".parse().unwrap(), Owner::Foreground).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o7777, 0o755);
        assert_eq!(fs::metadata(folder.join("wg0.lock")).unwrap().mode() & 0o7777, 0o600);
    }

    #[test]
    fn the_file_of_a_killed_process_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("wg0.lock"), "4194304\n").unwrap();
        let taken = LockFile::try_take_in(folder.path(), &"wg0".parse().unwrap(), Owner::Foreground).unwrap();
        assert!(matches!(taken, Held::Ours(_)));
    }

    #[test]
    fn a_link_laid_where_the_file_should_be_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join("wg0.lock")).unwrap();
        assert!(LockFile::try_take_in(folder.path(), &"wg0".parse().unwrap(), Owner::Foreground).is_err());
        assert_eq!(fs::read_to_string(victim).unwrap(), "precious");
    }
}
