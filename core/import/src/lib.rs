//! What a user hands over (a `.conf` file, an archive of them, a picture of a QR code), made into tunnels; and tunnels made into
//! what he can carry away.
//!
//! Bytes in, values out: nothing here opens a file. Everything that comes in may have been made by an enemy, so that each parser
//! has a limit in [`limits`] that is judged before memory is spent. One bad entry never spoils the others: [`import`] gives the
//! drafts that can become tunnels and, for each of the others, where it is and why not.
#![forbid(unsafe_code)]

mod archive;
mod conf;
mod export;
mod import;
pub mod limits;
mod names;
mod outcome;
mod picture;

pub use archive::{ArchiveError, EntryError};
pub use export::{QrCode, QrError, ToExport, ZipError, file_names, zip};
pub use import::import;
pub use names::Names;
pub use outcome::{Draft, Import, Reason, Refusal};
pub use picture::PictureError;
