//! The three kinds of 32-byte keys, as types that cannot be confused with each other or printed by accident.
//!
//! # Example
//!
//! ```
//! use adit_protocol::{KeyError, PrivateKey, PublicKey};
//!
//! let private: PrivateKey = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=".parse()?;
//! let public: PublicKey = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=".parse()?;
//! assert_eq!(private.public(), public);
//! assert!(!format!("{private:?}").contains("yAnz5TF"), "a private key is not printed");
//! assert_eq!("yAnz5TF+".parse::<PublicKey>(), Err(KeyError::Length(8)));
//! # Ok::<(), KeyError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::agreement;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::stack::erase_below;

/// The reason why a text is not a key. It contains no part of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Wrong length: a base64 key has exactly 44 characters, the last one `=`; a hexadecimal key has 64.
    #[error("a key has 44 base64 characters or 64 hexadecimal digits, this has {0} characters")]
    Length(usize),
    /// A character outside the alphabet, or bits set beyond the 256th.
    #[error("not valid base64 or hexadecimal")]
    Encoding,
}

/// A Curve25519 private key, clamped. It is erased from memory on drop and implements neither `Display` nor `Serialize`.
pub struct PrivateKey(Bytes);

/// A Curve25519 public key, which identifies a peer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// A symmetric key that is mixed into the handshake (whitepaper section 5.2). All zero means "none". It is erased on drop.
pub struct PresharedKey(Bytes);

/// The bytes of a key, on the heap, so that moving a key leaves no copy behind.
type Bytes = Box<Zeroizing<[u8; 32]>>;

impl PrivateKey {
    /// Generates a new key with the caller's random number generator.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Bytes::default();
        rng.fill_bytes(&mut **bytes);
        Self::clamped(bytes)
    }

    /// Takes 32 bytes and clamps them as RFC 7748 section 5 prescribes.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self::clamped(boxed(&bytes));
        bytes.zeroize();
        key
    }

    fn clamped(mut bytes: Bytes) -> Self {
        bytes[0] &= 0b1111_1000;
        bytes[31] = (bytes[31] & 0b0111_1111) | 0b0100_0000;
        Self(bytes)
    }

    /// Parses 64 hexadecimal digits, the form of the cross-platform UAPI.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        decode_hex(text).map(Self::clamped)
    }

    /// Returns true if `text` is the all-zero key (before clamping), which means "remove the key" in the UAPI.
    pub fn is_zero_hex(text: &str) -> bool {
        text.len() == 64 && text.bytes().all(|byte| byte == b'0')
    }

    /// Computes the public key.
    pub fn public(&self) -> PublicKey {
        let private = agreement::PrivateKey::from_private_key(&agreement::X25519, &**self.0).expect("any 32 bytes are a key");
        let public = private.compute_public_key().expect("X25519 has a public key for each private one");
        erase_below();
        let mut bytes = [0; 32];
        bytes.copy_from_slice(public.as_ref());
        PublicKey(bytes)
    }

    /// Returns the secret bytes. The caller is responsible for where they go.
    pub fn dangerously_reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the secret in base64. The caller is responsible for where it goes.
    pub fn dangerously_reveal_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }
}

impl PublicKey {
    /// Takes any 32 bytes. Points of low order are refused at the first handshake.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        decode_hex(text).map(|bytes| Self(**bytes))
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns an abbreviation such as `AbCd…wXyZ`, for logs and narrow columns.
    pub fn short(&self) -> String {
        let text = self.to_string();
        format!("{}…{}", &text[..4], &text[39..43])
    }
}

impl PresharedKey {
    /// Generates a new key with the caller's random number generator.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Bytes::default();
        rng.fill_bytes(&mut **bytes);
        Self(bytes)
    }

    /// Takes any 32 bytes.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(boxed(&bytes));
        bytes.zeroize();
        key
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        decode_hex(text).map(Self)
    }

    /// Returns the all-zero key, which means "no key".
    pub fn none() -> Self {
        Self(Bytes::default())
    }

    /// Returns true if this is [`PresharedKey::none`], in constant time.
    pub fn is_none(&self) -> bool {
        self.0.ct_eq(&[0; 32]).into()
    }

    /// Returns the secret bytes. The caller is responsible for where they go.
    pub fn dangerously_reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the secret in base64. The caller is responsible for where it goes.
    pub fn dangerously_reveal_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }
}

// Not derived, because cloning a box may put a copy on the stack.
impl Clone for PrivateKey {
    fn clone(&self) -> Self {
        Self(boxed(&self.0))
    }
}

impl Clone for PresharedKey {
    fn clone(&self) -> Self {
        Self(boxed(&self.0))
    }
}

impl PartialEq for PrivateKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&**other.0).into()
    }
}
impl Eq for PrivateKey {}

impl PartialEq for PresharedKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&**other.0).into()
    }
}
impl Eq for PresharedKey {}

impl FromStr for PrivateKey {
    type Err = KeyError;
    /// Parses 44 base64 characters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        decode_base64(text).map(Self::clamped)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;
    /// Parses 44 base64 characters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        decode_base64(text).map(|bytes| Self(**bytes))
    }
}

impl FromStr for PresharedKey {
    type Err = KeyError;
    /// Parses 44 base64 characters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        decode_base64(text).map(Self)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::LowerHex for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Debug for PresharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

fn boxed(from: &[u8; 32]) -> Bytes {
    let mut bytes = Bytes::default();
    bytes.copy_from_slice(from);
    bytes
}

fn decode_base64(text: &str) -> Result<Bytes, KeyError> {
    let characters = text.chars().count();
    if characters != 44 || !text.ends_with('=') {
        return Err(KeyError::Length(characters));
    }
    let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| KeyError::Encoding)?);
    bytes.as_slice().try_into().map(boxed).map_err(|_| KeyError::Encoding)
}

fn decode_hex(text: &str) -> Result<Bytes, KeyError> {
    if text.len() != 64 {
        return Err(KeyError::Length(text.chars().count()));
    }
    let mut bytes = Bytes::default();
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = hex_digit(digits[0])? << 4 | hex_digit(digits[1])?;
    }
    Ok(bytes)
}

fn hex_digit(digit: u8) -> Result<u8, KeyError> {
    char::from(digit).to_digit(16).map(|value| value as u8).ok_or(KeyError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_key_is_the_one_of_rfc_7748_section_6_1() {
        let alice = PrivateKey::from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a").unwrap();
        assert_eq!(format!("{:x}", alice.public()), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    }

    #[test]
    fn base64_round_trips_and_bad_padding_is_refused() {
        let text = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
        assert_eq!(text.parse::<PublicKey>().unwrap().to_string(), text);
        for bad in [
            "",
            "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk",
            "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBml=",
            "YAnz5TF-lXXJte14tji3zlMNq_hd2rYUIgJBgB3fBmk=",
        ] {
            assert!(bad.parse::<PublicKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_private_key_never_prints() {
        let key = PrivateKey::from_bytes([7; 32]);
        assert_eq!(format!("{key:?}"), "[redacted]");
    }
}
