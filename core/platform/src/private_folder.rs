//! The types and errors of files that only this program may read or change. Each adapter implements the folder itself.

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

pub use crate::files::config_file;
pub use crate::files::private_folder::{FolderLock, PrivateFolder};

/// The content of a file that was read.
pub struct Content {
    /// All bytes. Erased on drop.
    pub bytes: Zeroizing<Vec<u8>>,
    /// True if another user of this computer can read the file.
    pub exposed: bool,
    /// When the file was last written, in seconds since 1970; negative before.
    pub modified: i64,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("bytes", &self.bytes.len()).field("exposed", &self.exposed).finish_non_exhaustive()
    }
}

/// The reason not to trust a file or folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// A symbolic link, which could lead anywhere.
    #[error("it is a symbolic link; replace it by the file or folder itself")]
    SymbolicLink,
    /// A folder, a device or a pipe instead of a file.
    #[error("it is not a file")]
    NotAFile,
    /// Anything but a folder.
    #[error("it is not a folder")]
    NotAFolder,
    /// Another user owns it, and can change it at any time.
    #[error("it belongs to user {0}; if you trust its content, chown it to the user that Adit runs as")]
    Owner(u32),
    /// The permission bits allow other users to change it.
    #[error("other users can write to it (mode {0:03o}); if you trust its content, remove their right with chmod go-w")]
    WritableByOthers(u32),
    /// Another user owns it, and can change it at any time.
    #[error(
        "it belongs to another user than the system, administrators and the one that Adit runs as; have an administrator own it"
    )]
    OtherOwner,
    /// Its access control list allows other users to change it.
    #[error("its access control list lets other users change it; if you trust its content, remove that right")]
    OpenToOthers,
    /// The file has a second name (a hard link), through which it could be changed or kept.
    #[error("it has a second name somewhere (a hard link); copy it and put the copy in its place")]
    Links,
    /// It is larger than any file that is kept there.
    #[error("it has {0} bytes, which is too much")]
    TooLarge(u64),
    /// The text is not a file's name.
    #[error("that is not a file's name")]
    Name,
}

/// The system's own error code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OsError(pub i32);

impl OsError {
    /// Returns the code of an error; 0 for one that is not the system's.
    pub fn of(error: &std::io::Error) -> Self {
        Self(error.raw_os_error().unwrap_or(0))
    }
}

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&std::io::Error::from_raw_os_error(self.0), f)
    }
}

/// The reason why an operation on a file or folder failed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FolderError {
    /// The file or folder is not trusted.
    #[error("{}: {fault}", path.display())]
    Refused {
        /// The path.
        path: PathBuf,
        /// The reason.
        fault: Fault,
    },
    /// The system refused, or the disk is full or broken. The earlier content is unchanged.
    #[error("cannot {action} {}: {cause}", path.display())]
    System {
        /// The operation, such as `read`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's error.
        cause: OsError,
    },
    /// The path does not exist.
    #[error("there is no {}", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The path exists already; it was left unchanged.
    #[error("{} is there already", path.display())]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// The operation was done, but the disk did not confirm it.
    #[error("{} is changed, but the disk did not confirm that ({cause}); a power cut may bring back what was there", path.display())]
    NotDurable {
        /// The path.
        path: PathBuf,
        /// The system's error.
        cause: OsError,
    },
    /// Another process has locked it.
    #[error("{} is in use by {}", path.display(), holder(*pid))]
    Locked {
        /// The path.
        path: PathBuf,
        /// The number of that process, if known.
        pid: Option<u32>,
    },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".into(), |pid| format!("process {pid}; end that one first"))
}
