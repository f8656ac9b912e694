//! The kill switch of a full tunnel: one nftables table that drops every packet that would leave outside the tunnel. It
//! outlives the process that set it, and names the tunnel that it belongs to.
//!
//! The rules are replaced in one transaction, while the chains stay. A new chain applies its drop policy only after the
//! previous chain is gone (`nft_chain_commit_drop_policy` of the kernel), and in between packets would get out.
//!
//! No rule accepts established connections, so that no earlier connection continues in clear.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use adit_config::{Cidr, InterfaceName};

use super::tool;
use crate::lan::{HOME_PORT, HOP_LIMIT};
use crate::leftovers::{KILL_SWITCH_PREFIX as PREFIX, kill_switch_name as table};
use crate::linux_network::spec::{KillSwitchRules, LocalNetwork, PortalRules};
use crate::network::{NetworkError, PORTAL_PORTS, StandingKillSwitch};

/// Start of the first rule's comment. The owner of the kill switch follows.
const OWNER: &str = "nothing may pass by the tunnel ";

/// Multicast and broadcast of a local network: the local subnetwork, administratively scoped local multicast (RFC 2365 section 6.1; mDNS
/// and SSDP find devices with these), and the limited broadcast.
const LAN_GROUPS_4: &str = "224.0.0.0/24, 239.255.0.0/16, 255.255.255.255";
/// Link-local and site-local multicast (RFC 4291 section 2.7).
const LAN_GROUPS_6: &str = "ff02::/16, ff05::/16";

/// Sets the kill switch, or removes it (None). The previous rules go in the same transaction.
pub(super) fn set(name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError> {
    let Some(nft) = tool::find("nft") else {
        return if kill_switch.is_some() { Err(NetworkError::NoPacketFilter) } else { Ok(()) };
    };
    let text = match kill_switch {
        Some(kill_switch) => script(name, kill_switch),
        None => format!("add table inet {0}\ndelete table inet {0}\n", table(name)),
    };
    tool::run(&nft, &["-f", "-"], &text).map(drop)
}

/// Fails if there is no usable packet filter.
pub(super) fn check() -> Result<(), NetworkError> {
    let nft = tool::find("nft").ok_or(NetworkError::NoPacketFilter)?;
    tool::run(&nft, &["list", "tables"], "").map(drop)
}

/// Returns all kill switches on this computer, whichever process set them, sorted by interface.
pub(super) fn list() -> Result<Vec<StandingKillSwitch>, NetworkError> {
    let Some(nft) = tool::find("nft") else { return Ok(Vec::new()) };
    let tables = tool::run(&nft, &["list", "tables", "inet"], "")?;
    let mut names: Vec<InterfaceName> = tables.lines().filter_map(interface_of).collect();
    names.sort();
    let standing = |interface: InterfaceName| {
        let listing = tool::run(&nft, &["list", "table", "inet", &table(&interface)], "")?;
        Ok(StandingKillSwitch { owner: owner_of(&listing), has_portal: listing.contains("set portaldns {"), interface })
    };
    names.into_iter().map(standing).collect()
}

/// Returns the interface of a line of `nft list tables`.
fn interface_of(line: &str) -> Option<InterfaceName> {
    interface_named(line.trim().strip_prefix("table inet ")?)
}

/// Returns the interface that the table belongs to, if the table is a kill switch.
pub(super) fn interface_named(table: &str) -> Option<InterfaceName> {
    let name = table.strip_prefix(PREFIX)?;
    name.replace("/e", "=").replace("/p", "+").parse().ok()
}

fn owner_of(listing: &str) -> String {
    let rest = listing.split_once(OWNER).map_or("", |(_, rest)| rest);
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Builds the rules for a tunnel of this process. They recognize its sockets by this process's user.
fn script(name: &InterfaceName, kill_switch: &KillSwitchRules) -> String {
    script_for(name, kill_switch, rustix::process::geteuid().as_raw())
}

fn script_for(name: &InterfaceName, kill_switch: &KillSwitchRules, user: u32) -> String {
    let KillSwitchRules { owner, mark, endpoints, lan, inside, resolving, home_probe, portal } = kill_switch;
    let table = table(name);
    // Without a mark the tunnel has no packets of its own.
    let endpoints: BTreeSet<SocketAddr> = endpoints.iter().copied().filter(|_| *mark != 0).collect();
    let own = own_packets(*mark, user, &endpoints, *resolving);
    let home_probe = if *home_probe { home_probe_of(user) } else { String::new() };
    let sets = portal_sets(&table, portal.as_ref());
    let portal = portal.as_ref().map(|portal| portal_rules(portal, user)).unwrap_or_default();
    let neighbours = neighbour_discovery(&endpoints);
    let lan = lan_rules(lan, inside);
    let owner: String = owner.chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "add table inet {table}\n\
         add chain inet {table} output {{ type filter hook output priority 0; policy drop; }}\n\
         add chain inet {table} forward {{ type filter hook forward priority 0; policy drop; }}\n\
         flush table inet {table}\n\
         {sets}\
         table inet {table} {{\n\
         chain output {{\n\
         oifname {{ \"lo\", \"{name}\" }} accept comment \"{OWNER}{owner}\"\n\
         {own}\
         {home_probe}\
         {portal}\
         ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept\n\
         ip6 saddr fe80::/10 ip6 daddr ff02::1:2 udp sport 546 udp dport 547 accept\n\
         {neighbours}\
         icmpv6 type mld-listener-report ip6 daddr ff02::/16 ip6 hoplimit 1 accept\n\
         icmpv6 type mld2-listener-report ip6 daddr ff02::16 ip6 hoplimit 1 accept\n\
         {lan}}}\n\
         chain forward {{\n\
         oifname \"{name}\" accept\n\
         iifname \"{name}\" ct state {{ established, related }} accept\n\
         {lan}}}\n\
         }}\n"
    )
}

/// Accepts the tunnel's own packets: with its mark, from a socket of `user`, and exactly to its peers' endpoints. The mark
/// alone is no proof: CAP_NET_ADMIN and CAP_NET_RAW both allow setting it.
fn own_packets(mark: u32, user: u32, endpoints: &BTreeSet<SocketAddr>, resolving: bool) -> String {
    let own = format!("meta mark {mark} meta skuid {user}");
    let mut rules: String = endpoints
        .iter()
        .map(|endpoint| {
            let address = endpoint.ip();
            format!("{own} {} daddr {address} udp dport {} accept\n", family(address), endpoint.port())
        })
        .collect();
    if resolving && mark != 0 {
        rules += &format!("{own} udp dport 53 accept\n");
    }
    rules
}

/// The sets of the way to a captive portal, with the type of their elements.
const PORTAL_SETS: [(&str, &str); 3] = [("portaldns", "inet_service"), ("portal4", "ipv4_addr"), ("portal6", "ipv6_addr")];

/// Makes the sets of a way to a captive portal and fills them, or removes those of a way that was open. The kernel removes each
/// element when its time is over, also while this process is dead.
fn portal_sets(table: &str, portal: Option<&PortalRules>) -> String {
    let mut script = String::new();
    for (set, kind) in PORTAL_SETS {
        script += &format!("add set inet {table} {set} {{ type {kind}; flags timeout; }}\n");
        let Some(portal) = portal else {
            script += &format!("delete set inet {table} {set}\n");
            continue;
        };
        script += &format!("flush set inet {table} {set}\n");
        let of_family = |ipv4| portal.addresses.iter().filter(move |address| address.is_ipv4() == ipv4);
        let elements: Vec<String> = match set {
            "portaldns" => vec!["53".to_owned()],
            "portal4" => of_family(true).map(ToString::to_string).collect(),
            _ => of_family(false).map(ToString::to_string).collect(),
        };
        for element in elements {
            script += &format!("add element inet {table} {set} {{ {element} timeout {}s }}\n", portal.seconds);
        }
    }
    script
}

/// Accepts packets to a captive portal and to DNS servers: with the mark, from a socket of `user`. Programs get such a socket only
/// from this process. They can connect it again to another host, so TCP goes to the portal alone; this process asks DNS by UDP.
fn portal_rules(portal: &PortalRules, user: u32) -> String {
    let own = format!("meta mark {} meta skuid {user}", portal.mark);
    let ports: Vec<String> = PORTAL_PORTS.iter().map(ToString::to_string).collect();
    let ports = ports.join(", ");
    format!(
        "{own} udp dport @portaldns accept\n\
         {own} ip daddr @portal4 tcp dport {{ {ports} }} accept\n\
         {own} ip6 daddr @portal6 tcp dport {{ {ports} }} accept\n"
    )
}

/// Accepts the home probe: from a socket of `user`, to everybody on a link that has hardware addresses, and with the hop limit that
/// no router passes on. Tunnels have no hardware addresses.
fn home_probe_of(user: u32) -> String {
    let own = format!("meta skuid {user} meta oiftype ether");
    format!(
        "{own} ip daddr 255.255.255.255 ip ttl {HOP_LIMIT} udp dport {HOME_PORT} accept\n\
         {own} ip6 saddr fe80::/10 ip6 daddr ff02::1 ip6 hoplimit {HOP_LIMIT} udp dport {HOME_PORT} accept\n"
    )
}

/// Accepts neighbour discovery (RFC 4861) on the local link alone: to routers, to solicited-node groups, to link-local
/// addresses, and to peers, which may be on the link under another address.
fn neighbour_discovery(endpoints: &BTreeSet<SocketAddr>) -> String {
    // Link-local peers are among the link-local addresses already.
    let is_elsewhere = |address: &Ipv6Addr| !address.is_unicast_link_local() && !address.is_multicast();
    let addresses =
        endpoints.iter().filter_map(|endpoint| if let IpAddr::V6(address) = endpoint.ip() { Some(address) } else { None });
    let peers: BTreeSet<Ipv6Addr> = addresses.filter(is_elsewhere).collect();
    let peers: String = peers.iter().map(|address| format!(", {address}")).collect();
    format!(
        "icmpv6 type nd-router-solicit ip6 daddr ff02::2 ip6 hoplimit 255 accept\n\
         icmpv6 type nd-neighbor-solicit ip6 daddr {{ ff02::1:ff00:0/104, fe80::/10{peers} }} ip6 hoplimit 255 accept\n\
         icmpv6 type nd-neighbor-advert ip6 daddr {{ ff02::1, fe80::/10{peers} }} ip6 hoplimit 255 accept\n"
    )
}

/// Accepts networks behind other tunnels, then local networks over their interface with the multicast and broadcast of device
/// discovery, but neither DNS nor addresses of the tunnel.
fn lan_rules(lan: &[LocalNetwork], inside: &[Cidr]) -> String {
    let can_be_named = lan.iter().filter(|local| can_be_quoted(&local.interface));
    let (tunnels, lan): (Vec<&LocalNetwork>, Vec<&LocalNetwork>) = can_be_named.partition(|local| local.is_tunnel);
    let accept = |local: &&LocalNetwork| {
        let LocalNetwork { network, interface, .. } = local;
        format!("oifname \"{interface}\" {} daddr {network} accept\n", family(network.address()))
    };
    let mut rules: String = tunnels.iter().map(accept).collect();
    if lan.is_empty() {
        return rules;
    }
    rules += "meta l4proto { tcp, udp } th dport { 53, 853 } drop\n";
    let inside: BTreeSet<Cidr> = inside.iter().map(Cidr::network).collect();
    rules.extend(inside.iter().map(|network| format!("{} daddr {network} drop\n", family(network.address()))));
    rules.extend(lan.iter().map(accept));
    let interfaces: BTreeSet<&str> = lan.iter().map(|local| local.interface.as_str()).collect();
    rules.extend(interfaces.iter().map(|interface| {
        format!(
            "oifname \"{interface}\" ip daddr {{ {LAN_GROUPS_4} }} accept\n\
             oifname \"{interface}\" ip6 daddr {{ {LAN_GROUPS_6} }} accept\n"
        )
    }));
    rules
}

/// Returns true if the name of an interface can be quoted in nftables. The kernel allows every byte in a name but `/`, `:` and
/// white space.
fn can_be_quoted(interface: &str) -> bool {
    interface.chars().all(|letter| letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '*'))
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "ip" } else { "ip6" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kill_switch(resolving: bool) -> KillSwitchRules {
        KillSwitchRules {
            owner: "0123abcd".into(),
            mark: 51820,
            endpoints: vec!["[2001:db8::1]:51820".parse().unwrap(), "192.0.2.1:443".parse().unwrap()],
            lan: Vec::new(),
            inside: vec!["10.8.0.2/24".parse().unwrap()],
            resolving,
            home_probe: false,
            portal: None,
        }
    }

    fn local(network: &str, interface: &str) -> LocalNetwork {
        LocalNetwork { network: network.parse().unwrap(), interface: interface.into(), is_tunnel: false }
    }

    const CLOSED: &str = "\
add table inet aditblock-wg0
add chain inet aditblock-wg0 output { type filter hook output priority 0; policy drop; }
add chain inet aditblock-wg0 forward { type filter hook forward priority 0; policy drop; }
flush table inet aditblock-wg0
add set inet aditblock-wg0 portaldns { type inet_service; flags timeout; }
delete set inet aditblock-wg0 portaldns
add set inet aditblock-wg0 portal4 { type ipv4_addr; flags timeout; }
delete set inet aditblock-wg0 portal4
add set inet aditblock-wg0 portal6 { type ipv6_addr; flags timeout; }
delete set inet aditblock-wg0 portal6
table inet aditblock-wg0 {
chain output {
oifname { \"lo\", \"wg0\" } accept comment \"nothing may pass by the tunnel 0123abcd\"
ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept
ip6 saddr fe80::/10 ip6 daddr ff02::1:2 udp sport 546 udp dport 547 accept
icmpv6 type nd-router-solicit ip6 daddr ff02::2 ip6 hoplimit 255 accept
icmpv6 type nd-neighbor-solicit ip6 daddr { ff02::1:ff00:0/104, fe80::/10 } ip6 hoplimit 255 accept
icmpv6 type nd-neighbor-advert ip6 daddr { ff02::1, fe80::/10 } ip6 hoplimit 255 accept
icmpv6 type mld-listener-report ip6 daddr ff02::/16 ip6 hoplimit 1 accept
icmpv6 type mld2-listener-report ip6 daddr ff02::16 ip6 hoplimit 1 accept
}
chain forward {
oifname \"wg0\" accept
iifname \"wg0\" ct state { established, related } accept
}
}
";

    fn added(before: &str, after: &str) -> Vec<String> {
        after.lines().filter(|line| !before.lines().any(|other| other == *line)).map(str::to_owned).collect()
    }

    fn script(kill_switch: &KillSwitchRules) -> String {
        script_for(&"wg0".parse().unwrap(), kill_switch, 990)
    }

    #[test]
    fn a_closed_kill_switch_lets_out_nothing_but_dhcp_and_neighbour_discovery_on_the_link() {
        let closed = KillSwitchRules { mark: 0, ..kill_switch(true) };
        assert_eq!(
            script(&closed),
            CLOSED,
            "without a mark no packets are the tunnel's own, and private networks are closed too"
        );
    }

    #[test]
    fn a_tunnels_own_packets_need_its_mark_and_its_user_and_go_to_its_peers_alone() {
        assert_eq!(
            added(CLOSED, &script(&kill_switch(false))),
            [
                "meta mark 51820 meta skuid 990 ip daddr 192.0.2.1 udp dport 443 accept",
                "meta mark 51820 meta skuid 990 ip6 daddr 2001:db8::1 udp dport 51820 accept",
                "icmpv6 type nd-neighbor-solicit ip6 daddr { ff02::1:ff00:0/104, fe80::/10, 2001:db8::1 } ip6 hoplimit 255 accept",
                "icmpv6 type nd-neighbor-advert ip6 daddr { ff02::1, fe80::/10, 2001:db8::1 } ip6 hoplimit 255 accept",
            ]
        );
        assert_eq!(
            added(&script(&kill_switch(false)), &script(&kill_switch(true))),
            ["meta mark 51820 meta skuid 990 udp dport 53 accept"],
            "names are asked for only while that is needed"
        );
    }

    #[test]
    fn the_home_probe_gets_out_to_everybody_on_a_link_from_this_user_alone() {
        let rules = [
            "meta skuid 990 meta oiftype ether ip daddr 255.255.255.255 ip ttl 255 udp dport 51819 accept",
            "meta skuid 990 meta oiftype ether ip6 saddr fe80::/10 ip6 daddr ff02::1 ip6 hoplimit 255 udp dport 51819 accept",
        ];
        for mark in [0, 51820] {
            let closed = KillSwitchRules { mark, ..kill_switch(false) };
            let with_probe = KillSwitchRules { home_probe: true, ..closed.clone() };
            assert_eq!(added(&script(&closed), &script(&with_probe)), rules, "also while the tunnel is down");
        }
    }

    #[test]
    fn the_way_to_a_portal_is_for_marked_sockets_of_this_user_to_named_addresses_and_ends_in_the_kernel() {
        let closed = kill_switch(false);
        let addresses = ["192.168.1.1", "fd00::1"].map(|address| address.parse().unwrap()).into();
        let open = KillSwitchRules { portal: Some(PortalRules { mark: 7, addresses, seconds: 299 }), ..closed.clone() };
        let own = "meta mark 7 meta skuid 990";
        let rules = [
            "flush set inet aditblock-wg0 portaldns".to_owned(),
            "add element inet aditblock-wg0 portaldns { 53 timeout 299s }".to_owned(),
            "flush set inet aditblock-wg0 portal4".to_owned(),
            "add element inet aditblock-wg0 portal4 { 192.168.1.1 timeout 299s }".to_owned(),
            "flush set inet aditblock-wg0 portal6".to_owned(),
            "add element inet aditblock-wg0 portal6 { fd00::1 timeout 299s }".to_owned(),
            format!("{own} udp dport @portaldns accept"),
            format!("{own} ip daddr @portal4 tcp dport {{ 80, 443, 8080, 8443 }} accept"),
            format!("{own} ip6 daddr @portal6 tcp dport {{ 80, 443, 8080, 8443 }} accept"),
        ];
        assert_eq!(added(&script(&closed), &script(&open)), rules);
    }

    #[test]
    fn local_networks_are_open_over_their_interface_alone_without_dns_and_without_what_is_inside() {
        let lan = vec![local("192.168.1.0/24", "eth0"), local("fd00:1::/64", "eth0")];
        let with_lan = script(&KillSwitchRules { lan, ..kill_switch(false) });
        let rules = "\
meta l4proto { tcp, udp } th dport { 53, 853 } drop
ip daddr 10.8.0.0/24 drop
oifname \"eth0\" ip daddr 192.168.1.0/24 accept
oifname \"eth0\" ip6 daddr fd00:1::/64 accept
oifname \"eth0\" ip daddr { 224.0.0.0/24, 239.255.0.0/16, 255.255.255.255 } accept
oifname \"eth0\" ip6 daddr { ff02::/16, ff05::/16 } accept
";
        let twice: Vec<&str> = rules.lines().chain(rules.lines()).collect();
        assert_eq!(added(&script(&kill_switch(false)), &with_lan), twice, "for what is forwarded too, and in this order");
    }

    #[test]
    fn networks_behind_another_tunnel_stay_open_with_its_dns() {
        let lan = vec![LocalNetwork { is_tunnel: true, ..local("10.50.0.0/16", "wg1") }];
        let rule = "oifname \"wg1\" ip daddr 10.50.0.0/16 accept";
        assert_eq!(added(&script(&kill_switch(false)), &script(&KillSwitchRules { lan, ..kill_switch(false) })), [rule, rule]);
    }

    #[test]
    fn a_local_network_whose_interface_cannot_be_named_in_nftables_stays_closed() {
        for name in ["a\" accept; #", "a*", "a\\", "\u{fc}"] {
            let lan = vec![local("192.168.1.0/24", name)];
            assert_eq!(script(&KillSwitchRules { mark: 0, lan, ..kill_switch(false) }), CLOSED, "{name}");
        }
    }

    #[test]
    fn the_helper_process_runs_every_script() {
        let lan = vec![local("192.168.1.0/24", "eth0"), LocalNetwork { is_tunnel: true, ..local("fd00::/64", "a=b+c") }];
        let with_all = KillSwitchRules { lan, home_probe: true, ..kill_switch(true) };
        for kill_switch in [with_all, KillSwitchRules { mark: 0, ..kill_switch(false) }] {
            for name in ["wg0", "a=b+c"] {
                let text = script_for(&name.parse().unwrap(), &kill_switch, 990);
                assert_eq!(super::super::helper::check("nft", &["-f", "-"], &text), Ok(()), "{text}");
            }
        }
    }

    #[test]
    fn a_table_says_whose_it_is() {
        for name in ["wg0", "a=b+c", "block-wg0"] {
            let name: InterfaceName = name.parse().unwrap();
            assert_eq!(interface_of(&format!("table inet {}", table(&name))), Some(name));
        }
        assert_eq!(interface_of("table inet adit-block-wg0"), None);
        assert_eq!(owner_of(&script(&kill_switch(false))), "0123abcd");
    }
}
