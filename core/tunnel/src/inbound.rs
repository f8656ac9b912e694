//! From the network to the TUN, run to completion: receive a run of datagrams, open each to where its payload belongs, write.

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

/// Runs received at once when nothing is known about their length.
const FIRST_RUNS: usize = 4;

/// Runs received at once while they are short and come in such numbers; long ones come one at a time, so that they stay in the cache.
const MAX_RUNS: usize = 32;
const LONG_RUN: usize = 8 * 1024;

/// Long runs whose superpackets are written together: the program that receives is woken once for all of them, and acknowledges them
/// together. A ping waits for them, so they are few.
const LONG_RUNS: usize = 8;

/// Receives for one batch of superpackets: between those of one direction lie the acknowledgements of the other.
const RECEIVES: usize = 24;

/// One thread's part in the way in.
pub(crate) struct Inbound {
    /// The TUN device whose capabilities the coalescers have.
    device: Weak<[Arc<dyn TunQueue>]>,
    /// One for each long run; the first one for all that is short.
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

    /// To be called before a wait: gives back what a burst has filled, or answers after how long this is to be called again (`None`: not
    /// before there was another burst).
    pub(crate) fn before_a_wait(&mut self) -> Option<Duration> {
        let now = clock::instant();
        if self.burst.is_over(now) {
            self.batch.buffers.iter_mut().for_each(|buffer| memory::give_back(buffer));
            self.coalescers.iter_mut().for_each(Coalescer::give_back);
            self.limit = FIRST_RUNS;
        }
        self.burst.patience(now)
    }

    /// Receives what is worth one system call to write, and writes it. `alone`: no other thread helps with the way in.
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

/// None of them has anything open.
fn coalescers(queues: &Queues) -> [Coalescer; LONG_RUNS] {
    let capabilities = queues.first().map(|queue| queue.capabilities()).unwrap_or_default();
    std::array::from_fn(|_| Coalescer::new(capabilities))
}

/// Opens what was received to where this coalescer has it. What becomes complete meanwhile waits if it is short, and is written if
/// it is long; the last superpacket waits. The bytes of all runs, and of the longest.
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
    /// What was opened before and is not written yet.
    earlier: &'a mut [Coalescer],
    coalescer: &'a mut Coalescer,
    /// The last session used in this batch, by its index: most datagrams of a batch belong to one. Not kept for the next batch: a
    /// session that was ended meanwhile must neither open anything nor keep its keys.
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
                    // First, because the kernel may answer while it is being written: the answer goes to where the peer is by now.
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

/// What a run of datagrams did for one session, noted once for all of them.
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
