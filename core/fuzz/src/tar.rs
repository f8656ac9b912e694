//! Tar archives, plain or compressed; for the checked properties see [`crate::archive`].
//!
//! The first byte decides whether the rest is compressed with gzip. The headers' checksums are corrected first; otherwise every
//! mutation would fail on them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

const BLOCK: usize = 512;
const SIZE: std::ops::Range<usize> = 124..136;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const MAGIC: std::ops::Range<usize> = 257..262;

/// Checks one archive.
pub fn check(bytes: &[u8]) {
    let Some((mode, archive)) = bytes.split_first() else { return };
    let mut archive = archive.to_vec();
    if mode & 2 == 0 {
        put_checksums_right(&mut archive);
    }
    if mode & 1 == 1 {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&archive).expect("memory takes everything");
        archive = encoder.finish().expect("memory takes everything");
    }
    crate::archive::check("tunnels.tar", &archive);
}

/// Corrects the checksum of each header, following the sizes that the headers state in octal.
pub(crate) fn put_checksums_right(archive: &mut [u8]) {
    let mut at = 0;
    while let Some(header) = archive.get_mut(at..at + BLOCK) {
        if header.get(MAGIC) == Some(b"ustar") {
            header[CHECKSUM].fill(b' ');
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let digits = header[SIZE].iter().take_while(|byte| (b'0'..=b'7').contains(byte));
        let size = digits.fold(0_usize, |size, digit| size.saturating_mul(8).saturating_add(usize::from(digit - b'0')));
        at = at.saturating_add(BLOCK).saturating_add(size.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX - BLOCK));
        if at >= archive.len() {
            return;
        }
    }
}
