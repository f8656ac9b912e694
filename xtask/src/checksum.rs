//! SHA-256 checksums in hexadecimal, as `sha256sum` prints them.

use sha2::{Digest as _, Sha256};

/// Returns the checksum of `bytes`.
pub(crate) fn of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_sha256sum() {
        // printf abc | sha256sum (FIPS 180-4, appendix B.1)
        assert_eq!(super::of(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
