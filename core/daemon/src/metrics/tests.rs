//! Tests of the metrics with a strict parser, and of requests that must be refused.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use adit_api::{Counters, DataPath, Health, HooksView, PeerStatus, PeerView, Source, TunnelId, TunnelState, TunnelView, UpState};

use super::answer::Answer;
use super::request::Request;
use super::text;

const KEY: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

fn tunnel(number: u128, name: &str, state: TunnelState, peer_name: Option<&str>) -> TunnelView {
    let peer = PeerView {
        public_key: KEY.parse().unwrap(),
        name: peer_name.map(str::to_owned),
        endpoint: None,
        further_endpoints: Vec::new(),
        allowed_ips: vec!["10.0.0.0/24".parse().unwrap(), "fd00::/64".parse().unwrap()],
        allowed_ip_count: 2,
        has_preshared_key: true,
        preshared_key_since: None,
        persistent_keepalive: None,
    };
    TunnelView {
        id: TunnelId::from_bits(number),
        name: name.parse().unwrap(),
        interface: format!("wg{number}").parse().unwrap(),
        state,
        source: Source::Store,
        version: 1,
        usable: true,
        public_key: None,
        asks_for_key: false,
        key_since: None,
        key_reminder_days: None,
        rotation: None,
        addresses: Vec::new(),
        peers: vec![peer],
        peer_count: 1,
        start_at_boot: false,
        kill_switch: adit_api::KillSwitch::Off,
        allow_lan: false,
        allow_ipv6_outside: false,
        hooks: HooksView::None,
        on_demand: None,
    }
}

fn up(health: Health) -> TunnelState {
    let status = |key: &str, health: &Health| PeerStatus {
        public_key: key.parse().unwrap(),
        endpoint: Some("192.0.2.1:51820".parse().unwrap()),
        has_moved: false,
        last_handshake: Some(1_700_000_000_999),
        counters: Counters { received: 7, sent: u64::MAX },
        health: health.clone(),
    };
    // The second peer was added from outside: the configuration does not contain it.
    let stranger = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
    TunnelState::Up(UpState {
        since: 1_700_000_000_000,
        health: health.clone(),
        mtu: 1420,
        listen_port: 51820,
        counters: Counters { received: 7, sent: u64::MAX },
        last_handshake: Some(1_700_000_000_999),
        peer_count: 2,
        peers: vec![status(KEY, &health), status(stranger, &Health::Idle)],
        differs: true,
        conflicts: Vec::new(),
        warnings: Vec::new(),
        data_path: DataPath {
            queues: 1,
            tun_segmentation: true,
            tun_udp_segmentation: true,
            udp_segmentation: true,
            udp_receive: true,
        },
        in_other_namespace: false,
        routing_loops: 5,
    })
}

fn numbers() -> String {
    let evil = "a \"friend\" \\ with\na second line";
    let tunnels = [
        tunnel(1, "Home", up(Health::NoAnswer { since: 1 }), Some(evil)),
        tunnel(2, "Büro", TunnelState::Down { reason: None, retry_at: None }, None),
    ];
    text::write(&tunnels, "0.1.0", 1_700_000_000_123)
}

/// One sample: metric, labels in order, value.
type Sample = (String, Vec<(String, String)>, f64);

/// Parses the text format and accepts nothing that violates its rules.
fn read(text: &str) -> Vec<Sample> {
    assert!(text.ends_with('\n'));
    let (mut kinds, mut samples, mut current) = (BTreeMap::new(), Vec::new(), String::new());
    for line in text.strip_suffix('\n').unwrap().split('\n') {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty() && help.trim() == help);
            assert!(kinds.insert(name.to_owned(), None).is_none(), "{name} begins twice");
            current = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, current, "TYPE follows HELP");
            assert!(matches!(kind, "counter" | "gauge"), "{kind}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
            kinds.insert(name.to_owned(), Some(kind.to_owned()));
        } else {
            let sample = read_sample(line);
            assert_eq!(sample.0, current, "numbers stand below their metric");
            assert!(kinds[&current].is_some());
            samples.push(sample);
        }
    }
    let names: BTreeSet<_> = samples.iter().map(|(name, labels, _)| (name.clone(), labels.clone())).collect();
    assert_eq!(names.len(), samples.len(), "no number is there twice");
    samples
}

fn read_sample(line: &str) -> Sample {
    let is_name = |name: &str| {
        name.chars().next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    let end = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{name}");
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, behind) = rest.split_once("=\"").unwrap();
            assert!(is_name(label), "{label}");
            let (value, behind) = read_value(behind);
            labels.push((label.to_owned(), value));
            match behind.chars().next() {
                Some(',') => rest = &behind[1..],
                Some('}') => {
                    rest = &behind[1..];
                    break;
                }
                other => panic!("{other:?} in {line}"),
            }
        }
    }
    (name.to_owned(), labels, rest.strip_prefix(' ').unwrap().parse().unwrap())
}

fn read_value(text: &str) -> (String, &str) {
    let (mut value, mut characters) = (String::new(), text.char_indices());
    loop {
        match characters.next().unwrap() {
            (at, '"') => return (value, &text[at + 1..]),
            (_, '\\') => value.push(match characters.next().unwrap().1 {
                'n' => '\n',
                character @ ('\\' | '"') => character,
                character => panic!("\\{character}"),
            }),
            (_, character) => value.push(character),
        }
    }
}

#[test]
fn a_strict_reader_finds_what_the_exporter_would_have_told() {
    let samples = read(&numbers());
    let labels = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let peer = labels(&[
        ("interface", "wg1"),
        ("public_key", KEY),
        ("allowed_ips", "10.0.0.0/24,fd00::/64"),
        ("friendly_name", "a \"friend\" \\ with\na second line"),
    ]);
    let value = |name: &str, labels: &[(String, String)]| {
        samples.iter().find(|sample| sample.0 == name && sample.1 == labels).unwrap_or_else(|| panic!("{name}")).2
    };
    assert_eq!(value("wireguard_received_bytes_total", &peer), 7.0);
    assert_eq!(value("wireguard_sent_bytes_total", &peer), u64::MAX as f64);
    assert_eq!(value("wireguard_latest_handshake_seconds", &peer), 1_700_000_000.0);
    assert_eq!(value("adit_peer_answering", &peer), 0.0);
    assert_eq!(value("adit_tunnel_up", &labels(&[("interface", "wg1"), ("name", "Home")])), 1.0);
    assert_eq!(value("adit_tunnel_routing_loop_packets_total", &labels(&[("interface", "wg1"), ("name", "Home")])), 5.0);
    assert_eq!(value("adit_tunnel_up", &labels(&[("interface", "wg2"), ("name", "Büro")])), 0.0);
    let state = |tunnel, state| {
        labels(&[("interface", tunnel), ("name", if tunnel == "wg1" { "Home" } else { "Büro" }), ("state", state)])
    };
    assert_eq!(value("adit_tunnel_state", &state("wg2", "down")), 1.0);
    assert_eq!(value("adit_tunnel_state", &state("wg2", "up")), 0.0);
    let of_wg2 = |sample: &&Sample| sample.0.starts_with("wireguard_") && sample.1.iter().any(|(_, value)| value == "wg2");
    assert_eq!(samples.iter().filter(of_wg2).count(), 0, "a tunnel that is down has no peers to tell of");
}

#[test]
fn promtool_has_nothing_to_say_against_it() {
    let spawned = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = spawned else {
        let why = "the numbers, as promtool sees them: promtool (Debian's package prometheus) is not installed";
        std::io::stderr().write_all(format!("SKIPPED: {why}\n").as_bytes()).unwrap();
        return;
    };
    promtool.stdin.take().unwrap().write_all(numbers().as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success() && said.is_empty(), "{}", String::from_utf8_lossy(&said));
}

fn request(head: &str) -> Option<Request> {
    Request::parse(head.replace('\n', "\r\n").as_bytes())
}

#[test]
fn only_the_numbers_can_be_asked_for_and_only_by_this_computer_s_name() {
    let asked = |line: &str, host: &str| request(&format!("{line} HTTP/1.1\nHost: {host}\n\n")).unwrap();
    for host in ["127.0.0.1:9586", "localhost:9586", "LOCALHOST", "[::1]:9586", "[::1]", "127.0.0.1"] {
        assert_eq!(asked("GET /metrics", host), Request::Get, "{host}");
    }
    for host in ["evil.example:9586", "192.168.1.1", "localhost.evil.example", "[::2]:1", "", "127.0.0.1.evil.example:80"] {
        assert_eq!(asked("GET /metrics", host), Request::OtherHost, "{host}");
    }
    assert_eq!(asked("HEAD /metrics", "localhost"), Request::Head);
    assert_eq!(asked("GET /metrics?name[]=up", "localhost"), Request::Get);
    assert_eq!(asked("GET /", "localhost"), Request::Front);
    assert_eq!(asked("GET /metrics/", "localhost"), Request::Elsewhere);
    assert_eq!(asked("GET /../etc/passwd", "localhost"), Request::Elsewhere);
    assert_eq!(asked("POST /metrics", "localhost"), Request::OtherMethod);
    assert_eq!(asked("DELETE /", "localhost"), Request::OtherMethod);
    assert_eq!(request("GET /metrics HTTP/1.0\n\n"), Some(Request::Get));
    assert_eq!(request("GET /metrics HTTP/1.1\nHost: loc"), None, "there is more to come");
    assert_eq!(Request::parse(b"\x16\x03\x01\x02\x00\x01"), Some(Request::NotUnderstood), "TLS");
    let many: String = (0..40).map(|number| format!("X-{number}: x\n")).collect();
    assert_eq!(request(&format!("GET /metrics HTTP/1.1\n{many}\n")), Some(Request::TooLarge));
}

#[test]
fn answers_say_how_long_they_are_and_that_they_are_the_last() {
    let text = |answer: &Answer, only_head| String::from_utf8(answer.bytes(only_head)).unwrap();
    let whole = text(&Answer::Numbers("x 1\n".into()), false);
    assert!(
        whole.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 4\r\n")
    );
    assert!(whole.contains("\r\nConnection: close\r\n") && whole.ends_with("\r\n\r\nx 1\n"));
    let head = text(&Answer::Numbers("x 1\n".into()), true);
    assert!(head.contains("Content-Length: 4\r\n") && head.ends_with("\r\n\r\n"));
    let refused = super::answer::answer_without_numbers(&Request::OtherMethod).unwrap();
    assert!(text(&refused, false).contains("\r\nAllow: GET, HEAD\r\n"));
}
