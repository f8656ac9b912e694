//! When to look endpoint names up again: after handshakes that nobody answered, less and less often.

use std::collections::HashMap;

use adit_protocol::{Event, PublicKey};

/// So many initiations without an answer, 5 seconds apart, mean that the address may be wrong.
const ATTEMPTS: u32 = 3;
/// First and longest pause between two looks, milliseconds.
const FIRST_PAUSE: u64 = 10_000;
const LONGEST_PAUSE: u64 = 60_000;

/// Of each peer that does not answer: when to look again, and how long to wait after that.
#[derive(Default)]
pub(super) struct Lookups {
    peers: HashMap<PublicKey, (u64, u64)>,
}

impl Lookups {
    /// The peer whose name is to be looked up because of `event`, at `now` (Unix milliseconds).
    pub(super) fn note(&mut self, event: &Event, now: u64) -> Option<PublicKey> {
        match event {
            Event::HandshakeStarted { peer, attempt, .. } if *attempt >= ATTEMPTS => {
                let (at, pause) = self.peers.entry(*peer).or_insert((now, FIRST_PAUSE));
                if now < *at {
                    return None;
                }
                *at = now + *pause;
                *pause = (*pause * 2).min(LONGEST_PAUSE);
                Some(*peer)
            }
            Event::HandshakeCompleted { peer, .. } => {
                self.peers.remove(peer);
                None
            }
            Event::HandshakeStarted { .. }
            | Event::HandshakeGivenUp { .. }
            | Event::PeerSilent { .. }
            | Event::CookieReceived { .. }
            | Event::Roamed { .. }
            | Event::KeysErased { .. }
            | Event::HandshakeDropped { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use adit_protocol::Tai64n;

    use super::*;

    #[test]
    fn a_silent_peer_is_looked_up_within_fifteen_seconds_and_then_at_most_every_minute() {
        let peer = PublicKey::from_bytes([7; 32]);
        let mut lookups = Lookups::default();
        let mut at = Vec::new();
        for attempt in 0..100 {
            let now = u64::from(attempt) * 5_000;
            let event = Event::HandshakeStarted { peer, attempt: attempt + 1, timestamp: Tai64n::from_bytes([0; 12]) };
            at.extend(lookups.note(&event, now).map(|_| now / 1_000));
        }
        assert_eq!(at[..5], [10, 20, 40, 80, 140]);
        assert!(at.windows(2).skip(3).all(|pair| pair[1] - pair[0] == 60), "{at:?}");
        lookups.note(&Event::HandshakeCompleted { peer, initiator: true }, 600_000);
        let event = Event::HandshakeStarted { peer, attempt: 3, timestamp: Tai64n::from_bytes([0; 12]) };
        assert_eq!(lookups.note(&event, 600_001), Some(peer), "it begins anew");
    }
}
