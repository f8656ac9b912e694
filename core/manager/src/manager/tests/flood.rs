//! Tests of events that a peer or the network can cause at will: a flood of them delays no other work, and the last effect is
//! not lost.

use std::thread;
use std::time::Duration;

use adit_api::{ApiError, Caller, DownReason, Event, Health, PeerId, PreviewWarning, Role, Service, TunnelId, TunnelState};
use adit_protocol::{Event as EngineEvent, PublicKey};

use super::bench::{Bench, START, conf, us};

/// Brings up a full tunnel with a kill switch. Returns it and its peer.
fn blocking(bench: &Bench) -> (TunnelId, PublicKey) {
    let id = bench.import("home", &conf("Address = 10.8.0.2/24", "0.0.0.0/0, ::/0"));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.engine.with_view("home", |view| view.peers[0].last_handshake = Duration::from_millis(START - 60_000));
    (id, bench.stage.engine.tunnel("home").view.peers[0].public_key)
}

/// Returns a bench, its tunnel and peer, and a function that counts changes of the packet filter since the tunnel came up.
fn roaming() -> (Bench, TunnelId, PublicKey, impl Fn(&Bench) -> usize) {
    let bench = Bench::new();
    let (id, peer) = blocking(&bench);
    let before = bench.stage.host.all_kill_switches().len();
    (bench, id, peer, move |bench| bench.stage.host.all_kill_switches().len() - before)
}

fn moved(bench: &Bench, peer: PublicKey, port: u16) {
    let endpoint = ([198, 51, 100, 7], port).into();
    bench.stage.engine.with_view("home", |view| view.peers[0].endpoint = Some(endpoint));
    bench.stage.engine.tell("home", &EngineEvent::Roamed { peer, endpoint });
}

/// Waits until the tunnel's thread has handled all events before this one.
fn all_is_handled(bench: &Bench, id: TunnelId, peer: PublicKey) {
    bench.stage.engine.tell("home", &EngineEvent::PeerSilent { peer });
    bench.until("the events are handled", |bench| matches!(bench.health(id), Some(Health::NoAnswer { .. })));
}

#[test]
fn roaming_flood_does_not_delay_disconnect() {
    let (bench, id, peer, changes) = roaming();
    for port in 1..=1_000 {
        moved(&bench, peer, port);
        if port == 1 {
            bench.until("the packet filter follows at once", |bench| changes(bench) == 1);
        }
    }
    all_is_handled(&bench, id, peer);
    assert_eq!(changes(&bench), 1, "at most one change of the packet filter a second");
    bench.manager().disconnect(&us(), id).unwrap();
    assert_eq!(changes(&bench), 1, "what was put off is not done first");
    assert_eq!(bench.state(id), TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None });
    bench.nothing_is_left();
}

#[test]
fn packet_filter_converges_to_where_the_peer_is_after_a_roaming_flood() {
    let (bench, id, peer, changes) = roaming();
    for port in 1..=1_000 {
        moved(&bench, peer, port);
    }
    bench.until("the packet filter follows at once", |bench| changes(bench) == 1);
    all_is_handled(&bench, id, peer);
    // Any of these moves may have caused the first change. One more move makes sure that a change is postponed.
    moved(&bench, peer, 7_777);
    bench.advance(999);
    bench.settle_down();
    assert_eq!(changes(&bench), 1);
    bench.advance(1);
    bench.until("the packet filter follows again", |bench| changes(bench) == 2);
    let last = bench.stage.host.all_kill_switches().pop().unwrap();
    assert!(last.endpoints.contains(&"198.51.100.7:7777".parse().unwrap()), "{last:?}");
    bench.advance(60_000);
    bench.settle_down();
    assert_eq!(changes(&bench), 2, "nobody has moved since");
}

#[test]
fn handshake_flood_tells_clients_at_most_once_a_second_and_of_the_last_state() {
    let bench = Bench::new();
    let (id, peer) = blocking(&bench);
    bench.settle_down();
    bench.heard.take();
    let told = || {
        let events = bench.heard.take();
        events.iter().filter(|event| matches!(event, Event::TunnelChanged { .. })).count()
    };
    for _ in 0..1_000 {
        bench.stage.engine.tell("home", &EngineEvent::HandshakeCompleted { peer, initiator: false });
        std::thread::yield_now();
    }
    all_is_handled(&bench, id, peer);
    let in_a_burst = told();
    assert!((1..=10).contains(&in_a_burst), "{in_a_burst}");
    for _ in 0..20 {
        bench.stage.engine.tell("home", &EngineEvent::HandshakeCompleted { peer, initiator: false });
        // Otherwise the health of the previous round could be mistaken for this round's.
        bench.until("the handshake is complete", |bench| !matches!(bench.health(id), Some(Health::NoAnswer { .. })));
        all_is_handled(&bench, id, peer);
    }
    assert!(in_a_burst + told() <= 10);
    bench.advance(1_000);
    bench.until("clients are told of the last state", |_| told() == 1);
    assert!(matches!(bench.health(id), Some(Health::NoAnswer { .. })), "{:?}", bench.health(id));
}

#[test]
fn previews_that_wait_for_a_dead_resolver_are_two_of_each_user_and_eight_in_all_and_root_has_its_own() {
    let bench = Bench::new();
    let text = |from: &str, to: &str| conf("Address = 10.8.0.2/24", "10.8.0.0/24").replace(from, to);
    let named = bench.import("named", &text("192.0.2.1:", "dead.example:"));
    let plain = bench.import("plain", &text("", ""));
    let names = &bench.stage.names;
    let preview = |uid, role, id| {
        let caller =
            Caller { role, action: None, peer: Some(PeerId::new(format!("uid {uid}"), uid == 0)), who: "somebody".into() };
        bench.manager().preview(&caller, id).map(|preview| preview.warnings)
    };
    for _ in 0..2 {
        let before = names.asked();
        names.hold(true);
        thread::scope(|scope| {
            let waiting: Vec<_> = (1_000..1_004)
                .flat_map(|uid| [uid; 2])
                .map(|uid| scope.spawn(move || preview(uid, Role::Operate, named)))
                .collect();
            bench.until("eight wait", |_| names.asked() == before + 8);
            assert_eq!(preview(1_000, Role::Operate, named), Err(ApiError::TooManyLookUps { limit: 2 }));
            assert_eq!(preview(1_004, Role::Operate, named), Err(ApiError::TooManyLookUps { limit: 8 }));
            assert_eq!(preview(1_004, Role::Operate, plain), Ok(vec![]), "where no name is to be looked up nobody waits");
            let host = "dead.example".to_owned();
            assert_eq!(preview(1_004, Role::Status, named), Ok(vec![PreviewWarning::NotLookedUp { host: host.clone() }]));
            let root = scope.spawn(move || preview(0, Role::Administer, named));
            bench.until("root's waits too", |_| names.asked() == before + 9);
            names.hold(false);
            for preview in waiting.into_iter().chain([root]) {
                assert_eq!(preview.join().unwrap(), Ok(vec![PreviewWarning::Unresolved { host: host.clone() }]));
            }
        });
    }
}

#[test]
fn preview_asks_the_network_for_no_name_on_behalf_of_users_who_may_only_look() {
    let bench = Bench::new();
    let id = bench.import("home", &conf("Address = 10.8.0.2/24", "10.8.0.0/24").replace("192.0.2.1:", "vpn.example:"));
    bench.stage.names.set("vpn.example", Some("192.0.2.9"));
    let warnings = |role| {
        let caller = Caller { role, action: None, peer: Some(PeerId::new("uid 1000", false)), who: "somebody".into() };
        bench.manager().preview(&caller, id).unwrap().warnings
    };
    let host = "vpn.example".to_owned();
    for (role, asked, warning) in
        [(Role::Status, 0, vec![PreviewWarning::NotLookedUp { host }]), (Role::Operate, 1, vec![]), (Role::Administer, 2, vec![])]
    {
        assert_eq!(warnings(role), warning, "{role:?}");
        assert_eq!(bench.stage.names.asked(), asked, "{role:?}");
    }
}
