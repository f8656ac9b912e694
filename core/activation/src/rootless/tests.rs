//! A tunnel without an interface, on a fake computer.

use super::super::Mailbox;
use super::super::fake::{FULL_TUNNEL, Stage, config};
use super::*;
use adit_platform::device::TunCapabilities;
use adit_platform::fake::FakeTun;
use adit_protocol::Instant;

const NAMED: &str = "Endpoint = 192.0.2.1:";

/// Returns a time in milliseconds on the test's clock.
fn at(milliseconds: u64) -> Instant {
    Instant::from_nanos(milliseconds * 1_000_000)
}

fn start(stage: &Stage, text: &str, observer: Observer) -> Active {
    let request = RootlessRequest {
        config: config(text),
        name: "office".parse().unwrap(),
        mtu: Mtu::new(1400).unwrap(),
        patience: Patience::Retries(0),
    };
    let reporter: Arc<dyn Reporter> = Arc::new(stage.reports.clone());
    let (device, _kernel) = FakeTun::new("stack", 1, TunCapabilities::default());
    start_rootless(request, device, &stage.platform(), &stage.shutdown, &reporter, observer).unwrap()
}

/// Returns a configuration that would need privileges if there were an interface.
fn demanding() -> String {
    FULL_TUNNEL.replacen("[Interface]\n", "[Interface]\nFwMark = 7\nMTU = 1300\nPreUp = true\nPostDown = true\n", 1)
}

#[test]
fn a_tunnel_without_an_interface_changes_nothing_on_the_computer() {
    let stage = Stage::default();
    let active = start(&stage, &demanding(), Box::new(|_| {}));
    assert_eq!(stage.host.calls(), ["watch"]);
    assert_eq!(active.update().fwmark, Some(0), "a mark needs root");
    drop(active);
    assert_eq!(stage.commands.lines(), Vec::<String>::new());
    stage.nothing_is_left();
}

#[test]
fn a_tunnel_without_an_interface_asks_its_peer_when_the_route_to_it_is_another_and_keeps_its_mtu() {
    let stage = Stage::default();
    let mailbox = Mailbox::new(&stage.shutdown);
    let mut active = start(&stage, FULL_TUNNEL, mailbox.observer());
    let peer = active.config().peers[0].public_key.short();
    assert!(!active.follow(at(1_000)));
    stage.host.reroute(|route| {
        let route = route.as_mut().unwrap();
        (route.source, route.mtu) = (Some("192.168.1.77".parse().unwrap()), Some(1300));
    });
    active.hear(&Signal::NetworkChanged, at(2_000));
    // The first call looks at the routes, the second one starts a handshake.
    active.follow(at(2_000));
    active.follow(at(2_000));
    assert_eq!(stage.engine.tunnel("office").asked, [format!("path changed {peer}")]);
    active.hear(&Signal::Woke, at(60_000));
    active.follow(at(60_000));
    assert_eq!(stage.engine.tunnel("office").asked[1..], ["end sessions".to_owned(), format!("path changed {peer}")]);
    assert!(!stage.host.calls().contains(&"set_mtu"), "{:?}", stage.host.calls());
}

#[test]
fn a_tunnel_without_an_interface_looks_up_again_where_its_peer_is_when_the_route_to_it_is_another() {
    let stage = Stage::default();
    stage.names.set("vpn.example", Some("192.0.2.1"));
    let (sender, looked_up) = std::sync::mpsc::channel();
    let observer: Observer = Box::new(move |signal| {
        if let Signal::LookedUp(found) = signal {
            // The error is ignored: the test may be over.
            let _ = sender.send(found.clone());
        }
    });
    let mut active = start(&stage, &FULL_TUNNEL.replace(NAMED, "Endpoint = vpn.example:"), observer);
    stage.names.set("vpn.example", Some("192.0.2.9"));
    active.follow(at(1_000));
    stage.host.reroute(|route| route.as_mut().unwrap().carrier_changes += 2);
    active.hear(&Signal::NetworkChanged, at(2_000));
    active.follow(at(2_000));
    active.follow(at(2_000));
    let found = looked_up.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    active.hear(&Signal::LookedUp(found), at(2_100));
    assert_eq!(active.now.candidates.values().next().unwrap().addresses, ["192.0.2.9:51820".parse().unwrap()]);
}
