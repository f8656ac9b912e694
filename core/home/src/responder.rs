//! The responder: decides for each datagram whether to answer.

use std::time::Duration;

use adit_platform::lan::HOP_LIMIT;
use adit_protocol::{Limiter, Now, PrivateKey, PublicKey, nk};
use rand_core::CryptoRng;

use crate::datagram::{Datagram, Link};
use crate::memory::{Answered, Refused};
use crate::rate::Rate;
use crate::wire::{self, PROLOGUE, Proof};

/// The largest difference of the two clocks. A probe that somebody recorded serves him no longer than this.
pub(crate) const WINDOW: Duration = Duration::from_secs(300);
/// The most handshakes that are opened in a second: one X25519 each. Only probes that are new take a share, so that repeated ones
/// use up nothing.
const OPENED: u32 = 200;
/// The most answers in a second.
const ANSWERS: u32 = 20;
/// A larger difference between the progress of the two clocks of this computer means that the wall clock was set.
const STEP: Duration = Duration::from_secs(2);

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
    /// The probe is from a time of which the responder does not remember its answers: before it started, or before the clock was
    /// set.
    #[error("a probe from before the start of the responder")]
    Forgotten,
    /// The probe has been answered or refused before.
    #[error("a repeated probe")]
    Repeated,
}

/// A responder.
#[derive(Debug)]
pub struct Responder {
    noise: nk::Responder,
    proof: Proof,
    opened: Rate,
    limiter: Limiter,
    answers: Rate,
    answered: Answered,
    refused: Refused,
    /// The two clocks when they were last read.
    clocks: Now,
}

impl Responder {
    /// Creates a responder that has answered nobody yet. It answers probes that are sent after the present second, because it may
    /// have answered earlier ones before it was restarted.
    pub fn new(private: &PrivateKey, now: Now) -> Self {
        let noise = nk::Responder::new(private);
        Self {
            proof: Proof::to(noise.public()),
            noise,
            opened: Rate::per_second(OPENED, now.instant),
            limiter: Limiter::new(),
            answers: Rate::per_second(ANSWERS, now.instant),
            answered: Answered::since(now.unix),
            refused: Refused::default(),
            clocks: now,
        }
    }

    /// Returns the public key that askers must know.
    pub fn public(&self) -> &PublicKey {
        self.noise.public()
    }

    /// Returns the answer to a datagram, to be sent to its source with the hop limit [`adit_platform::lan::HOP_LIMIT`]. `link` is
    /// called if the sender has proven that it knows the public key.
    ///
    /// # Errors
    /// The reason for silence.
    pub fn hear(
        &mut self,
        datagram: &Datagram<'_>,
        link: &dyn Fn() -> Link,
        now: Now,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, Silence> {
        // The cheapest checks come first, and what a repeated probe can reach uses up nothing.
        let handshake = self.proof.check(datagram.bytes).ok_or(Silence::Stranger)?;
        let ephemeral = *handshake.first_chunk().ok_or(Silence::Stranger)?;
        if self.answered.contains(&ephemeral) || self.refused.contains(&ephemeral) {
            return Err(Silence::Repeated);
        }
        // Without this, each copy of a recorded probe from outside the link would have the networks read.
        if datagram.hop_limit != Some(HOP_LIMIT) {
            return Err(Silence::NotFromThisLink);
        }
        if !link().is_origin_of(datagram) {
            return Err(Silence::NotFromThisLink);
        }
        if !self.opened.allow(now.instant) {
            return Err(Silence::TooMany);
        }
        let (payload, answering) = self.noise.open(PROLOGUE, handshake).map_err(|_| Silence::Forged)?;
        let asked_at = wire::asked_at(&payload).ok_or(Silence::Forged)?;
        if let Err(reason) = self.check_time(asked_at, now) {
            self.refused.add(ephemeral);
            return Err(reason);
        }
        if !self.limiter.allow(datagram.source.ip(), now.instant) || !self.answers.allow(now.instant) {
            return Err(Silence::TooMany);
        }
        self.answered.add(ephemeral, asked_at, now.unix)?;
        let answer = answering.answer(&wire::seen(datagram.source), rng).map_err(|_| Silence::Forged)?;
        Ok(wire::answer(&answer))
    }

    fn check_time(&mut self, asked_at: Duration, now: Now) -> Result<(), Silence> {
        let expected = self.clocks.unix + now.instant.since(self.clocks.instant);
        if expected.abs_diff(now.unix) > STEP {
            self.answered.clock_was_set(now.unix);
        }
        self.clocks = now;
        let difference = asked_at.abs_diff(now.unix);
        if difference > WINDOW {
            return Err(Silence::Clock { seconds: difference.as_secs() });
        }
        if self.answered.may_have_forgotten(asked_at) { Err(Silence::Forgotten) } else { Ok(()) }
    }
}
