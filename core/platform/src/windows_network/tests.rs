//! The steps of a tunnel on a Windows computer in memory.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use adit_config::{Cidr, InterfaceName};

use super::dns::NrptRule;
use super::filter::{Condition, Filter, Lifetime, Weight};
use super::host::WindowsHost;
use super::snapshot::{AddressRow, InterfaceRow, RouteRow, Snapshot};
use super::system::{FilterSet, Purpose, System};
use crate::device::{TunCapabilities, TunDevice, UdpSocket};
use crate::fake::FakeTun;
use crate::linux_network::LinuxNetwork;
use crate::network::{
    Attachment, ChangeError, Closed, Direction, DnsSpec, EngineSide, Listener, Lockdown, NameAddresses, Network, NetworkError,
    NetworkEvents, Part, Picture, Protected, Report, StandingKillSwitch, TamperingEvents, Warning,
};

const ETHERNET: u64 = 1;
const FIRST_TUNNEL: u64 = 100;

/// Everything that can be set, as it is.
#[derive(Clone, PartialEq, Debug, Default)]
struct State {
    snapshot: Snapshot,
    mtu: BTreeMap<u64, u16>,
    dns: BTreeMap<u64, DnsSpec>,
    nrpt: BTreeMap<String, Vec<NrptRule>>,
    guards: BTreeMap<String, Vec<Filter>>,
    kill_switches: BTreeMap<String, (String, Vec<Filter>)>,
}

#[derive(Default)]
struct Computer {
    state: Mutex<State>,
    has_no_wfp: Mutex<bool>,
    /// The call that fails.
    fails: Mutex<Option<&'static str>>,
    calls: Mutex<Vec<String>>,
    tuns: Mutex<Vec<FakeTun>>,
}

impl Computer {
    fn at_home() -> Arc<Self> {
        let snapshot = Snapshot {
            routes: vec![RouteRow { network: cidr("0.0.0.0/0"), luid: ETHERNET, gateway: "192.168.1.1".parse().ok(), metric: 0 }],
            interfaces: vec![interface(ETHERNET, "Ethernet", 25)],
            addresses: vec![AddressRow { luid: ETHERNET, address: cidr("192.168.1.20/24"), is_permanent: false }],
        };
        Arc::new(Self { state: Mutex::new(State { snapshot, ..State::default() }), ..Self::default() })
    }

    fn network(self: &Arc<Self>) -> LinuxNetwork {
        LinuxNetwork::on(Arc::new(WindowsHost::on(Arc::clone(self) as Arc<dyn System>)))
    }

    fn state(&self) -> State {
        self.state.lock().unwrap().clone()
    }

    fn call(&self, call: &'static str, detail: impl std::fmt::Display) -> io::Result<std::sync::MutexGuard<'_, State>> {
        self.calls.lock().unwrap().push(format!("{call} {detail}"));
        if *self.fails.lock().unwrap() == Some(call) {
            return Err(io::Error::other(format!("{call} failed")));
        }
        Ok(self.state.lock().unwrap())
    }

    /// The adapter goes with its device.
    fn remove_adapter(&self, luid: u64) {
        let mut state = self.state.lock().unwrap();
        state.snapshot.routes.retain(|row| row.luid != luid);
        state.snapshot.addresses.retain(|row| row.luid != luid);
        state.snapshot.interfaces.retain(|row| row.luid != luid);
        state.mtu.remove(&luid);
        state.dns.remove(&luid);
    }
}

fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}

fn interface(luid: u64, name: &str, metric: u32) -> InterfaceRow {
    let index = u32::try_from(luid).unwrap();
    let metrics = [Some(metric), Some(metric)];
    InterfaceRow { luid, index, name: name.into(), mtu: 1500, is_up: true, is_loopback: false, metrics }
}

impl System for Computer {
    fn snapshot(&self) -> io::Result<Snapshot> {
        Ok(self.state().snapshot)
    }

    fn open_tun(&self, name: &InterfaceName, mtu: u16) -> io::Result<(TunDevice, u64)> {
        let mut state = self.call("open_tun", name)?;
        let luid = FIRST_TUNNEL + u64::try_from(self.tuns.lock().unwrap().len()).unwrap();
        state.snapshot.interfaces.push(interface(luid, name.as_str(), 0));
        state.mtu.insert(luid, mtu);
        let (device, tun) = FakeTun::new(name.as_str(), 1, TunCapabilities::default());
        self.tuns.lock().unwrap().push(tun);
        Ok((device, luid))
    }

    fn bind(&self, _: u16, past_tunnels: bool) -> io::Result<Arc<dyn UdpSocket>> {
        let _state = self.call("bind", if past_tunnels { "past the tunnels" } else { "by the routes" })?;
        Err(io::ErrorKind::AddrInUse.into())
    }

    fn set_interface(&self, luid: u64, mtu: u16) -> io::Result<()> {
        self.call("set_interface", mtu)?.mtu.insert(luid, mtu);
        Ok(())
    }

    fn add_address(&self, luid: u64, address: Cidr) -> io::Result<()> {
        let row = AddressRow { luid, address, is_permanent: true };
        let mut state = self.call("add_address", address)?;
        if !state.snapshot.addresses.contains(&row) {
            state.snapshot.addresses.push(row);
        }
        Ok(())
    }

    fn remove_address(&self, luid: u64, address: Cidr) -> io::Result<()> {
        let mut state = self.call("remove_address", address)?;
        state.snapshot.addresses.retain(|row| row.luid != luid || row.address != address);
        Ok(())
    }

    fn add_route(&self, luid: u64, network: Cidr, metric: u32) -> io::Result<()> {
        let row = RouteRow { network, luid, gateway: None, metric };
        let mut state = self.call("add_route", network)?;
        if !state.snapshot.routes.contains(&row) {
            state.snapshot.routes.push(row);
        }
        Ok(())
    }

    fn remove_route(&self, luid: u64, network: Cidr) -> io::Result<()> {
        let mut state = self.call("remove_route", network)?;
        state.snapshot.routes.retain(|row| row.luid != luid || row.network != network);
        Ok(())
    }

    fn set_interface_dns(&self, luid: u64, dns: Option<&DnsSpec>) -> io::Result<()> {
        let mut state = self.call("set_interface_dns", luid)?;
        match dns {
            Some(dns) => state.dns.insert(luid, dns.clone()),
            None => state.dns.remove(&luid),
        };
        Ok(())
    }

    fn set_nrpt(&self, name: &InterfaceName, rules: &[NrptRule]) -> io::Result<bool> {
        let mut state = self.call("set_nrpt", rules.len())?;
        let before = state.nrpt.remove(name.as_str()).unwrap_or_default();
        if !rules.is_empty() {
            state.nrpt.insert(name.to_string(), rules.to_vec());
        }
        Ok(!before.is_empty() && before != rules)
    }

    fn check_filters(&self) -> io::Result<()> {
        if *self.has_no_wfp.lock().unwrap() { Err(io::Error::other("there is no BFE")) } else { Ok(()) }
    }

    fn set_filters(&self, set: &FilterSet, filters: &[Filter]) -> io::Result<()> {
        self.check_filters()?;
        let mut state = self.call("set_filters", filters.len())?;
        match &set.purpose {
            Purpose::Guard if filters.is_empty() => drop(state.guards.remove(set.name.as_str())),
            Purpose::Guard => drop(state.guards.insert(set.name.to_string(), filters.to_vec())),
            Purpose::KillSwitch { .. } if filters.is_empty() => drop(state.kill_switches.remove(set.name.as_str())),
            Purpose::KillSwitch { owner, .. } => {
                state.kill_switches.insert(set.name.to_string(), (owner.clone(), filters.to_vec()));
            }
        }
        Ok(())
    }

    fn kill_switches(&self) -> io::Result<Vec<StandingKillSwitch>> {
        let state = self.state();
        let standing = |(interface, (owner, _)): (String, (String, _))| {
            let interface = interface.parse().unwrap();
            StandingKillSwitch { interface, owner, has_portal: false }
        };
        Ok(state.kill_switches.into_iter().map(standing).collect())
    }

    fn look_up_outside(&self, host: &str, _: &[IpAddr], _: &[u64]) -> io::Result<NameAddresses> {
        let _state = self.call("look_up_outside", host)?;
        Ok(NameAddresses::default())
    }

    fn watch(&self) -> io::Result<Box<dyn NetworkEvents>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn guard(&self) -> io::Result<Box<dyn TamperingEvents>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

struct Deaf;

impl Listener for Deaf {
    fn hear(&self, _: Report) {}
}

struct Engine;

impl EngineSide for Engine {
    fn turn(&mut self, _: Direction, _: u32) -> bool {
        true
    }

    fn endpoints(&mut self) -> Vec<std::net::SocketAddr> {
        vec!["192.0.2.1:51820".parse().unwrap()]
    }
}

const ALL: &[&str] = &["0.0.0.0/0", "::/0"];

fn picture(routes: &[&str]) -> Picture {
    Picture { name: "office".parse().unwrap(), ..crate::linux_network::tests::picture(routes) }
}

fn locked(routes: &[&str]) -> Picture {
    let lockdown = Lockdown {
        owner: "0123abcd".into(),
        allow_lan: false,
        endpoints: vec!["192.0.2.1:51820".parse().unwrap()],
        resolving: false,
        home_probe: false,
    };
    Picture { lockdown: Some(lockdown), ..picture(routes) }
}

fn prepare(network: &dyn Network, picture: &Picture) -> Box<dyn Attachment> {
    let listener: Arc<dyn Listener> = Arc::new(Deaf);
    network.prepare(picture, &listener).unwrap()
}

fn up(network: &dyn Network, picture: &Picture) -> Result<Box<dyn Attachment>, ChangeError> {
    let mut attachment = prepare(network, picture);
    attachment.check()?;
    attachment.measure(&picture.peers)?;
    if picture.lockdown.is_some() {
        attachment.set_lockdown(picture.lockdown.as_ref())?;
    }
    attachment.open(1).unwrap();
    attachment.configure(&|| true)?;
    Ok(attachment)
}

fn routes_of(state: &State, luid: u64) -> Vec<(String, u32)> {
    let own = state.snapshot.routes.iter().filter(|row| row.luid == luid);
    own.map(|row| (row.network.to_string(), row.metric)).collect()
}

#[test]
fn a_full_tunnel_is_guarded_before_a_route_leads_into_it_and_is_taken_back_whole() {
    let computer = Computer::at_home();
    let (network, before) = (computer.network(), computer.state());
    let attachment = up(&network, &picture(ALL)).unwrap();
    let state = computer.state();
    let routes = routes_of(&state, FIRST_TUNNEL);
    let expected = ["0.0.0.0/0", "10.8.0.0/24", "10.8.0.1/32", "::/0"];
    assert_eq!(routes, expected.map(|network| (network.to_owned(), 0)));
    assert_eq!(state.snapshot.addresses.last().unwrap().address, cidr("10.8.0.2/24"));
    assert_eq!(state.mtu[&FIRST_TUNNEL], 1420);
    assert_eq!(state.nrpt["office"][0].namespaces, ["."]);
    let guard = &state.guards["office"];
    assert!(guard.iter().any(|filter| filter.weight == Weight::Dns), "DNS outside is closed once the tunnel resolves all names");
    assert!(guard.iter().all(|filter| filter.lifetime == Lifetime::Process));
    let calls = computer.calls.lock().unwrap().clone();
    let first = |call: &str| calls.iter().position(|made| made.starts_with(call)).unwrap();
    assert!(first("set_filters") < first("add_route"), "{calls:?}");

    assert!(attachment.underlay().bind().is_err());
    assert_eq!(computer.calls.lock().unwrap().last().unwrap(), "bind past the tunnels");
    let endpoint = attachment.underlay().route_to("203.0.113.9".parse().unwrap()).unwrap().unwrap();
    assert_eq!(endpoint.interface, "Ethernet", "not by the tunnel's own default route");
    let status = attachment.status();
    assert!(status.routing.all.unwrap().by.contains("lowest metric"));

    drop(attachment);
    computer.remove_adapter(FIRST_TUNNEL);
    assert_eq!(computer.state(), before);
}

#[test]
fn a_split_tunnel_has_no_filter_and_its_names_alone_are_asked_of_its_servers() {
    let computer = Computer::at_home();
    let network = computer.network();
    let mut split = picture(&["10.9.0.0/16"]);
    split.dns.search = vec!["~corp.example".into()];
    let attachment = up(&network, &split).unwrap();
    let state = computer.state();
    assert_eq!(routes_of(&state, FIRST_TUNNEL), [("10.9.0.0/16".to_owned(), 0)]);
    assert_eq!(state.nrpt["office"][0].namespaces, [".corp.example", "corp.example"]);
    assert!(state.guards.is_empty());
    assert!(attachment.underlay().bind().is_err());
    assert_eq!(computer.calls.lock().unwrap().last().unwrap(), "bind by the routes");
}

#[test]
fn a_change_touches_what_differs_alone() {
    let computer = Computer::at_home();
    let network = computer.network();
    let mut attachment = up(&network, &picture(&["10.9.0.0/16"])).unwrap();
    computer.calls.lock().unwrap().clear();
    attachment.apply(&picture(&["10.10.0.0/16", "10.9.0.0/16"]), &mut Engine).unwrap();
    assert_eq!(*computer.calls.lock().unwrap(), ["add_route 10.9.0.0/16", "add_route 10.10.0.0/16"]);
    attachment.apply(&picture(ALL), &mut Engine).unwrap();
    assert!(computer.state().guards.contains_key("office"));
    attachment.apply(&picture(&["10.10.0.0/16"]), &mut Engine).unwrap();
    let state = computer.state();
    assert_eq!(routes_of(&state, FIRST_TUNNEL), [("10.10.0.0/16".to_owned(), 0)]);
    assert!(state.guards.is_empty());
}

#[test]
fn without_the_filtering_platform_a_tunnel_comes_up_with_a_warning_and_a_kill_switch_is_refused() {
    let computer = Computer::at_home();
    *computer.has_no_wfp.lock().unwrap() = true;
    let network = computer.network();
    let error = network.check_kill_switch().unwrap_err().to_string();
    assert!(error.contains("Windows Filtering Platform") && error.contains("there is no BFE"), "{error}");
    assert!(matches!(up(&network, &locked(ALL)), Err(ChangeError::Network(NetworkError::Kernel { .. }))));
    assert!(computer.state().kill_switches.is_empty());

    let mut attachment = prepare(&network, &picture(ALL));
    assert_eq!(attachment.check().unwrap(), [Warning::NoFirewall]);
    attachment.open(1).unwrap();
    attachment.configure(&|| true).unwrap();
    assert!(attachment.status().limits.packet_filter);
    assert_eq!(routes_of(&computer.state(), FIRST_TUNNEL).len(), 4);
}

#[test]
fn a_kill_switch_lets_packets_into_the_tunnel_as_long_as_that_is_there_and_outlives_it() {
    let computer = Computer::at_home();
    let network = computer.network();
    let lets_in = |computer: &Computer| {
        let state = computer.state();
        let (owner, filters) = &state.kill_switches["office"];
        assert_eq!(owner, "0123abcd");
        filters.iter().any(|filter| filter.conditions.contains(&Condition::Interface(FIRST_TUNNEL)))
    };
    network.lock(&"office".parse().unwrap(), &Closed { owner: "0123abcd".into(), lan_of: None, home_probe: false }).unwrap();
    assert!(!lets_in(&computer));
    let attachment = up(&network, &locked(ALL)).unwrap();
    assert!(lets_in(&computer));
    drop(attachment);
    assert!(!lets_in(&computer), "another interface may get the tunnel's number");
    assert_eq!(network.kill_switches().unwrap().len(), 1);
    network.unlock(&"office".parse().unwrap()).unwrap();
    assert!(computer.state().kill_switches.is_empty());
}

#[test]
fn what_other_programs_remove_is_put_back() {
    let computer = Computer::at_home();
    let network = computer.network();
    let name: InterfaceName = "office".parse().unwrap();
    let _attachment = up(&network, &locked(ALL)).unwrap();
    let before = computer.state();
    {
        let mut state = computer.state.lock().unwrap();
        state.snapshot.routes.retain(|row| row.luid != FIRST_TUNNEL);
        state.snapshot.addresses.retain(|row| row.luid != FIRST_TUNNEL);
        state.nrpt.clear();
        state.kill_switches.clear();
        state.guards.clear();
    }
    assert_eq!(network.put_back(&name, Protected::Ways).unwrap(), [Part::Addresses, Part::Routes]);
    assert_eq!(network.put_back(&name, Protected::KillSwitch).unwrap(), [Part::KillSwitch]);
    assert_eq!(network.put_back(&name, Protected::Filter).unwrap(), [Part::Filter]);
    assert_eq!(computer.state(), before);
    assert_eq!(network.put_back(&name, Protected::Ways).unwrap(), []);
}

#[test]
fn a_step_that_fails_leaves_nothing() {
    for call in ["open_tun", "set_interface", "add_address", "set_filters", "add_route", "set_nrpt", "set_interface_dns"] {
        let computer = Computer::at_home();
        let (network, before) = (computer.network(), computer.state());
        *computer.fails.lock().unwrap() = Some(call);
        let mut attachment = prepare(&network, &picture(ALL));
        attachment.check().unwrap();
        let made = attachment.open(1).map_err(NetworkError::kernel("open")).map_err(ChangeError::from);
        let error = made.and_then(|_| attachment.configure(&|| true)).unwrap_err().to_string();
        assert!(error.contains(call), "{call}: {error}");
        *computer.fails.lock().unwrap() = None;
        drop(attachment);
        computer.remove_adapter(FIRST_TUNNEL);
        assert_eq!(computer.state(), before, "{call}");
    }
}

#[test]
fn a_second_full_tunnel_and_a_network_that_this_computer_is_in_are_refused_and_a_route_that_yields_has_a_higher_metric() {
    let computer = Computer::at_home();
    let network = computer.network();
    let _first = up(&network, &picture(ALL)).unwrap();
    let named = |picture: Picture| Picture { name: "home".parse().unwrap(), ..picture };
    assert!(matches!(
        prepare(&network, &named(picture(ALL))).check(),
        Err(NetworkError::OtherFullTunnel(other)) if other.label == "office"
    ));
    assert!(matches!(
        prepare(&network, &named(picture(&["192.168.1.0/24"]))).check(),
        Err(NetworkError::LocalNetwork { interface, .. }) if interface == "Ethernet"
    ));
    assert!(matches!(prepare(&network, &picture(&["10.9.0.0/16"])).check(), Err(NetworkError::InterfaceExists(_))));
    let _second = up(&network, &Picture { yields: true, ..named(picture(&["10.9.0.0/16"])) }).unwrap();
    assert_eq!(routes_of(&computer.state(), FIRST_TUNNEL + 1), [("10.9.0.0/16".to_owned(), 1)]);
}

#[test]
fn the_dns_rules_of_a_killed_process_are_removed_and_its_kill_switch_stays() {
    let computer = Computer::at_home();
    let name: InterfaceName = "office".parse().unwrap();
    let before = computer.state();
    let _killed = std::mem::ManuallyDrop::new(up(&computer.network(), &locked(ALL)).unwrap());
    let next = computer.network();
    assert!(next.recover(&name).unwrap().is_empty(), "its adapter is there, so it runs");
    computer.remove_adapter(FIRST_TUNNEL);
    assert_eq!(next.recover(&name).unwrap(), ["DNS rules of office (NRPT)"]);
    assert!(next.recover(&name).unwrap().is_empty());
    assert_eq!(next.kill_switches().unwrap()[0].owner, "0123abcd");
    next.unlock(&name).unwrap();
    let after = State { guards: BTreeMap::new(), ..computer.state() };
    assert_eq!(after, before, "the guard ended with its process");
}
