//! The virtio network header before each packet of a TUN device (`struct virtio_net_hdr`, Virtio 1.2 section 5.1.6), which says
//! which work a superpacket still needs. Pure functions that trust neither side.

use crate::device::{Checksum, Offload, Segmentation};

/// Bytes of the header: flags u8, type u8, header length u16, segment size u16, checksum start u16, checksum offset u16, all in
/// native byte order.
pub(super) const HEADER: usize = 10;

const NEEDS_CSUM: u8 = 1;
const DATA_VALID: u8 = 2;

const GSO_NONE: u8 = 0;
const GSO_TCPV4: u8 = 1;
const GSO_TCPV6: u8 = 4;
const GSO_UDP_L4: u8 = 5;
const GSO_ECN: u8 = 0x80;

/// The reason why a header contradicts its packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum HeaderError {
    #[error("segmentation type {0} was not asked for")]
    Segmentation(u8),
    #[error("IP version {0} does not fit the segmentation type")]
    Version(u8),
    #[error("segments of 0 bytes")]
    SegmentSize,
    #[error("the checksum's place is outside of the packet")]
    ChecksumPlace,
    #[error("a superpacket without a partial checksum")]
    ChecksumMissing,
    #[error("the headers are longer than the packet")]
    HeaderLength,
}

/// Decodes the offload of `packet` from the kernel's header.
pub(super) fn decode(header: &[u8; HEADER], packet: &[u8]) -> Result<Offload, HeaderError> {
    let [flags, kind, _, _, s0, s1, c0, c1, o0, o1] = *header;
    let checksum = if flags & NEEDS_CSUM == 0 {
        // This includes DATA_VALID: the field was verified, so it is complete.
        Checksum::Complete
    } else {
        partial(u16::from_ne_bytes([c0, c1]), u16::from_ne_bytes([o0, o1]), packet)?
    };
    let ecn = kind & GSO_ECN != 0;
    let (segmentation, version) = match kind & !GSO_ECN {
        GSO_NONE => return Ok(Offload { checksum, ..Offload::default() }),
        GSO_TCPV4 => (Segmentation::Tcp4 { ecn }, Some(4)),
        GSO_TCPV6 => (Segmentation::Tcp6 { ecn }, Some(6)),
        GSO_UDP_L4 => (Segmentation::Udp, None),
        other => return Err(HeaderError::Segmentation(other)),
    };
    let actual = packet.first().map_or(0, |byte| byte >> 4);
    if version.is_some_and(|version| version != actual) {
        return Err(HeaderError::Version(actual));
    }
    let Checksum::Partial { start, .. } = checksum else { return Err(HeaderError::ChecksumMissing) };
    let segment_size = u16::from_ne_bytes([s0, s1]);
    if segment_size == 0 {
        return Err(HeaderError::SegmentSize);
    }
    // The header's own length field is a hint for allocation and may cover payload, so the transport header decides.
    let transport = match segmentation {
        Segmentation::Udp => 8,
        _ => packet.get(usize::from(start) + 12).map_or(0, |byte| u16::from(byte >> 4) * 4),
    };
    let header_len = start.checked_add(transport).ok_or(HeaderError::HeaderLength)?;
    if transport < 8 || usize::from(header_len) > packet.len() {
        return Err(HeaderError::HeaderLength);
    }
    Ok(Offload { segmentation, segment_size, header_len, checksum })
}

/// Encodes the header that tells the kernel the `offload` of `packet`.
pub(super) fn encode(offload: Offload, packet: &[u8]) -> Result<[u8; HEADER], HeaderError> {
    let (flags, start, offset) = match offload.checksum {
        Checksum::Complete => (0, 0, 0),
        Checksum::Valid => (DATA_VALID, 0, 0),
        Checksum::Partial { start, offset } => {
            partial(start, offset, packet)?;
            (NEEDS_CSUM, start, offset)
        }
    };
    let kind = match offload.segmentation {
        Segmentation::None => GSO_NONE,
        Segmentation::Tcp4 { ecn } => GSO_TCPV4 | if ecn { GSO_ECN } else { 0 },
        Segmentation::Tcp6 { ecn } => GSO_TCPV6 | if ecn { GSO_ECN } else { 0 },
        Segmentation::Udp => GSO_UDP_L4,
    };
    let (header_len, segment_size) = if kind == GSO_NONE { (0, 0) } else { (offload.header_len, offload.segment_size) };
    if kind != GSO_NONE {
        if segment_size == 0 {
            return Err(HeaderError::SegmentSize);
        }
        // If such a packet is forwarded, the kernel must split it, and can only do so with a partial checksum.
        if flags != NEEDS_CSUM {
            return Err(HeaderError::ChecksumMissing);
        }
        if usize::from(header_len) > packet.len() || header_len <= start {
            return Err(HeaderError::HeaderLength);
        }
    }
    let [[h0, h1], [s0, s1], [c0, c1], [o0, o1]] = [header_len, segment_size, start, offset].map(u16::to_ne_bytes);
    Ok([flags, kind, h0, h1, s0, s1, c0, c1, o0, o1])
}

fn partial(start: u16, offset: u16, packet: &[u8]) -> Result<Checksum, HeaderError> {
    if usize::from(start) + usize::from(offset) + 2 > packet.len() {
        return Err(HeaderError::ChecksumPlace);
    }
    Ok(Checksum::Partial { start, offset })
}

#[cfg(test)]
#[path = "virtio_tests.rs"]
mod tests;
