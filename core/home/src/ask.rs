//! The asker: sends a few probes on one link and accepts one authentic answer from there in time.

use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::{Instant, Now, PublicKey, nk};
use rand_core::CryptoRng;

use crate::datagram::{Datagram, Link};
use crate::wire::{self, PROLOGUE, Proof};

/// The times of the probes since the beginning: a datagram may be lost, and a broadcast is not sent again on Wi-Fi.
const SENT_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_millis(250), Duration::from_millis(550)];
/// The end of waiting, since the beginning.
const PATIENCE: Duration = Duration::from_millis(1000);

/// The reason why a datagram is not the answer. Later ones say more about what happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, thiserror::Error)]
pub enum NotHome {
    /// The time is over.
    #[error("too late")]
    Late,
    /// It does not come from the responder, or does not answer one of these probes.
    #[error("not an authentic answer to this probe")]
    Forged,
    /// It comes through a router, or from an address that is not on the link.
    #[error("not from this link")]
    NotFromThisLink,
    /// The responder got the probe from another address: somebody passed it on.
    #[error("somebody passed the probe on")]
    PassedOn,
}

/// The next step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    /// Send this probe with the hop limit [`adit_platform::lan::HOP_LIMIT`], then ask again.
    Send(Vec<u8>),
    /// Wait for datagrams until then, then ask again.
    WaitUntil(Instant),
    /// Nobody has answered.
    GiveUp,
}

/// One question on one link: is this the home with this key?
#[derive(Debug)]
pub struct Ask {
    home: PublicKey,
    proof: Proof,
    /// The address that the probes come from.
    own: SocketAddr,
    link: Link,
    began: Instant,
    sent: Vec<nk::Initiator>,
}

impl Ask {
    /// Begins to ask. `own`: the address and port of the socket that sends the probes, on this `link`.
    pub fn new(home: PublicKey, own: SocketAddr, link: Link, now: Instant) -> Self {
        Self { proof: Proof::to(&home), home, own, link, began: now, sent: Vec::new() }
    }

    /// Returns the key whose owner is asked for.
    pub fn home(&self) -> &PublicKey {
        &self.home
    }

    /// Returns what to do at `now`.
    pub fn next(&mut self, now: Now, rng: &mut (impl CryptoRng + ?Sized)) -> Next {
        let passed = now.instant.since(self.began);
        if passed >= PATIENCE {
            return Next::GiveUp;
        }
        match SENT_AFTER.get(self.sent.len()) {
            Some(after) if passed >= *after => {
                let asked = nk::Initiator::ask(&self.home, PROLOGUE, &wire::asked(now.unix), rng);
                // A key that is nobody's is no home.
                let Ok((initiator, handshake)) = asked else { return Next::GiveUp };
                self.sent.push(initiator);
                Next::Send(self.proof.probe(&handshake))
            }
            Some(after) => Next::WaitUntil(self.began + *after),
            None => Next::WaitUntil(self.began + PATIENCE),
        }
    }

    /// Accepts an answer: this is home.
    ///
    /// # Errors
    /// The reason why it proves nothing. The question stays open.
    pub fn hear(&self, datagram: &Datagram<'_>, now: Instant) -> Result<(), NotHome> {
        if now.since(self.began) >= PATIENCE {
            return Err(NotHome::Late);
        }
        if !self.link.is_origin_of(datagram) {
            return Err(NotHome::NotFromThisLink);
        }
        let handshake = wire::check_answer(datagram.bytes).ok_or(NotHome::Forged)?;
        let seen = self.sent.iter().find_map(|initiator| initiator.finish(handshake).ok()).ok_or(NotHome::Forged)?;
        if seen == wire::seen(self.own) { Ok(()) } else { Err(NotHome::PassedOn) }
    }
}
