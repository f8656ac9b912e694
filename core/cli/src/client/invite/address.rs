//! Finds the next free address in a tunnel's network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;

/// The number of addresses of a network that are tried; beyond this the user names the address.
const TRIES: u128 = 65_536;

/// Returns the lowest free address of the network of `own` (such as 10.8.0.1/24): neither `own` itself nor in one of `taken`; for
/// IPv4 also neither the network address nor the broadcast address. Entries of `taken` that are as large as the network or larger
/// are ignored.
pub(super) fn next_free(own: &Cidr, taken: &[Cidr]) -> Option<IpAddr> {
    let network = own.network();
    let (first, bits) = match network.address() {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let size = 1_u128.checked_shl(bits - u32::from(network.prefix())).unwrap_or(u128::MAX);
    let reserved_at_end = u128::from(own.is_ipv4() && size > 2);
    let end = size.saturating_sub(reserved_at_end).min(TRIES);
    let others: Vec<&Cidr> =
        taken.iter().filter(|other| other.is_ipv4() == own.is_ipv4() && other.prefix() > network.prefix()).collect();
    let address = |offset: u128| -> Option<IpAddr> {
        let number = first.checked_add(offset)?;
        Some(if own.is_ipv4() { Ipv4Addr::from_bits(number.try_into().ok()?).into() } else { Ipv6Addr::from_bits(number).into() })
    };
    let is_free = |address: &IpAddr| *address != own.address() && !others.iter().any(|other| other.contains(*address));
    (1..end).filter_map(address).find(is_free)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(own: &str, taken: &[&str]) -> Option<String> {
        let taken: Vec<Cidr> = taken.iter().map(|network| network.parse().unwrap()).collect();
        next_free(&own.parse().unwrap(), &taken).map(|address| address.to_string())
    }

    #[test]
    fn the_lowest_free_address_is_taken_and_none_twice() {
        assert_eq!(next("10.8.0.1/24", &[]).as_deref(), Some("10.8.0.2"));
        assert_eq!(next("10.8.0.1/24", &["10.8.0.2/32", "10.8.0.4/30", "0.0.0.0/0", "10.8.0.0/24"]).as_deref(), Some("10.8.0.3"));
        assert_eq!(next("10.8.0.7/29", &["10.8.0.0/30"]).as_deref(), Some("10.8.0.4"));
        assert_eq!(next("fd00::1/64", &["fd00::2/128"]).as_deref(), Some("fd00::3"));
        assert_eq!(next("10.8.0.1/8", &["10.0.0.0/24"]).as_deref(), Some("10.0.1.0"));
    }

    #[test]
    fn of_fifty_devices_each_gets_its_own_and_a_full_network_gives_none() {
        let mut taken: Vec<Cidr> = Vec::new();
        for _ in 0..50 {
            let address = next_free(&"10.8.0.1/26".parse().unwrap(), &taken).unwrap();
            assert!(!taken.contains(&Cidr::host(address)));
            taken.push(Cidr::host(address));
        }
        assert_eq!(next("10.8.0.1/30", &["10.8.0.2/32"]), None, "10.8.0.3 is for all");
        assert_eq!(next("10.8.0.1/32", &[]), None);
        assert_eq!(next("10.8.0.0/31", &[]).as_deref(), Some("10.8.0.1"));
        assert_eq!(next("fd00::/0", &[]).as_deref(), Some("::1"));
    }
}
