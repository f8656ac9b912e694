//! Compares `adit show` and `adit showconf` with the stock `wg` on the same sockets, byte for byte.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adit_platform::linux::uapi_socket::UapiSocket;
use adit_platform::uapi_listener::UapiListener;
use adit_protocol::{PresharedKey, PrivateKey};
use adit_tunnel::uapi::{Limits, serve};
use adit_tunnel::{AllowedIp, Control, DeviceUpdate, DeviceView, PeerView, UpdateError};

/// A tunnel with a fixed state.
struct Picture(DeviceView);

impl Control for Picture {
    fn apply(&self, _: DeviceUpdate) -> Result<(), UpdateError> {
        unreachable!("nobody changes anything here")
    }
    fn view(&self) -> DeviceView {
        self.0.clone()
    }
}

fn with_interfaces(views: Vec<(&str, DeviceView)>, story: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let served: Vec<_> = views
        .into_iter()
        .map(|(name, view)| (UapiSocket::bind(folder.path(), name).unwrap(), Arc::new(Picture(view)) as Arc<dyn Control>))
        .collect();
    thread::scope(|threads| {
        for (socket, control) in &served {
            threads.spawn(|| serve(socket, control, Limits::default()));
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| story(folder.path())));
        served.iter().for_each(|(socket, _)| socket.close());
        told.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

/// Runs a program in a mount namespace where `/var/run/wireguard` is `folder`.
fn run(program: &str, folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    const SCRIPT: &str = "mount -t tmpfs none /run && mkdir /run/wireguard && mount --bind \"$0\" /run/wireguard && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--", "sh", "-c", SCRIPT]).arg(folder).arg(program).args(arguments);
    command.env_remove("WG_COLOR_MODE").env_remove("WG_HIDE_KEYS").envs(environment.iter().copied()).output().unwrap()
}

fn possible() -> bool {
    let possible =
        Command::new("unshare").args(["--mount", "--", "wg", "--version"]).output().is_ok_and(|ran| ran.status.success());
    if !possible {
        println!("SKIPPED: no wg, or no right to make a mount namespace");
    }
    possible
}

const ADIT: &str = env!("CARGO_BIN_EXE_adit");

/// Compares the output of both, and repeats if the clock ticked between two runs of `wg`.
fn assert_same(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> String {
    for _ in 0..10 {
        let before = run("wg", folder, environment, arguments);
        let ours = run(ADIT, folder, environment, arguments);
        let after = run("wg", folder, environment, arguments);
        if before.stdout != after.stdout {
            continue;
        }
        let text = |output: &[u8]| String::from_utf8_lossy(output).into_owned();
        assert_eq!(text(&ours.stdout), text(&before.stdout), "{environment:?} {arguments:?}");
        assert_eq!(ours.status.code(), before.status.code(), "{environment:?} {arguments:?}");
        let errors = text(&before.stderr).replace("Usage: wg ", "Usage: adit ");
        assert_eq!(text(&ours.stderr), errors, "{environment:?} {arguments:?}");
        return text(&ours.stdout);
    }
    panic!("wg never said the same twice");
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

fn network(text: &str) -> AllowedIp {
    let (address, prefix) = text.split_once('/').unwrap();
    AllowedIp { address: address.parse().unwrap(), prefix: prefix.parse().unwrap() }
}

fn peer(seed: u8) -> PeerView {
    PeerView::new(PrivateKey::from_bytes([seed; 32]).public())
}

fn ago(seed: u8, seconds: u64) -> PeerView {
    PeerView { last_handshake: now() - Duration::from_secs(seconds), ..peer(seed) }
}

/// Returns a state with every field set, in values of all sizes.
fn busy() -> DeviceView {
    let mut peers = vec![
        peer(1),
        ago(2, 3723),
        ago(3, 0),
        ago(4, 63),
        ago(5, 86_400 * 366 + 3601),
        ago(6, 86_400),
        ago(7, 31_536_000),
        ago(8, 63_072_000 + 2 * 86_400 + 2 * 3600 + 122),
        PeerView { last_handshake: now() + Duration::from_secs(3600), ..peer(9) },
        PeerView { last_handshake: Duration::from_nanos(5), ..peer(10) },
        peer(11),
        ago(12, 63),
    ];
    let endpoints = [
        "192.0.2.1:51820",
        "[2001:db8::1]:1",
        "[::ffff:192.0.2.1]:65535",
        "[::192.0.2.1]:80",
        "[fe80::1%1]:51820",
        "[fe80::2%4000000]:51820",
    ];
    for (peer, endpoint) in peers.iter_mut().zip(endpoints) {
        peer.endpoint = Some(endpoint.parse().unwrap());
    }
    let sizes = [0, 1, 1023, 1024, 1025, 1_048_575, 1_048_576, 1_073_741_823, 1 << 30, (1 << 40) - 1, 1 << 40, u64::MAX];
    for (peer, (rx, tx)) in peers.iter_mut().zip(sizes.into_iter().zip(sizes.into_iter().rev())) {
        (peer.rx_bytes, peer.tx_bytes) = (rx, tx);
    }
    let keepalives = [0, 1, 25, 60, 61, 3600, 3661, 65_535, 7200, 120, 0, 59];
    for (peer, seconds) in peers.iter_mut().zip(keepalives) {
        peer.persistent_keepalive = seconds;
    }
    peers[1].preshared_key = PresharedKey::from_bytes([77; 32]);
    peers[1].allowed_ips = vec![network("0.0.0.0/0"), network("::/0"), network("10.0.0.0/8")];
    peers[2].allowed_ips = vec![network("::1.2.3.4/128"), network("2001:db8:0:1::/64"), network("::ffff:1.2.3.0/120")];
    DeviceView { private_key: Some(PrivateKey::from_bytes([42; 32])), listen_port: 51820, fwmark: 0xca6c, peers }
}

fn interfaces() -> Vec<(&'static str, DeviceView)> {
    let keyless = DeviceView { peers: vec![peer(1)], ..DeviceView::default() };
    let keyed = DeviceView { private_key: Some(PrivateKey::from_bytes([43; 32])), ..DeviceView::default() };
    vec![("wg0", busy()), ("empty", DeviceView::default()), ("keyless", keyless), ("keyed", keyed), ("a-b_c.d=e+f", busy())]
}

const FIELDS: [&str; 12] = [
    "public-key",
    "private-key",
    "listen-port",
    "fwmark",
    "peers",
    "preshared-keys",
    "endpoints",
    "allowed-ips",
    "latest-handshakes",
    "transfer",
    "persistent-keepalive",
    "dump",
];

#[test]
fn every_interface_and_field_looks_as_wg_shows_it() {
    if !possible() {
        return;
    }
    with_interfaces(interfaces(), |folder| {
        for interface in ["wg0", "empty", "keyless", "keyed", "a-b_c.d=e+f", "all"] {
            for field in FIELDS {
                assert_same(folder, &[], &["show", interface, field]);
            }
            assert_same(folder, &[], &["show", interface]);
        }
        for interface in ["wg0", "empty", "keyless", "keyed"] {
            assert_same(folder, &[], &["showconf", interface]);
        }
        let names = assert_same(folder, &[], &["show", "interfaces"]);
        assert_eq!(names.split_whitespace().count(), 5);
        assert!(assert_same(folder, &[], &["show"]).len() > 2000);
    });
}

#[test]
fn colours_and_hidden_keys_follow_the_same_variables() {
    if !possible() {
        return;
    }
    with_interfaces(interfaces(), |folder| {
        let coloured = assert_same(folder, &[("WG_COLOR_MODE", "always")], &["show", "all"]);
        assert!(coloured.contains("\x1b[32m\x1b[1minterface\x1b[0m"));
        assert!(coloured.contains("clock wound backward"));
        assert!(!assert_same(folder, &[("WG_COLOR_MODE", "never")], &["show", "all"]).contains('\x1b'));
        assert!(!assert_same(folder, &[("WG_COLOR_MODE", "auto")], &["show", "all"]).contains('\x1b'));
        let shown = assert_same(folder, &[("WG_HIDE_KEYS", "never")], &["show", "wg0"]);
        assert!(shown.contains("preshared key: TU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU0="), "{shown}");
        let hidden = assert_same(folder, &[("WG_HIDE_KEYS", "always")], &["show", "wg0"]);
        assert!(hidden.contains("private key: (hidden)"));
    });
}

#[test]
fn nothing_there_and_wrong_words_end_as_with_wg() {
    if !possible() {
        return;
    }
    with_interfaces(Vec::new(), |folder| {
        assert_eq!(assert_same(folder, &[], &["show"]), "");
        assert_eq!(assert_same(folder, &[], &["show", "interfaces"]), "");
        let nothing = run(ADIT, folder, &[], &["show", "wg9"]);
        assert_eq!(nothing.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&nothing.stderr), "Unable to access interface: No such device\n");
    });
    with_interfaces(interfaces(), |folder| {
        assert_same(folder, &[], &["show", "wg0", "nonsense"]);
        assert_same(folder, &[], &["show", "interfaces", "peers"]);
        assert_eq!(run(ADIT, folder, &[], &["show", "../wg0"]).status.code(), Some(1));
    });
}

#[test]
fn the_socket_of_a_dead_process_is_no_interface() {
    if !possible() {
        return;
    }
    with_interfaces(vec![("wg0", DeviceView::default())], |folder| {
        drop(std::os::unix::net::UnixListener::bind(folder.join("dead.sock")).unwrap());
        std::fs::write(folder.join("file.sock"), "").unwrap();
        let names = run(ADIT, folder, &[], &["show", "interfaces"]);
        assert_eq!(String::from_utf8_lossy(&names.stdout), "wg0\n");
    });
}

#[test]
fn json_holds_what_dump_holds_and_hides_keys_unless_they_were_asked_for() {
    if !possible() {
        return;
    }
    with_interfaces(interfaces(), |folder| {
        let json = |arguments: &[&str]| {
            let output = run(ADIT, folder, &[], arguments);
            assert!(output.status.success());
            serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
        };
        let all = json(&["show", "--json"]);
        assert_eq!(all.as_object().unwrap().len(), 5);
        assert_eq!(all["wg0"]["privateKey"], "(hidden)");
        assert_eq!(all["wg0"]["listenPort"], 51820);
        assert_eq!(all["wg0"]["fwmark"], 0xca6c);
        let second = PrivateKey::from_bytes([2; 32]).public().to_string();
        let peer = &all["wg0"]["peers"][&second];
        assert_eq!(peer["endpoint"], "[2001:db8::1]:1");
        assert_eq!(peer["allowedIps"], serde_json::json!(["0.0.0.0/0", "::/0", "10.0.0.0/8"]));
        assert_eq!(peer["transferRx"], 1);
        let dump = json(&["show", "wg0", "dump", "--json"]);
        let private_key = PrivateKey::from_bytes([42; 32]);
        assert_eq!(dump["wg0"]["privateKey"], private_key.dangerously_reveal_base64().as_str());
        let transfer = json(&["show", "wg0", "transfer", "--json"]);
        assert_eq!(transfer["wg0"]["peers"][&second], serde_json::json!({"transferRx": 1, "transferTx": 1_u64 << 40}));
        assert_eq!(json(&["show", "interfaces", "--json"]).as_array().unwrap().len(), 5);
        assert_eq!(json(&["showconf", "wg0", "--json"]), dump);
    });
}
