//! Tests of writing the changes of a running tunnel into its configuration.

use std::fs;

use adit_api::{ApiError, ChangeEffect, ConfigField, Service, TunnelId, TunnelState, VersionOrigin};
use adit_tunnel::AllowedIp;

use super::bench::{Bench, conf, us};

fn office(more: &str) -> String {
    conf(&format!("Address = 10.8.0.2/24 # here\n{more}"), "10.8.0.0/24 # theirs") + "# the end\n"
}

/// Changes the running tunnel as `wg set` does.
fn change(bench: &Bench, name: &str) {
    bench.stage.engine.with_view(name, |view| {
        view.listen_port = 4000;
        view.peers[0].persistent_keepalive = 25;
        view.peers[0].endpoint = Some("192.0.2.9:7".parse().unwrap());
        view.peers[0].allowed_ips.push(AllowedIp { address: "10.9.0.0".parse().unwrap(), prefix: 16 });
    });
}

fn changed(text: &str) -> String {
    text.replace("# here\n", "# here\nListenPort = 4000\n")
        .replace("# theirs\n", "# theirs\nAllowedIPs = 10.9.0.0/16\n")
        .replace("192.0.2.1:51820\n", "192.0.2.9:7\nPersistentKeepalive = 25\n")
}

fn text(bench: &Bench, id: TunnelId) -> String {
    bench.manager().export(&us(), id).unwrap().dangerously_reveal().to_owned()
}

#[test]
fn changes_from_outside_are_shown_and_then_saved_with_every_comment() {
    let bench = Bench::new();
    let id = bench.import("office", &office(""));
    assert_eq!(bench.manager().check_running(&us(), id), Err(ApiError::NotUp));
    bench.manager().connect(&us(), id, false).unwrap();
    assert!(bench.manager().check_running(&us(), id).unwrap().changes.is_empty(), "a port that the system chose is none");
    let unchanged = bench.manager().save_running(&us(), id, 1).unwrap();
    assert_eq!((unchanged.version, unchanged.applied.len()), (1, 0));
    change(&bench, "office");
    let check = bench.manager().check_running(&us(), id).unwrap();
    let fields: Vec<(ConfigField, ChangeEffect)> = check.changes.iter().map(|change| (change.field, change.effect)).collect();
    let expected = [ConfigField::ListenPort, ConfigField::Endpoint, ConfigField::AllowedIps, ConfigField::PersistentKeepalive];
    assert_eq!(fields, expected.map(|field| (field, ChangeEffect::Live)));
    assert_eq!(text(&bench, id), office(""), "a look saves nothing");
    assert_eq!(bench.manager().save_running(&us(), id, 7), Err(ApiError::Changed { current: 1 }));
    assert_eq!(bench.manager().save_running(&us(), id, 1).unwrap().version, 2);
    assert_eq!(text(&bench, id), changed(&office("")));
    let TunnelState::Up(up) = bench.state(id) else { panic!("not up") };
    assert_eq!((up.listen_port, up.differs), (4000, false));
    let versions = bench.manager().versions(&us(), id).unwrap();
    assert_eq!((versions[0].version, &versions[0].origin), (2, &VersionOrigin::Saved));
    bench.manager().restore_version(&us(), id, 1).unwrap();
    assert_eq!(text(&bench, id), office(""));
}

#[test]
fn a_file_in_its_place_is_written_there() {
    let bench = Bench::new();
    fs::create_dir_all(bench.conf_files()).unwrap();
    let path = bench.conf_files().join("wg0.conf");
    fs::write(&path, office("")).unwrap();
    bench.manager().reread();
    let id = bench.tunnels()[0].id;
    bench.manager().connect(&us(), id, false).unwrap();
    change(&bench, "wg0");
    let version = bench.view(id).version;
    bench.manager().save_running(&us(), id, version).unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), changed(&office("")));
}

#[test]
fn with_save_config_it_is_saved_when_the_tunnel_is_taken_down_and_what_was_edited_meanwhile_stays() {
    let bench = Bench::new();
    fs::create_dir_all(bench.conf_files()).unwrap();
    let path = bench.conf_files().join("wg0.conf");
    let saving = office("SaveConfig = true\n");
    fs::write(&path, &saving).unwrap();
    bench.manager().reread();
    let id = bench.tunnels()[0].id;
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().disconnect(&us(), id).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), saving, "nothing new is no reason to write");
    bench.manager().connect(&us(), id, false).unwrap();
    change(&bench, "wg0");
    let edited = saving.clone() + "# a later thought\n";
    fs::write(&path, &edited).unwrap();
    bench.manager().disconnect(&us(), id).unwrap();
    let expected = edited
        .replace("SaveConfig = true\n", "SaveConfig = true\nListenPort = 4000\n")
        .replace("# theirs\n", "# theirs\nAllowedIPs = 10.9.0.0/16\n")
        .replace("192.0.2.1:51820\n", "192.0.2.9:7\nPersistentKeepalive = 25\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn without_save_config_going_down_saves_nothing() {
    let bench = Bench::new();
    let id = bench.import("office", &office(""));
    bench.manager().connect(&us(), id, false).unwrap();
    change(&bench, "office");
    bench.manager().disconnect(&us(), id).unwrap();
    assert_eq!(text(&bench, id), office(""));
}
