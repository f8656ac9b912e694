//! Claims on tunnels' names: one process for each name. The claim is a locked file, by which `adit down` finds the process. The
//! kernel releases the lock when the process ends, however it ends.
//!
//! Root and the service's user do not trust each other's files, so each has its own folder. A claim takes the lock in its own
//! folder, and then checks whether a process holds the lock in the other folder.

use std::io;
use std::num::NonZeroU32;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use adit_config::InterfaceName;
use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;
use rustix::process::geteuid;

use super::file_locks;
use super::interface_files;
use crate::devices::{Claim, ClaimError, Owner};
use crate::private_folder::FolderError;
use crate::unix::folder::Folder;
use crate::unix::private_folder::{a_file, trusted};

/// Locks of root's processes. Only root can write to the folder.
const ROOT_FOLDER: &str = "/run/adit-root";
/// Locks of the service, if it runs as its own user.
const SERVICE_FOLDER: &str = "/run/adit";

/// Suffix of a lock file, after the interface's name.
const END: &str = ".lock";

/// Follows the process's number if the process must not be ended to take the tunnel down.
const SERVICE: &str = "service";

/// The longest wait for the holder of a lock to write its number.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(10);

/// A held lock, while a tunnel of this name is up. Dropping it removes the file.
#[derive(Debug)]
pub struct LockFile {
    folder: Folder,
    file: String,
    /// True if the file stays when this is dropped.
    stays: bool,
    /// The descriptor that has the lock.
    _fd: std::os::fd::OwnedFd,
}

/// The outcome of an attempt to take the lock.
#[derive(Debug)]
pub enum Held {
    /// The lock was free, and the caller has it now.
    Ours(LockFile),
    /// Another process holds the lock.
    By {
        /// The process that the kernel says holds the lock.
        process: NonZeroU32,
        /// The kind of the process: the service or `adit up`.
        owner: Owner,
    },
}

/// Returns the folder in which this process takes locks.
pub(super) fn own_folder() -> &'static Path {
    Path::new(if geteuid().is_root() { ROOT_FOLDER } else { SERVICE_FOLDER })
}

impl LockFile {
    /// Takes the lock if it is free.
    pub fn try_take(name: &InterfaceName, owner: Owner) -> Result<Held, ClaimError> {
        let [root, service] = [ROOT_FOLDER, SERVICE_FOLDER].map(Path::new);
        // The service cannot open the lock file of root's process; it assumes that this process runs only the tunnel.
        let (own, other, of_other) =
            if geteuid().is_root() { (root, service, Owner::Service) } else { (service, root, Owner::Foreground) };
        Self::try_take_in(own, other, of_other, name, owner)
    }

    /// Releases the lock and leaves the file, as a killed process does.
    pub fn abandon(mut self) {
        self.stays = true;
    }

    fn try_take_in(own: &Path, other: &Path, of_other: Owner, name: &InterfaceName, owner: Owner) -> Result<Held, ClaimError> {
        let file = format!("{name}{END}");
        let lock = match Self::lock(own, &file, owner)? {
            Held::Ours(lock) => lock,
            held => return Ok(held),
        };
        Ok(match holder_elsewhere(other, &file)? {
            Some(process) => Held::By { process, owner: of_other },
            None => Held::Ours(lock),
        })
    }

    fn lock(folder: &Path, file: &str, owner: Owner) -> Result<Held, ClaimError> {
        let folder = open_folder(folder)?;
        let path = folder.path.join(file);
        let failed = |verb: &str| {
            let doing = format!("{verb} {}", path.display());
            move |error: io::Error| ClaimError::Io { doing, error }
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK;
            let fd = folder.open(file, flags, Mode::RUSR | Mode::WUSR).map_err(io::Error::from).map_err(failed("open"))?;
            let stat = fs::fstat(&fd).map_err(io::Error::from).map_err(failed("read"))?;
            is_for_us_alone(&stat, &path).map_err(io::Error::other).map_err(failed("use"))?;
            match fs::flock(&fd, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    // The previous holder removed the file after it was opened here: the lock is on a file without a name.
                    if fs::fstat(&fd).map_err(io::Error::from).map_err(failed("read"))?.st_nlink == 0 {
                        continue;
                    }
                    write(&fd, owner).map_err(io::Error::from).map_err(failed("write"))?;
                    return Ok(Held::Ours(Self { folder, file: file.to_owned(), stays: false, _fd: fd }));
                }
                Err(Errno::WOULDBLOCK) => {
                    let holder = file_locks::holder(&stat).map_err(failed("find out which process holds"))?;
                    // The holder writes its number a moment after it locks; until then the file may have the number of an earlier
                    // holder.
                    if let Some((process, owner)) = written(&fd).filter(|(process, _)| Some(*process) == holder) {
                        return Ok(Held::By { process, owner });
                    }
                    if Instant::now() >= deadline {
                        let why = "it is locked by a process that cannot be seen from here, perhaps in another PID namespace";
                        return Err(failed("use")(io::Error::new(io::ErrorKind::TimedOut, why)));
                    }
                    std::thread::sleep(STEP);
                }
                Err(error) => return Err(failed("lock")(error.into())),
            }
        }
    }
}

impl Claim for LockFile {}

impl Drop for LockFile {
    fn drop(&mut self) {
        if self.stays {
            return;
        }
        // If removing fails, the file stays without a lock, and the next claim takes it.
        let _ = fs::unlinkat(&self.folder.fd, &self.file, AtFlags::empty());
    }
}

/// A file in one of the lock folders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    pub(super) name: InterfaceName,
    pub(super) path: PathBuf,
    /// The process that holds the lock, and its kind; None if a killed process left the file.
    pub(super) holder: Option<(NonZeroU32, Owner)>,
}

/// Returns all lock files.
pub(super) fn list() -> io::Result<Vec<Found>> {
    let mut found = list_in(Path::new(ROOT_FOLDER), |path| {
        let is_service = std::fs::read_to_string(path).is_ok_and(|line| line.trim_end().ends_with(SERVICE));
        if is_service { Owner::Service } else { Owner::Foreground }
    })?;
    found.extend(list_in(Path::new(SERVICE_FOLDER), |_| Owner::Service)?);
    Ok(found)
}

/// Lists one folder. `kind` returns the kind of the process for a file that is locked.
fn list_in(folder: &Path, kind: impl Fn(&Path) -> Owner) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for name in interface_files::interfaces(folder, END)? {
        let path = folder.join(format!("{name}{END}"));
        let stat = match fs::lstat(&path) {
            Err(Errno::NOENT) => continue,
            stat => stat?,
        };
        if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
            let holder = file_locks::holder(&stat)?.map(|process| (process, kind(&path)));
            found.push(Found { name, path, holder });
        }
    }
    Ok(found)
}

/// Removes the file that a killed process left in a lock folder. The folder may be the service's: its content is not trusted, and
/// only a name in it is removed. Returns false if a process holds the lock by now.
pub(super) fn remove_left_over(path: &Path) -> io::Result<bool> {
    let (Some(folder), Some(file)) = (path.parent(), path.file_name()) else { return Err(io::ErrorKind::InvalidInput.into()) };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = match fs::open(folder, flags, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(true),
        folder => folder?,
    };
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = match fs::openat(&folder, file, flags, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(true),
        fd => fd?,
    };
    // The next process that takes the lock notices that the file has no name any more, and makes another.
    match fs::flock(&fd, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) => return Ok(false),
        locked => locked?,
    }
    let (locked, named) = (fs::fstat(&fd)?, fs::statat(&folder, file, AtFlags::SYMLINK_NOFOLLOW)?);
    if (locked.st_dev, locked.st_ino) != (named.st_dev, named.st_ino) {
        return Ok(false);
    }
    fs::unlinkat(&folder, file, AtFlags::empty())?;
    Ok(true)
}

/// Opens the folder, and makes it if it is missing. Every user may search it: one contains the service's socket, to which every
/// user may connect, and the service reads the other.
fn open_folder(path: &Path) -> Result<Folder, ClaimError> {
    let failed = |verb: &str| {
        let doing = format!("{verb} {}", path.display());
        move |error: io::Error| ClaimError::Io { doing, error }
    };
    let mode = Mode::from_raw_mode(0o755);
    match fs::mkdir(path, mode) {
        // The umask may have removed bits of `mode`.
        Ok(()) => std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).map_err(failed("create"))?,
        Err(Errno::EXIST) => {}
        Err(error) => return Err(failed("create")(error.into())),
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = fs::open(path, flags, Mode::empty()).map_err(io::Error::from).map_err(failed("open"))?;
    let stat = fs::fstat(&fd).map_err(io::Error::from).map_err(failed("read"))?;
    trusted(&stat, &[0, geteuid().as_raw()], path).map_err(io::Error::other).map_err(failed("use"))?;
    Ok(Folder { fd, path: path.to_owned() })
}

/// Checks that no other user can open the file: such a user could hold its lock.
fn is_for_us_alone(stat: &Stat, path: &Path) -> Result<(), FolderError> {
    a_file(stat, path)?;
    trusted(stat, &[geteuid().as_raw()], path)
}

/// Returns the process that holds the lock of a file which this process may not be able to open and does not trust.
fn holder_elsewhere(folder: &Path, file: &str) -> Result<Option<NonZeroU32>, ClaimError> {
    let path: PathBuf = folder.join(file);
    let failed = |error: io::Error| ClaimError::Io { doing: format!("find out which process holds {}", path.display()), error };
    match fs::lstat(&path) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => file_locks::holder(&stat).map_err(failed),
        Ok(_) | Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(failed(error.into())),
    }
}

fn write(fd: &std::os::fd::OwnedFd, owner: Owner) -> rustix::io::Result<()> {
    let line = match owner {
        Owner::Foreground => format!("{}\n", std::process::id()),
        Owner::Service => format!("{} {SERVICE}\n", std::process::id()),
    };
    fs::ftruncate(fd, 0)?;
    match rustix::io::pwrite(fd, line.as_bytes(), 0)? {
        written if written == line.len() => Ok(()),
        _ => Err(Errno::NOSPC),
    }
}

/// Parses the text that the holder wrote.
fn written(fd: &std::os::fd::OwnedFd) -> Option<(NonZeroU32, Owner)> {
    let mut text = [0; 32];
    let length = rustix::io::pread(fd, &mut text, 0).ok()?;
    let line = std::str::from_utf8(text.get(..length)?).ok()?.strip_suffix('\n')?;
    let (number, owner) = match line.split_once(' ') {
        None => (line, Owner::Foreground),
        Some((number, _)) => (number, Owner::Service),
    };
    Some((number.parse().ok()?, owner))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn name() -> InterfaceName {
        "wg0".parse().unwrap()
    }

    /// Takes a lock without looking into another folder.
    fn take(folder: &Path, owner: Owner) -> Result<Held, ClaimError> {
        LockFile::try_take_in(folder, Path::new("/nonexistent"), Owner::Service, &name(), owner)
    }

    #[test]
    fn the_second_one_learns_who_the_first_is_and_a_free_lock_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for kind in [Owner::Foreground, Owner::Service] {
            let take = || take(folder.path(), kind).unwrap();
            let Held::Ours(lock) = take() else { panic!("nobody had it") };
            let Held::By { process, owner } = take() else { panic!("somebody had it") };
            assert_eq!(process.get(), std::process::id());
            assert_eq!(owner, kind);
            drop(lock);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
            assert!(matches!(take(), Held::Ours(_)));
        }
    }

    #[test]
    fn a_claim_in_the_folder_of_the_other_user_is_seen_and_its_stale_file_is_not_one() {
        let (root, service) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let of_root = || LockFile::try_take_in(root.path(), service.path(), Owner::Service, &name(), Owner::Foreground).unwrap();
        let of_service =
            || LockFile::try_take_in(service.path(), root.path(), Owner::Foreground, &name(), Owner::Service).unwrap();
        fs::write(service.path().join("wg0.lock"), "1\n").unwrap();
        let Held::Ours(lock) = of_root() else { panic!("nobody had it") };
        let Held::By { process, owner: Owner::Foreground } = of_service() else { panic!("root's process had it") };
        assert_eq!(process.get(), std::process::id());
        drop(lock);
        let Held::Ours(lock) = of_service() else { panic!("nobody had it") };
        assert!(matches!(of_root(), Held::By { owner: Owner::Service, .. }));
        drop(lock);
        assert!(matches!(of_root(), Held::Ours(_)));
    }

    #[test]
    fn a_left_over_file_is_told_from_a_held_one_and_only_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wg0.lock");
        let found = || list_in(folder.path(), |_| Owner::Service).unwrap();
        let Held::Ours(lock) = take(folder.path(), Owner::Service).unwrap() else { panic!("nobody had it") };
        let own = NonZeroU32::new(std::process::id()).unwrap();
        let held = Found { name: name(), path: path.clone(), holder: Some((own, Owner::Service)) };
        assert_eq!(found(), [held]);
        assert!(!remove_left_over(&path).unwrap() && path.exists(), "a process has it");
        lock.abandon();
        assert_eq!(found(), [Found { name: name(), path: path.clone(), holder: None }]);
        assert!(remove_left_over(&path).unwrap() && !path.exists());
        assert!(remove_left_over(&path).unwrap(), "it is gone already");
    }

    #[test]
    fn neither_a_link_nor_what_it_leads_to_counts_as_a_lock_file() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        let path = folder.path().join("wg0.lock");
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        assert_eq!(list_in(folder.path(), |_| Owner::Service).unwrap(), []);
        assert!(remove_left_over(&path).is_err());
        assert_eq!(fs::read_to_string(victim).unwrap(), "precious");
    }

    #[test]
    fn a_number_in_the_file_of_a_process_that_does_not_hold_the_lock_names_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wg0.lock");
        let Held::Ours(_lock) = take(folder.path(), Owner::Foreground).unwrap() else { panic!("nobody had it") };
        fs::write(&path, "1\n").unwrap();
        let Err(ClaimError::Io { error, .. }) = take(folder.path(), Owner::Foreground) else {
            panic!("process 1 was believed in")
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_lock_file_that_another_user_could_open_to_write_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wg0.lock");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(take(folder.path(), Owner::Foreground).is_err());
        fs::remove_file(&path).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(take(folder.path(), Owner::Foreground).is_err());
    }

    #[test]
    fn a_folder_that_was_missing_keeps_nobody_from_the_services_socket_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("adit");
        let Held::Ours(lock) = take(&missing, Owner::Foreground).unwrap() else { panic!("nobody had it") };
        assert_eq!(fs::metadata(&missing).unwrap().mode() & 0o777, 0o755);
        assert_eq!(fs::metadata(missing.join(&lock.file)).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn the_file_of_a_killed_process_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("wg0.lock"), "4194304\n").unwrap();
        assert!(matches!(take(folder.path(), Owner::Foreground).unwrap(), Held::Ours(_)));
    }

    #[test]
    fn a_link_laid_where_the_file_should_be_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join("wg0.lock")).unwrap();
        assert!(take(folder.path(), Owner::Foreground).is_err());
        assert_eq!(fs::read_to_string(victim).unwrap(), "precious");
    }
}
