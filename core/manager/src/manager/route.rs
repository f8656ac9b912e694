//! Determines where packets to an address go as far as tunnels decide it, and why.

use std::net::IpAddr;

use adit_api::{Route, RouteAnswer, RouteCandidate, RouteReason, TunnelId};
use adit_config::{Cidr, Config, InterfaceName};
use adit_platform::network::{Status, TakesAll};
use adit_protocol::PublicKey;

/// A tunnel that may take the packets.
pub(super) struct Candidate<'a> {
    pub(super) id: TunnelId,
    pub(super) interface: &'a InterfaceName,
    pub(super) config: &'a Config,
    /// The tunnel's status; None if it is not up.
    pub(super) status: Option<&'a Status>,
}

/// Returns the peer that an inner address belongs to, and the narrowest of its networks that contains the address. Of two equal
/// networks, the later one counts.
pub(super) fn narrowest(config: &Config, ip: IpAddr) -> Option<(PublicKey, Cidr)> {
    let networks =
        config.remote_peers().flat_map(|peer| peer.allowed_ips.iter().map(|network| (peer.public_key, network.network())));
    networks.filter(|(_, network)| network.contains(ip)).max_by_key(|(_, network)| network.prefix())
}

/// The computer's narrowest route to the address, except its default route: its network and its interface.
pub(super) type Local = Option<(Cidr, String)>;

/// Looks `ip` up in all tunnels.
pub(super) fn route(ip: IpAddr, tunnels: &[Candidate<'_>], local: &Local) -> RouteAnswer {
    let route = route_of(ip, tunnels, local);
    let taken = match &route {
        Route::Tunnel { candidate, .. } => Some(candidate.tunnel),
        Route::Outside { .. } | Route::NoPeer { .. } => None,
    };
    let mut others: Vec<RouteCandidate> =
        tunnels.iter().filter(|tunnel| Some(tunnel.id) != taken).filter_map(|tunnel| tunnel.would_take(ip)).collect();
    others.sort_by_key(|candidate| std::cmp::Reverse(candidate.allowed_ip.prefix()));
    RouteAnswer { ip, route, others }
}

impl Candidate<'_> {
    fn would_take(&self, ip: IpAddr) -> Option<RouteCandidate> {
        let (peer, allowed_ip) = narrowest(self.config, ip)?;
        Some(RouteCandidate { tunnel: self.id, interface: self.interface.clone(), peer: peer.into(), allowed_ip })
    }
}

fn route_of(ip: IpAddr, tunnels: &[Candidate<'_>], local: &Local) -> Route {
    let up = || tunnels.iter().filter_map(|tunnel| Some((tunnel, tunnel.status?)));
    let outside = |why| Route::Outside { interface: None, why };
    if ip.is_loopback() || up().any(|(_, status)| status.addresses.iter().any(|address| address.address() == ip)) {
        return outside(RouteReason::OwnAddress);
    }
    if let Some((tunnel, all)) = up().find_map(|(tunnel, status)| Some((tunnel, status.routing.all.as_ref()?))) {
        let covers = if ip.is_ipv4() { all.ipv4 } else { all.ipv6 };
        if covers {
            return by_policy(ip, tunnel, all, tunnels, local);
        }
    }
    by_main_table(ip, tunnels, local).unwrap_or_else(|| outside(RouteReason::NoTunnel))
}

/// Follows the routing rules in the order in which the system applies them: private networks that the configuration names,
/// local networks, everything else.
fn by_policy(ip: IpAddr, tunnel: &Candidate<'_>, all: &TakesAll, tunnels: &[Candidate<'_>], local: &Local) -> Route {
    let is_named = all.inside.iter().any(|network| network.contains(ip));
    let local_network = all.outside.iter().find(|network| network.contains(ip));
    if let Some(network) = local_network.filter(|_| !is_named)
        && let Some(route) = by_main_table(ip, tunnels, local)
    {
        return match route {
            Route::Outside { interface, .. } => {
                Route::Outside { interface, why: RouteReason::PrivateNetwork { network: *network } }
            }
            route => route,
        };
    }
    // A private network without a route goes this way too: it falls through the rule for private networks.
    match tunnel.would_take(ip) {
        Some(candidate) => Route::Tunnel { candidate, why: RouteReason::TakesAll { detail: all.by.clone() } },
        None => Route::NoPeer { tunnel: tunnel.id },
    }
}

/// Follows the computer's narrowest route, or, if that is unknown, the narrowest network of all tunnels.
fn by_main_table(ip: IpAddr, tunnels: &[Candidate<'_>], local: &Local) -> Option<Route> {
    let up = || tunnels.iter().filter_map(|tunnel| Some((tunnel, tunnel.status?)));
    let own = up().flat_map(|(tunnel, status)| {
        let networks = status.routing.around_endpoints.iter();
        networks.map(move |network| (tunnel, *network))
    });
    let own = own.filter(|(_, network)| network.contains(ip)).max_by_key(|(_, network)| network.prefix());
    let is_narrowest = |network: &Cidr| local.as_ref().is_none_or(|(local, _)| local.prefix() <= network.prefix());
    let (tunnel, network) = match (own.filter(|(_, network)| is_narrowest(network)), local) {
        (Some(own), _) => own,
        (None, Some((network, interface))) => match up().find(|(tunnel, _)| tunnel.interface.as_str() == interface) {
            Some((tunnel, _)) => (tunnel, *network),
            None => return Some(Route::Outside { interface: Some(interface.clone()), why: RouteReason::NoTunnel }),
        },
        (None, None) => {
            let routes = up().flat_map(|(tunnel, status)| status.routing.networks.iter().map(move |network| (tunnel, *network)));
            routes.filter(|(_, network)| network.contains(ip)).max_by_key(|(_, network)| network.prefix())?
        }
    };
    Some(match tunnel.would_take(ip) {
        Some(candidate) => Route::Tunnel { candidate, why: RouteReason::Narrowest { network } },
        None => Route::NoPeer { tunnel: tunnel.id },
    })
}
