//! Parses the text of a key and, if it is not one, finds out why.

use adit_protocol::PublicKey;

use crate::diagnostic::KeyDefect;

/// The points of small order on Curve25519 and its twist, in all encodings below 2^255 (RFC 7748 section 7; listed in Bernstein's
/// "Curve25519", section 3).
const LOW_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    encoding(1, 0, 0),
    *b"\xe0\xeb\x7a\x7c\x3b\x41\xb8\xae\x16\x56\xe3\xfa\xf1\x9f\xc4\x6a\xda\x09\x8d\xeb\x9c\x32\xb1\xfd\x86\x62\x05\x16\x5f\x49\xb8\x00",
    *b"\x5f\x9c\x95\xbc\xa3\x50\x8c\x24\xb1\xd0\xb1\x55\x9c\x83\xef\x5b\x04\x44\x5c\xc4\x58\x1c\x8e\x86\xd8\x22\x4e\xdd\xd0\x9f\x11\x57",
    encoding(0xec, 0xff, 0x7f),
    encoding(0xed, 0xff, 0x7f),
    encoding(0xee, 0xff, 0x7f),
];

const fn encoding(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// Parses 44 base64 characters as any of the three kinds of keys.
pub(crate) fn read<K: std::str::FromStr>(text: &str) -> Result<K, KeyDefect> {
    text.parse().map_err(|_| defect(text))
}

/// Returns true if the text is the key of 32 zeros.
pub(crate) fn is_zero(text: &str) -> bool {
    text.len() == 44 && text.strip_suffix('=').is_some_and(|digits| digits.bytes().all(|byte| byte == b'A'))
}

/// Returns true if a handshake with this key cannot yield a secret.
pub(crate) fn is_low_order(key: &PublicKey) -> bool {
    let mut bytes = *key.as_bytes();
    bytes[31] &= 0x7f;
    LOW_ORDER.contains(&bytes)
}

fn defect(text: &str) -> KeyDefect {
    let characters = text.chars().count();
    let is_base64 = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '/');
    let digits = text.strip_suffix('=').unwrap_or(text);
    if characters == 64 && text.chars().all(|character| character.is_ascii_hexdigit()) {
        return KeyDefect::Hexadecimal;
    }
    let is_long_enough = digits.chars().count() == 43;
    if is_long_enough && digits.chars().all(|character| is_base64(character) || matches!(character, '-' | '_')) {
        return match (digits.contains(['-', '_']), text.ends_with('=')) {
            (true, _) => KeyDefect::UrlSafe,
            (false, false) => KeyDefect::Padding,
            (false, true) => KeyDefect::NotCanonical,
        };
    }
    if characters == 44 { KeyDefect::Alphabet } else { KeyDefect::Length(characters) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use adit_protocol::PrivateKey;

    const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

    #[test]
    fn every_damage_to_a_key_has_its_name() {
        let damage = |text: &str| read::<PrivateKey>(text).err();
        assert_eq!(damage(KEY), None);
        assert_eq!(damage(&KEY[..43]), Some(KeyDefect::Padding));
        assert_eq!(damage(&KEY[1..]), Some(KeyDefect::Length(43)));
        assert_eq!(damage(&format!("{KEY}=")), Some(KeyDefect::Length(45)));
        assert_eq!(damage(&KEY.replace('+', "-")), Some(KeyDefect::UrlSafe));
        assert_eq!(damage(&KEY.replace("mk=", "ml=")), Some(KeyDefect::NotCanonical));
        assert_eq!(damage(&KEY.replace('+', "*")), Some(KeyDefect::Alphabet));
        assert_eq!(damage(&KEY.replace('+', "é")), Some(KeyDefect::Alphabet));
        assert_eq!(damage(&"0a".repeat(32)), Some(KeyDefect::Hexadecimal));
        assert_eq!(damage(""), Some(KeyDefect::Length(0)));
    }

    /// Tests the rule for keys: 44 characters, the last one `=`, the 43rd one of sixteen.
    #[test]
    fn only_sixteen_letters_can_stand_before_the_equals_sign() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let accepted: String =
            alphabet.chars().filter(|last| read::<PublicKey>(&format!("{}{last}=", &KEY[..42])).is_ok()).collect();
        assert_eq!(accepted, "AEIMQUYcgkosw048");
    }

    #[test]
    fn zero_is_low_order_and_so_are_its_relatives() {
        assert!(is_zero(&format!("{}=", "A".repeat(43))));
        assert!(!is_zero(KEY));
        for mut point in LOW_ORDER {
            assert!(is_low_order(&PublicKey::from_bytes(point)));
            point[31] |= 0x80;
            assert!(is_low_order(&PublicKey::from_bytes(point)));
        }
        assert!(!is_low_order(&PrivateKey::from_bytes([7; 32]).public()));
    }
}
