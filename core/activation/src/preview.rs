//! What bringing a tunnel up would change on this computer, found out without changing anything.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName, InterfaceSettings};
use adit_platform::network::{DnsNames, DnsSpec, Effect, Listener, MAIN_TABLE, MtuSource, NetworkError, ResolverTool};
use adit_protocol::PublicKey;
use serde::Serialize;

use super::bring_up::{addresses, advice, picture};
use super::error::ActivationError;
use super::hooks::by_moment;
use super::progress::{Advice, Nobody, PeerLabel, Reporting};
use super::resolve::{Lookup, Patience};
use super::shutdown::Shutdown;
use super::{Platform, Request};

/// What would change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
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
    /// Local networks that would go past it where the computer has a way to them; none without policy.
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
    #[serde(skip)]
    pub advice: Vec<Advice>,
}

/// Where an MTU comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MtuFollows {
    /// The file has it.
    File,
    /// The way to the endpoints.
    Route,
    /// There is no way to them: 1500 bytes outside are assumed.
    Nothing,
}

/// A peer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PeerPreview {
    /// Base64.
    pub public_key: String,
    /// From the file.
    pub name: Option<String>,
    /// As the file has it.
    pub endpoint: Option<String>,
    /// What that is at this moment; None where it is not known, so that the MTU may become another.
    pub address: Option<SocketAddr>,
}

/// A route over the interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct RoutePreview {
    /// Destination.
    pub network: Cidr,
    /// Number of the routing table; 254 is the main one.
    pub table: u32,
}

/// Policy routing: all packets without the mark go to the table, but those for private networks that are here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OwnTablePreview {
    /// Number of the routing table.
    pub table: u32,
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// Where its routes lead, as far as no rule that takes everything leads there.
    pub networks: Vec<Cidr>,
}

/// Resolvers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DnsPreview {
    /// In order of preference.
    pub servers: Vec<IpAddr>,
    /// In order of preference.
    pub search: Vec<String>,
    /// They are asked for the names in these domains and in the search domains alone; empty: for all names.
    pub only: Vec<String>,
    /// What would set them; None where nothing can.
    #[serde(skip)]
    pub by: Option<ResolverTool>,
}

/// The filter drops what comes for these addresses over any other interface.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FirewallPreview {
    /// The tunnel's own.
    pub addresses: Vec<IpAddr>,
    /// Mark that the peer's answers get.
    pub mark: u32,
}

/// A command of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
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
pub fn look_ahead(request: &Request, platform: &Platform) -> Result<(Preview, Result<(), NetworkError>), ActivationError> {
    let settings = InterfaceSettings::from(&request.config, request.name.clone());
    let listener: Arc<dyn Listener> = Arc::new(Reporting { name: request.name.clone(), reporter: Arc::new(Nobody) });
    let mut attachment = platform.network.prepare(&picture(request, &settings), &listener)?;
    let (warnings, check) = match attachment.check() {
        Ok(warnings) => (warnings, Ok(())),
        Err(error) => (Vec::new(), Err(error)),
    };
    let peers = peers(request, &platform.resolver);
    let known: Vec<(PublicKey, SocketAddr)> = peers.iter().filter_map(|(key, peer)| Some((*key, peer.address?))).collect();
    attachment.measure(&addresses(&known))?;
    let status = attachment.status();
    let runs = request.hooks.allows(&settings.hooks);
    let commands = by_moment(&settings.hooks)
        .into_iter()
        .flat_map(|(when, commands)| commands.iter().map(move |command| CommandPreview { when, command: command.clone(), runs }));
    let mut preview = Preview {
        interface: request.name.clone(),
        addresses: Vec::new(),
        mtu: status.mtu,
        mtu_follows: MtuFollows::Nothing,
        listen_port: request.config.interface.listen_port.filter(|port| *port != 0),
        mark: 0,
        peers: peers.into_iter().map(|(_, peer)| peer).collect(),
        routes: Vec::new(),
        policy: None,
        own_table: None,
        local_networks: Vec::new(),
        closes_ipv6: false,
        dns: None,
        firewall: None,
        commands: commands.collect(),
        advice: warnings
            .into_iter()
            .map(Advice::Network)
            .chain(advice(request, &settings, &status, platform.commands.shell()))
            .chain(status.limits.mtu.map(Advice::MtuTooLarge))
            .collect(),
    };
    attachment.explain().into_iter().for_each(|effect| preview.add(effect));
    Ok((preview, check))
}

impl Preview {
    fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Interface { name, mtu, mtu_source } => {
                (self.interface, self.mtu) = (name, mtu);
                self.mtu_follows = match mtu_source {
                    MtuSource::Configured => MtuFollows::File,
                    MtuSource::Path => MtuFollows::Route,
                    MtuSource::Assumed => MtuFollows::Nothing,
                };
            }
            Effect::Address(address) => self.addresses.push(address),
            Effect::Mark(mark) => self.mark = mark,
            Effect::Route { network, table } => {
                self.routes.push(RoutePreview { network, table: table.unwrap_or(MAIN_TABLE) });
            }
            Effect::All { ipv4, ipv6, closes_ipv6, table, mark, outside } => {
                let (table, mark) = (table.unwrap_or(MAIN_TABLE), mark.unwrap_or_default());
                self.policy = Some(PolicyPreview { table, mark, ipv4, ipv6 });
                (self.local_networks, self.closes_ipv6) = (outside, closes_ipv6);
            }
            Effect::AroundEndpoints { networks, table, mark } => {
                let (table, mark) = (table.unwrap_or(MAIN_TABLE), mark.unwrap_or_default());
                self.own_table = Some(OwnTablePreview { table, mark, networks });
            }
            Effect::Dns { spec: DnsSpec { servers, search, names }, by } => {
                let only = match names {
                    DnsNames::All => Vec::new(),
                    DnsNames::Only(domains) => domains,
                };
                self.dns = Some(DnsPreview { servers, search, only, by });
            }
            Effect::GuardAddresses { addresses, mark } => {
                self.firewall = Some(FirewallPreview { addresses, mark: mark.unwrap_or_default() });
            }
        }
    }
}

fn peers(request: &Request, resolver: &Arc<dyn super::Resolver>) -> Vec<(PublicKey, PeerPreview)> {
    let shutdown = Shutdown::default();
    let lookup = Lookup { resolver, patience: Patience::Retries(0), shutdown: &shutdown, reporter: &Nobody };
    let peer = |peer: &adit_config::Peer| {
        let label = PeerLabel::of(peer.public_key, &request.config);
        let preview = PeerPreview {
            public_key: label.key.to_string(),
            name: label.name.map(|name| name.to_string()),
            endpoint: peer.endpoint.as_ref().map(ToString::to_string),
            address: peer.endpoint.as_ref().and_then(|endpoint| lookup.resolve(endpoint).ok()),
        };
        (peer.public_key, preview)
    };
    request.config.remote_peers().map(peer).collect()
}
