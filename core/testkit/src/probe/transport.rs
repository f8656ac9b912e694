//! Transport messages of the probe (whitepaper section 5.4.6). Nothing is enforced: the test chooses counters and plaintexts.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use super::Secret;

/// One end of a session.
#[derive(Clone)]
pub struct Transport {
    /// The index that this end chose.
    pub local: u32,
    /// The index that the other end chose.
    pub remote: u32,
    send: [u8; 32],
    receive: [u8; 32],
    /// Counter of the next [`Transport::data`].
    pub next: u64,
    /// Secrets of the handshake, for tests that search a memory image for erased keys.
    pub handshake_secrets: Vec<Secret>,
}

impl Transport {
    pub(super) fn new(local: u32, remote: u32, send: [u8; 32], receive: [u8; 32], handshake_secrets: Vec<Secret>) -> Self {
        Self { local, remote, send, receive, next: 0, handshake_secrets }
    }

    /// Returns the keys with their names at the other end: it receives with the key that this end sends with.
    pub fn keys_of_the_other(&self) -> [Secret; 2] {
        [("receiving key", self.send), ("sending key", self.receive)]
    }

    /// Creates a message with the next counter. The plaintext is padded with zeros to a multiple of 16; an empty one makes a
    /// keepalive.
    pub fn data(&mut self, packet: &[u8]) -> Vec<u8> {
        let mut padded = packet.to_vec();
        padded.resize(packet.len().next_multiple_of(16), 0);
        self.next += 1;
        self.seal(self.next - 1, &padded)
    }

    /// Creates a message with any counter and any plaintext, without padding.
    ///
    /// # Panics
    /// If the plaintext is longer than the cipher can seal.
    pub fn seal(&self, counter: u64, plaintext: &[u8]) -> Vec<u8> {
        let sealed = ChaCha20Poly1305::new(&self.send.into()).encrypt(&nonce(counter), plaintext).expect("it is short");
        [&[4, 0, 0, 0], &self.remote.to_le_bytes()[..], &counter.to_le_bytes(), &sealed].concat()
    }

    /// Returns counter and padded plaintext of a message from the other end. Returns `None` if it is not for this session or does
    /// not authenticate.
    pub fn open(&self, message: &[u8]) -> Option<(u64, Vec<u8>)> {
        if message.len() < 32 || message[..4] != [4, 0, 0, 0] || message[4..8] != self.local.to_le_bytes() {
            return None;
        }
        let counter = u64::from_le_bytes(message[8..16].try_into().ok()?);
        let plain = ChaCha20Poly1305::new(&self.receive.into()).decrypt(&nonce(counter), &message[16..]).ok()?;
        Some((counter, plain))
    }
}

fn nonce(counter: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_le_bytes());
    nonce.into()
}
