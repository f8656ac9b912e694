//! The cryptography of the handshake: Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s, whitepaper section 5.4.
//!
//! These functions turn bytes into bytes; the engine decides when to call them.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement;
use blake2::{Blake2s256, Digest};
use hmac::{KeyInit, Mac, SimpleHmac};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::key::{PresharedKey, PrivateKey, PublicKey};
use crate::stack::erase_below;
use crate::timestamp::Tai64n;
use crate::wire::{Initiation, Response};

pub mod nk;

const CONSTRUCTION: &[u8] = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
const IDENTIFIER: &[u8] = b"WireGuard v1 zx2c4 Jason@zx2c4.com";

/// A handshake message that does not authenticate: wrong key, wrong tag or a point of low order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Invalid;

/// Our static key pair.
pub(crate) struct Identity {
    private: agreement::PrivateKey,
    pub(crate) secret: PrivateKey,
    pub(crate) public: PublicKey,
}

/// X25519 of the two static keys, the only expensive part of a handshake that never changes.
pub(crate) type StaticStatic = Zeroizing<[u8; 32]>;

/// State of the initiator between its initiation and the response.
pub(crate) struct Initiator {
    ephemeral: agreement::PrivateKey,
    symmetric: Symmetric,
}

/// State of the responder after it decrypted the static key of an initiation.
pub(crate) struct Opened {
    pub(crate) initiator: PublicKey,
    ephemeral: [u8; 32],
    symmetric: Symmetric,
}

/// State of the responder from which it creates its response.
pub(crate) struct Responder {
    initiator: PublicKey,
    ephemeral: [u8; 32],
    symmetric: Symmetric,
}

/// The two transport keys of a completed handshake.
pub(crate) struct TransportKeys {
    pub(crate) send: LessSafeKey,
    pub(crate) receive: LessSafeKey,
}

impl Identity {
    pub(crate) fn new(private: &PrivateKey) -> Self {
        Self { public: private.public(), secret: private.clone(), private: import(private.dangerously_reveal()) }
    }

    /// Computes X25519 with the peer's static key. Fails for points of low order.
    pub(crate) fn static_static(&self, peer: &PublicKey) -> Result<StaticStatic, Invalid> {
        diffie_hellman(&self.private, peer.as_bytes())
    }
}

/// Fills in an initiation (section 5.4.2) except for its MACs.
pub(crate) fn initiate(
    identity: &Identity,
    peer: &PublicKey,
    static_static: &StaticStatic,
    timestamp: Tai64n,
    rng: &mut (impl CryptoRng + ?Sized),
    message: &mut Initiation<'_>,
) -> Result<Initiator, Invalid> {
    let mut symmetric = Symmetric::new(peer);
    let (ephemeral, ephemeral_public) = new_ephemeral(rng);
    symmetric.mix_hash(&ephemeral_public);
    symmetric.mix_key(&ephemeral_public);
    *message.ephemeral() = ephemeral_public;

    let key = symmetric.mix_key_2(&*diffie_hellman(&ephemeral, peer.as_bytes())?);
    symmetric.encrypt(&key, identity.public.as_bytes(), message.encrypted_static());
    let key = symmetric.mix_key_2(&**static_static);
    symmetric.encrypt(&key, timestamp.as_bytes(), message.encrypted_timestamp());
    Ok(Initiator { ephemeral, symmetric })
}

/// Decrypts the initiator's static key in an initiation.
pub(crate) fn open_initiation(identity: &Identity, message: &mut Initiation<'_>) -> Result<Opened, Invalid> {
    let mut symmetric = Symmetric::new(&identity.public);
    let ephemeral = *message.ephemeral();
    symmetric.mix_hash(&ephemeral);
    symmetric.mix_key(&ephemeral);
    let key = symmetric.mix_key_2(&*diffie_hellman(&identity.private, &ephemeral)?);
    let mut initiator = [0; 32];
    symmetric.decrypt(&key, message.encrypted_static(), &mut initiator)?;
    Ok(Opened { initiator: PublicKey::from_bytes(initiator), ephemeral, symmetric })
}

impl Opened {
    /// Decrypts the timestamp, which proves that the initiator holds its static private key.
    pub(crate) fn authenticate(
        mut self,
        static_static: &StaticStatic,
        message: &mut Initiation<'_>,
    ) -> Result<(Tai64n, Responder), Invalid> {
        let key = self.symmetric.mix_key_2(&**static_static);
        let mut timestamp = [0; 12];
        self.symmetric.decrypt(&key, message.encrypted_timestamp(), &mut timestamp)?;
        let responder = Responder { initiator: self.initiator, ephemeral: self.ephemeral, symmetric: self.symmetric };
        Ok((Tai64n::from_bytes(timestamp), responder))
    }
}

impl Responder {
    /// Fills in a response (section 5.4.3) except for its MACs, and derives the transport keys.
    pub(crate) fn respond(
        mut self,
        preshared_key: &PresharedKey,
        rng: &mut (impl CryptoRng + ?Sized),
        message: &mut Response<'_>,
    ) -> Result<TransportKeys, Invalid> {
        let (ephemeral, ephemeral_public) = new_ephemeral(rng);
        let symmetric = &mut self.symmetric;
        symmetric.mix_hash(&ephemeral_public);
        symmetric.mix_key(&ephemeral_public);
        *message.ephemeral() = ephemeral_public;
        symmetric.mix_key(&*diffie_hellman(&ephemeral, &self.ephemeral)?);
        symmetric.mix_key(&*diffie_hellman(&ephemeral, self.initiator.as_bytes())?);
        let key = symmetric.mix_preshared_key(preshared_key);
        symmetric.encrypt(&key, &[], message.encrypted_nothing());
        let (of_initiator, of_responder) = symmetric.split();
        Ok(TransportKeys { send: of_responder, receive: of_initiator })
    }
}

impl Initiator {
    /// Reads a response. The state stays usable, so that a forged response does no harm (rule Q10).
    pub(crate) fn finish(
        &self,
        identity: &Identity,
        preshared_key: &PresharedKey,
        message: &mut Response<'_>,
    ) -> Result<TransportKeys, Invalid> {
        let mut symmetric = self.symmetric.clone();
        let ephemeral = *message.ephemeral();
        symmetric.mix_hash(&ephemeral);
        symmetric.mix_key(&ephemeral);
        symmetric.mix_key(&*diffie_hellman(&self.ephemeral, &ephemeral)?);
        symmetric.mix_key(&*diffie_hellman(&identity.private, &ephemeral)?);
        let key = symmetric.mix_preshared_key(preshared_key);
        symmetric.decrypt(&key, message.encrypted_nothing(), &mut [])?;
        let (of_initiator, of_responder) = symmetric.split();
        Ok(TransportKeys { send: of_initiator, receive: of_responder })
    }
}

/// Chaining key and transcript hash of the handshake.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Symmetric {
    chaining_key: [u8; 32],
    hash: [u8; 32],
}

impl Symmetric {
    fn new(responder: &PublicKey) -> Self {
        Self::of(CONSTRUCTION, IDENTIFIER, responder)
    }

    /// Starts a handshake with a responder whose static key is known. `construction`: the name of the pattern, longer than 32
    /// bytes.
    fn of(construction: &[u8], prologue: &[u8], responder: &PublicKey) -> Self {
        let chaining_key: [u8; 32] = Blake2s256::digest(construction).into();
        let hash: [u8; 32] = Blake2s256::new().chain_update(chaining_key).chain_update(prologue).finalize().into();
        let mut symmetric = Self { chaining_key, hash };
        symmetric.mix_hash(responder.as_bytes());
        symmetric
    }

    fn mix_hash(&mut self, data: &[u8]) {
        self.hash = Blake2s256::new().chain_update(self.hash).chain_update(data).finalize().into();
    }

    /// Mixes `input` into the chaining key with KDF1.
    fn mix_key(&mut self, input: &[u8]) {
        let [chaining_key, ..] = self.derive(input, 1);
        self.chaining_key = *chaining_key;
    }

    /// Mixes `input` into the chaining key with KDF2 and returns a key for one message.
    fn mix_key_2(&mut self, input: &[u8]) -> Zeroizing<[u8; 32]> {
        let [chaining_key, key, _] = self.derive(input, 2);
        self.chaining_key = *chaining_key;
        key
    }

    /// Mixes the preshared key into the chaining key and the transcript hash with KDF3, and returns a key for one message.
    fn mix_preshared_key(&mut self, preshared_key: &PresharedKey) -> Zeroizing<[u8; 32]> {
        let [chaining_key, hashed, key] = self.derive(preshared_key.dangerously_reveal(), 3);
        self.chaining_key = *chaining_key;
        self.mix_hash(&*hashed);
        key
    }

    /// Returns the initiator's sending key and the responder's sending key.
    fn split(&self) -> (LessSafeKey, LessSafeKey) {
        let [of_initiator, of_responder, _] = self.derive(&[], 2);
        (aead(&of_initiator), aead(&of_responder))
    }

    /// Returns the first `count` of three outputs of HKDF with BLAKE2s (section 5.4).
    fn derive(&self, input: &[u8], count: u8) -> [Zeroizing<[u8; 32]>; 3] {
        let secret = Zeroizing::new(hmac(&self.chaining_key, &[input]));
        let mut outputs = std::array::from_fn(|_| Zeroizing::new([0; 32]));
        *outputs[0] = hmac(&*secret, &[&[1]]);
        if count > 1 {
            *outputs[1] = hmac(&*secret, &[&*outputs[0], &[2]]);
        }
        if count > 2 {
            *outputs[2] = hmac(&*secret, &[&*outputs[1], &[3]]);
        }
        outputs
    }

    /// Encrypts `plain` into `out`, which is 16 bytes longer.
    fn encrypt(&mut self, key: &[u8; 32], plain: &[u8], out: &mut [u8]) {
        let (body, tag) = out.split_at_mut(plain.len());
        body.copy_from_slice(plain);
        let sealed = aead(key).seal_in_place_separate_tag(zero_nonce(), Aad::from(&self.hash), body);
        tag.copy_from_slice(sealed.expect("a short message can be sealed").as_ref());
        self.mix_hash(out);
    }

    fn decrypt(&mut self, key: &[u8; 32], sealed: &[u8], out: &mut [u8]) -> Result<(), Invalid> {
        let (body, tag) = sealed.split_at(sealed.len() - 16);
        aead(key).open_separate_gather(zero_nonce(), Aad::from(&self.hash), body, tag, out).map_err(|_| Invalid)?;
        self.mix_hash(sealed);
        Ok(())
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = SimpleHmac::<Blake2s256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn aead(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("the key has 32 bytes"))
}

fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn new_ephemeral(rng: &mut (impl CryptoRng + ?Sized)) -> (agreement::PrivateKey, [u8; 32]) {
    let key = PrivateKey::generate(rng);
    let private = import(key.dangerously_reveal());
    let public = private.compute_public_key().expect("X25519 has a public key for each private one");
    (private, array(public.as_ref()))
}

fn import(private: &[u8; 32]) -> agreement::PrivateKey {
    agreement::PrivateKey::from_private_key(&agreement::X25519, private).expect("any 32 bytes are a key")
}

/// Computes X25519. Fails if the result is zero, as it is for points of low order (rule Q11).
fn diffie_hellman(private: &agreement::PrivateKey, public: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, Invalid> {
    let public = agreement::UnparsedPublicKey::new(&agreement::X25519, public);
    let shared = agreement::agree(private, public, Invalid, |shared| Ok(Zeroizing::new(array(shared))));
    erase_below();
    shared
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests;
