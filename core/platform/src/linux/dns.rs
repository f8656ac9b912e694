//! Sets resolvers: with `resolvconf`, as wg-quick(8) does; else with systemd-resolved's D-Bus interface; else by writing
//! `/etc/resolv.conf` ([`file`]), even if NetworkManager generates that file.

mod file;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use adit_config::InterfaceName;

use super::netlink::Netlink;
use super::resolved::{Resolved, ResolvedError};
use super::{link, tool};
use crate::linux_network::host::ResolverTool;
use crate::network::{DnsNames, DnsSpec, NetworkError};

pub(super) use file::{REQUEST, on_overwritten, outside_servers, serve};

/// The folder in which Debian's resolvconf keeps a file for each interface.
const DEBIAN_RECORDS: &str = "/run/resolvconf/interface";
/// The configuration of openresolv, a shell script of assignments.
const OPENRESOLV: &str = "/etc/resolvconf.conf";

/// The program that manages this computer's resolvers.
#[derive(Clone, Debug)]
enum Manager {
    /// openresolv or Debian's resolvconf.
    Resolvconf { program: PathBuf },
    /// systemd-resolved, even if its `resolvectl` is installed as `resolvconf`.
    Resolved(Resolved),
    /// No program: Adit writes the file itself.
    File,
}

/// Returns true if this computer can set resolvers.
pub(super) fn is_available() -> bool {
    manager().is_some()
}

/// Returns the program that sets resolvers on this computer.
pub(super) fn tool() -> Option<ResolverTool> {
    manager().map(|manager| match manager {
        Manager::Resolvconf { .. } => ResolverTool::Resolvconf,
        Manager::Resolved(_) => ResolverTool::Resolved,
        Manager::File => ResolverTool::File,
    })
}

/// Returns true if resolvers can be restricted to some domains: with systemd-resolved, and with openresolv in front of a local
/// name server that it tells the domains. `/etc/resolv.conf` cannot express it (resolv.conf(5)).
pub(super) fn can_split() -> bool {
    match manager() {
        Some(Manager::Resolved(_)) => true,
        Some(Manager::Resolvconf { .. }) => fs::read_to_string(OPENRESOLV).is_ok_and(|settings| has_local_name_server(&settings)),
        Some(Manager::File) | None => false,
    }
}

/// Makes `dns` the resolvers of the interface; None restores the system's own.
pub(super) fn set(name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
    let manager = manager();
    // Also if another program manages resolvers by now.
    if dns.is_none() || !matches!(manager, Some(Manager::File)) {
        file::remove(name)?;
    }
    match (manager, dns) {
        (None, Some(_)) => Err(NetworkError::NoResolver),
        (None | Some(Manager::File), None) => Ok(()),
        (Some(Manager::File), Some(dns)) => file::add(name, dns),
        (Some(Manager::Resolvconf { program }), Some(dns)) => {
            // Exclusive (`-x`): the resolvers of other interfaces are not asked. Private (`-p`): ours are asked only for the
            // names in their domains.
            let scope = if dns.names == DnsNames::All { "-x" } else { "-p" };
            tool::run(&program, &["-a", &record(name), "-m", "0", scope], &resolv_conf(dns)).map(drop)
        }
        (Some(Manager::Resolvconf { program }), None) => tool::run(&program, &["-d", &record(name), "-f"], "").map(drop),
        (Some(Manager::Resolved(resolved)), dns) => set_link(&resolved, name, dns),
    }
}

/// Returns true if resolvers are still set for an interface that is gone.
pub(super) fn is_left_over(name: &InterfaceName) -> bool {
    !left_over(&BTreeSet::from([name.clone()])).is_empty()
}

/// Returns those of `gone`, interfaces that are gone, for which resolvers are still set. systemd-resolved forgets them with the
/// interface.
pub(super) fn left_over(gone: &BTreeSet<InterfaceName>) -> Vec<&InterfaceName> {
    let recorded = file::recorded();
    let program = match manager() {
        Some(Manager::Resolvconf { program }) => Some(program),
        Some(Manager::Resolved(_) | Manager::File) | None => None,
    };
    let has_record = |name: &InterfaceName| {
        let Some(program) = &program else { return false };
        let record = record(name);
        Path::new(DEBIAN_RECORDS).join(&record).exists()
            || tool::run(program, &["-l", &record], "").is_ok_and(|listing| listing.contains("nameserver"))
    };
    gone.iter().filter(|name| recorded.contains(*name) || has_record(name)).collect()
}

/// Returns the interfaces whose resolvers a killed process left in `/etc/resolv.conf`.
pub(super) fn recorded() -> BTreeSet<InterfaceName> {
    file::recorded()
}

fn manager() -> Option<Manager> {
    if let Some(program) = tool::find("resolvconf")
        && !fs::canonicalize(&program).is_ok_and(|path| path.ends_with("resolvectl"))
    {
        return Some(Manager::Resolvconf { program });
    }
    let resolved = Some(Resolved::system()).filter(Resolved::is_running).map(Manager::Resolved);
    resolved.or_else(|| file::is_writable().then_some(Manager::File))
}

/// Returns true if openresolv configures a local name server, and programs ask that name server.
fn has_local_name_server(settings: &str) -> bool {
    let value = |name: &str| {
        let mut assigned = settings.lines().filter_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
        assigned.next_back().map(|value| value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
    };
    let asks_local = value("name_servers").is_some_and(|servers| {
        servers.split_whitespace().any(|server| server.parse::<std::net::IpAddr>().is_ok_and(|server| server.is_loopback()))
    });
    asks_local && (value("dnsmasq_conf").is_some() || value("unbound_conf").is_some())
}

fn set_link(resolved: &Resolved, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
    let doing = || format!("setting the resolvers of {name}");
    let found =
        Netlink::open().and_then(|mut netlink| link::find(&mut netlink, name.as_str())).map_err(NetworkError::kernel(doing()))?;
    let asked = match (found, dns) {
        (Some(link), Some(dns)) => resolved.set_link(link.index, dns),
        (Some(link), None) => resolved.revert_link(link.index),
        (None, Some(_)) => return Err(NetworkError::InterfaceGone(name.clone())),
        (None, None) => Ok(()),
    };
    asked.map_err(|error| NetworkError::kernel(doing())(of_resolved(error)))
}

fn of_resolved(error: ResolvedError) -> io::Error {
    match error {
        ResolvedError::TimedOut(_) => io::Error::new(io::ErrorKind::TimedOut, error),
        _ => io::Error::other(error),
    }
}

fn resolv_conf(dns: &DnsSpec) -> String {
    let mut text: String = dns.servers.iter().map(|server| format!("nameserver {server}\n")).collect();
    let mut domains: Vec<&str> = dns.search.iter().map(String::as_str).collect();
    if let DnsNames::Only(only) = &dns.names {
        domains.extend(only.iter().map(String::as_str));
    }
    if !domains.is_empty() {
        text.push_str(&format!("search {}\n", domains.join(" ")));
    }
    text
}

/// Returns the name of the record. Debian's resolvconf sorts records by patterns of their names; a prefix that matches the first
/// pattern with a star (`tun*`) puts ours first.
fn record(name: &InterfaceName) -> String {
    let order = fs::read_to_string("/etc/resolvconf/interface-order").unwrap_or_default();
    format!("{}{name}", prefix(&order).unwrap_or_default())
}

fn prefix(order: &str) -> Option<String> {
    let is_plain = |prefix: &str| !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    order
        .lines()
        .filter_map(|line| line.trim().strip_suffix('*'))
        .find(|prefix| is_plain(prefix))
        .map(|prefix| format!("{prefix}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_come_in_order_and_search_domains_on_one_line() {
        let servers = vec!["10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()];
        let dns = DnsSpec { servers, search: vec!["corp.example".into(), "lab.example".into()], names: DnsNames::All };
        assert_eq!(resolv_conf(&dns), "nameserver 10.0.0.1\nnameserver fd00::1\nsearch corp.example lab.example\n");
    }

    #[test]
    fn openresolv_can_split_dns_where_it_configures_the_name_server_that_programs_ask() {
        let with = |lines: &[&str]| has_local_name_server(&lines.join("\n"));
        assert!(with(&["name_servers=\"127.0.0.1 ::1\"", "dnsmasq_conf=/etc/dnsmasq.d/resolvconf"]));
        assert!(with(&["name_servers=::1", "unbound_conf='/etc/unbound/resolvconf.conf'"]));
        for lines in [
            &["name_servers=127.0.0.1"][..],
            &["dnsmasq_conf=/etc/dnsmasq.d/resolvconf"],
            &["name_servers=192.0.2.1", "dnsmasq_conf=/x"],
            &["#name_servers=127.0.0.1", "dnsmasq_conf=/x"],
            &["name_servers=127.0.0.1", "dnsmasq_conf="],
        ] {
            assert!(!with(lines), "{lines:?}");
        }
    }

    #[test]
    fn the_record_is_named_after_the_first_starred_pattern_of_debians_interface_order() {
        assert_eq!(prefix("# comment\nlo.inet*\nlo\ntun*\ntap*\n").as_deref(), Some("tun."));
        assert_eq!(prefix("lo\neth0\n"), None);
    }
}
