//! Samples of what lists, `adit status`, events and reports show.

use adit_api::*;

use super::{ID, NOW, id, key, log_lines, tunnel};
use crate::{End, FindingText, Offload, StatusLabel, StatusText, Words};

pub(super) fn routes() -> Vec<RouteAnswer> {
    let candidate = |tunnel: &str| RouteCandidate {
        tunnel: tunnel.parse().unwrap(),
        interface: "wg0".parse().unwrap(),
        peer: key(),
        allowed_ip: "10.0.0.0/24".parse().unwrap(),
    };
    let why = || RouteReason::OwnAddress;
    let routes = samples!(Route:
        Tunnel { candidate: candidate(ID), why: why() },
        Outside { interface: Some("eth0\u{1b}".into()), why: why() },
        Outside { interface: None, why: why() },
        NoPeer { tunnel: id() },
    );
    let others = || vec![candidate(ID), candidate("ffffffffffffffffffffffffffffffff")];
    routes.into_iter().map(|route| RouteAnswer { ip: "10.0.0.1".parse().unwrap(), route, others: others() }).collect()
}

pub(super) fn versions() -> Vec<VersionView> {
    let origins = samples!(VersionOrigin: Imported, Edited, Restored { version: 2 }, Rotated, Saved);
    let version = |(number, origin): (u64, VersionOrigin)| VersionView {
        version: number,
        saved_at: NOW - 60_000,
        origin,
        is_current: number == 5,
        changes: Vec::new(),
    };
    (1..).zip(origins).map(version).collect()
}

pub(super) fn takeovers() -> Vec<TakeoverView> {
    let states = [
        (false, false, false),
        (false, false, true),
        (true, false, false),
        (true, false, true),
        (true, true, false),
        (true, true, true),
    ];
    let tunnel = |(active, by_service, starts_at_boot)| TakeoverView {
        name: "wg0".parse().unwrap(),
        path: "/etc/wireguard/wg0.conf".into(),
        active,
        by_service,
        starts_at_boot,
    };
    states.into_iter().map(tunnel).collect()
}

fn portal(captive: Option<&str>, is_open: bool) -> PortalView {
    let open = is_open.then(|| PortalExemption { by: "uid 1000".into(), until: NOW });
    PortalView { captive: captive.map(str::to_owned), is_shut_out: true, open, last_end: None }
}

pub(super) fn events() -> Vec<Event> {
    let sample = Sample { at: NOW, received: 1_536, sent: 0 };
    samples!(Event:
        TunnelAdded { tunnel: Box::new(tunnel()) },
        TunnelChanged { tunnel: Box::new(TunnelView { state: TunnelState::Paused { until: None }, ..tunnel() }) },
        TunnelRemoved { id: id() },
        RulesChanged { revision: 4 },
        PortalChanged { portal: portal(Some("wlan0\u{1b}"), true) },
        PortalChanged { portal: portal(Some("wlan0\u{1b}"), false) },
        PortalChanged { portal: portal(None, false) },
        Traffic { id: id(), sample: sample },
        KeyIsOld { id: id(), peer: None, since: NOW },
        KeyIsOld { id: id(), peer: Some(key()), since: NOW },
        Log { line: log_lines::lines().remove(0) },
    )
}

pub(super) fn status_labels() -> Vec<StatusLabel> {
    samples!(StatusLabel:
        Addresses, AllowedIps, AtStart, Commands, Conflict, DataPath, Differs, Endpoint, FurtherEndpoints, File, Handshake, Interface, Ipv6, Keepalive,
        Key, KillSwitch, Lan, Mtu, Name, Namespace, NewKey, Note, Peer, Port, PresharedKey, PrivateKey, Problem, PublicKey, Rate,
        Received, Reminder, Retry, RoutingLoop, Sent, Since, State, Traffic, Up, Warning, Why,
    )
}

pub(super) fn status_texts() -> Vec<StatusText<'static>> {
    const OFFLOADS: &[Offload] = &[Offload::TunTcp, Offload::TunUdp, Offload::Send, Offload::Receive];
    assert_eq!(samples!(Offload: TunTcp, TunUdp, Send, Receive), OFFLOADS);
    let (tunnel, endpoint, address) = ("Büro 2", "vpn.example:51820", "192.0.2.1:51820");
    samples!(StatusText:
        NoTunnels,
        KeyAge { span: 86_400_000, is_old: false },
        KeyAge { span: 90 * 86_400_000, is_old: true },
        KeyAsked,
        NewKey { key: "Y2FD6uTg…", since: NOW - 60_000, now: NOW },
        StartsAtBoot(true),
        StartsAtBoot(false),
        LanAllowed(true),
        LanAllowed(false),
        Ipv6Outside,
        Reminder { days: 1 },
        Reminder { days: 90 },
        HooksApproved,
        HooksNotApproved { tunnel: tunnel },
        Unusable { tunnel: tunnel },
        RetryIn(5_000),
        NoRetry,
        UpFor(7_500_000),
        OtherNamespace,
        DataPath { queues: 1, offloads: &[] },
        DataPath { queues: 2, offloads: &[] },
        DataPath { queues: 1, offloads: &OFFLOADS[..1] },
        DataPath { queues: 2, offloads: OFFLOADS },
        RoutingLoops(1),
        RoutingLoops(2),
        Differs { tunnel: tunnel },
        PeerFromOutside,
        NoEndpoint,
        EndpointResolved { endpoint: endpoint, address: address },
        EndpointMoved { endpoint: "vpn\u{1b}.example:51820", address: address },
        MoreNetworks(3),
        PresharedKeySet,
        Keepalive(25),
        MorePeers { count: 1, tunnel: tunnel },
        MorePeers { count: 2, tunnel: tunnel },
    )
}

/// Says every finding in words about each end.
pub(super) fn findings(words: &Words) -> Vec<String> {
    let (has, addresses, endpoint) = ([key(), key()], ["10.0.0.2/32".to_owned()], "192.0.2.1:51820".parse().unwrap());
    let of = |end| {
        samples!(FindingText:
            None, NoneElse, SameKey, NotUp(end), NoKey(end),
            UnknownKey { end: end, has: &has, key: key() },
            UnknownKey { end: end, has: &[], key: key() },
            PresharedKeyOnOneEnd(end),
            SameAddress(&addresses),
            NoEndpoint, PresharedKeysDiffer, Clocks(3_600_000),
            Mtu { here: 1_420, there: 1_280 },
            AddressNotAllowed { from: end, addresses: &addresses },
            StaleTimestamp { from: end },
            Port { from: end, port: 51_820, listens: 51_821 },
            Keepalive { from: end, endpoint: endpoint, listens: 51_821 },
            NothingArrives { from: end, sent: 1_536, endpoint: Some(endpoint) },
            Dropped { from: end, sent: 1_536, endpoint: Option::None, reasons: vec![("mac1\u{1b}", 1), ("cookie", 2)] },
        )
    };
    let ends = samples!(End: Here, There);
    ends.into_iter().flat_map(|end| of(end).iter().map(|finding| words.finding(finding)).collect::<Vec<_>>()).collect()
}
