//! The blockade of a tunnel that takes everything: one nftables table that lets nothing out past the tunnel. It outlives whoever set
//! it, and says whose it is.
//!
//! Its rules are replaced in one transaction, and its chains stay: a chain that is made anew drops what no rule lets pass only after
//! the one before it has gone (`nft_chain_commit_drop_policy` of the kernel), and in between packets get out.
//!
//! There is no rule for connections that are known already, so that none that began before goes on in clear.

use std::collections::BTreeSet;
use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};

use super::tool;
use crate::host::{Blockade, HostError, PRIVATE_NETWORKS, StandingBlockade};

/// Start of the tables' names: unlike that of any table of [`super::firewall`].
const PREFIX: &str = "aditblock-";
/// In the comment of the first rule, before its owner.
const OWNER: &str = "nothing may pass by the tunnel ";

/// Makes it so; None opens. The rules that were before go in the same transaction.
pub(super) fn set(name: &InterfaceName, blockade: Option<&Blockade>) -> Result<(), HostError> {
    let Some(nft) = tool::find("nft") else { return if blockade.is_some() { Err(HostError::NoPacketFilter) } else { Ok(()) } };
    let text = match blockade {
        Some(blockade) => script(name, blockade),
        None => format!("add table inet {0}\ndelete table inet {0}\n", table(name)),
    };
    tool::run(&nft, &["-f", "-"], &text).map(drop)
}

/// Fails where there is nothing to block with.
pub(super) fn check() -> Result<(), HostError> {
    let nft = tool::find("nft").ok_or(HostError::NoPacketFilter)?;
    tool::run(&nft, &["list", "tables"], "").map(drop)
}

/// All that there are, of whatever process, in the order of their interfaces' names.
pub(super) fn list() -> Result<Vec<StandingBlockade>, HostError> {
    let Some(nft) = tool::find("nft") else { return Ok(Vec::new()) };
    let tables = tool::run(&nft, &["list", "tables", "inet"], "")?;
    let mut names: Vec<InterfaceName> = tables.lines().filter_map(interface_of).collect();
    names.sort();
    let standing = |interface: InterfaceName| {
        let listing = tool::run(&nft, &["list", "table", "inet", &table(&interface)], "")?;
        Ok(StandingBlockade { owner: owner_of(&listing), interface })
    };
    names.into_iter().map(standing).collect()
}

/// Of a line of `nft list tables`.
fn interface_of(line: &str) -> Option<InterfaceName> {
    interface_named(line.trim().strip_prefix("table inet ")?)
}

/// Whose the table of that name is, if it is a blockade.
pub(super) fn interface_named(table: &str) -> Option<InterfaceName> {
    let name = table.strip_prefix(PREFIX)?;
    name.replace("/e", "=").replace("/p", "+").parse().ok()
}

fn owner_of(listing: &str) -> String {
    let rest = listing.split_once(OWNER).map_or("", |(_, rest)| rest);
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn script(name: &InterfaceName, blockade: &Blockade) -> String {
    let Blockade { owner, mark, endpoints, inside, resolving } = blockade;
    let table = table(name);
    let own = own_packets(*mark, endpoints, *resolving);
    let inside: BTreeSet<Cidr> = inside.iter().map(Cidr::network).collect();
    let inside: String = inside.iter().map(|network| format!("{} daddr {network} drop\n", family(network.address()))).collect();
    let local: String = PRIVATE_NETWORKS
        .iter()
        .map(|(address, prefix)| format!("{} daddr {address}/{prefix} accept\n", family(*address)))
        .collect();
    let owner: String = owner.chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "add table inet {table}\n\
         add chain inet {table} output {{ type filter hook output priority 0; policy drop; }}\n\
         add chain inet {table} forward {{ type filter hook forward priority 0; policy drop; }}\n\
         flush table inet {table}\n\
         table inet {table} {{\n\
         chain output {{\n\
         oifname {{ \"lo\", \"{name}\" }} accept comment \"{OWNER}{owner}\"\n\
         {own}\
         udp sport 68 udp dport 67 accept\n\
         udp sport 546 udp dport 547 ip6 daddr {{ ff02::1:2, fe80::/10 }} accept\n\
         icmpv6 type {{ nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert }} ip6 hoplimit 255 accept\n\
         icmpv6 type {{ mld-listener-report, mld2-listener-report }} ip6 hoplimit 1 accept\n\
         meta l4proto {{ tcp, udp }} th dport {{ 53, 853 }} drop\n\
         {inside}{local}}}\n\
         chain forward {{\n\
         oifname \"{name}\" accept\n\
         meta l4proto {{ tcp, udp }} th dport {{ 53, 853 }} drop\n\
         {inside}{local}}}\n\
         }}\n"
    )
}

/// Exactly where they go, and only with the tunnel's mark; without a mark there are none.
fn own_packets(mark: u32, endpoints: &[std::net::SocketAddr], resolving: bool) -> String {
    if mark == 0 {
        return String::new();
    }
    let endpoints: BTreeSet<_> = endpoints.iter().collect();
    let mut rules: String = endpoints
        .iter()
        .map(|endpoint| {
            let address = endpoint.ip();
            format!("meta mark {mark} {} daddr {address} udp dport {} accept\n", family(address), endpoint.port())
        })
        .collect();
    if resolving {
        rules += &format!("meta mark {mark} meta l4proto {{ tcp, udp }} th dport 53 accept\n");
    }
    rules
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "ip" } else { "ip6" }
}

/// An nftables identifier has letters, digits and `/\_.-`; interface names also have `=` and `+`, but never `/`.
fn table(name: &InterfaceName) -> String {
    format!("{PREFIX}{}", name.as_str().replace('=', "/e").replace('+', "/p"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blockade(resolving: bool) -> Blockade {
        Blockade {
            owner: "0123abcd".into(),
            mark: 51820,
            endpoints: vec!["[2001:db8::1]:51820".parse().unwrap(), "192.0.2.1:443".parse().unwrap()],
            inside: vec!["10.8.0.2/24".parse().unwrap()],
            resolving,
        }
    }

    const GOLDEN: &str = "\
add table inet aditblock-wg0
add chain inet aditblock-wg0 output { type filter hook output priority 0; policy drop; }
add chain inet aditblock-wg0 forward { type filter hook forward priority 0; policy drop; }
flush table inet aditblock-wg0
table inet aditblock-wg0 {
chain output {
oifname { \"lo\", \"wg0\" } accept comment \"nothing may pass by the tunnel 0123abcd\"
meta mark 51820 ip daddr 192.0.2.1 udp dport 443 accept
meta mark 51820 ip6 daddr 2001:db8::1 udp dport 51820 accept
udp sport 68 udp dport 67 accept
udp sport 546 udp dport 547 ip6 daddr { ff02::1:2, fe80::/10 } accept
icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept
icmpv6 type { mld-listener-report, mld2-listener-report } ip6 hoplimit 1 accept
meta l4proto { tcp, udp } th dport { 53, 853 } drop
ip daddr 10.8.0.0/24 drop
ip daddr 10.0.0.0/8 accept
ip daddr 172.16.0.0/12 accept
ip daddr 192.168.0.0/16 accept
ip daddr 169.254.0.0/16 accept
ip6 daddr fc00::/7 accept
ip6 daddr fe80::/10 accept
}
chain forward {
oifname \"wg0\" accept
meta l4proto { tcp, udp } th dport { 53, 853 } drop
ip daddr 10.8.0.0/24 drop
ip daddr 10.0.0.0/8 accept
ip daddr 172.16.0.0/12 accept
ip daddr 192.168.0.0/16 accept
ip daddr 169.254.0.0/16 accept
ip6 daddr fc00::/7 accept
ip6 daddr fe80::/10 accept
}
}
";

    #[test]
    fn nothing_is_let_out_but_what_is_named() {
        assert_eq!(script(&"wg0".parse().unwrap(), &blockade(false)), GOLDEN);
    }

    #[test]
    fn names_are_asked_for_by_the_tunnels_own_packets_alone_and_only_while_that_is_needed() {
        let resolving = script(&"wg0".parse().unwrap(), &blockade(true));
        let more: Vec<&str> = resolving.lines().filter(|line| !GOLDEN.contains(line)).collect();
        assert_eq!(more, ["meta mark 51820 meta l4proto { tcp, udp } th dport 53 accept"]);
        let closed = script(&"wg0".parse().unwrap(), &Blockade { mark: 0, ..blockade(true) });
        assert!(!closed.contains("meta mark"), "without a mark nothing is the tunnel's own");
    }

    #[test]
    fn a_table_says_whose_it_is() {
        for name in ["wg0", "a=b+c", "block-wg0"] {
            let name: InterfaceName = name.parse().unwrap();
            assert_eq!(interface_of(&format!("table inet {}", table(&name))), Some(name));
        }
        assert_eq!(interface_of("table inet adit-block-wg0"), None);
        assert_eq!(owner_of(&script(&"wg0".parse().unwrap(), &blockade(false))), "0123abcd");
    }
}
