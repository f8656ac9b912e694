//! A scripted peer: it implements the protocol from the whitepaper's text alone, shares no line with the engine, and can send any
//! message, genuine or forged.
//!
//! Its ChaCha20-Poly1305 comes from another library than the engine's, and HMAC is written out here.

mod noise;
mod transport;

use aws_lc_rs::agreement;
use blake2::digest::consts::U16;
use blake2::digest::{Digest, KeyInit, Mac};
use blake2::{Blake2s256, Blake2sMac};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::aead::Payload;
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

pub use noise::{Answer, Secret, Sent};
pub use transport::Transport;

/// A scripted peer that communicates with one other peer.
#[derive(Clone)]
pub struct Probe {
    private: [u8; 32],
    /// Its own public key.
    pub public: [u8; 32],
    /// The public key of the other peer.
    pub peer: [u8; 32],
    /// The preshared key; all zero for none.
    pub preshared_key: [u8; 32],
    /// The next ephemeral private key, which changes with each created message.
    pub ephemeral: [u8; 32],
    /// The cookie that makes mac2, if there is one.
    pub cookie: Option<[u8; 16]>,
}

impl Probe {
    /// Creates a probe with the key `private` that talks to `peer`.
    pub fn new(private: [u8; 32], peer: [u8; 32]) -> Self {
        Self { private, public: public_of(&private), peer, preshared_key: [0; 32], ephemeral: [0x33; 32], cookie: None }
    }

    /// Returns a TAI64N label (section 5.4.2) with the given nanoseconds.
    pub fn timestamp(unix_seconds: u64, nanos: u32) -> [u8; 12] {
        let mut label = [0; 12];
        label[..8].copy_from_slice(&(0x4000_0000_0000_000a + unix_seconds).to_be_bytes());
        label[8..].copy_from_slice(&nanos.to_be_bytes());
        label
    }

    /// Writes both MACs (section 5.4.4) to the end of a handshake message for the other peer.
    pub fn stamp(&self, message: &mut [u8]) {
        let at = message.len() - 32;
        let mac1 = mac(&hash(&[b"mac1----", &self.peer]), &message[..at]);
        message[at..at + 16].copy_from_slice(&mac1);
        let mac2 = self.cookie.map_or([0; 16], |cookie| mac(&cookie, &message[..at + 16]));
        message[at + 16..].copy_from_slice(&mac2);
    }

    /// Returns whether mac1 of a handshake message from the other peer is correct, and its mac2.
    pub fn macs(&self, message: &[u8]) -> (bool, [u8; 16]) {
        let at = message.len() - 32;
        let expected = mac(&hash(&[b"mac1----", &self.public]), &message[..at]);
        (expected == message[at..at + 16], message[at + 16..].try_into().expect("16 bytes"))
    }

    /// Decrypts the cookie in a cookie reply to `message`. Returns `None` if it does not authenticate (section 5.4.7).
    pub fn open_cookie(&self, reply: &[u8], message: &[u8]) -> Option<[u8; 16]> {
        let mac1 = &message[message.len() - 32..message.len() - 16];
        let payload = Payload { msg: &reply[32..64], aad: mac1 };
        let cipher = XChaCha20Poly1305::new(&hash(&[b"cookie--", &self.peer]).into());
        let nonce: [u8; 24] = reply[8..32].try_into().expect("24 bytes");
        cipher.decrypt(&XNonce::from(nonce), payload).ok()?.try_into().ok()
    }

    /// Builds a reply that gives the other peer a cookie, as under load. `receiver` is the sender index of its `message`.
    pub fn cookie_reply(&self, message: &[u8], receiver: u32, nonce: [u8; 24], cookie: [u8; 16]) -> Vec<u8> {
        let mac1 = &message[message.len() - 32..message.len() - 16];
        let cipher = XChaCha20Poly1305::new(&hash(&[b"cookie--", &self.public]).into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: &cookie, aad: mac1 }).expect("sixteen bytes are short");
        [&[3, 0, 0, 0], &receiver.to_le_bytes()[..], &nonce, &sealed].concat()
    }
}

/// Computes mac2 with `cookie` for a message whose mac1 is set.
pub fn mac2(message: &[u8], cookie: &[u8; 16]) -> [u8; 16] {
    mac(cookie, &message[..message.len() - 16])
}

/// Computes the X25519 public key.
fn public_of(private: &[u8; 32]) -> [u8; 32] {
    let key = agreement::PrivateKey::from_private_key(&agreement::X25519, private).expect("any 32 bytes are a key");
    let public = key.compute_public_key().expect("every private key has a public one");
    public.as_ref().try_into().expect("X25519 keys have 32 bytes")
}

/// The whitepaper's HASH of the concatenated parts.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Blake2s256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// The whitepaper's MAC(key, input), 16 bytes.
fn mac(key: &[u8], input: &[u8]) -> [u8; 16] {
    let mut mac = Blake2sMac::<U16>::new_from_slice(key).expect("keys here have 16 or 32 bytes");
    mac.update(input);
    mac.finalize().into_bytes().into()
}
