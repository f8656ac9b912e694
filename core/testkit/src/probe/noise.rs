//! Noise_IKpsk2 in both roles, written line by line from whitepaper sections 5.4.2, 5.4.3 and 5.4.5.

use aws_lc_rs::agreement;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use super::{Probe, Transport, hash, public_of};

/// An initiation that was sent, and the state to read its response.
#[derive(Clone)]
pub struct Sent {
    /// The datagram.
    pub message: Vec<u8>,
    sender: u32,
    ephemeral: [u8; 32],
    c: [u8; 32],
    h: [u8; 32],
    secrets: Vec<Secret>,
}

/// A secret that nobody else may ever learn, and its name.
pub type Secret = (&'static str, [u8; 32]);

/// The content of an initiation, and the answer to it.
#[derive(Clone)]
pub struct Answer {
    /// The initiator's static public key.
    pub initiator: [u8; 32],
    /// The timestamp, a TAI64N label.
    pub timestamp: [u8; 12],
    /// The index that the initiator chose.
    pub initiator_index: u32,
    /// The response to send.
    pub message: Vec<u8>,
    /// The resulting session.
    pub transport: Transport,
}

impl Probe {
    /// Creates an initiation with any timestamp, valid or not.
    ///
    /// # Panics
    /// If the peer's key is of low order.
    pub fn initiation(&mut self, sender: u32, timestamp: [u8; 12]) -> Sent {
        let (mut c, mut h) = beginning(&self.peer);
        let ephemeral = self.next_ephemeral();
        let e = public_of(&ephemeral);
        c = kdf(&c, &e)[0];
        h = hash(&[&h, &e]);
        let es = dh(&ephemeral, &self.peer).expect("the peer's key is not of low order");
        let [next, key, _] = kdf(&c, &es);
        let mut secrets = vec![("DH of ephemeral and static", es), ("chaining key before the timestamp", next)];
        secrets.push(("key of the static key", key));
        c = next;
        let sealed_static = seal(&key, &h, &self.public);
        h = hash(&[&h, &sealed_static]);
        let [next, key, _] = kdf(&c, &dh(&self.private, &self.peer).expect("the peer's key is not of low order"));
        secrets.push(("key of the timestamp", key));
        c = next;
        let sealed_timestamp = seal(&key, &h, &timestamp);
        h = hash(&[&h, &sealed_timestamp]);
        let mut message = [&[1, 0, 0, 0], &sender.to_le_bytes()[..], &e, &sealed_static, &sealed_timestamp, &[0; 32]].concat();
        self.stamp(&mut message);
        secrets.push(("chaining key after the initiation", c));
        Sent { message, sender, ephemeral, c, h, secrets }
    }

    /// Reads the response to an initiation. Returns `None` if it does not authenticate.
    pub fn finish(&self, sent: &Sent, response: &[u8]) -> Option<Transport> {
        if response.len() != 92 || response[..4] != [2, 0, 0, 0] || response[8..12] != sent.sender.to_le_bytes() {
            return None;
        }
        let e: [u8; 32] = response[12..44].try_into().ok()?;
        let mut c = kdf(&sent.c, &e)[0];
        let mut h = hash(&[&sent.h, &e]);
        let mut secrets = sent.secrets.clone();
        c = mix(&mut secrets, &c, &dh(&sent.ephemeral, &e)?);
        c = mix(&mut secrets, &c, &dh(&self.private, &e)?);
        let [c, t, key] = kdf(&c, &self.preshared_key);
        secrets.extend([("last chaining key", c), ("key of the empty message", key)]);
        h = hash(&[&h, &t]);
        open(&key, &h, &response[44..60])?;
        let [of_initiator, of_responder, _] = kdf(&c, &[]);
        let remote = u32::from_le_bytes(response[4..8].try_into().ok()?);
        Some(Transport::new(sent.sender, remote, of_initiator, of_responder, secrets))
    }

    /// Reads an initiation of the other peer and creates the response. Returns `None` if it does not authenticate.
    pub fn answer(&mut self, initiation: &[u8], sender: u32) -> Option<Answer> {
        if initiation.len() != 148 || initiation[..4] != [1, 0, 0, 0] || !self.macs(initiation).0 {
            return None;
        }
        let (mut c, mut h) = beginning(&self.public);
        let initiator_e: [u8; 32] = initiation[8..40].try_into().ok()?;
        c = kdf(&c, &initiator_e)[0];
        h = hash(&[&h, &initiator_e]);
        let es = dh(&self.private, &initiator_e)?;
        let [next, key, _] = kdf(&c, &es);
        let mut secrets = vec![("DH of ephemeral and static", es), ("chaining key before the timestamp", next)];
        secrets.push(("key of the static key", key));
        c = next;
        let initiator: [u8; 32] = open(&key, &h, &initiation[40..88])?.try_into().ok()?;
        h = hash(&[&h, &initiation[40..88]]);
        let [next, key, _] = kdf(&c, &dh(&self.private, &initiator)?);
        secrets.extend([("chaining key after the initiation", next), ("key of the timestamp", key)]);
        c = next;
        let timestamp = open(&key, &h, &initiation[88..116])?.try_into().ok()?;
        h = hash(&[&h, &initiation[88..116]]);

        let ephemeral = self.next_ephemeral();
        let e = public_of(&ephemeral);
        c = kdf(&c, &e)[0];
        h = hash(&[&h, &e]);
        c = mix(&mut secrets, &c, &dh(&ephemeral, &initiator_e)?);
        c = mix(&mut secrets, &c, &dh(&ephemeral, &initiator)?);
        let [c, t, key] = kdf(&c, &self.preshared_key);
        secrets.extend([("last chaining key", c), ("key of the empty message", key)]);
        h = hash(&[&h, &t]);
        let nothing = seal(&key, &h, &[]);
        let initiator_index = u32::from_le_bytes(initiation[4..8].try_into().ok()?);
        let indices = [sender.to_le_bytes(), initiator_index.to_le_bytes()].concat();
        let mut message = [&[2, 0, 0, 0], &indices[..], &e, &nothing, &[0; 32]].concat();
        self.stamp(&mut message);
        let [of_initiator, of_responder, _] = kdf(&c, &[]);
        let transport = Transport::new(sender, initiator_index, of_responder, of_initiator, secrets);
        Some(Answer { initiator, timestamp, initiator_index, message, transport })
    }

    fn next_ephemeral(&mut self) -> [u8; 32] {
        let ephemeral = self.ephemeral;
        self.ephemeral = hash(&[&ephemeral]);
        ephemeral
    }
}

/// Returns the chaining key and the hash before the first message.
fn beginning(responder: &[u8; 32]) -> ([u8; 32], [u8; 32]) {
    let c = hash(&[b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"]);
    let h = hash(&[&c, b"WireGuard v1 zx2c4 Jason@zx2c4.com"]);
    (c, hash(&[&h, responder]))
}

/// Mixes the result of a key agreement into the chaining key with KDF1, and adds both to the secrets.
fn mix(secrets: &mut Vec<Secret>, c: &[u8; 32], shared: &[u8; 32]) -> [u8; 32] {
    let [next, ..] = kdf(c, shared);
    secrets.extend([("DH with an ephemeral key", *shared), ("chaining key within the response", next)]);
    next
}

/// Returns the three outputs of KDF3; KDF1 and KDF2 are its first one and two outputs.
fn kdf(key: &[u8; 32], input: &[u8]) -> [[u8; 32]; 3] {
    let t0 = hmac(key, &[input]);
    let t1 = hmac(&t0, &[&[1]]);
    let t2 = hmac(&t0, &[&t1, &[2]]);
    [t1, t2, hmac(&t0, &[&t2, &[3]])]
}

/// HMAC (RFC 2104) with a block size of 64 bytes.
fn hmac(key: &[u8; 32], input: &[&[u8]]) -> [u8; 32] {
    let pad = |with: u8| -> [u8; 64] { std::array::from_fn(|at| key.get(at).copied().unwrap_or(0) ^ with) };
    let inner_pad = pad(0x36);
    let inner: Vec<&[u8]> = std::iter::once(&inner_pad[..]).chain(input.iter().copied()).collect();
    hash(&[&pad(0x5c), &hash(&inner)])
}

fn dh(private: &[u8; 32], public: &[u8; 32]) -> Option<[u8; 32]> {
    let key = agreement::PrivateKey::from_private_key(&agreement::X25519, private).ok()?;
    let public = agreement::UnparsedPublicKey::new(&agreement::X25519, public);
    agreement::agree(&key, public, (), |shared| shared.try_into().map_err(|_| ())).ok()
}

fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: plain, aad };
    ChaCha20Poly1305::new(key.into()).encrypt(&Nonce::default(), payload).expect("a short message can be sealed")
}

fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    ChaCha20Poly1305::new(key.into()).decrypt(&Nonce::default(), Payload { msg: sealed, aad }).ok()
}
