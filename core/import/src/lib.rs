//! Imports files of a user (a `.conf` file, an archive of them, a picture of a QR code) as tunnels, and exports tunnels in such
//! forms.
//!
//! The crate turns bytes into values and opens no file. Every input may come from an attacker, so each parser has a limit in
//! [`limits`] that is checked before memory is used. One bad entry never affects the others: [`import`] returns the drafts that
//! can become tunnels and, for every other entry, its place and the reason.
#![forbid(unsafe_code)]

mod archive;
mod conf;
mod export;
mod import;
pub mod limits;
mod names;
mod outcome;
mod picture;
mod reason;

pub use archive::{ArchiveError, EntryError};
pub use export::{QrCode, QrError, ToExport, ZipError, file_names, zip};
pub use import::import;
pub use names::Names;
pub use outcome::{Draft, Import, Reason, Refusal};
pub use picture::{Codes, Effort, PictureError, Pixels, pixels, search_file};
