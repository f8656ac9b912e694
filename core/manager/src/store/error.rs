//! What can go wrong with the store as a whole, with one tunnel's file, and with one request.

use std::path::PathBuf;

use adit_api::{TunnelId, TunnelName};
use adit_config::InterfaceName;
use adit_config::syntax::DocumentError;
use adit_platform::private_folder::FolderError;

use super::tunnel::UnixTime;
use crate::secrets::SecretError;

/// Something that whoever opens the store should be told. Nothing is lost: a broken file stays as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// The tunnel, where it is known.
    pub id: Option<TunnelId>,
    /// The file.
    pub file: PathBuf,
    /// When that was last written, where that could be found out.
    pub modified: Option<UnixTime>,
}

/// What is wrong with a file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FindingCode {
    /// No file of a tunnel can be opened.
    #[error("the key that the tunnels are sealed with is missing from {0}; put it back from a backup, no new one was made")]
    KeyMissing(String),
    /// No file of a tunnel can be opened.
    #[error("the key that the tunnels are sealed with cannot be used: {0}")]
    KeyUnusable(SecretError),
    /// It ends too soon.
    #[error("the file ends too soon")]
    Truncated,
    /// Not one bit of it is to be trusted.
    #[error("the file is damaged")]
    Damaged,
    /// Sealed on another computer, or before the key was replaced.
    #[error("the file is sealed with a key that is not there")]
    OtherKey,
    /// A file of a tunnel under another's name.
    #[error("the file is that of another tunnel")]
    OtherTunnel,
    /// Written by a newer Adit.
    #[error("the file is of format {0}, which a newer Adit wrote; update this one")]
    NewerFormat(u16),
    /// Genuine, but this program has no sense for what is in it.
    #[error("the file holds something that this Adit does not understand")]
    NotUnderstood,
    /// Not trusted, or the disk does not give it.
    #[error(transparent)]
    Unreadable(FolderError),
    /// The tunnel is fine, but the administrator's file that it stands for is not there, or not trusted.
    #[error("the tunnel's file cannot be used: {0}")]
    SourceUnusable(FolderError),
    /// Somebody copied files: another tunnel has this name.
    #[error("another tunnel is called like this one; rename one of them")]
    SameName,
    /// Somebody copied files: another tunnel has this interface.
    #[error("another tunnel has the same interface; change that of one of them")]
    SameInterface,
    /// Not a name that the store gives; left alone.
    #[error("this is no tunnel's file; it was left alone")]
    Stray,
    /// Files that were half written when the program or the computer went down; removed, the ones before them are whole.
    #[error("{0} half-written files were removed; what was there before is whole")]
    Leftovers(usize),
}

impl Finding {
    /// Whether a tunnel hides behind this that may have been up: whoever has a kill switch to keep closed keeps it closed.
    pub fn hides_a_tunnel(&self) -> bool {
        match &self.code {
            FindingCode::Truncated
            | FindingCode::Damaged
            | FindingCode::OtherKey
            | FindingCode::OtherTunnel
            | FindingCode::NewerFormat(_)
            | FindingCode::NotUnderstood
            | FindingCode::Unreadable(_) => true,
            // Those come beside one of the above for each tunnel, or the tunnel itself is there to be asked.
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

/// Why the store did not do what it was asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file: not trusted, in use by another process, full, broken.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// No key to seal with: see the findings.
    #[error("nothing can be kept, because the key to seal it with is not there; the findings say why")]
    NoKey,
    /// The key could not be kept, or there are no random numbers.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// No such tunnel.
    #[error("there is no tunnel {0}")]
    NoSuchTunnel(TunnelId),
    /// Two people with the same tunnel would mix them up.
    #[error("there is a tunnel called {0} already; choose another name")]
    NameTaken(TunnelName),
    /// Only one of them could be up.
    #[error("another tunnel has the interface {0} already; choose another one")]
    InterfaceTaken(InterfaceName),
    /// Somebody else was faster.
    #[error("the tunnel was changed in the meantime (version {found}, not {expected}); look at it again before you change it")]
    Changed {
        /// What the change was made from.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// Not among the versions that are kept.
    #[error("version {0} of the tunnel is not kept any more")]
    NoSuchVersion(u64),
    /// Could not be a configuration at all.
    #[error(transparent)]
    Text(#[from] DocumentError),
    /// It was fine when the store was opened.
    #[error("the tunnel cannot be read: {0}")]
    Broken(FindingCode),
    /// A broken file has that place.
    #[error("{} is broken and in the way; set it aside first", .0.display())]
    BrokenInTheWay(PathBuf),
    /// Not a path from the root, or not text.
    #[error("{} is not a path from the root to a file NAME.conf", .0.display())]
    NotAConfPath(PathBuf),
    /// The private key is in an administrator's file, which is not changed for this.
    #[error("the private key is in {}, and is not taken out of there", .0.display())]
    KeyInFile(PathBuf),
    /// Larger than a tunnel's file may become.
    #[error("the tunnel has too much to keep")]
    TooLarge,
}
