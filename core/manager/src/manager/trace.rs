//! Handshakes in the log: what was sent, what came of it, and why what came was dropped. WireGuard itself says none of this to anybody.
//! What strangers on the network can cause is told by sample, so that they cannot fill the log.

use std::sync::{Mutex, PoisonError};

use adit_api::{LogLevel, TunnelId};
use adit_protocol::{Event, Instant};

use super::Inner;
use super::clock::milliseconds;

/// Lines about changes of the network that may come at once, and those of a minute afterwards: routers can cause them at will.
pub(super) const NETWORK: (u64, u64) = (20, 60);

/// Whose doing a line is: each has lines of their own.
#[derive(Clone, Copy)]
enum By {
    /// This end, and peers that answer. Much more are thousands of peers, whose lines nobody reads one by one.
    Us,
    /// A peer that moves; two networks can make it move with each packet.
    Peer,
    /// Anybody on the network.
    Stranger,
}

/// Writes what one tunnel's engine tells of handshakes.
#[derive(Default)]
pub(super) struct Trace {
    buckets: [Mutex<Bucket>; 3],
}

/// A line of the log.
struct Line {
    level: LogLevel,
    code: &'static str,
    fields: Vec<(&'static str, String)>,
    by: By,
}

impl By {
    /// Lines that may come at once, and those of a minute afterwards.
    const fn rate(self) -> (u64, u64) {
        match self {
            Self::Us => (200, 600),
            Self::Peer => (10, 6),
            Self::Stranger => (20, 60),
        }
    }
}

impl Trace {
    /// Notes an event of tunnel `id`.
    pub(super) fn note(&self, inner: &Inner, id: TunnelId, event: &Event) {
        let Some(Line { level, code, mut fields, by }) = line(event) else { return };
        let [us, peer, stranger] = &self.buckets;
        let bucket = match by {
            By::Us => us,
            By::Peer => peer,
            By::Stranger => stranger,
        };
        let taken = bucket.lock().unwrap_or_else(PoisonError::into_inner).take(by.rate(), inner.clock.now());
        let Some(left_out) = taken else { return };
        if left_out > 0 {
            fields.push(("left_out", left_out.to_string()));
        }
        inner.note(level, id, code, &fields);
    }
}

fn line(event: &Event) -> Option<Line> {
    let ours = |code, fields| Some(Line { level: LogLevel::Debug, code, fields, by: By::Us });
    match event {
        Event::HandshakeStarted { peer, attempt, timestamp: _ } => {
            ours("handshake_sent", vec![("peer", peer.to_string()), ("attempt", attempt.to_string())])
        }
        Event::HandshakeCompleted { peer, initiator } => {
            let by = if *initiator { "us" } else { "peer" };
            ours("handshake_completed", vec![("peer", peer.to_string()), ("begun_by", by.to_owned())])
        }
        Event::HandshakeGivenUp { peer } => ours("handshake_given_up", vec![("peer", peer.to_string())]),
        Event::PeerDoubtful { .. } => None,
        Event::PeerSilent { peer } => ours("peer_silent", vec![("peer", peer.to_string())]),
        Event::CookieReceived { peer } => ours("cookie_received", vec![("peer", peer.to_string())]),
        Event::Roamed { peer, endpoint } => {
            let fields = vec![("peer", peer.to_string()), ("endpoint", endpoint.to_string())];
            Some(Line { level: LogLevel::Info, code: "peer_moved", fields, by: By::Peer })
        }
        Event::KeysErased { .. } => None,
        Event::HandshakeDropped { from, reason } => {
            let fields = vec![("from", from.to_string()), ("reason", reason.as_str().to_owned()), ("why", reason.to_string())];
            Some(Line { level: LogLevel::Debug, code: "handshake_dropped", fields, by: By::Stranger })
        }
    }
}

/// A token bucket.
#[derive(Default)]
pub(super) struct Bucket {
    /// Told since it was full.
    used: u64,
    /// None: it was never used.
    filled_at: Option<Instant>,
    left_out: u64,
}

impl Bucket {
    /// Some where there is room for one more, with how many were left out before it.
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
