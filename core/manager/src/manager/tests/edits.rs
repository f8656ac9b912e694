//! Tests of changes of the configuration: storing, applying, rejecting and restoring them.

use adit_api::{ApiError, Argument, ChangeEffect, ConfigField, ConfigText, HooksView, Service, TunnelState, VersionOrigin};

use super::bench::{Bench, OWN, conf, us};

const OFFICE: &str = "Address = 10.8.0.2/24";

fn text(text: &str) -> ConfigText {
    ConfigText::new(text.to_owned())
}

#[test]
fn a_change_comes_true_while_the_tunnel_is_up_and_is_kept() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    let new = conf("Address = 10.8.0.2/24\nMTU = 1300", "10.8.0.0/24, 192.0.2.0/24");
    let replaced = bench.manager().replace_config(&us(), id, text(&new), 1).unwrap();
    assert_eq!((replaced.version, replaced.needs_restart.len()), (2, 0));
    let fields: Vec<ConfigField> = replaced.applied.iter().map(|change| change.field).collect();
    assert_eq!(fields, [ConfigField::Mtu, ConfigField::AllowedIps]);
    assert_eq!(replaced.applied[1].after.as_deref(), Some("10.8.0.0/24, 192.0.2.0/24"));
    assert_eq!(bench.stage.host.state().interface.unwrap().mtu, 1300);
    assert_eq!(bench.stage.engine.tunnel("office").view.peers[0].allowed_ips.len(), 2);
    let TunnelState::Up(up) = bench.state(id) else { panic!("not up") };
    assert_eq!((up.mtu, up.differs), (1300, false));
    assert_eq!(bench.manager().export(&us(), id).unwrap(), text(&new));
}

#[test]
fn a_private_key_in_two_tunnels_is_told_where_it_stands() {
    let bench = Bench::new();
    let office = conf(OFFICE, "10.8.0.0/24");
    let id = bench.import("office", &office);
    let home = conf("Address = 10.9.0.2/24", "10.9.0.0/24");
    let imported = bench.manager().import(&us(), "home".parse().unwrap(), "home".parse().unwrap(), text(&home)).unwrap();
    let [found] = &imported.diagnostics[..] else { panic!("{:?}", imported.diagnostics) };
    assert_eq!((found.code.as_str(), found.line, found.column), ("shared_private_key", 2, 14));
    assert_eq!(found.arguments, [Argument::text("tunnel", "office")]);
    assert_eq!(&home[found.start as usize..found.end as usize], OWN);
    let codes = |id, text: &str| {
        let check = bench.manager().check_config(&us(), id, ConfigText::new(text.to_owned())).unwrap();
        check.diagnostics.into_iter().map(|found| found.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(Some(id), &office), ["shared_private_key"]);
    bench.manager().remove(&us(), imported.id).unwrap();
    assert!(codes(Some(id), &office).is_empty(), "a tunnel may have its own key");
    assert_eq!(codes(None, &office), ["shared_private_key"], "an exported copy comes back");
}

#[test]
fn an_edit_of_an_old_version_is_refused_and_nothing_is_lost() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().replace_config(&us(), id, text(&conf(OFFICE, "10.8.0.0/25")), 1).unwrap();
    let late = bench.manager().replace_config(&us(), id, text(&conf(OFFICE, "10.8.0.0/26")), 1);
    assert_eq!(late, Err(ApiError::Changed { current: 2 }));
    assert_eq!(bench.manager().export(&us(), id).unwrap(), text(&conf(OFFICE, "10.8.0.0/25")));
}

#[test]
fn an_edit_that_cannot_be_applied_is_not_saved_and_the_tunnel_is_as_before() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    let other = bench.import("other", &conf("Address = 10.9.0.2/24\nListenPort = 7", "10.9.0.0/24"));
    for id in [id, other] {
        bench.manager().connect(&us(), id, false).unwrap();
    }
    let before = (bench.view(id), bench.stage.host.states());
    bench.stage.engine.refuse_port(Some(9));
    let port = |port: u16| text(&conf(&format!("{OFFICE}\nListenPort = {port}"), "10.8.0.0/24"));
    let refused = |new: ConfigText| bench.manager().replace_config(&us(), id, new, 1).unwrap_err();
    assert!(matches!(refused(port(9)), ApiError::Io { .. }));
    assert!(matches!(refused(port(7)), ApiError::Conflict { .. }));
    assert!(matches!(refused(text("[Interface]\nAddress = here\n")), ApiError::Invalid { .. }));
    assert_eq!((bench.view(id), bench.stage.host.states()), before);
    assert_eq!(bench.manager().versions(&us(), id).unwrap().len(), 1, "the present one alone");
}

#[test]
fn every_version_can_be_had_again() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().replace_config(&us(), id, text(&conf(OFFICE, "10.8.0.0/25")), 1).unwrap();
    let restored = bench.manager().restore_version(&us(), id, 1).unwrap();
    assert_eq!(restored.version, 3);
    assert_eq!(bench.stage.engine.tunnel("office").view.peers[0].allowed_ips[0].prefix, 24);
    let versions = bench.manager().versions(&us(), id).unwrap();
    let origins: Vec<(u64, bool, VersionOrigin)> =
        versions.iter().map(|version| (version.version, version.is_current, version.origin.clone())).collect();
    let restored = VersionOrigin::Restored { version: 1 };
    assert_eq!(origins, [(3, true, restored), (2, false, VersionOrigin::Edited), (1, false, VersionOrigin::Imported)]);
    for version in &versions[..2] {
        assert_eq!(version.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [ConfigField::AllowedIps]);
    }
    assert!(versions[2].changes.is_empty());
    assert_eq!(bench.manager().restore_version(&us(), id, 9), Err(ApiError::NoSuchVersion { version: 9 }));
}

#[test]
fn commands_run_only_after_somebody_approved_of_exactly_them() {
    let bench = Bench::new();
    let with = |command: &str| conf(&format!("{OFFICE}\nPostUp = {command}"), "10.8.0.0/24");
    let id = bench.import("office", &with("one %i"));
    let HooksView::NotApproved { hash } = bench.view(id).hooks else { panic!("nobody approved") };
    assert_eq!(bench.manager().connect(&us(), id, false), Err(ApiError::HooksNotApproved { hash: hash.clone() }));
    bench.manager().approve_hooks(&us(), id, hash.clone()).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    assert_eq!(bench.stage.commands.lines(), ["one office"]);
    let replaced = bench.manager().replace_config(&us(), id, text(&with("two")), 1).unwrap();
    assert_eq!(replaced.needs_restart.iter().map(|change| change.effect).collect::<Vec<_>>(), [ChangeEffect::Restart]);
    assert!(matches!(bench.state(id), TunnelState::Up(up) if up.differs));
    let HooksView::NotApproved { hash: other } = bench.view(id).hooks else { panic!("an approval of something else") };
    assert_eq!(bench.manager().approve_hooks(&us(), id, hash), Err(ApiError::HooksChanged { hash: other.clone() }));
    assert_eq!(bench.manager().restart(&us(), id), Err(ApiError::HooksNotApproved { hash: other }));
    assert!(bench.is_up(id), "what cannot come up again is not taken down");
}

#[test]
fn a_check_saves_nothing_and_tells_everything_but_keys() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    let other_key = conf(OFFICE, "10.8.0.0/24").replace(OWN, "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=");
    let check = bench.manager().check_config(&us(), Some(id), text(&other_key)).unwrap();
    assert_eq!(check.changes[0].after.as_deref(), Some("H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8="));
    assert!(!serde_json::to_string(&check).unwrap().contains("SKsuOeCWKNcX"));
    let spaced = conf(OFFICE, "10.8.0.0/24") + "\n# only a comment\n";
    let check = bench.manager().check_config(&us(), Some(id), text(&spaced)).unwrap();
    assert_eq!(check.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [ConfigField::Text]);
    let wrong = bench.manager().check_config(&us(), None, text("[Interface]\nMTU = lots\n")).unwrap();
    assert!(!wrong.diagnostics.is_empty());
    assert_eq!(bench.view(id).version, 1);
}

#[test]
fn names_are_taken_once_and_a_removed_tunnel_is_gone_from_everywhere() {
    let bench = Bench::new();
    let one = bench.import("one", &conf(OFFICE, "10.8.0.0/24"));
    let two = bench.import("two", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    let taken = bench.manager().rename(&us(), two, "ONE".parse().unwrap());
    assert!(matches!(taken, Err(ApiError::NameTaken { .. })));
    bench.manager().rename(&us(), two, "The other".parse().unwrap()).unwrap();
    assert_eq!(bench.view(two).name.as_str(), "The other");
    bench.manager().connect(&us(), one, false).unwrap();
    bench.manager().remove(&us(), one).unwrap();
    assert_eq!(bench.manager().tunnel(&us(), one), Err(ApiError::NotFound { id: one }));
    assert_eq!(bench.manager().connect(&us(), one, false), Err(ApiError::NotFound { id: one }));
    assert_eq!(bench.tunnels().len(), 1);
    bench.nothing_is_left();
}
