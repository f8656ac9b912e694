//! Exports many tunnels as one zip archive that every program, and [`crate::import`], can read.

use std::io::Write;

use adit_api::TunnelName;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use zeroize::Zeroizing;

use super::file_names;
use crate::limits::{ARCHIVE_BYTES, ARCHIVE_ENTRIES, ENTRY_BYTES};

/// A tunnel to put into an archive.
#[derive(Clone, Copy)]
pub struct ToExport<'a> {
    /// The tunnel's name, from which the file's name is derived.
    pub name: &'a TunnelName,
    /// The content of the file, byte for byte.
    pub text: &'a str,
}

/// The reason why no archive was created. Its limits are those of the import.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ZipError {
    /// There are more than [`ARCHIVE_ENTRIES`] tunnels.
    #[error("an archive has at most 10,000 tunnels, these are {0}; export them in parts")]
    TooMany(usize),
    /// A configuration is larger than [`ENTRY_BYTES`].
    #[error("the configuration of {0} has more than 1 MiB")]
    TextTooLarge(TunnelName),
    /// The archive would be larger than [`ARCHIVE_BYTES`].
    #[error("the archive would have more than 16 MiB; export the tunnels in parts")]
    TooLarge,
    /// The archive could not be written.
    #[error("the archive could not be written")]
    Write,
}

/// Bytes that an entry takes in addition to its text and twice its name: its headers, and room for those of its blocks.
const OVERHEAD: usize = 256;

/// Creates the archive. The same tunnels in the same order always give the same bytes. The files are readable only by their owner
/// (mode 0600).
pub fn zip(tunnels: &[ToExport<'_>]) -> Result<Zeroizing<Vec<u8>>, ZipError> {
    if tunnels.len() > ARCHIVE_ENTRIES {
        return Err(ZipError::TooMany(tunnels.len()));
    }
    if let Some(large) = tunnels.iter().find(|tunnel| tunnel.text.len() > ENTRY_BYTES) {
        return Err(ZipError::TextTooLarge(large.name.clone()));
    }
    let names = file_names(tunnels.iter().map(|tunnel| tunnel.name));
    let sizes =
        tunnels.iter().zip(&names).map(|(tunnel, name)| tunnel.text.len() + tunnel.text.len() / 1024 + 2 * name.len() + OVERHEAD);
    let capacity = sizes.sum::<usize>() + OVERHEAD;
    if capacity > ARCHIVE_BYTES {
        return Err(ZipError::TooLarge);
    }
    // Full capacity from the start, because growing the buffer would leave copies of keys behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    write(&mut bytes, tunnels, &names).map_err(|_| ZipError::Write)?;
    Ok(bytes)
}

/// Writes the entries with the method that every reader supports (readers of streams refuse the simpler one) and without times.
/// Nothing is compressed, because keys cannot be, and so no reader takes an entry for a decompression bomb.
fn write(bytes: &mut Vec<u8>, tunnels: &[ToExport<'_>], names: &[String]) -> Result<(), rawzip::Error> {
    let mut archive = ZipArchiveWriter::builder().with_capacity(tunnels.len()).build(bytes);
    for (tunnel, name) in tunnels.iter().zip(names) {
        let file = archive.new_file(name.as_str()).compression_method(CompressionMethod::DEFLATE).unix_permissions(0o600);
        let (mut entry, config) = file.start()?;
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::none()));
        writer.write_all(tunnel.text.as_bytes()).map_err(rawzip::Error::from)?;
        let (encoder, descriptor) = writer.finish()?;
        encoder.finish().map_err(rawzip::Error::from)?;
        entry.finish(descriptor)?;
    }
    archive.finish()?;
    Ok(())
}
