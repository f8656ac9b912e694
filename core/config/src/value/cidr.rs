//! An address with a prefix length, as in `Address` and `AllowedIPs`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The reason why a text is not an address with a prefix length.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CidrError {
    /// The text is empty.
    #[error("empty")]
    Empty,
    /// The part before the slash is not an IPv4 or IPv6 address.
    #[error("not an IPv4 or IPv6 address")]
    Address,
    /// The part after the slash is not a decimal number.
    #[error("the prefix length is not a number")]
    Prefix,
    /// The part after the slash is a dotted netmask. The value is its prefix length, if it has one.
    #[error("a netmask is not a prefix length")]
    Netmask(Option<u8>),
    /// The prefix length exceeds the address width.
    #[error("the prefix length is larger than {maximum}")]
    PrefixTooLong {
        /// Maximum prefix length: 32 or 128.
        maximum: u8,
    },
}

/// An address as given, and the number of its leading bits that form the network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    address: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// Creates a value that keeps the host bits. `prefix` is the prefix length in bits, at most 32 or 128.
    pub fn new(address: IpAddr, prefix: u8) -> Result<Self, CidrError> {
        let maximum = bits(address);
        if prefix > maximum {
            return Err(CidrError::PrefixTooLong { maximum });
        }
        Ok(Self { address, prefix })
    }

    /// Returns the address alone: `/32` or `/128`.
    pub const fn host(address: IpAddr) -> Self {
        Self { address, prefix: bits(address) }
    }

    /// Returns the address as given.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// Returns the prefix length in bits, 0–32 or 0–128.
    pub const fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Returns the network: the same value with all bits after the prefix zero.
    pub fn network(&self) -> Self {
        let address = match self.address {
            IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask_v4(self.prefix))),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask_v6(self.prefix))),
        };
        Self { address, prefix: self.prefix }
    }

    /// Returns true if bits after the prefix are set, so that the value denotes a host in a network.
    pub fn has_host_bits(&self) -> bool {
        self.network() != *self
    }

    /// Returns true for `0.0.0.0/0` and `::/0` (whatever the host bits).
    pub const fn is_default(&self) -> bool {
        self.prefix == 0
    }

    /// Returns true if the address is IPv4.
    pub const fn is_ipv4(&self) -> bool {
        self.address.is_ipv4()
    }

    /// Returns true if `address` is in this network. An IPv4-mapped IPv6 address is not an IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits() ^ other.to_bits()) & mask_v4(self.prefix) == 0,
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits() ^ other.to_bits()) & mask_v6(self.prefix) == 0,
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn mask_v4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

fn mask_v6(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

impl FromStr for Cidr {
    type Err = CidrError;

    /// Parses `10.0.0.1/24` or `fd00::1/64`; without a slash the value is a host. As in `wg`, leading zeros of the prefix length
    /// are allowed.
    fn from_str(text: &str) -> Result<Self, CidrError> {
        if text.is_empty() {
            return Err(CidrError::Empty);
        }
        let Some((address, prefix)) = text.split_once('/') else {
            return Ok(Self::host(text.parse().map_err(|_| CidrError::Address)?));
        };
        let address: IpAddr = address.parse().map_err(|_| CidrError::Address)?;
        if let Ok(mask) = prefix.parse::<Ipv4Addr>() {
            let ones = mask.to_bits().leading_ones();
            let contiguous = mask.to_bits().count_ones() == ones;
            return Err(CidrError::Netmask(if contiguous { u8::try_from(ones).ok() } else { None }));
        }
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CidrError::Prefix);
        }
        let significant = prefix.trim_start_matches('0');
        let prefix = if significant.is_empty() { 0 } else { significant.parse().unwrap_or(u8::MAX) };
        Self::new(address, prefix)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn the_network_of_an_address_has_no_host_bits() {
        assert_eq!(cidr("10.1.2.3/8").network().to_string(), "10.0.0.0/8");
        assert_eq!(cidr("fd00::1:2/64").network().to_string(), "fd00::/64");
        assert_eq!(cidr("1.2.3.4/0").network().to_string(), "0.0.0.0/0");
        assert_eq!(cidr("1.2.3.4").to_string(), "1.2.3.4/32");
        assert!(cidr("10.0.0.1/24").has_host_bits());
        assert!(!cidr("10.0.0.1").has_host_bits());
    }

    #[test]
    fn a_text_that_is_no_address_with_a_prefix_is_named() {
        use CidrError::{Address, Empty, Netmask, Prefix, PrefixTooLong};
        for (text, error) in [
            ("", Empty),
            ("1.2.3", Address),
            ("01.2.3.4/8", Address),
            ("wg.example.org/24", Address),
            ("1.2.3.4/", Prefix),
            ("1.2.3.4/+8", Prefix),
            ("1.2.3.4/-1", Prefix),
            ("1.2.3.4/33", PrefixTooLong { maximum: 32 }),
            ("1.2.3.4/99999999999", PrefixTooLong { maximum: 32 }),
            ("::1/129", PrefixTooLong { maximum: 128 }),
            ("1.2.3.4/255.255.255.0", Netmask(Some(24))),
            ("1.2.3.4/255.0.255.0", Netmask(None)),
            ("fe80::1%eth0/64", Address),
        ] {
            assert_eq!(text.parse::<Cidr>(), Err(error), "{text}");
        }
        assert_eq!(cidr("1.2.3.4/024").prefix(), 24);
        assert_eq!(cidr("::ffff:1.2.3.4").prefix(), 128);
    }

    proptest! {
        #[test]
        fn a_network_contains_exactly_what_shares_its_prefix(a: u128, b: u128, prefix in 0u8..=128) {
            let network = Cidr::new(Ipv6Addr::from_bits(a).into(), prefix).unwrap();
            let expected = (0..u32::from(prefix)).all(|bit| (a ^ b) >> (127 - bit) & 1 == 0);
            prop_assert_eq!(network.contains(Ipv6Addr::from_bits(b).into()), expected);
            prop_assert_eq!(cidr(&network.to_string()), network);
            prop_assert!(network.contains(network.network().address()));
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in ".{0,40}") {
            if let Ok(cidr) = text.parse::<Cidr>() {
                prop_assert_eq!(cidr.to_string().parse::<Cidr>(), Ok(cidr));
            }
        }
    }
}
