//! Decides when a timer of a peer is due and what happens then: the kernel's `timers.c` as one function of the noted times.

use std::sync::atomic::Ordering::{AcqRel, Relaxed, SeqCst};
use std::sync::atomic::{AtomicU64, fence};
use std::time::Duration;

use rand_core::Rng;

use super::peers::PeerControl;
use super::{Engine, Event};
use crate::dropped::Dropped;
use crate::time::{Instant, Now};
use crate::timing::{JITTER_MILLIS, Timing};

impl Engine {
    /// Fires the timers that are due at `now` and handles the requests of workers.
    pub fn handle_timeout(&mut self, now: Now) {
        self.publish();
        self.take_notes(now);
        while let Some((deadline, slot)) = self.deadlines.first().copied() {
            if deadline > now.instant {
                break;
            }
            self.look_after(slot, now);
        }
        // A keepalive that was just sent may have asked for a handshake.
        if self.plane.has_notes() {
            self.take_notes(now);
        }
    }

    fn take_notes(&mut self, now: Now) {
        let notes = self.plane.take_notes();
        for (slot, endpoint) in notes.roamed {
            if let Some(peer) = self.peer(slot) {
                let peer = *peer.shared.public_key();
                self.emit(Event::Roamed { peer, endpoint });
            }
        }
        for slot in notes.confirmed {
            self.complete(slot, now, false);
            self.flushing.push_back(slot);
        }
        self.flushing.extend(notes.staged);
        for slot in notes.peers {
            if let Some(peer) = self.peer(slot) {
                peer.shared.noted.swap(false, AcqRel);
                self.look_after(slot, now);
            }
        }
    }

    /// Fires the due timers of one peer and arms its next deadline, which is later than `now`.
    fn look_after(&mut self, slot: u32, now: Now) {
        let timing = self.plane.timing;
        let Some(peer) = self.peer_mut(slot) else { return };
        let asked = peer.shared.wants_handshake.swap(false, Relaxed);
        if asked {
            peer.attempts = 0;
        }
        if std::mem::take(&mut peer.begins_anew) && peer.pending.is_some() {
            self.begin_handshake(slot, now, false);
        }
        let Some(peer) = self.peer_mut(slot) else { return };
        let due = Due::of(peer, &timing, now.instant);
        if due.erase {
            self.erase_sessions(slot);
            if let Some(peer) = self.peer(slot) {
                let peer = *peer.shared.public_key();
                self.emit(Event::KeysErased { peer });
            }
        }
        if due.retransmit {
            self.retransmit(slot, now);
        }
        if due.doubtful {
            self.note_doubt(slot);
        }
        if due.silent {
            self.restart_after_silence(slot, now);
        }
        if due.keepalive {
            self.send_owed_keepalive(slot, now);
        }
        if due.persistent_keepalive {
            self.send_keepalive(slot, now);
            if let Some(peer) = self.peer(slot) {
                peer.shared.clocks.traversed.store(now.instant.as_nanos(), Relaxed);
            }
        }
        if asked && !due.retransmit {
            self.grant_handshake(slot, now);
        }
        self.reschedule(slot, now.instant);
    }

    /// Starts the handshake that a worker asked for, or keeps the request until it is allowed (rule R3).
    fn grant_handshake(&mut self, slot: u32, now: Now) {
        let timing = self.plane.timing;
        let Some(peer) = self.peer(slot) else { return };
        if !peer.shared.needs_handshake(&self.plane, now.instant) {
            return;
        }
        match peer.shared.next_handshake_at(&timing).filter(|allowed| *allowed > now.instant) {
            None => self.begin_handshake(slot, now, false),
            Some(allowed) => {
                let just_begun = peer.pending.is_some() && allowed == now.instant + timing.rekey_timeout;
                peer.shared.wants_handshake.store(!just_begun, Relaxed);
            }
        }
    }

    /// Repeats an initiation, or gives the handshake up (rules R1 and R2).
    fn retransmit(&mut self, slot: u32, now: Now) {
        let max_attempts = self.plane.timing.max_attempts();
        let Some(peer) = self.peer_mut(slot) else { return };
        if peer.attempts <= max_attempts {
            peer.attempts += 1;
            peer.shared.forget_source();
            self.begin_handshake(slot, now, true);
            return;
        }
        let index = peer.pending.take().map(|pending| pending.index);
        peer.attempts = 0;
        let purged = std::mem::take(&mut *peer.shared.staged()).len();
        peer.shared.clocks.owed_since.store(0, Relaxed);
        let peer = *peer.shared.public_key();
        self.plane.drops.add(Dropped::HandshakeTimeout, purged as u64);
        if let Some(index) = index {
            self.pending.remove(&index);
        }
        self.emit(Event::HandshakeGivenUp { peer });
    }

    /// Reports once that nothing was received for [`Timing::doubt`] since we sent data.
    fn note_doubt(&mut self, slot: u32) {
        let Some(peer) = self.peer_mut(slot) else { return };
        peer.doubted = peer.shared.clocks.unanswered_since.load(Relaxed);
        let peer = *peer.shared.public_key();
        self.emit(Event::PeerDoubtful { peer });
    }

    /// Starts a new handshake because nothing was received since we sent data: the source address may be wrong, or the peer may
    /// have lost the session (rule R9).
    fn restart_after_silence(&mut self, slot: u32, now: Now) {
        let Some(control) = self.peer_mut(slot) else { return };
        control.shared.clocks.unanswered_since.store(0, Relaxed);
        control.shared.forget_source();
        let peer = *control.shared.public_key();
        self.emit(Event::PeerSilent { peer });
        self.begin_handshake(slot, now, false);
    }

    /// Sends the passive keepalive (rule R8).
    fn send_owed_keepalive(&mut self, slot: u32, now: Now) {
        let Some(peer) = self.peer(slot) else { return };
        let clocks = &peer.shared.clocks;
        let another = clocks.owed_another.swap(false, Relaxed);
        clocks.owed_since.store(0, Relaxed);
        self.send_keepalive(slot, now);
        if another && let Some(peer) = self.peer(slot) {
            peer.shared.clocks.owed_since.store(now.instant.as_nanos(), Relaxed);
        }
    }

    /// Recomputes and arms the earliest deadline of a peer.
    pub(super) fn reschedule(&mut self, slot: u32, now: Instant) {
        let jitter = self.rng.next_u32() % JITTER_MILLIS;
        let timing = self.plane.timing;
        let Some(peer) = self.peer_mut(slot) else { return };
        if peer.deadline.is_none_or(|deadline| deadline <= now) {
            peer.jitter = jitter;
        }
        // While this function reads the workers' notes, nothing counts as armed, so a worker that notes something meanwhile
        // reports it.
        peer.shared.armed.store(u64::MAX, Relaxed);
        fence(SeqCst);
        let next = Due::next(peer, &timing, now);
        self.schedule(slot, next);
    }

    pub(super) fn schedule(&mut self, slot: u32, deadline: Option<Instant>) {
        let Some(peer) = self.peers.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if let Some(old) = std::mem::replace(&mut peer.deadline, deadline) {
            self.deadlines.remove(&(old, slot));
        }
        peer.shared.armed.store(deadline.map_or(u64::MAX, Instant::as_nanos), Relaxed);
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, slot));
        }
    }
}

/// The timers of a peer that are due.
#[derive(Default)]
struct Due {
    retransmit: bool,
    silent: bool,
    keepalive: bool,
    persistent_keepalive: bool,
    erase: bool,
    doubtful: bool,
}

impl Due {
    fn of(peer: &PeerControl, timing: &Timing, now: Instant) -> Self {
        let passed = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        let [retransmit, silent, keepalive, persistent_keepalive, erase, _, doubtful] = deadlines(peer, timing).map(passed);
        Self { retransmit, silent, keepalive, persistent_keepalive, erase, doubtful }
    }

    /// Returns the earliest deadline. It is at least one nanosecond after `now`, so that the engine handles each moment only
    /// once.
    fn next(peer: &PeerControl, timing: &Timing, now: Instant) -> Option<Instant> {
        let earliest = deadlines(peer, timing).into_iter().flatten().min()?;
        Some(earliest.max(now + Duration::from_nanos(1)))
    }
}

/// The deadlines, in this order: retransmission, silence, owed keepalive, persistent keepalive, key erasure, a handshake
/// requested too early, and doubt.
fn deadlines(peer: &PeerControl, timing: &Timing) -> [Option<Instant>; 7] {
    let clocks = &peer.shared.clocks;
    let jitter = Duration::from_millis(peer.jitter.into());
    let since = |clock: &AtomicU64| Some(clock.load(Relaxed)).filter(|nanos| *nanos != 0).map(Instant::from_nanos);
    let again = peer.shared.next_handshake_at(timing);
    let interval = Duration::from_secs(peer.persistent_keepalive.into());
    [
        peer.pending.as_ref().and(again).map(|again| again + jitter),
        since(&clocks.unanswered_since).map(|since| since + timing.silence() + jitter),
        since(&clocks.owed_since).map(|since| since + timing.keepalive),
        since(&clocks.traversed).filter(|_| !interval.is_zero()).map(|traversed| traversed + interval),
        peer.derived.map(|derived| derived + timing.erase_after()),
        again.filter(|_| peer.pending.is_none() && peer.shared.wants_handshake.load(Relaxed)),
        since(&clocks.unanswered_since)
            .filter(|since| peer.shared.doubts_early.load(Relaxed) && since.as_nanos() != peer.doubted)
            .map(|since| since + timing.doubt()),
    ]
}
