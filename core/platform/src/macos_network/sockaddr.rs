//! Socket addresses in routing messages of Darwin (`sys/socket.h`, `netinet/in.h`, `net/if_dl.h`): each begins with its length
//! and its family, one byte each.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const AF_INET: u8 = 2;
pub(super) const AF_LINK: u8 = 18;
pub(super) const AF_INET6: u8 = 30;

const INET_LEN: usize = 16;
const INET6_LEN: usize = 28;
/// Length of `struct sockaddr_dl`.
const LINK_LEN: usize = 20;

/// An address of a routing message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum SocketAddress {
    /// An IP address. `scope` is the interface of a link-local address; 0 for others.
    Ip { address: IpAddr, scope: u32 },
    /// An interface, by its index and, if the kernel tells it, its name.
    Link { index: u16, name: String },
    /// An address of another family, or one that makes no sense.
    Other,
}

impl SocketAddress {
    /// Returns the address as `struct sockaddr_in`, `sockaddr_in6` or `sockaddr_dl`, padded to four bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ip { address: IpAddr::V4(ip), .. } => inet(*ip),
            Self::Ip { address: IpAddr::V6(ip), scope } => inet6(*ip, *scope),
            Self::Link { index, name } => {
                let mut bytes = vec![LINK_LEN as u8, AF_LINK];
                bytes.extend(index.to_le_bytes());
                // No type, and neither hardware address nor selector.
                bytes.extend([0, name.len().min(12) as u8, 0, 0]);
                bytes.extend(name.bytes().take(12));
                bytes.resize(LINK_LEN, 0);
                bytes
            }
            Self::Other => vec![0; 4],
        }
    }

    /// Reads one address, without its padding.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        match bytes.get(1) {
            Some(&AF_INET) => array(bytes, 4).map_or(Self::Other, |octets: [u8; 4]| Self::from(IpAddr::from(octets))),
            Some(&AF_INET6) => array(bytes, 8).map_or(Self::Other, |octets| link_local(octets, array(bytes, 24))),
            Some(&AF_LINK) => {
                let (Some(index), Some(len)) = (array(bytes, 2), bytes.get(5)) else { return Self::Other };
                let name = bytes.get(8..8 + usize::from(*len)).unwrap_or_default();
                Self::Link { index: u16::from_le_bytes(index), name: String::from_utf8_lossy(name).into_owned() }
            }
            _ => Self::Other,
        }
    }
}

impl From<IpAddr> for SocketAddress {
    fn from(address: IpAddr) -> Self {
        Self::Ip { address, scope: 0 }
    }
}

/// Inside the kernel a link-local address has the index of its interface in its third and fourth byte (KAME), and some messages
/// show it so.
fn link_local(mut octets: [u8; 16], scope: Option<[u8; 4]>) -> SocketAddress {
    let mut scope = scope.map_or(0, u32::from_le_bytes);
    if Ipv6Addr::from(octets).is_unicast_link_local() {
        let embedded = u16::from_be_bytes([octets[2], octets[3]]);
        if embedded != 0 {
            scope = embedded.into();
            octets[2..4].fill(0);
        }
    }
    SocketAddress::Ip { address: octets.into(), scope }
}

/// Returns the bytes of a netmask with `prefix` ones.
pub(super) fn netmask(ipv4: bool, prefix: u8) -> Vec<u8> {
    if ipv4 {
        let bits = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
        inet(Ipv4Addr::from(bits))
    } else {
        let bits = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
        inet6(Ipv6Addr::from(bits), 0)
    }
}

/// Returns the prefix length of a netmask. The kernel cuts zeros at its end off, and may leave the family out: a default route's
/// netmask can be of length 0. `None` if ones follow zeros.
pub(super) fn prefix(ipv4: bool, bytes: &[u8]) -> Option<u8> {
    let (start, most) = if ipv4 { (4, 4) } else { (8, 16) };
    let ones = bytes.get(start..).unwrap_or_default();
    let ones = ones.get(..most).unwrap_or(ones);
    let count: u32 = ones.iter().map(|byte| byte.count_ones()).sum();
    let leading: u32 = ones.iter().take_while(|byte| **byte == 0xff).count() as u32 * 8;
    let next = ones.iter().find(|byte| **byte != 0xff).map_or(0, |byte| byte.leading_ones());
    (count == leading + next).then_some(count as u8)
}

/// Splits the first address off: its bytes without padding, and the rest. An address of length 0 takes four bytes.
pub(super) fn split_first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = usize::from(*bytes.first()?);
    let padded = len.max(1).next_multiple_of(4);
    let address = bytes.get(..len)?;
    // The last address of a message may lack its padding.
    Some((address, bytes.get(padded..).unwrap_or_default()))
}

fn inet(ip: Ipv4Addr) -> Vec<u8> {
    let mut bytes = vec![INET_LEN as u8, AF_INET, 0, 0];
    bytes.extend(ip.octets());
    bytes.resize(INET_LEN, 0);
    bytes
}

fn inet6(ip: Ipv6Addr, scope: u32) -> Vec<u8> {
    let mut bytes = vec![INET6_LEN as u8, AF_INET6, 0, 0, 0, 0, 0, 0];
    bytes.extend(ip.octets());
    bytes.extend(scope.to_le_bytes());
    bytes
}

pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str, scope: u32) -> SocketAddress {
        SocketAddress::Ip { address: text.parse().unwrap(), scope }
    }

    #[test]
    fn an_address_is_read_from_the_bytes_that_it_is_written_as() {
        let bytes = ip("192.0.2.1", 0).to_bytes();
        assert_eq!(bytes, [16, 2, 0, 0, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        let bytes = ip("2001:db8::1", 0).to_bytes();
        assert_eq!(bytes[..12], [28, 30, 0, 0, 0, 0, 0, 0, 0x20, 0x01, 0x0d, 0xb8]);
        assert_eq!((bytes.len(), &bytes[23..]), (28, &[1, 0, 0, 0, 0][..]));
        let link = SocketAddress::Link { index: 17, name: "utun4".into() };
        let expected = [20, 18, 17, 0, 0, 5, 0, 0, b'u', b't', b'u', b'n', b'4', 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(link.to_bytes(), expected);
        for address in [ip("192.0.2.1", 0), ip("fe80::1", 5), ip("2001:db8::1", 0), link] {
            assert_eq!(SocketAddress::parse(&address.to_bytes()), address);
        }
    }

    #[test]
    fn the_interface_inside_a_link_local_address_becomes_its_scope() {
        let mut bytes = ip("fe80::1", 0).to_bytes();
        bytes[11] = 4;
        assert_eq!(SocketAddress::parse(&bytes), ip("fe80::1", 4));
    }

    #[test]
    fn a_netmask_is_read_however_short_the_kernel_has_cut_it() {
        for length in 0..=32 {
            assert_eq!(prefix(true, &netmask(true, length)), Some(length));
        }
        for length in 0..=128 {
            assert_eq!(prefix(false, &netmask(false, length)), Some(length));
        }
        // 255.255.255.0 and 255.128.0.0 as the kernel keeps them: up to the last byte that is not 0, without a family.
        assert_eq!(prefix(true, &[7, 0, 0, 0, 255, 255, 255]), Some(24));
        assert_eq!(prefix(true, &[6, 255, 255, 255, 255, 128]), Some(9));
        assert_eq!(prefix(true, &[]), Some(0));
        assert_eq!(prefix(false, &[16, 30, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]), Some(64));
        assert_eq!(prefix(true, &[8, 0, 0, 0, 255, 0, 255, 0]), None);
    }

    #[test]
    fn addresses_are_padded_to_four_bytes_and_one_of_length_0_takes_four() {
        let bytes = [7, 0, 0, 0, 255, 255, 255, 0xaa, 0, 0xbb, 0xbb, 0xbb, 5, 0, 0, 0, 255];
        let (mask, rest) = split_first(&bytes).unwrap();
        assert_eq!((mask, rest[0]), (&bytes[..7], 0));
        let (empty, rest) = split_first(rest).unwrap();
        assert_eq!((empty.len(), rest), (0, &[5, 0, 0, 0, 255][..]));
        assert_eq!(split_first(rest), Some((rest, &[][..])));
        assert_eq!(split_first(&[16, 2, 0]), None);
    }
}
