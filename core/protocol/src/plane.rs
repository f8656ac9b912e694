//! The state that workers on several cores share: the routing snapshot, the sessions by index, and the peers that the engine must
//! handle. The path of a packet takes none of its locks.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{AcqRel, Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};

use crate::allowed_ips::AllowedIps;
use crate::dropped::{DropCounters, Dropped};
use crate::inner;
use crate::path::Ecn;
use crate::peer::Peer;
use crate::session::Session;
use crate::timing::Timing;

/// The data plane of one device.
pub struct DataPlane {
    pub(crate) timing: Timing,
    pub(crate) routes: ArcSwap<Routes>,
    pub(crate) sessions: SessionTable,
    /// The number of packets dropped for each reason.
    pub drops: DropCounters,
    notes: Mutex<Notes>,
    noted: AtomicBool,
}

/// Cryptokey routing at one point in time.
#[derive(Clone, Default)]
pub struct Routes {
    pub(crate) allowed_ips: AllowedIps,
    pub(crate) peers: Vec<Option<Arc<Peer>>>,
}

#[derive(Default)]
pub(crate) struct Notes {
    /// Slots of peers whose timers or handshake requests have changed.
    pub(crate) peers: Vec<u32>,
    /// Slots of peers whose session was confirmed.
    pub(crate) confirmed: Vec<u32>,
    /// Slots of peers that have a session and staged packets.
    pub(crate) staged: Vec<u32>,
    /// Peers that roamed, and their new addresses.
    pub(crate) roamed: Vec<(u32, SocketAddr)>,
}

impl DataPlane {
    pub(crate) fn new(timing: Timing) -> Self {
        Self {
            timing,
            routes: ArcSwap::default(),
            sessions: SessionTable::new(),
            drops: DropCounters::default(),
            notes: Mutex::default(),
            noted: AtomicBool::new(false),
        }
    }

    /// Returns the current routes. A worker holds them for one batch, not longer.
    pub fn routes(&self) -> Guard<Arc<Routes>> {
        self.routes.load()
    }

    /// Returns the session whose local index is `index`.
    pub fn session(&self, index: u32) -> Option<Arc<Session>> {
        self.sessions.get(index)
    }

    /// Returns the protocol intervals of this device.
    pub const fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Returns true once after something was noted for the engine; its `handle_timeout` must then be called soon.
    pub fn wants_attention(&self) -> bool {
        self.noted.load(Relaxed) && self.noted.swap(false, Relaxed)
    }

    /// Returns true if something is noted, without clearing the flag; for the engine's owner.
    pub(crate) fn has_notes(&self) -> bool {
        self.noted.load(Relaxed)
    }

    pub(crate) fn note(&self, peer: &Peer) {
        if !peer.noted.swap(true, AcqRel) {
            self.with_notes(|notes| notes.peers.push(peer.slot));
        }
    }

    pub(crate) fn note_confirmed(&self, peer: &Peer) {
        self.with_notes(|notes| notes.confirmed.push(peer.slot));
    }

    pub(crate) fn note_staged(&self, peer: &Peer) {
        self.with_notes(|notes| {
            if notes.staged.last() != Some(&peer.slot) {
                notes.staged.push(peer.slot);
            }
        });
    }

    pub(crate) fn note_roamed(&self, slot: u32, remote: SocketAddr) {
        self.with_notes(|notes| {
            notes.roamed.retain(|(known, _)| *known != slot);
            notes.roamed.push((slot, remote));
        });
    }

    pub(crate) fn take_notes(&self) -> Notes {
        self.noted.store(false, Relaxed);
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn with_notes(&self, change: impl FnOnce(&mut Notes)) {
        change(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        self.noted.store(true, Relaxed);
    }
}

impl Routes {
    /// Returns the peer that owns the longest prefix containing `destination`.
    pub fn peer_for(&self, destination: IpAddr) -> Option<&Arc<Peer>> {
        let slot = self.allowed_ips.lookup(destination)?;
        self.peers.get(slot as usize)?.as_ref()
    }

    /// Returns true if encrypted packets to this endpoint would be sealed again and again (routing loop): the endpoint is among
    /// the allowed IPs of its own peer, or of other peers whose encrypted packets lead back to it. A peer that is reached through
    /// another peer of the same tunnel is no loop.
    pub fn leads_back(&self, endpoint: SocketAddr) -> bool {
        const MOST_LAYERS: usize = 8;
        let outer = |inner: &SocketAddr| self.peer_for(inner.ip()).and_then(|peer| peer.endpoint());
        std::iter::successors(Some(endpoint), outer).skip(1).take(MOST_LAYERS).any(|outer| outer == endpoint)
    }

    /// Returns true if `peer` may send packets from the inner address `source` (rule R15).
    pub fn may_send(&self, peer: &Peer, source: IpAddr) -> bool {
        // The slot of a removed peer may belong to another peer by now.
        self.allowed_ips.lookup(source) == Some(peer.slot)
            && self.peers.get(peer.slot as usize).and_then(Option::as_deref).is_some_and(|owner| std::ptr::eq(owner, peer))
    }

    /// Checks and completes a decrypted, padded packet of `peer` that arrived in a datagram marked `outer`: its form and length
    /// (rule P10), its source (rule R15), its ECN bits (rule P9). Returns the packet's own length; the rest is padding.
    pub fn admit(&self, peer: &Peer, packet: &mut [u8], outer: Ecn) -> Result<usize, Dropped> {
        let len = inner::length(packet).ok_or(Dropped::InnerPacket)?;
        let packet = packet.get_mut(..len).ok_or(Dropped::InnerPacket)?;
        let source = inner::source(packet).ok_or(Dropped::InnerPacket)?;
        if !self.may_send(peer, source) {
            return Err(Dropped::SourceNotAllowed);
        }
        inner::decapsulate(outer, packet)?;
        Ok(len)
    }
}

const SHARDS: usize = 256;

/// Sessions sorted by index.
type Shard = Vec<(u32, Arc<Session>)>;

/// Sessions by local index. Readers never wait; writers copy one of 256 short, sorted lists.
pub(crate) struct SessionTable {
    shards: Box<[ArcSwap<Shard>]>,
}

impl SessionTable {
    fn new() -> Self {
        let empty = Arc::new(Vec::new());
        Self { shards: (0..SHARDS).map(|_| ArcSwap::new(Arc::clone(&empty))).collect() }
    }

    pub(crate) fn get(&self, index: u32) -> Option<Arc<Session>> {
        let shard = self.shard(index).load();
        let at = shard.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        shard.get(at).map(|(_, session)| Arc::clone(session))
    }

    pub(crate) fn contains(&self, index: u32) -> bool {
        self.shard(index).load().binary_search_by_key(&index, |(index, _)| *index).is_ok()
    }

    pub(crate) fn insert(&self, session: &Arc<Session>) {
        self.shard(session.local_index).rcu(|shard| {
            let mut shard = Vec::clone(shard);
            match shard.binary_search_by_key(&session.local_index, |(index, _)| *index) {
                Ok(at) => shard[at].1 = Arc::clone(session),
                Err(at) => shard.insert(at, (session.local_index, Arc::clone(session))),
            }
            shard
        });
    }

    pub(crate) fn remove(&self, index: u32) {
        self.shard(index).rcu(|shard| {
            let mut shard = Vec::clone(shard);
            shard.retain(|(other, _)| *other != index);
            shard
        });
    }

    fn shard(&self, index: u32) -> &ArcSwap<Shard> {
        &self.shards[index as usize % SHARDS]
    }
}
