//! Exports tunnels: one as a QR code, many as a zip archive. Both contain private keys, and the caller is responsible for where
//! they go.

mod archive;
mod comments;
mod file_name;
mod qr;

pub use archive::{ToExport, ZipError, zip};
pub use file_name::file_names;
pub use qr::{QrCode, QrError};
