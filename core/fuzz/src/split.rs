//! Superpackets that are cut into packets.
//!
//! Whatever the offload header states, nothing panics. The packets have exactly the payload, in order. Their lengths and
//! checksums are correct. Padding is zero and does not change the following packet.

use adit_platform::device::{Checksum, Offload, Segmentation};
use adit_tunnel::split::{SLACK, Splitter};

use crate::input::Input;
use crate::packets::{Layout, TCP, UDP, complete, leave_checksum};

/// Checks one superpacket: nine bytes of offload header, a byte of options, then the superpacket.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let offload = offload(&mut input);
    let choices = input.byte();
    let mut packet = input.rest().to_vec();
    if choices & 1 == 0 {
        complete(&mut packet);
    }
    let is_partial = matches!(offload.checksum, Checksum::Partial { .. });
    if is_partial && choices & 4 == 0 {
        leave_checksum(&mut packet);
    }
    let Ok(packets) = split(&packet, offload, choices & 2 != 0) else { return };
    if offload.segmentation == Segmentation::None {
        assert_eq!(packets.len(), 1);
        if !is_partial {
            assert_eq!(packets[0], packet, "there was nothing to do");
        }
        return;
    }
    let Some(whole) = Layout::of(&packet) else { return };
    let mut payload = Vec::new();
    for cut in &packets {
        let layout = Layout::of(cut).expect("a packet is cut into packets");
        assert_eq!((layout.transport, layout.payload, layout.protocol), (whole.transport, whole.payload, whole.protocol));
        assert_eq!(Layout::said(cut), cut.len(), "the length in the IP header");
        assert!(layout.has_intact_header(cut), "the checksum of the IP header");
        let has_none = layout.protocol == UDP && cut[layout.checksum..layout.checksum + 2] == [0, 0];
        // A partial checksum is completed from the content of its field.
        assert!(is_partial && choices & 4 != 0 || has_none || layout.is_intact(cut), "the transport checksum");
        assert!(cut.len() - layout.payload <= usize::from(offload.segment_size));
        payload.extend_from_slice(&cut[layout.payload..]);
    }
    assert_eq!(payload, packet[whole.payload..], "all of the payload, in order");
    if whole.protocol == TCP {
        let sequence =
            |packet: &[u8]| u32::from_be_bytes(packet[whole.transport + 4..whole.transport + 8].try_into().expect("4"));
        for (index, cut) in packets.iter().enumerate() {
            let sent = u32::try_from(index * usize::from(offload.segment_size)).expect("packets are short");
            assert_eq!(sequence(cut), sequence(&packet).wrapping_add(sent));
        }
    }
}

/// Returns an offload header as the kernel gives it with a superpacket, or any other.
fn offload(input: &mut Input<'_>) -> Offload {
    let segmentation = match input.byte() % 6 {
        0 => Segmentation::Tcp4 { ecn: false },
        1 => Segmentation::Tcp4 { ecn: true },
        2 => Segmentation::Tcp6 { ecn: false },
        3 => Segmentation::Tcp6 { ecn: true },
        4 => Segmentation::Udp,
        _ => Segmentation::None,
    };
    let (segment_size, header_len) = (input.u16(), input.u16());
    let (kind, start, offset) = (input.byte(), u16::from(input.byte()), u16::from(input.byte()));
    let checksum = match kind % 3 {
        0 => Checksum::Partial { start, offset },
        1 => Checksum::Complete,
        _ => Checksum::Valid,
    };
    let _ = input.byte();
    Offload { segmentation, segment_size, header_len, checksum }
}

/// Returns the packets without their padding.
fn split(superpacket: &[u8], offload: Offload, padded: bool) -> Result<Vec<Vec<u8>>, adit_tunnel::split::SplitError> {
    let mut buffer = [superpacket, &[0xee; SLACK]].concat();
    let mut splitter = Splitter::new(&mut buffer, superpacket.len(), offload)?;
    let (count, longest) = (splitter.segments(), splitter.longest());
    let mut packets = Vec::new();
    while let Some(segment) = splitter.next_segment(|len| if padded { len.next_multiple_of(16) } else { len }) {
        assert!(segment.len <= longest);
        assert!(segment.bytes[segment.len..].iter().all(|byte| *byte == 0), "padding is zero");
        packets.push(segment.bytes[..segment.len].to_vec());
    }
    assert_eq!(packets.len(), count);
    Ok(packets)
}
