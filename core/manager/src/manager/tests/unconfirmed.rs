//! Tests of changes that are made, although the disk does not confirm them.

use adit_api::{ApiError, ConfigText, Event, KillSwitch, LogCode, Service, TunnelState};

use super::bench::{Bench, conf, us};
use crate::store::TestDisk;

const OFFICE: &str = "Address = 10.8.0.2/24";
const CONFIRMS_NOTHING: TestDisk = TestDisk { confirms_nothing: true, reads_nothing: false };
const READS_NOTHING: TestDisk = TestDisk { confirms_nothing: false, reads_nothing: true };

fn office() -> ConfigText {
    ConfigText::new(conf(OFFICE, "10.8.0.0/24"))
}

/// Fails unless the answer says that the change was made and not confirmed.
fn assert_unconfirmed<T: std::fmt::Debug>(answer: Result<T, ApiError>) {
    let Err(ApiError::Io { detail, .. }) = answer else { panic!("{answer:?}") };
    assert!(detail.contains("is changed, but the disk did not confirm that"), "{detail}");
}

#[test]
fn a_tunnel_that_the_disk_does_not_confirm_is_listed_and_its_creator_is_told() {
    let bench = Bench::new();
    bench.set_disk(CONFIRMS_NOTHING);
    assert_unconfirmed(bench.manager().import(&us(), "office".parse().unwrap(), "office".parse().unwrap(), office()));
    let listed = bench.tunnels();
    assert_eq!(listed.iter().map(|view| (view.name.as_str(), view.usable)).collect::<Vec<_>>(), [("office", true)]);
    assert!(bench.heard.take().iter().any(|event| matches!(event, Event::TunnelAdded { .. })));
    let again = bench.manager().import(&us(), "office".parse().unwrap(), "other".parse().unwrap(), office());
    assert_eq!(again, Err(ApiError::NameTaken { name: "office".parse().unwrap() }));
}

#[test]
fn a_new_tunnel_that_cannot_be_read_back_is_listed_as_unusable() {
    let bench = Bench::new();
    bench.set_disk(READS_NOTHING);
    let imported = bench.manager().import(&us(), "office".parse().unwrap(), "office".parse().unwrap(), office());
    assert_eq!(imported, Err(ApiError::Broken));
    assert_eq!(bench.tunnels().iter().map(|view| view.usable).collect::<Vec<_>>(), [false]);
    bench.set_disk(TestDisk::default());
    bench.manager().remove(&us(), bench.tunnels()[0].id).unwrap();
}

#[test]
fn an_unconfirmed_configuration_stays_applied_and_has_its_new_version() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.set_disk(CONFIRMS_NOTHING);
    let new = ConfigText::new(conf(&format!("{OFFICE}\nMTU = 1300"), "10.8.0.0/24"));
    assert_unconfirmed(bench.manager().replace_config(&us(), id, new.clone(), 1));
    assert_eq!(bench.manager().export(&us(), id).unwrap(), new);
    assert_eq!(bench.stage.host.state().interface.unwrap().mtu, 1300, "the tunnel runs as it is stored");
    let TunnelState::Up(up) = bench.state(id) else { panic!("not up") };
    assert_eq!((bench.view(id).version, up.differs), (2, false));
}

#[test]
fn an_unconfirmed_new_key_is_in_use_and_no_longer_waits() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    let rotation = bench.manager().begin_rotation(&us(), id).unwrap();
    bench.set_disk(CONFIRMS_NOTHING);
    bench.heard.take();
    assert_unconfirmed(bench.manager().finish_rotation(&us(), id, true));
    let view = bench.view(id);
    assert_eq!((view.public_key, view.rotation, view.version), (Some(rotation.public_key), None, 2));
    let TunnelState::Up(up) = view.state else { panic!("not up") };
    assert!(!up.differs, "the tunnel runs with the new key");
    let is_noted = |event: &Event| matches!(event, Event::Log { line } if line.code == LogCode::RotationFinished);
    assert_eq!(bench.heard.take().iter().filter(|event| is_noted(event)).count(), 1);
    bench.set_disk(TestDisk::default());
    assert_eq!(bench.manager().finish_rotation(&us(), id, true), Err(ApiError::NoRotation), "it cannot be finished twice");
}

#[test]
fn unconfirmed_settings_are_shown_as_they_are_stored() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "0.0.0.0/0"));
    bench.set_disk(CONFIRMS_NOTHING);
    assert_unconfirmed(bench.manager().rename(&us(), id, "home".parse().unwrap()));
    assert_unconfirmed(bench.manager().set_start_at_boot(&us(), id, true));
    assert_unconfirmed(bench.manager().set_allow_ipv6_outside(&us(), id, true));
    assert_unconfirmed(bench.manager().set_kill_switch(&us(), id, KillSwitch::Block, true));
    assert_unconfirmed(bench.manager().set_key_reminder(&us(), id, Some(30)));
    let view = bench.view(id);
    assert_eq!((view.name.as_str(), view.start_at_boot, view.allow_ipv6_outside), ("home", true, true));
    assert_eq!((view.kill_switch, view.allow_lan, view.key_reminder_days), (KillSwitch::Block, true, Some(30)));
    assert_unconfirmed(bench.manager().begin_rotation(&us(), id));
    assert!(bench.view(id).rotation.is_some());
    assert_unconfirmed(bench.manager().cancel_rotation(&us(), id));
    assert!(bench.view(id).rotation.is_none());
    assert_unconfirmed(bench.manager().remove(&us(), id));
    assert!(bench.tunnels().is_empty());
    assert_eq!(bench.manager().rename(&us(), id, "office".parse().unwrap()), Err(ApiError::NotFound { id }));
}
