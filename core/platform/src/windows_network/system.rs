//! The calls of Windows that [`WindowsHost`](super::host::WindowsHost) makes: one call for each setting, so that the tests have a
//! computer in memory in its place.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use super::dns::NrptRule;
use super::filter::Filter;
use super::snapshot::Snapshot;
use crate::device::{TunDevice, UdpSocket};
use crate::network::{DnsSpec, NameAddresses, NetworkError, NetworkEvents, StandingKillSwitch, TamperingEvents};

/// A Windows computer.
pub(crate) trait System: Send + Sync + 'static {
    /// Reads routes, interfaces and addresses.
    fn snapshot(&self) -> io::Result<Snapshot>;

    /// Creates the adapter, and returns its `NET_LUID`.
    fn open_tun(&self, name: &InterfaceName, mtu: u16) -> io::Result<(TunDevice, u64)>;

    /// Opens a UDP socket. If `past_tunnels` is set, its datagrams leave by the best default route outside the tunnels of this
    /// process, whatever the routes say.
    fn bind(&self, port: u16, past_tunnels: bool) -> io::Result<Arc<dyn UdpSocket>>;

    /// Sets the MTU, the lowest metric, and the strong host model of both families.
    fn set_interface(&self, luid: u64, mtu: u16) -> io::Result<()>;

    /// Adds an address. One that is there already is no error.
    fn add_address(&self, luid: u64, address: Cidr) -> io::Result<()>;

    /// Removes an address. One that is not there is no error.
    fn remove_address(&self, luid: u64, address: Cidr) -> io::Result<()>;

    /// Adds a route on the link. One that is there already is no error.
    fn add_route(&self, luid: u64, network: Cidr, metric: u32) -> io::Result<()>;

    /// Removes a route on the link. One that is not there is no error.
    fn remove_route(&self, luid: u64, network: Cidr) -> io::Result<()>;

    /// Sets the DNS servers and search domains of an interface; None: it has none.
    fn set_interface_dns(&self, luid: u64, dns: Option<&DnsSpec>) -> io::Result<()>;

    /// Replaces the rules of the Name Resolution Policy Table that belong to a tunnel. Returns true if there were other rules of it.
    fn set_nrpt(&self, name: &InterfaceName, rules: &[NrptRule]) -> io::Result<bool>;

    /// Fails if the Windows Filtering Platform cannot be used.
    fn check_filters(&self) -> io::Result<()>;

    /// Replaces all filters of one set, in an order in which at no moment more packets pass than before or after.
    fn set_filters(&self, set: &FilterSet, filters: &[Filter]) -> io::Result<()>;

    /// Returns the kill switches that are closed, of any process.
    fn kill_switches(&self) -> io::Result<Vec<StandingKillSwitch>>;

    /// Resolves a name outside the tunnels. Servers that are `inside` one are not asked.
    fn look_up_outside(&self, host: &str, inside: &[IpAddr], tunnels: &[u64]) -> io::Result<NameAddresses>;

    /// Announces changes of interfaces, addresses and routes.
    fn watch(&self) -> io::Result<Box<dyn NetworkEvents>>;

    /// Announces changes of Adit's settings by other programs.
    fn guard(&self) -> io::Result<Box<dyn TamperingEvents>>;
}

/// Filters that are replaced together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FilterSet {
    /// The tunnel.
    pub(crate) name: InterfaceName,
    /// The purpose.
    pub(crate) purpose: Purpose,
}

/// The purpose of filters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Purpose {
    /// The kill switch.
    KillSwitch {
        /// Its owner.
        owner: String,
        /// True if a way to a captive portal leads through it.
        has_portal: bool,
    },
    /// The guard of a tunnel that takes all traffic.
    Guard,
}

impl FilterSet {
    /// Returns the set without what may differ from one time that it is set to the next.
    pub(crate) fn without_details(&self) -> Self {
        let purpose = match self.purpose {
            Purpose::KillSwitch { .. } => Purpose::KillSwitch { owner: String::new(), has_portal: false },
            Purpose::Guard => Purpose::Guard,
        };
        Self { name: self.name.clone(), purpose }
    }

    /// Returns the bytes that mark the set's filters: texts with zeros between them.
    pub(crate) fn tag(&self) -> Vec<u8> {
        let purpose = match &self.purpose {
            Purpose::KillSwitch { owner, has_portal } => {
                let owner: String = owner.chars().filter(char::is_ascii_alphanumeric).collect();
                format!("kill switch\0{owner}\0{}", if *has_portal { "portal" } else { "" })
            }
            Purpose::Guard => "guard".to_owned(),
        };
        format!("{}\0{purpose}", self.name).into_bytes()
    }

    /// Reads such bytes; None for others.
    pub(crate) fn from_tag(tag: &[u8]) -> Option<Self> {
        let mut texts = std::str::from_utf8(tag).ok()?.split('\0');
        let name = texts.next()?.parse().ok()?;
        let purpose = match (texts.next()?, texts.next(), texts.next(), texts.next()) {
            ("guard", None, None, None) => Purpose::Guard,
            ("kill switch", Some(owner), Some(portal), None) => {
                Purpose::KillSwitch { owner: owner.to_owned(), has_portal: portal == "portal" }
            }
            _ => return None,
        };
        Some(Self { name, purpose })
    }
}

/// For `map_err`: makes the error of an operation that Windows refused.
pub(crate) fn refused(doing: impl Into<String>) -> impl FnOnce(io::Error) -> NetworkError {
    NetworkError::kernel(doing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_says_which_set_a_filter_belongs_to_and_other_bytes_say_nothing() {
        let kill_switch = |has_portal| Purpose::KillSwitch { owner: "0123abcd".into(), has_portal };
        for purpose in [Purpose::Guard, kill_switch(true), kill_switch(false)] {
            let set = FilterSet { name: "a=b+c".parse().unwrap(), purpose };
            assert_eq!(FilterSet::from_tag(&set.tag()), Some(set.clone()));
            let (same, other) =
                (FilterSet { purpose: kill_switch(false), ..set.clone() }, FilterSet { purpose: Purpose::Guard, ..set.clone() });
            let is_guard = set.purpose == Purpose::Guard;
            assert_eq!(same.without_details() == set.without_details(), !is_guard);
            assert_eq!(other.without_details() == set.without_details(), is_guard);
        }
        for other in
            [&b""[..], b"office", b"office\0", b"office\0guard\0", b"\xff\0guard", b"o ffice\0guard", b"office\0kill switch\0a"]
        {
            assert_eq!(FilterSet::from_tag(other), None, "{other:?}");
        }
    }
}
