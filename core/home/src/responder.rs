//! The responder: decides for each datagram whether to answer.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use adit_protocol::{Limiter, Now, PrivateKey, PublicKey, nk};
use rand_core::CryptoRng;

use crate::datagram::{Datagram, Link};
use crate::rate::Rate;
use crate::wire::{self, PROLOGUE, Proof};

/// The largest difference of the two clocks. A probe that somebody recorded serves him no longer than this.
const WINDOW: Duration = Duration::from_secs(300);
/// The number of probes that are remembered. At 20 a second they do not last for [`WINDOW`] on both sides of now; when they are
/// used up, nobody gets an answer until some of them are too old.
const REMEMBERED: usize = 8192;

/// The reason why a datagram gets no answer. The sender does not learn it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Silence {
    /// It comes through a router, or from an address that is not on the link.
    #[error("not from this link")]
    NotFromThisLink,
    /// It is no probe, or its sender does not know this responder's public key.
    #[error("not a probe for this responder")]
    Stranger,
    /// Too many probes, from this sender or altogether.
    #[error("too many probes")]
    TooMany,
    /// The handshake is not authentic.
    #[error("a forged probe")]
    Forged,
    /// The asker's clock is too far from this computer's. `seconds`: the difference.
    #[error("the clocks differ by {seconds} seconds")]
    Clock {
        /// The difference.
        seconds: u64,
    },
    /// The probe has been answered before.
    #[error("a repeated probe")]
    Repeated,
}

/// A responder.
#[derive(Debug)]
pub struct Responder {
    noise: nk::Responder,
    proof: Proof,
    limiter: Limiter,
    rate: Rate,
    answered: Answered,
}

impl Responder {
    /// Creates a responder that has answered nobody yet.
    pub fn new(private: &PrivateKey, now: Now) -> Self {
        let noise = nk::Responder::new(private);
        let proof = Proof::to(noise.public());
        Self { noise, proof, limiter: Limiter::new(), rate: Rate::new(now.instant), answered: Answered::default() }
    }

    /// Returns the public key that askers must know.
    pub fn public(&self) -> &PublicKey {
        self.noise.public()
    }

    /// Returns the answer to a datagram, to be sent to its source with the hop limit [`adit_platform::lan::HOP_LIMIT`].
    ///
    /// # Errors
    /// The reason for silence.
    pub fn hear(
        &mut self,
        datagram: &Datagram<'_>,
        link: &Link,
        now: Now,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, Silence> {
        // The cheapest check comes first.
        let handshake = self.proof.check(datagram.bytes).ok_or(Silence::Stranger)?;
        if !link.is_origin_of(datagram) {
            return Err(Silence::NotFromThisLink);
        }
        if !self.limiter.allow(datagram.source.ip(), now.instant) || !self.rate.allow(now.instant) {
            return Err(Silence::TooMany);
        }
        let (payload, answering) = self.noise.open(PROLOGUE, handshake).map_err(|_| Silence::Forged)?;
        let asked_at = wire::asked_at(&payload).ok_or(Silence::Forged)?;
        let difference = asked_at.abs_diff(now.unix);
        if difference > WINDOW {
            return Err(Silence::Clock { seconds: difference.as_secs() });
        }
        let ephemeral = handshake.first_chunk().ok_or(Silence::Forged)?;
        self.answered.add(*ephemeral, asked_at, now.unix)?;
        let answer = answering.answer(&wire::seen(datagram.source), rng).map_err(|_| Silence::Forged)?;
        Ok(wire::answer(&answer))
    }
}

/// The ephemeral keys of the probes that were answered, for as long as their times are within the window.
#[derive(Debug, Default)]
struct Answered {
    keys: HashSet<[u8; 32]>,
    by_time: BTreeMap<Duration, Vec<[u8; 32]>>,
}

impl Answered {
    fn add(&mut self, key: [u8; 32], asked_at: Duration, now: Duration) -> Result<(), Silence> {
        let oldest = now.saturating_sub(WINDOW);
        while let Some(entry) = self.by_time.first_entry().filter(|entry| *entry.key() < oldest) {
            for old in entry.remove() {
                self.keys.remove(&old);
            }
        }
        if self.keys.len() >= REMEMBERED {
            return Err(Silence::TooMany);
        }
        if !self.keys.insert(key) {
            return Err(Silence::Repeated);
        }
        self.by_time.entry(asked_at).or_default().push(key);
        Ok(())
    }
}
