//! mac1, which every handshake message carries, and the keyed BLAKE2s that mac1 and the cookies use (whitepaper section 5.4.4).
//!
//! Checking mac1 costs one hash. It proves only that the sender knows our public key, and it is the reason why we do not answer
//! anybody else.

use blake2::digest::consts::U16;
use blake2::digest::{Digest, KeyInit, Mac};
use blake2::{Blake2s256, Blake2sMac};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::PublicKey;
use crate::wire::MAC_SIZE;

const LABEL_MAC1: &[u8] = b"mac1----";
const LABEL_COOKIE: &[u8] = b"cookie--";

/// The keys for mac1 and for cookies, derived from the public key of the receiver of handshake messages. The receiver checks with
/// them; senders compute with them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Macs {
    mac1: [u8; 32],
    cookie: [u8; 32],
}

impl Macs {
    /// Derives the keys for handshake messages to the owner of `receiver`.
    pub fn to(receiver: &PublicKey) -> Self {
        Self { mac1: labelled(LABEL_MAC1, receiver), cookie: labelled(LABEL_COOKIE, receiver) }
    }

    /// Computes mac1 over the part of `message`, a complete handshake message, that precedes it. `None`: shorter than both MACs.
    pub fn mac1(&self, message: &[u8]) -> Option<[u8; MAC_SIZE]> {
        Some(self.mac1_of(split(message)?.0))
    }

    /// Returns true if `message` carries the right mac1, in constant time.
    pub fn mac1_ok(&self, message: &[u8]) -> bool {
        let carried = split(message).map(|(_, mac1, _)| mac1);
        self.mac1(message).zip(carried).is_some_and(|(wanted, carried)| wanted.ct_eq(carried).into())
    }

    /// Computes mac1 over `covered`, a handshake message up to mac1.
    pub(crate) fn mac1_of(&self, covered: &[u8]) -> [u8; MAC_SIZE] {
        keyed(&self.mac1, &[covered])
    }

    /// Returns the key that encrypts cookies.
    pub(crate) fn cookie_key(&self) -> &[u8; 32] {
        &self.cookie
    }
}

impl std::fmt::Debug for Macs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Splits a handshake message into the part that mac1 covers, mac1, and mac2.
pub(crate) fn split(message: &[u8]) -> Option<(&[u8], &[u8; MAC_SIZE], &[u8; MAC_SIZE])> {
    let (rest, mac2) = message.split_last_chunk()?;
    let (covered, mac1) = rest.split_last_chunk()?;
    Some((covered, mac1, mac2))
}

/// Computes 16 bytes of BLAKE2s over all `parts`, keyed with up to 32 bytes.
pub(crate) fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; MAC_SIZE] {
    let mut mac = Blake2sMac::<U16>::new_from_slice(key).expect("keys here have 16 or 32 bytes");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn labelled(label: &[u8], receiver: &PublicKey) -> [u8; 32] {
    Blake2s256::new().chain_update(label).chain_update(receiver.as_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{INITIATION_SIZE, RESPONSE_SIZE};

    #[test]
    fn p6_mac1_is_the_one_that_another_implementation_of_blake2s_gives() {
        // python: blake2s(bytes(range(116)), digest_size=16, key=blake2s(b"mac1----" + bytes(range(32))).digest())
        let message: [u8; INITIATION_SIZE] = std::array::from_fn(|at| at as u8);
        let macs = Macs::to(&PublicKey::from_bytes(std::array::from_fn(|at| at as u8)));
        assert_eq!(macs.mac1(&message), Some(hex("3a7d1b865f062f4af4677f1d88d7ea74")));
        assert_eq!(macs.cookie_key(), &hex::<32>("3dd5869c5202e45146936d1644f76ff697061661c181f3fd450eae43932eacec"));
        assert_eq!(keyed(&[7; 16], &[b"ab", b"c"]), hex("7baf2099bb3cab6377f4ac9d1d2946a3"));
    }

    #[test]
    fn p6_mac1_covers_everything_before_it_and_nothing_after() {
        let macs = Macs::to(&PublicKey::from_bytes([9; 32]));
        for size in [INITIATION_SIZE, RESPONSE_SIZE] {
            let mut message = vec![3; size];
            let mac1 = macs.mac1(&message).unwrap();
            message[size - 32..size - 16].copy_from_slice(&mac1);
            for at in 0..size {
                message[at] ^= 0x10;
                assert_eq!(macs.mac1_ok(&message), at >= size - 16, "byte {at} of {size} changed");
                message[at] ^= 0x10;
            }
            assert!(!Macs::to(&PublicKey::from_bytes([8; 32])).mac1_ok(&message));
        }
    }

    #[test]
    fn a_message_too_short_for_both_macs_has_neither() {
        let macs = Macs::to(&PublicKey::from_bytes([9; 32]));
        assert!((0..32).all(|size| !macs.mac1_ok(&vec![0; size])));
    }

    fn hex<const SIZE: usize>(text: &str) -> [u8; SIZE] {
        std::array::from_fn(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap())
    }
}
