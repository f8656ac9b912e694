//! Everything that the operating system must know about one tunnel, beside the devices of the data path.
//!
//! Every `set_*` takes the whole wanted picture, makes it so, and may be called any number of times. Undoing needs no memory of
//! what was done: it is the empty picture, and [`Host::clean_up`] finds what a killed predecessor left by its marks.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use adit_config::{Cidr, InterfaceName};

use crate::device::Stop;

pub mod plan;
pub mod spec;

pub use plan::{Ipv6LeftOut, Limits, MtuTooLarge, PRIVATE_NETWORKS, Plan};
pub use spec::{
    DnsNames, DnsSpec, FirewallPolicy, FullTunnel, InterfaceSpec, KillSwitchRules, Lan, LocalNetwork, MAIN_TABLE, OwnTable,
    PolicyRouting, Route, RouteSpec, StandingKillSwitch,
};

/// An operating system's network configuration.
pub trait Host: Send + Sync + 'static {
    /// Finds out, without changing anything, whether `plan` can be carried out. What is only a pity comes back as warnings.
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, HostError>;

    /// Number of a routing table that nobody uses: 51820, or the first free one above it.
    fn free_table(&self) -> Result<u32, HostError>;

    /// Smallest MTU, bytes, of the routes that packets with `mark` take to `endpoints` (that of the default route when there are none);
    /// None without a route.
    fn route_mtu(&self, endpoints: &[IpAddr], mark: u32) -> Result<Option<u32>, HostError>;

    /// The route that packets with `mark` take to `endpoint` at this moment; None where there is none, or its link has no carrier.
    fn route_to(&self, endpoint: IpAddr, mark: u32) -> Result<Option<EndpointRoute>, HostError>;

    /// The narrowest route to an address in the main table, the default route left out: its network, and the name of its interface.
    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, HostError>;

    /// The networks that are reached without the tunnel `name`: those that the computer is in now, over interfaces that are up (public
    /// ones only by permanent addresses), and private ones behind other tunnels of ours. Sorted.
    fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, HostError>;

    /// Whether anything on this computer may speak IPv6, now or when a cable is plugged in.
    fn has_ipv6(&self) -> bool;

    /// Why an interface that is made now, with that MTU, can have no IPv6; None: it can.
    fn why_no_ipv6(&self, mtu: Option<u16>) -> Option<String>;

    /// Gives an existing interface its addresses and its MTU, and turns it on.
    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), HostError>;

    /// Gives an existing interface its MTU, and leaves everything else of it as it is.
    fn set_mtu(&self, interface: &InterfaceSpec) -> Result<(), HostError>;

    /// Removes the interface, if it is there.
    fn remove_interface(&self, name: &InterfaceName) -> Result<(), HostError>;

    /// Makes these the interface's routes and policy rules. Those of others stay.
    fn set_routes(&self, routes: &RouteSpec) -> Result<(), HostError>;

    /// Makes these the interface's resolvers; `None` gives the system its own back.
    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), HostError>;

    /// What sets resolvers on this computer; None where nothing can.
    fn resolver_tool(&self) -> Option<ResolverTool>;

    /// Whether a tunnel's resolvers can be asked for the names in some domains alone.
    fn can_split_dns(&self) -> bool;

    /// Has `tell` called, on a thread of its own, each time that another program has changed `/etc/resolv.conf` while a tunnel's
    /// resolvers are to stand there and Adit writes that file itself. Counts for the whole process; the first call counts.
    fn on_resolvers_overwritten(&self, tell: ResolversOverwritten);

    /// Makes this the interface's packet filter.
    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), HostError>;

    /// Lets nothing leave the computer past the interface, which need not be there, but what `kill_switch` names; None opens. In one step:
    /// at no moment more gets out than before or after. It stays, whatever becomes of this process.
    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), HostError>;

    /// All kill switches that stand, of whatever process.
    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, HostError>;

    /// Fails where there can be no kill switch, and says what is missing.
    fn check_kill_switch(&self) -> Result<(), HostError>;

    /// The addresses of a name, asked for outside of all tunnels, by packets with that mark; none where it has none. DNS servers that are
    /// reached `inside` a tunnel are not asked. May take seconds.
    fn look_up_outside(&self, host: &str, mark: u32, inside: &[IpAddr]) -> io::Result<NameAddresses>;

    /// Watches links, addresses and routes from now on.
    fn watch(&self) -> Result<Box<dyn NetworkEvents>, HostError>;

    /// Hears from now on of what others do to what was set here, and of new ways out.
    fn guard(&self) -> Result<Box<dyn TamperingEvents>, HostError>;

    /// Adds what of these is missing on an interface that is there and on, and says what that was. What others added stays.
    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, HostError>;

    /// Removes what a tunnel of this name left behind when it was killed, and says what that was. To be called only by who has
    /// made sure that no such tunnel runs. Does nothing where an interface of that name exists: it is somebody's.
    fn clean_up(&self, name: &InterfaceName) -> Result<Vec<String>, HostError>;
}

/// The route to an endpoint outside of the tunnel, and the state of the link that it leads over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndpointRoute {
    /// Name of the interface.
    pub interface: String,
    /// Number of the interface, which another one of that name does not have.
    pub index: u32,
    /// None on a network that the computer is in.
    pub gateway: Option<IpAddr>,
    /// The address that the system sends from.
    pub source: Option<IpAddr>,
    /// How often the link has lost or found its carrier since it is there.
    pub carrier_changes: u32,
    /// Bytes: what the system has learnt of the path, else the route's own, else the link's.
    pub mtu: Option<u32>,
}

impl EndpointRoute {
    /// Whether packets take the same path through the network as by `other`, however large they may be.
    pub fn is_same_path(&self, other: &Self) -> bool {
        Self { mtu: None, ..self.clone() } == Self { mtu: None, ..other.clone() }
    }
}

/// The addresses of a name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NameAddresses {
    /// The preferred one first.
    pub addresses: Vec<IpAddr>,
    /// How long they are valid; None where nobody said so.
    pub ttl: Option<Duration>,
}

/// Hears that `/etc/resolv.conf` was changed by another program: the tunnel whose resolvers were written there again, or why not.
pub type ResolversOverwritten = Box<dyn Fn(Option<&InterfaceName>, Result<(), HostError>) + Send + Sync>;

/// Changes of the network, in order.
pub trait NetworkEvents: Send {
    /// Blocks until the next change, for `patience` at most (`None`: for ever). `None` when `stop` is set or nothing changed meanwhile.
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<NetworkChange>>;
}

/// What changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetworkChange {
    /// An interface is gone from this network namespace: it was removed, or moved to another one.
    InterfaceRemoved(String),
    /// An interface was set down. One that is new, and not yet up, was not.
    InterfaceDown(String),
    /// An interface was set up.
    InterfaceUp(String),
    /// A link, an address or a route changed: the way to an endpoint may be another.
    Paths,
}

/// What others do to what is ours, in order.
pub trait TamperingEvents: Send {
    /// Blocks until the next one; `None` when `stop` is set.
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<Tampering>>;
}

/// Something that somebody else did.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Tampering {
    /// The kill switch of this interface was changed, or removed.
    KillSwitch(InterfaceName),
    /// The packet filter of this interface was.
    Filter(InterfaceName),
    /// Routes, rules or addresses went that may be ours; [`Host::reconcile`] finds out.
    Ways,
    /// A cable was plugged in, a network was joined, or a route was added: what could not be reached may be by now.
    WayOut,
    /// [`Host::local_networks`] may have another answer.
    LocalNetworks,
    /// Something was missed: it may have been any of the others.
    Unknown,
}

/// What of a tunnel's can be changed by others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// What keeps everything from passing by it.
    KillSwitch,
    /// Its packet filter.
    Filter,
    /// Its interface's addresses.
    Addresses,
    /// Its routes.
    Routes,
    /// The rules that lead to them.
    Rules,
}

/// What sets resolvers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResolverTool {
    /// systemd-resolved.
    Resolved,
    /// The command `resolvconf`.
    Resolvconf,
    /// Adit itself, which writes `/etc/resolv.conf`.
    File,
}

/// Something that a plan can do without.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Warning {
    /// The packet filter's tool is missing.
    #[error(
        "`nft` is not installed: packets for the tunnel's addresses are accepted from other interfaces, and where strict reverse \
         path filtering is on the peer's answers are dropped; install nftables to have both solved"
    )]
    NoFirewall,
}

/// Why the system could not be told.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The name is taken.
    #[error("there is an interface `{0}` already, which is not Adit's; choose another name for the file")]
    InterfaceExists(InterfaceName),
    /// The name is taken by a tunnel.
    #[error(
        "there is a WireGuard interface `{0}` already, which another program made; where that was wg-quick, take it down with \
         `wg-quick down {0}`, or have Adit run it from now on with `adit take-over {0}`"
    )]
    WireGuardExists(InterfaceName),
    /// There is no such interface.
    #[error("the interface `{0}` is gone")]
    InterfaceGone(InterfaceName),
    /// The computer is in that network, and cannot have a second route to it.
    #[error(
        "AllowedIPs has {network}, which is the network that this computer is in ({interface}); leave it out, or give that network other \
         addresses"
    )]
    LocalNetwork {
        /// The network.
        network: Cidr,
        /// Name of the interface that leads there.
        interface: String,
    },
    /// Two tunnels would each send the other's packets through itself.
    #[error(
        "another tunnel already takes all traffic (`ip rule` shows `not fwmark {mark:#x} lookup {table}`); two of them would send \
         each other's packets in a circle: bring that one down first"
    )]
    OtherFullTunnel {
        /// Mark that its own packets carry.
        mark: u32,
        /// Where all others go.
        table: u32,
    },
    /// Nothing can set resolvers.
    #[error(
        "the file has DNS, and this computer has nothing to set it with: neither `resolvconf` nor a running systemd-resolved, and \
         /etc/resolv.conf cannot be written; install the package openresolv, or systemd-resolved, or remove the DNS line"
    )]
    NoResolver,
    /// IPv6 would leave past a tunnel that takes IPv4 alone.
    #[error(
        "the tunnel takes all of IPv4 and none of IPv6, and IPv6 cannot be kept from leaving past it, because {because}; change that, \
         or let IPv6 leave past the tunnel with --allow-ipv6"
    )]
    CannotCloseIpv6 {
        /// What keeps the interface from having routes of IPv6.
        because: String,
    },
    /// IPv6 that belongs into the tunnel would leave past it, or there would be nothing left of the tunnel.
    #[error(
        "the tunnel carries IPv6, and here it cannot, because {because}; change that, remove IPv6 from Address and AllowedIPs, or let \
         IPv6 leave past the tunnel with --allow-ipv6"
    )]
    NoIpv6ForTunnel {
        /// What keeps the interface from having IPv6.
        because: String,
    },
    /// Nothing can keep packets from leaving.
    #[error("`nft` is not installed, and nothing else can keep traffic from passing by the tunnel; install nftables")]
    NoPacketFilter,
    /// The kernel refused.
    #[error("{doing}: {error}")]
    Kernel {
        /// What was to be done.
        doing: String,
        /// Why not.
        error: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed ({status}): {message}")]
    Program {
        /// With its arguments.
        command: String,
        /// Exit code or signal.
        status: String,
        /// What it said.
        message: String,
    },
}

impl HostError {
    /// For `map_err`: what was being done when the kernel refused.
    pub fn kernel(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Kernel { doing, error }
    }
}
