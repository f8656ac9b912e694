//! The order of the steps, on a computer in memory: everything that leads into a tunnel is set after the tunnel, and removed
//! before it. The tests of `adit-activation`, which include the engine, show that each step can fail and leaves nothing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use adit_config::settings::DnsSettings;

use crate::fake::{Fault, FirewallPolicy, HostState, RecordingHost};
use crate::network::{
    Applied, Attachment, ChangeError, Direction, EngineSide, Listener, Lockdown, Network, Picture, Report, Step,
};

#[derive(Default)]
struct Heard(Mutex<Vec<Step>>);

impl Listener for Heard {
    fn hear(&self, report: Report) {
        if let Report::TakesBack(step) = report {
            self.0.lock().unwrap().push(step);
        }
    }
}

/// Records each turn with its mark and the calls made before it.
struct Engine<'a> {
    host: &'a RecordingHost,
    turns: Vec<(Direction, u32, Vec<&'static str>)>,
    fails: bool,
}

impl<'a> Engine<'a> {
    fn of(host: &'a RecordingHost) -> Self {
        host.set_fault(None);
        Self { host, turns: Vec::new(), fails: false }
    }
}

impl EngineSide for Engine<'_> {
    fn turn(&mut self, direction: Direction, mark: u32) -> bool {
        self.turns.push((direction, mark, self.host.calls()));
        !self.fails
    }

    fn endpoints(&mut self) -> Vec<SocketAddr> {
        vec!["192.0.2.1:51820".parse().unwrap()]
    }
}

/// Returns the picture of a tunnel with one peer and these routes.
pub(crate) fn picture(routes: &[&str]) -> Picture {
    Picture {
        name: "wg0".parse().unwrap(),
        addresses: vec!["10.8.0.2/24".parse().unwrap()],
        mtu: None,
        routes: routes.iter().map(|text| text.parse().unwrap()).collect(),
        endpoints: Default::default(),
        peers: vec!["192.0.2.1".parse().unwrap()],
        dns: DnsSettings { servers: vec!["10.8.0.1".parse().unwrap()], search: Vec::new() },
        lockdown: None,
        allow_ipv6_outside: false,
        yields: false,
        linux: Default::default(),
    }
}

const ALL: &[&str] = &["0.0.0.0/0", "::/0"];
const SPLIT: &[&str] = &["10.9.0.0/16"];

fn up(host: &RecordingHost, network: &dyn Network, listener: &Arc<Heard>, routes: &[&str]) -> Box<dyn Attachment> {
    let listener: Arc<dyn Listener> = Arc::clone(listener) as _;
    let mut attachment = network.prepare(&picture(routes), &listener).unwrap();
    attachment.check().unwrap();
    attachment.measure(&picture(routes).peers).unwrap();
    assert_eq!(host.state(), HostState::default(), "nothing is changed before the interface is made");
    attachment.open(1).unwrap();
    attachment.configure(&|| true).unwrap();
    attachment
}

#[test]
fn an_attachment_is_taken_back_from_the_last_step_to_the_first_and_the_interface_outlives_the_engine() {
    let (host, listener) = (RecordingHost::default(), Arc::new(Heard::default()));
    let mut attachment = up(&host, &*host.network(), &listener, ALL);
    attachment.clear();
    assert_eq!(*listener.0.lock().unwrap(), [Step::Dns, Step::Routes, Step::Firewall]);
    let HostState { interface, routes, dns, firewall, .. } = host.state();
    assert!(interface.is_some() && routes.is_none() && dns.is_none() && firewall == FirewallPolicy::Open);
    drop(attachment);
    assert_eq!(listener.0.lock().unwrap().last(), Some(&Step::Interface));
    assert_eq!(host.state(), HostState::default());
}

#[test]
fn rules_come_after_the_mark_that_they_spare_and_go_before_it() {
    let (host, listener) = (RecordingHost::default(), Arc::new(Heard::default()));
    let mut attachment = up(&host, &*host.network(), &listener, SPLIT);
    let mut engine = Engine::of(&host);
    assert!(matches!(attachment.apply(&picture(ALL), &mut engine).unwrap(), Applied::Same));
    assert_eq!(engine.turns, [(Direction::There, 51820, vec!["free_table", "route_mtu"])]);
    let mut engine = Engine::of(&host);
    attachment.apply(&picture(SPLIT), &mut engine).unwrap();
    assert_eq!(engine.turns, [(Direction::There, 0, vec!["route_mtu", "set_routes"])]);
}

#[test]
fn a_step_that_fails_turns_the_engine_back_and_an_engine_that_refuses_changes_nothing() {
    let (host, listener) = (RecordingHost::default(), Arc::new(Heard::default()));
    let mut attachment = up(&host, &*host.network(), &listener, SPLIT);
    let before = host.state();
    let mut engine = Engine::of(&host);
    // free_table, route_mtu, set_firewall
    host.set_fault(Some(Fault::HalfDone(2)));
    assert!(matches!(attachment.apply(&picture(ALL), &mut engine), Err(ChangeError::Network(_))));
    let turns: Vec<_> = engine.turns.iter().map(|(direction, mark, _)| (*direction, *mark)).collect();
    assert_eq!(turns, [(Direction::There, 51820), (Direction::Back, 0)]);
    assert_eq!(host.state(), before);
    let mut engine = Engine { fails: true, ..Engine::of(&host) };
    assert!(matches!(attachment.apply(&picture(ALL), &mut engine), Err(ChangeError::Engine)));
    assert_eq!(host.state(), before);
}

#[test]
fn a_filter_that_is_kept_for_a_restart_goes_with_its_end_unless_the_next_attachment_has_one() {
    let (host, listener) = (RecordingHost::default(), Arc::new(Heard::default()));
    let (network, name) = (host.network(), "wg0".parse().unwrap());
    for (next, stands) in [(Some(ALL), true), (Some(SPLIT), false), (None, false)] {
        let mut attachment = up(&host, &*network, &listener, ALL);
        attachment.keep_filter();
        drop(attachment);
        assert_ne!(host.state().firewall, FirewallPolicy::Open);
        let listener: Arc<dyn Listener> = Arc::clone(&listener) as _;
        let attachment = next.map(|routes| {
            let mut attachment = network.prepare(&picture(routes), &listener).unwrap();
            attachment.open(1).unwrap();
            attachment.configure(&|| true).unwrap();
            attachment
        });
        network.end_restart(&name).unwrap();
        assert_eq!(host.state().firewall != FirewallPolicy::Open, stands, "{next:?}");
        drop(attachment);
        assert_eq!(host.state(), HostState::default());
    }
}

#[test]
fn the_kill_switch_lets_out_what_both_pictures_need_while_one_replaces_the_other_and_outlives_the_attachment() {
    let (host, listener) = (RecordingHost::default(), Arc::new(Heard::default()));
    let endpoint = |text: &str| -> SocketAddr { text.parse().unwrap() };
    let locked = |endpoints: &[&str]| Picture {
        lockdown: Some(Lockdown {
            owner: "owner".into(),
            allow_lan: false,
            endpoints: endpoints.iter().map(|text| endpoint(text)).collect(),
            resolving: false,
            home_probe: false,
        }),
        ..picture(ALL)
    };
    let mut attachment = up(&host, &*host.network(), &listener, ALL);
    attachment.set_lockdown(locked(&["192.0.2.9:9"]).lockdown.as_ref()).unwrap();
    attachment.apply(&locked(&["192.0.2.1:51820"]), &mut Engine::of(&host)).unwrap();
    let endpoints: Vec<usize> = host.all_kill_switches().iter().map(|rules| rules.endpoints.len()).collect();
    assert_eq!(endpoints, [1, 2, 1]);
    assert_eq!(host.state().kill_switch.unwrap().endpoints, [endpoint("192.0.2.1:51820")]);
    drop(attachment);
    assert!(host.state().kill_switch.is_some(), "when a tunnel breaks, its kill switch is what stays");
}
