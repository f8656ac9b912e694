//! How much is taken from one hand. Far above what people have, far below what hurts a phone.

/// Largest archive, bytes.
pub const ARCHIVE_BYTES: usize = 16 << 20;
/// Most entries in an archive, folders and hidden ones included.
pub const ARCHIVE_ENTRIES: usize = 10_000;
/// Longest path of an entry, bytes. With the limit of entries it bounds what all the paths take.
pub const ENTRY_PATH_BYTES: usize = 1024;
/// Largest entry of an archive, bytes when unpacked: that of a configuration.
pub const ENTRY_BYTES: usize = adit_config::syntax::MAX_BYTES;
/// All entries of an archive together, bytes when unpacked.
pub const UNPACKED_BYTES: usize = 64 << 20;
/// Most bytes that one byte of a compressed entry may become. Texts stay below 20.
pub const COMPRESSION_RATIO: usize = 100;
/// Most diagnostics that are kept for one configuration; errors go before warnings, and warnings before notes.
pub const DIAGNOSTICS: usize = 100;
/// Most diagnostics that are kept for all configurations of an archive; beyond, each keeps its worst one.
pub const ARCHIVE_DIAGNOSTICS: usize = 10_000;
/// Largest picture, bytes.
pub const PICTURE_BYTES: usize = 10 << 20;
/// Largest picture, pixels: width times height.
pub const PICTURE_PIXELS: u64 = 20_000_000;
/// Most memory that a picture may take while it is decoded, bytes: 32 bits for each pixel of the largest, and room for the decoder.
pub const PICTURE_MEMORY: u64 = 128 << 20;
/// Most marks in one picture that could be the corner of a QR code. Each code has three.
pub const QR_CORNERS: u32 = 96;
/// How often the search for QR codes may look at a pixel, for each pixel of the picture. Pictures with the largest code need 28.
pub const QR_LOOKS_PER_PIXEL: u64 = 32;
/// How often the search may look at pixels beyond that: in a small picture more often at each, but in all not this often.
pub const QR_LOOKS: u64 = 100_000_000;
/// The most bytes that a QR code can hold (version 40, lowest error correction).
pub const QR_BYTES: usize = 2953;
