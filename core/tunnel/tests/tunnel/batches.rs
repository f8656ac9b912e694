//! Checks that incoming packets are written in as few system calls as possible, and in their order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use adit_platform::device::Offload;
use adit_platform::fake::FakeNet;

use crate::devices::{OddFactory, OddQueue};
use crate::packets::{ACK, Field, Flow, Piece};
use crate::stage::{Log, Machine, PATIENCE, Setup, wait_until};

const SEGMENT: usize = 1000;
const SEGMENTS: usize = 30;

/// A packet from machine 1 to machine 2, by its source port.
#[derive(Clone, Copy)]
enum Sent {
    Superpacket(u16),
    Acknowledgement(u16),
}

#[test]
fn superpackets_and_acknowledgements_between_them_are_written_together_in_their_order() {
    let net = FakeNet::new();
    let (written, held) = (Arc::new(Log::default()), Arc::new(AtomicBool::new(false)));
    let (log, hold) = (Arc::clone(&written), Arc::clone(&held));
    let setup = Setup {
        wrap_queue: Box::new(move |queue| {
            let (mut odd, log) = (OddQueue::new(queue), Arc::clone(&log));
            odd.together = Box::new(move |packets| log.add(packets.iter().map(|(_, packet)| port(packet)).collect::<Vec<_>>()));
            Arc::new(odd)
        }),
        wrap_factory: Box::new(move |factory| {
            let (mut odd, hold) = (OddFactory::new(factory), Arc::clone(&hold));
            odd.receive = Arc::new(move |inner, batch, limit| {
                if hold.load(Ordering::Relaxed) { Err(io::ErrorKind::WouldBlock.into()) } else { inner.recv(batch, limit) }
            });
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    let departed = Arc::new(AtomicUsize::new(0));
    let gone = Arc::clone(&departed);
    let sender = Setup {
        wrap_factory: Box::new(move |factory| {
            let (mut odd, gone) = (OddFactory::new(factory), Arc::clone(&gone));
            odd.send = Arc::new(move |inner, runs| {
                let sent = inner.send(runs);
                gone.fetch_add(runs.iter().map(|run| run.bytes.len()).sum(), Ordering::Relaxed);
                sent
            });
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    let (a, b) = (Machine::with(&net, 1, sender), Machine::with(&net, 2, setup));
    a.dials(&b, false);
    a.pings(&b);
    let all_at_once = |what: &[Sent]| {
        let before = departed.load(Ordering::Relaxed);
        held.store(true, Ordering::Relaxed);
        let bytes = what.iter().map(|&sent| sends(&a, sent)).sum::<usize>();
        wait_until("all is sent", || departed.load(Ordering::Relaxed) - before > bytes);
        held.store(false, Ordering::Relaxed);
        let next = || port(&b.kernel.take_within(PATIENCE).expect("another one").1);
        what.iter().map(|_| next()).collect::<Vec<_>>()
    };
    // During bulk traffic, runs are received one at a time.
    all_at_once(&[Sent::Superpacket(1)]);
    let came = all_at_once(&[
        Sent::Superpacket(1),
        Sent::Acknowledgement(2),
        Sent::Superpacket(3),
        Sent::Acknowledgement(4),
        Sent::Acknowledgement(5),
        Sent::Superpacket(6),
    ]);

    let of = |ports: [u16; 3]| came.iter().copied().filter(|port| ports.contains(port)).collect::<Vec<_>>();
    assert_eq!((of([1, 3, 6]), of([2, 4, 5])), (vec![1, 3, 6], vec![2, 4, 5]), "an acknowledgement may overtake, no more");
    written.wait_for(1, |together| *together == came);
}

/// Sends a packet and returns its length.
fn sends(a: &Machine, sent: Sent) -> usize {
    let (Sent::Superpacket(port) | Sent::Acknowledgement(port)) = sent;
    let mut flow = Flow { ports: [port, 80], ..Flow::plain(false, true) };
    flow.source[..4].copy_from_slice(&[10, 0, 0, 1]);
    flow.destination[..4].copy_from_slice(&[10, 0, 0, 2]);
    let (len, field) = match sent {
        Sent::Superpacket(_) => (SEGMENT * SEGMENTS, Field::Partial),
        Sent::Acknowledgement(_) => (0, Field::Complete),
    };
    let packet = flow.packet(&Piece { id: 1, sequence: 1, flags: ACK, payload: vec![7; len] }, field);
    let offload = if len > 0 { flow.offload(SEGMENT, false) } else { Offload::default() };
    a.kernel.inject(0, offload, &packet);
    packet.len()
}

/// Returns the source port of a packet.
fn port(packet: &[u8]) -> u16 {
    packet.get(20..22).map_or(0, |port| u16::from_be_bytes([port[0], port[1]]))
}
