//! Tests of configurations in an administrator's folder, and of tunnels that wg-quick runs.

use std::fs;
use std::path::PathBuf;

use adit_api::{
    ApiError, ConfigChange, ConfigField, ConfigText, Effect, Event, LogLevel, Service, Source, TunnelId, TunnelState,
};
use adit_platform::devices::{Devices, Owner};
use adit_platform::fake::set_mode;
use adit_platform::wg_quick::{NoWgQuick, Standing};

use super::super::StartReason;
use super::bench::{Bench, conf, us};
use crate::store::Store;
use adit_activation::End;

const ACTIVE: Standing = Standing { active: true, by_service: false, starts_at_boot: true };

fn office() -> String {
    conf("Address = 10.8.0.2/24", "10.8.0.0/24")
}

/// Writes `NAME.conf` and makes the manager read the folder.
fn file(bench: &Bench, name: &str, text: &str) -> (TunnelId, PathBuf) {
    let path = bench.conf_files().join(format!("{name}.conf"));
    fs::create_dir_all(bench.conf_files()).unwrap();
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
    bench.manager().reread();
    (Store::id_of_file(&path), path)
}

fn names(bench: &Bench) -> Vec<String> {
    bench.tunnels().iter().map(|view| view.name.to_string()).collect()
}

fn notes(bench: &Bench, code: &str) -> usize {
    let log = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap();
    log.lines.iter().filter(|line| line.code.name() == code).count()
}

#[test]
fn a_file_is_a_tunnel_like_any_other_and_edits_are_written_there() {
    let mut bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    let view = bench.view(id);
    assert_eq!((view.name.as_str(), view.interface.as_str()), ("wg0", "wg0"));
    assert_eq!(view.source, Source::File { path: path.display().to_string() });
    bench.manager().connect(&us(), id, false).unwrap();
    let edited = office().replace("10.8.0.0/24", "10.8.0.0/24, 10.9.0.0/24");
    bench.manager().replace_config(&us(), id, ConfigText::new(edited.clone()), 1).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), edited);
    assert_eq!(bench.stage.engine.tunnel("wg0").view.peers[0].allowed_ips.len(), 2);
    assert_eq!(bench.manager().remove(&us(), id), Err(ApiError::ReadOnly { path: path.display().to_string() }));
    bench.restart(StartReason::Restart);
    bench.until("it is up again", |bench| bench.is_up(id));
    // An administrator's editor writes the file: the running tunnel differs from it from then on.
    fs::write(&path, office()).unwrap();
    bench.manager().reread();
    assert!(matches!(bench.state(id), TunnelState::Up(up) if up.differs));
}

#[test]
fn the_preview_of_a_tunnel_that_is_up_shows_what_it_changed_and_not_what_its_edited_file_would_change() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    let routes = || {
        let effects = bench.manager().preview(&us(), id).unwrap().effects;
        let routes = effects.into_iter().filter_map(|effect| match effect {
            Effect::Route { network, .. } => Some(network.to_string()),
            _ => None,
        });
        routes.collect::<Vec<_>>()
    };
    bench.manager().connect(&us(), id, false).unwrap();
    let before = routes();
    assert!(!before.contains(&"10.9.0.0/24".to_owned()), "{before:?}");
    fs::write(&path, office().replace("10.8.0.0/24", "10.8.0.0/24, 10.9.0.0/24")).unwrap();
    bench.manager().reread();
    assert_eq!(routes(), before, "the file is not applied yet");
    bench.manager().reload(&us(), id).unwrap();
    assert!(routes().contains(&"10.9.0.0/24".to_owned()), "{:?}", routes());
    bench.manager().disconnect(&us(), id).unwrap();
    fs::write(&path, office()).unwrap();
    bench.manager().reread();
    assert_eq!(routes(), before, "of a tunnel that is down, the preview is that of its file");
}

#[test]
fn a_file_that_was_edited_is_made_true_without_taking_the_tunnel_down() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    assert_eq!(bench.manager().reload(&us(), id), Err(ApiError::NotUp));
    bench.manager().connect(&us(), id, false).unwrap();
    let nothing = bench.manager().reload(&us(), id).unwrap();
    assert_eq!((nothing.version, nothing.applied, nothing.needs_restart), (1, vec![], vec![]));
    let edited = office().replace("10.8.0.0/24", "10.8.0.0/24, 10.9.0.0/24").replace("[Peer]", "PostUp = true\n[Peer]");
    fs::write(&path, edited).unwrap();
    bench.manager().reread();
    bench.stage.engine.with_view("wg0", |view| view.peers[0].endpoint = Some("192.0.2.9:7".parse().unwrap()));
    bench.heard.take();
    let reloaded = bench.manager().reload(&us(), id).unwrap();
    let fields = |changes: &[ConfigChange]| changes.iter().map(|change| change.field).collect::<Vec<_>>();
    assert_eq!(fields(&reloaded.applied), [ConfigField::AllowedIps]);
    assert_eq!(fields(&reloaded.needs_restart), [ConfigField::Hooks]);
    assert_eq!(bench.stage.engine.tunnel("wg0").view.peers[0].allowed_ips.len(), 2);
    let went = bench.heard.take().into_iter().any(|event| match event {
        Event::TunnelChanged { tunnel } => !matches!(tunnel.state, TunnelState::Up(_)),
        _ => false,
    });
    assert!(!went, "it was up all the while");
    fs::write(&path, office().replace("10.8.0.0/24", "10.8.0.300/24")).unwrap();
    assert!(matches!(bench.manager().reload(&us(), id), Err(ApiError::Invalid { .. })));
    assert_eq!(bench.stage.engine.tunnel("wg0").view.peers[0].allowed_ips.len(), 2, "what cannot be read changes nothing");
}

#[test]
fn a_file_that_goes_takes_its_tunnel_along_once_that_is_down_and_comes_back_with_what_was_decided() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    bench.manager().set_start_at_boot(&us(), id, true).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    fs::remove_file(&path).unwrap();
    bench.manager().reread();
    let view = bench.view(id);
    assert!(matches!(view.state, TunnelState::Up(_)) && !view.usable, "what is up stays up");
    bench.heard.take();
    bench.manager().disconnect(&us(), id).unwrap();
    bench.until("it is gone", |bench| names(bench).is_empty());
    assert!(bench.heard.take().contains(&Event::TunnelRemoved { id }));
    file(&bench, "wg0", &office());
    assert!(bench.view(id).start_at_boot);
    fs::remove_file(&path).unwrap();
    bench.manager().reread();
    let other = bench.import("wg0", &office());
    assert_ne!(other, id, "one whose file is gone is in nobody's way");
    bench.nothing_is_left();
}

#[test]
fn a_bad_file_is_listed_and_says_why_and_one_that_cannot_be_trusted_is_told_of_once() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", "[Interface]\nAddress = 10.8.0.300/24\n");
    assert!(!bench.view(id).usable);
    assert!(matches!(bench.manager().connect(&us(), id, false), Err(ApiError::Invalid { .. })));
    let text = bench.manager().export(&us(), id).unwrap();
    assert!(!bench.manager().check_config(&us(), Some(id), text).unwrap().diagnostics.is_empty());
    let (_, other) = file(&bench, "a name that is too long for it", &office());
    fs::remove_file(other).unwrap();
    let (_, loose) = file(&bench, "loose", &office());
    let is_loose = set_mode(&loose, 0o666);
    bench.manager().reread();
    bench.manager().reread();
    assert_eq!(names(&bench), ["loose", "wg0"]);
    assert_eq!(bench.tunnels()[0].usable, !is_loose);
    assert_eq!(notes(&bench, "file_unusable"), 1 + usize::from(is_loose));
    fs::write(&path, office()).unwrap();
    bench.manager().reread();
    assert!(bench.view(id).usable);
}

#[test]
fn a_tunnel_of_wg_quicks_is_taken_down_there_and_up_here() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    assert_eq!(bench.manager().takeovers(&us()).unwrap(), []);
    let name = || "wg0".parse().unwrap();
    assert_eq!(bench.manager().take_over(&us(), name()), Err(ApiError::NoSuchTakeover { name: name() }));
    bench.wg_quick.set("wg0", ACTIVE);
    let claim = bench.devices.claim(&name(), Owner::Foreground).unwrap();
    assert_eq!(bench.manager().takeovers(&us()).unwrap(), [], "another program of ours has it");
    drop(claim);
    let [view] = &bench.manager().takeovers(&us()).unwrap()[..] else { panic!("not one") };
    assert_eq!((view.name.as_str(), view.active, view.starts_at_boot), ("wg0", true, true));
    assert_eq!(bench.manager().take_over(&us(), name()).unwrap().id, id);
    assert!(bench.is_up(id) && bench.view(id).start_at_boot);
    assert_eq!(bench.stage.commands.lines(), [format!("wg-quick down {}", path.display())]);
    assert_eq!(bench.manager().takeovers(&us()).unwrap(), [], "it is ours");
}

#[test]
fn a_taken_over_tunnel_that_does_not_come_up_is_given_back_and_a_hopeless_one_is_not_begun() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    bench.wg_quick.set("wg0", ACTIVE);
    let take = || bench.manager().take_over(&us(), "wg0".parse().unwrap());
    bench.stage.engine.set_failing(true);
    assert!(matches!(take(), Err(ApiError::Io { .. })));
    let path = path.display();
    assert_eq!(bench.stage.commands.lines(), [format!("wg-quick down {path}"), format!("wg-quick up {path}")]);
    assert!(!bench.view(id).start_at_boot);
    bench.nothing_is_left();
    file(&bench, "wg0", &conf("Address = 10.8.0.2/24\nPostUp = true", "10.8.0.0/24"));
    assert!(matches!(take(), Err(ApiError::HooksNotApproved { .. })));
    file(&bench, "wg0", &office());
    let other = bench.import("other", &office());
    bench.stage.engine.set_failing(false);
    bench.manager().connect(&us(), other, false).unwrap();
    assert!(matches!(take(), Err(ApiError::Conflict { .. })));
    bench.manager().disconnect(&us(), other).unwrap();
    bench.wg_quick.refuse(NoWgQuick::NotRoot);
    assert!(matches!(take(), Err(ApiError::NoPermission { .. })));
    assert_eq!(bench.stage.commands.lines().len(), 2);
}

#[test]
fn the_interface_of_a_tunnel_whose_file_is_gone_may_be_removed_too() {
    let bench = Bench::new();
    let (id, path) = file(&bench, "wg0", &office());
    bench.manager().connect(&us(), id, false).unwrap();
    fs::remove_file(path).unwrap();
    bench.stage.engine.tunnel("wg0").shutdown.end(End::InterfaceRemoved);
    bench.until("it is gone", |bench| names(bench).is_empty());
    bench.nothing_is_left();
}
