//! Whether a peer answers. WireGuard is silent while nothing is sent, so that silence alone means nothing: what counts against a peer
//! is what was sent to it and not answered, which the engine's events tell without anybody having to look.

use std::collections::{HashMap, HashSet};

use adit_api::Health;
use adit_protocol::{Event, PublicKey};
use adit_tunnel::PeerView;

/// A session lasts so long at most (whitepaper section 6.2, Reject-After-Time), milliseconds.
const SESSION: u64 = 180_000;
/// Without an answer for so long, something is wrong (Keepalive-Timeout + Rekey-Timeout), milliseconds.
const SILENCE: u64 = 15_000;
/// An initiation is sent again so often (Rekey-Timeout), milliseconds.
const RETRY: u64 = 5_000;

/// After so long somebody is told of it, milliseconds.
const ALARM: u64 = 300_000;

/// What the engine told of each peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracks {
    peers: HashMap<PublicKey, Track>,
    /// Those whose present silence somebody was told of, and since when it is.
    told: HashMap<PublicKey, u64>,
}

/// What is going on with one peer; nothing is where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Track {
    /// It is being asked for a handshake since then.
    Asked { since: u64 },
    /// It has not answered since then.
    Silent { since: u64 },
}

impl Tracks {
    /// Notes an event; `now` is in Unix milliseconds. True: what a person would be told is another.
    pub(super) fn note(&mut self, event: &Event, now: u64) -> bool {
        let (peer, after) = match event {
            Event::HandshakeStarted { peer, attempt, .. } => {
                let first = now.saturating_sub(u64::from(attempt.saturating_sub(1)) * RETRY);
                let since = match self.peers.get(peer) {
                    Some(Track::Asked { since } | Track::Silent { since }) => (*since).min(first),
                    None => first,
                };
                let is_silent = now.saturating_sub(since) >= SILENCE;
                (peer, Some(if is_silent { Track::Silent { since } } else { Track::Asked { since } }))
            }
            Event::PeerSilent { peer } => (peer, Some(Track::Silent { since: now.saturating_sub(SILENCE) })),
            Event::HandshakeGivenUp { peer } => match self.peers.get(peer) {
                Some(Track::Asked { since }) => (peer, Some(Track::Silent { since: *since })),
                Some(Track::Silent { .. }) | None => return false,
            },
            Event::HandshakeCompleted { peer, .. } => (peer, None),
            Event::Roamed { .. } => return true,
            Event::PeerDoubtful { .. }
            | Event::CookieReceived { .. }
            | Event::KeysErased { .. }
            | Event::HandshakeDropped { .. } => return false,
        };
        let before = match after {
            Some(track) => self.peers.insert(*peer, track),
            None => self.peers.remove(peer),
        };
        before != after || after.is_none()
    }

    /// These peers have just been asked for a first handshake, as far as they have an endpoint and never had one.
    pub(super) fn expect_answers(&mut self, peers: &[PeerView], now: u64) {
        for peer in peers.iter().filter(|peer| peer.last_handshake.is_zero() && peer.endpoint.is_some()) {
            self.peers.entry(peer.public_key).or_insert(Track::Asked { since: now });
        }
    }

    /// When the next silence becomes a long one that nobody was told of, Unix milliseconds.
    pub(super) fn next_alarm(&self) -> Option<u64> {
        self.silent().map(|(_, since)| since + ALARM).min()
    }

    /// Who has been silent for long and since when (Unix milliseconds): each once.
    pub(super) fn alarms(&mut self, peers: &[PeerView], now: u64) -> Vec<(PublicKey, u64)> {
        let due: Vec<_> = self.silent().filter(|(_, since)| now >= since + ALARM).collect();
        self.told.extend(due.iter().copied());
        if due.is_empty() {
            return due;
        }
        let silent = peers.iter().filter(|peer| matches!(self.health(peer, now), Health::NoAnswer { .. }));
        let silent: HashSet<PublicKey> = silent.map(|peer| peer.public_key).collect();
        due.into_iter().filter(|(key, _)| silent.contains(key)).collect()
    }

    /// Whose long silence an event ends, and how long it was, milliseconds.
    pub(super) fn answers_again(&mut self, event: &Event, now: u64) -> Option<(PublicKey, u64)> {
        let Event::HandshakeCompleted { peer, .. } = event else { return None };
        self.told.remove(peer).map(|since| (*peer, now.saturating_sub(since)))
    }

    /// Those whose silence nobody was told of, and since when it is.
    fn silent(&self) -> impl Iterator<Item = (PublicKey, u64)> {
        self.peers.iter().filter(|(key, _)| !self.told.contains_key(key)).filter_map(|(key, track)| match track {
            Track::Silent { since } => Some((*key, *since)),
            Track::Asked { .. } => None,
        })
    }

    /// How a peer is, at `now` (Unix milliseconds).
    pub(super) fn health(&self, peer: &PeerView, now: u64) -> Health {
        let last = milliseconds(peer.last_handshake);
        match self.peers.get(&peer.public_key) {
            // A session that came about since is an answer, whoever began it.
            Some(Track::Silent { since }) if last <= *since => Health::NoAnswer { since: *since },
            Some(Track::Asked { since }) if last == 0 && now.saturating_sub(*since) >= SILENCE => {
                Health::NoAnswer { since: *since }
            }
            Some(Track::Asked { since }) if last == 0 => Health::Handshaking { since: *since },
            _ if last == 0 && peer.endpoint.is_none() => Health::WaitingForPeer,
            // It has never answered, and nobody has asked it yet.
            _ if last == 0 => Health::Handshaking { since: now },
            _ if last != 0 && now.saturating_sub(last) <= SESSION => Health::Good,
            _ => Health::Idle,
        }
    }

    /// How a tunnel is: as its worst peer.
    pub(super) fn worst(&self, peers: &[PeerView], now: u64) -> Health {
        let rank = |health: &Health| match health {
            Health::NoAnswer { .. } => 4,
            Health::Handshaking { .. } => 3,
            Health::Good => 2,
            Health::Idle => 1,
            Health::WaitingForPeer => 0,
        };
        peers.iter().map(|peer| self.health(peer, now)).max_by_key(rank).unwrap_or(Health::Idle)
    }
}

/// A time since 1970 in milliseconds.
pub(super) fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use adit_protocol::{PresharedKey, Tai64n};

    use super::*;

    const KEY: PublicKey = PublicKey::from_bytes([7; 32]);
    const NOW: u64 = 1_700_000_000_000;

    fn peer(last_handshake: u64) -> PeerView {
        PeerView {
            public_key: KEY,
            preshared_key: PresharedKey::none(),
            endpoint: Some("192.0.2.1:1".parse().unwrap()),
            last_handshake: Duration::from_millis(last_handshake),
            round_trip: None,
            rx_bytes: 0,
            tx_bytes: 0,
            persistent_keepalive: 0,
            allowed_ips: Vec::new(),
        }
    }

    fn started(attempt: u32) -> Event {
        Event::HandshakeStarted { peer: KEY, attempt, timestamp: Tai64n::from_bytes([0; 12]) }
    }

    #[test]
    fn an_idle_peer_is_never_called_dead() {
        let mut tracks = Tracks::default();
        tracks.note(&started(1), NOW - 10);
        tracks.note(&Event::HandshakeCompleted { peer: KEY, initiator: true }, NOW);
        assert_eq!(tracks.health(&peer(NOW), NOW), Health::Good);
        for later in [SESSION + 1, 86_400_000, 30 * 86_400_000] {
            assert_eq!(tracks.health(&peer(NOW), NOW + later), Health::Idle);
        }
        let waits = PeerView { endpoint: None, ..peer(0) };
        assert_eq!(tracks.health(&waits, NOW), Health::WaitingForPeer);
    }

    #[test]
    fn a_peer_that_never_answered_is_never_called_idle() {
        let mut tracks = Tracks::default();
        assert_eq!(tracks.health(&peer(0), NOW), Health::Handshaking { since: NOW }, "nobody has asked it yet");
        tracks.expect_answers(&[peer(0)], NOW);
        assert_eq!(tracks.health(&peer(0), NOW + SILENCE - 1), Health::Handshaking { since: NOW });
        assert_eq!(tracks.health(&peer(0), NOW + SILENCE), Health::NoAnswer { since: NOW });
        for attempt in 1..=20 {
            tracks.note(&started(attempt), NOW + u64::from(attempt - 1) * RETRY);
        }
        tracks.note(&Event::HandshakeGivenUp { peer: KEY }, NOW + 100_000);
        assert_eq!(tracks.health(&peer(0), NOW + 86_400_000), Health::NoAnswer { since: NOW });
    }

    #[test]
    fn who_does_not_answer_is_named_after_fifteen_seconds_and_is_well_again_when_he_does() {
        let mut tracks = Tracks::default();
        for attempt in 1..=3 {
            tracks.note(&started(attempt), NOW + u64::from(attempt - 1) * RETRY);
            assert_eq!(tracks.health(&peer(0), NOW + 1), Health::Handshaking { since: NOW });
        }
        assert!(tracks.note(&started(4), NOW + 3 * RETRY + 200));
        assert_eq!(tracks.health(&peer(0), NOW + 20_000), Health::NoAnswer { since: NOW });
        assert!(tracks.note(&Event::HandshakeCompleted { peer: KEY, initiator: true }, NOW + 21_000));
        assert_eq!(tracks.health(&peer(NOW + 21_000), NOW + 21_000), Health::Good);
    }

    #[test]
    fn a_silence_of_five_minutes_is_told_once_and_its_end_too() {
        let mut tracks = Tracks::default();
        let silent = [peer(NOW - 60_000)];
        tracks.note(&Event::PeerSilent { peer: KEY }, NOW);
        let since = NOW - SILENCE;
        assert_eq!(tracks.next_alarm(), Some(since + ALARM));
        assert!(tracks.alarms(&silent, since + ALARM - 1).is_empty());
        assert_eq!(tracks.alarms(&silent, since + ALARM), [(KEY, since)]);
        tracks.note(&started(1), since + ALARM + 1);
        assert_eq!((tracks.next_alarm(), tracks.alarms(&silent, since + 10 * ALARM)), (None, Vec::new()));
        let answer = Event::HandshakeCompleted { peer: KEY, initiator: true };
        assert_eq!(tracks.answers_again(&answer, since + 2 * ALARM), Some((KEY, 2 * ALARM)));
        tracks.note(&answer, since + 2 * ALARM);
        assert_eq!(tracks.answers_again(&answer, since + 3 * ALARM), None, "nobody was told that it was silent");
        tracks.note(&Event::PeerSilent { peer: KEY }, since + 4 * ALARM);
        assert!(tracks.next_alarm().is_some(), "another silence is told again");
    }

    #[test]
    fn what_was_sent_into_a_session_and_not_answered_counts_from_when_it_was_sent() {
        let mut tracks = Tracks::default();
        assert!(tracks.note(&Event::PeerSilent { peer: KEY }, NOW));
        let since = NOW - SILENCE;
        assert_eq!(tracks.health(&peer(NOW - 60_000), NOW), Health::NoAnswer { since });
        tracks.note(&started(1), NOW);
        assert_eq!(tracks.health(&peer(NOW - 60_000), NOW), Health::NoAnswer { since });
        assert_eq!(tracks.health(&peer(NOW + 1), NOW + 2), Health::Good, "the peer began anew");
        assert_eq!(tracks.worst(&[peer(NOW - 60_000), peer(NOW + 1)], NOW + 2), Health::NoAnswer { since });
    }
}
