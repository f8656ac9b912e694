//! The GUID of an adapter, computed from its name. Windows keeps the profile of a network (public or private, remembered
//! settings) under it, so a tunnel of the same name has the same one each time.

use sha2::{Digest as _, Sha256};

/// Returns the GUID that belongs to a name, as a number in the order of its text form: version 8 of RFC 9562, from a hash.
pub(super) fn of(name: &str) -> u128 {
    guid_of("Adit adapter ", name.as_bytes())
}

/// As above, for anything that has a name of a kind.
pub(in crate::windows) fn guid_of(kind: &str, name: &[u8]) -> u128 {
    const VERSION: u128 = 8 << 76;
    const VERSION_BITS: u128 = 0xf << 76;
    const VARIANT: u128 = 0b10 << 62;
    const VARIANT_BITS: u128 = 0b11 << 62;
    let digest = Sha256::new().chain_update(kind).chain_update(name).finalize();
    let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    number & !(VERSION_BITS | VARIANT_BITS) | VERSION | VARIANT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_guid_of_its_own_of_version_8() {
        assert_eq!(of("office"), of("office"));
        assert_ne!(of("office"), of("Office"));
        let text = format!("{:032x}", of("office"));
        assert_eq!(&text[12..13], "8");
        assert!(matches!(&text[16..17], "8" | "9" | "a" | "b"), "{text}");
    }
}
