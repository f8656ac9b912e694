//! Tests one client with one tunnel in memory: which requests are accepted, which are refused and with which number, and that a
//! refusal changes nothing.

mod memory;

use std::io::{self, Cursor, Read};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use adit_platform::uapi_listener::UapiStream;
use adit_protocol::{PresharedKey, PrivateKey, PublicKey};
use adit_tunnel::uapi::{answer_all, read_view, write_view};
use adit_tunnel::{AllowedIp, Control, DeviceUpdate, DeviceView, PeerUpdate, PeerView};
use memory::MemoryTunnel;
use proptest::prelude::*;

/// A client whose complete input is known in advance.
struct Said {
    input: Mutex<Cursor<Vec<u8>>>,
    output: Mutex<Vec<u8>>,
}

impl UapiStream for Said {
    fn read(&self, buffer: &mut [u8], _: Option<Duration>) -> io::Result<usize> {
        self.input.lock().unwrap().read(buffer)
    }
    fn write(&self, bytes: &[u8], _: Duration) -> io::Result<usize> {
        self.output.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn close(&self) {}
}

fn ask(tunnel: &dyn Control, input: impl Into<Vec<u8>>) -> String {
    let said = Said { input: Mutex::new(Cursor::new(input.into())), output: Mutex::default() };
    let scope = |name: &str| if name == "eth0" { Some(2) } else { name.parse().ok() };
    answer_all(&said, tunnel, Duration::from_secs(60), &scope).unwrap();
    String::from_utf8(said.output.into_inner().unwrap()).unwrap()
}

fn shown(tunnel: &dyn Control) -> String {
    let mut text = Vec::new();
    write_view(&mut text, &tunnel.view()).unwrap();
    String::from_utf8(text).unwrap()
}

const PRIVATE: &str = "e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a";
const ALICE: &str = "b85996fecc9c7f1fc6d2572a76eda11d59bcd20be8e543b15ce4bd85a8e75a33";
const BOB: &str = "58402e695ba1772b1cc9309755f043251ea77fdcf10fbe63989ceb7e19321376";

fn a_tunnel() -> MemoryTunnel {
    let tunnel = MemoryTunnel::default();
    let set = format!(
        "set=1\nprivate_key={PRIVATE}\nlisten_port=51820\npublic_key={ALICE}\nendpoint=192.0.2.1:51820\nallowed_ip=10.0.0.0/24\n\n"
    );
    assert_eq!(ask(&tunnel, set), "errno=0\n\n");
    tunnel
}

#[test]
fn everything_that_can_be_set_can_be_got() {
    let tunnel = MemoryTunnel::default();
    let psk = "188515093e952f5f22e865cef3012e72f8b5f0b598ac0309d5dacce3b70fcf52";
    let set = format!(
        "set=1\nprivate_key={PRIVATE}\nlisten_port=12912\nfwmark=4294967295\nreplace_peers=true\npublic_key={ALICE}\n\
         preshared_key={psk}\nprotocol_version=1\nendpoint=[fe80::1%eth0]:51820\npersistent_keepalive_interval=65535\n\
         replace_allowed_ips=true\nallowed_ip=192.168.4.77/24\nallowed_ip=+::/0\nallowed_ip=-192.168.4.0/24\n\n"
    );
    assert_eq!(ask(&tunnel, set), "errno=0\n\n");
    let got = ask(&tunnel, "get=1\n\n");
    assert_eq!(
        got,
        format!(
            "private_key={PRIVATE}\nlisten_port=12912\nfwmark=4294967295\npublic_key={ALICE}\npreshared_key={psk}\n\
             protocol_version=1\nendpoint=[fe80::1%2]:51820\nlast_handshake_time_sec=0\nlast_handshake_time_nsec=0\ntx_bytes=0\n\
             rx_bytes=0\npersistent_keepalive_interval=65535\nallowed_ip=::/0\nerrno=0\n\n"
        )
    );
}

#[test]
fn a_tunnel_without_anything_says_nothing_but_that_all_is_well() {
    assert_eq!(ask(&MemoryTunnel::default(), "get=1\n\n"), "errno=0\n\n");
}

#[test]
fn a_private_key_of_zeros_removes_the_key() {
    let tunnel = a_tunnel();
    assert_eq!(ask(&tunnel, format!("set=1\nprivate_key={}\n\n", "0".repeat(64))), "errno=0\n\n");
    assert_eq!(tunnel.view().private_key, None);
}

#[test]
fn hexadecimal_may_be_uppercase() {
    let tunnel = MemoryTunnel::default();
    assert_eq!(ask(&tunnel, format!("set=1\npublic_key={}\n\n", ALICE.to_uppercase())), "errno=0\n\n");
    assert!(shown(&tunnel).starts_with(&format!("public_key={ALICE}\n")));
}

#[test]
fn refused_requests_have_the_error_number_of_the_reference_and_change_nothing() {
    const EINVAL: i32 = -22;
    const EPROTO: i32 = -71;
    const EMSGSIZE: i32 = -90;
    let long = format!("endpoint={}", "1".repeat(5000));
    let (h63, h65) = (&ALICE[1..], format!("{ALICE}a"));
    let not_hex = "g".repeat(64);
    let bad: &[(&str, i32, &str)] = &[
        ("", EINVAL, "no operation"),
        ("get=2", EINVAL, "unknown operation"),
        ("set=0", EINVAL, "unknown operation"),
        ("get=1\r", EINVAL, "carriage return"),
        ("\0", EINVAL, "NUL as an operation"),
        ("get=1\nset=1", EINVAL, "set in get"),
        ("set=1\nget=1", EINVAL, "get in set"),
        ("set=1\nset=1", EINVAL, "set in set"),
        ("set=1\nno_such_key=1", EINVAL, "unknown key"),
        ("set=1\nListen_port=1", EINVAL, "key in capitals"),
        ("set=1\n listen_port=1", EINVAL, "space in front"),
        ("set=1\nlisten_port", EPROTO, "no ="),
        ("set=1\nlisten_port\0=1", EINVAL, "NUL in a key"),
        ("set=1\nlisten_port=\x001", EINVAL, "NUL in a value"),
        ("set=1\nendpoint=192.0.2.9:1", EINVAL, "peer's key before a peer"),
        ("set=1\nallowed_ip=10.9.0.0/24", EINVAL, "peer's key before a peer"),
        ("set=1\nprotocol_version=1", EINVAL, "peer's key before a peer"),
        ("set=1\npublic_key=ALICE\nlisten_port=9", EINVAL, "device's key after a peer"),
        ("set=1\npublic_key=ALICE\nprivate_key=BOB", EINVAL, "device's key after a peer"),
        ("set=1\npublic_key=ALICE\nprotocol_version=2", EINVAL, "protocol version"),
        ("set=1\npublic_key=ALICE\nprotocol_version=", EINVAL, "protocol version"),
        ("set=1\nreplace_peers=false", EINVAL, "only true"),
        ("set=1\nreplace_peers=1", EINVAL, "only true"),
        ("set=1\npublic_key=ALICE\nremove=false", EINVAL, "only true"),
        ("set=1\npublic_key=ALICE\nremove=TRUE", EINVAL, "only true"),
        ("set=1\npublic_key=ALICE\nupdate_only=yes", EINVAL, "only true"),
        ("set=1\npublic_key=ALICE\nreplace_allowed_ips=", EINVAL, "only true"),
        ("set=1\nprivate_key=H63", EINVAL, "63 digits"),
        ("set=1\nprivate_key=H65", EINVAL, "65 digits"),
        ("set=1\nprivate_key=", EINVAL, "no digits"),
        ("set=1\nprivate_key=NOTHEX", EINVAL, "not digits"),
        ("set=1\npublic_key=H63", EINVAL, "63 digits"),
        ("set=1\npublic_key=NOTHEX", EINVAL, "not digits"),
        ("set=1\npublic_key=ALICE\npreshared_key=H65", EINVAL, "65 digits"),
        ("set=1\nlisten_port=65536", EINVAL, "port"),
        ("set=1\nlisten_port=-1", EINVAL, "port"),
        ("set=1\nlisten_port=+1", EINVAL, "port"),
        ("set=1\nlisten_port=", EINVAL, "port"),
        ("set=1\nlisten_port=0x10", EINVAL, "port"),
        ("set=1\nlisten_port= 1", EINVAL, "port"),
        ("set=1\nlisten_port=1e3", EINVAL, "port"),
        ("set=1\nfwmark=4294967296", EINVAL, "mark"),
        ("set=1\nfwmark=0xff", EINVAL, "mark"),
        ("set=1\nfwmark=off", EINVAL, "mark"),
        ("set=1\npublic_key=ALICE\npersistent_keepalive_interval=65536", EINVAL, "keepalive"),
        ("set=1\npublic_key=ALICE\npersistent_keepalive_interval=off", EINVAL, "keepalive"),
        ("set=1\npublic_key=ALICE\nendpoint=192.0.2.1", EINVAL, "no port"),
        ("set=1\npublic_key=ALICE\nendpoint=192.0.2.1:", EINVAL, "no port"),
        ("set=1\npublic_key=ALICE\nendpoint=192.0.2.1:65536", EINVAL, "port"),
        ("set=1\npublic_key=ALICE\nendpoint=::1:51820", EINVAL, "no brackets"),
        ("set=1\npublic_key=ALICE\nendpoint=[::1]", EINVAL, "no port"),
        ("set=1\npublic_key=ALICE\nendpoint=[fe80::1%nowhere]:1", EINVAL, "unknown interface"),
        ("set=1\npublic_key=ALICE\nendpoint=example.org:51820", EINVAL, "a name"),
        ("set=1\npublic_key=ALICE\nendpoint=", EINVAL, "nothing"),
        ("set=1\npublic_key=ALICE\nallowed_ip=10.0.0.1", EINVAL, "no prefix"),
        ("set=1\npublic_key=ALICE\nallowed_ip=10.0.0.0/33", EINVAL, "prefix"),
        ("set=1\npublic_key=ALICE\nallowed_ip=::/129", EINVAL, "prefix"),
        ("set=1\npublic_key=ALICE\nallowed_ip=::/256", EINVAL, "prefix"),
        ("set=1\npublic_key=ALICE\nallowed_ip=10.0.0.0/+8", EINVAL, "prefix"),
        ("set=1\npublic_key=ALICE\nallowed_ip=10.0.0/8", EINVAL, "address"),
        ("set=1\npublic_key=ALICE\nallowed_ip=--10.0.0.0/8", EINVAL, "two signs"),
        ("set=1\npublic_key=ALICE\nallowed_ip=", EINVAL, "nothing"),
        ("set=1\npublic_key=ALICE\nLONG", EMSGSIZE, "a line over 4 KiB"),
        ("LONG", EMSGSIZE, "a first line over 4 KiB"),
        ("set=1\nlisten_port=80", -98, "a port that the tunnel cannot have"),
    ];
    let tunnel = a_tunnel();
    let before = shown(&tunnel);
    for (request, errno, what) in bad {
        let fill = |text: &str| {
            let text = text.replace("ALICE", ALICE).replace("BOB", BOB).replace("LONG", &long);
            text.replace("H63", h63).replace("H65", &h65).replace("NOTHEX", &not_hex)
        };
        let request = fill(request);
        let separator = if request.is_empty() { "\n" } else { "\n\n" };
        assert_eq!(ask(&tunnel, request.clone() + separator), format!("errno={errno}\n\n"), "{what}: {request}");
        if request.starts_with("set=1\n") {
            let good_first = request.replacen("set=1\n", "set=1\nfwmark=7\nreplace_peers=true\n", 1);
            assert_eq!(ask(&tunnel, good_first + "\n\n"), format!("errno={errno}\n\n"), "{what}: half of it is good");
        }
        assert_eq!(shown(&tunnel), before, "{what}: {request}");
    }
}

#[test]
fn a_request_that_breaks_off_is_not_done() {
    let tunnel = a_tunnel();
    let before = shown(&tunnel);
    let whole = format!("set=1\nfwmark=7\npublic_key={BOB}\nallowed_ip=10.1.0.0/16\n\n");
    for end in 1..whole.len() {
        assert_eq!(ask(&tunnel, &whole[..end]), "errno=-71\n\n", "broken off after {end} bytes");
        assert_eq!(shown(&tunnel), before);
    }
    assert_eq!(ask(&tunnel, whole), "errno=0\n\n");
}

#[test]
fn requests_may_follow_each_other_on_one_connection_also_after_a_refused_one() {
    let tunnel = a_tunnel();
    let answers = ask(&tunnel, "set=1\nfwmark=5\n\nset=1\nnonsense\nfwmark=6\n\nhello\n\nset=1\nlisten_port=2000\n\nget=1\n\n");
    assert!(answers.starts_with("errno=0\n\nerrno=-71\n\nerrno=-22\n\nerrno=0\n\nprivate_key="), "{answers}");
    let view = tunnel.view();
    assert_eq!((view.fwmark, view.listen_port), (5, 2000));
}

#[test]
fn removing_a_peer_and_updating_only_what_is_there() {
    let tunnel = a_tunnel();
    assert_eq!(ask(&tunnel, format!("set=1\npublic_key={BOB}\nupdate_only=true\nallowed_ip=10.0.0.0/24\n\n")), "errno=0\n\n");
    assert_eq!(tunnel.view().peers.len(), 1, "update_only makes no peer");
    assert_eq!(ask(&tunnel, format!("set=1\npublic_key={ALICE}\nremove=true\npublic_key={BOB}\n\n")), "errno=0\n\n");
    assert_eq!(tunnel.view().peers[0].public_key, PublicKey::from_hex(BOB).unwrap());
    assert_eq!(ask(&tunnel, format!("set=1\npublic_key={ALICE}\nremove=true\n\n")), "errno=0\n\n", "it was gone already");
}

#[test]
fn replacing_the_peers_keeps_only_those_that_follow() {
    let tunnel = a_tunnel();
    assert_eq!(ask(&tunnel, format!("set=1\nreplace_peers=true\npublic_key={BOB}\n\n")), "errno=0\n\n");
    assert_eq!(tunnel.view().peers.len(), 1);
    assert_eq!(ask(&tunnel, "set=1\nreplace_peers=true\n\n"), "errno=0\n\n");
    assert!(tunnel.view().peers.is_empty());
}

#[test]
fn allowed_ips_before_their_replacement_are_forgotten() {
    let tunnel = a_tunnel();
    let set = format!("set=1\npublic_key={ALICE}\nallowed_ip=10.7.0.0/16\nreplace_allowed_ips=true\nallowed_ip=10.8.0.0/16\n\n");
    assert_eq!(ask(&tunnel, set), "errno=0\n\n");
    assert!(shown(&tunnel).ends_with("persistent_keepalive_interval=0\nallowed_ip=10.8.0.0/16\n"));
}

#[test]
fn a_request_over_16_mib_is_refused_and_nothing_of_it_done() {
    let tunnel = a_tunnel();
    let before = shown(&tunnel);
    let mut request = format!("set=1\npublic_key={BOB}\n");
    while request.len() <= 16 << 20 {
        request.push_str("allowed_ip=10.0.0.0/8\n");
    }
    assert_eq!(ask(&tunnel, request + "\n"), "errno=-90\n\n");
    assert_eq!(shown(&tunnel), before);
}

#[test]
fn more_peers_than_the_reference_has_are_refused() {
    let peers = |count: usize| {
        let lines: String = (0..count).map(|number| format!("public_key={number:064x}\n")).collect();
        format!("set=1\n{lines}\n")
    };
    let refusing = |count| ask(&CountingTunnel, peers(count));
    assert_eq!(refusing(1 << 16), "errno=0\n\n");
    assert_eq!(refusing((1 << 16) + 1), "errno=-22\n\n");
}

struct CountingTunnel;

impl Control for CountingTunnel {
    fn apply(&self, update: DeviceUpdate) -> Result<(), adit_tunnel::UpdateError> {
        if update.peers.len() > adit_tunnel::update::MAX_PEERS { Err(adit_tunnel::UpdateError::TooManyPeers) } else { Ok(()) }
    }
    fn view(&self) -> DeviceView {
        DeviceView::default()
    }
}

/// Records the updates that it receives.
#[derive(Default)]
struct Recorder(Mutex<Vec<DeviceUpdate>>);

impl Control for Recorder {
    fn apply(&self, update: DeviceUpdate) -> Result<(), adit_tunnel::UpdateError> {
        self.0.lock().unwrap().push(update);
        Ok(())
    }
    fn view(&self) -> DeviceView {
        DeviceView::default()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn format_set(update: &DeviceUpdate) -> String {
    let mut lines = vec!["set=1".to_owned()];
    if let Some(key) = &update.private_key {
        lines.push(format!("private_key={}", key.as_ref().map_or("0".repeat(64), |key| hex(key.dangerously_reveal()))));
    }
    lines.extend(update.listen_port.map(|port| format!("listen_port={port}")));
    lines.extend(update.fwmark.map(|mark| format!("fwmark={mark}")));
    lines.extend(update.replace_peers.then(|| "replace_peers=true".to_owned()));
    for peer in &update.peers {
        lines.push(format!("public_key={:x}", peer.public_key));
        lines.extend(peer.remove.then(|| "remove=true".to_owned()));
        lines.extend(peer.update_only.then(|| "update_only=true".to_owned()));
        lines.extend(peer.preshared_key.as_ref().map(|key| format!("preshared_key={}", hex(key.dangerously_reveal()))));
        lines.extend(peer.endpoint.map(|endpoint| format!("endpoint={endpoint}")));
        lines.extend(peer.persistent_keepalive.map(|seconds| format!("persistent_keepalive_interval={seconds}")));
        lines.extend(peer.replace_allowed_ips.then(|| "replace_allowed_ips=true".to_owned()));
        lines.extend(
            peer.allowed_ips.iter().map(|(network, add)| {
                format!("allowed_ip={}{}/{}", if *add { "" } else { "-" }, network.address, network.prefix)
            }),
        );
    }
    lines.join("\n") + "\n\n"
}

prop_compose! {
    fn network()(v6: bool, bits: u128, prefix in 0_u8..=128) -> AllowedIp {
        if v6 {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            AllowedIp { address: std::net::Ipv6Addr::from_bits(bits & mask).into(), prefix }
        } else {
            let prefix = prefix.min(32);
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            AllowedIp { address: std::net::Ipv4Addr::from_bits(bits as u32 & mask).into(), prefix }
        }
    }
}

prop_compose! {
    fn peer_update()(
        key: [u8; 32], remove: bool, update_only: bool, psk: Option<[u8; 32]>, endpoint: Option<SocketAddr>,
        keepalive: Option<u16>, replace: bool, allowed_ips in proptest::collection::vec((network(), any::<bool>()), 0..8),
    ) -> PeerUpdate {
        PeerUpdate {
            remove, update_only, allowed_ips,
            preshared_key: psk.map(PresharedKey::from_bytes),
            // The flow label cannot be written in the text form.
            endpoint: endpoint.map(|endpoint| match endpoint {
                SocketAddr::V6(v6) => std::net::SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id()).into(),
                SocketAddr::V4(_) => endpoint,
            }),
            persistent_keepalive: keepalive,
            replace_allowed_ips: replace,
            ..PeerUpdate::new(PublicKey::from_bytes(key))
        }
    }
}

prop_compose! {
    fn device_update()(
        key: Option<Option<[u8; 32]>>, listen_port: Option<u16>, fwmark: Option<u32>, replace_peers: bool,
        peers in proptest::collection::vec(peer_update(), 0..5),
    ) -> DeviceUpdate {
        DeviceUpdate { private_key: key.map(|key| key.map(PrivateKey::from_bytes)), listen_port, fwmark, replace_peers, peers }
    }
}

/// Generates lines that almost make sense, so that random input gets past the first line.
fn line_soup() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just("get=1".to_owned()),
        Just("set=1".to_owned()),
        Just(String::new()),
        Just(format!("public_key={ALICE}")),
        Just("remove=true".to_owned()),
        Just("replace_peers=true".to_owned()),
        "(listen_port|fwmark|persistent_keepalive_interval|protocol_version)=[0-9+-]{0,6}",
        "(endpoint|allowed_ip)=[0-9a-f.:/%\\[\\]+-]{0,24}",
        "[a-z_=]{0,20}",
    ];
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n").into_bytes())
}

/// Counts the requests. A request is all lines up to a blank one; a rest at the end is one more.
fn requests_in(input: &[u8]) -> usize {
    let mut requests = 0;
    let mut open = false;
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        open = line != b"\n";
        requests += usize::from(!open);
    }
    requests + usize::from(open)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_update_survives_being_written_and_read(update in device_update()) {
        let recorder = Recorder::default();
        prop_assert_eq!(ask(&recorder, format_set(&update)), "errno=0\n\n");
        prop_assert_eq!(recorder.0.into_inner().unwrap(), vec![update]);
    }

    #[test]
    fn any_bytes_get_exactly_one_answer_for_each_request(
        input in prop_oneof![proptest::collection::vec(any::<u8>(), 0..600), line_soup(), "[a-z=1\n]{0,80}".prop_map(String::into_bytes)],
    ) {
        let answers = ask(&Recorder::default(), input.clone());
        prop_assert_eq!(answers.matches("errno=").count(), requests_in(&input));
        prop_assert!(answers.split("\n\n").filter(|answer| !answer.is_empty()).all(|answer| answer.starts_with("errno=")));
    }

    #[test]
    fn a_view_survives_being_written_and_read(
        update in device_update(), handshake in (any::<u32>(), 0_u32..1_000_000_000), transfer: (u64, u64),
    ) {
        let mut view = DeviceView {
            private_key: update.private_key.flatten(),
            listen_port: update.listen_port.unwrap_or(0),
            fwmark: update.fwmark.unwrap_or(0),
            peers: Vec::new(),
        };
        for update in update.peers {
            let mut peer = PeerView::new(update.public_key);
            peer.preshared_key = update.preshared_key.unwrap_or_else(PresharedKey::none);
            peer.endpoint = update.endpoint;
            peer.last_handshake = Duration::new(handshake.0.into(), handshake.1);
            (peer.rx_bytes, peer.tx_bytes) = transfer;
            peer.persistent_keepalive = update.persistent_keepalive.unwrap_or(0);
            peer.allowed_ips = update.allowed_ips.into_iter().map(|(network, _)| network).collect();
            view.peers.push(peer);
        }
        let mut text = Vec::new();
        write_view(&mut text, &view).unwrap();
        let mut answer = text.clone();
        answer.extend_from_slice(b"errno=0\n\n");
        let read = read_view(&answer[..], &|name| name.parse().ok()).unwrap();
        let mut again = Vec::new();
        write_view(&mut again, &read).unwrap();
        prop_assert_eq!(again, text);
        prop_assert_eq!(read.peers.len(), view.peers.len());
    }

    #[test]
    fn any_answer_can_be_read_without_harm(input in prop_oneof![proptest::collection::vec(any::<u8>(), 0..600), line_soup()]) {
        let _ = read_view(&input[..], &|_| None);
    }
}
