//! The network configuration of Windows: the system calls of [`crate::windows_network`].

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use super::default_route::Tunnel;
use super::udp::WindowsUdp;
use super::{ip_interface, tun};
use crate::device::{TunDevice, UdpFactory as _, UdpSocket};
use crate::linux_network::LinuxNetwork;
use crate::network::{DnsSpec, NameAddresses, NetworkEvents, StandingKillSwitch, TamperingEvents};
use crate::windows_network::dns::NrptRule;
use crate::windows_network::filter::Filter;
use crate::windows_network::host::WindowsHost;
use crate::windows_network::snapshot::Snapshot;
use crate::windows_network::system::{FilterSet, Purpose, System};

mod events;
mod functions;
mod nrpt;
mod outside_dns;
mod raw_filter;
mod reading;
mod settings;
mod watched;
mod wfp;

pub(super) use events::IpChanges;
pub(super) use outside_dns::domains;
pub(super) use reading::snapshot as read;

/// Returns the network of this computer.
pub(super) fn network() -> LinuxNetwork {
    LinuxNetwork::on(Arc::new(WindowsHost::on(Arc::new(Windows::default()))))
}

/// Returns the tunnels of dead processes that have DNS rules: those without an adapter.
pub(super) fn names_with_dns_rules() -> io::Result<Vec<InterfaceName>> {
    let now = reading::snapshot()?;
    let is_there =
        |name: &InterfaceName| now.interfaces.iter().any(|interface| interface.name.eq_ignore_ascii_case(name.as_str()));
    Ok(nrpt::names()?.into_iter().filter(|name| !is_there(name)).collect())
}

/// Removes the DNS rules of a tunnel.
pub(super) fn remove_dns_rules(name: &InterfaceName) -> io::Result<()> {
    nrpt::set(name, &[]).map(drop)
}

/// Leaves a rule, as a killed process does.
#[cfg(test)]
pub(super) fn leave_dns_rules(name: &InterfaceName) {
    let rule = NrptRule { namespaces: vec![".adit.invalid".into()], servers: "127.0.0.1".into() };
    nrpt::set(name, &[rule]).unwrap();
}

/// Returns the kill switches that are closed, of any process.
pub(super) fn standing_kill_switches() -> io::Result<Vec<StandingKillSwitch>> {
    wfp::Filters::default().kill_switches()
}

/// Opens a kill switch of any process.
pub(super) fn open_kill_switch(name: &InterfaceName) -> io::Result<()> {
    let purpose = Purpose::KillSwitch { owner: String::new(), has_portal: false };
    wfp::Filters::default().set(&FilterSet { name: name.clone(), purpose }, &[])
}

/// This computer.
#[derive(Default)]
struct Windows {
    filters: wfp::Filters,
}

impl System for Windows {
    fn snapshot(&self) -> io::Result<Snapshot> {
        reading::snapshot()
    }

    fn open_tun(&self, name: &InterfaceName, mtu: u16) -> io::Result<(TunDevice, u64)> {
        let (device, Tunnel(luid)) = tun::open(name.as_str(), mtu)?;
        Ok((device, luid))
    }

    fn bind(&self, port: u16, past_tunnels: bool) -> io::Result<Arc<dyn UdpSocket>> {
        let past = past_tunnels.then_some(Tunnel::ALL_OF_THIS_PROCESS);
        WindowsUdp { past, ..WindowsUdp::default() }.bind(port, 0)
    }

    fn set_interface(&self, luid: u64, mtu: u16) -> io::Result<()> {
        if ip_interface::set_up_tunnel(luid, mtu.into())? {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::NotFound, "Windows does not list the adapter"))
        }
    }

    fn add_address(&self, luid: u64, address: Cidr) -> io::Result<()> {
        settings::add_address(luid, address)
    }

    fn remove_address(&self, luid: u64, address: Cidr) -> io::Result<()> {
        settings::remove_address(luid, address)
    }

    fn add_route(&self, luid: u64, network: Cidr, metric: u32) -> io::Result<()> {
        settings::add_route(luid, network, metric)
    }

    fn remove_route(&self, luid: u64, network: Cidr) -> io::Result<()> {
        settings::remove_route(luid, network)
    }

    fn set_interface_dns(&self, luid: u64, dns: Option<&DnsSpec>) -> io::Result<()> {
        settings::set_dns(luid, dns)
    }

    fn set_nrpt(&self, name: &InterfaceName, rules: &[NrptRule]) -> io::Result<bool> {
        nrpt::set(name, rules)
    }

    fn check_filters(&self) -> io::Result<()> {
        self.filters.check()
    }

    fn set_filters(&self, set: &FilterSet, filters: &[Filter]) -> io::Result<()> {
        self.filters.set(set, filters)
    }

    fn kill_switches(&self) -> io::Result<Vec<StandingKillSwitch>> {
        self.filters.kill_switches()
    }

    fn look_up_outside(&self, host: &str, inside: &[IpAddr], tunnels: &[u64]) -> io::Result<NameAddresses> {
        outside_dns::look_up(host, inside, tunnels)
    }

    fn watch(&self) -> io::Result<Box<dyn NetworkEvents>> {
        Ok(Box::new(events::Paths::watch()?))
    }

    fn guard(&self) -> io::Result<Box<dyn TamperingEvents>> {
        Ok(Box::new(events::Guard::watch(&self.filters.watched)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network as _;
    use crate::windows_network::filters::{Guard, guard};

    #[test]
    fn filters_are_set_and_removed_or_the_platform_is_missing_and_each_call_says_so() {
        let windows = Windows::default();
        let set = FilterSet { name: "adit-test".parse().unwrap(), purpose: Purpose::Guard };
        // No family is closed, and no interface has this number.
        let harmless = Guard { tunnel: u64::MAX, families: [false, false], outside: Vec::new(), resolves_all: false };
        if windows.check_filters().is_ok() {
            windows.set_filters(&set, &guard(&harmless)).unwrap();
            assert!(windows.kill_switches().unwrap().iter().all(|standing| standing.interface != set.name));
            windows.set_filters(&set, &[]).unwrap();
        } else {
            assert!(windows.set_filters(&set, &guard(&harmless)).is_err());
            assert!(windows.kill_switches().is_err());
            let said = network().check_kill_switch().unwrap_err().to_string();
            assert!(said.contains("Windows Filtering Platform"), "{said}");
        }
    }

    #[test]
    fn an_adapter_that_windows_does_not_list_is_not_set_up() {
        assert!(Windows::default().set_interface(u64::MAX, 1420).is_err());
    }

    #[test]
    fn a_socket_past_the_tunnels_is_bound_and_paths_are_read() {
        assert!(Windows::default().bind(0, true).unwrap().port() > 0);
        let underlay = network().underlay();
        underlay.path_mtu(&["203.0.113.9".parse().unwrap()]).unwrap();
        let route = underlay.route_to("203.0.113.9".parse().unwrap()).unwrap();
        assert!(route.is_none_or(|route| !route.interface.is_empty() && route.mtu.is_some_and(|mtu| mtu >= 576)));
    }

    struct Deaf;

    impl crate::network::Listener for Deaf {
        fn hear(&self, _: crate::network::Report) {}
    }

    #[test]
    fn a_tunnel_that_cannot_come_up_says_what_is_missing_and_leaves_nothing() {
        let listener: Arc<dyn crate::network::Listener> = Arc::new(Deaf);
        let name: InterfaceName = "adit-test-up".parse().unwrap();
        let picture = crate::network::Picture {
            name: name.clone(),
            addresses: vec!["10.8.0.2/24".parse().unwrap()],
            mtu: None,
            routes: vec!["10.9.0.0/16".parse().unwrap()],
            endpoints: Default::default(),
            peers: Vec::new(),
            dns: Default::default(),
            lockdown: None,
            allow_ipv6_outside: false,
            yields: false,
            linux: Default::default(),
        };
        let network = network();
        let mut attachment = network.prepare(&picture, &listener).unwrap();
        assert_eq!(attachment.check().unwrap(), []);
        attachment.measure(&[]).unwrap();
        match attachment.open(1) {
            Ok(device) => {
                let outcome = attachment.configure(&|| true).map_err(|error| error.to_string());
                assert!(outcome.as_ref().err().is_none_or(|error| error.contains(name.as_str())), "{outcome:?}");
                attachment.clear();
                drop(device);
            }
            // The package's library is not beside the program of the tests.
            Err(error) => assert!(error.to_string().contains("wintun.dll"), "{error}"),
        }
        drop(attachment);
        assert!(!tun::all_of_this_process().iter().any(|luid| read().unwrap().interface(*luid).is_some()));
        assert!(network.recover(&name).unwrap().is_empty());
    }
}
