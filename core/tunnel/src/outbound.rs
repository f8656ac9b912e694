//! From the TUN to the network, run to completion: read a superpacket, cut it, seal each segment into the send buffer, send.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use adit_platform::device::{MAX_SUPERPACKET, Offload, Ready, TunQueue};
use adit_platform::{clock, memory};
use adit_protocol::wire::DATA_OVERHEAD;
use adit_protocol::{DataPlane, Dropped, Ecn, Instant, Peer, Session, UdpPath, icmp, inner};

use crate::burst::Burst;
use crate::order::{Order, Place};
use crate::outgoing::Outgoing;
use crate::shared::{Bound, Ended, Shared};
use crate::split::{SLACK, Splitter};
use crate::stack::erase_traces_of_ciphers;

/// Bytes waiting at which they are sent although more could be read.
const FLUSH_AT: usize = 32 * 1024;

/// A packet that is worth sealing beside another thread's, bytes.
const LONG_PACKET: usize = 8 * 1024;

/// Packets after which the other direction has its turn, although nothing is worth sending: they may go nowhere, or be unusable.
const PACKETS_AT_ONCE: usize = 256;

/// Turns for what a replaced device was given before: as many as its queue may hold, and not for ever where it is still written to.
const TURNS_OF_A_DRAIN: usize = 1024;

/// ICMP answers waiting at which they are given although more could be read.
const ANSWERS_AT_ONCE: usize = 64;

/// The order in which the threads that read one queue send what they have read.
pub(crate) type SendOrder = Order<Outgoing>;

/// What one turn of a direction did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// Bytes were carried; there may be more.
    Carried(usize),
    /// Nothing is left to carry, or another thread is reading it.
    Idle,
    /// The device is gone, or broken for good.
    Over,
}

/// Reads the queue with that number until the tunnel stops. Another device may have no such queue: then it waits for the next one.
pub(crate) fn run(shared: &Shared, number: usize) {
    let (mut outbound, alone) = (Outbound::new(shared, number), SendOrder::default());
    while !shared.stop.is_stopped() {
        shared.wait_for_queue(number);
        let bound = shared.bound.load_full();
        while !bound.replaced.is_stopped() {
            match outbound.turn(shared, &bound, &alone) {
                Turn::Carried(_) => {}
                Turn::Over => break,
                Turn::Idle => outbound.rest(shared, &bound, &alone),
            }
        }
        outbound.drain(shared, &bound, &alone);
    }
}

/// One thread's part in the way out of a TUN queue: its buffers, and what is on its way to the socket.
pub(crate) struct Outbound {
    /// Of the queue.
    number: usize,
    buffer: Vec<u8>,
    outgoing: Outgoing,
    /// ICMP for senders of packets that cannot be delivered.
    answers: Vec<Vec<u8>>,
    /// Nothing was read since the last wait: what comes first is sent at once.
    woken: bool,
    burst: Burst,
}

impl Outbound {
    pub(crate) fn new(shared: &Shared, number: usize) -> Self {
        Self {
            number,
            buffer: vec![0; MAX_SUPERPACKET + SLACK],
            outgoing: Outgoing::new(shared.bound.load().socket.max_run()),
            answers: Vec::new(),
            woken: false,
            burst: Burst::default(),
        }
    }

    /// Reads what is there, at most as much as is worth one system call to send, and sends it. `order`: of all threads that read this
    /// queue. Short packets are sealed before another one of them may read, a long one side by side with theirs.
    pub(crate) fn turn(&mut self, shared: &Shared, bound: &Bound, order: &SendOrder) -> Turn {
        // Another thread is reading, and may have lost its processor meanwhile: there are other things to do than to wait for it.
        let Some(taking) = order.try_begin() else { return Turn::Idle };
        self.take_turn(shared, bound, Place::Taking(taking))
    }

    /// After `bound` was replaced: sends what its TUN device has been given already, unless that is in use still.
    pub(crate) fn drain(&mut self, shared: &Shared, bound: &Bound, order: &SendOrder) {
        for _ in 0..TURNS_OF_A_DRAIN {
            if shared.stop.is_stopped() || bound.has_device_of(&shared.bound.load()) {
                return;
            }
            match self.take_turn(shared, bound, Place::Taking(order.begin())) {
                Turn::Carried(_) => {}
                Turn::Idle | Turn::Over => return,
            }
        }
    }

    fn take_turn(&mut self, shared: &Shared, bound: &Bound, place: Place<'_, Outgoing>) -> Turn {
        let Some(queue) = bound.queues.get(self.number) else { return Turn::Idle };
        let (mut packets, mut bytes) = (0, 0);
        let (outgoing, answers) = (&mut self.outgoing, &mut self.answers);
        let own_port = bound.socket.port();
        let mut worker = Worker { shared, plane: &shared.plane, outgoing, answers, own_port, place };
        let mut long = None;
        let outcome = loop {
            match queue.recv(&mut self.buffer) {
                Ok((len, offload)) => {
                    bytes += len;
                    if len >= LONG_PACKET {
                        long = Some((len, offload));
                        break Turn::Carried(bytes);
                    }
                    worker.superpacket(&mut self.buffer, len, offload);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::BrokenPipe => {
                        shared.interface_is_gone(bound);
                        break Turn::Over;
                    }
                    io::ErrorKind::WouldBlock => break if bytes == 0 { Turn::Idle } else { Turn::Carried(bytes) },
                    io::ErrorKind::InvalidData => tracing::debug!(%error, "reading the interface"),
                    _ => {
                        tracing::debug!(%error, "reading the interface");
                        shared.rest();
                        break Turn::Idle;
                    }
                },
            }
            packets += 1;
            // The first packet after a rest does not wait for the look whether there are more.
            let first = std::mem::take(&mut self.woken);
            let enough = packets >= PACKETS_AT_ONCE || worker.answers.len() >= ANSWERS_AT_ONCE;
            if first || enough || worker.outgoing.len() >= FLUSH_AT {
                break Turn::Carried(bytes);
            }
        };
        if bytes > 0 {
            worker.place.let_others();
        }
        if let Some((len, offload)) = long {
            self.woken = false;
            worker.superpacket(&mut self.buffer, len, offload);
        }
        worker.depart(&**queue);
        self.burst.note(bytes);
        // Not only when idle: a sender that floods a peer without a session waits for the handshake.
        shared.call_engine();
        outcome
    }

    /// To be called before a wait: gives back what a burst has filled, or answers after how long this is to be called again (`None`: not
    /// before there was another burst).
    pub(crate) fn before_a_wait(&mut self, order: &SendOrder) -> Option<Duration> {
        self.woken = true;
        let now = clock::instant();
        if self.burst.is_over(now) {
            memory::give_back(&mut self.buffer);
            self.outgoing.give_back();
            order.forget_spares();
        }
        self.burst.patience(now)
    }

    /// Waits for the queue alone, until the device is replaced or the tunnel ends.
    pub(crate) fn rest(&mut self, shared: &Shared, bound: &Bound, order: &SendOrder) {
        erase_traces_of_ciphers();
        let patience = self.before_a_wait(order);
        if let Some(queue) = bound.queues.get(self.number) {
            waited(shared, queue.wait(&*bound.replaced, patience));
        }
    }
}

/// A device that cannot be waited for ends the tunnel.
pub(crate) fn waited(shared: &Shared, outcome: io::Result<Ready>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "waiting for packets");
        shared.end(Ended::Stopped);
    }
}

struct Worker<'a> {
    shared: &'a Shared,
    plane: &'a DataPlane,
    outgoing: &'a mut Outgoing,
    answers: &'a mut Vec<Vec<u8>>,
    /// Of the tunnel's socket.
    own_port: u16,
    place: Place<'a, Outgoing>,
}

impl Worker<'_> {
    /// Sends the sealed packets and the ICMP answers, or leaves them to the thread that sends next.
    fn depart(mut self, queue: &dyn TunQueue) {
        if let Place::Ticket(ticket) = std::mem::replace(&mut self.place, Place::None) {
            let another = || Outgoing::new(self.shared.bound.load().socket.max_run());
            let leave = |spare: Option<Outgoing>| std::mem::replace(self.outgoing, spare.unwrap_or_else(another));
            let ticket = if self.answers.is_empty() { ticket.leave(leave) } else { Err(ticket) };
            match ticket {
                Ok(()) => return,
                Err(ticket) => self.place = Place::Ticket(ticket),
            }
        }
        self.flush();
        if !self.answers.is_empty() {
            self.place.wait();
        }
        for answer in self.answers.drain(..) {
            // An answer that the interface does not take is lost, as on any network.
            let _ = queue.send(Offload::default(), &answer);
        }
        if let Place::Ticket(ticket) = self.place {
            ticket.pass(|left| send(self.shared, left));
        }
    }

    fn flush(&mut self) {
        if self.outgoing.len() > 0 {
            self.place.wait();
            send(self.shared, self.outgoing);
        }
    }

    fn superpacket(&mut self, buffer: &mut [u8], len: usize, offload: Offload) {
        let Some(packet) = buffer.get(..len) else { return };
        let routes = self.plane.routes();
        if let Some(to) = inner::udp_destination(packet, self.own_port)
            && routes.leads_back(to)
        {
            return self.note_loop(to);
        }
        let Some(destination) = inner::destination(packet) else { return self.plane.drops.count(Dropped::InnerPacket) };
        let Some(peer) = routes.peer_for(destination) else { return self.refuse(Dropped::NoRoute, packet) };
        let Some(path) = peer.path() else { return self.refuse(Dropped::NoEndpoint, packet) };
        let now = clock::instant();
        match peer.sending(self.plane, now).as_ref().and_then(|session| session.as_ref()) {
            Some(session) => self.seal(buffer, len, offload, peer, session, path, now),
            None => self.stage(buffer, len, offload, peer),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one superpacket and all that was looked up for it")]
    fn seal(
        &mut self,
        buffer: &mut [u8],
        len: usize,
        offload: Offload,
        peer: &Peer,
        session: &Session,
        path: UdpPath,
        now: Instant,
    ) {
        let ecn = inner::ecn(buffer).map_or(Ecn::NotEct, inner::encapsulate);
        let Ok(mut splitter) = Splitter::new(buffer, len, offload) else { return self.plane.drops.count(Dropped::InnerPacket) };
        let mut sent = 0;
        let mtu = self.shared.mtu();
        while let Some(segment) = splitter.next_segment(|len| inner::padded_len(len, mtu)) {
            let Some(counter) = session.next_counter() else {
                self.plane.drops.count(Dropped::CounterExhausted);
                break;
            };
            let wire = segment.bytes.len() + DATA_OVERHEAD;
            if !self.outgoing.has_room(wire) {
                self.flush();
            }
            self.outgoing.push(path, ecn, wire, |out| session.seal(counter, segment.bytes, 0, out));
            sent += wire;
        }
        if sent > 0 {
            peer.note_sent(self.plane, now, sent, true);
        }
    }

    fn stage(&self, buffer: &mut [u8], len: usize, offload: Offload, peer: &Peer) {
        let Ok(mut splitter) = Splitter::new(buffer, len, offload) else { return self.plane.drops.count(Dropped::InnerPacket) };
        self.place.wait();
        while let Some(segment) = splitter.next_segment(|len| len) {
            peer.stage(self.plane, segment.bytes);
        }
    }

    /// To seal it once more would send it round for ever.
    fn note_loop(&self, to: SocketAddr) {
        if self.plane.drops.get(Dropped::RoutingLoop) == 0 {
            tracing::error!(
                "routing loop: an encrypted packet for the peer at {to} was routed back into the tunnel and dropped; the route to {to} \
                 must lead past the tunnel"
            );
        }
        self.plane.drops.count(Dropped::RoutingLoop);
    }

    fn refuse(&mut self, reason: Dropped, packet: &[u8]) {
        self.plane.drops.count(reason);
        self.answers.extend(icmp::unreachable(packet));
    }
}

/// The socket is not kept: one that was replaced must close at once, or its port would stay taken until the next packet.
fn send(shared: &Shared, outgoing: &mut Outgoing) {
    let bound = shared.bound.load();
    let sent = outgoing.flush(&*bound.socket);
    outgoing.set_limits(bound.socket.max_run());
    drop(bound);
    if let Err(failure) = sent {
        shared.send_failed(&failure);
    }
}
