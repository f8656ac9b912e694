//! Control messages of `WSASendMsg` and `WSARecvMsg` (`ws2def.h`, `ws2ipdef.h`) on 64-bit Windows, as bytes. No system call is
//! made here, so every system runs the tests.
//!
//! A message is a header (its length with the header: 8 bytes, level: 4, type: 4), a value, and padding to 8 bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_protocol::{Ecn, Local};

/// Levels: `IPPROTO_IP`, `IPPROTO_IPV6` and `IPPROTO_UDP`.
const IP: i32 = 0;
const IPV6: i32 = 41;
const UDP: i32 = 17;
/// Types at the levels of IP. The type of a traffic class that was asked for with `IP_RECVTOS` differs by family.
const PKTINFO: i32 = 19;
const ECN: i32 = 50;
const IP_TOS: i32 = 3;
const IPV6_TCLASS: i32 = 39;
/// Types at the level of UDP.
const UDP_SEND_MSG_SIZE: i32 = 2;
const UDP_COALESCED_INFO: i32 = 3;

const HEADER: usize = 16;
const ALIGNMENT: usize = 8;

/// The size of the buffer, bytes: enough for packet information, ECN and segment size.
const ROOM: usize = 128;

/// A control buffer, aligned as the system requires.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(crate) struct Control {
    bytes: [u8; ROOM],
    len: usize,
}

/// What the control messages of a received run say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct ControlData {
    /// The address and the interface at which the run arrived.
    pub(crate) local: Option<Local>,
    /// ECN bits of the outer header.
    pub(crate) ecn: Ecn,
    /// 0 for a single datagram.
    pub(crate) segment_size: usize,
}

impl Control {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; ROOM], len: 0 }
    }

    /// The pushed messages.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The whole buffer, for the system to write to.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Reads the first `len` bytes, which the system has written. A message that is longer than the buffer ends the reading.
    pub(crate) fn read(&self, len: usize) -> ControlData {
        let mut data = ControlData::default();
        let mut rest = self.bytes.get(..len).unwrap_or(&self.bytes);
        while let Some((level, kind, value, more)) = first(rest) {
            match (level, kind) {
                (IP, PKTINFO) => data.local = packet_information(value, ipv4).or(data.local),
                (IPV6, PKTINFO) => data.local = packet_information(value, ipv6).or(data.local),
                (IP | IPV6, ECN) | (IP, IP_TOS) | (IPV6, IPV6_TCLASS) => {
                    data.ecn = number(value).map_or(data.ecn, |class| Ecn::from_bits(class.to_le_bytes()[0]));
                }
                (UDP, UDP_COALESCED_INFO) => {
                    data.segment_size = number(value).and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
                }
                _ => {}
            }
            rest = more;
        }
        data
    }

    /// Adds the source address and interface to send from.
    pub(crate) fn push_source(&mut self, local: Local) {
        let index = local.interface.to_ne_bytes();
        match local.ip.to_canonical() {
            IpAddr::V4(ip) => self.push(IP, PKTINFO, &[&ip.octets()[..], &index[..]].concat()),
            IpAddr::V6(ip) => self.push(IPV6, PKTINFO, &[&ip.octets()[..], &index[..]].concat()),
        }
    }

    /// Adds the ECN bits of the outer header.
    pub(crate) fn push_ecn(&mut self, v6: bool, ecn: Ecn) {
        self.push(if v6 { IPV6 } else { IP }, ECN, &u32::from(ecn as u8).to_ne_bytes());
    }

    /// Adds the segment size: the system splits the bytes every `size` bytes.
    pub(crate) fn push_segment_size(&mut self, size: usize) {
        self.push(UDP, UDP_SEND_MSG_SIZE, &u32::try_from(size).unwrap_or(u32::MAX).to_ne_bytes());
    }

    fn push(&mut self, level: i32, kind: i32, value: &[u8]) {
        let len = HEADER + value.len();
        let end = self.len + len.next_multiple_of(ALIGNMENT);
        let Some(place) = self.bytes.get_mut(self.len..end) else { return };
        let header = [&(len as u64).to_ne_bytes()[..], &level.to_ne_bytes()[..], &kind.to_ne_bytes()[..], value].concat();
        for (byte, value) in place.iter_mut().zip(header) {
            *byte = value;
        }
        self.len = end;
    }
}

/// Splits the first message off: its level, its type, its value, and the bytes after it.
fn first(bytes: &[u8]) -> Option<(i32, i32, &[u8], &[u8])> {
    let (header, _) = bytes.split_first_chunk::<HEADER>()?;
    let [a, b, c, d, e, f, g, h, level @ .., i, j, k, l] = *header;
    let len = usize::try_from(u64::from_ne_bytes([a, b, c, d, e, f, g, h])).ok()?;
    let value = bytes.get(HEADER..len)?;
    let more = bytes.get(len.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
    Some((i32::from_ne_bytes(level), i32::from_ne_bytes([i, j, k, l]), value, more))
}

/// Reads an address of `N` bytes and the index of an interface.
fn packet_information<const N: usize>(value: &[u8], address: impl Fn([u8; N]) -> IpAddr) -> Option<Local> {
    let (ip, index) = value.split_first_chunk::<N>()?;
    Some(Local { ip: address(*ip), interface: number(index)? })
}

fn ipv4(octets: [u8; 4]) -> IpAddr {
    Ipv4Addr::from(octets).into()
}

fn ipv6(octets: [u8; 16]) -> IpAddr {
    Ipv6Addr::from(octets).into()
}

fn number(value: &[u8]) -> Option<u32> {
    value.first_chunk::<4>().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The messages of `WSARecvMsg`, at whose levels the system writes other types than those that it reads.
    fn received(messages: &[(i32, i32, &[u8])]) -> ControlData {
        let mut control = Control::new();
        for (level, kind, value) in messages {
            control.push(*level, *kind, value);
        }
        control.read(control.len)
    }

    #[test]
    fn messages_have_the_layout_of_the_system() {
        let mut control = Control::new();
        control.push_source(Local { ip: "10.0.0.1".parse().unwrap(), interface: 7 });
        control.push_ecn(false, Ecn::from_bits(2));
        control.push_segment_size(1452);
        let expected = [
            &[24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 0, 0, 10, 0, 0, 1, 7, 0, 0, 0][..],
            &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0][..],
            &[20, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 2, 0, 0, 0, 0xac, 5, 0, 0, 0, 0, 0, 0][..],
        ];
        assert_eq!(control.bytes(), expected.concat());
    }

    #[test]
    fn an_ipv6_source_has_its_own_level_and_a_mapped_address_is_ipv4() {
        let level = |ip: &str| {
            let mut control = Control::new();
            control.push_source(Local { ip: ip.parse().unwrap(), interface: 1 });
            (control.bytes()[8], control.bytes().len())
        };
        assert_eq!(level("fd00::1"), (41, 40));
        assert_eq!(level("::ffff:10.0.0.1"), (0, 24));
    }

    #[test]
    fn packet_information_ecn_and_segment_size_are_read_for_both_families() {
        let size = 1400_u32.to_ne_bytes();
        let v4 =
            received(&[(IP, PKTINFO, &[10, 0, 0, 2, 9, 0, 0, 0]), (IP, ECN, &[1, 0, 0, 0]), (UDP, UDP_COALESCED_INFO, &size)]);
        let local = Local { ip: "10.0.0.2".parse().unwrap(), interface: 9 };
        assert_eq!(v4, ControlData { local: Some(local), ecn: Ecn::from_bits(1), segment_size: 1400 });
        let mut value = [0; 20];
        (value[0], value[15], value[16]) = (0xfd, 3, 4);
        let v6 = received(&[(IPV6, IPV6_TCLASS, &[0x8b, 0, 0, 0]), (IPV6, PKTINFO, &value)]);
        let local = Local { ip: "fd00::3".parse().unwrap(), interface: 4 };
        assert_eq!(v6, ControlData { local: Some(local), ecn: Ecn::from_bits(3), segment_size: 0 });
    }

    #[test]
    fn unknown_and_short_messages_are_skipped_and_false_lengths_end_the_reading() {
        assert_eq!(received(&[(IP, PKTINFO, &[10, 0]), (77, 1, &[1; 9]), (IP, ECN, &[3, 0, 0, 0])]).ecn, Ecn::from_bits(3));
        for len in [0_u64, 1, 15, 1000, u64::MAX] {
            let mut control = Control::new();
            control.push_ecn(false, Ecn::from_bits(1));
            control.bytes[..8].copy_from_slice(&len.to_ne_bytes());
            assert_eq!(control.read(control.len), ControlData::default(), "{len}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic_and_to_an_end(bytes in prop::array::uniform32(any::<u8>()), len in 0_usize..400) {
            let mut control = Control::new();
            control.room()[..32].copy_from_slice(&bytes);
            control.read(len);
        }

        #[test]
        fn a_pushed_source_is_read_again(ip: [u8; 16], v4: [u8; 4], interface: u32, is_v4: bool) {
            let ip = if is_v4 { IpAddr::from(v4) } else { IpAddr::from(ip).to_canonical() };
            let mut control = Control::new();
            control.push_source(Local { ip, interface });
            prop_assert_eq!(control.read(control.len).local, Some(Local { ip, interface }));
        }
    }
}
