//! All tunnels in one file: their configurations with keys, and their settings, as a tar archive that is encrypted in the age
//! format (<https://age-encryption.org/v1>). docs/BACKUP.md describes the content.
//!
//! The crate turns values into bytes and back, compares them with the tunnels of a service and restores them, and opens no file. A backup may come from an attacker: whoever knows the public
//! key of a recipient can make one. Each limit in [`limits`] is checked before memory is used, and an archive with anything
//! unexpected in it is refused as a whole.
#![forbid(unsafe_code)]

mod archive;
mod contents;
mod error;
pub mod limits;
pub mod restore;
mod sealed;

pub use archive::{pack, unpack};
pub use contents::{Backup, SavedTunnel, Settings};
pub use error::{ArchiveError, BackupError, KeyError};
pub use sealed::{Lock, Sealed, UnlockKey, seal};
