//! Many queues and many threads: every flow keeps its order and its queue, and all of them have work.

use std::collections::BTreeMap;
use std::thread;

use adit_platform::device::Offload;
use adit_platform::fake::FakeNet;

use crate::stage::{Machine, Setup, received};

const QUEUES: usize = 8;
const FLOWS: u16 = 160;
/// Fewer in all than fit into the replay window: a thread may be off its processor between sealing and sending for as long as all
/// the others need.
const DATAGRAMS: u16 = 45;

/// Datagram `number` of a flow from machine 1 to machine 2 inside the tunnel, without a UDP checksum.
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

/// The flow and the number of such a datagram.
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
            // As the kernel does it: a flow always comes through the same queue.
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
