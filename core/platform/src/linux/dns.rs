//! Resolvers: through `resolvconf`, as wg-quick(8) does it, or, where only systemd-resolved is there, through its `resolvectl`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use adit_config::InterfaceName;

use super::tool;
use crate::host::{DnsSpec, HostError, ResolverTool};

/// Where Debian's resolvconf keeps a file for each interface.
const DEBIAN_RECORDS: &str = "/run/resolvconf/interface";

/// What manages this computer's resolvers.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Manager {
    /// openresolv or Debian's resolvconf; or `resolvectl` under that name, which understands the same arguments.
    Resolvconf { program: PathBuf, is_resolved: bool },
    /// systemd-resolved alone.
    Resolved { program: PathBuf },
}

/// Whether there is anything to set resolvers with.
pub(super) fn is_available() -> bool {
    manager().is_some()
}

/// What there is to set resolvers with.
pub(super) fn tool() -> Option<ResolverTool> {
    manager().map(|manager| match manager {
        Manager::Resolvconf { is_resolved: false, .. } => ResolverTool::Resolvconf,
        Manager::Resolvconf { is_resolved: true, .. } | Manager::Resolved { .. } => ResolverTool::Resolved,
    })
}

/// Makes `dns` the resolvers of the interface, or gives the system its own back.
pub(super) fn set(name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), HostError> {
    let Some(manager) = manager() else { return if dns.is_some() { Err(HostError::NoResolver) } else { Ok(()) } };
    match (manager, dns) {
        (Manager::Resolvconf { program, .. }, Some(dns)) => {
            tool::run(&program, &["-a", &record(name), "-m", "0", "-x"], &resolv_conf(dns)).map(drop)
        }
        (Manager::Resolvconf { program, .. }, None) => tool::run(&program, &["-d", &record(name), "-f"], "").map(drop),
        (Manager::Resolved { program }, Some(dns)) => set_link(&program, name, dns),
        (Manager::Resolved { program }, None) => tool::run(&program, &["revert", name.as_str()], "").map(drop),
    }
}

/// Whether resolvers are still set for an interface that is gone.
pub(super) fn is_left_over(name: &InterfaceName) -> bool {
    !left_over(&BTreeSet::from([name.clone()])).is_empty()
}

/// Those of `gone`, interfaces that are gone, for which resolvers are still set. systemd-resolved forgets them with the interface.
pub(super) fn left_over(gone: &BTreeSet<InterfaceName>) -> Vec<&InterfaceName> {
    let Some(Manager::Resolvconf { program, is_resolved: false }) = manager() else { return Vec::new() };
    let has_record = |name: &&InterfaceName| {
        let record = record(name);
        Path::new(DEBIAN_RECORDS).join(&record).exists()
            || tool::run(&program, &["-l", &record], "").is_ok_and(|listing| listing.contains("nameserver"))
    };
    gone.iter().filter(has_record).collect()
}

fn manager() -> Option<Manager> {
    let resolved = tool::find("resolvectl").filter(|program| tool::run(program, &["--no-pager", "dns"], "").is_ok());
    if let Some(program) = tool::find("resolvconf") {
        let is_resolved = fs::canonicalize(&program).is_ok_and(|path| path.ends_with("resolvectl"));
        if !is_resolved || resolved.is_some() {
            return Some(Manager::Resolvconf { program, is_resolved });
        }
    }
    resolved.map(|program| Manager::Resolved { program })
}

/// `~.`: all names are asked there, not only those in the search domains.
fn set_link(program: &Path, name: &InterfaceName, dns: &DnsSpec) -> Result<(), HostError> {
    let servers: Vec<String> = dns.servers.iter().map(ToString::to_string).collect();
    let name = name.as_str();
    let with = |verb, values: &[String]| {
        let arguments: Vec<&str> = [verb, name].into_iter().chain(values.iter().map(String::as_str)).collect();
        tool::run(program, &arguments, "").map(drop)
    };
    with("dns", &servers)?;
    with("domain", &[&dns.search[..], &["~.".to_owned()]].concat())?;
    with("default-route", &["true".to_owned()])
}

fn resolv_conf(dns: &DnsSpec) -> String {
    let mut text: String = dns.servers.iter().map(|server| format!("nameserver {server}\n")).collect();
    if !dns.search.is_empty() {
        text.push_str(&format!("search {}\n", dns.search.join(" ")));
    }
    text
}

/// Debian's resolvconf orders records by patterns of their names; the first pattern with a star (`tun*`) makes ours come first.
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
        let dns = DnsSpec { servers, search: vec!["corp.example".into(), "lab.example".into()] };
        assert_eq!(resolv_conf(&dns), "nameserver 10.0.0.1\nnameserver fd00::1\nsearch corp.example lab.example\n");
    }

    #[test]
    fn the_record_is_named_after_the_first_starred_pattern_of_debians_interface_order() {
        assert_eq!(prefix("# comment\nlo.inet*\nlo\ntun*\ntap*\n").as_deref(), Some("tun."));
        assert_eq!(prefix("lo\neth0\n"), None);
    }
}
