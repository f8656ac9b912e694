//! The system as the steps of this adapter see it: one call for each setting.
//!
//! Every `set_*` takes the whole wanted state, makes it so, and may be called any number of times. Undoing needs no memory of
//! what was done: it is the empty state, and [`Host::clean_up`] finds what a killed predecessor left by its marks.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use super::plan::Plan;
use super::spec::{DnsSpec, FirewallPolicy, InterfaceSpec, KillSwitchRules, LocalNetwork, RouteSpec};
use crate::device::{TunDevice, UdpFactory};
use crate::network::{
    EndpointRoute, NameAddresses, NetworkError, NetworkEvents, Part, ResolversOverwritten, StandingKillSwitch, TamperingEvents,
    Warning,
};

/// A Linux computer, or one in memory that behaves like it.
pub(crate) trait Host: Send + Sync + 'static {
    /// Finds out, without changing anything, whether `plan` can be carried out. What is only a pity comes back as warnings.
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, NetworkError>;

    /// Number of a routing table that nobody uses: 51820, or the first free one above it.
    fn free_table(&self) -> Result<u32, NetworkError>;

    /// Smallest MTU, bytes, of the routes that packets with `mark` take to `endpoints` (that of the default route when there are none);
    /// None without a route.
    fn route_mtu(&self, endpoints: &[IpAddr], mark: u32) -> Result<Option<u32>, NetworkError>;

    /// The route that packets with `mark` take to `endpoint` at this moment; None where there is none, or its link has no carrier.
    fn route_to(&self, endpoint: IpAddr, mark: u32) -> Result<Option<EndpointRoute>, NetworkError>;

    /// The narrowest route to an address in the main table, the default route left out: its network, and the name of its interface.
    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError>;

    /// The networks that are reached without the tunnel `name`: those that the computer is in now, over interfaces that are up (public
    /// ones only by permanent addresses), and private ones behind other tunnels of ours. Sorted.
    fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError>;

    /// Whether anything on this computer may speak IPv6, now or when a cable is plugged in.
    fn has_ipv6(&self) -> bool;

    /// Why an interface that is made now, with that MTU, can have no IPv6; None: it can.
    fn why_no_ipv6(&self, mtu: Option<u16>) -> Option<String>;

    /// Creates the interface, which is down, with so many queues. `mtu` is in bytes.
    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice>;

    /// Opens UDP sockets.
    fn sockets(&self) -> Arc<dyn UdpFactory>;

    /// Gives an existing interface its addresses and its MTU, and turns it on.
    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), NetworkError>;

    /// Gives an existing interface its MTU, and leaves everything else of it as it is.
    fn set_mtu(&self, interface: &InterfaceSpec) -> Result<(), NetworkError>;

    /// Removes the interface, if it is there.
    fn remove_interface(&self, name: &InterfaceName) -> Result<(), NetworkError>;

    /// Makes these the interface's routes and policy rules. Those of others stay.
    fn set_routes(&self, routes: &RouteSpec) -> Result<(), NetworkError>;

    /// Makes these the interface's resolvers; `None` gives the system its own back.
    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError>;

    /// The program that sets resolvers on this computer; None where there is none.
    fn resolver_tool(&self) -> Option<ResolverTool>;

    /// Whether a tunnel's resolvers can be asked for the names in some domains alone.
    fn can_split_dns(&self) -> bool;

    /// Has `tell` called, on a thread of its own, each time that another program has changed `/etc/resolv.conf` while a tunnel's
    /// resolvers are to stand there and Adit writes that file itself. Counts for the whole process; the first call counts.
    fn on_resolvers_overwritten(&self, tell: ResolversOverwritten);

    /// Makes this the interface's packet filter.
    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError>;

    /// Lets nothing leave the computer past the interface, which need not be there, but what `kill_switch` names; None opens. In one step:
    /// at no moment more gets out than before or after. It stays, whatever becomes of this process.
    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError>;

    /// All kill switches that stand, of whatever process.
    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError>;

    /// Fails where there can be no kill switch, and says what is missing.
    fn check_kill_switch(&self) -> Result<(), NetworkError>;

    /// The addresses of a name, asked for outside of all tunnels, by packets with that mark; none where it has none. DNS servers that are
    /// reached `inside` a tunnel are not asked. May take seconds.
    fn look_up_outside(&self, host: &str, mark: u32, inside: &[IpAddr]) -> io::Result<NameAddresses>;

    /// Watches links, addresses and routes from now on.
    fn watch(&self) -> Result<Box<dyn NetworkEvents>, NetworkError>;

    /// Hears from now on of what others do to what was set here, and of new ways out.
    fn guard(&self) -> Result<Box<dyn TamperingEvents>, NetworkError>;

    /// Adds what of these is missing on an interface that is there and on, and says what that was. What others added stays.
    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, NetworkError>;

    /// Removes what a tunnel of this name left behind when it was killed, and says what that was. To be called only by who has
    /// made sure that no such tunnel runs. Does nothing where an interface of that name exists: it is somebody's.
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
}
