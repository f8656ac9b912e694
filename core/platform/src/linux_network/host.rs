//! The system as the steps of this adapter use it: one call for each setting.
//!
//! Every `set_*` takes the complete wanted state, establishes it, and may be called any number of times. Undoing needs no record
//! of earlier calls: it sets the empty state, and [`Host::clean_up`] finds the leftovers of a killed process by their marks.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use super::plan::Plan;
use super::spec::{DnsSpec, FirewallPolicy, InterfaceSpec, KillSwitchRules, LocalNetwork, RouteSpec};
use crate::device::{TunDevice, UdpFactory};
use crate::network::{
    EndpointRoute, NameAddresses, NetworkError, NetworkEvents, Part, ResolversOverwritten, StandingKillSwitch, TamperingEvents,
    Warning,
};

/// A Linux computer, a Windows computer that stands in for one, or a fake one in memory.
pub(crate) trait Host: Send + Sync + 'static {
    /// Checks, without changing anything, whether `plan` can be carried out. Returns warnings about parts that the tunnel can do
    /// without.
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, NetworkError>;

    /// Returns the number of an unused routing table: 51820, or the first free one above it.
    fn free_table(&self) -> Result<u32, NetworkError>;

    /// Returns true if the system has several routing tables, and rules for them. Otherwise the number of a table is no more than a
    /// name for what the tunnel has.
    fn has_tables(&self) -> bool {
        true
    }

    /// Returns the smallest MTU, in bytes, of the routes that packets with `mark` take to `endpoints` (of the default route if
    /// there are none);
    /// None without a route.
    fn route_mtu(&self, endpoints: &[IpAddr], mark: u32) -> Result<Option<u32>, NetworkError>;

    /// Returns the route that packets with `mark` take to `endpoint` at this moment; None if there is none, or its link has no
    /// carrier.
    fn route_to(&self, endpoint: IpAddr, mark: u32) -> Result<Option<EndpointRoute>, NetworkError>;

    /// Returns the narrowest route to an address in the main table without the default route: its network, and the name of its
    /// interface.
    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError>;

    /// Returns the networks that are reached without the tunnel `name`, sorted: those that the computer is connected to over
    /// interfaces that are up (public ones only by permanent addresses), and private ones behind other tunnels of Adit.
    fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError>;

    /// Returns true if any interface of this computer may use IPv6, now or after a cable is plugged in.
    fn has_ipv6(&self) -> bool;

    /// Returns the reason why a new interface with this MTU can have no IPv6; None if it can.
    fn why_no_ipv6(&self, mtu: Option<u16>) -> Option<String>;

    /// Creates the interface with `queues` queues; it is down. `mtu` is in bytes.
    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice>;

    /// Returns the opener of UDP sockets.
    fn sockets(&self) -> Arc<dyn UdpFactory>;

    /// Sets the addresses and the MTU of an existing interface, and sets it up.
    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), NetworkError>;

    /// Sets the MTU of an existing interface, and changes nothing else.
    fn set_mtu(&self, interface: &InterfaceSpec) -> Result<(), NetworkError>;

    /// Removes the interface if it exists.
    fn remove_interface(&self, name: &InterfaceName) -> Result<(), NetworkError>;

    /// Sets the interface's routes and policy rules. Those of other programs stay.
    fn set_routes(&self, routes: &RouteSpec) -> Result<(), NetworkError>;

    /// Sets the interface's resolvers; `None` restores the system's own.
    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError>;

    /// Returns the program that sets resolvers on this computer; None if there is none.
    fn resolver_tool(&self) -> Option<ResolverTool>;

    /// Returns true if a tunnel's resolvers can be restricted to the names in some domains.
    fn can_split_dns(&self) -> bool;

    /// Makes `tell` be called, on its own thread, whenever another program has changed `/etc/resolv.conf` while Adit itself keeps
    /// a tunnel's resolvers in that file. Holds for the whole process; only the first call counts.
    fn on_resolvers_overwritten(&self, tell: ResolversOverwritten);

    /// Sets the interface's packet filter.
    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError>;

    /// Closes the kill switch of the interface, which need not exist, with the exceptions of `kill_switch`; None opens it. In one
    /// step: at no moment more packets get out than before or after. It stays closed after this process ends.
    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError>;

    /// Returns all closed kill switches, of any process.
    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError>;

    /// Fails if this computer can have no kill switch, and says what is missing.
    fn check_kill_switch(&self) -> Result<(), NetworkError>;

    /// Resolves a name outside all tunnels, with packets that carry the mark; the result is empty if the name has no address. DNS
    /// servers that are reached `inside` a tunnel are not asked. May take seconds.
    fn look_up_outside(&self, host: &str, mark: u32, inside: &[IpAddr]) -> io::Result<NameAddresses>;

    /// Begins to connect to an address outside all tunnels, with packets that carry the mark. The socket does not block; it becomes
    /// writable when the connection is there, or has failed.
    fn connect_outside(&self, to: SocketAddr, mark: u32) -> io::Result<TcpStream>;

    /// Announces changes of links, addresses and routes from now on.
    fn watch(&self) -> Result<Box<dyn NetworkEvents>, NetworkError>;

    /// Announces changes of these settings by other programs, and new ways out, from now on.
    fn guard(&self) -> Result<Box<dyn TamperingEvents>, NetworkError>;

    /// Adds missing addresses, routes and rules to an interface that is up, and returns what was missing. Settings of other
    /// programs stay.
    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, NetworkError>;

    /// Removes the leftovers of a killed tunnel of this name, and returns descriptions of them. Only for callers that have made
    /// sure that no such tunnel runs. Does nothing if an interface of this name exists, because it is in use.
    fn clean_up(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError>;
}

/// A program that sets resolvers.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the computer in memory has one of them"))]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ResolverTool {
    /// systemd-resolved.
    Resolved,
    /// The command `resolvconf`.
    Resolvconf,
    /// Adit itself, which writes `/etc/resolv.conf`.
    File,
    /// Windows, which keeps servers for each interface, and rules for names.
    #[cfg(any(windows, test))]
    Windows,
}
