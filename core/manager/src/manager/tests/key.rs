//! Tests of a tunnel whose private key is not stored: provided at connect, kept in memory while the tunnel is up, and dropped
//! when it is down.

use adit_api::{ApiError, ConfigText, DownReason, SecretKey, Service, TunnelId, TunnelState};
use adit_config::PrivateKey;

use super::super::StartReason;
use super::bench::{Bench, OWN, conf, us};
use adit_activation::End;

const PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const OTHER: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";

fn office() -> String {
    conf("Address = 10.8.0.2/24 # here", "10.8.0.0/24")
}

fn key(text: &str) -> SecretKey {
    text.parse::<PrivateKey>().unwrap().into()
}

fn public() -> adit_api::PublicKey {
    PUBLIC.parse().unwrap()
}

fn needs_key() -> ApiError {
    ApiError::NeedsKey { public_key: public() }
}

/// Imports a tunnel that asks for its key.
fn asking(bench: &Bench) -> TunnelId {
    let id = bench.import("office", &office());
    bench.manager().forget_key(&us(), id, public()).unwrap();
    id
}

fn text(bench: &Bench, id: TunnelId) -> String {
    bench.manager().export(&us(), id).unwrap().dangerously_reveal().to_owned()
}

/// Returns true if the engine has the key.
fn runs_with_key(bench: &Bench) -> bool {
    bench.stage.engine.tunnel("office").view.private_key == Some(OWN.parse().unwrap())
}

/// Returns true if the manager has the key in memory.
fn is_remembered(bench: &Bench, id: TunnelId) -> bool {
    bench.manager().inner.lock().entries[&id].key.is_some()
}

#[test]
fn the_key_is_taken_out_of_every_version_and_the_rest_stays() {
    let bench = Bench::new();
    let id = bench.import("office", &office());
    let replace = |from: &str, version| {
        let new = ConfigText::new(office().replace(OWN, from));
        bench.manager().replace_config(&us(), id, new, version).unwrap();
    };
    replace(OTHER, 1);
    replace(OWN, 2);
    bench.manager().set_start_at_boot(&us(), id, true).unwrap();
    let wrong = bench.manager().forget_key(&us(), id, "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=".parse().unwrap());
    assert_eq!(wrong, Err(ApiError::WrongKey { public_key: public() }), "the caller has kept another");
    assert!(text(&bench, id).contains(OWN));
    let since = bench.view(id).key_since;
    bench.advance(86_400_000);
    bench.manager().forget_key(&us(), id, public()).unwrap();
    bench.manager().forget_key(&us(), id, public()).unwrap();
    assert_eq!(text(&bench, id), office().replace(&format!("PrivateKey = {OWN}"), &format!("# AskForKey = {PUBLIC}")));
    let view = bench.view(id);
    assert_eq!((view.asks_for_key, view.public_key, view.start_at_boot, view.version), (true, Some(public()), false, 4));
    assert_eq!(view.key_since, since, "it is the same key");
    for version in bench.manager().versions(&us(), id).unwrap() {
        bench.manager().restore_version(&us(), id, version.version).unwrap();
        let text = text(&bench, id);
        assert!(!text.contains(OWN) && !text.contains(OTHER), "{text}");
    }
}

#[test]
fn it_comes_up_with_its_key_and_forgets_it_when_it_goes_down() {
    let bench = Bench::new();
    let id = asking(&bench);
    assert_eq!(bench.manager().connect(&us(), id, false), Err(needs_key()));
    assert_eq!(bench.state(id), TunnelState::Down { reason: None, retry_at: None }, "nothing was begun");
    let wrong = bench.manager().connect_with_key(&us(), id, key(OTHER), false);
    assert_eq!(wrong, Err(ApiError::WrongKey { public_key: public() }));
    assert!(!is_remembered(&bench, id));
    bench.manager().connect_with_key(&us(), id, key(OWN), false).unwrap();
    assert!(runs_with_key(&bench));
    assert!(matches!(bench.state(id), TunnelState::Up(up) if !up.differs), "the key is no difference");
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().disconnect(&us(), id).unwrap();
    assert!(!is_remembered(&bench, id));
    assert_eq!(bench.manager().connect(&us(), id, false), Err(needs_key()));
    bench.nothing_is_left();
}

#[test]
fn a_pause_a_restart_and_an_edit_need_nobody() {
    let bench = Bench::new();
    let id = asking(&bench);
    bench.manager().connect_with_key(&us(), id, key(OWN), false).unwrap();
    bench.manager().restart(&us(), id).unwrap();
    assert!(runs_with_key(&bench));
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    bench.advance(60_000);
    bench.until("it is up again by itself", |bench| bench.is_up(id));
    assert!(runs_with_key(&bench));
    bench.manager().pause(&us(), id, None).unwrap();
    bench.manager().resume(&us(), id).unwrap();
    let new = ConfigText::new(text(&bench, id).replace("10.8.0.0/24", "10.8.0.0/16"));
    let version = bench.view(id).version;
    bench.manager().replace_config(&us(), id, new, version).unwrap();
    assert!(runs_with_key(&bench));
    assert_eq!(bench.stage.engine.tunnel("office").view.peers[0].allowed_ips[0].prefix, 16);
    assert!(matches!(bench.state(id), TunnelState::Up(up) if !up.differs));
    bench.manager().restart(&us(), id).unwrap();
    assert!(runs_with_key(&bench));
}

#[test]
fn one_that_is_up_goes_on_when_its_key_is_forgotten_and_when_it_is_kept_again() {
    let bench = Bench::new();
    let id = bench.import("office", &office());
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().forget_key(&us(), id, public()).unwrap();
    assert!(bench.is_up(id) && runs_with_key(&bench));
    bench.manager().restart(&us(), id).unwrap();
    assert!(runs_with_key(&bench), "remembered until it is down");
    let kept = ConfigText::new(office());
    let version = bench.view(id).version;
    bench.manager().replace_config(&us(), id, kept, version).unwrap();
    assert!(!bench.view(id).asks_for_key && runs_with_key(&bench) && !is_remembered(&bench, id));
    bench.manager().disconnect(&us(), id).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
}

#[test]
fn after_the_service_was_gone_it_says_that_it_needs_its_key_and_is_not_up() {
    let mut bench = Bench::new();
    let id = asking(&bench);
    bench.manager().connect_with_key(&us(), id, key(OWN), false).unwrap();
    bench.restart(StartReason::Restart);
    assert_eq!(
        bench.state(id),
        TunnelState::Down { reason: Some(DownReason::Failed { error: Box::new(needs_key()) }), retry_at: None }
    );
    assert_eq!(bench.manager().connect(&us(), id, false), Err(needs_key()));
    bench.manager().connect_with_key(&us(), id, key(OWN), false).unwrap();
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    bench.restart(StartReason::Restart);
    assert!(matches!(bench.state(id), TunnelState::Paused { .. }));
    assert_eq!(bench.manager().resume(&us(), id), Err(needs_key()));
    bench.advance(60_000);
    bench.until("it is down", |bench| matches!(bench.state(id), TunnelState::Down { .. }));
    assert_eq!(
        bench.state(id),
        TunnelState::Down { reason: Some(DownReason::Failed { error: Box::new(needs_key()) }), retry_at: None }
    );
}

#[test]
fn one_that_blocks_stays_closed_without_its_key() {
    let mut bench = Bench::new();
    let id = bench.import("office", &conf("Address = 10.8.0.2/24", "0.0.0.0/0, ::/0"));
    bench.manager().forget_key(&us(), id, public()).unwrap();
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect_with_key(&us(), id, key(OWN), false).unwrap();
    bench.stage.engine.tunnel("office").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| matches!(bench.state(id), TunnelState::Blocked { .. }));
    assert!(is_remembered(&bench, id), "it is tried again with it");
    bench.advance(1_000);
    bench.until("it is back", |bench| bench.is_up(id));
    bench.manager().disconnect(&us(), id).unwrap();
    assert!(!is_remembered(&bench, id));
    assert_eq!(bench.manager().connect(&us(), id, false), Err(needs_key()));
    bench.manager().connect_with_key(&us(), id, key(OWN), false).unwrap();
    assert!(bench.is_up(id));
    bench.restart(StartReason::Restart);
    let TunnelState::Blocked { cause, .. } = bench.state(id) else { panic!("{:?}", bench.state(id)) };
    assert_eq!(*cause, needs_key());
    bench.manager().disconnect(&us(), id).unwrap();
    assert!(matches!(bench.state(id), TunnelState::Down { .. }));
}

#[test]
fn an_action_that_needs_a_stored_key_is_refused_with_a_reason() {
    let bench = Bench::new();
    let id = asking(&bench);
    assert_eq!(bench.manager().set_start_at_boot(&us(), id, true), Err(ApiError::KeyNotKept));
    bench.manager().set_start_at_boot(&us(), id, false).unwrap();
    assert_eq!(bench.manager().begin_rotation(&us(), id), Err(ApiError::KeyNotKept));
    let rotating = bench.import("other", &office());
    bench.manager().begin_rotation(&us(), rotating).unwrap();
    assert_eq!(bench.manager().forget_key(&us(), rotating, public()), Err(ApiError::RotationPending));
    let kept = bench.import("kept", &office());
    assert!(matches!(bench.manager().connect_with_key(&us(), kept, key(OTHER), false), Err(ApiError::WrongKey { .. })));
    bench.manager().connect_with_key(&us(), kept, key(OWN), false).unwrap();
    assert!(!is_remembered(&bench, kept), "it has its own");
    let conflict = bench.manager().connect_with_key(&us(), id, key(OWN), false);
    assert!(matches!(conflict, Err(ApiError::Conflict { .. })), "{conflict:?}");
    assert!(!is_remembered(&bench, id), "it did not begin to come up");
}

#[test]
fn a_file_in_its_place_keeps_its_key() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.conf_files()).unwrap();
    let path = bench.conf_files().join("wg0.conf");
    std::fs::write(&path, office()).unwrap();
    bench.manager().reread();
    let id = bench.tunnels()[0].id;
    let refused = bench.manager().forget_key(&us(), id, public());
    assert_eq!(refused, Err(ApiError::ReadOnly { path: path.display().to_string() }));
    assert_eq!(std::fs::read_to_string(path).unwrap(), office());
}
