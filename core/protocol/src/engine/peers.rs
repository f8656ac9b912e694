//! The set of peers: adds, changes, removes and describes them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::Engine;
use crate::cookie::CookieJar;
use crate::key::{PresharedKey, PublicKey};
use crate::noise::{Initiator, StaticStatic};
use crate::path::UdpPath;
use crate::peer::Peer;
use crate::plane::Routes;
use crate::session::Session;
use crate::time::{Instant, Now};
use crate::timestamp::{Tai64n, TimestampClock};
use crate::wire::INITIATION_SIZE;

/// The state of a peer that only the engine uses.
pub(super) struct PeerControl {
    pub(super) shared: Arc<Peer>,
    /// Order in which the peers were added.
    serial: u64,
    pub(super) preshared_key: Option<PresharedKey>,
    pub(super) persistent_keepalive: u16,
    /// Computed at the first handshake, because in a large set most peers are idle.
    pub(super) static_static: Option<Box<StaticStatic>>,
    pub(super) pending: Option<Box<Pending>>,
    /// The `unanswered_since` that [`Event::PeerDoubtful`](super::Event::PeerDoubtful) was emitted for; 0 for none.
    pub(super) doubted: u64,
    /// True if a setting changed after the pending handshake was started, so that it starts again.
    pub(super) begins_anew: bool,
    /// Number of retransmissions since a handshake was last requested.
    pub(super) attempts: u32,
    /// Jitter of the next retransmission in milliseconds, drawn anew for each wait.
    pub(super) jitter: u32,
    pub(super) timestamps: TimestampClock,
    pub(super) greatest_received: Option<Tai64n>,
    pub(super) accepted: Option<Instant>,
    pub(super) cookie: Option<Box<CookieJar>>,
    pub(super) last_handshake: Duration,
    /// See [`PeerStatus::round_trip`].
    pub(super) round_trip: Option<Duration>,
    /// Time at which the last session was created, until its keys are erased.
    pub(super) derived: Option<Instant>,
    pub(super) deadline: Option<Instant>,
}

/// An initiation without a response yet.
pub(super) struct Pending {
    pub(super) index: u32,
    pub(super) state: Initiator,
    /// The message as it was sent, so that copies can go to other addresses of the peer.
    pub(super) message: [u8; INITIATION_SIZE],
    /// Time at which it was first sent.
    pub(super) sent: Instant,
}

/// The state of a peer as reported to the caller.
#[derive(Clone, Debug)]
pub struct PeerStatus {
    /// The peer's public key.
    pub public_key: PublicKey,
    /// The preshared key; [`PresharedKey::none`] if unset.
    pub preshared_key: PresharedKey,
    /// The address at which the peer was last heard, or the configured one.
    pub endpoint: Option<SocketAddr>,
    /// Time of the last handshake since 1970; zero if there was none.
    pub last_handshake: Duration,
    /// Time from our last answered initiation to its response; `None` before the first.
    pub round_trip: Option<Duration>,
    /// Bytes of authenticated datagrams received.
    pub rx_bytes: u64,
    /// Bytes of datagrams sent.
    pub tx_bytes: u64,
    /// Interval in seconds; 0 is off.
    pub persistent_keepalive: u16,
    /// Network address and prefix length, in the order in which they were added.
    pub allowed_ips: Vec<(IpAddr, u8)>,
}

impl PeerControl {
    fn new(shared: Arc<Peer>, serial: u64) -> Self {
        Self {
            shared,
            serial,
            preshared_key: None,
            persistent_keepalive: 0,
            static_static: None,
            pending: None,
            doubted: 0,
            begins_anew: false,
            attempts: 0,
            jitter: 0,
            timestamps: TimestampClock::new(),
            greatest_received: None,
            accepted: None,
            cookie: None,
            last_handshake: Duration::ZERO,
            round_trip: None,
            derived: None,
            deadline: None,
        }
    }

    pub(super) fn preshared_key(&self) -> PresharedKey {
        self.preshared_key.clone().unwrap_or_else(PresharedKey::none)
    }

    pub(super) fn raise_timestamp_floor(&mut self, floor: Tai64n) {
        self.timestamps.raise_floor(floor);
    }

    /// Clears the times from which timers are computed.
    pub(super) fn disarm(&mut self) {
        let clocks = &self.shared.clocks;
        clocks.unanswered_since.store(0, Relaxed);
        clocks.owed_since.store(0, Relaxed);
        clocks.owed_another.store(false, Relaxed);
        clocks.initiated.store(0, Relaxed);
        self.shared.wants_handshake.store(false, Relaxed);
        self.attempts = 0;
    }
}

impl Engine {
    /// Adds a peer, or returns the existing one. Returns `None` for our own public key, which cannot be a peer (rule Q12).
    pub fn add_peer(&mut self, public_key: PublicKey) -> Option<Arc<Peer>> {
        if let Some(known) = self.find_peer(&public_key) {
            return Some(known);
        }
        if self.public_key() == Some(public_key) {
            return None;
        }
        let has_gap = self.by_key.len() < self.peers.len();
        let gap = if has_gap { self.peers.iter().position(Option::is_none) } else { None };
        let slot = gap.unwrap_or_else(|| {
            self.peers.push(None);
            self.peers.len() - 1
        });
        let shared = Arc::new(Peer::new(slot as u32, public_key));
        let mut control = PeerControl::new(Arc::clone(&shared), self.serial);
        if let Some(floor) = self.timestamp_floor {
            control.raise_timestamp_floor(floor);
        }
        self.serial += 1;
        self.peers[slot] = Some(Box::new(control));
        self.by_key.insert(public_key, slot as u32);
        let routes = self.draft();
        if routes.peers.len() <= slot {
            routes.peers.resize(slot + 1, None);
        }
        routes.peers[slot] = Some(Arc::clone(&shared));
        Some(shared)
    }

    /// Returns the peer with this public key.
    pub fn find_peer(&self, public_key: &PublicKey) -> Option<Arc<Peer>> {
        let slot = *self.by_key.get(public_key)?;
        self.peer(slot).map(|peer| Arc::clone(&peer.shared))
    }

    /// Returns the number of peers.
    pub fn peer_count(&self) -> usize {
        self.by_key.len()
    }

    /// Removes a peer with its sessions, keys and allowed IPs.
    pub fn remove_peer(&mut self, public_key: &PublicKey) {
        if let Some(slot) = self.by_key.get(public_key).copied() {
            self.remove_slots([slot]);
        }
    }

    /// Removes all peers.
    pub fn remove_all_peers(&mut self) {
        self.remove_slots(self.slots());
    }

    /// Sets the preshared key. It is mixed into the next handshake, and the session stays (rule R18). A pending handshake starts
    /// again with the new key.
    pub fn set_preshared_key(&mut self, peer: &Peer, key: PresharedKey) {
        let Some(control) = self.peer_mut(peer.slot) else { return };
        let changed = control.preshared_key() != key;
        control.preshared_key = (!key.is_none()).then_some(key);
        if changed {
            self.end_wait(peer.slot);
        }
    }

    /// Sets the peer's endpoint. The session stays (rule R18). A pending handshake with another address starts again with this
    /// one.
    pub fn set_endpoint(&mut self, peer: &Peer, endpoint: SocketAddr) {
        let Some(control) = self.peer(peer.slot) else { return };
        let known = control.shared.path().map(|path| path.remote);
        let awaited = control.persistent_keepalive > 0 && known.is_none();
        peer.set_path(Some(UdpPath::to(endpoint)));
        if known.is_some_and(|known| known != endpoint) {
            self.end_wait(peer.slot);
        }
        if awaited {
            // The first persistent keepalive had no endpoint until now, so it is overdue.
            peer.wants_handshake.store(true, Relaxed);
            self.schedule(peer.slot, Some(Instant::from_nanos(0)));
        }
    }

    /// Sets the interval in seconds between keepalives to an idle peer; 0 turns them off. The first one is sent at once (rule
    /// R10).
    pub fn set_persistent_keepalive(&mut self, peer: &Peer, seconds: u16, now: Now) {
        let Some(control) = self.peer_mut(peer.slot) else { return };
        let before = std::mem::replace(&mut control.persistent_keepalive, seconds);
        if before == 0 && seconds != 0 {
            self.send_keepalive(peer.slot, now);
        }
        self.reschedule(peer.slot, now.instant);
    }

    /// Routes a network to the peer, and takes it from the peer that had exactly this network before. This takes effect at
    /// [`Engine::publish`], as do [`Engine::remove_allowed_ip`] and [`Engine::clear_allowed_ips`].
    pub fn add_allowed_ip(&mut self, peer: &Peer, address: IpAddr, prefix: u8) {
        if self.peer(peer.slot).is_some() {
            self.draft().allowed_ips.insert(address, prefix, peer.slot);
        }
    }

    /// Takes a network from the peer if the peer has exactly this network.
    pub fn remove_allowed_ip(&mut self, peer: &Peer, address: IpAddr, prefix: u8) {
        self.draft().allowed_ips.remove(address, prefix, peer.slot);
    }

    /// Takes all networks from the peer.
    pub fn clear_allowed_ips(&mut self, peer: &Peer) {
        self.draft().allowed_ips.remove_owner(peer.slot);
    }

    /// Publishes all changes of peers and allowed IPs to the workers at once.
    pub fn publish(&mut self) {
        if let Some(routes) = self.draft.take() {
            self.plane.routes.store(Arc::new(routes));
        }
    }

    /// Returns the state of all peers, in the order in which they were added.
    pub fn peer_statuses(&self) -> Vec<PeerStatus> {
        let published = self.plane.routes.load();
        let routes = self.draft.as_ref().unwrap_or(&published);
        let mut peers: Vec<&PeerControl> = self.peers.iter().flatten().map(AsRef::as_ref).collect();
        peers.sort_unstable_by_key(|peer| peer.serial);
        let status = |peer: &&PeerControl| PeerStatus {
            public_key: *peer.shared.public_key(),
            preshared_key: peer.preshared_key(),
            endpoint: peer.shared.endpoint(),
            last_handshake: peer.last_handshake,
            round_trip: peer.round_trip,
            rx_bytes: peer.shared.rx_bytes(),
            tx_bytes: peer.shared.tx_bytes(),
            persistent_keepalive: peer.persistent_keepalive,
            allowed_ips: routes.allowed_ips.entries(peer.shared.slot).collect(),
        };
        peers.iter().map(status).collect()
    }

    fn draft(&mut self) -> &mut Routes {
        let plane = &self.plane;
        self.draft.get_or_insert_with(|| Routes::clone(&plane.routes.load()))
    }

    /// Removes peers. When this returns, workers no longer see them.
    pub(super) fn remove_slots(&mut self, slots: impl IntoIterator<Item = u32>) {
        let published = self.plane.routes.load_full();
        let mut seen = false;
        for slot in slots {
            self.forget_slot(slot);
            seen |= published.peers.get(slot as usize).is_some_and(Option::is_some);
        }
        if seen {
            self.publish();
        }
    }

    fn forget_slot(&mut self, slot: u32) {
        self.end_sessions(slot);
        self.schedule(slot, None);
        if let Some(control) = self.peers.get_mut(slot as usize).and_then(Option::take) {
            self.by_key.remove(control.shared.public_key());
            control.shared.staged().clear();
            control.shared.set_path(None);
            // The peer remembers our timestamps, so it would not answer smaller ones if it were added again.
            self.timestamp_floor = self.timestamp_floor.max(Some(control.timestamps.last()));
        }
        let routes = self.draft();
        routes.allowed_ips.remove_owner(slot);
        if let Some(peer) = routes.peers.get_mut(slot as usize) {
            *peer = None;
        }
        self.flushing.retain(|other| *other != slot);
    }

    /// Ends the wait since the last initiation (rule R3), because settings that a handshake depends on have changed. A pending
    /// handshake starts again when the engine next handles timeouts.
    fn end_wait(&mut self, slot: u32) {
        let Some(control) = self.peer_mut(slot) else { return };
        control.shared.clocks.initiated.store(0, Relaxed);
        if control.pending.is_some() || control.shared.wants_handshake.load(Relaxed) {
            control.begins_anew = control.pending.is_some();
            self.schedule(slot, Some(Instant::from_nanos(0)));
        }
    }

    /// Ends the sessions and the pending handshake of a peer and erases their keys.
    pub(super) fn end_sessions(&mut self, slot: u32) {
        self.end_pending(slot);
        self.erase_sessions(slot);
    }

    /// Ends the pending handshake of a peer and all sending on its sessions. Messages on confirmed sessions are still accepted
    /// until those sessions are too old.
    pub(super) fn expire_sessions(&mut self, slot: u32) {
        self.end_pending(slot);
        let Some(control) = self.peers.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        let mut key_pairs = control.shared.key_pairs();
        let unconfirmed = key_pairs.next.take();
        // Cleared under the lock; otherwise a worker that confirms a session meanwhile could set it again.
        control.shared.sending.store(None);
        drop(key_pairs);
        if let Some(session) = unconfirmed {
            self.plane.sessions.remove(session.local_index);
        }
    }

    fn end_pending(&mut self, slot: u32) {
        if let Some(pending) = self.peer_mut(slot).and_then(|control| control.pending.take()) {
            self.pending.remove(&pending.index);
        }
    }

    /// Ends the sessions of a peer and erases their keys. A pending handshake goes on.
    pub(super) fn erase_sessions(&mut self, slot: u32) {
        let Some(control) = self.peers.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        control.derived = None;
        let mut key_pairs = control.shared.key_pairs();
        let ended: Vec<Arc<Session>> =
            [key_pairs.current.take(), key_pairs.previous.take(), key_pairs.next.take()].into_iter().flatten().collect();
        // Cleared under the lock; otherwise a worker that confirms a session meanwhile could set it again.
        control.shared.sending.store(None);
        drop(key_pairs);
        for session in &ended {
            self.plane.sessions.remove(session.local_index);
        }
    }
}
