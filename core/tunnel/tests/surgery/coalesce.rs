//! Tests the rules of joining packets, one by one.

use adit_platform::device::{Offload, TunCapabilities};
use adit_tunnel::coalesce::{Coalescer, MAX_PLAINTEXT};

use crate::packets::{ACK, CWR, ECE, FIN, Field, Flow, PSH, Piece, RST, SYN, URG};
use crate::split::split;

pub(crate) const ALL: TunCapabilities = TunCapabilities { tcp_segmentation: true, udp_segmentation: true };

/// The output of a coalescer, superpacket by superpacket.
pub(crate) type Written = Vec<(Offload, Vec<u8>)>;

/// Decrypts each packet, padded to 16 bytes, into a coalescer, as a worker does with one batch.
pub(crate) fn coalesce(device: TunCapabilities, packets: &[Vec<u8>]) -> Written {
    let mut coalescer = Coalescer::new(device);
    let mut written = Vec::new();
    for packet in packets {
        deliver(&mut coalescer, packet, 0xDD);
        written.extend(coalescer.commit(packet.len()).map(|out| (out.offload, out.bytes.to_vec())));
    }
    finish(&mut coalescer, &mut written);
    written
}

pub(crate) fn deliver(coalescer: &mut Coalescer, packet: &[u8], padding: u8) {
    let padded = packet.len().next_multiple_of(16).min(MAX_PLAINTEXT);
    let place = coalescer.place(padded).expect("room for a packet");
    assert_eq!(place.len(), padded);
    place[..packet.len()].copy_from_slice(packet);
    place[packet.len()..].fill(padding);
}

pub(crate) fn finish(coalescer: &mut Coalescer, written: &mut Written) {
    while let Some(out) = coalescer.take() {
        written.push((out.offload, out.bytes.to_vec()));
    }
}

fn flows() -> [Flow; 4] {
    [(false, true), (true, true), (false, false), (true, false)].map(|(v6, tcp)| Flow::plain(v6, tcp))
}

fn bulk(bytes: usize) -> Piece {
    Piece { id: 65_530, sequence: u32::MAX - 2000, flags: ACK, payload: (0..bytes).map(|at| (at * 7 % 251) as u8).collect() }
}

/// Returns the number of pieces in which two packets come out, and checks that nothing in them changed.
#[track_caller]
fn pieces(first: Vec<u8>, second: Vec<u8>) -> usize {
    let written = coalesce(ALL, &[first.clone(), second.clone()]);
    let again: Vec<_> = written.iter().flat_map(|(offload, bytes)| split(bytes, *offload).unwrap()).collect();
    assert_eq!(again, [first, second]);
    written.len()
}

fn pair(flow: &Flow, change: impl FnOnce(&mut Flow, &mut Piece)) -> (Vec<u8>, Vec<u8>) {
    let whole = bulk(200);
    let first = Piece { payload: whole.payload[..100].to_vec(), ..whole.clone() };
    let mut second =
        Piece { payload: whole.payload[100..].to_vec(), id: whole.id + 1, sequence: whole.sequence.wrapping_add(100), ..whole };
    let mut other = flow.clone();
    change(&mut other, &mut second);
    (flow.packet(&first, Field::Complete), other.packet(&second, Field::Complete))
}

#[track_caller]
fn joins(flow: &Flow, what: &str, change: impl FnOnce(&mut Flow, &mut Piece)) {
    let (first, second) = pair(flow, change);
    assert_eq!(pieces(first, second), 1, "{what} should join: {flow:?}");
}

#[track_caller]
fn stays_apart(flow: &Flow, what: &str, change: impl FnOnce(&mut Flow, &mut Piece)) {
    let (first, second) = pair(flow, change);
    assert_eq!(pieces(first, second), 2, "{what} must not join: {flow:?}");
}

#[test]
fn a_bulk_flow_becomes_the_superpacket_that_its_sender_made() {
    for flow in flows() {
        let whole = Piece { flags: ACK | PSH, ..bulk(40_000) };
        let written = coalesce(ALL, &flow.cut(&whole, 1368, false));
        assert_eq!(written, [(flow.offload(1368, false), flow.packet(&whole, Field::Partial))]);
    }
}

#[test]
fn packets_that_the_device_cannot_take_joined_are_not_joined() {
    let tcp_only = TunCapabilities { tcp_segmentation: true, udp_segmentation: false };
    let none = TunCapabilities::default();
    for flow in flows() {
        let packets = flow.cut(&bulk(4000), 1000, false);
        assert_eq!(coalesce(none, &packets).len(), 4);
        assert_eq!(coalesce(tcp_only, &packets).len(), if flow.tcp { 1 } else { 4 });
    }
}

#[test]
fn a_superpacket_is_at_most_65535_bytes_long() {
    for flow in flows().into_iter().filter(|flow| flow.tcp) {
        let room = 65_535 - flow.header_len();
        let whole = bulk(3 * 65_535);
        let lens: Vec<_> = coalesce(ALL, &flow.cut(&whole, 1400, false)).iter().map(|(_, bytes)| bytes.len()).collect();
        assert_eq!(lens[0], flow.header_len() + room / 1400 * 1400);
        assert_eq!(lens.len(), whole.payload.len().div_ceil(room / 1400 * 1400));
        let full = Piece { payload: vec![1; room], ..whole };
        let exact = coalesce(ALL, &flow.cut(&full, room / 5, false));
        assert_eq!(exact.iter().map(|(_, bytes)| bytes.len()).max(), Some(65_535 - room % 5));
    }
}

#[test]
fn an_udp_superpacket_has_at_most_64_segments() {
    for flow in flows().into_iter().filter(|flow| !flow.tcp) {
        let lens: Vec<_> = coalesce(ALL, &flow.cut(&bulk(130), 1, false)).iter().map(|(_, bytes)| bytes.len()).collect();
        assert_eq!(lens, [flow.header_len() + 64, flow.header_len() + 64, flow.header_len() + 2]);
    }
}

#[test]
fn payloads_shorter_than_the_header_join_too() {
    for flow in flows() {
        for size in [1, 2, 7, 31] {
            let whole = bulk(size * 20 + 1);
            assert_eq!(coalesce(ALL, &flow.cut(&whole, size, false)).len(), 1);
        }
    }
}

#[test]
fn a_shorter_packet_ends_the_superpacket_and_a_longer_one_starts_another() {
    for flow in flows() {
        joins(&flow, "a shorter one", |_, second| second.payload.truncate(99));
        stays_apart(&flow, "a longer one", |_, second| second.payload.push(1));
        let packets = [flow.cut(&bulk(250), 100, false), flow.cut(&bulk(100), 100, false)].concat();
        assert_eq!(coalesce(ALL, &packets).len(), 2);
    }
}

#[test]
fn every_field_that_a_segment_repeats_must_be_the_same() {
    for flow in flows() {
        joins(&flow, "the next packet", |_, _| ());
        stays_apart(&flow, "another source", |other, _| other.source[3] ^= 1);
        stays_apart(&flow, "another destination", |other, _| other.destination[0] ^= 1);
        stays_apart(&flow, "another source port", |other, _| other.ports[0] ^= 1);
        stays_apart(&flow, "another destination port", |other, _| other.ports[1] ^= 1);
        stays_apart(&flow, "another ECN mark", |other, _| other.tos ^= 0b11);
        stays_apart(&flow, "another DSCP", |other, _| other.tos ^= 0b100);
        stays_apart(&flow, "another TTL", |other, _| other.ttl -= 1);
        if flow.v6 {
            stays_apart(&flow, "another flow label", |other, _| other.label ^= 1);
        } else {
            stays_apart(&flow, "another DF bit", |other, _| other.dont_fragment = true);
            stays_apart(&flow, "an identification that skips", |_, second| second.id += 1);
        }
    }
}

#[test]
fn every_tcp_field_that_a_segment_repeats_must_be_the_same() {
    for flow in flows().into_iter().filter(|flow| flow.tcp) {
        stays_apart(&flow, "another acknowledgement", |other, _| other.acknowledged += 1);
        stays_apart(&flow, "another window", |other, _| other.window += 1);
        stays_apart(&flow, "another timestamp", |other, _| other.tcp_options[1] = [0, 0, 0, 8]);
        stays_apart(&flow, "another count of options", |other, _| other.tcp_options.truncate(2));
        stays_apart(&flow, "another urgent pointer", |other, _| other.urgent = 1);
        stays_apart(&flow, "another reserved bit", |other, _| other.reserved = 1);
        stays_apart(&flow, "a gap", |_, second| second.sequence = second.sequence.wrapping_add(1));
        stays_apart(&flow, "a repetition", |_, second| second.sequence = second.sequence.wrapping_sub(100));
        stays_apart(&flow, "another ECN echo", |_, second| second.flags |= ECE);
        for flag in [SYN, FIN, RST, URG, CWR] {
            stays_apart(&flow, "a flag of its own", |_, second| second.flags |= flag);
        }
        stays_apart(&flow, "no ACK", |_, second| second.flags = 0);
        stays_apart(&flow, "an ACK without payload", |_, second| second.payload.clear());
    }
}

#[test]
fn psh_joins_and_lets_nothing_follow() {
    for flow in flows().into_iter().filter(|flow| flow.tcp) {
        joins(&flow, "PSH", |_, second| second.flags |= PSH);
        let pushed = Piece { flags: ACK | PSH, ..bulk(300) };
        let mut packets = flow.cut(&pushed, 100, false);
        let next = Piece { sequence: pushed.sequence.wrapping_add(300), id: pushed.id.wrapping_add(3), ..pushed };
        packets.extend(flow.cut(&next, 100, false));
        let sizes: Vec<_> = coalesce(ALL, &packets).iter().map(|(_, bytes)| bytes.len() - flow.header_len()).collect();
        assert_eq!(sizes, [300, 300]);
    }
}

#[test]
fn packets_with_an_ecn_echo_join_each_other() {
    let flow = Flow { tos: 0b11, ..Flow::plain(true, true) };
    let whole = Piece { flags: ACK | ECE, ..bulk(300) };
    assert_eq!(coalesce(ALL, &flow.cut(&whole, 100, false)), [(flow.offload(100, false), flow.packet(&whole, Field::Partial))]);
}

#[test]
fn an_identification_without_meaning_need_not_go_on() {
    let flow = Flow { dont_fragment: true, ..Flow::plain(false, true) };
    let (first, second) = pair(&flow, |_, second| second.id = 65_530);
    assert_eq!(coalesce(ALL, &[first, second]).len(), 1);
}

#[test]
fn a_wrong_inner_checksum_is_never_made_right() {
    for flow in flows() {
        let good = flow.cut(&bulk(400), 100, false);
        for broken in 0..good.len() {
            for at in
                [flow.header_len() + 50, flow.transport_start() + if flow.tcp { 17 } else { 7 }, if flow.v6 { 8 } else { 11 }]
            {
                let mut packets = good.clone();
                packets[broken][at] ^= 0x40;
                let written = coalesce(ALL, &packets);
                let again: Vec<_> = written.iter().flat_map(|(offload, bytes)| split(bytes, *offload).unwrap()).collect();
                assert_eq!(again, packets, "packet {broken} broken at {at}");
                assert!(written.iter().any(|(offload, bytes)| *offload == Offload::default() && *bytes == packets[broken]));
            }
        }
    }
}

#[test]
fn options_extension_headers_and_fragments_go_alone() {
    let v4 = Flow { ip_options: 1, ..Flow::plain(false, true) };
    let v6 = Flow { extensions: vec![(60, 0)], ..Flow::plain(true, true) };
    for flow in [v4, v6] {
        assert_eq!(coalesce(ALL, &flow.cut(&bulk(300), 100, false)).len(), 3);
    }
    for bits in [0x20, 0x80] {
        let mut packets = Flow::plain(false, false).cut(&bulk(300), 100, false);
        for packet in &mut packets {
            packet[6] |= bits;
        }
        let written = coalesce(ALL, &packets);
        assert!(written.iter().map(|(_, bytes)| bytes).eq(&packets));
    }
}

#[test]
fn a_bare_ack_of_another_flow_overtakes_but_one_of_the_same_flow_does_not() {
    let flow = Flow::plain(false, true);
    let other = Flow { ports: [1, 2], ..flow.clone() };
    let data = flow.cut(&bulk(400), 100, false);
    let ack = |flow: &Flow| flow.packet(&Piece { payload: Vec::new(), ..bulk(0) }, Field::Complete);
    let mixed = |ack: Vec<u8>| [&data[..2], &[ack], &data[2..]].concat();
    let lens = |written: Written| written.iter().map(|(_, bytes)| bytes.len()).collect::<Vec<_>>();
    assert_eq!(lens(coalesce(ALL, &mixed(ack(&other)))), [52, 452]);
    assert_eq!(lens(coalesce(ALL, &mixed(ack(&flow)))), [252, 52, 252]);
}

#[test]
fn an_unauthentic_packet_leaves_no_trace() {
    for flow in flows() {
        let whole = bulk(1000);
        let mut coalescer = Coalescer::new(ALL);
        let mut written = Vec::new();
        for (index, packet) in flow.cut(&whole, 100, false).iter().enumerate() {
            deliver(&mut coalescer, &[0xAA; 1500][..index * 150], 0xBB);
            if index % 2 == 0 {
                coalescer.discard();
            }
            deliver(&mut coalescer, packet, 0xCC);
            assert!(coalescer.commit(packet.len()).is_none());
        }
        deliver(&mut coalescer, &[0xAA; 500], 0xBB);
        finish(&mut coalescer, &mut written);
        assert_eq!(written, [(flow.offload(100, false), flow.packet(&whole, Field::Partial))]);
    }
}

#[test]
fn a_commit_without_a_place_or_beyond_it_is_harmless() {
    let mut coalescer = Coalescer::new(ALL);
    assert!(coalescer.commit(100).is_none());
    assert!(coalescer.place(MAX_PLAINTEXT + 1).is_none());
    coalescer.place(40).unwrap().fill(0x45);
    assert!(coalescer.commit(usize::MAX).is_none());
    assert_eq!(coalescer.take().unwrap().bytes, [0x45; 40]);
    assert!(coalescer.take().is_none());
}

#[test]
fn a_keepalive_is_no_packet() {
    let flow = Flow::plain(false, true);
    let mut coalescer = Coalescer::new(ALL);
    for packet in flow.cut(&bulk(200), 100, false) {
        coalescer.place(0).unwrap();
        assert!(coalescer.commit(0).is_none());
        deliver(&mut coalescer, &packet, 0);
        assert!(coalescer.commit(packet.len()).is_none());
    }
    assert_eq!(coalescer.take().unwrap().bytes, flow.packet(&bulk(200), Field::Partial));
}
