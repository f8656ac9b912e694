//! The engine: handshakes, timers, cookies and peers. One owner controls it; workers get what they need as a [`DataPlane`].

mod datagrams;
mod handshake;
mod packets;
mod peers;
mod timers;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rand_core::CryptoRng;

use self::peers::PeerControl;
pub use self::peers::PeerStatus;
use crate::cookie::CookieChecker;
use crate::dropped::Dropped;
use crate::key::{PrivateKey, PublicKey};
use crate::limiter::Limiter;
use crate::noise::Identity;
use crate::path::{Ecn, UdpPath};
use crate::plane::{DataPlane, Routes};
use crate::time::{Instant, Now};
use crate::timestamp::Tai64n;
use crate::timing::{LOAD_BACKLOG, LOAD_MEMORY, Timing};

/// DSCP of handshake messages: AF41, in the upper six bits.
pub const HANDSHAKE_DSCP: u8 = 0x88;

/// Maximum number of events kept until they are polled; the oldest are dropped first.
const MAX_EVENTS: usize = 1024;

/// A WireGuard device as a state machine: its inputs are packets, datagrams and time; its outputs are packets, datagrams, events
/// and a deadline.
///
/// * `handle_*` methods take input: a packet from the TUN, a datagram from the network, the passing of time.
/// * `poll_*` methods return output: datagrams to send, packets for the TUN, events. The caller drains them until they return
///   `None`, after each `handle_*` call or change. [`Engine::poll_timeout`] says when to call [`Engine::handle_timeout`] next.
/// * Nothing blocks, nothing reads a clock, nothing fails: unusable input is dropped and counted.
///
/// [`Engine::plane`] is the part that workers share. A worker that routes, seals and opens by itself calls
/// [`DataPlane::wants_attention`] after each batch; if that returns true, it asks the engine's owner to call `handle_timeout`.
///
/// # Example
///
/// Two engines in virtual time: a client sends a packet, which starts a handshake, and the packet arrives at the server.
///
/// ```
/// use std::net::SocketAddr;
/// use std::time::Duration;
///
/// use adit_protocol::{Engine, Instant, Now, UdpPath, PrivateKey, PublicKey};
/// use rand_chacha::ChaCha20Rng;
/// use rand_core::SeedableRng;
///
/// // The caller owns the clock: here it moves only when the example says so.
/// let start = Now { instant: Instant::from_nanos(1), unix: Duration::from_secs(1_800_000_000) };
/// let client_address = SocketAddr::from(([192, 0, 2, 1], 51820));
/// let server_address = SocketAddr::from(([192, 0, 2, 2], 51820));
///
/// /// An engine that has a private key and one peer, which owns one address inside the tunnel.
/// fn engine(seed: u64, own: &PrivateKey, peer: PublicKey, peer_address: [u8; 4], now: Now) -> Engine {
///     let mut engine = Engine::new(Box::new(ChaCha20Rng::seed_from_u64(seed)));
///     engine.set_private_key(Some(own), now);
///     let peer = engine.add_peer(peer).expect("the peer's key is not our own");
///     engine.add_allowed_ip(&peer, peer_address.into(), 32);
///     engine.publish();
///     engine
/// }
///
/// let client_key = PrivateKey::from_bytes([1; 32]);
/// let server_key = PrivateKey::from_bytes([2; 32]);
/// let mut client = engine(1, &client_key, server_key.public(), [10, 0, 0, 2], start);
/// let mut server = engine(2, &server_key, client_key.public(), [10, 0, 0, 1], start);
/// // Only the client knows where its peer is; the server learns it from the handshake.
/// let peer = client.find_peer(&server_key.public()).expect("added above");
/// client.set_endpoint(&peer, server_address);
///
/// // An IPv4 packet from 10.0.0.1 to 10.0.0.2 with four bytes of payload.
/// let mut packet = vec![0x45, 0, 0, 24, 0, 0, 0, 0, 64, 253, 0, 0];
/// packet.extend([10, 0, 0, 1, 10, 0, 0, 2]);
/// packet.extend(b"ping");
/// client.handle_packet(&packet, start)?;
///
/// // The network takes 10 ms for each datagram. Initiation, response, and then the packet that waited for the session.
/// let mut now = start;
/// let mut received = Vec::new();
/// for (from, to, source) in [(0, 1, client_address), (1, 0, server_address), (0, 1, client_address)] {
///     let mut engines = [&mut client, &mut server];
///     let sent: Vec<_> = std::iter::from_fn(|| engines[from].poll_transmit(now.instant)).collect();
///     now.instant = now.instant + Duration::from_millis(10);
///     for mut datagram in sent {
///         engines[to].handle_datagram(UdpPath::to(source), datagram.ecn, &mut datagram.payload, now)?;
///         received.extend(engines[to].poll_received());
///     }
/// }
/// assert_eq!(received, [packet]);
/// assert_eq!(server.peer_statuses()[0].endpoint, Some(client_address));
/// // Once the engine has looked at what happened, it says when its next timer is due. Until then the caller may sleep.
/// client.handle_timeout(now);
/// assert!(client.poll_timeout().is_some_and(|due| due > now.instant));
/// # Ok::<(), adit_protocol::Dropped>(())
/// ```
pub struct Engine {
    plane: Arc<DataPlane>,
    rng: Box<dyn CryptoRng + Send>,
    identity: Option<Identity>,
    checker: Option<CookieChecker>,
    limiter: Limiter,
    loaded_until: Option<Instant>,
    peers: Vec<Option<Box<PeerControl>>>,
    by_key: HashMap<PublicKey, u32>,
    /// Pending initiations: our index -> slot.
    pending: HashMap<u32, u32>,
    deadlines: BTreeSet<(Instant, u32)>,
    /// The next routing snapshot while it is being changed, until it is published.
    draft: Option<Routes>,
    serial: u64,
    timestamp_floor: Option<Tai64n>,
    mtu: usize,
    transmits: VecDeque<Transmit>,
    /// Slots of peers whose staged packets can be sent.
    flushing: VecDeque<u32>,
    received: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
}

/// A datagram to send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transmit {
    /// The peer's address, and the local end to send from.
    pub path: UdpPath,
    /// ECN bits of the outer IP header.
    pub ecn: Ecn,
    /// DSCP: the upper six bits of the outer TOS or traffic class.
    pub dscp: u8,
    /// Payload of the datagram.
    pub payload: Vec<u8>,
}

/// Events of the engine, in the order in which they happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// An initiation was sent.
    HandshakeStarted {
        /// The peer that it was sent to.
        peer: PublicKey,
        /// Number of the initiation in this handshake, counted from 1.
        attempt: u32,
        /// Timestamp in the initiation.
        timestamp: Tai64n,
    },
    /// A new session was established.
    HandshakeCompleted {
        /// The peer of the session.
        peer: PublicKey,
        /// True if we sent the initiation.
        initiator: bool,
    },
    /// The peer did not answer for [`Timing::rekey_attempt`]. The next packet for it starts a new handshake.
    HandshakeGivenUp {
        /// The peer that did not answer.
        peer: PublicKey,
    },
    /// Data was sent and nothing was received for [`Timing::doubt`]. The peer may still be reachable. Emitted only for peers that
    /// are enabled with [`Engine::doubt_early`].
    PeerDoubtful {
        /// The peer in doubt.
        peer: PublicKey,
    },
    /// Data was sent and nothing was received for [`Timing::silence`]. A handshake follows.
    PeerSilent {
        /// The silent peer.
        peer: PublicKey,
    },
    /// The peer is under load and gave us a cookie; the next initiation carries it.
    CookieReceived {
        /// The peer that sent the cookie.
        peer: PublicKey,
    },
    /// An authenticated message from the peer came from a new address.
    Roamed {
        /// The peer that roamed.
        peer: PublicKey,
        /// The peer's new address.
        endpoint: SocketAddr,
    },
    /// All keys of the peer's sessions were erased, [`Timing::erase_after`] after its last new session.
    KeysErased {
        /// The peer whose keys were erased.
        peer: PublicKey,
    },
    /// A handshake message was dropped.
    HandshakeDropped {
        /// Source address of the message.
        from: SocketAddr,
        /// Reason of the drop.
        reason: Dropped,
    },
}

impl Engine {
    /// Creates an engine without a key and without peers. All keys, indices and jitter come from `rng`.
    pub fn new(rng: Box<dyn CryptoRng + Send>) -> Self {
        Self::danger_with_timing(rng, Timing::default())
    }

    /// Creates an engine with other intervals than the protocol's, for tests that cannot wait two minutes. Such an engine does
    /// not interoperate well, and longer intervals weaken forward secrecy.
    pub fn danger_with_timing(rng: Box<dyn CryptoRng + Send>, timing: Timing) -> Self {
        Self {
            plane: Arc::new(DataPlane::new(timing)),
            rng,
            identity: None,
            checker: None,
            limiter: Limiter::new(),
            loaded_until: None,
            peers: Vec::new(),
            by_key: HashMap::new(),
            pending: HashMap::new(),
            deadlines: BTreeSet::new(),
            draft: None,
            serial: 0,
            timestamp_floor: None,
            mtu: 1420,
            transmits: VecDeque::new(),
            flushing: VecDeque::new(),
            received: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Returns the part of the engine that workers share.
    pub fn plane(&self) -> Arc<DataPlane> {
        Arc::clone(&self.plane)
    }

    /// Sets the TUN's MTU in bytes, which padding never exceeds.
    pub fn set_mtu(&mut self, mtu: usize) {
        self.mtu = mtu;
    }

    /// Sets a lower limit for all handshake timestamps: the greatest timestamp that an earlier run of this identity sent (rule
    /// S86).
    pub fn set_timestamp_floor(&mut self, floor: Tai64n) {
        self.timestamp_floor = self.timestamp_floor.max(Some(floor));
        for peer in self.peers.iter_mut().flatten() {
            peer.raise_timestamp_floor(floor);
        }
    }

    /// Returns the greatest handshake timestamp sent so far, for the next run's [`Engine::set_timestamp_floor`]. It is all zero
    /// before the first one.
    pub fn greatest_timestamp(&self) -> Tai64n {
        let of_peers = self.peers.iter().flatten().map(|peer| peer.timestamps.last());
        of_peers.chain(self.timestamp_floor).max().unwrap_or_default()
    }

    /// Sets our private key; `None` removes it and ends all sessions. With a new key, nothing more is sent on the sessions of the
    /// old one, but packets that peers have already sent on them are still accepted. The next packet for a peer, or one that
    /// already waits, starts a handshake at once; an initiation without a packet would only reach peers that do not know the new
    /// key yet (rule R18). When the first key is set, every peer with a persistent keepalive gets one at once (rule R10). A peer
    /// whose public key equals ours is removed (rule Q12).
    pub fn set_private_key(&mut self, key: Option<&PrivateKey>, now: Now) {
        let identity = key.map(Identity::new);
        if identity.as_ref().map(|identity| identity.public) == self.identity.as_ref().map(|identity| identity.public) {
            return;
        }
        if let Some(own) = identity.as_ref().and_then(|identity| self.by_key.get(&identity.public).copied()) {
            self.remove_slots([own]);
        }
        let is_first = self.identity.is_none();
        self.checker = identity.as_ref().map(|identity| CookieChecker::new(&identity.public));
        self.identity = identity;
        for slot in self.slots() {
            if self.identity.is_some() {
                self.expire_sessions(slot);
            } else {
                self.end_sessions(slot);
            }
            let Some(peer) = self.peer_mut(slot) else { continue };
            peer.static_static = None;
            peer.shared.clocks.initiated.store(0, Relaxed);
            let waiting = !peer.shared.staged().is_empty();
            if waiting || (is_first && peer.persistent_keepalive > 0) {
                self.begin_handshake(slot, now, false);
            }
            self.reschedule(slot, now.instant);
        }
        self.publish();
    }

    /// Returns our public key.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.identity.as_ref().map(|identity| identity.public)
    }

    /// Returns our private key.
    pub fn private_key(&self) -> Option<&PrivateKey> {
        self.identity.as_ref().map(|identity| &identity.secret)
    }

    /// Tells the engine how many handshake messages wait to be handled. At [`LOAD_BACKLOG`] the engine is under load for a second
    /// and demands cookies (rule Q4).
    pub fn note_backlog(&mut self, waiting: usize, now: Instant) {
        if waiting >= LOAD_BACKLOG {
            self.loaded_until = Some(now + LOAD_MEMORY);
        }
    }

    /// Ends all sessions and pending handshakes and erases their keys, for example before the machine sleeps. Peers and their
    /// settings stay. A peer with a persistent keepalive gets a new handshake when the next keepalive is due.
    pub fn end_all_sessions(&mut self) {
        for slot in self.slots() {
            self.end_sessions(slot);
            if let Some(peer) = self.peer_mut(slot) {
                peer.shared.staged().clear();
                peer.disarm();
            }
            self.reschedule(slot, Instant::from_nanos(0));
        }
    }

    /// Sends a keepalive at once to every peer with a persistent keepalive. To be called when the interface is up again (rule
    /// R10).
    pub fn send_persistent_keepalives(&mut self, now: Now) {
        for slot in self.slots() {
            if self.peer(slot).is_some_and(|peer| peer.persistent_keepalive > 0) {
                self.send_keepalive(slot, now);
                self.reschedule(slot, now.instant);
            }
        }
    }

    /// Lets the operating system choose the source address anew for the peer that uses this path.
    pub fn forget_source(&mut self, path: UdpPath) {
        self.peers.iter().flatten().filter(|peer| peer.shared.path() == Some(path)).for_each(|peer| peer.shared.forget_source());
    }

    /// Lets the operating system choose the source addresses anew for all peers, because addresses or routes of this machine have
    /// changed.
    pub fn forget_sources(&mut self) {
        self.peers.iter().flatten().for_each(|peer| peer.shared.forget_source());
    }

    /// Returns when to call [`Engine::handle_timeout`]; `None` if no timer is armed. To be called after everything else was
    /// polled, because sending may start a timer. A time in the past means at once, because a worker noted something in the data
    /// plane.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.plane.has_notes() {
            return Some(Instant::from_nanos(0));
        }
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// Returns the next datagram to send.
    pub fn poll_transmit(&mut self, now: Instant) -> Option<Transmit> {
        loop {
            if let Some(transmit) = self.transmits.pop_front() {
                return Some(transmit);
            }
            let slot = *self.flushing.front()?;
            if !self.flush_one(slot, now) {
                self.flushing.pop_front();
            }
        }
    }

    /// Returns the next inner packet for the TUN, without padding.
    pub fn poll_received(&mut self) -> Option<Vec<u8>> {
        self.received.pop_front()
    }

    /// Returns the next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn emit(&mut self, event: Event) {
        if self.events.len() >= MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    fn slots(&self) -> Vec<u32> {
        self.peers.iter().flatten().map(|peer| peer.shared.slot).collect()
    }

    fn peer(&self, slot: u32) -> Option<&PeerControl> {
        self.peers.get(slot as usize)?.as_deref()
    }

    fn peer_mut(&mut self, slot: u32) -> Option<&mut PeerControl> {
        self.peers.get_mut(slot as usize)?.as_deref_mut()
    }
}

impl Drop for Engine {
    /// Removes all peers, because sessions and peers refer to each other and their keys would otherwise never be erased.
    fn drop(&mut self) {
        self.remove_all_peers();
    }
}

#[cfg(test)]
mod tests;
