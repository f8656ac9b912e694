//! Carries packets from the TUN to the network: reads a superpacket, cuts it, seals each segment into the send buffer, and sends.

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

/// Bytes in the send buffer at which they are sent although more packets could be read.
const FLUSH_AT: usize = 32 * 1024;

/// Length in bytes at which a packet is sealed in parallel with another thread's packets.
const LONG_PACKET: usize = 8 * 1024;

/// Packets after which the other direction has its turn even if nothing can be sent: the packets may have no route or be
/// malformed.
const PACKETS_AT_ONCE: usize = 256;

/// Maximum number of turns for packets that a replaced device already holds: as many as its queue may hold, but limited, in case
/// the device is still written to.
const TURNS_OF_A_DRAIN: usize = 1024;

/// ICMP errors after which they are sent although more packets could be read.
const ANSWERS_AT_ONCE: usize = 64;

/// The order in which the threads that read one queue send their packets.
pub(crate) type SendOrder = Order<Outgoing>;

/// The result of one turn in one direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// Bytes were carried, and there may be more.
    Carried(usize),
    /// There is nothing to carry, or another thread is reading.
    Idle,
    /// The device is gone, or broken permanently.
    Over,
}

/// Reads the queue with this number until the tunnel stops. If a replaced device has no such queue, waits for the next device.
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

/// The state with which one thread carries packets out of a TUN queue: its buffers, and the packets to be sent.
pub(crate) struct Outbound {
    /// Number of the queue.
    number: usize,
    buffer: Vec<u8>,
    outgoing: Outgoing,
    /// ICMP errors for senders of packets that cannot be delivered.
    answers: Vec<Vec<u8>>,
    /// True if nothing was read since the last wait, so that the next packet is sent at once.
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

    /// Reads the available packets, at most as many as are worth one system call to send, and sends them. All threads that read
    /// this queue share `order`. Short packets are sealed before another thread may read; a long packet is sealed in parallel
    /// with the other threads' packets.
    pub(crate) fn turn(&mut self, shared: &Shared, bound: &Bound, order: &SendOrder) -> Turn {
        // Another thread is reading, and may have lost its processor meanwhile. This thread does other work instead of waiting
        // for it.
        let Some(taking) = order.try_begin() else { return Turn::Idle };
        self.take_turn(shared, bound, Place::Taking(taking))
    }

    /// Sends the packets that the TUN device of a replaced `bound` still holds, unless that device is still in use.
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
            // The first packet after a wait is sent before checking whether there are more.
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
        // Called even if the thread is busy: a sender that floods a peer without a session waits for the handshake.
        shared.call_engine();
        outcome
    }

    /// Returns the memory that a burst has filled to the system if the burst is over. To be called before a wait, and again after
    /// the returned time (`None`: only after another burst).
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

    /// Waits for the queue alone, until a packet arrives, the device is replaced or the tunnel ends.
    pub(crate) fn rest(&mut self, shared: &Shared, bound: &Bound, order: &SendOrder) {
        erase_traces_of_ciphers();
        let patience = self.before_a_wait(order);
        if let Some(queue) = bound.queues.get(self.number) {
            waited(shared, queue.wait(&*bound.replaced, patience));
        }
    }
}

/// Ends the tunnel if waiting for a device failed.
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
    /// Port of the tunnel's socket.
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
            // An ICMP error that the interface does not accept is lost, like any packet on a network.
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

    /// Counts a packet of a routing loop and drops it. Sealing it again would send it round forever.
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

/// Sends the gathered datagrams. Does not keep the socket: a replaced socket must close at once, or its port would stay taken
/// until the next packet.
fn send(shared: &Shared, outgoing: &mut Outgoing) {
    let bound = shared.bound.load();
    let sent = outgoing.flush(&*bound.socket);
    outgoing.set_limits(bound.socket.max_run());
    drop(bound);
    if let Err(failure) = sent {
        shared.send_failed(&failure);
    }
}
