//! Errors of the store as a whole, of a tunnel's file, and of a request to the store.

use std::path::PathBuf;

use adit_api::{TunnelId, TunnelName};
use adit_config::InterfaceName;
use adit_config::syntax::DocumentError;
use adit_platform::private_folder::FolderError;

use super::tunnel::UnixTime;
use crate::secrets::SecretError;

/// A problem to report to the program that opens the store. Nothing is lost: a broken file stays as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The problem.
    pub code: FindingCode,
    /// The affected tunnel, if known.
    pub id: Option<TunnelId>,
    /// The affected file or folder.
    pub file: PathBuf,
    /// Time of the file's last modification, if known.
    pub modified: Option<UnixTime>,
}

/// The problem with a file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FindingCode {
    /// The key is missing: no tunnel's file can be opened.
    #[error("the key that the tunnels are sealed with is missing from {0}; put it back from a backup, no new one was made")]
    KeyMissing(String),
    /// The key cannot be used: no tunnel's file can be opened.
    #[error("the key that the tunnels are sealed with cannot be used: {0}")]
    KeyUnusable(SecretError),
    /// The file ends too soon.
    #[error("the file ends too soon")]
    Truncated,
    /// The file is damaged, and nothing in it can be trusted.
    #[error("the file is damaged")]
    Damaged,
    /// The file was sealed on another computer, or before the key was replaced.
    #[error("the file is sealed with a key that is not there")]
    OtherKey,
    /// The file of one tunnel has the name of another tunnel's file.
    #[error("the file is that of another tunnel")]
    OtherTunnel,
    /// The file was written by a newer Adit.
    #[error("the file is of format {0}, which a newer Adit wrote; update this one")]
    NewerFormat(u16),
    /// The file is authentic, but this program does not understand its content.
    #[error("the file holds something that this Adit does not understand")]
    NotUnderstood,
    /// The file is not trusted, or it cannot be read from the disk.
    #[error(transparent)]
    Unreadable(FolderError),
    /// The tunnel is intact, but the administrator's file with its text is missing or not trusted.
    #[error("the tunnel's file cannot be used: {0}")]
    SourceUnusable(FolderError),
    /// Another tunnel has the same name, probably because files were copied.
    #[error("another tunnel has the same name; rename one of them")]
    SameName,
    /// Another tunnel has the same interface, probably because files were copied.
    #[error("another tunnel has the same interface; change the interface of one of them")]
    SameInterface,
    /// The file's name is not one that the store uses. The file stays as it is.
    #[error("this file does not belong to a tunnel; it was not changed")]
    Stray,
    /// Incomplete files that remained when the program or the computer stopped during a write. They were removed; the files
    /// before them are complete.
    #[error("{0} incomplete files were removed; the earlier versions of these files are intact")]
    Leftovers(usize),
}

impl Finding {
    /// Returns true if the file may be that of a tunnel that was up. A kill switch that may belong to that tunnel must stay
    /// closed.
    pub fn hides_a_tunnel(&self) -> bool {
        match &self.code {
            FindingCode::Truncated
            | FindingCode::Damaged
            | FindingCode::OtherKey
            | FindingCode::OtherTunnel
            | FindingCode::NewerFormat(_)
            | FindingCode::NotUnderstood
            | FindingCode::Unreadable(_) => true,
            // These findings come in addition to one of the above for each affected tunnel, or concern a tunnel that can be
            // read.
            FindingCode::KeyMissing(_)
            | FindingCode::KeyUnusable(_)
            | FindingCode::SourceUnusable(_)
            | FindingCode::SameName
            | FindingCode::SameInterface
            | FindingCode::Stray
            | FindingCode::Leftovers(_) => false,
        }
    }
}

impl StoreError {
    /// Returns true if the change was made, and only the disk did not confirm it.
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self, Self::Folder(FolderError::NotDurable { .. }))
    }
}

/// The reason why the store rejected or failed a request.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file is not trusted, in use by another process, full or broken.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There is no key to seal with. The findings say why.
    #[error("nothing can be kept, because the key to seal it with is not there; the findings say why")]
    NoKey,
    /// The key could not be stored, or the system has no random numbers.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// No tunnel has this id.
    #[error("there is no tunnel {0}")]
    NoSuchTunnel(TunnelId),
    /// Another tunnel has this name; users would confuse the two.
    #[error("there is a tunnel called {0} already; choose another name")]
    NameTaken(TunnelName),
    /// Another tunnel has this interface; only one of the two could be up.
    #[error("another tunnel has the interface {0} already; choose another one")]
    InterfaceTaken(InterfaceName),
    /// The tunnel was changed after the caller read it.
    #[error("the tunnel was changed in the meantime (version {found}, not {expected}); look at it again before you change it")]
    Changed {
        /// The version that the caller's change is based on.
        expected: u64,
        /// The current version.
        found: u64,
    },
    /// The version is not among those that are kept.
    #[error("version {0} of the tunnel is not kept any more")]
    NoSuchVersion(u64),
    /// The text is not valid as a configuration file.
    #[error(transparent)]
    Text(#[from] DocumentError),
    /// The tunnel's file became unreadable after the store was opened.
    #[error("the tunnel cannot be read: {0}")]
    Broken(FindingCode),
    /// A broken file has the path that the new tunnel's file needs.
    #[error("{} is broken and in the way; set it aside first", .0.display())]
    BrokenInTheWay(PathBuf),
    /// The path is not absolute, or is not text.
    #[error("{} is not a path from the root to a file NAME.conf", .0.display())]
    NotAConfPath(PathBuf),
    /// The private key is in an administrator's file, which is not changed for this.
    #[error("the private key is in {}, and is not taken out of there", .0.display())]
    KeyInFile(PathBuf),
    /// The tunnel exceeds the maximum size of a tunnel's file.
    #[error("the tunnel has too much to keep")]
    TooLarge,
}
