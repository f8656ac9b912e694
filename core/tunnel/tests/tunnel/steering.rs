//! Tests changes of a running tunnel.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use adit_platform::device::UdpFactory;
use adit_platform::fake::FakeNet;
use adit_protocol::{Dropped, Event, PublicKey};
use adit_tunnel::update::MAX_PEERS;
use adit_tunnel::{Control, DeviceUpdate, PeerUpdate, UpdateError};

use crate::stage::{Machine, PATIENCE, key, outer, packet, pair, wait_until};

fn port(port: u16) -> DeviceUpdate {
    DeviceUpdate { listen_port: Some(port), ..DeviceUpdate::default() }
}

/// Checks that no socket holds this port. A datagram that is being delivered may hold it for a moment.
fn is_left(machine: &Machine, port: u16) {
    wait_until("the port is free", || machine.host.bind(port, 0).is_ok());
}

/// Keeps `from` sending to `to` while `story` runs.
fn under_traffic(from: &Machine, to: &Machine, story: impl FnOnce()) {
    let over = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                from.sends(&packet(from.number, to.number, false));
                thread::yield_now();
            }
        });
        let story = std::panic::catch_unwind(std::panic::AssertUnwindSafe(story));
        over.store(true, Ordering::Relaxed);
        story.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
fn the_first_packet_waits_for_the_handshake_and_is_not_lost() {
    for outer_v6 in [false, true] {
        for inner_v6 in [false, true] {
            let net = FakeNet::new();
            let (a, b) = (Machine::start(&net, 1), Machine::start(&net, 2));
            a.dials(&b, outer_v6);
            let first = packet(1, 2, inner_v6);
            a.sends(&first);
            b.receives(&first);
            let answer = packet(2, 1, inner_v6);
            b.sends(&answer);
            a.receives(&answer);
            assert_eq!(a.events.count(|event| matches!(event, Event::HandshakeStarted { .. })), 1);
        }
    }
}

#[test]
fn a_peer_that_moved_is_followed() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let there = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 101));
    a.host.move_to(&[there]);
    a.pings(&b);
    assert_eq!(b.handle.view().peers[0].endpoint.map(|endpoint| endpoint.ip()), Some(there));
    b.events.wait_for(1, |event| matches!(event, Event::Roamed { endpoint, .. } if endpoint.ip() == there));
}

#[test]
fn a_port_can_be_changed_and_changed_back_at_once_under_traffic() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    under_traffic(&a, &b, || {
        for round in 0..20u16 {
            a.apply(port(5_000 + round % 2));
            assert_eq!(a.port(), 5_000 + round % 2);
        }
    });
    a.pings(&b);
    assert_eq!(b.handle.view().peers[0].endpoint, Some(a.endpoint(false)));
    is_left(&a, 5_000);
}

#[test]
fn a_port_that_is_left_is_free_although_nothing_was_sent_since() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let before = a.port();
    a.apply(port(5_000));
    is_left(&a, before);
    a.pings(&b);
}

#[test]
fn a_busy_port_is_refused_and_nothing_changes() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let _busy = a.host.bind(5_000, 0).expect("bind");
    let before = a.picture();
    let update = DeviceUpdate {
        private_key: Some(Some(key(9))),
        fwmark: Some(9),
        replace_peers: true,
        peers: vec![PeerUpdate::new(key(8).public())],
        ..port(5_000)
    };
    assert!(matches!(a.handle.apply(update), Err(UpdateError::Bind { port: 5_000, .. })));
    assert_eq!(a.picture(), before);
    a.pings(&b);
}

#[test]
fn a_mark_is_set_on_the_socket_in_use_and_on_its_successor() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let mark = |fwmark| DeviceUpdate { fwmark: Some(fwmark), ..DeviceUpdate::default() };
    a.apply(mark(7));
    assert_eq!((a.host.mark_of(a.port()), a.handle.view().fwmark), (Some(7), 7));
    a.apply(port(5_000));
    assert_eq!(a.host.mark_of(5_000), Some(7));
    a.apply(DeviceUpdate { fwmark: Some(8), ..port(5_001) });
    assert_eq!((a.host.mark_of(5_001), a.host.mark_of(5_000)), (Some(8), None));
    a.apply(mark(0));
    assert_eq!((a.host.mark_of(5_001), a.handle.view().fwmark), (Some(0), 0));
    a.apply(port(5_002));
    is_left(&a, 5_001);
    a.pings(&b);
}

#[test]
fn a_removed_peer_is_heard_no_more_and_its_place_is_not_its_successors() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    under_traffic(&a, &b, || {
        b.apply_peer(PeerUpdate { remove: true, ..PeerUpdate::new(a.public_key()) });
        while b.kernel.take().is_some() {}
        // Another peer with the same addresses takes the same slot.
        b.apply_peer(PeerUpdate { allowed_ips: a.as_peer().allowed_ips, ..PeerUpdate::new(key(9).public()) });
        let dropped = || b.handle.plane().drops.get(Dropped::UnknownIndex);
        let before = dropped();
        wait_until("its packets are dropped", || dropped() > before + 10);
    });
    let late = b.kernel.take();
    assert_eq!(late, None);
    assert_eq!(b.handle.view().peers[0].rx_bytes, 0);
}

#[test]
fn peers_can_be_replaced_and_come_back() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let known = PeerUpdate { endpoint: Some(b.endpoint(true)), ..b.as_peer() };
    let c = Machine::start(&net, 3);
    a.apply(DeviceUpdate { replace_peers: true, peers: vec![c.as_peer(), known], ..DeviceUpdate::default() });
    let peers: Vec<PublicKey> = a.handle.view().peers.iter().map(|peer| peer.public_key).collect();
    assert_eq!(peers, [c.public_key(), b.public_key()]);
    a.pings(&b);
    a.apply(DeviceUpdate { replace_peers: true, ..DeviceUpdate::default() });
    assert!(a.handle.view().peers.is_empty());
    let lost = packet(1, 2, false);
    a.sends(&lost);
    let (_, answer) = a.kernel.take_within(PATIENCE).expect("ICMP");
    assert_eq!((answer[9], answer[20], answer[21]), (1, 3, 1), "host unreachable");
}

#[test]
fn after_a_change_of_key_the_peer_is_found_under_its_new_one() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let before = a.public_key();
    b.apply_peer(PeerUpdate { remove: true, ..PeerUpdate::new(before) });
    b.apply_peer(PeerUpdate { allowed_ips: a.as_peer().allowed_ips, ..PeerUpdate::new(key(9).public()) });
    a.apply(DeviceUpdate { private_key: Some(Some(key(9))), ..DeviceUpdate::default() });
    a.pings(&b);
    a.apply(DeviceUpdate { private_key: Some(None), ..DeviceUpdate::default() });
    assert_eq!(a.handle.view().private_key, None);
}

#[test]
fn no_peer_has_the_interfaces_own_key() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    a.apply_peer(PeerUpdate { endpoint: Some(b.endpoint(false)), ..PeerUpdate::new(a.public_key()) });
    assert_eq!(a.handle.view().peers.len(), 1);
    a.apply(DeviceUpdate { private_key: Some(Some(key(2))), ..DeviceUpdate::default() });
    assert!(a.handle.view().peers.is_empty(), "b's key is a's own");
}

#[test]
fn as_many_peers_as_allowed_and_not_one_more() {
    let net = FakeNet::new();
    let a = Machine::start(&net, 1);
    let many = |from: u32, count: u32| -> Vec<PeerUpdate> {
        let key = |number: u32| {
            let mut bytes = [7; 32];
            bytes[..4].copy_from_slice(&number.to_le_bytes());
            PublicKey::from_bytes(bytes)
        };
        (from..from + count).map(|number| PeerUpdate::new(key(number))).collect()
    };
    let limit = u32::try_from(MAX_PEERS).expect("fits");
    let refused = a.handle.apply(DeviceUpdate { peers: many(0, limit + 1), ..DeviceUpdate::default() });
    assert!(matches!(refused, Err(UpdateError::TooManyPeers)));
    assert!(a.handle.view().peers.is_empty());
    a.apply(DeviceUpdate { peers: many(0, limit), ..DeviceUpdate::default() });
    assert_eq!(a.handle.view().peers.len(), MAX_PEERS);
    assert!(matches!(
        a.handle.apply(DeviceUpdate { peers: many(limit, 1), fwmark: Some(1), ..DeviceUpdate::default() }),
        Err(UpdateError::TooManyPeers)
    ));
    assert_eq!(a.handle.view().fwmark, 0);
    a.apply(DeviceUpdate { peers: many(0, limit), replace_peers: true, ..DeviceUpdate::default() });
    assert_eq!(a.handle.view().peers.len(), MAX_PEERS);
}

#[test]
fn a_sticky_source_is_given_up_when_the_network_changes() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    // `b` answers from the address that `a` wrote to until `b` loses that address.
    let there = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 102));
    b.host.move_to(&[there]);
    b.tells(&a);
    assert_eq!(a.handle.view().peers[0].endpoint.map(|endpoint| endpoint.ip()), Some(there));
    b.host.move_to(&[outer(2, false)]);
    b.pings(&a);
}
