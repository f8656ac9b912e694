//! Steps on an open folder: each name stays in it, and a new file takes its place whole or not at all.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::fs::{self, AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::private_folder::system;
use crate::private_folder::{Fault, FolderError, OsError};

/// Start of the name of a file that is being written; 32 hexadecimal digits follow.
const UNFINISHED: &str = ".adit-new-";

#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) fd: OwnedFd,
    pub(crate) path: PathBuf,
}

/// Whose a new file is.
#[derive(Clone, Copy)]
pub(crate) struct Attributes {
    pub(crate) mode: Mode,
    /// None: this process's.
    pub(crate) owner: Option<(u32, u32)>,
}

impl Attributes {
    pub(crate) const PRIVATE: Self = Self { mode: Mode::RUSR.union(Mode::WUSR), owner: None };
}

impl Folder {
    pub(crate) fn path_of(&self, name: &str) -> Result<PathBuf, FolderError> {
        let path = self.path.join(name);
        if is_name(name) { Ok(path) } else { Err(FolderError::Refused { path, fault: Fault::Name }) }
    }

    /// Opens a name of this folder.
    pub(crate) fn open(&self, name: &str, flags: OFlags, mode: Mode) -> rustix::io::Result<OwnedFd> {
        // One step, no link, not up: nothing outside of the folder is reached.
        if !is_name(name) {
            return Err(Errno::INVAL);
        }
        fs::openat(&self.fd, name, flags | OFlags::CLOEXEC | OFlags::NOFOLLOW, mode)
    }

    pub(crate) fn names(&self) -> rustix::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::Dir::read_from(&self.fd)? {
            if let Ok(name) = entry?.file_name().to_str()
                && !matches!(name, "." | "..")
            {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Writes beside, waits for the disk, moves into place, waits for the disk.
    pub(crate) fn write(&self, name: &str, bytes: &[u8], attributes: Attributes, flags: RenameFlags) -> Result<(), FolderError> {
        let path = self.path_of(name)?;
        let unfinished = unfinished_name().map_err(|error| system("write", &path, error))?;
        let written = self.write_beside(&unfinished, bytes, attributes);
        let moved = written.map_err(|error| system("write", &path, error)).and_then(|()| {
            fs::renameat_with(&self.fd, &unfinished, &self.fd, name, flags).map_err(|error| match error {
                Errno::EXIST => FolderError::Exists { path: path.clone() },
                error => system("write", &path, error),
            })
        });
        if let Err(error) = moved {
            // Should this fail too, then the next start removes it.
            let _ = fs::unlinkat(&self.fd, &unfinished, AtFlags::empty());
            return Err(error);
        }
        self.confirm(&path)
    }

    fn write_beside(&self, unfinished: &str, bytes: &[u8], attributes: Attributes) -> rustix::io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let fd = self.open(unfinished, flags, Attributes::PRIVATE.mode)?;
        let mut rest = bytes;
        while !rest.is_empty() {
            match rustix::io::write(&fd, rest) {
                Ok(0) => return Err(Errno::IO),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
        if let Some((user, group)) = attributes.owner {
            fs::fchown(&fd, Some(fs::Uid::from_raw(user)), Some(fs::Gid::from_raw(group)))?;
        }
        if attributes.mode != Attributes::PRIVATE.mode {
            fs::fchmod(&fd, attributes.mode)?;
        }
        fs::fsync(&fd)
    }

    /// Waits until the disk has the names of this folder.
    pub(crate) fn confirm(&self, path: &std::path::Path) -> Result<(), FolderError> {
        fs::fsync(&self.fd)
            .map_err(|error| FolderError::NotDurable { path: path.to_owned(), cause: OsError(error.raw_os_error()) })
    }

    pub(crate) fn remove_leftovers(&self) -> Result<usize, FolderError> {
        let names = self.names().map_err(|error| system("list", &self.path, error))?;
        let leftovers: Vec<&String> = names.iter().filter(|name| is_unfinished(name)).collect();
        for name in &leftovers {
            fs::unlinkat(&self.fd, name.as_str(), AtFlags::empty())
                .map_err(|error| system("remove", &self.path.join(name), error))?;
        }
        Ok(leftovers.len())
    }
}

/// Whether it can be the name of something in a folder.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\0']) && name != "." && name != ".."
}

fn unfinished_name() -> rustix::io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Errno::IO)?;
    Ok(format!("{UNFINISHED}{:032x}", u128::from_ne_bytes(bytes)))
}

fn is_unfinished(name: &str) -> bool {
    name.strip_prefix(UNFINISHED).is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
