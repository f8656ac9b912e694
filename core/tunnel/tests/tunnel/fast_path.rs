//! Compares the fast path with the simple one: superpackets that enter one tunnel leave the other as the packets that engines
//! produce when they are given one packet and one datagram at a time. Tested with every combination of offloads.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use adit_platform::device::{Offload, Offloads, TunCapabilities};
use adit_platform::fake::{FakeNet, Fate};
use adit_protocol::{Ecn, Engine, Instant, Now, UdpPath};
use adit_tunnel::{AllowedIp, PeerUpdate};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::packets::{ACK, CWR, FIN, Field, Flow, PSH, Piece, URG, flow};
use crate::stage::{Machine, Setup, key, outer, received};

const NOW: Now = Now { instant: Instant::from_nanos(1_000_000_000), unix: Duration::from_secs(1_700_000_000) };
/// Batches for each combination of offloads.
const CASES: u32 = 40;
/// With four queues, four threads carry packets inwards if all threads share the work.
const QUEUES: usize = 4;

/// Returns the networks of machine `number` inside the tunnel.
fn networks(number: u8) -> [AllowedIp; 2] {
    [
        AllowedIp { address: IpAddr::V4(Ipv4Addr::new(10, number, 0, 0)), prefix: 16 },
        AllowedIp { address: IpAddr::V6(Ipv6Addr::new(0xfd00 | u16::from(number), 0, 0, 0, 0, 0, 0, 0)), prefix: 16 },
    ]
}

/// Machine 1 and its peers 2 and 3 as plain engines without devices.
struct Reference {
    engines: Vec<Engine>,
    congested: bool,
}

impl Reference {
    fn new(congested: bool) -> Self {
        let engines = [1u8, 2, 3].map(|number| {
            let mut engine = Engine::new(Box::new(ChaCha20Rng::from_seed([number; 32])));
            engine.set_private_key(Some(&key(number)), NOW);
            let peers: &[u8] = if number == 1 { &[2, 3] } else { &[1] };
            for &other in peers {
                let peer = engine.add_peer(key(other).public()).expect("another one");
                engine.set_endpoint(&peer, address(other));
                for network in networks(other) {
                    engine.add_allowed_ip(&peer, network.address, network.prefix);
                }
            }
            engine.publish();
            engine
        });
        Self { engines: engines.into(), congested }
    }

    /// Returns the packets that leave at each machine when `packet` enters at the first.
    fn carry(&mut self, packet: &[u8]) -> [Vec<Vec<u8>>; 3] {
        // A dropped packet is missing in the output.
        let _ = self.engines[0].handle_packet(packet, NOW);
        loop {
            let mut sent = Vec::new();
            for (from, engine) in (1u8..).zip(&mut self.engines) {
                sent.extend(std::iter::from_fn(|| engine.poll_transmit(NOW.instant)).map(|transmit| (from, transmit)));
            }
            if sent.is_empty() {
                break;
            }
            for (from, mut transmit) in sent {
                let to = (1u8..=3).find(|&number| address(number) == transmit.path.remote).expect("one of the three");
                let mark = self.congested && transmit.payload[0] == 4 && transmit.ecn != Ecn::NotEct;
                let ecn = if mark { Ecn::Ce } else { transmit.ecn };
                let engine = &mut self.engines[usize::from(to) - 1];
                let _ = engine.handle_datagram(UdpPath::to(address(from)), ecn, &mut transmit.payload, NOW);
            }
        }
        let mut engines = self.engines.iter_mut();
        [(); 3].map(|()| {
            let engine = engines.next().expect("three engines");
            std::iter::from_fn(|| engine.poll_received()).collect()
        })
    }
}

fn address(number: u8) -> SocketAddr {
    SocketAddr::new(outer(number, false), 1)
}

/// A packet or superpacket that a kernel hands to the tunnel.
type Given = (Offload, Vec<u8>);

/// The packets that a program sends in one go.
#[derive(Clone, Debug)]
struct Burst {
    flow: Flow,
    peer: u8,
    /// Flags, payload, segment size, and whether the sender marks only the first segment with CWR.
    sends: Vec<(u8, Vec<u8>, usize, bool)>,
    sequence: u32,
    id: u16,
    twist: Twist,
}

/// The peculiarity of a burst. All bursts but `None` are sent as plain packets.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Twist {
    None,
    Fragments,
    TrailingBytes,
    OtherProtocol,
    NoRoute,
    WrongVersion,
    WrongChecksum,
    ForeignSource,
}

fn burst() -> impl Strategy<Value = Burst> {
    let flags = prop_oneof![
        4 => Just(ACK),
        2 => Just(ACK | PSH),
        1 => prop::sample::select(vec![ACK | FIN, ACK | URG, ACK | CWR, ACK | FIN | PSH]),
        1 => any::<u8>(),
    ];
    let sized = prop_oneof![
        3 => (1usize..9_000, 300usize..1_400),
        1 => (1usize..200, 5usize..60),
        1 => (1usize..12, 1000usize..1001).prop_map(|(count, size)| (count * size, size)),
    ];
    let send = (flags, sized, any::<u8>(), any::<bool>())
        .prop_map(|(flags, (len, size), fill, ecn)| (flags, (0..len).map(|at| fill.wrapping_add(at as u8)).collect(), size, ecn));
    let twist = prop_oneof![
        6 => Just(Twist::None),
        2 => prop::sample::select(vec![
            Twist::Fragments, Twist::TrailingBytes, Twist::OtherProtocol, Twist::NoRoute, Twist::WrongVersion,
            Twist::WrongChecksum, Twist::ForeignSource,
        ]),
    ];
    (
        prop_oneof![flow(), any::<(bool, bool)>().prop_map(|(v6, tcp)| Flow::plain(v6, tcp))],
        2u8..=3,
        prop::collection::vec(send, 1..4),
        any::<(u32, u16)>(),
        twist,
    )
        .prop_map(|(flow, peer, sends, (sequence, id), twist)| Burst { flow, peer, sends, sequence, id, twist })
}

impl Burst {
    /// Gives the burst addresses that no other burst in the batch has.
    fn placed(mut self, index: usize) -> Self {
        let (from, to) = match self.twist {
            Twist::NoRoute => (1, 99),
            Twist::ForeignSource => (98, self.peer),
            _ => (1, self.peer),
        };
        let first = |number: u8| if self.flow.v6 { [0xfd, number] } else { [10, number] };
        self.flow.source[..2].copy_from_slice(&first(from));
        self.flow.destination[..2].copy_from_slice(&first(to));
        // The source is unique as well, because answers about flows from different queues arrive in any order.
        self.flow.source[2..4].copy_from_slice(&[0, index as u8]);
        self.flow.destination[2..4].copy_from_slice(&[0, index as u8]);
        self
    }

    /// Returns, for each send, what the kernel gives the tunnel, and the same data as plain packets.
    fn injections(&self, device: TunCapabilities) -> Vec<(Vec<Given>, Vec<Vec<u8>>)> {
        let segments = if self.flow.tcp { device.tcp_segmentation } else { device.udp_segmentation };
        let (mut sequence, mut id) = (self.sequence, self.id);
        let inject = |(flags, payload, size, ecn): &(u8, Vec<u8>, usize, bool)| {
            let whole = Piece { id, sequence, flags: *flags, payload: payload.clone() };
            let mut plain = self.flow.cut(&whole, *size, *ecn);
            plain.iter_mut().for_each(|packet| self.twisted(packet));
            sequence = sequence.wrapping_add(payload.len() as u32);
            id = id.wrapping_add(plain.len() as u16);
            let super_offload = self.flow.offload(*size, *ecn);
            let given = if self.twist != Twist::None || !segments {
                plain.iter().map(|packet| (Offload::default(), packet.clone())).collect()
            } else if plain.len() > 1 {
                vec![(super_offload, self.flow.packet(&whole, Field::Partial))]
            } else {
                let checksum = super_offload.checksum;
                vec![(Offload { checksum, ..Offload::default() }, self.flow.packet(&whole, Field::Partial))]
            };
            (given, plain)
        };
        self.sends.iter().map(inject).collect()
    }

    fn twisted(&self, packet: &mut Vec<u8>) {
        let v6 = self.flow.v6;
        match self.twist {
            Twist::Fragments if v6 => packet[6] = 44,
            Twist::Fragments => packet[6] |= 0x20,
            Twist::TrailingBytes => packet.extend([0xee; 5]),
            Twist::OtherProtocol => packet[if v6 { 6 } else { 9 }] = 253,
            Twist::WrongVersion => packet[0] ^= 0x10,
            Twist::WrongChecksum => *packet.last_mut().expect("a packet") ^= 1,
            Twist::None | Twist::NoRoute | Twist::ForeignSource => {}
        }
    }
}

/// Groups packets by their destination, which identifies the flows of a batch.
fn by_flow(packets: impl IntoIterator<Item = Vec<u8>>) -> BTreeMap<Vec<u8>, Vec<Vec<u8>>> {
    let mut flows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for packet in packets {
        let at = if packet[0] >> 4 == 4 { 16..20 } else { 24..40 };
        flows.entry(packet[at].to_vec()).or_default().push(packet);
    }
    flows
}

/// Starts three machines, of which the first can talk to the others.
fn three(offloads: Offloads, capabilities: TunCapabilities, congested: bool, share_always: bool) -> [Machine; 3] {
    let net = FakeNet::new();
    let setup = || Setup { offloads, capabilities, queues: QUEUES, share_always, ..Setup::default() };
    let [a, b, c] = [1, 2, 3].map(|number| Machine::with(&net, number, setup()));
    for other in [&b, &c] {
        let add = |machine: &Machine, number: u8| PeerUpdate {
            allowed_ips: networks(number).map(|network| (network, true)).into(),
            ..PeerUpdate::new(machine.public_key())
        };
        a.dials(other, false);
        a.pings(other);
        a.apply_peer(add(other, other.number));
        other.apply_peer(add(&a, 1));
    }
    net.set_weather(move |datagram| {
        if congested && datagram.bytes[0] == 4 && datagram.ecn != Ecn::NotEct {
            datagram.ecn = Ecn::Ce;
        }
        Fate::Deliver
    });
    [a, b, c]
}

/// Compares both paths and returns how many packets were delivered.
fn compare(offloads: Offloads, capabilities: TunCapabilities, congested: bool, share_always: bool) -> usize {
    let carried = std::cell::Cell::new(0);
    let machines = three(offloads, capabilities, congested, share_always);
    let reference = std::cell::RefCell::new(Reference::new(congested));
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let checked = TestRunner::new(config).run(&prop::collection::vec(burst(), 1..8), |bursts| {
        let bursts: Vec<Burst> = bursts.into_iter().enumerate().map(|(index, burst)| burst.placed(index)).collect();
        let rounds: Vec<_> = bursts.iter().map(|burst| burst.injections(capabilities)).collect();
        let mut expected: [Vec<Vec<u8>>; 3] = Default::default();
        let mut injected = Vec::new();
        for round in 0..3 {
            for (flow, sends) in rounds.iter().enumerate() {
                let Some((given, plain)) = sends.get(round) else { continue };
                injected.extend(given.iter().map(|(offload, packet)| (flow % QUEUES, *offload, packet)));
                for packet in plain {
                    let out = reference.borrow_mut().carry(packet);
                    expected.iter_mut().zip(out).for_each(|(all, more)| all.extend(more));
                }
            }
        }
        for (queue, offload, packet) in injected {
            machines[0].kernel.inject(queue, offload, packet);
        }
        for (machine, expected) in machines.iter().zip(expected) {
            let received = received(&machine.kernel, expected.len());
            carried.set(carried.get() + received.len());
            prop_assert_eq!(by_flow(received), by_flow(expected), "machine {}", machine.number);
        }
        Ok(())
    });
    checked.unwrap_or_else(|failure| panic!("{offloads:?} {capabilities:?} congested: {congested}: {failure}"));
    carried.get()
}

#[test]
fn the_fast_path_carries_what_the_plain_path_carries() {
    let by_many_threads = (0..16u8).map(|bits| (bits, true));
    for (bits, share_always) in by_many_threads.chain([(0, false), (15, false)]) {
        let [udp_segmentation, udp_receive, tcp, udp] = [0, 1, 2, 3].map(|bit| bits >> bit & 1 == 1);
        let offloads = Offloads { udp_segmentation, udp_receive, tun_segmentation: tcp, tun_udp_segmentation: udp };
        let capabilities = TunCapabilities { tcp_segmentation: tcp, udp_segmentation: udp };
        let carried = compare(offloads, capabilities, bits.count_ones() % 2 == 1, share_always);
        assert!(carried > 20 * CASES as usize, "{carried} packets are no proof");
    }
}
