//! Values for requests and answers.

use adit_api::{
    Argument, ChangeEffect, ConfigChange, ConfigField, Conflict, Counters, DataPath, Diagnostic, Fix, Health, HooksHash,
    HooksView, PeerStatus, PeerView, PreviewWarning, PublicKey, RotationView, SecretKey, Severity, Source, TunnelId, TunnelState,
    TunnelView, UpState,
};
use adit_config::PrivateKey;

pub(crate) const CONFIG: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.0.0.2/24\n";

pub(crate) const SECRET: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
/// The mark in place of a key.
pub(crate) const MARK: &str = "(unchanged.................................)";

pub(crate) fn id() -> TunnelId {
    TunnelId::from_bits(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)
}

pub(crate) fn other() -> TunnelId {
    TunnelId::from_bits(0xf)
}

pub(crate) fn hash() -> HooksHash {
    "5e".repeat(32).parse().unwrap()
}

pub(crate) fn key() -> PublicKey {
    "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=".parse().unwrap()
}

pub(crate) fn secret_key() -> SecretKey {
    "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=".parse::<PrivateKey>().unwrap().into()
}

pub(crate) fn diagnostic() -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        code: "host_bits".into(),
        section: Some("Peer".into()),
        key: Some("AllowedIPs".into()),
        line: 6,
        column: 14,
        start: 120,
        end: 131,
        advice: Some("write_value".into()),
        arguments: vec![Argument::text("value", "10.0.0.0/24"), Argument::number("first", 4_u32)],
        fixes: vec![Fix { start: 120, end: 131, text: "10.0.0.0/24".into() }],
    }
}

pub(crate) fn change() -> ConfigChange {
    let (before, after) = (Some("192.0.2.1:51820".into()), Some("192.0.2.2:51820".into()));
    ConfigChange { peer: Some(key()), field: ConfigField::Endpoint, before, after, effect: ChangeEffect::Live }
}

pub(crate) fn rotation() -> RotationView {
    let text_for_peers = format!("[Peer]\nPublicKey = {}\nAllowedIPs = 10.0.0.2/32\n", key());
    RotationView { public_key: key(), since: 1_790_000_000_000, text_for_peers }
}

pub(crate) fn healths() -> Vec<Health> {
    let since = 1_790_000_000_000;
    vec![Health::Idle, Health::WaitingForPeer, Health::Handshaking { since }, Health::Good, Health::NoAnswer { since }]
}

pub(crate) fn up() -> TunnelState {
    let counters = Counters { received: 1_000_000_000_000, sent: 42 };
    let peers = healths().into_iter().map(|health| PeerStatus {
        public_key: key(),
        endpoint: Some("[2001:db8::1]:51820".parse().unwrap()),
        has_moved: false,
        last_handshake: Some(1_790_000_000_000),
        counters: counters.clone(),
        health,
    });
    TunnelState::Up(UpState {
        since: 1_790_000_000_000,
        health: Health::Good,
        mtu: 1420,
        listen_port: 51820,
        counters: counters.clone(),
        last_handshake: Some(1_790_000_000_000),
        peers: peers.collect(),
        peer_count: 9,
        differs: false,
        conflicts: vec![Conflict::SamePort { other: other(), port: 51820 }],
        warnings: vec![PreviewWarning::SplitDnsLeftOut { domains: vec!["corp.example".into()] }],
        data_path: DataPath {
            queues: 2,
            tun_segmentation: true,
            tun_udp_segmentation: false,
            udp_segmentation: true,
            udp_receive: false,
        },
        in_other_namespace: true,
        routing_loops: 3,
    })
}

pub(crate) fn tunnel(state: TunnelState, source: Source, hooks: HooksView) -> TunnelView {
    TunnelView {
        id: id(),
        name: "Office".parse().unwrap(),
        interface: "wg0".parse().unwrap(),
        state,
        source,
        version: 3,
        usable: true,
        public_key: Some(key()),
        asks_for_key: false,
        key_since: None,
        key_reminder_days: Some(365),
        rotation: Some(rotation()),
        addresses: vec!["10.0.0.2/24".parse().unwrap()],
        peers: vec![PeerView {
            public_key: key(),
            name: Some("gateway".into()),
            endpoint: Some("vpn.example.org:51820".into()),
            further_endpoints: vec!["vpn.example.org:443".into()],
            allowed_ips: vec!["10.0.0.0/24".parse().unwrap(), "::/0".parse().unwrap()],
            allowed_ip_count: 2,
            has_preshared_key: true,
            preshared_key_since: Some(1_790_000_000_000),
            persistent_keepalive: Some(25),
        }],
        peer_count: 1,
        start_at_boot: true,
        kill_switch: adit_api::KillSwitch::Block,
        allow_lan: true,
        allow_ipv6_outside: false,
        hooks,
        on_demand: None,
    }
}
