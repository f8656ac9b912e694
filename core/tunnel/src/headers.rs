//! Offsets and values of the fields of IP, TCP and UDP headers, shared by [`crate::split`] and [`crate::coalesce`].
//!
//! Offsets are in bytes; those of TCP and UDP count from the transport header. RFC 791, 8200, 9293, 768.

pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;

pub(crate) const IPV4_HEADER: usize = 20;
pub(crate) const IPV4_LENGTH: usize = 2;
pub(crate) const IPV4_ID: usize = 4;
pub(crate) const IPV4_FRAGMENT: usize = 6;
pub(crate) const IPV4_PROTOCOL: usize = 9;
pub(crate) const IPV4_CHECKSUM: usize = 10;
pub(crate) const IPV4_ADDRESSES: std::ops::Range<usize> = 12..20;
pub(crate) const IPV4_DONT_FRAGMENT: u16 = 0x4000;
/// Mask of the more-fragments bit and the fragment offset.
pub(crate) const IPV4_IS_FRAGMENT: u16 = 0x3fff;

pub(crate) const IPV6_HEADER: usize = 40;
pub(crate) const IPV6_LENGTH: usize = 4;
pub(crate) const IPV6_NEXT: usize = 6;
pub(crate) const IPV6_ADDRESSES: std::ops::Range<usize> = 8..40;

pub(crate) const TCP_HEADER: usize = 20;
pub(crate) const TCP_SEQUENCE: usize = 4;
pub(crate) const TCP_DATA_OFFSET: usize = 12;
pub(crate) const TCP_FLAGS: usize = 13;
pub(crate) const TCP_WINDOW: usize = 14;
pub(crate) const TCP_CHECKSUM: usize = 16;
pub(crate) const TCP_URGENT: usize = 18;
pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const PSH: u8 = 0x08;
pub(crate) const ACK: u8 = 0x10;
pub(crate) const URG: u8 = 0x20;
pub(crate) const CWR: u8 = 0x80;

pub(crate) const UDP_HEADER: usize = 8;
pub(crate) const UDP_LENGTH: usize = 4;
pub(crate) const UDP_CHECKSUM: usize = 6;

/// Returns the word at `at`, or 0 beyond the end.
pub(crate) fn word(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u16::from_be_bytes(*word))
}

/// Returns the double word at `at`, or 0 beyond the end.
pub(crate) fn double_word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u32::from_be_bytes(*word))
}

/// Writes `value` at `at`; writes nothing beyond the end.
pub(crate) fn put<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) {
    if let Some(field) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        *field = value;
    }
}
