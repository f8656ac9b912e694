//! Joins any mix of packets and cuts it again: no packet is lost or changed, and the order is kept.

use adit_platform::device::TunCapabilities;
use adit_tunnel::coalesce::Coalescer;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::coalesce::{ALL, Written, deliver, finish};
use crate::packets::{ACK, Field, Flow, PSH, Piece, flow};
use crate::split::split;

/// One input of a coalescer.
#[derive(Clone, Debug)]
enum Event {
    /// `count` packets of a flow, each continuing where its predecessor ended, all of `size` bytes except the last.
    Run { flow: usize, count: usize, size: usize, last: usize, flags: u8, pushed: bool },
    /// The first packet of a run, with one wrong bit.
    Broken { flow: usize, size: usize, at: usize, bit: u8 },
    /// A fragment of a flow, without ports of its own.
    Fragment { flow: usize, size: usize },
    /// Bytes that were placed and are not authentic. `said`: the caller discards them explicitly instead of just placing the next
    /// packet.
    Forged { len: usize, said: bool },
    /// The end of the batch.
    End,
}

fn event() -> impl Strategy<Value = Event> {
    let flags = prop_oneof![8 => Just(ACK), 1 => Just(ACK | PSH), 1 => any::<u8>()];
    let size = prop_oneof![0usize..20, 20usize..200, Just(1368)];
    prop_oneof![
        8 => (0..FLOWS, 1usize..12, size, any::<prop::sample::Index>(), flags, any::<bool>()).prop_map(
            |(flow, count, size, last, flags, pushed)| Event::Run { flow, count, size, last: last.index(size + 1), flags, pushed }
        ),
        1 => (0..FLOWS, 1usize..200, any::<usize>(), 0u8..8).prop_map(|(flow, size, at, bit)| Event::Broken { flow, size, at, bit }),
        1 => (0..FLOWS, 8usize..100).prop_map(|(flow, size)| Event::Fragment { flow, size }),
        2 => (0usize..1500, any::<bool>()).prop_map(|(len, said)| Event::Forged { len, said }),
        1 => Just(Event::End),
    ]
}

const FLOWS: usize = 4;

/// Generates flows between the same two hosts, so that fragments may belong to any of them, and one between other hosts. Some
/// have options.
fn flows() -> impl Strategy<Value = Vec<Flow>> {
    (vec(flow(), FLOWS), vec(prop::bool::weighted(0.8), FLOWS)).prop_map(|(mut flows, joinable)| {
        let (source, destination) = (flows[0].source, flows[0].destination);
        for (index, (flow, joinable)) in flows.iter_mut().zip(joinable).enumerate() {
            flow.ports = [1000 + index as u16, 443];
            flow.source = source;
            flow.destination = destination;
            if joinable {
                flow.ip_options = 0;
                flow.extensions.clear();
            }
        }
        flows[FLOWS - 1].destination[0] ^= 0xff;
        flows
    })
}

/// Creates the packets of a test one after the other.
struct Sender {
    flows: Vec<Flow>,
    sequence: u32,
    id: u16,
}

impl Sender {
    fn packet(&mut self, flow: usize, size: usize, flags: u8) -> Vec<u8> {
        let payload = (0..size).map(|at| (at as u32 ^ self.sequence).to_le_bytes()[at % 3]).collect();
        let piece = Piece { id: self.id, sequence: self.sequence, flags, payload };
        self.sequence = self.sequence.wrapping_add(size as u32);
        self.id = self.id.wrapping_add(1);
        self.flows[flow].packet(&piece, Field::Complete)
    }

    /// Returns a UDP packet of one of the flows that claims to be a middle fragment, with arbitrary bytes in place of ports.
    fn fragment(&mut self, flow: usize, size: usize) -> Vec<u8> {
        let mut packet = self.packet(flow, size, ACK);
        if self.flows[flow].v6 {
            packet[6] = 44;
        } else {
            packet[6] = 0x20;
            packet[7] = 9;
        }
        let ports = self.flows[flow].transport_start();
        packet[ports..ports + 4].fill(0xEE);
        packet
    }
}

/// Returns the flow of a packet; `None` for a packet that may belong to several flows, so that its order against all of them
/// counts.
fn flow_of(flows: &[Flow], packet: &[u8]) -> Option<usize> {
    let v6 = packet[0] >> 4 == 6;
    let fragment = if v6 { packet[6] == 44 } else { packet[6] & 0x3f != 0 || packet[7] != 0 };
    (0..flows.len()).filter(|_| !fragment).find(|&index| {
        let flow = &flows[index];
        let at = flow.transport_start();
        let first = flow.extensions.first().map_or(flow.protocol(), |&(kind, _)| kind);
        v6 == flow.v6
            && packet[if v6 { 6 } else { 9 }] == first
            && packet.get(at..at + 2) == Some(&flow.ports[0].to_be_bytes()[..])
    })
}

/// Returns the packets that belong or may belong to one flow, in their order.
fn of_flow(flows: &[Flow], index: usize, packets: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let flow = &flows[index];
    let between_the_same_hosts = |packet: &[u8]| {
        let destination = if flow.v6 { 24 } else { 16 };
        packet[0] >> 4 == if flow.v6 { 6 } else { 4 } && packet[destination] == flow.destination[0]
    };
    packets
        .iter()
        .filter(|packet| between_the_same_hosts(packet) && flow_of(flows, packet).is_none_or(|of| of == index))
        .map(|packet| meaning(packet))
        .collect()
}

fn run(device: TunCapabilities, flows: &[Flow], start: (u32, u16), events: &[Event]) -> (Vec<Vec<u8>>, Written) {
    let mut sender = Sender { flows: flows.to_vec(), sequence: start.0, id: start.1 };
    let mut coalescer = Coalescer::new(device);
    let (mut sent, mut written) = (Vec::new(), Vec::new());
    let mut receive = |coalescer: &mut Coalescer, written: &mut Written, packet: Vec<u8>| {
        deliver(coalescer, &packet, 0xDD);
        written.extend(coalescer.commit(packet.len()).map(|out| (out.offload, out.bytes.to_vec())));
        sent.push(packet);
    };
    for event in events {
        match *event {
            Event::Run { flow, count, size, last, flags, pushed } => {
                for index in 0..count {
                    let at_end = index + 1 == count;
                    let flags = if at_end && pushed { flags | PSH } else { flags };
                    let packet = sender.packet(flow, if at_end { last } else { size }, flags);
                    receive(&mut coalescer, &mut written, packet);
                }
            }
            Event::Broken { flow, size, at, bit } => {
                let mut packet = sender.packet(flow, size, ACK);
                let payload = flows[flow].header_len();
                let at = payload + at % (packet.len() - payload);
                packet[at] ^= 1 << bit;
                receive(&mut coalescer, &mut written, packet);
            }
            Event::Fragment { flow, size } => {
                let packet = sender.fragment(flow, size);
                receive(&mut coalescer, &mut written, packet);
            }
            Event::Forged { len, said } => {
                deliver(&mut coalescer, &vec![0xAB; len], 0xCD);
                if said {
                    coalescer.discard();
                }
            }
            Event::End => finish(&mut coalescer, &mut written),
        }
    }
    finish(&mut coalescer, &mut written);
    (sent, written)
}

fn cut_again(written: &Written) -> Vec<Vec<u8>> {
    written.iter().flat_map(|(offload, bytes)| split(bytes, *offload).expect("a superpacket of ours can be cut")).collect()
}

/// Returns the packet without the part that has no meaning according to RFC 6864: the identification if fragmentation is
/// forbidden.
fn meaning(packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    if packet.len() >= 20 && packet[0] >> 4 == 4 && packet[6] & 0x40 != 0 {
        packet[4..6].fill(0);
        packet[10..12].fill(0);
    }
    packet
}

fn sorted(mut packets: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    packets.sort();
    packets
}

proptest! {
    #[test]
    fn joining_and_cutting_keeps_every_byte_and_the_order_of_each_flow(
        flows in flows(), start: (u32, u16), events in vec(event(), 1..30), udp: bool,
    ) {
        let device = TunCapabilities { tcp_segmentation: true, udp_segmentation: udp };
        let (sent, written) = run(device, &flows, start, &events);
        let again = cut_again(&written);
        prop_assert_eq!(again.len(), sent.len());
        for index in 0..FLOWS {
            prop_assert_eq!(of_flow(&flows, index, &again), of_flow(&flows, index, &sent), "flow {}", index);
        }
    }

    /// Tests arbitrary bytes, close to valid packets and far from them.
    #[test]
    fn joining_and_cutting_keeps_every_byte_of_noise(
        flows in flows(), strikes in vec((0usize..120, any::<u8>(), any::<bool>()), 1..40), cut_off in 0usize..80,
        noise in vec(vec(any::<u8>(), 0..90), 0..4),
    ) {
        let mut sender = Sender { flows, sequence: 1, id: 1 };
        let mut packets = Vec::new();
        for (index, (at, value, strike)) in strikes.into_iter().enumerate() {
            let mut packet = sender.packet(index / 8 % FLOWS, 50, ACK);
            if let Some(byte) = packet.get_mut(at).filter(|_| strike) {
                *byte = value;
            }
            if at == 7 {
                packet.truncate(packet.len().saturating_sub(cut_off));
            }
            packets.push(packet);
        }
        packets.extend(noise);
        packets.retain(|packet| !packet.is_empty());
        let written = crate::coalesce::coalesce(ALL, &packets);
        let again = cut_again(&written).iter().map(|packet| meaning(packet)).collect();
        prop_assert_eq!(sorted(again), sorted(packets.iter().map(|packet| meaning(packet)).collect()));
    }

    #[test]
    fn the_bytes_of_one_flow_are_never_changed_at_all(
        flow in flow(), start: (u32, u16), runs in vec((1usize..1500, 1usize..30, any::<bool>()), 1..6),
    ) {
        let flow = Flow { ip_options: 0, extensions: Vec::new(), ..flow };
        let events: Vec<_> = runs.iter()
            .map(|&(size, count, pushed)| Event::Run { flow: 0, count, size, last: size / 2 + 1, flags: ACK, pushed })
            .collect();
        let (sent, written) = run(ALL, std::slice::from_ref(&flow), start, &events);
        prop_assert_eq!(cut_again(&written), sent);
        prop_assert!(written.len() <= runs.len() * 2, "{} runs in {} superpackets", runs.len(), written.len());
    }
}
