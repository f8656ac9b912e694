//! The part of a peer that all workers share: its session, its endpoint, and when it was last heard.
//!
//! Timers are lazy. Workers only note the time of the first packet that waits for an answer. The engine owns the deadlines and
//! reads these notes when a deadline comes. A worker wakes the engine earlier only if the noted event is due before the engine's
//! next deadline, so a busy peer wakes the engine only a few times a minute.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwapOption, Guard};

use crate::dropped::Dropped;
use crate::key::PublicKey;
use crate::path::UdpPath;
use crate::plane::DataPlane;
use crate::session::Session;
use crate::time::Instant;
use crate::timing::{JITTER_MILLIS, STAGED_PACKETS, Timing};

/// Shared state of one peer.
pub struct Peer {
    pub(crate) slot: u32,
    public_key: PublicKey,
    /// The session that outgoing packets use.
    pub(crate) sending: ArcSwapOption<Session>,
    pub(crate) key_pairs: Mutex<KeyPairs>,
    path: ArcSwapOption<UdpPath>,
    staged: Mutex<VecDeque<Vec<u8>>>,
    rx_bytes: AtomicU64,
    tx_bytes: AtomicU64,
    pub(crate) clocks: Clocks,
    /// The deadline that the engine has armed for this peer, in nanoseconds; `u64::MAX` if none.
    pub(crate) armed: AtomicU64,
    pub(crate) wants_handshake: AtomicBool,
    /// True if the engine reports data that is unanswered for [`Timing::doubt`].
    pub(crate) doubts_early: AtomicBool,
    pub(crate) noted: AtomicBool,
}

/// Times of events, in nanoseconds; 0 if the event did not happen.
#[derive(Default)]
pub(crate) struct Clocks {
    /// The first data sent since the peer was last heard.
    pub(crate) unanswered_since: AtomicU64,
    /// The first data received since we last sent.
    pub(crate) owed_since: AtomicU64,
    /// True if more data arrived while a keepalive was already owed.
    pub(crate) owed_another: AtomicBool,
    /// The last authenticated packet in either direction.
    pub(crate) traversed: AtomicU64,
    /// The last initiation or response sent. A response also shows that a handshake is under way.
    pub(crate) initiated: AtomicU64,
}

/// At most three sessions: current, previous, and next, which is not confirmed yet (rule R11).
#[derive(Default)]
pub(crate) struct KeyPairs {
    pub(crate) current: Option<Arc<Session>>,
    pub(crate) previous: Option<Arc<Session>>,
    pub(crate) next: Option<Arc<Session>>,
}

impl Peer {
    pub(crate) fn new(slot: u32, public_key: PublicKey) -> Self {
        Self {
            slot,
            public_key,
            sending: ArcSwapOption::empty(),
            key_pairs: Mutex::default(),
            path: ArcSwapOption::empty(),
            staged: Mutex::default(),
            rx_bytes: AtomicU64::new(0),
            tx_bytes: AtomicU64::new(0),
            clocks: Clocks::default(),
            armed: AtomicU64::new(u64::MAX),
            wants_handshake: AtomicBool::new(false),
            doubts_early: AtomicBool::new(false),
            noted: AtomicBool::new(false),
        }
    }

    /// Returns the peer's public key.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Returns the peer's slot in the routing snapshot.
    pub const fn slot(&self) -> u32 {
        self.slot
    }

    /// Returns the path on which the peer was last heard, or a path to its configured endpoint.
    pub fn path(&self) -> Option<UdpPath> {
        self.path.load().as_deref().copied()
    }

    pub(crate) fn set_path(&self, path: Option<UdpPath>) {
        self.path.store(path.map(Arc::new));
    }

    /// Lets the operating system choose the source address anew.
    pub fn forget_source(&self) {
        if let Some(UdpPath { remote, local: Some(_) }) = self.path() {
            self.set_path(Some(UdpPath::to(remote)));
        }
    }

    /// Returns the peer's address.
    pub fn endpoint(&self) -> Option<SocketAddr> {
        self.path().map(|path| path.remote)
    }

    /// Returns the bytes of authenticated datagrams received.
    pub fn rx_bytes(&self) -> u64 {
        self.rx_bytes.load(Relaxed)
    }

    /// Returns the bytes of datagrams sent.
    pub fn tx_bytes(&self) -> u64 {
        self.tx_bytes.load(Relaxed)
    }

    /// Returns the session to seal with now. `None`: no session is usable, and a handshake was requested; [`Peer::stage`] the
    /// packet.
    pub fn sending(&self, plane: &DataPlane, now: Instant) -> Option<Guard<Option<Arc<Session>>>> {
        let guard = self.sending.load();
        if let Some(session) = guard.as_ref() {
            let age = now.since(session.created());
            if age < plane.timing.reject_after && !session.is_out_of_counters() {
                if session.wants_rekey_by_count() || (session.initiator && age >= plane.timing.rekey_after) {
                    self.request_handshake(plane, now);
                }
                return Some(guard);
            }
        }
        self.request_handshake(plane, now);
        None
    }

    /// Keeps a packet until there is a session. Beyond [`STAGED_PACKETS`] the oldest is dropped (rule R16).
    pub fn stage(&self, plane: &DataPlane, packet: &[u8]) {
        let mut staged = self.staged();
        if staged.len() >= STAGED_PACKETS {
            staged.pop_front();
            plane.drops.count(Dropped::QueueFull);
        }
        staged.push_back(packet.to_vec());
        drop(staged);
        // The handshake may have completed, and the staged packets may have been sent, before this packet was staged.
        if self.sending.load().is_some() {
            plane.note_staged(self);
        }
    }

    pub(crate) fn staged(&self) -> MutexGuard<'_, VecDeque<Vec<u8>>> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn key_pairs(&self) -> MutexGuard<'_, KeyPairs> {
        self.key_pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be called after transport messages were sent. `bytes` is their size on the wire; `data` is true if any was not a
    /// keepalive.
    pub fn note_sent(&self, plane: &DataPlane, now: Instant, bytes: usize, data: bool) {
        let clocks = &self.clocks;
        self.tx_bytes.fetch_add(bytes as u64, Relaxed);
        clocks.traversed.store(now.as_nanos(), Relaxed);
        clocks.owed_since.store(0, Relaxed);
        if data && clocks.unanswered_since.load(Relaxed) == 0 {
            clocks.unanswered_since.store(now.as_nanos(), Relaxed);
            let patience = if self.doubts_early.load(Relaxed) { plane.timing.doubt() } else { plane.timing.silence() };
            self.arm_before(plane, now + patience);
        }
    }

    /// To be called after transport messages of `session` were opened. `bytes` is their size on the wire; `data` is true if any
    /// was not a keepalive. Learns the path, confirms the session, and counts.
    pub fn note_received(
        &self,
        plane: &DataPlane,
        session: &Arc<Session>,
        path: UdpPath,
        now: Instant,
        bytes: usize,
        data: bool,
    ) {
        let clocks = &self.clocks;
        self.rx_bytes.fetch_add(bytes as u64, Relaxed);
        self.learn_path(plane, path);
        if !session.confirmed.load(Relaxed) {
            self.confirm(plane, session);
        }
        clocks.unanswered_since.store(0, Relaxed);
        clocks.traversed.store(now.as_nanos(), Relaxed);
        if data {
            if clocks.owed_since.load(Relaxed) == 0 {
                clocks.owed_since.store(now.as_nanos(), Relaxed);
                self.arm_before(plane, now + plane.timing.keepalive);
            } else {
                clocks.owed_another.store(true, Relaxed);
            }
        }
        if session.initiator
            && now.since(session.created()) >= plane.timing.last_minute()
            && !session.asked_last_minute.swap(true, Relaxed)
        {
            self.request_handshake(plane, now);
        }
    }

    /// To be called after a copy of an initiation was sent to an address other than the peer's endpoint.
    pub(crate) fn note_copy_sent(&self, bytes: usize) {
        self.tx_bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// To be called after an initiation or a response was sent.
    pub(crate) fn note_handshake_sent(&self, now: Instant, bytes: usize) {
        self.tx_bytes.fetch_add(bytes as u64, Relaxed);
        self.clocks.initiated.store(now.as_nanos(), Relaxed);
        self.clocks.traversed.store(now.as_nanos(), Relaxed);
        self.clocks.owed_since.store(0, Relaxed);
    }

    pub(crate) fn note_handshake_received(&self, now: Instant, bytes: usize) {
        self.rx_bytes.fetch_add(bytes as u64, Relaxed);
        self.clocks.traversed.store(now.as_nanos(), Relaxed);
        self.clocks.unanswered_since.store(0, Relaxed);
    }

    /// Sets the path to the one on which the peer was last heard (rule R14).
    pub(crate) fn learn_path(&self, plane: &DataPlane, path: UdpPath) {
        let known = self.path.load();
        if known.as_deref() != Some(&path) {
            let moved = known.as_deref().is_none_or(|known| known.remote != path.remote);
            self.set_path(Some(path));
            if moved {
                plane.note_roamed(self.slot, path.remote);
            }
        }
    }

    /// Makes a session that we answered the current one: its first message proves that the initiator holds its keys.
    fn confirm(&self, plane: &DataPlane, session: &Arc<Session>) {
        let mut key_pairs = self.key_pairs();
        if !key_pairs.next.as_ref().is_some_and(|next| Arc::ptr_eq(next, session)) {
            return;
        }
        let next = key_pairs.next.take();
        let previous = std::mem::replace(&mut key_pairs.current, next);
        if let Some(old) = std::mem::replace(&mut key_pairs.previous, previous) {
            plane.sessions.remove(old.local_index);
        }
        session.confirmed.store(true, Relaxed);
        self.sending.store(key_pairs.current.clone());
        drop(key_pairs);
        plane.note_confirmed(self);
    }

    /// Asks the engine for a handshake. A request within five seconds of the last initiation is kept until they are over (rule
    /// R3).
    pub fn request_handshake(&self, plane: &DataPlane, now: Instant) {
        let known = self.wants_handshake.load(Relaxed) || self.wants_handshake.swap(true, Relaxed);
        match self.next_handshake_at(&plane.timing).filter(|allowed| *allowed > now) {
            None => plane.note(self),
            // A retransmission that is armed at most this much later comes early enough to grant the request.
            Some(allowed) if !known => self.arm_before(plane, allowed + Duration::from_millis(JITTER_MILLIS.into())),
            Some(_) => {}
        }
    }

    /// Returns when the next initiation may be sent (rule R3). `None`: at any time.
    pub(crate) fn next_handshake_at(&self, timing: &Timing) -> Option<Instant> {
        let initiated = self.clocks.initiated.load(Relaxed);
        (initiated != 0).then(|| Instant::from_nanos(initiated) + timing.rekey_timeout)
    }

    /// Returns true if a packet sent now would request a handshake.
    pub(crate) fn needs_handshake(&self, plane: &DataPlane, now: Instant) -> bool {
        self.sending.load().as_ref().is_none_or(|session| {
            let age = now.since(session.created());
            age >= plane.timing.reject_after
                || session.is_out_of_counters()
                || session.wants_rekey_by_count()
                || (session.initiator && age >= plane.timing.rekey_after)
        })
    }

    /// Makes the engine handle this peer by `deadline`, which the caller has just written into `clocks` or `wants_handshake`.
    fn arm_before(&self, plane: &DataPlane, deadline: Instant) {
        // Pairs with the fence in `Engine::reschedule`: either the engine sees what was written, or this thread sees that nothing
        // is armed.
        fence(SeqCst);
        if deadline.as_nanos() < self.armed.load(Relaxed) {
            plane.note(self);
        }
    }
}
