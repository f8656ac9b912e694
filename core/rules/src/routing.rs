//! Routing modes: the allowed IPs that a tunnel has in place of those of its configuration.
//!
//! A change of allowed IPs needs no new handshake, so one tunnel can have another mode on each network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;
use adit_config::calc::NetworkSet;

use crate::rule::Mode;

/// What a mode depends on besides the configuration's allowed IPs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Surroundings<'a> {
    /// The networks that the computer is in.
    pub lan: &'a [Cidr],
    /// The DNS servers of the tunnel, which stay in the tunnel in every mode.
    pub dns: &'a [IpAddr],
}

/// The reason why a tunnel cannot have a mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RoutingError {
    /// The tunnel has several peers, and not exactly one of them takes all traffic in its configuration, so that it is unclear which
    /// one is meant.
    #[error("the tunnel has several peers, and none is the one for all traffic")]
    NoCarrier,
}

/// Returns the allowed IPs of each peer in a mode. `peers` are those of the configuration; the answer has the same order.
///
/// The only peer, or the only one with a default route, carries what the mode says. The other peers keep their networks, which the
/// first one does not get.
pub fn allowed_ips(mode: &Mode, peers: &[Vec<Cidr>], around: Surroundings<'_>) -> Result<Vec<Vec<Cidr>>, RoutingError> {
    let wanted = match mode {
        Mode::AsConfigured => return Ok(peers.to_vec()),
        Mode::Everything => NetworkSet::everything(),
        // The network itself says which networks the computer is in. A hostile one claims public ranges, so that traffic to them
        // leaves the tunnel (TunnelCrack, "LocalNet" attack).
        Mode::ExceptLan => NetworkSet::everything().difference(&set(around.lan).intersection(&local_ranges())),
        Mode::Private => NetworkSet::private(),
        Mode::Only(networks) => set(networks.as_slice()),
    };
    let carrier = carrier(peers)?;
    let others: NetworkSet =
        peers.iter().enumerate().filter(|(index, _)| *index != carrier).map(|(_, networks)| set(networks)).collect();
    let dns: NetworkSet = around.dns.iter().copied().map(Cidr::host).collect();
    let mut result = peers.to_vec();
    // Default routes take nothing from the other peers, whose networks are narrower.
    result[carrier] = match mode {
        Mode::Everything => NetworkSet::everything().networks(),
        _ => wanted.union(&dns).difference(&others).networks(),
    };
    Ok(result)
}

fn set(networks: &[Cidr]) -> NetworkSet {
    networks.iter().map(Cidr::network).collect()
}

/// Returns the addresses that no host on the Internet has: private (RFC 1918, RFC 4193) and link-local (RFC 3927,
/// RFC 4291).
fn local_ranges() -> NetworkSet {
    let link_local =
        [(IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16), (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10)];
    let link_local = link_local.into_iter().filter_map(|(address, prefix)| Cidr::new(address, prefix).ok());
    NetworkSet::private().union(&link_local.collect())
}

/// Returns the index of the peer that carries the traffic of a mode.
fn carrier(peers: &[Vec<Cidr>]) -> Result<usize, RoutingError> {
    if peers.len() == 1 {
        return Ok(0);
    }
    let mut full = peers.iter().enumerate().filter(|(_, networks)| networks.iter().any(Cidr::is_default)).map(|(index, _)| index);
    match (full.next(), full.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(RoutingError::NoCarrier),
    }
}
