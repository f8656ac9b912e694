//! The packet filter of a tunnel that takes all traffic: one nftables table, replaced in one transaction, and the sysctl that
//! makes reverse path filtering use marks. The table records the sysctl's earlier value, so that another process can restore it
//! too.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use adit_config::InterfaceName;

use super::netlink::Netlink;
use super::{local_networks, tool};
use crate::linux_network::spec::{FirewallPolicy, FullTunnel};
use crate::network::NetworkError;

pub(super) const SRC_VALID_MARK: &str = "/proc/sys/net/ipv4/conf/all/src_valid_mark";

/// Prefix of the tables' names.
const PREFIX: &str = "adit-";

/// Text in the table's comment before the earlier value of the sysctl.
const REMEMBERED: &str = "src_valid_mark was ";

/// The value of the sysctl before each of this process's tunnels. Each network namespace has its own sysctl.
static ORIGINALS: Mutex<BTreeMap<(Namespace, InterfaceName), String>> = Mutex::new(BTreeMap::new());

/// A network namespace, by its inode; None if it is unknown.
type Namespace = Option<u64>;

fn originals() -> MutexGuard<'static, BTreeMap<(Namespace, InterfaceName), String>> {
    ORIGINALS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn here() -> Namespace {
    fs::metadata("/proc/thread-self/ns/net").ok().map(|namespace| namespace.ino())
}

/// Makes `policy` the filter of the interface, and removes the earlier one in the same transaction. Does nothing without `nft`.
pub(super) fn set(name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError> {
    let Some(nft) = tool::find("nft") else { return Ok(()) };
    let before = remembered(name);
    match policy {
        FirewallPolicy::Open => {
            let ours = originals().remove(&(here(), name.clone()));
            // Another program may have removed the table with the recorded value.
            let Some(before) = before else { return ours.map_or(Ok(()), |value| write_mark_validation(&value)) };
            // The sysctl is restored before the table is removed: if this process is killed in between, the table still has the
            // value to restore.
            let reconcile = before.or(ours).map_or(Ok(()), |value| write_mark_validation(&value));
            let table = table(name);
            let arp = format!("add table arp {table}\ndelete table arp {table}\n");
            run_with_arp(&nft, &format!("delete table inet {table}\n"), &arp)?;
            reconcile
        }
        FirewallPolicy::FullTunnel(tunnel) => {
            let ours = originals().get(&(here(), name.clone())).cloned();
            let original = before.flatten().or(ours).or_else(read_mark_validation);
            if let Some(original) = &original {
                originals().insert((here(), name.clone()), original.clone());
            }
            let hidden = hidden_addresses(name, &tunnel.addresses)?;
            run_with_arp(&nft, &script(name, tunnel, original.as_deref()), &arp_script(name, &hidden))?;
            let ipv4 = tunnel.addresses.is_empty() || tunnel.addresses.iter().any(IpAddr::is_ipv4);
            if ipv4 { write_mark_validation("1") } else { Ok(()) }
        }
    }
}

/// Runs both scripts in one transaction. If the kernel cannot filter ARP, runs only the first.
fn run_with_arp(nft: &Path, inet: &str, arp: &str) -> Result<(), NetworkError> {
    let Err(error) = tool::run(nft, &["-f", "-"], &format!("{inet}{arp}")) else { return Ok(()) };
    tool::run(nft, &["-f", "-"], inet)?;
    tracing::warn!(%error, "the packet filter cannot hide the tunnel's addresses from ARP requests on the local network");
    Ok(())
}

/// Returns the IPv4 addresses to hide from local networks: those that no other interface has as well.
fn hidden_addresses(name: &InterfaceName, addresses: &[IpAddr]) -> Result<Vec<Ipv4Addr>, NetworkError> {
    let find = || local_networks::of_no_other(&mut Netlink::open()?, name, addresses);
    let own = find().map_err(NetworkError::kernel("looking for addresses of other interfaces"))?;
    Ok(own.into_iter().filter_map(|address| if let IpAddr::V4(address) = address { Some(address) } else { None }).collect())
}

/// Returns true if `nft` is installed.
pub(super) fn is_available() -> bool {
    tool::find("nft").is_some()
}

/// Returns true if the interface has a filter of Adit.
pub(super) fn is_set(name: &InterfaceName) -> bool {
    remembered(name).is_some()
}

/// Returns the interface that a table of this name belongs to, if it is a filter of a tunnel.
pub(super) fn interface_named(table: &str) -> Option<InterfaceName> {
    let name = table.strip_prefix(PREFIX)?;
    name.replace("/e", "=").replace("/p", "+").parse().ok()
}

/// A packet filter of any process of Adit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Filter {
    /// The interface of the filter.
    pub(super) interface: InterfaceName,
    /// Its tables, with their families: `inet adit-wg0`.
    pub(super) tables: Vec<String>,
    /// The earlier value of the sysctl, if the table records it. A later filter may have recorded the value that an earlier one
    /// set.
    pub(super) remembered: Option<String>,
}

/// Returns all packet filters of Adit, sorted by interface; none without `nft`.
pub(super) fn list() -> Result<Vec<Filter>, NetworkError> {
    let Some(nft) = tool::find("nft") else { return Ok(Vec::new()) };
    let listing = tool::run(&nft, &["list", "tables"], "")?;
    let mut tables: BTreeMap<InterfaceName, Vec<String>> = BTreeMap::new();
    for (interface, table) in listing.lines().filter_map(table_of) {
        tables.entry(interface).or_default().push(table);
    }
    let filter = |(interface, tables)| Filter { remembered: remembered(&interface).flatten(), interface, tables };
    Ok(tables.into_iter().map(filter).collect())
}

/// Removes the tables of a filter, and leaves the sysctl unchanged.
pub(super) fn remove(filter: &Filter) -> Result<(), NetworkError> {
    let Some(nft) = tool::find("nft") else { return Err(NetworkError::NoPacketFilter) };
    let script: String = filter.tables.iter().map(|table| format!("delete table {table}\n")).collect();
    tool::run(&nft, &["-f", "-"], &script).map(drop)
}

/// Parses a line of `nft list tables`: the interface, and the table with its family.
fn table_of(line: &str) -> Option<(InterfaceName, String)> {
    let table = line.trim().strip_prefix("table ")?;
    let (family, name) = table.split_once(' ')?;
    matches!(family, "inet" | "arp").then_some(())?;
    Some((interface_named(name)?, table.to_owned()))
}

/// Returns None if there is no table; else the earlier value of the sysctl, if the table records it.
fn remembered(name: &InterfaceName) -> Option<Option<String>> {
    let nft = tool::find("nft")?;
    let listing = tool::run(&nft, &["list", "table", "inet", &table(name)], "").ok()?;
    let value = listing.split_once(REMEMBERED).map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
    Some(value)
}

fn script(name: &InterfaceName, tunnel: &FullTunnel, original: Option<&str>) -> String {
    let FullTunnel { mark, addresses } = tunnel;
    let table = table(name);
    let comment = original.map(|value| format!("comment \"{REMEMBERED}{value}\"\n")).unwrap_or_default();
    let guards: String = addresses
        .iter()
        .map(|address| {
            let family = if address.is_ipv4() { "ip" } else { "ip6" };
            format!("iifname != \"{name}\" {family} daddr {address} fib saddr type != local drop\n")
        })
        .collect();
    format!(
        "add table inet {table}\n\
         delete table inet {table}\n\
         table inet {table} {{\n\
         {comment}\
         chain preraw {{\ntype filter hook prerouting priority -300; policy accept;\n{guards}}}\n\
         chain premangle {{\ntype filter hook prerouting priority -150; policy accept;\n\
         meta l4proto {{ tcp, udp }} ct mark {mark} meta mark set ct mark\n}}\n\
         chain postmangle {{\ntype filter hook postrouting priority -150; policy accept;\n\
         meta l4proto {{ tcp, udp }} meta mark {mark} ct mark set meta mark\n}}\n\
         }}\n"
    )
}

/// Builds the rules that drop ARP requests for these addresses on all interfaces but the tunnel, which has no ARP: a neighbour
/// that asks for likely addresses must not learn which tunnel this computer has (MLLVD-CR-24-03).
fn arp_script(name: &InterfaceName, hidden: &[Ipv4Addr]) -> String {
    let table = table(name);
    let rules: String = hidden.iter().map(|address| format!("iifname != \"{name}\" arp daddr ip {address} drop\n")).collect();
    format!(
        "add table arp {table}\n\
         delete table arp {table}\n\
         table arp {table} {{\n\
         chain input {{\ntype filter hook input priority 0; policy accept;\n{rules}}}\n\
         }}\n"
    )
}

/// Returns the table's name. An nftables identifier has letters, digits and `/\_.-`; interface names also have `=` and `+`, but
/// never `/`.
fn table(name: &InterfaceName) -> String {
    format!("{PREFIX}{}", name.as_str().replace('=', "/e").replace('+', "/p"))
}

pub(super) fn read_mark_validation() -> Option<String> {
    fs::read_to_string(SRC_VALID_MARK).ok().map(|value| value.trim().to_owned())
}

pub(super) fn write_mark_validation(value: &str) -> Result<(), NetworkError> {
    let path = PathBuf::from(SRC_VALID_MARK);
    if read_mark_validation().as_deref() == Some(value) {
        return Ok(());
    }
    match fs::write(&path, value) {
        // In a container /proc/sys is often read-only; the host decides there.
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        result => result.map_err(NetworkError::kernel(format!("setting net.ipv4.conf.all.src_valid_mark to {value}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_nftables_cannot_spell_become_others_and_stay_apart() {
        let table = |name: &str| table(&name.parse().unwrap());
        assert_eq!(table("wg0"), "adit-wg0");
        assert_eq!(table("a=b+c"), "adit-a/eb/pc");
        assert_ne!(table("a=b"), table("aeb"));
    }

    #[test]
    fn only_tables_of_our_families_and_names_are_filters() {
        let found = |line: &str| table_of(line).map(|(interface, table)| (interface.to_string(), table));
        assert_eq!(found("table inet adit-a/eb"), Some(("a=b".into(), "inet adit-a/eb".into())));
        assert_eq!(found("table arp adit-wg0"), Some(("wg0".into(), "arp adit-wg0".into())));
        for other in
            ["table ip adit-wg0", "table inet aditblock-wg0", "table inet adit", "table inet adit-", "table inet filter", ""]
        {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn the_helper_process_runs_every_script() {
        let tunnel = FullTunnel { mark: 51820, addresses: vec!["10.8.0.2".parse().unwrap(), "fd00::2".parse().unwrap()] };
        for name in ["wg0", "a=b+c"] {
            let name: InterfaceName = name.parse().unwrap();
            let both = script(&name, &tunnel, Some("0")) + &arp_script(&name, &[Ipv4Addr::new(10, 8, 0, 2)]);
            for text in [both, script(&name, &tunnel, None), format!("delete table inet {}\n", table(&name))] {
                assert_eq!(super::super::helper::check("nft", &["-f", "-"], &text), Ok(()), "{text}");
            }
        }
    }
}
