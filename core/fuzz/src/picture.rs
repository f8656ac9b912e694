//! Pictures: PNG, JPEG, WebP, and any data that claims to be one. For the checked properties see [`crate::archive`].
//!
//! The checksums of a PNG are corrected first; otherwise every mutation would fail on them.

use std::io::Cursor;

use adit_config::detect::{self, Foreign};
use adit_import::limits::PICTURE_PIXELS;
use flate2::Crc;
use image::ImageReader;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// In larger pictures the search for codes would use its whole budget of several seconds, and few inputs would be tried.
const MOST_PIXELS: u64 = 1 << 16;

/// Checks one file.
pub fn check(bytes: &[u8]) {
    if detect::binary(bytes) != Some(Foreign::Image) {
        return;
    }
    let mut picture = bytes.to_vec();
    if picture.starts_with(PNG) {
        put_checksums_right(&mut picture[PNG.len()..]);
    }
    let size =
        ImageReader::new(Cursor::new(&picture)).with_guessed_format().ok().and_then(|reader| reader.into_dimensions().ok());
    let pixels = size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    if pixels > MOST_PIXELS && pixels <= PICTURE_PIXELS {
        return;
    }
    crate::archive::check("photo.png", &picture);
}

/// Corrects the checksum of each chunk: length, type, content, checksum.
fn put_checksums_right(mut chunks: &mut [u8]) {
    while let Some(length) = chunks.first_chunk().map(|length| u32::from_be_bytes(*length)) {
        let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(8);
        let Some((chunk, rest)) = chunks.split_at_mut_checked(end) else { return };
        let Some((checksum, rest)) = rest.split_first_chunk_mut() else { return };
        let mut crc = Crc::new();
        crc.update(&chunk[4..]);
        *checksum = crc.sum().to_be_bytes();
        chunks = rest;
    }
}
