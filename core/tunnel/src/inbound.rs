//! From the network to the TUN, run to completion: receive a run of datagrams, open each to where its payload belongs, write.

use std::io;
use std::sync::Arc;

use adit_platform::clock;
use adit_platform::device::{ReceiveBatch, Received, UdpSocket};
use adit_protocol::wire::{self, DATA_OVERHEAD, Kind};
use adit_protocol::{DataPlane, Dropped, Instant, Routes, Session};

use crate::coalesce::{Coalescer, Superpacket};
use crate::order::Ticket;
use crate::outbound::Turn;
use crate::shared::Shared;

/// Runs received at once while they are short; long ones come one at a time, so that they stay in the cache.
const MAX_RUNS: usize = 32;
const LONG_RUN: usize = 8 * 1024;

/// One thread's part in the way in.
pub(crate) struct Inbound {
    coalescer: Coalescer,
    batch: ReceiveBatch,
    limit: usize,
}

impl Inbound {
    pub(crate) fn new(shared: &Shared) -> Self {
        let capabilities = shared.queues.first().map(|queue| queue.capabilities()).unwrap_or_default();
        let coalescer = Coalescer::new(capabilities);
        Self { coalescer, batch: ReceiveBatch::new(MAX_RUNS), limit: MAX_RUNS }
    }

    /// Receives once and writes what came.
    pub(crate) fn turn(&mut self, shared: &Shared, socket: &dyn UdpSocket) -> Turn {
        let taking = shared.arrivals.begin();
        let ticket = match socket.recv(&mut self.batch, self.limit).map(|()| taking.ticket()) {
            Ok(ticket) => ticket,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Turn::Idle,
            Err(error) => {
                tracing::debug!(%error, "receiving");
                shared.rest();
                return Turn::Idle;
            }
        };
        let now = clock::instant();
        let routes = shared.plane.routes();
        let writer = Writer { shared, ticket, gone: false };
        let mut worker = Worker { plane: &shared.plane, coalescer: &mut self.coalescer, session: None, writer };
        let (mut bytes, mut longest) = (0, 0);
        for (received, buffer) in self.batch.received.iter().zip(&mut self.batch.buffers) {
            let Some(run) = buffer.get_mut(..received.len) else { continue };
            worker.received(&routes, received, run, now);
            bytes += received.len;
            longest = longest.max(received.len);
        }
        worker.flush();
        shared.call_engine();
        self.limit = if longest >= LONG_RUN { 1 } else { MAX_RUNS };
        if worker.writer.gone {
            shared.interface_is_gone();
            return Turn::Over;
        }
        Turn::Carried(bytes)
    }
}

struct Worker<'a> {
    plane: &'a DataPlane,
    coalescer: &'a mut Coalescer,
    /// The last session used in this batch, by its index: most datagrams of a batch belong to one. Not kept for the next batch: a
    /// session that was ended meanwhile must neither open anything nor keep its keys.
    session: Option<(u32, Arc<Session>)>,
    writer: Writer<'a>,
}

impl Worker<'_> {
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
                    self.writer.write(superpacket);
                }
            }
            Err(reason) => {
                self.coalescer.discard();
                return Err(reason);
            }
        }
        Ok(())
    }

    fn flush(&mut self) {
        while let Some(superpacket) = self.coalescer.take() {
            self.writer.write(superpacket);
        }
    }
}

/// Writes to the TUN device, when it is this thread's turn, through the queue of each flow.
struct Writer<'a> {
    shared: &'a Shared,
    ticket: Ticket<'a, ()>,
    gone: bool,
}

impl Writer<'_> {
    fn write(&mut self, superpacket: Superpacket<'_>) {
        self.ticket.wait();
        match self.shared.queue_for(superpacket.bytes).map(|queue| queue.send(superpacket.offload, superpacket.bytes)) {
            Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => self.gone = true,
            Some(Err(error)) => tracing::debug!(%error, "writing the interface"),
            Some(Ok(())) | None => {}
        }
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
