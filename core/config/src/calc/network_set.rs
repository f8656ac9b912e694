//! A set of IPv4 and IPv6 addresses, built from networks and converted to networks.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::ranges::{Range, Ranges};
use crate::value::Cidr;

/// Any set of addresses. Two sets are equal if they contain the same addresses, however they were built.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct NetworkSet {
    v4: Ranges,
    v6: Ranges,
}

impl NetworkSet {
    /// Returns the set of all addresses, `0.0.0.0/0` and `::/0`.
    pub fn everything() -> Self {
        Self { v4: Ranges::new(vec![whole(32)]), v6: Ranges::new(vec![whole(128)]) }
    }

    /// Returns the private ranges: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918) and `fc00::/7` (RFC 4193).
    pub fn private() -> Self {
        let v4 = |first: [u8; 4], last: [u8; 4]| Range { first: bits_of(first.into()), last: bits_of(last.into()) };
        Self {
            v4: Ranges::new(vec![
                v4([10, 0, 0, 0], [10, 255, 255, 255]),
                v4([172, 16, 0, 0], [172, 31, 255, 255]),
                v4([192, 168, 0, 0], [192, 168, 255, 255]),
            ]),
            v6: Ranges::new(vec![Range { first: 0xfc << 120, last: (0xfe << 120) - 1 }]),
        }
    }

    /// Keeps only the IPv4 addresses.
    pub fn ipv4(self) -> Self {
        Self { v6: Ranges::default(), ..self }
    }

    /// Keeps only the IPv6 addresses.
    pub fn ipv6(self) -> Self {
        Self { v4: Ranges::default(), ..self }
    }

    /// Returns the addresses that are in either set.
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// Returns the addresses that are in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    /// Returns the addresses that are in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: self.v4.difference(&other.v4), v6: self.v6.difference(&other.v6) }
    }

    /// Returns true if the set contains no address.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Returns true if the set contains the address. An IPv4-mapped IPv6 address is not an IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(_) => self.v4.contains(bits_of(address)),
            IpAddr::V6(_) => self.v6.contains(bits_of(address)),
        }
    }

    /// Returns the shortest list of networks that has exactly these addresses: IPv4 first, each family ascending.
    pub fn networks(&self) -> Vec<Cidr> {
        let v4 = self.v4.blocks(32).map(|(address, prefix)| {
            let address = Ipv4Addr::from_bits(u32::try_from(address).unwrap_or(u32::MAX));
            (IpAddr::V4(address), prefix)
        });
        let v6 = self.v6.blocks(128).map(|(address, prefix)| (IpAddr::V6(Ipv6Addr::from_bits(address)), prefix));
        v4.chain(v6).filter_map(|(address, prefix)| Cidr::new(address, u8::try_from(prefix).ok()?).ok()).collect()
    }
}

fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Returns the range of all addresses with `host_bits` bits.
fn whole(host_bits: u32) -> Range {
    Range { first: 0, last: 1_u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1) }
}

impl FromIterator<Cidr> for NetworkSet {
    /// Collects all addresses of all these networks, whatever their host bits.
    fn from_iter<I: IntoIterator<Item = Cidr>>(networks: I) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in networks {
            let first = bits_of(network.network().address());
            let prefix = u32::from(network.prefix());
            if network.is_ipv4() {
                v4.push(Range { first, last: first | whole(32 - prefix).last });
            } else {
                v6.push(Range { first, last: first | whole(128 - prefix).last });
            }
        }
        Self { v4: Ranges::new(v4), v6: Ranges::new(v6) }
    }
}

impl FromIterator<Self> for NetworkSet {
    /// Joins all sets.
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        let (v4, v6): (Vec<Ranges>, Vec<Ranges>) = sets.into_iter().map(|set| (set.v4, set.v6)).unzip();
        Self { v4: Ranges::joined(v4), v6: Ranges::joined(v6) }
    }
}

impl fmt::Display for NetworkSet {
    /// Writes the networks as in `AllowedIPs`, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.networks().into_iter().enumerate() {
            write!(f, "{}{network}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for NetworkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.networks()).finish()
    }
}
