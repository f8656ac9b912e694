//! `adit invite`: adds devices to a tunnel.

use std::os::unix::fs::PermissionsExt;

use crate::bench::{Bench, PEER_PRIVATE};

const SERVER: &str = "# The house\n[Interface]\nPrivateKey = KEY\nAddress = 10.8.0.1/24, fd08::1/64\nListenPort = 51820\n\n[Peer]\n\
                      # Name = laptop\nPublicKey = HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=\nAllowedIPs = 10.8.0.2/32, fd08::2/128\n";

fn server() -> String {
    SERVER.replace("KEY", PEER_PRIVATE)
}

#[test]
fn a_device_gets_a_configuration_that_fits_and_the_tunnel_gets_a_peer() {
    let bench = Bench::new();
    let id = bench.keep("house", &server());
    let out = bench.path("phone.conf");
    let ran = bench.adit(&["invite", "house", "phone", "--endpoint", "vpn.example", "--dns", "10.8.0.1", "--file", &out]);
    assert_eq!(ran.out, "phone may come in as 10.8.0.3 and fd08::3; it is a peer of house now\n", "{ran:?}");
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let theirs = std::fs::read_to_string(&out).unwrap();
    for line in [
        "Address = 10.8.0.3/32, fd08::3/128",
        "DNS = 10.8.0.1",
        "PublicKey = Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=",
        "AllowedIPs = 10.8.0.0/24, fd08::/64",
        "Endpoint = vpn.example:51820",
        "PersistentKeepalive = 25",
    ] {
        assert!(theirs.lines().any(|found| found == line), "{line}: {theirs}");
    }
    let value = |text: &str, key: &str| text.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap().to_owned();
    let ours = bench.text(id);
    assert!(ours.starts_with(&server()), "all that was there is there: {ours}");
    assert!(ours.contains("# Name = phone\nPublicKey = ") && ours.contains("AllowedIPs = 10.8.0.3/32, fd08::3/128"), "{ours}");
    assert!(ours.contains(&value(&theirs, "PresharedKey")), "both ends have the same");
    let public = bench.adit_reading(&["pubkey"], &value(&theirs, "PrivateKey")).ok();
    assert!(ours.contains(public.trim()), "{public}");
    assert!(!ours.contains(&value(&theirs, "PrivateKey")), "only the device has its key");
    assert!(!format!("{ran:?}").contains(&value(&theirs, "PrivateKey")));
    bench.adit(&["lint", &out]).ok();
    let second = bench.adit(&["invite", "house", "tablet", "--endpoint", "[2001:db8::1]:7", "--svg", &bench.path("t.svg")]).ok();
    assert!(second.starts_with("tablet may come in as 10.8.0.4 and fd08::4"), "{second}");
    bench.adit(&["undo", "house"]).ok();
    assert_eq!(bench.text(id), ours, "the invitation can be taken back");
}

#[test]
fn a_running_tunnel_lets_the_device_in_at_once_and_loses_nobody() {
    let bench = Bench::new();
    bench.keep("house", &server());
    bench.adit(&["up", "house"]).ok();
    let json = ["invite", "house", "phone", "--endpoint", "vpn.example", "--file", &bench.path("a.conf"), "--json"];
    assert_eq!(bench.adit(&json).json()["version"], 2);
    let status = bench.adit(&["status", "house", "--json"]).json();
    assert_eq!(status["state"]["peers"].as_array().unwrap().len(), 2);
    assert_eq!(status["state"]["differs"], false, "no restart is needed");
}

#[test]
fn an_impossible_request_changes_nothing() {
    let bench = Bench::new();
    let id = bench.keep("house", &server());
    let hidden = bench.keep("hidden", &server().replace("ListenPort = 51820\n", ""));
    bench.keep("narrow", &server().replace("10.8.0.1/24, fd08::1/64", "10.8.0.1/32"));
    let file = bench.path("phone.conf");
    let invite = |more: &[&str]| bench.adit(&[&["invite"], more, &["--file", &file]].concat());
    assert!(invite(&["house", "laptop", "--endpoint", "vpn.example"]).fails(2).contains("has a peer laptop already"));
    assert!(invite(&["house", "phone", "--endpoint", "https://vpn.example"]).fails(2).contains("--endpoint https://vpn.example"));
    assert!(invite(&["hidden", "phone", "--endpoint", "vpn.example"]).fails(2).contains("has no ListenPort"));
    assert!(invite(&["narrow", "phone", "--endpoint", "vpn.example"]).fails(1).contains("no free address"));
    let taken = invite(&["house", "phone", "--endpoint", "vpn.example", "--address", "10.8.0.2"]).fails(2);
    assert!(taken.contains("10.8.0.2 belongs to another peer"), "{taken}");
    assert!(bench.adit(&["invite", "house", "phone", "--endpoint", "vpn.example"]).fails(2).contains("--file OUT"));
    assert!(!std::path::Path::new(&file).exists());
    bench.file("phone.conf", "mine");
    assert!(invite(&["house", "phone", "--endpoint", "vpn.example"]).fails(1).contains("phone.conf exists"));
    assert_eq!((bench.text(id), std::fs::read_to_string(&file).unwrap()), (server(), "mine".to_owned()));
    assert!(bench.text(hidden).len() < server().len());
}
