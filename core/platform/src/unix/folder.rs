//! Operations on an open folder: no name leads out of it, and a new file replaces the old one atomically.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::fs::{self, AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::private_folder::system;
use crate::private_folder::{Fault, FolderError, OsError};

/// Prefix of the name of a file that is being written; 32 hexadecimal digits follow.
const UNFINISHED: &str = ".adit-new-";

#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) fd: OwnedFd,
    pub(crate) path: PathBuf,
}

/// Mode and owner of a new file.
#[derive(Clone, Copy)]
pub(crate) struct Attributes {
    pub(crate) mode: Mode,
    /// User and group id. None: those of this process.
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

    /// Opens a file of this folder.
    pub(crate) fn open(&self, name: &str, flags: OFlags, mode: Mode) -> rustix::io::Result<OwnedFd> {
        // A name is a single path component and not `..`, and links are not followed, so that nothing outside the folder is
        // reached.
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

    /// Writes a temporary file, syncs it, renames it to `name`, and syncs the folder.
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
            // If this fails too, the next start removes the file.
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

    /// Syncs the folder, so that its names are on the disk.
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

/// Returns true if `name` can be the name of a file in a folder.
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
