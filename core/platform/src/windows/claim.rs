//! Claims on tunnels' names: one process for each name. The claim is an open file that no other process can write to, in a folder
//! of administrators. The system removes the file when the process ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::num::NonZeroU32;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use adit_config::InterfaceName;
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{
    DELETE, FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAG_OPEN_REPARSE_POINT, FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_SHARE_DELETE,
    FILE_SHARE_READ,
};

use super::places;
use super::private_folder::{PrivateFolder, written_in_lock};
use crate::devices::{Claim, ClaimError, Owner};
use crate::leftovers::InUse;

/// Prefix of a lock file's name, so that no interface's name makes it the name of a device.
const BEGIN: &str = "tunnel-";
/// Suffix of a lock file's name, after the interface's name.
const END: &str = ".lock";
/// Follows the process's number if the process must not be ended to take the tunnel down.
const SERVICE: &str = "service";
const FOREGROUND: &str = "foreground";
/// The longest wait for the holder of a lock to write its number.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(10);

/// A held lock, while a tunnel of this name is up. Dropping it removes the file.
#[derive(Debug)]
pub struct LockFile {
    _file: File,
    _folder: PrivateFolder,
}

/// The outcome of an attempt to take the lock.
#[derive(Debug)]
pub enum Held {
    /// The lock was free, and the caller has it now.
    Ours(LockFile),
    /// Another process holds the lock.
    By {
        /// The number of that process.
        process: NonZeroU32,
        /// The kind of that process: the service or `adit up`.
        owner: Owner,
    },
}

impl LockFile {
    /// Takes the lock if it is free.
    pub fn try_take(name: &InterfaceName, owner: Owner) -> Result<Held, ClaimError> {
        let folder = places::claims();
        let made = folder.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.map_err(|error| ClaimError::Io { doing: format!("make the folder of {}", folder.display()), error })?;
        Self::try_take_in(&folder, name, owner)
    }

    /// Releases the lock. A killed process leaves no file either: the system removes it.
    pub fn abandon(self) {}

    fn try_take_in(folder: &Path, name: &InterfaceName, owner: Owner) -> Result<Held, ClaimError> {
        let doing = |verb: &str| format!("{verb} the lock of {name} in {}", folder.display());
        let failed = |verb: &str| {
            let doing = doing(verb);
            move |error: io::Error| ClaimError::Io { doing, error }
        };
        let opened = PrivateFolder::open(folder).map_err(io::Error::other).map_err(failed("take"))?;
        let path = opened.path_of(&format!("{BEGIN}{name}{END}")).map_err(io::Error::other).map_err(failed("take"))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut options = OpenOptions::new();
            options.access_mode(FILE_GENERIC_READ | FILE_GENERIC_WRITE | DELETE).write(true).create(true).truncate(true);
            options.share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE);
            options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_DELETE_ON_CLOSE);
            let error = match options.open(&path) {
                Ok(mut file) => {
                    let kind = if owner == Owner::Service { SERVICE } else { FOREGROUND };
                    file.write_all(format!("{} {kind}\n", std::process::id()).as_bytes()).map_err(failed("write"))?;
                    return Ok(Held::Ours(Self { _file: file, _folder: opened }));
                }
                Err(error) => error,
            };
            match error.raw_os_error().map(i32::cast_unsigned) {
                // A file that is being removed is reported as a denied access.
                Some(ERROR_SHARING_VIOLATION | ERROR_ACCESS_DENIED) => {}
                _ => return Err(failed("take")(error)),
            }
            if let Some((process, owner)) = written_in_lock(&path).as_deref().and_then(parse) {
                return Ok(Held::By { process, owner });
            }
            if Instant::now() >= deadline {
                return Err(failed("take")(error));
            }
            thread::sleep(STEP);
        }
    }
}

impl Claim for LockFile {}

/// Returns the tunnels whose locks are held. The folder has no files of other locks.
pub(super) fn list(folder: &Path) -> io::Result<Vec<InUse>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = file.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).and_then(|name| name.parse().ok());
        let holder = written_in_lock(&path).as_deref().and_then(parse);
        found.extend(name.zip(holder).map(|(name, (process, owner))| InUse { name, process, owner }));
    }
    found.sort_by(|one: &InUse, other| one.name.cmp(&other.name));
    Ok(found)
}

fn parse(line: &str) -> Option<(NonZeroU32, Owner)> {
    let (process, kind) = line.split_once(' ')?;
    let owner = match kind {
        SERVICE => Owner::Service,
        FOREGROUND => Owner::Foreground,
        _ => return None,
    };
    Some((process.parse().ok()?, owner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_claimed_once_and_its_holder_is_named() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("claims");
        let take = |name: &str, owner| LockFile::try_take_in(&folder, &name.parse().unwrap(), owner).unwrap();
        let Held::Ours(claim) = take("wg0", Owner::Service) else { panic!("it is free") };
        match take("wg0", Owner::Foreground) {
            Held::By { process, owner } => assert_eq!((process.get(), owner), (std::process::id(), Owner::Service)),
            Held::Ours(_) => panic!("it is taken"),
        }
        // Names that Windows keeps for devices are names of tunnels too.
        for free in ["wg1", "con", "nul"] {
            assert!(matches!(take(free, Owner::Foreground), Held::Ours(_)), "{free}");
        }
        let in_use =
            InUse { name: "wg0".parse().unwrap(), process: NonZeroU32::new(std::process::id()).unwrap(), owner: Owner::Service };
        assert_eq!(list(&folder).unwrap(), [in_use]);
        drop(claim);
        assert_eq!(list(&folder).unwrap(), []);
        assert!(matches!(take("wg0", Owner::Foreground), Held::Ours(_)));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing stays behind");
    }
}
