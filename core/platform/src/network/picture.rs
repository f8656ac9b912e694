//! The complete wanted state of the computer for one tunnel: the same on every system.

use std::net::{IpAddr, SocketAddr};

use adit_config::settings::{DnsSettings, EndpointSettings};
use adit_config::{Cidr, FwMark, InterfaceName, InterfaceSettings, Table};

/// The complete wanted state of one tunnel. An adapter makes it true, and finds out by itself what has to change for that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// The wanted name of the interface. A system may give it another name ([`Attachment::name`](super::Attachment::name)).
    pub name: InterfaceName,
    /// Addresses of the interface, with their host bits.
    pub addresses: Vec<Cidr>,
    /// Configured MTU, bytes; None where it follows from the paths to the endpoints.
    pub mtu: Option<u16>,
    /// All peers' allowed IPs, each once, the longest prefix first.
    pub routes: Vec<Cidr>,
    /// Where the peers are, as far as the configuration says it.
    pub endpoints: EndpointSettings,
    /// Where the peers are taken to be, as far as that is known: the MTU follows the paths to there.
    pub peers: Vec<IpAddr>,
    /// Resolvers and search domains.
    pub dns: DnsSettings,
    /// The exceptions of the kill switch; None: there is no kill switch. Only for a tunnel that takes all traffic ([`Picture::takes_all`]).
    pub lockdown: Option<Lockdown>,
    /// Whether IPv6 may leave past a tunnel that takes IPv4 alone.
    pub allow_ipv6_outside: bool,
    /// Where another tunnel of ours has the same route already, that one goes first, and this one is used when that is gone. False: that is
    /// an error.
    pub yields: bool,
    /// Without a meaning on other systems.
    pub linux: LinuxHints,
}

/// A kill switch around a tunnel that runs, or is about to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lockdown {
    /// Names the tunnel to later runs of the program. Letters and digits.
    pub owner: String,
    /// Whether the private networks that the computer is in stay reachable.
    pub allow_lan: bool,
    /// Where the tunnel's encrypted packets may go.
    pub endpoints: Vec<SocketAddr>,
    /// Whether the tunnel's own packets may also go to DNS servers.
    pub resolving: bool,
}

/// A kill switch of a tunnel that is not attached: nothing leaves the computer, but to local networks where these are allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
    /// As in [`Lockdown::owner`].
    pub owner: String,
    /// The tunnel whose private networks stay closed while the local ones are open; None: local networks are closed too.
    pub lan_of: Option<Box<Picture>>,
}

/// `Table` and `FwMark` of a `.conf`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinuxHints {
    /// Where the routes go.
    pub table: Table,
    /// None: not given, so that the adapter may choose one.
    pub fwmark: Option<FwMark>,
}

impl From<&InterfaceSettings> for Picture {
    /// Without a kill switch; IPv6 does not leave past it, and it does not yield.
    fn from(settings: &InterfaceSettings) -> Self {
        Self {
            name: settings.name.clone(),
            addresses: settings.addresses.clone(),
            mtu: settings.mtu.map(|mtu| mtu.get()),
            routes: settings.routes.clone(),
            endpoints: settings.endpoints.clone(),
            peers: Vec::new(),
            dns: settings.dns.clone(),
            lockdown: None,
            allow_ipv6_outside: false,
            yields: false,
            linux: LinuxHints { table: settings.table, fwmark: settings.fwmark },
        }
    }
}

impl Picture {
    /// Whether everything goes through the tunnel, of one family at least.
    pub fn takes_all(&self) -> bool {
        self.linux.table == Table::Auto && self.routes.iter().any(Cidr::is_default)
    }
}

/// Resolvers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsSpec {
    /// In order of preference, at least one.
    pub servers: Vec<IpAddr>,
    /// Search domains, in order of preference. The servers are asked for the names in them.
    pub search: Vec<String>,
    /// Which other names the servers are asked for.
    pub names: DnsNames,
}

/// Which names a tunnel's servers are asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DnsNames {
    /// All.
    All,
    /// Those in these domains and in the search domains, and no others (split DNS). At least one, each without `~`.
    Only(Vec<String>),
}

impl DnsSpec {
    /// What `DNS` in a configuration asks for; None without a server. `~corp.example` limits the tunnel's servers to the domains that
    /// are named, unless `~.` is there, too: that stands for all names.
    pub fn new(dns: &DnsSettings) -> Option<Self> {
        let (routed, search): (Vec<&String>, Vec<&String>) = dns.search.iter().partition(|domain| domain.starts_with('~'));
        let routed: Vec<String> = routed.into_iter().map(|domain| domain.trim_start_matches('~').to_owned()).collect();
        let is_split = !routed.is_empty() && !routed.iter().any(|domain| domain == ".");
        (!dns.servers.is_empty()).then(|| Self {
            servers: dns.servers.clone(),
            search: search.into_iter().cloned().collect(),
            names: if is_split { DnsNames::Only(routed) } else { DnsNames::All },
        })
    }
}
