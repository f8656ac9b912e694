//! Files that only this program may see or change: the words for what can be wrong with them. Each adapter has the folder itself.

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

pub use crate::files::config_file;
pub use crate::files::private_folder::{FolderLock, PrivateFolder};

/// A file that was read.
pub struct Content {
    /// All of it. Erased on drop.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Somebody else on this computer can read it.
    pub exposed: bool,
    /// When it was last written, in seconds since 1970; negative before.
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
    /// It could lead anywhere.
    #[error("it is a symbolic link; put the real thing there")]
    SymbolicLink,
    /// A folder, a device, a pipe.
    #[error("it is not a file")]
    NotAFile,
    /// Anything else.
    #[error("it is not a folder")]
    NotAFolder,
    /// Its owner can change it at any time.
    #[error("it belongs to user {0}; chown it to the user that Adit runs as, if you trust what is in it")]
    Owner(u32),
    /// The permission bits allow others to change it.
    #[error("others can write to it (mode {0:03o}); chmod go-w it, if you trust what is in it")]
    WritableByOthers(u32),
    /// Its owner can change it at any time.
    #[error(
        "it belongs to another user than the system, administrators and the one that Adit runs as; have an administrator own it"
    )]
    OtherOwner,
    /// Its list of rights allows others to change it.
    #[error("others can change it; take that right away from them, if you trust what is in it")]
    OpenToOthers,
    /// Another name for it somewhere, through which it could be changed or kept.
    #[error("it has a second name somewhere (a hard link); copy it and put the copy in its place")]
    Links,
    /// Larger than anything that is kept there.
    #[error("it has {0} bytes, which is too much")]
    TooLarge(u64),
    /// Not the name of a file in a folder.
    #[error("that is not a file's name")]
    Name,
}

/// The system's own error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OsError(pub i32);

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&std::io::Error::from_raw_os_error(self.0), f)
    }
}

/// Why something was not done with a file or folder.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FolderError {
    /// Not trusted.
    #[error("{}: {fault}", path.display())]
    Refused {
        /// What.
        path: PathBuf,
        /// Why.
        fault: Fault,
    },
    /// The system refused, or the disk is full or broken. What was there before is there as before.
    #[error("cannot {action} {}: {cause}", path.display())]
    System {
        /// `read`, for example.
        action: &'static str,
        /// What.
        path: PathBuf,
        /// Why.
        cause: OsError,
    },
    /// Nothing has that name.
    #[error("there is no {}", path.display())]
    Missing {
        /// What.
        path: PathBuf,
    },
    /// Something has that name already; it was left as it is.
    #[error("{} is there already", path.display())]
    Exists {
        /// What.
        path: PathBuf,
    },
    /// Done, but the disk did not confirm it.
    #[error("{} is changed, but the disk did not confirm that ({cause}); a power cut may bring back what was there", path.display())]
    NotDurable {
        /// What.
        path: PathBuf,
        /// Why.
        cause: OsError,
    },
    /// There is no adapter for this system yet.
    #[error("{}: on this system Adit cannot keep files from other users yet", path.display())]
    Unsupported {
        /// What.
        path: PathBuf,
    },
    /// Another process works with it.
    #[error("{} is in use by {}", path.display(), holder(*pid))]
    Locked {
        /// What.
        path: PathBuf,
        /// Which, where it could be found out.
        pid: Option<u32>,
    },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".into(), |pid| format!("process {pid}; end that one first"))
}
