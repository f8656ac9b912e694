//! Where packets to an address go, as far as tunnels decide it, and why.

use std::net::IpAddr;

use adit_api::{Route, RouteAnswer, RouteCandidate, RouteReason, TunnelId};
use adit_config::{Cidr, Config, InterfaceName};
use adit_platform::host::Plan;
use adit_protocol::PublicKey;

/// A tunnel that may want the packets.
pub(super) struct Candidate<'a> {
    pub(super) id: TunnelId,
    pub(super) interface: &'a InterfaceName,
    pub(super) config: &'a Config,
    /// None: it is not up.
    pub(super) plan: Option<&'a Plan>,
}

/// The peer that an inner address belongs to, and the network of it that says so: the narrowest, and of two alike the later one.
pub(super) fn narrowest(config: &Config, ip: IpAddr) -> Option<(PublicKey, Cidr)> {
    let networks =
        config.remote_peers().flat_map(|peer| peer.allowed_ips.iter().map(|network| (peer.public_key, network.network())));
    networks.filter(|(_, network)| network.contains(ip)).max_by_key(|(_, network)| network.prefix())
}

/// The computer's own narrowest route to the address, but its default route: its network and its interface.
pub(super) type Local = Option<(Cidr, String)>;

/// Looks `ip` up in all tunnels.
pub(super) fn route(ip: IpAddr, tunnels: &[Candidate<'_>], local: &Local) -> RouteAnswer {
    let route = route_of(ip, tunnels, local);
    let taken = match &route {
        Route::Tunnel { candidate, .. } => Some(candidate.tunnel),
        Route::Outside { .. } | Route::NoPeer { .. } | Route::NoRoute => None,
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
    let up = || tunnels.iter().filter_map(|tunnel| Some((tunnel, tunnel.plan?)));
    let outside = |why| Route::Outside { interface: None, why };
    if ip.is_loopback() || up().any(|(_, plan)| plan.addresses.iter().any(|address| address.address() == ip)) {
        return outside(RouteReason::OwnAddress);
    }
    if let Some((policy, tunnel, plan)) = up().find_map(|(tunnel, plan)| Some((plan.routes.policy?, tunnel, plan))) {
        let covers = if ip.is_ipv4() { policy.ipv4 } else { policy.ipv6 };
        if covers && let Some(route) = by_policy(ip, tunnel, plan, policy.table, tunnels, local) {
            return route;
        }
    }
    by_main_table(ip, tunnels, local).unwrap_or_else(|| outside(RouteReason::NoTunnel))
}

/// As the rules are asked: private networks that the configuration names, other private networks, everything else.
fn by_policy(
    ip: IpAddr,
    tunnel: &Candidate<'_>,
    plan: &Plan,
    table: u32,
    tunnels: &[Candidate<'_>],
    local: &Local,
) -> Option<Route> {
    let named = plan.routes.routes.iter().filter(|route| route.table == table && route.network.prefix() > 0);
    let is_named = named.into_iter().any(|route| route.network.contains(ip));
    let local_network = plan.routes.lan.networks().into_iter().find(|network| network.contains(ip));
    if let Some(network) = local_network.filter(|_| !is_named)
        && let Some(route) = by_main_table(ip, tunnels, local)
    {
        return Some(match route {
            Route::Outside { interface, .. } => Route::Outside { interface, why: RouteReason::PrivateNetwork { network } },
            route => route,
        });
    }
    // Also a private network that is not there: it falls through the rule for those.
    Some(match tunnel.would_take(ip) {
        Some(candidate) => Route::Tunnel { candidate, why: RouteReason::PolicyRule { table } },
        None => Route::NoPeer { tunnel: tunnel.id },
    })
}

/// The computer's own narrowest route; where that is not known, the narrowest of all tunnels that have routes in the main table.
fn by_main_table(ip: IpAddr, tunnels: &[Candidate<'_>], local: &Local) -> Option<Route> {
    let up = || tunnels.iter().filter_map(|tunnel| Some((tunnel, tunnel.plan?)));
    let own = up().flat_map(|(tunnel, plan)| {
        let networks = plan.routes.own_table.iter().flat_map(|own| &own.networks);
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
            let routes = up().flat_map(|(tunnel, plan)| plan.routes.routes.iter().map(move |route| (tunnel, route)));
            let (tunnel, route) = routes
                .filter(|(_, route)| route.table == adit_platform::host::MAIN_TABLE && route.network.contains(ip))
                .max_by_key(|(_, route)| route.network.prefix())?;
            (tunnel, route.network)
        }
    };
    Some(match tunnel.would_take(ip) {
        Some(candidate) => Route::Tunnel { candidate, why: RouteReason::Narrowest { network } },
        None => Route::NoPeer { tunnel: tunnel.id },
    })
}
