//! Decides when a tunnel that is up checks its routes, asks its peers for handshakes, and looks up their names. It is pure:
//! events and the time go in, tasks come out, so that tests need no clock.
//!
//! A [`Pace`] limits each event that strangers can cause at will (a router that announces routes, a link that flaps): it costs
//! a look at the routing table, and at most one handshake per second and peer. The schedule never moves a peer to another
//! address: it only tries further addresses, and the one that answers becomes the endpoint.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::{Event, Instant, PublicKey};

use super::super::resolve::Candidates;
use crate::pace::Pace;

/// The limit on looks at the routes because of announcements: interval and burst. One change is announced as several.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);
const LOOK_BURST: u32 = 2;
/// The least time between two looks at the routes because of handshakes.
const CHECK_INTERVAL: Duration = Duration::from_millis(10_000);
/// The limit on handshakes because of changed routes: interval and burst.
const PROBE_INTERVAL: Duration = Duration::from_millis(1_000);
const PROBE_BURST: u32 = 3;
/// The time after which a peer whose route changed is asked for a second handshake: the first initiation may have left before the
/// network was ready.
const PROBE_AGAIN: Duration = Duration::from_millis(1_000);
/// After a change of the tunnel's own key, a silent peer is asked for a handshake in this interval, for this long: it answers as
/// soon as it has the new key, while packets wait here for its answer.
const NEW_KEY_INTERVAL: Duration = Duration::from_millis(250);
const NEW_KEY_PATIENCE: Duration = Duration::from_millis(90_000);

/// The time that an address has to answer before the next one is tried (RFC 8305 section 5 has 250).
const STAGGER: Duration = Duration::from_millis(200);

/// The time without an answer after which a peer's name is resolved again.
const LOOK_UP_PATIENCE: Duration = Duration::from_millis(2_000);
/// First and longest pause between two look-ups of a name.
const FIRST_PAUSE: Duration = Duration::from_millis(5_000);
const LONGEST_PAUSE: Duration = Duration::from_millis(60_000);
/// The time for which addresses are valid if the resolver gives no time to live, and the bounds of that time.
const DEFAULT_TTL: Duration = Duration::from_millis(300_000);
const LEAST_TTL: Duration = Duration::from_millis(30_000);
const GREATEST_TTL: Duration = Duration::from_millis(3_600_000);
/// The longest life of a session (whitepaper section 6.2, Reject-After-Time): a peer that was quiet for longer is not in use, and
/// its name need not be resolved.
const SESSION: Duration = Duration::from_millis(180_000);
/// The time for which a report of unanswered data counts: afterwards the engine has found out itself (Keepalive-Timeout +
/// Rekey-Timeout).
const DOUBT: Duration = Duration::from_millis(15_000);
/// The most look-ups at once: each one without an answer blocks a thread.
const LOOK_UPS_AT_ONCE: usize = 8;

/// The start of the caller's clock: always in the past.
const START: Instant = Instant::from_nanos(0);

/// A task that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Task {
    /// End all sessions: the computer has slept.
    EndSessions,
    /// Find out the routes to the peers, and report them by [`Schedule::looked_at_routes`].
    LookAtRoutes,
    /// Tell these peers our address and ask them for handshakes, because their routes changed.
    Probe(Vec<PublicKey>),
    /// Ask these peers for handshakes once more, within the interval between two initiations (rule R3). They answer as soon as
    /// they have been told the tunnel's new key.
    AskAboutNewKey(Vec<PublicKey>),
    /// Ask this peer for a handshake.
    Ask(PublicKey),
    /// Try this address of the peer as well.
    AlsoAsk(PublicKey, SocketAddr),
    /// Look up the peer's name, and report the result by [`Schedule::looked_up`].
    LookUp(PublicKey),
}

/// A peer that the schedule watches.
pub(super) struct Subject {
    pub(super) peer: PublicKey,
    /// True if its endpoint is a name.
    pub(super) has_name: bool,
    pub(super) candidates: Candidates,
    /// Its current address.
    pub(super) present: Option<SocketAddr>,
}

/// The schedule of one tunnel's tasks. All times are on the caller's monotonic clock.
pub(super) struct Schedule {
    /// True if the computer woke up, and the sessions have not been ended yet.
    woke: bool,
    looks: Pace,
    checks: Pace,
    probes: Pace,
    to_probe: BTreeSet<PublicKey>,
    peers: HashMap<PublicKey, Watched>,
}

/// A peer that has an endpoint in the configuration.
#[derive(Default)]
struct Watched {
    has_name: bool,
    addresses: Vec<SocketAddr>,
    /// Its current address.
    present: Option<SocketAddr>,
    /// True if an initiation waits for an answer.
    is_asked: bool,
    /// True if the peer has not shown yet that it can be reached at its current address.
    is_suspect: bool,
    completed_at: Option<Instant>,
    /// When data had not been answered for some time.
    doubted_at: Option<Instant>,
    /// When the next address is tried, and its index.
    race: Option<(Instant, usize)>,
    ask_again_at: Option<Instant>,
    /// Until when the peer may lack the tunnel's new key.
    new_key_until: Option<Instant>,
    look_up: LookUp,
}

struct LookUp {
    at: Option<Instant>,
    is_running: bool,
    last: Option<Instant>,
    /// The least time between the last look-up and the next one.
    pause: Duration,
    /// When the addresses expire.
    valid_until: Instant,
}

impl Default for LookUp {
    fn default() -> Self {
        Self { at: None, is_running: false, last: None, pause: Duration::ZERO, valid_until: START }
    }
}

impl LookUp {
    /// Requests a look-up at `at`, or later if the pause requires it.
    fn want(&mut self, at: Instant) {
        let allowed = self.last.map_or(at, |last| at.max(last + self.pause));
        self.at = Some(self.at.map_or(allowed, |known| known.min(allowed)));
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            woke: false,
            looks: Pace::new(LOOK_INTERVAL, LOOK_BURST),
            checks: Pace::new(CHECK_INTERVAL, 1),
            probes: Pace::new(PROBE_INTERVAL, PROBE_BURST),
            to_probe: BTreeSet::new(),
            peers: HashMap::new(),
        }
    }
}

impl Schedule {
    /// Sets the peers to watch. The state of peers that stay is kept.
    pub(super) fn watch(&mut self, subjects: impl IntoIterator<Item = Subject>, now: Instant) {
        let mut before = std::mem::take(&mut self.peers);
        for Subject { peer, has_name, candidates, present } in subjects {
            let fresh = || Watched { is_suspect: true, ..Watched::default() };
            let mut watched = before.remove(&peer).unwrap_or_else(fresh);
            if !has_name || !watched.has_name {
                watched.look_up = LookUp::default();
            }
            (watched.has_name, watched.present) = (has_name, present);
            watched.set_candidates(&candidates, now);
            self.peers.insert(peer, watched);
        }
        let peers = &self.peers;
        self.to_probe.retain(|peer| peers.contains_key(peer));
    }

    /// Notes an announcement about links, addresses or routes.
    pub(super) fn network_changed(&mut self) {
        self.looks.want();
    }

    /// Notes that the computer has slept, and may be on another network.
    pub(super) fn woke(&mut self) {
        self.woke = true;
        self.looks.want();
    }

    /// Notes that the tunnel has another private key, which its peers may not have yet.
    pub(super) fn key_changed(&mut self, now: Instant) {
        for peer in self.peers.values_mut() {
            peer.new_key_until = Some(now + NEW_KEY_PATIENCE);
            peer.ask_again_at = Some(now + NEW_KEY_INTERVAL);
        }
    }

    /// Notes an event of the engine.
    pub(super) fn note(&mut self, event: &Event, now: Instant) {
        match event {
            Event::HandshakeStarted { peer, attempt, .. } => {
                let Some(watched) = self.peers.get_mut(peer) else { return };
                watched.is_asked = true;
                watched.is_suspect |= *attempt >= 2;
                watched.race = if watched.is_suspect { watched.other(0).map(|next| (now + STAGGER, next)) } else { None };
                watched.want_look_up(now + LOOK_UP_PATIENCE);
            }
            Event::HandshakeCompleted { peer, .. } => {
                let Some(watched) = self.peers.get_mut(peer) else { return };
                let Watched { look_up, .. } = watched;
                (look_up.pause, look_up.at) = (FIRST_PAUSE, None);
                (watched.is_asked, watched.is_suspect) = (false, false);
                (watched.race, watched.ask_again_at, watched.doubted_at) = (None, None, None);
                watched.new_key_until = None;
                watched.completed_at = Some(now);
                watched.want_look_up(watched.look_up.valid_until);
                self.checks.want();
            }
            Event::PeerSilent { peer } => {
                let Some(watched) = self.peers.get_mut(peer) else { return };
                watched.is_suspect = true;
                watched.want_look_up(now);
            }
            Event::PeerDoubtful { peer } => {
                if let Some(watched) = self.peers.get_mut(peer) {
                    watched.doubted_at = Some(now);
                    watched.want_look_up(now);
                }
            }
            Event::HandshakeGivenUp { peer } => {
                if let Some(watched) = self.peers.get_mut(peer) {
                    (watched.is_asked, watched.race) = (false, None);
                }
            }
            Event::Roamed { peer, endpoint } => {
                if let Some(watched) = self.peers.get_mut(peer) {
                    watched.present = Some(*endpoint);
                    self.checks.want();
                }
            }
            Event::CookieReceived { .. } | Event::KeysErased { .. } | Event::HandshakeDropped { .. } => {}
        }
    }

    /// Notes that the routes to these peers have changed; the flag says whether there is a route now.
    pub(super) fn looked_at_routes(&mut self, changed: &[(PublicKey, bool)], now: Instant) {
        for (peer, is_reachable) in changed {
            let Some(watched) = self.peers.get_mut(peer) else { continue };
            watched.is_suspect = true;
            watched.want_look_up(now);
            // Without a route to this address, another one of the peer may still have one.
            if *is_reachable || watched.addresses.len() > 1 {
                self.to_probe.insert(*peer);
                self.probes.want();
            }
        }
    }

    /// Notes the end of a look-up; None if it failed. Returns a task to run at once.
    pub(super) fn looked_up(&mut self, peer: &PublicKey, found: Option<&Candidates>, now: Instant) -> Option<Task> {
        let watched = self.peers.get_mut(peer)?;
        watched.look_up.is_running = false;
        watched.look_up.pause = (watched.look_up.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        let Some(found) = found else {
            watched.look_up.valid_until = now + LONGEST_PAUSE;
            if watched.is_asked {
                watched.want_look_up(now);
            }
            return None;
        };
        let has_changed = watched.addresses != found.addresses;
        // The result answers requests made in the meantime, too.
        watched.look_up.at = None;
        watched.set_candidates(found, now);
        if !watched.is_asked && !watched.is_suspect {
            watched.look_up.pause = FIRST_PAUSE;
        }
        if watched.is_in_use(now) {
            watched.want_look_up(watched.look_up.valid_until);
        }
        let is_elsewhere = watched.present.is_some_and(|present| !found.addresses.contains(&present));
        if watched.is_asked {
            watched.is_suspect |= is_elsewhere;
            if watched.is_suspect && has_changed {
                watched.race = watched.other(0).map(|next| (now, next));
            }
            return None;
        }
        let is_doubted = watched.doubted_at.is_some_and(|at| now.since(at) <= DOUBT);
        (is_elsewhere && is_doubted).then(|| {
            watched.is_suspect = true;
            Task::Ask(*peer)
        })
    }

    /// Returns when the next task is due.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.woke {
            return Some(START);
        }
        let has_room = self.running() < LOOK_UPS_AT_ONCE;
        let of_peers = self.peers.values().flat_map(|peer| {
            let look_up = peer.look_up.at.filter(|_| has_room && !peer.look_up.is_running);
            [peer.race.map(|(at, _)| at), peer.ask_again_at, look_up]
        });
        of_peers.chain([self.looks.due(), self.checks.due(), self.probes.due()]).flatten().min()
    }

    /// Takes the tasks that are due at `now` out of the schedule.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Task> {
        let mut tasks = Vec::new();
        if std::mem::take(&mut self.woke) {
            tasks.push(Task::EndSessions);
            self.to_probe.extend(self.peers.keys());
            self.peers.values_mut().for_each(|peer| {
                peer.is_suspect = true;
                peer.want_look_up(now);
            });
            self.probes.want();
        }
        let look = self.looks.take(now);
        if self.checks.take(now) || look {
            tasks.push(Task::LookAtRoutes);
        }
        if self.probes.take(now) {
            let peers: Vec<PublicKey> = std::mem::take(&mut self.to_probe).into_iter().collect();
            for peer in &peers {
                if let Some(watched) = self.peers.get_mut(peer) {
                    watched.ask_again_at = Some(now + PROBE_AGAIN);
                }
            }
            if !peers.is_empty() {
                tasks.push(Task::Probe(peers));
            }
        }
        let (mut again, mut about_new_key) = (Vec::new(), Vec::new());
        for (key, peer) in &mut self.peers {
            if peer.ask_again_at.take_if(|at| *at <= now).is_none() {
                continue;
            }
            let waits_for_new_key = peer.new_key_until.is_some();
            peer.new_key_until.take_if(|until| *until < now + NEW_KEY_INTERVAL);
            peer.ask_again_at = peer.new_key_until.map(|_| now + NEW_KEY_INTERVAL);
            if peer.is_asked {
                if waits_for_new_key { &mut about_new_key } else { &mut again }.push(*key);
            }
        }
        tasks.extend((!again.is_empty()).then_some(Task::Probe(again)));
        tasks.extend((!about_new_key.is_empty()).then_some(Task::AskAboutNewKey(about_new_key)));
        let mut room = LOOK_UPS_AT_ONCE.saturating_sub(self.running());
        for (key, peer) in &mut self.peers {
            if let Some((at, next)) = peer.race.filter(|(at, _)| *at <= now) {
                tasks.extend(peer.addresses.get(next).map(|address| Task::AlsoAsk(*key, *address)));
                peer.race = peer.other(next + 1).map(|next| (at + STAGGER, next));
            }
            if room > 0 && !peer.look_up.is_running && peer.look_up.at.take_if(|at| *at <= now).is_some() {
                (peer.look_up.is_running, peer.look_up.last) = (true, Some(now));
                peer.look_up.pause = peer.look_up.pause.max(FIRST_PAUSE);
                room -= 1;
                tasks.push(Task::LookUp(*key));
            }
        }
        tasks
    }

    /// Returns the number of look-ups under way.
    pub(super) fn running(&self) -> usize {
        self.peers.values().filter(|peer| peer.look_up.is_running).count()
    }
}

impl Watched {
    fn set_candidates(&mut self, candidates: &Candidates, now: Instant) {
        self.addresses.clone_from(&candidates.addresses);
        let ttl = candidates.ttl.unwrap_or(DEFAULT_TTL);
        self.look_up.valid_until = now + ttl.clamp(LEAST_TTL, GREATEST_TTL);
    }

    /// Returns the index, at least `from`, of an address other than the current one.
    fn other(&self, from: usize) -> Option<usize> {
        (from..self.addresses.len()).find(|number| self.addresses.get(*number).copied() != self.present)
    }

    fn want_look_up(&mut self, at: Instant) {
        if self.has_name {
            self.look_up.want(at);
        }
    }

    fn is_in_use(&self, now: Instant) -> bool {
        self.completed_at.is_some_and(|at| now.since(at) <= SESSION)
    }
}

#[cfg(test)]
mod tests;
