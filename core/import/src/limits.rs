//! The limits of one import. They are far above real inputs and far below what would harm a phone.

/// Maximum size of an archive in bytes.
pub const ARCHIVE_BYTES: usize = 16 << 20;
/// Maximum number of entries in an archive, including folders and hidden entries.
pub const ARCHIVE_ENTRIES: usize = 10_000;
/// Maximum length of an entry's path in bytes. Together with the limit of entries it limits the memory for all paths.
pub const ENTRY_PATH_BYTES: usize = 1024;
/// Maximum size of an unpacked entry in bytes, the same as for a configuration.
pub const ENTRY_BYTES: usize = adit_config::syntax::MAX_BYTES;
/// Maximum size of all unpacked entries of an archive together, in bytes.
pub const UNPACKED_BYTES: usize = 64 << 20;
/// Maximum number of bytes to which one byte of a compressed entry may expand. Texts stay below 20.
pub const COMPRESSION_RATIO: usize = 100;
/// Maximum number of diagnostics kept for one configuration; errors come before warnings, and warnings before notes.
pub const DIAGNOSTICS: usize = 100;
/// Maximum number of diagnostics kept for all configurations of an archive; beyond that, each keeps its worst one.
pub const ARCHIVE_DIAGNOSTICS: usize = 10_000;
/// Maximum size of a picture in bytes.
pub const PICTURE_BYTES: usize = 10 << 20;
/// Maximum number of pixels of a picture: width times height.
pub const PICTURE_PIXELS: u64 = 20_000_000;
/// Maximum memory for decoding a picture, in bytes: 32 bits for each pixel of the largest one, and room for the decoder.
pub const PICTURE_MEMORY: u64 = 128 << 20;
/// Maximum number of places in one form of a picture whose row of pixels looks like the corner of a QR code (dark and light in the
/// ratio 1:1:3:1:1). Each is compared with the corners that were found before.
pub const QR_PLACES: usize = 30_000;
/// Maximum number of corners of QR codes in one form of a picture. Each code has three; letters and icons can look like corners.
pub const QR_CORNERS: usize = 1_000;
/// Maximum number of triples of corners whose modules are read, over all forms of a picture. Reading those of the largest code
/// takes some milliseconds.
pub const QR_TRIES: u32 = 1_000;
/// Maximum number of bytes in a QR code (version 40, lowest error correction).
pub const QR_BYTES: usize = 2953;
