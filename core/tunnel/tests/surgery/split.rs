use adit_platform::device::{Checksum, Offload, Segmentation};
use adit_tunnel::split::{SLACK, SplitError, Splitter};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::packets::{ACK, CWR, Field, Flow, PSH, Piece, flow, offload, piece};

/// Splits a superpacket into packets, and checks what the splitter reports about them.
pub(crate) fn split(superpacket: &[u8], offload: Offload) -> Result<Vec<Vec<u8>>, SplitError> {
    split_padded(superpacket, offload, |len| len)
}

fn split_padded(superpacket: &[u8], offload: Offload, padded: impl Fn(usize) -> usize) -> Result<Vec<Vec<u8>>, SplitError> {
    let mut buffer = [superpacket, &[0xEE; SLACK]].concat();
    let mut splitter = Splitter::new(&mut buffer, superpacket.len(), offload)?;
    let (count, longest) = (splitter.segments(), splitter.longest());
    let mut packets = Vec::new();
    while let Some(segment) = splitter.next_segment(&padded) {
        assert_eq!(segment.bytes.len(), padded(segment.len));
        assert!(segment.bytes[segment.len..].iter().all(|&byte| byte == 0), "padding is zero");
        packets.push(segment.bytes[..segment.len].to_vec());
    }
    assert_eq!(packets.len(), count);
    assert_eq!(packets.iter().map(Vec::len).max(), Some(longest));
    Ok(packets)
}

proptest! {
    #[test]
    fn cutting_gives_what_a_host_without_offloads_sends(
        flow in flow(), whole in piece(1..4000), segment_size in prop_oneof![1usize..40, 40usize..2000, Just(65_535)], ecn: bool,
        mtu in 100usize..3000,
    ) {
        let superpacket = flow.packet(&whole, Field::Partial);
        let padded = |len: usize| len.max(len.next_multiple_of(16).min(mtu));
        let packets = split_padded(&superpacket, flow.offload(segment_size, ecn), padded).unwrap();
        let expected = flow.cut(&whole, segment_size, ecn && flow.tcp);
        prop_assert_eq!(packets, expected);
    }

    #[test]
    fn a_partial_checksum_is_completed(flow in flow(), piece in piece(0..2000)) {
        let offload = Offload { segmentation: Segmentation::None, segment_size: 0, header_len: 0, ..flow.offload(0, false) };
        let expected = flow.packet(&piece, Field::Complete);
        prop_assert_eq!(split(&flow.packet(&piece, Field::Partial), offload).unwrap(), vec![expected]);
    }

    #[test]
    fn a_packet_without_offload_is_left_as_it_is(bytes in vec(any::<u8>(), 1..200), valid: bool) {
        let checksum = if valid { Checksum::Valid } else { Checksum::Complete };
        let offload = Offload { checksum, ..Offload::default() };
        prop_assert_eq!(split(&bytes, offload).unwrap(), vec![bytes]);
    }

    #[test]
    fn a_valid_checksum_need_not_be_partial(flow in flow(), whole in piece(1..4000), segment_size in 1usize..2000) {
        let offload = Offload { checksum: Checksum::Valid, ..flow.offload(segment_size, false) };
        let packets = split(&flow.packet(&whole, Field::Complete), offload).unwrap();
        prop_assert_eq!(packets, flow.cut(&whole, segment_size, false));
    }

    #[test]
    fn lies_about_bytes_that_are_noise_never_panic(bytes in vec(any::<u8>(), 0..400), offload in offload(), len in 0usize..500) {
        let mut buffer = bytes;
        if let Ok(mut splitter) = Splitter::new(&mut buffer, len, offload) {
            while splitter.next_segment(|len| len + 100).is_some() {}
        }
    }

    /// Changes bytes of a good superpacket, of its virtio header, or cuts off its end.
    #[test]
    fn lies_about_a_good_superpacket_never_panic(
        flow in flow(), whole in piece(0..300), strikes in vec((0usize..160, any::<u8>()), 0..4), lie in offload(),
        keep in any::<[bool; 4]>(), cut_off in prop_oneof![Just(0usize), 0usize..200],
    ) {
        let mut packet = flow.packet(&whole, Field::Partial);
        for (at, value) in strikes {
            if let Some(byte) = packet.get_mut(at) {
                *byte = value;
            }
        }
        packet.truncate(packet.len().saturating_sub(cut_off));
        let truth = flow.offload(100, false);
        let offload = Offload {
            segmentation: if keep[0] { truth.segmentation } else { lie.segmentation },
            segment_size: if keep[1] { truth.segment_size } else { lie.segment_size },
            header_len: if keep[2] { truth.header_len } else { lie.header_len },
            checksum: if keep[3] { truth.checksum } else { lie.checksum },
        };
        if let Ok(packets) = split(&packet, offload) {
            prop_assert!(packets.iter().all(|cut| cut.len() <= packet.len()));
        }
    }
}

fn superpacket() -> (Flow, Vec<u8>, Offload) {
    let flow = Flow::plain(false, true);
    let whole = Piece { id: 1, sequence: 1, flags: ACK | PSH, payload: vec![7; 1000] };
    let packet = flow.packet(&whole, Field::Partial);
    let offload = flow.offload(100, false);
    (flow, packet, offload)
}

#[test]
fn a_lying_virtio_header_is_refused() {
    let (_, packet, good) = superpacket();
    let partial = |start, offset| Checksum::Partial { start, offset };
    let cases = [
        (Offload { segment_size: 0, ..good }, SplitError::SegmentSize),
        (Offload { header_len: 1053, ..good }, SplitError::Header),
        (Offload { segmentation: Segmentation::Tcp6 { ecn: false }, ..good }, SplitError::Protocol),
        (Offload { segmentation: Segmentation::Udp, ..good }, SplitError::Protocol),
        (Offload { checksum: partial(20, 6), ..good }, SplitError::Checksum),
        (Offload { checksum: partial(24, 16), ..good }, SplitError::Checksum),
        (Offload { checksum: partial(65_535, 65_535), ..good }, SplitError::Checksum),
        (Offload { checksum: partial(1050, 2), ..Offload::default() }, SplitError::Checksum),
        (Offload { checksum: partial(0, 10), ..Offload::default() }, SplitError::Checksum),
    ];
    assert!(split(&packet, good).is_ok());
    for (offload, error) in cases {
        assert_eq!(split(&packet, offload), Err(error), "{offload:?}");
    }
}

#[test]
fn a_header_that_contradicts_the_packet_is_refused() {
    let (_, packet, good) = superpacket();
    let cases: [(usize, u8, SplitError); 6] = [
        (0, 0x44, SplitError::Header),
        (0, 0x65, SplitError::Protocol),
        (2, 0xff, SplitError::Length { said: 0xff1c, len: 1052 }),
        (6, 0x20, SplitError::Protocol),
        (32, 0x40, SplitError::Header),
        (9, 17, SplitError::Protocol),
    ];
    for (at, value, error) in cases {
        let mut packet = packet.clone();
        assert_ne!(packet[at], value);
        packet[at] = value;
        let segmentation = Segmentation::Tcp4 { ecn: false };
        assert_eq!(split(&packet, Offload { segmentation, ..good }), Err(error), "byte {at} is {value:#x}");
    }
}

#[test]
fn a_data_offset_beyond_the_packet_is_refused() {
    let flow = Flow::plain(true, true);
    let mut packet = flow.packet(&Piece { id: 0, sequence: 0, flags: ACK, payload: vec![1, 2] }, Field::Partial);
    packet[52] = 0xf0;
    assert_eq!(split(&packet, flow.offload(1, false)), Err(SplitError::Header));
}

#[test]
fn a_chain_of_extension_headers_beyond_the_packet_is_refused() {
    let flow = Flow { extensions: vec![(0, 0), (60, 2)], ..Flow::plain(true, false) };
    let mut packet = flow.packet(&Piece { id: 0, sequence: 0, flags: 0, payload: vec![1; 20] }, Field::Partial);
    packet[49] = 200;
    assert_eq!(split(&packet, flow.offload(10, false)), Err(SplitError::Header));
}

#[test]
fn a_buffer_without_slack_is_refused() {
    let (_, mut packet, good) = superpacket();
    let len = packet.len();
    assert_eq!(Splitter::new(&mut packet, len, good).err(), Some(SplitError::Buffer { len, buffer: len }));
    assert!(Splitter::new(&mut packet, usize::MAX, good).is_err());
    assert!(Splitter::new(&mut packet, 0, good).is_err());
}

#[test]
fn linux_may_name_its_linear_part_as_header_length() {
    let (_, packet, good) = superpacket();
    let hint = Offload { header_len: packet.len() as u16, ..good };
    assert_eq!(split(&packet, hint), split(&packet, good));
}

#[test]
fn only_the_first_segment_carries_cwr_and_only_the_last_psh() {
    let flow = Flow::plain(false, true);
    let whole = Piece { id: 9, sequence: u32::MAX, flags: ACK | PSH | CWR, payload: vec![7; 300] };
    let packets = split(&flow.packet(&whole, Field::Partial), flow.offload(100, true)).unwrap();
    let flags: Vec<u8> = packets.iter().map(|packet| packet[33]).collect();
    assert_eq!(flags, [ACK | CWR, ACK, ACK | PSH]);
}

#[test]
fn a_tcp_packet_whose_checksum_is_zero_has_a_zero_and_udp_its_other_representation() {
    for (tcp, field, written) in [(true, 36, [0, 0]), (false, 26, [0xff, 0xff])] {
        let flow = Flow::plain(false, tcp);
        let zeroed = Piece { id: 0, sequence: 0, flags: ACK, payload: vec![0; 2] };
        let payload = flow.packet(&zeroed, Field::Complete)[field..field + 2].to_vec();
        let packet = flow.packet(&Piece { payload, ..zeroed }, Field::Partial);
        let offload = Offload { segmentation: Segmentation::None, ..flow.offload(0, false) };
        assert_eq!(split(&packet, offload).unwrap()[0][field..field + 2], written);
    }
}

#[test]
fn an_udp_superpacket_without_checksum_stays_without() {
    let flow = Flow::plain(false, false);
    let mut packet = flow.packet(&Piece { id: 0, sequence: 0, flags: 0, payload: vec![1; 20] }, Field::Complete);
    packet[26..28].fill(0);
    let offload = Offload { checksum: Checksum::Complete, ..flow.offload(10, false) };
    let packets = split(&packet, offload).unwrap();
    assert!(packets.iter().all(|packet| packet[26..28] == [0, 0]));
}
