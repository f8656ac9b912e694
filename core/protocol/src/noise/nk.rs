//! Noise_NK_25519_ChaChaPoly_BLAKE2s: an anonymous initiator asks a responder whose static key it knows, in one round trip
//! (The Noise Protocol Framework, revision 34, section 7.4). The engine of WireGuard does not use it; the home probe does.
//!
//! The first payload can be read by the responder alone, and may be a replay. The second payload comes from the responder, and
//! from nobody else, as the answer to this one first message.

use aws_lc_rs::agreement;
use rand_core::CryptoRng;

use super::{Identity, Symmetric, diffie_hellman, new_ephemeral};
use crate::key::{PrivateKey, PublicKey};

const CONSTRUCTION: &[u8] = b"Noise_NK_25519_ChaChaPoly_BLAKE2s";

/// The bytes of a message besides its payload: ephemeral key and tag.
pub const OVERHEAD: usize = EPHEMERAL + 16;
const EPHEMERAL: usize = 32;

/// The message is not authentic: another key, another prologue, a changed bit, or an answer to another question.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the message is not authentic")]
pub struct NotAuthentic;

/// The initiator between its message and the answer.
pub struct Initiator {
    ephemeral: agreement::PrivateKey,
    symmetric: Symmetric,
}

impl Initiator {
    /// Returns the state and the first message: `payload` and [`OVERHEAD`] bytes.
    ///
    /// # Errors
    /// If `responder` is a point of low order, which is nobody's key.
    pub fn ask(
        responder: &PublicKey,
        prologue: &[u8],
        payload: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Self, Vec<u8>), NotAuthentic> {
        let mut symmetric = Symmetric::of(CONSTRUCTION, prologue, responder);
        let (ephemeral, public) = new_ephemeral(rng);
        symmetric.mix_hash(&public);
        let key = symmetric.mix_key_2(&*diffie_hellman(&ephemeral, responder.as_bytes()).map_err(|_| NotAuthentic)?);
        let message = sealed(&mut symmetric, &public, &key, payload);
        Ok((Self { ephemeral, symmetric }, message))
    }

    /// Returns the payload of the responder's answer. The state stays usable, so that a forged answer does no harm.
    ///
    /// # Errors
    /// [`NotAuthentic`].
    pub fn finish(&self, message: &[u8]) -> Result<Vec<u8>, NotAuthentic> {
        let (public, rest) = message.split_first_chunk::<EPHEMERAL>().ok_or(NotAuthentic)?;
        let mut symmetric = self.symmetric.clone();
        symmetric.mix_hash(public);
        let key = symmetric.mix_key_2(&*diffie_hellman(&self.ephemeral, public).map_err(|_| NotAuthentic)?);
        opened(&mut symmetric, &key, rest)
    }
}

impl std::fmt::Debug for Initiator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The responder.
pub struct Responder(Identity);

impl Responder {
    /// Creates a responder with this static key.
    pub fn new(private: &PrivateKey) -> Self {
        Self(Identity::new(private))
    }

    /// Returns the static key that initiators must know.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// Reads the first message of an initiator: its payload, and the state from which to answer.
    ///
    /// # Errors
    /// [`NotAuthentic`].
    pub fn open(&self, prologue: &[u8], message: &[u8]) -> Result<(Vec<u8>, Answering), NotAuthentic> {
        let (public, rest) = message.split_first_chunk::<EPHEMERAL>().ok_or(NotAuthentic)?;
        let mut symmetric = Symmetric::of(CONSTRUCTION, prologue, &self.0.public);
        symmetric.mix_hash(public);
        let key = symmetric.mix_key_2(&*diffie_hellman(&self.0.private, public).map_err(|_| NotAuthentic)?);
        let payload = opened(&mut symmetric, &key, rest)?;
        Ok((payload, Answering { initiator: *public, symmetric }))
    }
}

impl std::fmt::Debug for Responder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Responder({})", self.0.public)
    }
}

/// The responder between a message and its answer.
pub struct Answering {
    initiator: [u8; EPHEMERAL],
    symmetric: Symmetric,
}

impl Answering {
    /// Returns the answer: `payload` and [`OVERHEAD`] bytes.
    ///
    /// # Errors
    /// If the initiator's ephemeral key is a point of low order.
    pub fn answer(mut self, payload: &[u8], rng: &mut (impl CryptoRng + ?Sized)) -> Result<Vec<u8>, NotAuthentic> {
        let (ephemeral, public) = new_ephemeral(rng);
        self.symmetric.mix_hash(&public);
        let key = self.symmetric.mix_key_2(&*diffie_hellman(&ephemeral, &self.initiator).map_err(|_| NotAuthentic)?);
        Ok(sealed(&mut self.symmetric, &public, &key, payload))
    }
}

impl std::fmt::Debug for Answering {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

fn sealed(symmetric: &mut Symmetric, public: &[u8; EPHEMERAL], key: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    let mut message = vec![0; OVERHEAD + payload.len()];
    let (head, rest) = message.split_at_mut(EPHEMERAL);
    head.copy_from_slice(public);
    symmetric.encrypt(key, payload, rest);
    message
}

fn opened(symmetric: &mut Symmetric, key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, NotAuthentic> {
    let mut payload = vec![0; sealed.len().checked_sub(OVERHEAD - EPHEMERAL).ok_or(NotAuthentic)?];
    symmetric.decrypt(key, sealed, &mut payload).map_err(|_| NotAuthentic)?;
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use rand_core::{TryCryptoRng, TryRng};

    use super::super::tests::Vector;
    use super::*;

    /// A random number generator whose next 32 bytes are known.
    struct Known(Vec<u8>);

    impl TryRng for Known {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            unreachable!("keys are filled")
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            unreachable!("keys are filled")
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.copy_from_slice(&self.0);
            Ok(())
        }
    }

    impl TryCryptoRng for Known {}

    #[test]
    fn the_messages_are_those_of_cacophony() {
        let vector = Vector::parse(include_str!("../known_answers/noise_nk.txt"));
        let messages: Vec<_> = vector.messages().collect();
        let prologue = vector.value("init_prologue");
        let responder = Responder::new(&PrivateKey::from_bytes(vector.key("resp_static")));
        assert_eq!(responder.public().as_bytes(), &vector.key("init_remote_static"));

        let mut rng = Known(vector.value("init_ephemeral"));
        let (initiator, first) = Initiator::ask(responder.public(), &prologue, &messages[0].0, &mut rng).unwrap();
        assert_eq!(first, messages[0].1);
        let (payload, answering) = responder.open(&prologue, &first).unwrap();
        assert_eq!(payload, messages[0].0);
        let second = answering.answer(&messages[1].0, &mut Known(vector.value("resp_ephemeral"))).unwrap();
        assert_eq!(second, messages[1].1);
        assert_eq!(initiator.finish(&second).unwrap(), messages[1].0);
    }
}
