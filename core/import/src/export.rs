//! Tunnels as something to carry away: a QR code of one, a zip archive of many. Both hold private keys; the caller
//! answers for where they go.

mod archive;
mod comments;
mod file_name;
mod qr;

pub use archive::{ToExport, ZipError, zip};
pub use file_name::file_names;
pub use qr::{QrCode, QrError};
