//! On-demand rules: a computer that moves between networks, in virtual time. What the user, the network and the disk do must never
//! let traffic out that the rules want inside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

use adit_api::{
    Action, ApiError, Caller, ConfigText, Event, HomeAnswer, KillSwitch, LogCode, LogLevel, OnDemandCause, Request, Role,
    RuleMode, RuleSource, RulesSwitch, RulesView, Service, TunnelId, TunnelState,
};
use adit_platform::fake::{Fault, HostState, RecordingHost};
use adit_platform::network::Tampering;
use adit_platform::network_facts::{Facts, Known, Link, LinkKind, Mac, Portal, Security, Ssid, Wifi};
use adit_protocol::Event as EngineEvent;

use super::super::StartReason;
use super::bench::{Bench, conf, us};

const OFFICE: &str = "Address = 10.8.0.2/24";
const HOME_ROUTER: Mac = Mac([0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
const CAFE_ROUTER: Mac = Mac([2, 0, 0, 0, 0, 7]);
const COMPANY_ROUTER: Mac = Mac([2, 0, 0, 0, 0, 9]);
const RULES: &str = "\
\"At home\": when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down, kill switch off
\"At work\": when gateway 02:00:00:00:00:09 then up office private ranges, kill switch off
when no network then leave
otherwise up office everything, kill switch only when untrusted
";

fn wifi(name: &str, gateway: Option<Mac>) -> Known<Facts> {
    let link = Link {
        interface: "wlan0".into(),
        carrier_changes: 0,
        kind: LinkKind::Wifi,
        is_default: true,
        wifi: Some(Wifi { ssid: Ssid::new(name.as_bytes()), bssid: None, security: Some(Security::Wpa2) }),
        gateway_mac: gateway,
        subnets: vec!["192.168.1.0/24".parse().unwrap()],
        dns_suffixes: Known::Unknown,
        metered: Known::Known(false),
        portal: Portal::None,
    };
    Known::Known(Facts { links: vec![link], other_vpn: Known::Known(false) })
}

fn cafe() -> Known<Facts> {
    wifi("Caf\u{e9}", Some(CAFE_ROUTER))
}

fn home() -> Known<Facts> {
    wifi("Home", Some(HOME_ROUTER))
}

fn company() -> Known<Facts> {
    wifi("Company", Some(COMPANY_ROUTER))
}

fn nowhere() -> Known<Facts> {
    Known::Known(Facts { links: Vec::new(), other_vpn: Known::Known(false) })
}

fn rules(bench: &Bench) -> RulesView {
    bench.manager().rules(&us()).unwrap()
}

fn set(bench: &Bench, text: &str) -> RulesView {
    let revision = rules(bench).revision;
    bench.manager().set_rules(&us(), text.to_owned(), revision).unwrap()
}

fn import(bench: &Bench) -> TunnelId {
    bench.import("office", &conf(OFFICE, "10.8.0.0/24"))
}

/// Moves to a network, and waits for as long as a looser consequence takes.
fn go(bench: &Bench, to: Known<Facts>) {
    bench.networks.set(to);
    bench.advance(2_500);
}

fn closed(bench: &Bench) -> bool {
    !bench.stage.host.network().kill_switches().unwrap().is_empty()
}

fn is_down(bench: &Bench, id: TunnelId) -> bool {
    matches!(bench.state(id), TunnelState::Down { .. })
}

fn has_logged(bench: &Bench, is_it: impl Fn(&LogCode) -> bool) -> bool {
    let page = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap();
    page.lines.iter().any(|line| is_it(&line.code))
}

#[test]
fn a_computer_goes_from_the_cafe_home_to_work_and_to_sleep() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    bench.until("nothing is known, so the tunnel is up", |bench| bench.is_up(id) && closed(bench));
    go(&bench, cafe());
    bench.until("the tunnel is up at the café", |bench| bench.is_up(id) && closed(bench));
    let on_demand = bench.view(id).on_demand.unwrap();
    assert_eq!((on_demand.mode, on_demand.kill_switch), (RuleMode::Everything, RulesSwitch::Closed));
    assert_eq!(on_demand.cause, OnDemandCause::Rule { by: RuleSource::Otherwise });
    assert_eq!(bench.view(id).kill_switch, KillSwitch::Off, "the tunnel's own setting is as it was");

    go(&bench, home());
    bench.until("the tunnel is down at home, and everything is open", |bench| is_down(bench, id) && !closed(bench));
    let by = RuleSource::Rule { index: 0, name: Some("At home".into()) };
    assert_eq!(bench.view(id).on_demand.unwrap().cause, OnDemandCause::Rule { by: by.clone() });
    assert!(has_logged(&bench, |code| matches!(code, LogCode::RulesActed { by: acted, networks, .. }
        if *acted == by && networks[0].as_str() == "wlan0 (Home)")));

    go(&bench, company());
    bench.until("private networks go through the tunnel at work", |bench| {
        bench.is_up(id) && bench.view(id).on_demand.is_some_and(|on_demand| on_demand.mode == RuleMode::Private)
    });
    assert!(!closed(&bench));
    go(&bench, nowhere());
    assert!(bench.is_up(id), "without a network the tunnel stays as it is");

    bench.networks.set(Known::Unknown);
    bench.until("asleep, everything is closed", closed);
    go(&bench, home());
    bench.until("and it is down at home again", |bench| is_down(bench, id) && !closed(bench));
}

#[test]
fn more_protection_comes_at_once_and_less_after_two_seconds() {
    let bench = Bench::new();
    let id = import(&bench);
    bench.networks.set(home());
    set(&bench, RULES);
    bench.advance(2_500);
    bench.until("it is down at home", |bench| is_down(bench, id));
    bench.networks.set(cafe());
    bench.until("it is up without any time passing", |bench| bench.is_up(id) && closed(bench));
    bench.networks.set(home());
    bench.advance(1_500);
    bench.settle_down();
    assert!(bench.is_up(id) && closed(&bench), "home might be a glimpse");
    assert_eq!(rules(&bench).now.pending.unwrap().at, bench.clock_now() + 500);
    bench.advance(500);
    bench.until("it is down", |bench| is_down(bench, id) && !closed(bench));
}

#[test]
fn networks_that_change_all_the_time_leave_the_tunnel_and_its_kill_switch_as_they_are() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    bench.heard.take();
    for _ in 0..20 {
        for network in [home(), cafe()] {
            bench.networks.set(network);
            bench.advance(100);
        }
    }
    bench.settle_down();
    assert!(bench.is_up(id) && closed(&bench));
    let states = bench.heard.take().into_iter().filter_map(|event| match event {
        Event::TunnelChanged { tunnel } => Some(tunnel.state),
        _ => None,
    });
    assert!(states.into_iter().all(|state| matches!(state, TunnelState::Up(_))));
}

#[test]
fn a_tunnel_turned_off_by_hand_stays_off_until_the_network_is_another_one() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    bench.manager().disconnect(&us(), id).unwrap();
    bench.until("it is down and open", |bench| is_down(bench, id) && !closed(bench));
    assert_eq!(bench.view(id).on_demand.unwrap().cause, OnDemandCause::Manual { until: None });
    bench.advance(3_600_000);
    go(&bench, nowhere());
    go(&bench, cafe());
    bench.settle_down();
    assert!(is_down(&bench, id), "it is the same café");
    assert_eq!(rules(&bench).now.choices.len(), 1);
    go(&bench, wifi("Hotel", Some(COMPANY_ROUTER)));
    bench.until("another network has begun", |bench| bench.is_up(id));
    assert!(rules(&bench).now.choices.is_empty());
    assert!(has_logged(&bench, |code| *code == LogCode::ChoiceEnded));
}

#[test]
fn a_tunnel_turned_on_by_hand_stays_on_at_home_until_the_rules_are_resumed() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, home());
    bench.until("it is down", |bench| is_down(bench, id));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.advance(10_000);
    bench.settle_down();
    assert!(bench.is_up(id));
    bench.manager().resume_rules(&us()).unwrap();
    bench.advance(2_500);
    bench.until("the rules decide again", |bench| is_down(bench, id));
}

#[test]
fn with_a_kill_switch_that_is_always_closed_nothing_gets_out_when_the_tunnel_is_turned_off() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, "otherwise up office everything, kill switch always\n");
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    bench.manager().disconnect(&us(), id).unwrap();
    bench.until("it is blocked", |bench| matches!(bench.state(id), TunnelState::Blocked { .. }));
    assert!(closed(&bench));
    bench.manager().connect(&us(), id, false).unwrap();
    assert!(bench.is_up(id) && closed(&bench));
    set(&bench, "");
    bench.until("without rules the tunnel's own setting holds", |bench| !closed(bench));
    assert!(bench.is_up(id), "and nobody has turned it off");
}

#[test]
fn a_pause_takes_all_tunnels_down_for_its_time_in_whichever_network() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id));
    bench.manager().pause_rules(&us(), Some(60)).unwrap();
    bench.until("it is down and open", |bench| is_down(bench, id) && !closed(bench));
    let until = bench.clock_now() + 60_000;
    assert_eq!(bench.view(id).on_demand.unwrap().cause, OnDemandCause::Paused { until: Some(until) });
    bench.advance(59_000);
    bench.settle_down();
    assert!(is_down(&bench, id));
    bench.advance(1_000);
    bench.until("it is up again", |bench| bench.is_up(id) && closed(bench));
}

#[test]
fn a_pause_until_the_network_changes_ends_with_it() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.manager().pause_rules(&us(), None).unwrap();
    bench.until("it is down", |bench| is_down(bench, id));
    bench.advance(3_600_000);
    bench.settle_down();
    assert!(is_down(&bench, id));
    bench.networks.set(wifi("Hotel", Some(COMPANY_ROUTER)));
    bench.until("it is up in the hotel", |bench| bench.is_up(id));
}

#[test]
fn a_single_tunnel_s_pause_is_respected_by_the_rules_and_ends_by_itself() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id));
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    bench.advance(30_000);
    bench.settle_down();
    assert!(matches!(bench.state(id), TunnelState::Paused { until: Some(_) }));
    bench.advance(30_000);
    bench.until("it is up again", |bench| bench.is_up(id) && closed(bench));
    assert!(rules(&bench).now.choices.is_empty());
}

#[test]
fn a_tunnel_goes_down_after_its_time_with_and_without_rules() {
    for text in ["", "when wifi \"Nowhere\" then down\notherwise leave\n"] {
        let bench = Bench::new();
        let id = import(&bench);
        set(&bench, text);
        go(&bench, cafe());
        bench.manager().connect(&us(), id, false).unwrap();
        bench.manager().disconnect_after(&us(), id, Some(3_600)).unwrap();
        assert_eq!(rules(&bench).now.auto_off[0].at, bench.clock_now() + 3_600_000);
        bench.advance(3_599_000);
        bench.settle_down();
        assert!(bench.is_up(id), "{text:?}");
        bench.advance(1_000);
        bench.until("its time is over", |bench| is_down(bench, id));
        assert!(has_logged(&bench, |code| *code == LogCode::AutoOffReached));
    }
}

#[test]
fn a_server_that_does_not_answer_is_replaced_by_another_one_and_comes_back_in_the_next_network() {
    let bench = Bench::new();
    let office = import(&bench);
    let backup = bench.import("backup", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    set(&bench, "otherwise up office everything, kill switch always\nwithout answer for 30 s then up backup\n");
    go(&bench, cafe());
    bench.until("the first is up", |bench| bench.is_up(office) && closed(bench));
    let peer = bench.stage.engine.tunnel("office").view.peers[0].public_key;
    bench.stage.engine.tell("office", &EngineEvent::PeerSilent { peer });
    bench.until("the silence is noticed", |bench| rules(bench).now.failover.first().is_some_and(|one| one.next_at.is_some()));
    bench.advance(30_000);
    bench.advance(2_500);
    bench.until("the other one is up", |bench| bench.is_up(backup) && closed(bench) && !bench.is_up(office));
    go(&bench, company());
    bench.advance(2_500);
    bench.until("another network begins with the first", |bench| bench.is_up(office) && closed(bench));
}

#[test]
fn from_one_full_tunnel_to_another_the_kill_switch_never_opens() {
    let bench = Bench::new();
    let office = import(&bench);
    let travel = bench.import("travel", &conf("Address = 10.9.0.2/24", "0.0.0.0/0, ::/0"));
    let text = "when wifi \"Hotel\" then up travel, kill switch always\notherwise up office everything, kill switch always\n";
    set(&bench, text);
    go(&bench, cafe());
    bench.until("the first is up", |bench| bench.is_up(office) && closed(bench));
    let watched = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut looks = 0_u32;
            while watched.load(std::sync::atomic::Ordering::SeqCst) {
                assert!(closed(&bench), "look {looks}");
                looks += 1;
            }
            looks
        });
        go(&bench, wifi("Hotel", Some(COMPANY_ROUTER)));
        bench.until("the other is up", |bench| bench.is_up(travel) && !bench.is_up(office));
        watched.store(false, std::sync::atomic::Ordering::SeqCst);
        assert!(watcher.join().unwrap() > 0);
    });
}

#[test]
fn another_routing_mode_reaches_the_running_tunnel_without_a_new_session() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    let since = bench.view(id).state.up().unwrap().since;
    let before = bench.stage.engine.tunnel("office").view.peers[0].clone();
    go(&bench, company());
    bench.until("it has the other mode", |_| has_logged(&bench, |code| *code == LogCode::RoutingChanged));
    let after = bench.stage.engine.tunnel("office").view.peers[0].clone();
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    let networks: Vec<String> = after.allowed_ips.iter().map(|ip| format!("{}/{}", ip.address, ip.prefix)).collect();
    assert_eq!(networks, private);
    assert_ne!(before.allowed_ips, after.allowed_ips);
    assert_eq!((before.public_key, before.last_handshake), (after.public_key, after.last_handshake));
    let up = bench.view(id).state.up().unwrap().clone();
    assert_eq!((up.since, up.differs), (since, false), "the tunnel was not restarted, and is as it should be");
    let networks: Vec<String> = bench.view(id).peers[0].allowed_ips.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.8.0.0/24"], "the saved configuration is as it was");
}

#[test]
fn rules_are_saved_and_a_stale_or_wrong_text_changes_nothing() {
    let mut bench = Bench::new();
    let id = import(&bench);
    let saved = set(&bench, RULES);
    assert_eq!((saved.revision, saved.rules.text.as_str()), (1, RULES));
    assert_eq!(bench.manager().set_rules(&us(), "otherwise down\n".into(), 0), Err(ApiError::Changed { current: 1 }));
    let wrong = "when wifi \"Home then down\notherwise up\nkill switch sometimes\n";
    let Err(ApiError::Invalid { diagnostics }) = bench.manager().set_rules(&us(), wrong.into(), 1) else { panic!("accepted") };
    let places: Vec<(u32, u32)> = diagnostics.iter().map(|found| (found.line, found.column)).collect();
    assert!(places.iter().any(|place| place.0 == 1) && places.iter().any(|place| place.0 == 3), "{places:?}");
    assert_eq!(rules(&bench).rules.text, RULES);
    bench.restart(StartReason::Restart);
    let read = rules(&bench);
    assert_eq!((read.revision, read.rules.text.as_str(), read.is_broken), (1, RULES, false));
    bench.until("they hold after the restart", |bench| bench.is_up(id) && closed(bench));
}

#[test]
fn with_a_damaged_file_the_tunnel_with_a_kill_switch_takes_everything() {
    let mut bench = Bench::new();
    let other = bench.import("lab", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    let id = bench.import("office", &conf(OFFICE, "0.0.0.0/0, ::/0"));
    bench.manager().set_kill_switch(&us(), id, KillSwitch::Block, false).unwrap();
    set(&bench, RULES);
    bench.stop();
    std::fs::write(bench.state_folder().join("rules"), "adit rules 1 7 0000\notherwise down\n").unwrap();
    bench.networks.set(home());
    bench.start(StartReason::Restart);
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    assert!(is_down(&bench, other));
    assert!(rules(&bench).is_broken && has_logged(&bench, |code| matches!(code, LogCode::RulesBroken { .. })));
    set(&bench, RULES);
    bench.advance(2_500);
    bench.until("new rules hold", |bench| is_down(bench, id) && !closed(bench));
}

#[test]
fn at_boot_everything_is_closed_before_the_networks_are_known() {
    let mut bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, home());
    bench.until("it is down at home", |bench| is_down(bench, id));
    bench.stop();
    bench.networks.set(Known::Unknown);
    bench.start(StartReason::Boot);
    assert!(closed(&bench), "before anything else has happened");
    bench.until("and then the tunnel comes up", |bench| bench.is_up(id) && closed(bench));
}

#[test]
fn the_most_protective_rule_closes_before_the_service_starts() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    let list = || std::fs::read_to_string(bench.state_folder().join("closes-first")).unwrap();
    bench.until("it is listed", |_| list().contains(&id.to_string()));
    set(&bench, "otherwise up office\n");
    bench.until("it is no longer listed", |_| !list().contains(&id.to_string()));
}

#[test]
fn a_tunnel_that_gets_another_name_keeps_its_rules_and_stays_up() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    let downs = || has_logged(&bench, |code| *code == LogCode::Down);
    bench.manager().rename(&us(), id, "B\u{fc}ro 2".parse().unwrap()).unwrap();
    bench.settle_down();
    assert!(bench.is_up(id) && closed(&bench) && !downs());
    let view = rules(&bench);
    assert_eq!((view.revision, view.rules.text), (2, RULES.replace("office", "\"B\u{fc}ro 2\"")));
    assert!(view.rules.diagnostics.is_empty(), "{:?}", view.rules.diagnostics);
}

#[test]
fn a_lockdown_by_an_administrator_is_not_opened_by_rules() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "0.0.0.0/0, ::/0"));
    bench.manager().set_kill_switch(&us(), id, KillSwitch::Lockdown, false).unwrap();
    set(&bench, RULES);
    go(&bench, home());
    bench.until("it is blocked at home", |bench| matches!(bench.state(id), TunnelState::Blocked { .. }));
    bench.settle_down();
    assert!(closed(&bench));
}

#[test]
fn without_rules_nothing_is_different() {
    let bench = Bench::new();
    let id = import(&bench);
    go(&bench, cafe());
    go(&bench, home());
    bench.settle_down();
    assert!(is_down(&bench, id) && bench.view(id).on_demand.is_none());
    bench.manager().connect(&us(), id, false).unwrap();
    go(&bench, cafe());
    bench.settle_down();
    assert!(bench.is_up(id));
    let now = rules(&bench).now;
    assert!(!now.are_active && now.choices.is_empty(), "{now:?}");
}

#[test]
fn a_sleep_that_no_adapter_announces_forgets_the_networks_and_looks_again() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, home());
    bench.until("it is down at home", |bench| is_down(bench, id));
    bench.manager().has_slept();
    bench.until("it comes up until home is certain", |bench| bench.is_up(id) || rules(bench).now.pending.is_some());
    bench.advance(2_500);
    bench.until("it is down again", |bench| is_down(bench, id) && !closed(bench));
}

#[test]
fn a_network_is_home_only_while_the_owner_of_the_key_answers() {
    let bench = Bench::new();
    let id = import(&bench);
    let key = adit_protocol::PublicKey::from_bytes([7; 32]);
    let home_is = |bench: &Bench, wanted: HomeAnswer| {
        bench.manager().networks(&us()).unwrap().is_some_and(|networks| networks.links[0].home == wanted)
    };
    bench.homes.set("wlan0", &[]);
    set(
        &bench,
        &format!("when home probe {key} then down, kill switch off\notherwise up office everything, kill switch always\n"),
    );
    go(&bench, home());
    bench.until("nobody answers", |bench| home_is(bench, HomeAnswer::NoAnswer));
    bench.until("the tunnel is up, although everything else looks like home", |bench| bench.is_up(id) && closed(bench));
    let kill_switches = bench.stage.host.all_kill_switches();
    assert!(!kill_switches.is_empty() && kill_switches.iter().all(|kill_switch| kill_switch.home_probe));

    bench.homes.set("wlan0", &[key]);
    bench.networks.set(nowhere());
    bench.networks.set(home());
    bench.until("the home answers", |bench| home_is(bench, HomeAnswer::Answered { key: key.into() }));
    bench.advance(2_500);
    bench.until("the tunnel is down at home", |bench| is_down(bench, id) && !closed(bench));

    bench.homes.set("wlan0", &[]);
    bench.networks.set(nowhere());
    bench.networks.set(home());
    bench.until("the tunnel is up where only the name is that of home", |bench| bench.is_up(id) && closed(bench));
}

const ALL: &str = "0.0.0.0/0, ::/0";

/// Imports a full tunnel whose own kill switch is `Block`.
fn blocking(bench: &Bench, name: &str, address: &str) -> TunnelId {
    let id = bench.import(name, &conf(&format!("Address = {address}"), ALL));
    bench.manager().set_kill_switch(&us(), id, KillSwitch::Block, false).unwrap();
    id
}

/// Replaces the configuration by one that cannot come up, because nobody has approved its hooks.
fn spoil(bench: &Bench, id: TunnelId, address: &str) {
    let hooks = conf(&format!("Address = {address}\nPostUp = true"), ALL);
    let version = bench.view(id).version;
    bench.manager().replace_config(&us(), id, ConfigText::new(hooks), version).unwrap();
}

fn cause(bench: &Bench, id: TunnelId) -> Option<ApiError> {
    match bench.state(id) {
        TunnelState::Blocked { cause, .. } => Some(*cause),
        _ => None,
    }
}

/// Returns the owners of the closed kill switches.
fn owners(bench: &Bench) -> Vec<String> {
    bench.stage.host.network().kill_switches().unwrap().into_iter().map(|standing| standing.owner).collect()
}

/// Asserts at all times of `work` that a kill switch is closed.
fn stays_closed(host: &RecordingHost, work: impl FnOnce()) {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut is_closed = true;
            while !is_over.load(Ordering::SeqCst) {
                is_closed &= !host.network().kill_switches().unwrap().is_empty();
            }
            is_closed
        });
        work();
        is_over.store(true, Ordering::SeqCst);
        assert!(watcher.join().unwrap(), "it was open for a moment");
    });
}

#[test]
fn from_one_tunnel_that_blocks_to_another_nothing_gets_out() {
    let bench = Bench::new();
    let (office, travel) = (blocking(&bench, "office", "10.8.0.2/24"), blocking(&bench, "travel", "10.9.0.2/24"));
    set(&bench, "when wifi \"Hotel\" and gateway 02:00:00:00:00:09 then up travel\notherwise up office\n");
    go(&bench, cafe());
    bench.until("the first is up", |bench| bench.is_up(office) && closed(bench));
    stays_closed(&bench.stage.host, || {
        go(&bench, wifi("Hotel", Some(COMPANY_ROUTER)));
        bench.until("the other is up", |bench| bench.is_up(travel) && is_down(bench, office));
    });
    assert_eq!(owners(&bench), [travel.to_string()]);
}

#[test]
fn a_tunnel_that_blocks_and_cannot_even_begin_lets_nothing_out_until_the_rules_want_it_down() {
    let mut bench = Bench::new();
    let id = blocking(&bench, "office", "10.8.0.2/24");
    spoil(&bench, id, "10.8.0.2/24");
    set(&bench, "when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down\notherwise up office\n");
    go(&bench, cafe());
    let is_blocked = |bench: &Bench| matches!(cause(bench, id), Some(ApiError::HooksNotApproved { .. })) && closed(bench);
    bench.until("it is blocked", is_blocked);
    bench.restart(StartReason::Restart);
    assert!(closed(&bench), "it is closed before anything else happens");
    bench.until("it is blocked after a start too", is_blocked);
    go(&bench, home());
    bench.until("it is open at home", |bench| is_down(bench, id) && !closed(bench));
}

#[test]
fn turning_on_a_tunnel_that_cannot_come_up_leaves_the_one_that_protects() {
    let bench = Bench::new();
    let office = import(&bench);
    let travel = bench.import("travel", &conf("Address = 10.9.0.2/24", ALL));
    spoil(&bench, travel, "10.9.0.2/24");
    set(&bench, "otherwise up office everything, kill switch always\n");
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(office) && closed(bench));
    let refused = bench.manager().connect(&us(), travel, false);
    assert!(matches!(refused, Err(ApiError::HooksNotApproved { .. })), "{refused:?}");
    bench.settle_down();
    assert!(bench.is_up(office) && rules(&bench).now.choices.is_empty());
    assert!(!has_logged(&bench, |code| *code == LogCode::Down), "it never went down");
}

#[test]
fn a_user_who_may_not_open_a_kill_switch_cannot_take_its_tunnel_down_by_turning_on_another() {
    let bench = Bench::new();
    let office = blocking(&bench, "office", "10.8.0.2/24");
    let travel = bench.import("travel", &conf("Address = 10.9.0.2/24", ALL));
    set(&bench, "otherwise up office\n");
    go(&bench, cafe());
    bench.until("it is up", |bench| bench.is_up(office) && closed(bench));
    let request = Request::Connect { id: travel, despite_conflicts: false };
    assert_eq!(bench.manager().rights(&request).action, Some(Action::KillSwitch), "the system is asked");
    let caller = |action| Caller { role: Role::Operate, action, peer: None, who: "somebody".into() };
    let refused = bench.manager().connect(&caller(None), travel, false);
    assert!(matches!(refused, Err(ApiError::NotAllowed { action: Some(Action::KillSwitch), .. })), "{refused:?}");
    bench.settle_down();
    assert!(bench.is_up(office) && closed(&bench) && !has_logged(&bench, |code| *code == LogCode::Down));
    bench.manager().connect(&caller(Some(Action::KillSwitch)), travel, false).unwrap();
    assert!(bench.is_up(travel) && !bench.is_up(office));
    assert_eq!(bench.manager().rights(&request).action, None, "nothing goes down for it any more");
}

#[test]
fn a_connecting_tunnel_is_asked_once_to_go_down() {
    let bench = Bench::new();
    let named = conf(OFFICE, ALL).replace("192.0.2.1:", "office.example:");
    let id = bench.import("office", &named);
    bench.stage.names.hold(true);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.until("it asks for the name", |bench| is_connecting(bench, id) && closed(bench));
    let (release, released) = channel::<()>();
    let (begin, begun) = channel();
    std::thread::scope(|scope| {
        // The computer does nothing, so that the tunnel cannot go down.
        scope.spawn(|| {
            let wait = move |_: &mut HostState| {
                begin.send(()).unwrap();
                let _ = released.recv();
            };
            bench.stage.host.disturb(&"elsewhere".parse().unwrap(), wait, &Tampering::WayOut);
        });
        begun.recv().unwrap();
        bench.networks.set(home());
        bench.advance(2_500);
        let is_asked = |bench: &Bench| {
            has_logged(bench, |code| matches!(code, LogCode::RulesActed { by: RuleSource::Rule { index: 0, .. }, .. }))
        };
        bench.until("the rules want it down", is_asked);
        bench.heard.take();
        bench.settle_down();
        let told = bench.heard.take().into_iter().filter(|event| matches!(event, Event::TunnelChanged { .. })).count();
        drop(release);
        assert!(told <= 4, "{told} events");
    });
    bench.stage.names.hold(false);
    bench.until("it is down", |bench| is_down(bench, id) && !closed(bench));
}

fn is_connecting(bench: &Bench, id: TunnelId) -> bool {
    matches!(bench.state(id), TunnelState::Connecting { .. })
}

#[test]
fn a_kill_switch_closes_although_its_tunnel_is_still_connecting() {
    for hotel in ["up office everything, kill switch always", "leave, kill switch always"] {
        let bench = Bench::new();
        let named = conf(OFFICE, ALL).replace("192.0.2.1:", "office.example:");
        let id = bench.import("office", &named);
        bench.stage.names.hold(true);
        go(&bench, cafe());
        set(
            &bench,
            &format!(
                "when gateway 02:00:00:00:00:07 then up office, kill switch off\nwhen gateway 02:00:00:00:00:09 then {hotel}\notherwise down\n"
            ),
        );
        bench.until("it asks for the name", |bench| is_connecting(bench, id));
        assert!(!closed(&bench));
        bench.networks.set(wifi("Hotel", Some(COMPANY_ROUTER)));
        bench.until("it is closed before it is up", closed);
        bench.stage.names.set("office.example", Some("192.0.2.1"));
        bench.stage.names.hold(false);
        bench.until("it comes up", |bench| {
            bench.advance(1_000);
            bench.is_up(id) && closed(bench)
        });
    }
}

#[test]
fn a_tunnel_that_fails_after_a_pause_or_a_restart_is_tried_again() {
    let bench = Bench::new();
    let id = import(&bench);
    go(&bench, cafe());
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().pause(&us(), id, None).unwrap();
    let comes_up = |bench: &Bench| {
        bench.stage.engine.set_failing(false);
        bench.until("it is up again", |bench| {
            bench.advance(1_000);
            bench.is_up(id)
        });
    };
    bench.stage.engine.set_failing(true);
    set(&bench, "otherwise up office, kill switch off\n");
    bench.until("the end of the pause fails", |bench| is_down(bench, id));
    comes_up(&bench);
    bench.settle_down();
    bench.stage.engine.set_failing(true);
    assert!(bench.manager().restart(&us(), id).is_err());
    comes_up(&bench);
}

#[test]
fn with_a_damaged_file_the_protecting_tunnel_protects_under_another_name_and_another_one_after_it() {
    let mut bench = Bench::new();
    let other = bench.import("lab", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    let id = blocking(&bench, "office", "10.8.0.2/24");
    bench.stop();
    let damaged = "adit rules 1 7 0000\notherwise down\n";
    std::fs::write(bench.state_folder().join("rules"), damaged).unwrap();
    bench.networks.set(home());
    bench.start(StartReason::Restart);
    bench.until("it is up", |bench| bench.is_up(id) && closed(bench));
    bench.manager().rename(&us(), id, "work".parse().unwrap()).unwrap();
    bench.settle_down();
    assert!(bench.is_up(id) && closed(&bench) && !has_logged(&bench, |code| *code == LogCode::Down));
    assert_eq!(std::fs::read_to_string(bench.state_folder().join("rules")).unwrap(), damaged, "the file can still be mended");
    bench.manager().remove(&us(), id).unwrap();
    bench.until("the other one takes its place", |bench| bench.is_up(other) && closed(bench));
}

#[test]
fn renaming_a_tunnel_while_it_is_looked_at_keeps_what_was_chosen_by_hand() {
    let bench = Bench::new();
    let id = import(&bench);
    set(&bench, RULES);
    go(&bench, cafe());
    bench.manager().disconnect(&us(), id).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looker = || {
            while !is_over.load(Ordering::SeqCst) {
                bench.view(id);
                rules(&bench);
            }
        };
        scope.spawn(looker);
        scope.spawn(looker);
        for number in 0..50 {
            bench.manager().rename(&us(), id, format!("office {number}").parse().unwrap()).unwrap();
        }
        is_over.store(true, Ordering::SeqCst);
    });
    bench.settle_down();
    assert!(is_down(&bench, id), "the choice still holds");
    assert_eq!(rules(&bench).now.choices.len(), 1);
    assert!(!has_logged(&bench, |code| *code == LogCode::ChoiceEnded));
}

#[test]
fn under_leave_the_kill_switch_closes_around_the_tunnel_that_is_up() {
    let bench = Bench::new();
    let office = blocking(&bench, "office", "10.8.0.2/24");
    let travel = bench.import("travel", &conf("Address = 10.9.0.2/24", ALL));
    go(&bench, cafe());
    bench.manager().connect(&us(), travel, false).unwrap();
    set(&bench, "when wifi \"Hotel\" then up office\notherwise leave, kill switch always\n");
    bench.until("it is closed", closed);
    bench.settle_down();
    assert_eq!(owners(&bench), [travel.to_string()]);
    assert!(bench.is_up(travel) && is_down(&bench, office));
}

#[test]
fn rules_that_were_deleted_do_not_take_a_tunnel_down_later() {
    let bench = Bench::new();
    let office = import(&bench);
    let travel = bench.import("travel", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    go(&bench, cafe());
    set(&bench, "otherwise up office\n");
    bench.until("it is up", |bench| bench.is_up(office));
    set(&bench, "");
    bench.advance(2_500);
    set(&bench, "otherwise up travel\n");
    bench.advance(2_500);
    bench.until("the other is up", |bench| bench.is_up(travel));
    bench.settle_down();
    assert!(bench.is_up(office), "the present rules do not name it");
}

#[test]
fn a_kill_switch_left_closed_opens_only_after_its_replacement_has_closed() {
    let mut bench = Bench::new();
    let office = blocking(&bench, "office", "10.8.0.2/24");
    let travel = blocking(&bench, "travel", "10.9.0.2/24");
    set(&bench, "otherwise up travel\nwithout answer for 30 s then up office\n");
    bench.until("it is up", |bench| bench.is_up(travel));
    bench.manager().disconnect(&us(), travel).unwrap();
    bench.stop();
    assert!(!closed(&bench));
    bench.stage.host.network().lock(&"office".parse().unwrap(), &adit_activation::closed(&office.to_string())).unwrap();
    bench.stage.host.set_fault(Some(Fault::Refused(0)));
    let host = bench.stage.host.clone();
    stays_closed(&host, || {
        bench.start(StartReason::Restart);
        bench.until("the replacement is up", |bench| {
            bench.advance(1_000);
            bench.is_up(travel) && owners(bench) == [travel.to_string()]
        });
    });
    assert!(has_logged(&bench, |code| matches!(code, LogCode::NotClosed { .. })));
}

#[test]
fn more_rules_or_links_than_the_limits_are_refused() {
    let bench = Bench::new();
    let rules_of = |count: usize| format!("{}otherwise leave\n", "when wifi \"A\" then down\n".repeat(count));
    let refused = bench.manager().set_rules(&us(), rules_of(501), 0);
    assert!(matches!(&refused, Err(ApiError::BadRequest { detail }) if detail.contains("501")), "{refused:?}");
    assert_eq!(set(&bench, &rules_of(500)).rules.rules.len(), 500);
    go(&bench, cafe());
    let mut networks = bench.manager().networks(&us()).unwrap().unwrap();
    let link = networks.links[0].clone();
    networks.links = vec![link.clone(); 16];
    bench.manager().test_rules(&us(), None, Some(networks.clone())).unwrap();
    networks.links.push(link);
    let refused = bench.manager().test_rules(&us(), None, Some(networks));
    assert!(matches!(&refused, Err(ApiError::BadRequest { detail }) if detail.contains("17")), "{refused:?}");
}

#[test]
fn tunnels_turned_on_by_hand_in_turn_never_conflict_with_the_one_that_goes_down() {
    let bench = Bench::new();
    let tunnels = ["8", "9"].map(|net| bench.import(&format!("office{net}"), &conf(&format!("Address = 10.{net}.0.2/24"), ALL)));
    set(&bench, "otherwise up office8, kill switch off\n");
    go(&bench, cafe());
    bench.until("the first is up", |bench| bench.is_up(tunnels[0]));
    // The thread of the rules takes the other one down at the same time, and each may be the first to ask it.
    for (on, off) in [(1, 0), (0, 1)].into_iter().cycle().take(200) {
        bench.manager().connect(&us(), tunnels[on], false).unwrap();
        assert_eq!((bench.is_up(tunnels[on]), bench.is_up(tunnels[off])), (true, false));
    }
}
