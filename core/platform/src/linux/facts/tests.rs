//! Networks of veth pairs in network namespaces; NetworkManager, iwd and logind of the test's own on a bus of the test's own.
//!
//! Each step changes something and waits until the handler hears of it.

mod services;
mod world;

use std::sync::mpsc::{Receiver, channel};

use adit_testbus::places::{CAFE, HOME, OFFICE, TWIN};
use adit_testbus::{Bus, Logind, MockManager, Place, pretend_to_sleep};

use super::super::namespace::{alone, ip};
use super::super::sandbox::files::{Files, restrict_to};
use super::super::test_bus::bus;
use super::super::tun;
use super::super::udp::lan::lan_socket;
use super::*;
use crate::device::Offloads;
use crate::network_facts::{Mac, Portal, Security, Ssid};
use crate::sandbox::Restriction;
use services::{FakeIwd, SilentManager};
use world::{Card, HardwareAddress as _};

fn observe(bus: &str) -> (FactsWatch, Descriptions) {
    let adapter = LinuxNetworkFacts { bus: bus.to_owned(), ..LinuxNetworkFacts::default() };
    let (send, received) = channel();
    let handler = Box::new(move |facts: &Known<Facts>| {
        // A test that has seen enough no longer listens.
        let _ = send.send(facts.clone());
    });
    (adapter.watch(handler).unwrap(), Descriptions { received, last: None, count: 0 })
}

const NO_BUS: &str = "unix:path=/nonexistent/bus";

/// Adds the access point of a place, and returns its path.
fn access_point(manager: &MockManager, place: &Place) -> String {
    manager.add_access_point(place.access_point.unwrap()).unwrap()
}

/// Starts NetworkManager for `wlan0`. Without python-dbusmock it prints that the test is skipped.
fn manager(bus: &Bus) -> Option<MockManager> {
    let manager = MockManager::start(bus.address(), "wlan0").unwrap();
    if manager.is_none() {
        println!("SKIPPED: no python3-dbusmock");
    }
    manager
}

/// The facts that the handler received.
struct Descriptions {
    received: Receiver<Known<Facts>>,
    last: Option<Known<Facts>>,
    /// The number of descriptions so far.
    count: usize,
}

impl Descriptions {
    /// Waits until the handler hears of a state that fits.
    fn wait(&mut self, what: &str, fits: impl Fn(&Known<Facts>) -> bool) {
        loop {
            let facts = self.received.recv_timeout(Duration::from_secs(60));
            let facts = facts.unwrap_or_else(|_| panic!("nobody says: {what}; the last was {:#?}", self.last));
            self.last = Some(facts.clone());
            self.count += 1;
            if fits(&facts) {
                return;
            }
        }
    }

    fn wait_for(&mut self, what: &str, fits: impl Fn(&Facts) -> bool) -> Facts {
        self.wait(what, |facts| matches!(facts, Known::Known(facts) if fits(facts)));
        match self.last.clone() {
            Some(Known::Known(facts)) => facts,
            _ => unreachable!("it fits"),
        }
    }

    /// Waits until the only link is this one, and its next hop has confirmed its address.
    fn wait_for_link(&mut self, what: &str, fits: impl Fn(&Link) -> bool) -> Link {
        let facts = self.wait_for(what, |facts| matches!(&facts.links[..], [link] if link.gateway_mac.is_some() && fits(link)));
        facts.links[0].clone()
    }

    fn wait_for_none(&mut self) {
        self.wait_for("no network", |facts| facts.links.is_empty());
    }
}

#[test]
fn without_any_service_a_cable_is_described_by_the_kernel_alone() {
    alone(|| {
        let card = Card::new("eth0");
        let (_watch, mut descriptions) = observe(NO_BUS);
        descriptions.wait_for_none();
        card.join(&OFFICE);
        let link = descriptions.wait_for_link("the office", |link| link.is_default);
        let expected = Link {
            interface: "eth0".into(),
            carrier_changes: link.carrier_changes,
            kind: LinkKind::Ethernet,
            is_default: true,
            wifi: None,
            gateway_mac: OFFICE.mac(),
            subnets: vec!["10.1.0.0/16".parse().unwrap()],
            dns_suffixes: Known::Unknown,
            metered: Known::Unknown,
            portal: Portal::Unknown,
        };
        assert_eq!(link, expected);
        ip("addr add 2001:db8::5/64 dev eth0 nodad");
        descriptions.wait_for_link("another subnet", |link| link.subnets.len() == 2);
        ip("link set eth0 down");
        descriptions.wait_for_none();
    });
}

#[test]
fn another_router_at_the_same_address_has_another_hardware_address() {
    alone(|| {
        let card = Card::new("eth0");
        let (_watch, mut descriptions) = observe(NO_BUS);
        card.join(&HOME);
        descriptions.wait_for_link("home", |link| link.gateway_mac == HOME.mac());
        card.leave();
        descriptions.wait_for_none();
        card.join(&TWIN);
        descriptions.wait_for_link("a network that looks like home", |link| link.gateway_mac == TWIN.mac());
    });
}

#[test]
fn the_hardware_address_of_an_earlier_network_does_not_count_when_the_observation_begins() {
    alone(|| {
        let card = Card::new("eth0");
        card.join(&TWIN);
        ip(&format!("neigh replace 192.168.1.1 lladdr {} dev eth0 nud reachable", HOME.mac));
        let (_watch, mut descriptions) = observe(NO_BUS);
        let known = descriptions.wait_for("the router", |facts| facts.links.iter().any(|link| link.gateway_mac.is_some()));
        assert_eq!(known.links[0].gateway_mac, TWIN.mac(), "the router itself has answered");
    });
}

#[test]
fn a_hardware_address_that_is_set_on_this_computer_is_no_fact_about_the_network() {
    alone(|| {
        let card = Card::new("eth0");
        card.join(&TWIN);
        ip(&format!("neigh replace 192.168.1.1 lladdr {} dev eth0 nud permanent", HOME.mac));
        let (_watch, mut descriptions) = observe(NO_BUS);
        let facts = descriptions.wait_for("the network", |facts| facts.links.len() == 1);
        assert_eq!(facts.links[0].gateway_mac, None);
        ip("neigh del 192.168.1.1 dev eth0");
        descriptions.wait_for_link("the router itself", |link| link.gateway_mac == TWIN.mac());
    });
}

#[test]
fn two_halves_of_a_default_route_are_one() {
    alone(|| {
        let card = Card::new("eth0");
        card.join(&OFFICE);
        ip("route del default");
        let (_watch, mut descriptions) = observe(NO_BUS);
        descriptions.wait_for("no default route", |facts| matches!(&facts.links[..], [link] if !link.is_default));
        ip("route add 0.0.0.0/1 via 10.1.0.1");
        ip("route add 128.0.0.0/1 via 10.1.0.1");
        descriptions.wait_for_link("both halves", |link| link.is_default && link.gateway_mac == OFFICE.mac());
    });
}

#[test]
fn while_a_service_takes_long_to_answer_nothing_is_known_and_then_what_the_kernel_says() {
    alone(|| {
        let Some(bus) = bus() else { return };
        let card = Card::new("eth0");
        card.join(&HOME);
        let (_watch, mut descriptions) = observe(bus.address());
        descriptions.wait_for_link("home", |link| link.gateway_mac == HOME.mac());
        let _manager = SilentManager::start(&bus);
        descriptions.wait("the last description is no longer in force", |facts| *facts == Known::Unknown);
        descriptions.wait_for_link("home, without the service", |link| link.gateway_mac == HOME.mac());
    });
}

#[test]
fn a_service_completes_the_kernels_description_only_of_the_same_association() {
    let wifi = |ssid: Option<&str>, bssid: Option<Mac>, security| Wifi {
        ssid: ssid.and_then(|ssid| Ssid::new(ssid.as_bytes())),
        bssid,
        security,
    };
    let [first, second] = [1, 2].map(|last| Some(Mac([2, 0, 0, 0, 0, last])));
    let hidden = || wifi(None, second, None);
    let home = |bssid| wifi(Some("home"), bssid, Some(Security::Wpa2));
    assert_eq!(complete(hidden(), Some(home(second))), home(second), "both mean one access point");
    assert_eq!(complete(hidden(), Some(home(first))), hidden(), "the service still means the access point before");
    assert_eq!(complete(hidden(), Some(home(None))), hidden(), "nobody knows which access point the service means");
    assert_eq!(complete(wifi(Some("cafe"), second, None), Some(home(second))), wifi(Some("cafe"), second, None));
    let nameless = || wifi(None, None, None);
    assert_eq!(complete(nameless(), Some(home(None))), nameless());
}

#[test]
fn a_card_that_is_in_no_network_says_the_kernel_is_in_none_whatever_a_service_says() {
    let interface = Interface {
        index: 3,
        name: "wlan0".into(),
        kind: LinkKind::Ethernet,
        is_default: true,
        gateway: None,
        carrier_changes: 1,
        subnets: Vec::new(),
    };
    let wifi = Some(Wifi { ssid: Ssid::new(b"home"), ..Wifi::default() });
    let service = FromService { wifi: wifi.clone(), ..FromService::default() };
    assert_eq!(describe(&interface, Some(&service), Some(&None)).wifi, None);
    let unknown_to_kernel = FromService { kind: Some(LinkKind::Wifi), ..service };
    assert_eq!(describe(&interface, Some(&unknown_to_kernel), None).wifi, wifi);
}

#[test]
fn a_tunnel_of_another_program_is_another_vpn_and_no_link() {
    alone(|| {
        let card = Card::new("eth0");
        card.join(&HOME);
        let (_watch, mut descriptions) = observe(NO_BUS);
        descriptions.wait_for("no tunnel", |facts| facts.other_vpn == Known::Known(false) && facts.links.len() == 1);
        let tunnel = tun::open("vpn0", 1420, 1, Offloads::ALL).unwrap();
        ip("link set vpn0 up");
        ip("route add default dev vpn0 metric 1");
        let facts = descriptions.wait_for("a tunnel", |facts| facts.other_vpn == Known::Known(true));
        assert_eq!(facts.links.len(), 1, "{facts:?}");
        drop(tunnel);
        descriptions.wait_for("no tunnel", |facts| facts.other_vpn == Known::Known(false));
    });
}

#[test]
fn networks_are_described_and_asked_without_access_to_other_files() {
    alone(|| {
        let card = Card::new("eth0");
        card.join(&HOME);
        let confined = || {
            if restrict_to(&Files::for_tunnels()).unwrap() == Restriction::None {
                println!("SKIPPED: files out of reach: the kernel has no Landlock");
                return;
            }
            let (_watch, mut descriptions) = observe(NO_BUS);
            descriptions.wait_for_link("home", |link| link.gateway_mac == HOME.mac());
            assert_eq!(lan_interfaces().unwrap(), ["eth0"]);
            let socket = lan_socket("eth0", "192.168.1.7:0".parse().unwrap()).unwrap();
            socket.send("255.255.255.255:51819".parse().unwrap(), b"probe").unwrap();
        };
        std::thread::scope(|scope| scope.spawn(confined).join().unwrap());
    });
}

#[test]
fn many_changes_at_once_are_heard_of_together_and_none_after_the_subscription_has_ended() {
    alone(|| {
        let card = Card::new("eth0");
        card.join(&OFFICE);
        let (watch, mut descriptions) = observe(NO_BUS);
        descriptions.wait_for_link("the network", |link| link.is_default);
        let changes: String =
            (0..1000).map(|number| format!("addr {} 10.77.0.1/24 dev eth0\n", ["add", "del"][number % 2])).collect();
        world::ip_batch(&(changes + "addr add 10.78.0.1/24 dev eth0\n"));
        descriptions.wait_for_link("the last change", |link| link.subnets.contains(&"10.78.0.0/24".parse().unwrap()));
        assert!(descriptions.count < 500, "1,001 changes came as {} descriptions", descriptions.count);
        drop(watch);
        let more = descriptions.received.try_iter().count();
        ip("addr del 10.78.0.1/24 dev eth0");
        assert_eq!(more, 0, "the last change was the last word");
        assert!(descriptions.received.recv().is_err(), "nobody speaks any more");
    });
}

#[test]
fn from_cafe_to_home_to_the_office_to_nowhere_as_network_manager_tells_it() {
    alone(|| {
        let Some(bus) = bus() else { return };
        let Some(manager) = manager(&bus) else { return };
        let (wifi_card, cable) = (Card::new("wlan0"), Card::new("eth0"));
        let (_watch, mut descriptions) = observe(bus.address());
        descriptions.wait_for_none();

        let cafe = access_point(&manager, &CAFE);
        let home = access_point(&manager, &HOME);
        manager.join(&cafe, 1, 2, &[]).unwrap();
        wifi_card.join(&CAFE);
        let link = descriptions.wait_for_link("the caf\u{e9}", |link| link.portal == Portal::Captive && link.is_default);
        let wifi = Wifi {
            ssid: Ssid::new("Caf\u{e9} (5G)+".as_bytes()),
            bssid: "00:00:5e:00:53:0c".parse().ok(),
            security: Some(Security::Open),
        };
        assert_eq!(link.wifi, Some(wifi));
        assert_eq!((link.kind, link.metered), (LinkKind::Wifi, Known::Known(true)));
        assert_eq!(link.gateway_mac, CAFE.mac());

        wifi_card.leave();
        descriptions.wait_for_none();
        manager.join(&home, 4, 4, &["Home.Example.", "~home.arpa"]).unwrap();
        wifi_card.join(&HOME);
        let link = descriptions.wait_for_link("home", |link| link.portal == Portal::None && link.dns_suffixes != Known::Unknown);
        let wifi = Wifi { ssid: Ssid::new(b"home"), bssid: "00:00:5e:00:53:01".parse().ok(), security: Some(Security::Wpa2) };
        assert_eq!(link.wifi, Some(wifi));
        assert_eq!(link.gateway_mac, HOME.mac());
        assert_eq!(link.dns_suffixes, Known::Known(vec!["home.arpa".into(), "home.example".into()]));
        assert_eq!(link.metered, Known::Known(false));

        cable.join(&OFFICE);
        let both = descriptions.wait_for("two networks", |facts| facts.links.len() == 2);
        let kinds: Vec<LinkKind> = both.links.iter().map(|link| link.kind).collect();
        assert_eq!(kinds, [LinkKind::Ethernet, LinkKind::Wifi]);
        descriptions.wait_for(
            "the cable is preferred",
            |facts| matches!(&facts.links[..], [cable, wifi] if cable.is_default && !wifi.is_default),
        );
        wifi_card.leave();
        descriptions.wait_for_link("the office", |link| link.interface == "eth0" && link.gateway_mac == OFFICE.mac());
        cable.leave();
        descriptions.wait_for_none();
    });
}

#[test]
fn a_roaming_computer_confirms_the_gateway_again_although_its_carrier_stays() {
    alone(|| {
        let Some(bus) = bus() else { return };
        let Some(manager) = manager(&bus) else { return };
        let wifi_card = Card::new("wlan0");
        let home = access_point(&manager, &HOME);
        let twin = access_point(&manager, &TWIN);
        manager.join(&home, 0, 0, &[]).unwrap();
        wifi_card.join(&HOME);
        let (_watch, mut descriptions) = observe(bus.address());
        descriptions.wait_for_link("home", |link| link.gateway_mac == HOME.mac());
        wifi_card.move_to(&TWIN);
        manager.set_access_point(&twin).unwrap();
        let of_twin = |link: &Link| link.wifi.as_ref().is_some_and(|wifi| wifi.bssid == "00:00:5e:00:53:02".parse().ok());
        let unconfirmed = |facts: &Facts| matches!(&facts.links[..], [link] if of_twin(link));
        let facts = descriptions.wait_for("the twin", unconfirmed);
        assert_ne!(facts.links[0].gateway_mac, HOME.mac(), "the address of the real home does not count");
        if facts.links[0].gateway_mac.is_none() {
            descriptions.wait_for_link("the twin's router", |link| of_twin(link) && link.gateway_mac == TWIN.mac());
        }
    });
}

#[test]
fn wifi_is_unknown_after_network_manager_has_ended_and_iwd_takes_over() {
    alone(|| {
        let Some(bus) = bus() else { return };
        let wifi_card = Card::new("wlan0");
        wifi_card.join(&HOME);
        let (_watch, mut descriptions) = observe(bus.address());
        descriptions.wait_for_link("a link without a service", |link| link.wifi.is_none());

        let Some(manager) = manager(&bus) else { return };
        let home = access_point(&manager, &HOME);
        manager.join(&home, 0, 0, &[]).unwrap();
        descriptions.wait_for_link("home, says NetworkManager", |link| link.wifi.is_some());
        manager.end();
        descriptions.wait_for_link("nobody knows", |link| link.wifi.is_none());

        let iwd = FakeIwd::start(&bus, "wlan0");
        iwd.join("cafe", "open");
        let name = |link: &Link| link.wifi.clone().and_then(|wifi| wifi.ssid);
        let link = descriptions.wait_for_link("a caf\u{e9}, says iwd", |link| name(link) == Ssid::new(b"cafe"));
        assert_eq!(link.kind, LinkKind::Wifi);
        assert_eq!(link.wifi.and_then(|wifi| wifi.security), Some(Security::Open));
        iwd.join("home", "psk");
        let link = descriptions.wait_for_link("home, says iwd", |link| name(link) == Ssid::new(b"home"));
        assert_eq!(link.wifi.and_then(|wifi| wifi.security), None, "WPA, WPA2 or WPA3");
        iwd.end();
        descriptions.wait_for_link("nobody knows again", |link| link.wifi.is_none());
    });
}

#[test]
fn nothing_is_known_while_the_computer_sleeps_and_a_stranger_cannot_send_it_to_sleep() {
    alone(|| {
        let Some(bus) = bus() else { return };
        let wifi_card = Card::new("wlan0");
        wifi_card.join(&HOME);
        let logind = Logind::start(bus.address()).unwrap();
        let (_watch, mut descriptions) = observe(bus.address());
        descriptions.wait_for_link("home", |_| true);

        pretend_to_sleep(bus.address()).unwrap();
        ip("addr add 10.78.0.1/24 dev wlan0");
        descriptions.wait_for_link("a change after the stranger's signal", |link| link.subnets.len() == 2);

        logind.prepare_for_sleep(true).unwrap();
        descriptions.wait("the computer goes to sleep", |facts| *facts == Known::Unknown);
        wifi_card.leave();
        wifi_card.join(&CAFE);
        logind.prepare_for_sleep(false).unwrap();
        let link = descriptions.wait_for_link("the network after sleep", |_| true);
        assert_eq!(link.gateway_mac, CAFE.mac(), "home was not claimed meanwhile");

        logind.prepare_for_sleep(true).unwrap();
        descriptions.wait("the computer goes to sleep again", |facts| *facts == Known::Unknown);
        logind.end().unwrap();
        descriptions.wait_for_link("nobody is left to wake it up", |_| true);
    });
}

#[test]
fn a_service_with_absurd_answers_makes_wifi_unknown_and_nothing_worse() {
    alone(|| {
        let Some(bus) = bus() else { return };
        let Some(manager) = manager(&bus) else { return };
        let wifi_card = Card::new("wlan0");
        let home = access_point(&manager, &HOME);
        manager.join(&home, 0, 0, &[]).unwrap();
        wifi_card.join(&HOME);
        let (_watch, mut descriptions) = observe(bus.address());
        descriptions.wait_for_link("home", |link| link.wifi.is_some());
        manager.set(&home, "AccessPoint", "Ssid", vec![b'x'; 70_000].into()).unwrap();
        let link = descriptions
            .wait_for_link("a name of 70,000 bytes", |link| link.wifi.as_ref().is_some_and(|wifi| wifi.ssid.is_none()));
        assert_eq!(link.wifi.and_then(|wifi| wifi.bssid), Some(Mac([0, 0, 0x5e, 0, 0x53, 1])));
        let names: Vec<String> = (0..20_000).map(|number| format!("{number}.example")).collect();
        manager.set_domains(&names).unwrap();
        descriptions.wait_for_link(
            "20,000 domains",
            |link| matches!(&link.dns_suffixes, Known::Known(suffixes) if suffixes.len() == service::MAX_OBJECTS),
        );
        manager.set_access_point("/nowhere").unwrap();
        descriptions.wait_for_link("an access point that is not there", |link| link.wifi.is_none());
    });
}
