//! Carries packets from the network to the TUN: receives a run of datagrams, decrypts each to where its payload belongs, and
//! writes it.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use adit_platform::device::{ReceiveBatch, Received, TunQueue};
use adit_platform::{clock, memory};
use adit_protocol::wire::{self, DATA_OVERHEAD, Kind};
use adit_protocol::{DataPlane, Dropped, Instant, Routes, Session};

use crate::burst::Burst;
use crate::coalesce::Coalescer;
use crate::order::Place;
use crate::outbound::Turn;
use crate::shared::{Bound, Queues, Shared};
use crate::writer::{Waiting, Writer};

/// Number of runs received at once as long as nothing is known about their length.
const FIRST_RUNS: usize = 4;

/// Number of short runs received at once when many arrive. Long runs are received one at a time, so that they stay in the cache.
const MAX_RUNS: usize = 32;
const LONG_RUN: usize = 8 * 1024;

/// Number of long runs whose superpackets are written together: the receiving program is woken once for all of them and
/// acknowledges them together. The number is small because a ping waits for them.
const LONG_RUNS: usize = 8;

/// Number of receives for one batch of superpackets. It exceeds the number of long runs because acknowledgements of the other
/// direction arrive in between.
const RECEIVES: usize = 24;

/// The state with which one thread carries packets inwards.
pub(crate) struct Inbound {
    /// The TUN device whose capabilities the coalescers use.
    device: Weak<[Arc<dyn TunQueue>]>,
    /// One coalescer for each long run; the first one also serves all short runs.
    coalescers: [Coalescer; LONG_RUNS],
    waiting: Waiting,
    batch: ReceiveBatch,
    limit: usize,
    burst: Burst,
}

impl Inbound {
    pub(crate) fn new(shared: &Shared) -> Self {
        let queues = &shared.bound.load().queues;
        let (waiting, batch) = (Waiting::default(), ReceiveBatch::new(MAX_RUNS));
        let (device, coalescers) = (Arc::downgrade(queues), coalescers(queues));
        Self { device, coalescers, waiting, batch, limit: FIRST_RUNS, burst: Burst::default() }
    }

    /// Returns the memory that a burst has filled to the system if the burst is over. To be called before a wait, and again after
    /// the returned time (`None`: only after another burst).
    pub(crate) fn before_a_wait(&mut self) -> Option<Duration> {
        let now = clock::instant();
        if self.burst.is_over(now) {
            self.batch.buffers.iter_mut().for_each(|buffer| memory::give_back(buffer));
            self.coalescers.iter_mut().for_each(Coalescer::give_back);
            self.limit = FIRST_RUNS;
        }
        self.burst.patience(now)
    }

    /// Receives as much as is worth one system call to write, and writes it. `alone` means that no other thread helps inwards.
    pub(crate) fn turn(&mut self, shared: &Shared, bound: &Bound, alone: bool) -> Turn {
        if !std::ptr::addr_eq(self.device.as_ptr(), Arc::as_ptr(&bound.queues)) {
            (self.device, self.coalescers) = (Arc::downgrade(&bound.queues), coalescers(&bound.queues));
        }
        let mut writer = Writer::new(shared, bound, &mut self.waiting, Place::Taking(shared.arrivals.begin()));
        let (mut bytes, mut used, mut received, mut bulk, mut failed) = (0, 0, 0, false, false);
        while used < LONG_RUNS && received < RECEIVES && (received == 0 || bulk && writer.place.may_take_in()) {
            if let Err(error) = bound.socket.recv(&mut self.batch, self.limit) {
                failed = error.kind() != io::ErrorKind::WouldBlock;
                if failed {
                    tracing::debug!(%error, "receiving");
                }
                break;
            }
            if !alone {
                writer.place.let_others();
            }
            let (earlier, rest) = self.coalescers.split_at_mut(used);
            let Some(coalescer) = rest.first_mut() else { break };
            let (all, longest) = open_received(&mut self.batch, earlier, coalescer, &mut writer);
            bytes += all;
            received += 1;
            used += usize::from(coalescer.open_len() > 0);
            bulk |= longest >= LONG_RUN;
            self.limit = match self.limit {
                _ if bulk => 1,
                limit if limit == self.batch.received.len() => (2 * limit).min(MAX_RUNS),
                limit => limit,
            };
        }
        writer.write_all(&mut self.coalescers);
        self.burst.note(bytes);
        let gone = writer.gone;
        drop(writer);
        if failed {
            shared.rest();
        }
        if received == 0 {
            return Turn::Idle;
        }
        shared.call_engine();
        if gone {
            shared.interface_is_gone(bound);
            return Turn::Over;
        }
        Turn::Carried(bytes)
    }
}

/// Returns coalescers without any open superpacket.
fn coalescers(queues: &Queues) -> [Coalescer; LONG_RUNS] {
    let capabilities = queues.first().map(|queue| queue.capabilities()).unwrap_or_default();
    std::array::from_fn(|_| Coalescer::new(capabilities))
}

/// Decrypts the received runs into this coalescer. Packets that are completed meanwhile wait if they are short and are written if
/// they are long; the last superpacket waits. Returns the bytes of all runs and of the longest one.
fn open_received(
    batch: &mut ReceiveBatch,
    earlier: &mut [Coalescer],
    coalescer: &mut Coalescer,
    writer: &mut Writer<'_>,
) -> (usize, usize) {
    let (mut bytes, mut longest) = (0, 0);
    let (plane, now) = (&writer.shared.plane, clock::instant());
    let routes = plane.routes();
    let mut worker = Worker { plane, earlier, coalescer, session: None, writer };
    for (received, buffer) in batch.received.iter().zip(&mut batch.buffers) {
        let Some(run) = buffer.get_mut(..received.len) else { continue };
        worker.received(&routes, received, run, now);
        bytes += received.len;
        longest = longest.max(received.len);
    }
    let Worker { earlier, coalescer, writer, .. } = worker;
    writer.keep_open(earlier, coalescer);
    (bytes, longest)
}

struct Worker<'a, 'w> {
    plane: &'a DataPlane,
    /// Coalescers with superpackets of earlier runs that are not written yet.
    earlier: &'a mut [Coalescer],
    coalescer: &'a mut Coalescer,
    /// The last session used in this batch, with its index: most datagrams of a batch belong to one session. It is not kept for
    /// the next batch, because a session that has ended meanwhile must neither decrypt anything nor keep its keys.
    session: Option<(u32, Arc<Session>)>,
    writer: &'a mut Writer<'w>,
}

impl Worker<'_, '_> {
    fn received(&mut self, routes: &Routes, received: &Received, bytes: &mut [u8], now: Instant) {
        let mut run = RunOfSession::default();
        for message in bytes.chunks_mut(received.segment_size.max(1)) {
            match wire::kind(message) {
                Ok(Kind::Data { receiver }) => {
                    if let Err(reason) = self.data(routes, received, receiver, message, now, &mut run) {
                        self.plane.drops.count(reason);
                    }
                }
                Ok(Kind::Handshake) => self.writer.shared.hand_over(received.path, message),
                Err(reason) => self.plane.drops.count(reason),
            }
        }
        run.note(self.plane, received, now);
    }

    fn data(
        &mut self,
        routes: &Routes,
        received: &Received,
        index: u32,
        message: &[u8],
        now: Instant,
        run: &mut RunOfSession,
    ) -> Result<(), Dropped> {
        let session = match &self.session {
            Some((known, session)) if *known == index => session,
            _ => &self.session.insert((index, self.plane.session(index).ok_or(Dropped::UnknownIndex)?)).1,
        };
        if now.since(session.created()) >= self.plane.timing().reject_after {
            return Err(Dropped::SessionExpired);
        }
        let Some(place) = self.coalescer.place(message.len() - DATA_OVERHEAD) else { return Err(Dropped::MessageLength) };
        let opened = session.open(message, place);
        let admitted = opened.and_then(|len| {
            if !run.is_of(session) {
                run.note(self.plane, received, now);
                run.session = Some(Arc::clone(session));
            }
            run.bytes += message.len();
            run.data |= len > 0;
            if len == 0 { Ok(0) } else { routes.admit(session.peer(), &mut place[..len], received.ecn) }
        });
        match admitted {
            Ok(0) => self.coalescer.discard(),
            Ok(len) => {
                if let Some(superpacket) = self.coalescer.commit(len) {
                    // Noted before writing, because the kernel may answer during the write, and the answer must go to the peer's
                    // current address.
                    run.note(self.plane, received, now);
                    self.writer.complete(self.earlier, &superpacket);
                }
            }
            Err(reason) => {
                self.coalescer.discard();
                return Err(reason);
            }
        }
        Ok(())
    }
}

/// The effects of a run of datagrams on one session, noted once for the whole run.
#[derive(Default)]
struct RunOfSession {
    session: Option<Arc<Session>>,
    bytes: usize,
    data: bool,
}

impl RunOfSession {
    fn is_of(&self, session: &Arc<Session>) -> bool {
        self.session.as_ref().is_some_and(|known| Arc::ptr_eq(known, session))
    }

    fn note(&mut self, plane: &DataPlane, received: &Received, now: Instant) {
        if let Some(session) = self.session.take() {
            session.peer().note_received(plane, &session, received.path, now, self.bytes, self.data);
        }
        *self = Self::default();
    }
}
