//! Packets that are joined into superpackets: cutting them again gives the original packets, each flow in its order.

use adit_platform::device::{Offload, TunCapabilities};
use adit_tunnel::coalesce::Coalescer;
use adit_tunnel::split::{SLACK, Splitter};

use crate::input::Input;
use crate::packets::Flow;

const ACK: u8 = 0x10;
const MOST_PACKETS: usize = 200;

/// Checks one sequence of events: a byte with the device's capabilities, then events.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let device = input.byte();
    let device = TunCapabilities { tcp_segmentation: device & 1 == 0, udp_segmentation: device & 2 == 0 };
    let mut coalescer = Coalescer::new(device);
    let (mut sent, mut written) = (Vec::new(), Vec::new());
    let (mut id, mut sequence) = (0_u16, u32::MAX - 2000);
    while !input.is_empty() && sent.len() < MOST_PACKETS {
        match input.byte() {
            // Some packets of a flow, each continuing where the previous one ended.
            kind @ 0..128 => {
                let flow = Flow::read(&mut input);
                let (count, size) = (usize::from(kind % 16) + 1, usize::from(input.u16() % 1400));
                let flags = if kind & 64 == 0 { ACK } else { input.byte() };
                for _ in 0..count {
                    let fill = sequence.to_le_bytes()[0];
                    let mut packet = flow.packet(id, sequence, flags, &vec![fill; size]);
                    if kind & 32 != 0 {
                        let at = usize::from(input.byte());
                        let value = input.byte();
                        if let Some(byte) = packet.get_mut(at) {
                            *byte = value;
                        }
                    }
                    id = id.wrapping_add(1);
                    sequence = sequence.wrapping_add(u32::try_from(size).expect("short"));
                    put(&mut coalescer, &packet, if kind & 16 == 0 { 0 } else { 15 }, &mut written);
                    sent.push(packet);
                }
            }
            // Arbitrary bytes.
            128..192 => {
                let packet = input.short();
                if !packet.is_empty() {
                    put(&mut coalescer, packet, 0, &mut written);
                    sent.push(packet.to_vec());
                }
            }
            // Bytes that prove to be forged.
            192..224 => {
                let forged = input.short();
                if let Some(place) = coalescer.place(forged.len()) {
                    place.copy_from_slice(forged);
                }
                if input.bool() {
                    coalescer.discard();
                }
            }
            // The end of the batch.
            _ => take(&mut coalescer, &mut written),
        }
    }
    take(&mut coalescer, &mut written);
    assert!(coalescer.take().is_none() && coalescer.open_len() == 0, "nothing is left behind");
    let again: Vec<Vec<u8>> = written.iter().flat_map(|(offload, bytes)| split(*offload, bytes)).collect();
    let sorted = |packets: &[Vec<u8>]| {
        let mut packets: Vec<_> = packets.iter().map(|packet| meaning(packet)).collect();
        packets.sort();
        packets
    };
    assert_eq!(sorted(&again), sorted(&sent), "no packet is lost, changed, or made up");
    for ports in 1000..1004 {
        let of_flow = |packets: &[Vec<u8>]| -> Vec<_> {
            packets.iter().filter(|packet| is_of(packet, ports)).map(|packet| meaning(packet)).collect()
        };
        assert_eq!(of_flow(&again), of_flow(&sent), "the order of a flow");
    }
}

fn put(coalescer: &mut Coalescer, packet: &[u8], padding: usize, written: &mut Vec<(Offload, Vec<u8>)>) {
    let place = coalescer.place(packet.len() + padding).expect("packets are short");
    assert_eq!(place.len(), packet.len() + padding);
    place[..packet.len()].copy_from_slice(packet);
    place[packet.len()..].fill(0);
    written.extend(coalescer.commit(packet.len()).map(|out| (out.offload, out.bytes.to_vec())));
}

fn take(coalescer: &mut Coalescer, written: &mut Vec<(Offload, Vec<u8>)>) {
    written.extend(coalescer.take().map(|out| (out.offload, out.bytes.to_vec())));
}

fn split(offload: Offload, superpacket: &[u8]) -> Vec<Vec<u8>> {
    let mut buffer = [superpacket, &[0; SLACK]].concat();
    let mut splitter = Splitter::new(&mut buffer, superpacket.len(), offload).expect("a superpacket of ours can be cut");
    let mut packets = Vec::new();
    while let Some(segment) = splitter.next_segment(|len| len) {
        packets.push(segment.bytes[..segment.len].to_vec());
    }
    packets
}

/// Returns the packet without the part that has no meaning according to RFC 6864: the identification of IPv4 packets that forbid
/// fragmentation.
fn meaning(packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    if packet.len() >= 20 && packet[0] >> 4 == 4 && packet[6] & 0x40 != 0 {
        packet[4..6].fill(0);
        packet[10..12].fill(0);
    }
    packet
}

/// Returns true if a packet is certainly TCP over IPv4 from this port.
fn is_of(packet: &[u8], port: u16) -> bool {
    packet.len() >= 40
        && packet[0] == 0x45
        && packet[6] & 0x3f == 0
        && packet[7] == 0
        && packet[9] == 6
        && packet[12..20] == [10, 10, 10, 10, 11, 11, 11, 11]
        && packet[20..22] == port.to_be_bytes()
        && packet[22..24] == [1, 187]
}
