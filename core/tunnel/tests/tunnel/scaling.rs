//! Tests many queues and many threads: every flow keeps its order and its queue, and all threads have work.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::process::Command;
use std::thread;

use adit_platform::device::Offload;
use adit_platform::fake::FakeNet;
use adit_protocol::PublicKey;
use adit_tunnel::{AllowedIp, DeviceUpdate, PeerUpdate};

use crate::packets::{ACK, Field, Flow, Piece};
use crate::stage::{Machine, PATIENCE, Setup, received};

const QUEUES: usize = 8;
const FLOWS: u16 = 160;
/// The total is less than the replay window, because a thread may lose its processor between sealing and sending for as long as
/// all other threads need.
const DATAGRAMS: u16 = 45;

/// Builds datagram `number` of a flow from machine 1 to machine 2 inside the tunnel, without a UDP checksum.
fn datagram(flow: u16, number: u16) -> Vec<u8> {
    let payload = [number.to_be_bytes(); 150].concat();
    let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    let (udp_len, len) = (8 + payload.len() as u16, 28 + payload.len() as u16);
    packet[2..4].copy_from_slice(&len.to_be_bytes());
    let sum: u32 = packet.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
    packet[10..12].copy_from_slice(&(!((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
    for word in [10_000 + flow, 53, udp_len, 0] {
        packet.extend(word.to_be_bytes());
    }
    packet.extend(payload);
    packet
}

/// Returns the flow and the number of such a datagram.
fn read(packet: &[u8]) -> (u16, u16) {
    (u16::from_be_bytes([packet[20], packet[21]]) - 10_000, u16::from_be_bytes([packet[28], packet[29]]))
}

#[test]
fn with_many_queues_each_flow_keeps_its_order_and_all_queues_are_used() {
    let net = FakeNet::new();
    let [a, b] =
        [1, 2].map(|number| Machine::with(&net, number, Setup { queues: QUEUES, share_always: true, ..Setup::default() }));
    a.dials(&b, false);
    a.pings(&b);
    let before = b.kernel.written();
    let packets = thread::scope(|scope| {
        for queue in 0..QUEUES {
            let kernel = &a.kernel;
            // Like the kernel, sends all packets of a flow through the same queue.
            scope.spawn(move || {
                for number in 0..DATAGRAMS {
                    for flow in (0..FLOWS).filter(|flow| usize::from(*flow) % QUEUES == queue) {
                        kernel.inject(queue, Offload::default(), &datagram(flow, number));
                    }
                }
            });
        }
        received(&b.kernel, usize::from(FLOWS * DATAGRAMS))
    });
    let mut flows: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    for packet in &packets {
        let (flow, number) = read(packet);
        flows.entry(flow).or_default().push(number);
    }
    assert_eq!(flows.len(), usize::from(FLOWS));
    for (flow, numbers) in flows {
        assert!(numbers.iter().copied().eq(0..DATAGRAMS), "flow {flow}: {numbers:?}");
    }
    let written: Vec<usize> = b.kernel.written().iter().zip(before).map(|(after, before)| after - before).collect();
    assert!(written.iter().all(|count| *count > 0), "packets through each queue: {written:?}");
}

/// The number of peers, queues and superpackets in [`carries_superpackets`].
#[derive(Clone, Copy, Debug)]
struct Load {
    peers: u32,
    queues: usize,
    superpackets: usize,
}

impl Load {
    const LEAST: Self = Self { peers: 1, queues: 1, superpackets: 4 };

    /// Reads the load from the environment, for a copy of this program that is being measured.
    fn from_environment() -> Option<Self> {
        let text = std::env::var(LOAD).ok()?;
        let numbers: Vec<usize> = text.split(' ').map(|number| number.parse().expect("a number")).collect();
        let [peers, queues, superpackets] = numbers[..] else { panic!("{LOAD} has three numbers") };
        Some(Self { peers: u32::try_from(peers).expect("a number of peers"), queues, superpackets })
    }

    /// Returns the instructions that a copy of this program executes for this load; `None` without valgrind.
    fn instructions(self) -> Option<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
            .arg(std::env::current_exe().expect("this program"))
            .args(["--exact", "scaling::carries_superpackets", "--nocapture"])
            .env(LOAD, format!("{} {} {}", self.peers, self.queues, self.superpackets))
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {text}");
        let refs = text.lines().find_map(|line| line.split_once("refs:")).expect("a count of instructions").1;
        Some(refs.trim().replace(',', "").parse().expect("a number"))
    }

    /// Returns the instructions for each packet, without those for the setup.
    fn instructions_per_packet(self) -> Option<f64> {
        let (few, many) = (Self { superpackets: 100, ..self }, Self { superpackets: 300, ..self });
        let difference = many.instructions()?.saturating_sub(few.instructions()?);
        Some(difference as f64 / (200 * SEGMENTS) as f64)
    }
}

const LOAD: &str = "ADIT_TEST_LOAD";
const SEGMENTS: usize = 45;
const SEGMENT: usize = 1368;

/// Sends TCP superpackets of eight flows in turn from one machine to another, each received before the next is sent, so that
/// nothing depends on which thread runs when.
#[test]
fn carries_superpackets() {
    let load = Load::from_environment().unwrap_or(Load::LEAST);
    let net = FakeNet::new();
    let [a, b] = [1, 2].map(|number| Machine::with(&net, number, Setup { queues: load.queues, ..Setup::default() }));
    a.apply(DeviceUpdate { peers: (1..load.peers).map(idle_peer).collect(), ..DeviceUpdate::default() });
    a.dials(&b, false);
    a.pings(&b);
    let flow = |number: usize| Flow {
        source: [10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        destination: [10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ports: [10_000 + number as u16, 443],
        ..Flow::plain(false, true)
    };
    // Built in advance and not examined afterwards, because only the work of the tunnels is to be measured.
    let superpackets = [0, 1, 2, 3, 4, 5, 6, 7].map(|number| {
        let piece = Piece { id: 1, sequence: 1, flags: ACK, payload: vec![0x55; SEGMENTS * SEGMENT] };
        (flow(number).offload(SEGMENT, false), flow(number).packet(&piece, Field::Partial))
    });
    for (number, (offload, packet)) in superpackets.iter().cycle().take(load.superpackets).enumerate() {
        a.kernel.inject(number % load.queues, *offload, packet);
        let mut bytes = 0;
        while bytes < packet.len() {
            bytes += b.kernel.take_within(PATIENCE).expect("all of it arrives").1.len();
        }
    }
}

/// Returns a peer that never sends anything, with an address of its own.
fn idle_peer(number: u32) -> PeerUpdate {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    let address = Ipv4Addr::from(0x0a01_0000 + number).into();
    let allowed_ips = vec![(AllowedIp { address, prefix: 32 }, true)];
    PeerUpdate { allowed_ips, ..PeerUpdate::new(PublicKey::from_bytes(key)) }
}

#[test]
fn a_packet_costs_as_many_instructions_with_ten_thousand_peers_and_eight_queues_as_with_one() {
    let one = Load { peers: 1, queues: 1, superpackets: 0 };
    let Some(alone) = one.instructions_per_packet() else {
        return println!("SKIPPED: instructions per packet: valgrind is not installed");
    };
    for load in [Load { peers: 10_000, ..one }, Load { queues: 8, ..one }] {
        let beside = load.instructions_per_packet().expect("valgrind was there");
        println!("{load:?}: {beside:.0} instructions per packet, {alone:.0} with one peer and one queue");
        assert!(beside <= 1.1 * alone, "{load:?}: {beside:.0} instructions per packet instead of {alone:.0}");
    }
}
