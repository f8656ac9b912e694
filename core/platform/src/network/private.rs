//! Private networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;

/// Networks that stay reachable on the local network while a full tunnel is up: private use (RFC 1918), unique local (RFC 4193)
/// and link-local (RFC 3927, RFC 4291). The list is fixed, because an attacker may choose the network of an interface.
pub const PRIVATE_NETWORKS: [(IpAddr, u8); 6] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// Returns true if the whole network is within one of the [`PRIVATE_NETWORKS`].
pub fn is_private(network: &Cidr) -> bool {
    PRIVATE_NETWORKS.iter().any(|&(address, prefix)| {
        network.prefix() >= prefix && Cidr::new(address, prefix).is_ok_and(|private| private.contains(network.address()))
    })
}
