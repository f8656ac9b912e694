//! Resolvers: through `resolvconf`, as wg-quick(8) does it, or, where only systemd-resolved is there, through its D-Bus interface.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use adit_config::InterfaceName;

use super::netlink::Netlink;
use super::resolved::{Resolved, ResolvedError};
use super::{link, tool};
use crate::host::{DnsSpec, HostError, ResolverTool};

/// Where Debian's resolvconf keeps a file for each interface.
const DEBIAN_RECORDS: &str = "/run/resolvconf/interface";

/// What manages this computer's resolvers.
#[derive(Clone, Debug)]
enum Manager {
    /// openresolv or Debian's resolvconf.
    Resolvconf { program: PathBuf },
    /// systemd-resolved, also where its `resolvectl` is installed as `resolvconf`.
    Resolved(Resolved),
}

/// Whether there is anything to set resolvers with.
pub(super) fn is_available() -> bool {
    manager().is_some()
}

/// What there is to set resolvers with.
pub(super) fn tool() -> Option<ResolverTool> {
    manager().map(|manager| match manager {
        Manager::Resolvconf { .. } => ResolverTool::Resolvconf,
        Manager::Resolved(_) => ResolverTool::Resolved,
    })
}

/// Makes `dns` the resolvers of the interface, or gives the system its own back.
pub(super) fn set(name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), HostError> {
    let Some(manager) = manager() else { return if dns.is_some() { Err(HostError::NoResolver) } else { Ok(()) } };
    match (manager, dns) {
        (Manager::Resolvconf { program }, Some(dns)) => {
            tool::run(&program, &["-a", &record(name), "-m", "0", "-x"], &resolv_conf(dns)).map(drop)
        }
        (Manager::Resolvconf { program }, None) => tool::run(&program, &["-d", &record(name), "-f"], "").map(drop),
        (Manager::Resolved(resolved), dns) => set_link(&resolved, name, dns),
    }
}

/// Whether resolvers are still set for an interface that is gone.
pub(super) fn is_left_over(name: &InterfaceName) -> bool {
    !left_over(&BTreeSet::from([name.clone()])).is_empty()
}

/// Those of `gone`, interfaces that are gone, for which resolvers are still set. systemd-resolved forgets them with the interface.
pub(super) fn left_over(gone: &BTreeSet<InterfaceName>) -> Vec<&InterfaceName> {
    let Some(Manager::Resolvconf { program }) = manager() else { return Vec::new() };
    let has_record = |name: &&InterfaceName| {
        let record = record(name);
        Path::new(DEBIAN_RECORDS).join(&record).exists()
            || tool::run(&program, &["-l", &record], "").is_ok_and(|listing| listing.contains("nameserver"))
    };
    gone.iter().filter(has_record).collect()
}

fn manager() -> Option<Manager> {
    if let Some(program) = tool::find("resolvconf")
        && !fs::canonicalize(&program).is_ok_and(|path| path.ends_with("resolvectl"))
    {
        return Some(Manager::Resolvconf { program });
    }
    Some(Resolved::system()).filter(Resolved::is_running).map(Manager::Resolved)
}

fn set_link(resolved: &Resolved, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), HostError> {
    let doing = || format!("setting the resolvers of {name}");
    let found =
        Netlink::open().and_then(|mut netlink| link::find(&mut netlink, name.as_str())).map_err(HostError::kernel(doing()))?;
    let asked = match (found, dns) {
        (Some(link), Some(dns)) => resolved.set_link(link.index, dns),
        (Some(link), None) => resolved.revert_link(link.index),
        (None, Some(_)) => return Err(HostError::InterfaceGone(name.clone())),
        (None, None) => Ok(()),
    };
    asked.map_err(|error| HostError::kernel(doing())(of_resolved(error)))
}

fn of_resolved(error: ResolvedError) -> io::Error {
    match error {
        ResolvedError::TimedOut(_) => io::Error::new(io::ErrorKind::TimedOut, error),
        _ => io::Error::other(error),
    }
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
