//! Determines whether a peer answers. WireGuard is silent while no data is sent, so silence alone means nothing. Only packets
//! without an answer count against a peer; the engine's events report them, without polling.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use adit_api::Health;
use adit_protocol::{Event, Instant, PublicKey};
use adit_tunnel::PeerView;

use super::clock::{Now, UnixMillis};

/// Maximum lifetime of a session (whitepaper section 6.2, Reject-After-Time).
const SESSION: Duration = Duration::from_secs(180);
/// Time without an answer after which a peer counts as not answering (Keepalive-Timeout + Rekey-Timeout).
const SILENCE: Duration = Duration::from_secs(15);
/// Interval between retransmissions of an initiation (Rekey-Timeout).
const RETRY: Duration = Duration::from_secs(5);

/// Time without an answer after which the silence is logged.
const ALARM: Duration = Duration::from_secs(300);

/// The state of each peer according to the engine's events.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracks {
    peers: HashMap<PublicKey, Track>,
    /// Peers whose current silence has been reported, and the start of that silence.
    told: HashMap<PublicKey, Instant>,
    /// The latest handshake of each peer. The engine reports its time by the wall clock, which may be set at any time. It is
    /// converted to the monotonic clock once for each handshake.
    handshakes: RefCell<HashMap<PublicKey, Handshake>>,
}

/// The time of a handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Handshake {
    /// Time since 1970, as reported by the engine.
    wall: Duration,
    at: Instant,
}

/// A peer from which an answer is outstanding. All other peers have no track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Track {
    /// Initiations are being sent to the peer since that time.
    Asked { since: Instant },
    /// The peer has not answered since that time.
    Silent { since: Instant },
}

impl Tracks {
    /// Records an event. Returns true if the visible health changes.
    pub(super) fn note(&mut self, event: &Event, now: Instant) -> bool {
        let (peer, after) = match event {
            Event::HandshakeStarted { peer, attempt, .. } => {
                let first = now - RETRY.saturating_mul(attempt.saturating_sub(1));
                let since = match self.peers.get(peer) {
                    Some(Track::Asked { since } | Track::Silent { since }) => (*since).min(first),
                    None => first,
                };
                let is_silent = now.since(since) >= SILENCE;
                (peer, Some(if is_silent { Track::Silent { since } } else { Track::Asked { since } }))
            }
            Event::PeerSilent { peer } => (peer, Some(Track::Silent { since: now - SILENCE })),
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

    /// Records that initiations have just been sent to those of these peers that have an endpoint and never had a handshake.
    pub(super) fn expect_answers(&mut self, peers: &[PeerView], now: Instant) {
        for peer in peers.iter().filter(|peer| peer.last_handshake.is_zero() && peer.endpoint.is_some()) {
            self.peers.entry(peer.public_key).or_insert(Track::Asked { since: now });
        }
    }

    /// Returns the time at which the next unreported silence becomes long enough to be reported.
    pub(super) fn next_alarm(&self) -> Option<Instant> {
        self.silent().map(|(_, since)| since + ALARM).min()
    }

    /// Returns the peers whose long silence has not been reported yet, and the start of their silence. Reports each silence
    /// once.
    pub(super) fn alarms(&mut self, peers: &[PeerView], now: Now) -> Vec<(PublicKey, Instant)> {
        let due: Vec<_> = self.silent().filter(|(_, since)| now.instant >= *since + ALARM).collect();
        self.told.extend(due.iter().copied());
        if due.is_empty() {
            return due;
        }
        let silent = peers.iter().filter(|peer| matches!(self.health(peer, now), Health::NoAnswer { .. }));
        let silent: HashSet<PublicKey> = silent.map(|peer| peer.public_key).collect();
        due.into_iter().filter(|(key, _)| silent.contains(key)).collect()
    }

    /// Returns the peer whose reported silence this event ends, and how long it lasted.
    pub(super) fn answers_again(&mut self, event: &Event, now: Instant) -> Option<(PublicKey, Duration)> {
        let Event::HandshakeCompleted { peer, .. } = event else { return None };
        self.told.remove(peer).map(|since| (*peer, now.since(since)))
    }

    /// Returns the peers whose silence has not been reported, and the start of their silence.
    fn silent(&self) -> impl Iterator<Item = (PublicKey, Instant)> {
        self.peers.iter().filter(|(key, _)| !self.told.contains_key(key)).filter_map(|(key, track)| match track {
            Track::Silent { since } => Some((*key, *since)),
            Track::Asked { .. } => None,
        })
    }

    /// Returns the health of a peer.
    pub(super) fn health(&self, peer: &PeerView, now: Now) -> Health {
        let unix = |instant| now.unix(instant).get();
        match (self.peers.get(&peer.public_key), self.last_handshake(peer, now)) {
            // A session that was established since then is an answer, whichever side initiated it.
            (Some(Track::Silent { since }), last) if last.is_none_or(|last| last <= *since) => {
                Health::NoAnswer { since: unix(*since) }
            }
            (Some(Track::Asked { since }), None) if now.instant.since(*since) >= SILENCE => {
                Health::NoAnswer { since: unix(*since) }
            }
            (Some(Track::Asked { since }), None) => Health::Handshaking { since: unix(*since) },
            (_, None) if peer.endpoint.is_none() => Health::WaitingForPeer,
            // The peer has never answered, and no initiation has been sent to it yet.
            (_, None) => Health::Handshaking { since: unix(now.instant) },
            (_, Some(last)) if now.instant.since(last) <= SESSION => Health::Good,
            (_, Some(_)) => Health::Idle,
        }
    }

    /// Returns the time of the peer's latest handshake, or None if there was none.
    fn last_handshake(&self, peer: &PeerView, now: Now) -> Option<Instant> {
        let wall = Some(peer.last_handshake).filter(|wall| !wall.is_zero())?;
        let mut handshakes = self.handshakes.borrow_mut();
        if let Some(known) = handshakes.get(&peer.public_key).filter(|known| known.wall == wall) {
            return Some(known.at);
        }
        let at = now.instant_of(UnixMillis::since_epoch(wall)).min(now.instant);
        handshakes.insert(peer.public_key, Handshake { wall, at });
        Some(at)
    }

    /// Returns the health of a tunnel, which is that of its worst peer.
    pub(super) fn worst(&self, peers: &[PeerView], now: Now) -> Health {
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

#[cfg(test)]
mod tests {
    use adit_protocol::Tai64n;

    use super::super::clock::at_milliseconds;
    use super::*;

    const KEY: PublicKey = PublicKey::from_bytes([7; 32]);
    /// Time of the wall clock at the start, in Unix milliseconds.
    const WALL: u64 = 1_700_000_000_000;
    const HOUR: u64 = 3_600_000;

    /// Returns the instant so many milliseconds after the start.
    fn at(milliseconds: u64) -> Instant {
        at_milliseconds(HOUR + milliseconds)
    }

    /// Returns the same instant together with the wall clock's offset.
    fn now(milliseconds: u64) -> Now {
        Now::at(at(milliseconds), UnixMillis::new(WALL + milliseconds))
    }

    fn ms(time: Duration) -> u64 {
        u64::try_from(time.as_millis()).unwrap()
    }

    /// Returns a peer whose last handshake was at that time of the wall clock, in Unix milliseconds.
    fn peer(last_handshake: u64) -> PeerView {
        PeerView {
            endpoint: Some("192.0.2.1:1".parse().unwrap()),
            last_handshake: Duration::from_millis(last_handshake),
            ..PeerView::new(KEY)
        }
    }

    fn started(attempt: u32) -> Event {
        Event::HandshakeStarted { peer: KEY, attempt, timestamp: Tai64n::from_bytes([0; 12]) }
    }

    #[test]
    fn an_idle_peer_is_never_called_dead() {
        let mut tracks = Tracks::default();
        tracks.note(&started(1), at(0));
        tracks.note(&Event::HandshakeCompleted { peer: KEY, initiator: true }, at(10));
        assert_eq!(tracks.health(&peer(WALL + 10), now(10)), Health::Good);
        for later in [ms(SESSION) + 11, 86_400_000, 30 * 86_400_000] {
            assert_eq!(tracks.health(&peer(WALL + 10), now(later)), Health::Idle);
        }
        let waits = PeerView { endpoint: None, ..peer(0) };
        assert_eq!(tracks.health(&waits, now(10)), Health::WaitingForPeer);
    }

    #[test]
    fn a_peer_that_never_answered_is_never_called_idle() {
        let mut tracks = Tracks::default();
        assert_eq!(tracks.health(&peer(0), now(0)), Health::Handshaking { since: WALL }, "nobody has asked it yet");
        tracks.expect_answers(&[peer(0)], at(0));
        assert_eq!(tracks.health(&peer(0), now(ms(SILENCE) - 1)), Health::Handshaking { since: WALL });
        assert_eq!(tracks.health(&peer(0), now(ms(SILENCE))), Health::NoAnswer { since: WALL });
        for attempt in 1..=20 {
            tracks.note(&started(attempt), at(0) + RETRY * (attempt - 1));
        }
        tracks.note(&Event::HandshakeGivenUp { peer: KEY }, at(100_000));
        assert_eq!(tracks.health(&peer(0), now(86_400_000)), Health::NoAnswer { since: WALL });
    }

    #[test]
    fn a_silent_peer_is_reported_after_fifteen_seconds_and_is_healthy_when_it_answers() {
        let mut tracks = Tracks::default();
        for attempt in 1..=3 {
            tracks.note(&started(attempt), at(0) + RETRY * (attempt - 1));
            assert_eq!(tracks.health(&peer(0), now(1)), Health::Handshaking { since: WALL });
        }
        assert!(tracks.note(&started(4), at(15_200)));
        assert_eq!(tracks.health(&peer(0), now(20_000)), Health::NoAnswer { since: WALL });
        assert!(tracks.note(&Event::HandshakeCompleted { peer: KEY, initiator: true }, at(21_000)));
        assert_eq!(tracks.health(&peer(WALL + 21_000), now(21_000)), Health::Good);
    }

    #[test]
    fn a_silence_of_five_minutes_is_told_once_and_its_end_too() {
        let mut tracks = Tracks::default();
        let silent = [peer(WALL - 60_000)];
        let (since, alarm) = (at(0), ms(ALARM));
        tracks.note(&Event::PeerSilent { peer: KEY }, since + SILENCE);
        assert_eq!(tracks.next_alarm(), Some(since + ALARM));
        assert!(tracks.alarms(&silent, now(alarm - 1)).is_empty());
        assert_eq!(tracks.alarms(&silent, now(alarm)), [(KEY, since)]);
        tracks.note(&started(1), at(alarm + 1));
        assert_eq!((tracks.next_alarm(), tracks.alarms(&silent, now(10 * alarm))), (None, Vec::new()));
        let answer = Event::HandshakeCompleted { peer: KEY, initiator: true };
        assert_eq!(tracks.answers_again(&answer, at(2 * alarm)), Some((KEY, 2 * ALARM)));
        tracks.note(&answer, at(2 * alarm));
        assert_eq!(tracks.answers_again(&answer, at(3 * alarm)), None, "nobody was told that it was silent");
        tracks.note(&Event::PeerSilent { peer: KEY }, at(4 * alarm));
        assert!(tracks.next_alarm().is_some(), "another silence is told again");
    }

    #[test]
    fn an_unanswered_packet_counts_from_the_time_at_which_it_was_sent() {
        let mut tracks = Tracks::default();
        let sent = ms(SILENCE);
        assert!(tracks.note(&Event::PeerSilent { peer: KEY }, at(sent)));
        assert_eq!(tracks.health(&peer(WALL - 60_000), now(sent)), Health::NoAnswer { since: WALL });
        tracks.note(&started(1), at(sent));
        assert_eq!(tracks.health(&peer(WALL - 60_000), now(sent)), Health::NoAnswer { since: WALL });
        let other = PeerView { public_key: PublicKey::from_bytes([8; 32]), ..peer(WALL + sent + 1) };
        assert_eq!(tracks.worst(&[peer(WALL - 60_000), other], now(sent + 2)), Health::NoAnswer { since: WALL });
        assert_eq!(tracks.health(&peer(WALL + sent + 1), now(sent + 2)), Health::Good, "the peer began anew");
    }

    #[test]
    fn a_wall_clock_that_is_set_changes_nothing_about_whether_a_peer_answers() {
        for wall in [WALL - HOUR, WALL + 365 * 24 * HOUR] {
            let mut tracks = Tracks::default();
            let set = |milliseconds| Now::at(at(milliseconds), UnixMillis::new(wall + milliseconds));
            let peer = peer(WALL);
            tracks.note(&Event::HandshakeCompleted { peer: KEY, initiator: true }, at(0));
            assert_eq!(tracks.health(&peer, now(0)), Health::Good);
            assert_eq!(tracks.health(&peer, set(ms(SESSION))), Health::Good);
            assert_eq!(tracks.health(&peer, set(ms(SESSION) + 1)), Health::Idle);
            tracks.note(&Event::PeerSilent { peer: KEY }, at(200_000));
            let since = wall + 200_000 - ms(SILENCE);
            assert_eq!(tracks.health(&peer, set(200_000)), Health::NoAnswer { since });
            assert_eq!(tracks.alarms(&[peer], set(200_000 + ms(ALARM))).len(), 1);
        }
    }
}
