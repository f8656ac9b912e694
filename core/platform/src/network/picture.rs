//! The complete wanted state of the computer for one tunnel: the same on every system.

use std::net::{IpAddr, SocketAddr};

use adit_config::settings::{DnsSettings, EndpointSettings};
use adit_config::{Cidr, FwMark, InterfaceName, InterfaceSettings, Table};

/// The complete wanted state of one tunnel. An adapter establishes it, and finds out itself what has to change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// The wanted name of the interface. A system may give it another name ([`Attachment::name`](super::Attachment::name)).
    pub name: InterfaceName,
    /// Addresses of the interface, with their host bits.
    pub addresses: Vec<Cidr>,
    /// The configured MTU, bytes; None if it follows from the paths to the endpoints.
    pub mtu: Option<u16>,
    /// All peers' allowed IPs, each once, the longest prefix first.
    pub routes: Vec<Cidr>,
    /// The peers' configured endpoints.
    pub endpoints: EndpointSettings,
    /// The peers' known addresses; the MTU follows the paths to them.
    pub peers: Vec<IpAddr>,
    /// Resolvers and search domains.
    pub dns: DnsSettings,
    /// The exceptions of the kill switch; None: there is no kill switch. Only for a tunnel that takes all traffic ([`Picture::takes_all`]).
    pub lockdown: Option<Lockdown>,
    /// True if IPv6 may leave outside a tunnel that takes only IPv4.
    pub allow_ipv6_outside: bool,
    /// If another tunnel of Adit has the same route: true, the other tunnel's route is used as long as it exists, and then this
    /// one; false, this is an error.
    pub yields: bool,
    /// Settings that only Linux uses.
    pub linux: LinuxHints,
}

/// A kill switch of a tunnel that runs or is about to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lockdown {
    /// Identifies the tunnel to later runs of the program. Letters and digits.
    pub owner: String,
    /// True if the private networks that the computer is connected to stay reachable.
    pub allow_lan: bool,
    /// The allowed destinations of the tunnel's encrypted packets.
    pub endpoints: Vec<SocketAddr>,
    /// True if the tunnel's own packets may also go to DNS servers.
    pub resolving: bool,
    /// True if this program may ask the links of this computer whether they are home ([`lan::HOME_PORT`](crate::lan::HOME_PORT)).
    pub home_probe: bool,
}

/// The kill switch of a tunnel that is not attached: no packet leaves the computer, except to local networks if these are
/// allowed, and questions whether a link is home.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
    /// The owner, as in [`Lockdown::owner`].
    pub owner: String,
    /// The tunnel whose private networks stay blocked while local networks are allowed; None: local networks are blocked too.
    pub lan_of: Option<Box<Picture>>,
    /// As in [`Lockdown::home_probe`].
    pub home_probe: bool,
}

/// `Table` and `FwMark` of a `.conf`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinuxHints {
    /// The routing table for the routes.
    pub table: Table,
    /// The configured mark; None: the adapter may choose one.
    pub fwmark: Option<FwMark>,
}

impl From<&InterfaceSettings> for Picture {
    /// Makes a picture without a kill switch; IPv6 does not leave outside it, and its routes do not yield.
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
    /// Returns true if all traffic of at least one address family goes through the tunnel.
    pub fn takes_all(&self) -> bool {
        self.linux.table == Table::Auto && self.routes.iter().any(Cidr::is_default)
    }
}

/// Resolvers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsSpec {
    /// The servers, in order of preference, at least one.
    pub servers: Vec<IpAddr>,
    /// Search domains, in order of preference. The servers also resolve the names in them.
    pub search: Vec<String>,
    /// The other names that the servers resolve.
    pub names: DnsNames,
}

/// The names that a tunnel's servers resolve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DnsNames {
    /// All names.
    All,
    /// Only the names in these domains and in the search domains (split DNS). At least one domain, each without `~`.
    Only(Vec<String>),
}

impl DnsSpec {
    /// Interprets `DNS` of a configuration; None without a server. `~corp.example` restricts the tunnel's servers to the named
    /// domains, unless `~.` is there too, which stands for all names.
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
