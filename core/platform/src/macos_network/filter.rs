//! The packet filter of a tunnel, as the text of a `pf` anchor (`pf.conf(5)`): the kill switch, and the guard of the tunnel's own
//! addresses. It outlives the process that loaded it, until the computer is shut down.
//!
//! Each tunnel has one anchor below `com.apple/`, because the main rules of macOS have `anchor "com.apple/*"`, which evaluates all
//! anchors there. An anchor elsewhere would be loaded and never asked. [`filter_status`](super::filter_status) checks it.
//!
//! A packet must be allowed by the kill switch of *each* tunnel. `pass quick` in one anchor would end the evaluation before the
//! next one. So an anchor only tags packets: all with [`REFUSED`], then those that it allows with [`ALLOWED`]; the last tag counts.
//! Its last rule drops what is still refused. So the rules have the opposite order of a filter whose first match counts.
//!
//! No rule keeps state, because a state lets later packets of a connection pass without any rule, over any interface: an earlier
//! connection would continue in clear. States of other rules are removed when a kill switch closes ([`FLUSH_STATES`]).
//!
//! Packets have no marks here. The tunnel's own are told by the user of their socket, root, and by the peers' exact addresses and
//! ports. A group of the service's own would not tell more: every process of root can take it. A port would tell less, because
//! every program can bind it once it is free. macOS asks for names in `mDNSResponder`, which is not root, so that the questions
//! of other programs stay closed while the service's own are open.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use adit_config::{Cidr, InterfaceName};

use crate::lan::HOME_PORT;
use crate::linux_network::spec::LocalNetwork;

/// Start of the anchors' names. The number sorts them before the anchors of the system.
const PREFIX: &str = "com.apple/100.adit-";
/// Tags of packets.
const REFUSED: &str = "adit_refused";
const ALLOWED: &str = "adit_allowed";
/// Start of the label of a kill switch; the tunnel and the owner follow.
const LABEL: &str = "adit ";

/// The user of the tunnel's sockets: the service and `adit up` run as root, as only root can make a tunnel.
const USER: u32 = 0;

/// Arguments of `pfctl` that remove all states.
pub(crate) const FLUSH_STATES: [&str; 2] = ["-F", "states"];

/// Multicast and broadcast of a local network, as on Linux: the local subnetwork, administratively scoped local multicast (RFC 2365
/// section 6.1), and the limited broadcast.
const LAN_GROUPS_4: [&str; 3] = ["224.0.0.0/24", "239.255.0.0/16", "255.255.255.255"];
/// Link-local and site-local multicast (RFC 4291 section 2.7).
const LAN_GROUPS_6: [&str; 2] = ["ff02::/16", "ff05::/16"];

/// The packet filter of one tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Filter {
    /// The kill switch; None while it is open.
    pub(crate) kill_switch: Option<KillSwitch>,
    /// The guard of a tunnel that takes all traffic.
    pub(crate) guard: Option<Guard>,
}

/// Drops packets for the tunnel's addresses that arrive over another interface (CVE-2019-14899).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Guard {
    /// The tunnel's interface.
    pub(crate) interface: String,
    /// The tunnel's own addresses.
    pub(crate) addresses: Vec<IpAddr>,
}

/// The exceptions of a closed kill switch. Everything else that would leave the computer outside the tunnel is dropped, also what
/// the computer forwards.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct KillSwitch {
    /// Identifies the tunnel to later runs of the program. Letters and digits.
    pub(crate) owner: String,
    /// The tunnel's interface; None while the tunnel is down.
    pub(crate) interface: Option<String>,
    /// The allowed destinations of the tunnel's own packets.
    pub(crate) endpoints: BTreeSet<SocketAddr>,
    /// Local networks that stay reachable, only over their interface.
    pub(crate) lan: Vec<LocalNetwork>,
    /// Private networks of the tunnel. They stay closed if a local network has the same addresses.
    pub(crate) inside: BTreeSet<Cidr>,
    /// True if this process may ask DNS servers outside the tunnel.
    pub(crate) resolving: bool,
    /// True if this process may send the home probe to everybody on a link.
    pub(crate) home_probe: bool,
}

/// Returns the name of a tunnel's anchor.
pub(crate) fn anchor(name: &InterfaceName) -> String {
    format!("{PREFIX}{name}")
}

/// Returns the tunnel of a line of `pfctl -a com.apple -s Anchors`; None if the anchor is not Adit's.
pub(crate) fn tunnel_of(line: &str) -> Option<InterfaceName> {
    line.trim().strip_prefix(PREFIX)?.parse().ok()
}

/// Returns the owner of the kill switch in a listing of its anchor (`pfctl -s rules`). None if there is no kill switch.
pub(crate) fn owner_of(listing: &str, name: &InterfaceName) -> Option<String> {
    let start = format!("label \"{LABEL}{name} ");
    let (_, rest) = listing.lines().find_map(|line| line.split_once(&start))?;
    Some(rest.chars().take_while(char::is_ascii_alphanumeric).collect())
}

impl Filter {
    /// Returns true if there is nothing to filter.
    pub(crate) const fn is_open(&self) -> bool {
        self.kill_switch.is_none() && self.guard.is_none()
    }

    /// Returns the rules of the tunnel's anchor, one a line; empty if there is nothing to filter. No line stands for several rules,
    /// so `pfctl` lists as many as were loaded.
    pub(crate) fn rules(&self, name: &InterfaceName) -> String {
        let mut rules: Vec<String> = self.guard.iter().flat_map(Guard::rules).collect();
        rules.extend(self.kill_switch.iter().flat_map(|kill_switch| kill_switch.rules(name)));
        rules.into_iter().map(|rule| rule + "\n").collect()
    }
}

impl Guard {
    /// Packets of this computer to its own addresses go over the loopback interface, and come from the same address.
    fn rules(&self) -> impl Iterator<Item = String> {
        self.addresses.iter().filter(|_| can_be_named(&self.interface)).map(|address| {
            let Self { interface, .. } = self;
            format!("block drop in quick on ! {interface} {} from ! {address} to {address}", family(*address))
        })
    }
}

impl KillSwitch {
    fn rules(&self, name: &InterfaceName) -> Vec<String> {
        let owner: String = self.owner.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut rules = vec![format!("pass out all no state tag {REFUSED} label \"{LABEL}{name} {owner}\"")];
        rules.extend(self.local_networks());
        rules.extend(self.networks_behind_tunnels());
        rules.extend(self.link());
        rules.extend(self.own_packets());
        rules.extend(self.interface.iter().filter(|name| can_be_named(name)).map(|name| allow(&format!("on {name} all"))));
        rules.push(allow("on lo0 all"));
        rules.push(format!("block drop out quick all tagged {REFUSED}"));
        rules
    }

    /// Local networks with the multicast and broadcast of device discovery; then without DNS, and without what is inside the tunnel.
    fn local_networks(&self) -> Vec<String> {
        let lan: Vec<&LocalNetwork> = self.lan.iter().filter(|lan| !lan.is_tunnel && can_be_named(&lan.interface)).collect();
        if lan.is_empty() {
            return Vec::new();
        }
        let interfaces: BTreeSet<&str> = lan.iter().map(|local| local.interface.as_str()).collect();
        let mut rules = Vec::new();
        for interface in interfaces {
            // Packets that join and leave multicast groups have an option of IP.
            let groups_4 = LAN_GROUPS_4.map(|group| allow(&format!("on {interface} inet from any to {group} allow-opts")));
            let groups_6 = LAN_GROUPS_6.map(|group| allow(&format!("on {interface} inet6 from any to {group} allow-opts")));
            rules.extend(groups_4.into_iter().chain(groups_6));
        }
        rules.extend(lan.iter().map(|local| allow_network(local)));
        for network in &self.inside {
            let network = network.network();
            rules.push(refuse(&format!("{} from any to {network}", family(network.address()))));
        }
        for protocol in ["udp", "tcp"] {
            rules.extend([53, 853].map(|port| refuse(&format!("proto {protocol} from any to any port = {port}"))));
        }
        rules
    }

    /// Networks behind other tunnels of Adit, whose own packets are subject to this kill switch too.
    fn networks_behind_tunnels(&self) -> impl Iterator<Item = String> {
        self.lan.iter().filter(|local| local.is_tunnel && can_be_named(&local.interface)).map(allow_network)
    }

    /// What an interface needs to get an address and to find its neighbours (RFC 2131, RFC 8415, RFC 4861, RFC 3810). Peers may be on
    /// the link under another address than a link-local one.
    fn link(&self) -> Vec<String> {
        let address = |endpoint: &SocketAddr| if let IpAddr::V6(address) = endpoint.ip() { Some(address) } else { None };
        let is_elsewhere = |address: &Ipv6Addr| !address.is_unicast_link_local() && !address.is_multicast();
        let peers: BTreeSet<Ipv6Addr> = self.endpoints.iter().filter_map(address).filter(is_elsewhere).collect();
        let peers: Vec<String> = peers.iter().map(ToString::to_string).collect();
        let icmp = |kind: &str, to: &str| allow(&format!("inet6 proto ipv6-icmp from any to {to} icmp6-type {kind}"));
        let mut rules = vec![
            allow("inet proto udp from any port = 68 to 255.255.255.255 port = 67"),
            allow("inet6 proto udp from fe80::/10 port = 546 to ff02::1:2 port = 547"),
            icmp("133", "ff02::2"),
        ];
        let solicited = ["ff02::1:ff00:0/104", "fe80::/10"].into_iter().chain(peers.iter().map(String::as_str));
        rules.extend(solicited.map(|to| icmp("135", to)));
        let advertised = ["ff02::1", "fe80::/10"].into_iter().chain(peers.iter().map(String::as_str));
        rules.extend(advertised.map(|to| icmp("136", to)));
        // Reports of multicast listeners have an option of IP.
        rules.extend([("131", "ff02::/16"), ("143", "ff02::16")].map(|(kind, to)| icmp(kind, to) + " allow-opts"));
        rules
    }

    fn own_packets(&self) -> Vec<String> {
        let to_peer = |endpoint: &SocketAddr| {
            let (address, port) = (endpoint.ip(), endpoint.port());
            allow(&format!("{} proto udp from any to {address} port = {port} user = {USER}", family(address)))
        };
        let mut rules: Vec<String> = self.endpoints.iter().map(to_peer).collect();
        if self.resolving {
            rules.push(allow(&format!("proto udp from any to any port = 53 user = {USER}")));
        }
        if self.home_probe {
            for (family, to) in [("inet", "255.255.255.255"), ("inet6", "ff02::1")] {
                rules.push(allow(&format!("{family} proto udp from any to {to} port = {HOME_PORT} user = {USER}")));
            }
        }
        rules
    }
}

fn allow(matches: &str) -> String {
    format!("pass out {matches} no state tag {ALLOWED}")
}

fn refuse(matches: &str) -> String {
    format!("pass out {matches} no state tag {REFUSED}")
}

fn allow_network(local: &LocalNetwork) -> String {
    let LocalNetwork { network, interface, .. } = local;
    allow(&format!("on {interface} {} from any to {network}", family(network.address())))
}

/// Returns true for a name that is one word for `pfctl`, and that of a single interface: a name without a number means all
/// interfaces of its kind.
fn can_be_named(interface: &str) -> bool {
    interface.chars().all(|letter| letter.is_ascii_alphanumeric())
        && interface.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && interface.ends_with(|letter: char| letter.is_ascii_digit())
}

const fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "inet" } else { "inet6" }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
