//! What bringing a tunnel up would change on this computer, found out without changing anything.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::{Cidr, Host, InterfaceName, InterfaceSettings};
use adit_platform::host::{DnsNames, FirewallPolicy, HostError, Lan, Plan, Route, Warning};
use adit_protocol::PublicKey;

use super::bring_up::{addresses, advice, planned};
use super::error::ActivationError;
use super::hooks::by_moment;
use super::progress::{Advice, Nobody, PeerLabel};
use super::resolve::{Lookup, Patience};
use super::shutdown::Shutdown;
use super::{Platform, Request};

/// What would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The interface that would be made.
    pub interface: InterfaceName,
    /// Its addresses, with their host bits.
    pub addresses: Vec<Cidr>,
    /// Its MTU, bytes.
    pub mtu: u16,
    /// Where that comes from.
    pub mtu_follows: MtuFollows,
    /// UDP port; None where the system chooses.
    pub listen_port: Option<u16>,
    /// Mark of the tunnel's own packets; 0 for none.
    pub mark: u32,
    /// Who it would speak with.
    pub peers: Vec<PeerPreview>,
    /// Routes that would be added over the interface, beside those of its own networks.
    pub routes: Vec<RoutePreview>,
    /// Rules that would send everything into the tunnel.
    pub policy: Option<PolicyPreview>,
    /// Rules for routes that an endpoint may be behind.
    pub own_table: Option<OwnTablePreview>,
    /// Private networks that the computer is in would go past it; false without policy.
    pub private_networks_outside: bool,
    /// Other local networks that would go past it; none without policy.
    pub local_networks: Vec<Cidr>,
    /// It takes all of IPv4, and IPv6 would not leave past it.
    pub closes_ipv6: bool,
    /// Resolvers that would be set.
    pub dns: Option<DnsPreview>,
    /// The packet filter that would be set.
    pub firewall: Option<FirewallPreview>,
    /// The file's commands, in the order in which they would run.
    pub commands: Vec<CommandPreview>,
    /// What to know before it is done.
    pub advice: Vec<Advice>,
}

/// Where an MTU comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MtuFollows {
    /// The file has it.
    File,
    /// The way to the endpoints.
    Route,
    /// There is no way to them: 1500 bytes outside are assumed.
    Nothing,
}

/// A peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerPreview {
    /// Who.
    pub public_key: PublicKey,
    /// From the file.
    pub name: Option<String>,
    /// As the file has it.
    pub endpoint: Option<String>,
    /// The name in it; None where it has an address.
    pub host: Option<String>,
    /// What that is at this moment; None where it is not known, so that the MTU may become another.
    pub address: Option<SocketAddr>,
}

/// A route over the interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoutePreview {
    /// Destination.
    pub network: Cidr,
    /// Number of the routing table; 254 is the main one.
    pub table: u32,
}

/// Policy routing: all packets without the mark go to the table, but those for private networks that are here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PolicyPreview {
    /// Number of the routing table.
    pub table: u32,
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// For IPv4.
    pub ipv4: bool,
    /// For IPv6.
    pub ipv6: bool,
}

/// Packets without the mark are looked up in the table, after narrower routes of the main table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnTablePreview {
    /// Number of the routing table.
    pub table: u32,
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// Where its routes lead, as far as no rule that takes everything leads there.
    pub networks: Vec<Cidr>,
}

/// Resolvers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsPreview {
    /// In order of preference.
    pub servers: Vec<IpAddr>,
    /// In order of preference.
    pub search: Vec<String>,
    /// They are asked for the names in these domains and in the search domains alone; empty: for all names.
    pub only: Vec<String>,
}

/// The filter drops what comes for these addresses over any other interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirewallPreview {
    /// The tunnel's own.
    pub addresses: Vec<IpAddr>,
    /// Mark that the peer's answers get.
    pub mark: u32,
}

/// A command of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandPreview {
    /// `PreUp`, `PostUp`, `PreDown` or `PostDown`.
    pub when: &'static str,
    /// The line, with the interface's name put in.
    pub command: String,
    /// Whether it is allowed to.
    pub runs: bool,
}

/// What [`bring_up`](super::bring_up) would do with `request` at this moment. A name that cannot be resolved is no error: it may be
/// when the time comes.
///
/// # Errors
/// When it could not be brought up.
pub fn preview(request: &Request, platform: &Platform) -> Result<Preview, ActivationError> {
    let (preview, check) = look_ahead(request, platform)?;
    check?;
    Ok(preview)
}

/// As [`preview`], and also where the computer does not let it be brought up as it is: why not.
pub fn look_ahead(request: &Request, platform: &Platform) -> Result<(Preview, Result<(), HostError>), ActivationError> {
    let settings = InterfaceSettings::from(&request.config, request.name.clone());
    let mut plan = planned(request, &settings, &*platform.host)?;
    let (warnings, check) = match platform.host.check(&plan) {
        Ok(warnings) => (warnings, Ok(())),
        Err(error) => (Vec::new(), Err(error)),
    };
    let peers = peers(request, &platform.resolver);
    let known: Vec<(PublicKey, SocketAddr)> = peers.iter().filter_map(|(key, peer)| Some((*key, peer.address?))).collect();
    let route_mtu = platform.host.route_mtu(&addresses(&known), plan.mark)?;
    plan.check_mtu(route_mtu, &addresses(&known));
    if warnings.contains(&Warning::NoFirewall) {
        plan.leave_out_packet_filter();
    }
    let interface = plan.interface(route_mtu);
    let runs = request.hooks.allows(&settings.hooks);
    let commands = by_moment(&settings.hooks)
        .into_iter()
        .flat_map(|(when, commands)| commands.iter().map(move |command| CommandPreview { when, command: command.clone(), runs }));
    let preview = Preview {
        interface: interface.name,
        addresses: interface.addresses,
        mtu: interface.mtu,
        mtu_follows: match (plan.mtu, route_mtu) {
            (Some(_), _) => MtuFollows::File,
            (None, Some(_)) => MtuFollows::Route,
            (None, None) => MtuFollows::Nothing,
        },
        listen_port: request.config.interface.listen_port.filter(|port| *port != 0),
        mark: plan.mark,
        peers: peers.into_iter().map(|(_, peer)| peer).collect(),
        routes: plan.routes_to_add().map(|Route { network, table }| RoutePreview { network, table }).collect(),
        policy: plan.routes.policy.map(|policy| PolicyPreview {
            table: policy.table,
            mark: policy.mark,
            ipv4: policy.ipv4,
            ipv6: policy.ipv6,
        }),
        own_table: own_table(&plan),
        private_networks_outside: plan.routes.policy.is_some() && matches!(plan.routes.lan, Lan::Private(_)),
        local_networks: plan.routes.policy.map(|_| named(&plan.routes.lan)).unwrap_or_default(),
        closes_ipv6: plan.closes_ipv6,
        dns: plan.dns.clone().map(|dns| DnsPreview {
            servers: dns.servers,
            search: dns.search,
            only: match dns.names {
                DnsNames::All => Vec::new(),
                DnsNames::Only(domains) => domains,
            },
        }),
        firewall: match &plan.firewall {
            FirewallPolicy::Open => None,
            FirewallPolicy::FullTunnel(guard) => Some(FirewallPreview { addresses: guard.addresses.clone(), mark: guard.mark }),
        },
        commands: commands.collect(),
        advice: warnings
            .into_iter()
            .map(Advice::Host)
            .chain(advice(request, &settings, &plan, platform.commands.shell()))
            .chain(plan.limits.mtu.map(Advice::MtuTooLarge))
            .collect(),
    };
    Ok((preview, check))
}

fn named(lan: &Lan) -> Vec<Cidr> {
    let (Lan::Private(networks) | Lan::Only(networks)) = lan;
    networks.iter().map(|local| local.network).collect()
}

fn own_table(plan: &Plan) -> Option<OwnTablePreview> {
    let own = plan.routes.own_table.as_ref()?;
    let is_taken = |ipv4: bool| plan.routes.policy.is_some_and(|policy| if ipv4 { policy.ipv4 } else { policy.ipv6 });
    let networks: Vec<Cidr> = own.networks.iter().copied().filter(|network| !is_taken(network.is_ipv4())).collect();
    (!networks.is_empty()).then_some(OwnTablePreview { table: own.table, mark: own.mark, networks })
}

fn peers(request: &Request, resolver: &Arc<dyn super::Resolver>) -> Vec<(PublicKey, PeerPreview)> {
    let shutdown = Shutdown::default();
    let lookup = Lookup { resolver, patience: Patience::Retries(0), shutdown: &shutdown, reporter: &Nobody };
    let peer = |peer: &adit_config::Peer| {
        let label = PeerLabel::of(peer.public_key, &request.config);
        let preview = PeerPreview {
            public_key: label.key,
            name: label.name.map(|name| name.to_string()),
            endpoint: peer.endpoint.as_ref().map(ToString::to_string),
            host: peer.endpoint.as_ref().and_then(|endpoint| match &endpoint.host {
                Host::Name(name) => Some(name.as_str().to_owned()),
                Host::Ip(_) | Host::Scoped { .. } => None,
            }),
            address: peer.endpoint.as_ref().and_then(|endpoint| lookup.resolve(endpoint).ok()),
        };
        (peer.public_key, preview)
    };
    request.config.remote_peers().map(peer).collect()
}
