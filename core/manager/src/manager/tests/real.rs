//! Tests of the manager with the real engine: two computers in memory that exchange encrypted packets.

use std::time::Duration;

use adit_api::{ApiError, ConfigText, Health, LogCode, LogLevel, LogLine, Service, TunnelId};
use adit_platform::device::Offload;
use adit_platform::fake::FakeNet;

use super::bench::{Bench, us};

const NEAR_KEY: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
const NEAR: &str = "H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8=";
const FAR_KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const FAR: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const PATIENCE: Duration = Duration::from_secs(20);

fn near(more: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {NEAR_KEY}\nAddress = 10.0.0.1/24\n\n[Peer]\n# Name = far\nPublicKey = {FAR}\n\
         AllowedIPs = 10.0.0.2/32\nEndpoint = 192.0.2.2:51820\n{more}"
    )
}

fn far(more: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {FAR_KEY}\nListenPort = 51820\nAddress = 10.0.0.2/24\n\n[Peer]\nPublicKey = {NEAR}\n\
         AllowedIPs = 10.0.0.1/32\n{more}"
    )
}

struct Pair {
    near: Bench,
    far: Bench,
    near_id: TunnelId,
    far_id: TunnelId,
}

impl Pair {
    fn new() -> Self {
        let net = FakeNet::new();
        let (near, far) = (Bench::real(&net, "192.0.2.1"), Bench::real(&net, "192.0.2.2"));
        let (near_id, far_id) = (near.import("near", &self::near("")), far.import("far", &self::far("")));
        far.manager().connect(&us(), far_id, false).unwrap();
        near.manager().connect(&us(), near_id, false).unwrap();
        Self { near, far, near_id, far_id }
    }

    /// Sends a packet with this number through the tunnel and asserts that it arrives at the other end.
    fn carry(&self, number: u8) {
        let packet = packet(number);
        self.near.devices.tun(&"near".parse().unwrap()).unwrap().inject(0, Offload::default(), &packet);
        let far = self.far.devices.tun(&"far".parse().unwrap()).unwrap();
        let (_, arrived) = far.take_within(PATIENCE).unwrap_or_else(|| panic!("packet {number} was lost"));
        assert_eq!(arrived, packet, "packet {number}");
    }

    fn edit_near(&self, text: &str) {
        let version = self.near.view(self.near_id).version;
        self.near.manager().replace_config(&us(), self.near_id, ConfigText::new(text.to_owned()), version).unwrap();
    }

    fn last_handshake(&self) -> Option<u64> {
        match self.near.state(self.near_id) {
            adit_api::TunnelState::Up(up) => up.peers.iter().find(|peer| peer.public_key.to_string() == FAR)?.last_handshake,
            _ => None,
        }
    }
}

/// Returns a UDP packet from 10.0.0.1 to 10.0.0.2 with four bytes of payload.
fn packet(number: u8) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    packet.extend([0, 9, 0, 9, 0, 12, 0, 0, number, number, number, number]);
    packet
}

#[test]
fn a_peer_that_stays_loses_no_packet_and_no_session_by_a_change_of_everything_else() {
    let pair = Pair::new();
    pair.carry(0);
    let before = pair.last_handshake();
    assert!(before.is_some());
    let other = "[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.0.1.0/24\n";
    let changes = [
        near(other),
        near(&other.replace("10.0.1.0/24", "10.0.2.0/24, 10.0.3.0/24")),
        near("").replace("10.0.0.2/32", "10.0.0.2/32, 192.0.2.128/25"),
        near("").replace("10.0.0.1/24", "10.0.0.1/24, fd00::1/64\nMTU = 1300"),
        near("PersistentKeepalive = 25\n"),
        near("").replace("Address", "ListenPort = 40123\nAddress"),
        near(""),
    ];
    for (number, text) in (1..).zip(changes.iter().cycle().take(21)) {
        pair.edit_near(text);
        pair.carry(number);
    }
    assert_eq!(pair.last_handshake(), before, "the session is the same");
    pair.near.until("its peer is well", |near| near.health(pair.near_id) == Some(Health::Good));
}

#[test]
fn a_key_is_replaced_when_the_other_side_knows_the_new_one_and_not_before() {
    let pair = Pair::new();
    pair.carry(1);
    let manager = pair.near.manager();
    assert_eq!(manager.test_rotation(&us(), pair.near_id), Err(ApiError::NoRotation));
    let rotation = manager.begin_rotation(&us(), pair.near_id).unwrap();
    assert_eq!(manager.begin_rotation(&us(), pair.near_id), Err(ApiError::RotationPending));
    assert_eq!(manager.finish_rotation(&us(), pair.near_id, false), Err(ApiError::RotationNotAnswered));
    pair.carry(2);

    let text = far(&rotation.text_for_peers);
    pair.far.manager().replace_config(&us(), pair.far_id, ConfigText::new(text), 1).unwrap();
    let test = manager.test_rotation(&us(), pair.near_id).unwrap();
    assert_eq!(test.answered.iter().map(ToString::to_string).collect::<Vec<_>>(), [FAR]);
    let finished = manager.finish_rotation(&us(), pair.near_id, false).unwrap();
    assert_eq!((finished.version, finished.needs_restart.len()), (2, 0));
    let view = pair.near.view(pair.near_id);
    assert_eq!((view.public_key, view.rotation), (Some(rotation.public_key), None));
    assert!(manager.export(&us(), pair.near_id).unwrap().dangerously_reveal().contains("# Name = far"), "the rest stays");
    pair.carry(3);

    manager.restore_version(&us(), pair.near_id, 1).unwrap();
    assert_eq!(pair.near.view(pair.near_id).public_key.unwrap().to_string(), NEAR);
    assert_eq!(manager.cancel_rotation(&us(), pair.near_id), Err(ApiError::NoRotation));
}

#[test]
fn a_socket_that_is_removed_takes_the_tunnel_down() {
    let pair = Pair::new();
    pair.near.devices.remove_socket(&"near".parse().unwrap());
    pair.near.until("it is down", |near| matches!(near.state(pair.near_id), adit_api::TunnelState::Down { .. }));
    pair.near.manager().connect(&us(), pair.near_id, false).unwrap();
    pair.carry(1);
}

/// Returns the reasons why handshake messages were dropped at each end, near and far, between tunnels of these configurations.
fn dropped(near: &str, far: &str) -> [Vec<String>; 2] {
    let net = FakeNet::new();
    let shutdown = [(Bench::real(&net, "192.0.2.1"), near), (Bench::real(&net, "192.0.2.2"), far)];
    for (bench, text) in shutdown.iter().rev() {
        let id = bench.import("wg0", text);
        bench.manager().connect(&us(), id, false).unwrap();
    }
    let reasons = |bench: &Bench| -> Vec<String> {
        let page = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap();
        let reason = |line: LogLine| match line.code {
            LogCode::HandshakeDropped { reason, .. } => Some(reason.as_str().to_owned()),
            _ => None,
        };
        page.lines.into_iter().filter_map(reason).collect()
    };
    let [(near, _), (far, _)] = &shutdown;
    near.until("something was dropped", |near| !reasons(near).is_empty() || !reasons(far).is_empty());
    [reasons(near), reasons(far)]
}

#[test]
fn the_log_says_why_a_handshake_came_to_nothing() {
    let none: Vec<String> = Vec::new();
    let (other, psk) = ("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", format!("PresharedKey = {FAR_KEY}\n"));
    let outdated = near("").replace(FAR, other);
    assert_eq!(dropped(&outdated, &far("")), [none.clone(), vec!["mac1".to_owned()]]);
    let stranger = far("").replace(NEAR, other);
    assert_eq!(dropped(&near(""), &stranger), [none.clone(), vec!["unknown_peer".to_owned()]]);
    assert_eq!(dropped(&near(&psk), &far("")), [vec!["handshake".to_owned()], none]);
}
