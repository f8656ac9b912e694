//! Logs handshakes: sent messages, their outcome, and the reason why received messages were dropped. WireGuard itself reports
//! none of this. Events that strangers on the network can cause are rate-limited, so that they cannot fill the log.

use std::sync::{Mutex, PoisonError};

use adit_api::{HandshakeDrop, LogCode, TunnelEnd, TunnelId};
use adit_protocol::{Dropped, Event, Instant};

use super::Inner;
use super::clock::milliseconds;

/// Maximum number of lines about changes of the network at once, and per minute afterwards. Routers can cause them at will.
pub(super) const NETWORK: (u64, u64) = (20, 60);

/// The originator of a line. Each originator has a rate limit of its own.
#[derive(Clone, Copy)]
enum By {
    /// This end, and peers that answer. Only thousands of peers exceed this limit, and their lines are not read one by one.
    Us,
    /// A peer that roams. Two networks can make it roam with each packet.
    Peer,
    /// Any host on the network.
    Stranger,
}

/// The rate-limited log of one tunnel's handshake events.
#[derive(Default)]
pub(super) struct Trace {
    buckets: [Mutex<Bucket>; 3],
}

/// A line of the log and its originator.
struct Line {
    code: LogCode,
    by: By,
}

impl By {
    /// Returns the maximum number of lines at once, and per minute afterwards.
    const fn rate(self) -> (u64, u64) {
        match self {
            Self::Us => (200, 600),
            Self::Peer => (10, 6),
            Self::Stranger => (20, 60),
        }
    }
}

impl Trace {
    /// Logs an event of the tunnel `id`.
    pub(super) fn note(&self, inner: &Inner, id: TunnelId, event: &Event) {
        let Some(Line { code, by }) = line(event) else { return };
        let [us, peer, stranger] = &self.buckets;
        let bucket = match by {
            By::Us => us,
            By::Peer => peer,
            By::Stranger => stranger,
        };
        let taken = bucket.lock().unwrap_or_else(PoisonError::into_inner).take(by.rate(), inner.clock.now());
        let Some(left_out) = taken else { return };
        inner.event_log.write_after(left_out, Some(id), code);
    }
}

fn line(event: &Event) -> Option<Line> {
    let ours = |code| Some(Line { code, by: By::Us });
    match event {
        Event::HandshakeStarted { peer, attempt, timestamp: _ } => {
            ours(LogCode::HandshakeSent { peer: (*peer).into(), attempt: *attempt })
        }
        Event::HandshakeCompleted { peer, initiator } => {
            let begun_by = if *initiator { TunnelEnd::Us } else { TunnelEnd::Peer };
            ours(LogCode::HandshakeCompleted { peer: (*peer).into(), begun_by })
        }
        Event::HandshakeGivenUp { peer } => ours(LogCode::HandshakeGivenUp { peer: (*peer).into() }),
        Event::PeerDoubtful { .. } => None,
        Event::PeerSilent { peer } => ours(LogCode::PeerSilent { peer: (*peer).into() }),
        Event::CookieReceived { peer } => ours(LogCode::CookieReceived { peer: (*peer).into() }),
        Event::Roamed { peer, endpoint } => {
            Some(Line { code: LogCode::PeerMoved { peer: (*peer).into(), endpoint: *endpoint }, by: By::Peer })
        }
        Event::KeysErased { .. } => None,
        Event::HandshakeDropped { from, reason } => {
            Some(Line { code: LogCode::HandshakeDropped { from: *from, reason: dropped(*reason)? }, by: By::Stranger })
        }
    }
}

/// Converts the reason of a drop. Returns None for reasons that concern data packets and never a handshake message.
fn dropped(reason: Dropped) -> Option<HandshakeDrop> {
    Some(match reason {
        Dropped::MessageType => HandshakeDrop::MessageType,
        Dropped::MessageLength => HandshakeDrop::MessageLength,
        Dropped::Mac1 => HandshakeDrop::Mac1,
        Dropped::CookieRequired => HandshakeDrop::CookieRequired,
        Dropped::RateLimited => HandshakeDrop::RateLimited,
        Dropped::NoPrivateKey => HandshakeDrop::NoPrivateKey,
        Dropped::UnknownIndex => HandshakeDrop::UnknownIndex,
        Dropped::Cookie => HandshakeDrop::Cookie,
        Dropped::Handshake => HandshakeDrop::Handshake,
        Dropped::LowOrderPoint => HandshakeDrop::LowOrderPoint,
        Dropped::UnknownPeer => HandshakeDrop::UnknownPeer,
        Dropped::ReplayedInitiation => HandshakeDrop::ReplayedInitiation,
        Dropped::InitiationFlood => HandshakeDrop::InitiationFlood,
        Dropped::SessionExpired
        | Dropped::CounterExhausted
        | Dropped::Decrypt
        | Dropped::Replay
        | Dropped::InnerPacket
        | Dropped::SourceNotAllowed
        | Dropped::Congestion
        | Dropped::NoRoute
        | Dropped::NoEndpoint
        | Dropped::RoutingLoop
        | Dropped::QueueFull
        | Dropped::HandshakeTimeout => return None,
    })
}

/// A token bucket that limits the rate of lines.
#[derive(Default)]
pub(super) struct Bucket {
    /// Number of used tokens.
    used: u64,
    /// Time of the last refill; None if the bucket was never used.
    filled_at: Option<Instant>,
    left_out: u64,
}

impl Bucket {
    /// Takes a token. Returns the number of lines that were left out before, or None if this line must be left out too.
    pub(super) fn take(&mut self, (burst, per_minute): (u64, u64), now: Instant) -> Option<u64> {
        let passed = milliseconds(now).saturating_sub(milliseconds(*self.filled_at.get_or_insert(now)));
        let refill = passed.saturating_mul(per_minute) / 60_000;
        if refill > 0 {
            self.used = self.used.saturating_sub(refill);
            self.filled_at = Some(now);
        }
        if self.used >= burst {
            self.left_out += 1;
            return None;
        }
        self.used += 1;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_flood_is_told_by_sample_and_what_was_left_out_is_counted() {
        let (mut bucket, rate) = (Bucket::default(), By::Stranger.rate());
        let start = Instant::from_nanos(1_700_000_000_000_000);
        let later = |seconds| start + Duration::from_secs(seconds);
        let told = (0..1_000).filter(|_| bucket.take(rate, start).is_some()).count();
        assert_eq!(told, 20);
        assert_eq!(bucket.take(rate, later(1)), Some(980));
        assert_eq!(bucket.take(rate, later(1)), None);
        assert_eq!(bucket.take(rate, later(60)), Some(1));
    }
}
