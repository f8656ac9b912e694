//! Rules R15, R17 and R19: which peer may have which address, and how many addresses there can be.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use adit_protocol::{Dropped, Engine, Now, PrivateKey, PublicKey};
use adit_testkit::net::START;
use adit_testkit::{Pair, Probe, packet};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::stage::Stage;

fn lone_engine() -> (Engine, Now) {
    (Engine::new(Box::new(ChaCha20Rng::seed_from_u64(15))), Now { instant: START, unix: Duration::from_secs(1) })
}

#[test]
fn r15_the_longest_prefix_picks_the_peer() {
    let (mut engine, now) = lone_engine();
    engine.set_private_key(Some(&Pair::private(0)), now);
    let mut rng = ChaCha20Rng::seed_from_u64(16);
    let peers: Vec<_> = (0..100_u8).map(|number| engine.add_peer(PublicKey::from_bytes([number + 1; 32])).unwrap()).collect();
    let mut slow: Vec<(u32, u8, usize)> = Vec::new();
    for _ in 0..2_000 {
        let (bits, prefix) = (rng.next_u32() & 0x0f0f_ffff, (rng.next_u32() % 33) as u8);
        let (network, owner) = (masked(bits, prefix), rng.next_u32() as usize % peers.len());
        engine.add_allowed_ip(&peers[owner], Ipv4Addr::from_bits(bits).into(), prefix);
        slow.retain(|(other, length, _)| (*other, *length) != (network, prefix));
        slow.push((network, prefix, owner));
    }
    engine.publish();
    let plane = engine.plane();
    let routes = plane.routes();
    for _ in 0..5_000 {
        let address = rng.next_u32() & 0x0f0f_ffff;
        let containing = slow.iter().filter(|(network, prefix, _)| masked(address, *prefix) == *network);
        let expected = containing.max_by_key(|(_, prefix, _)| *prefix).map(|(_, _, owner)| *peers[*owner].public_key());
        let found = routes.peer_for(Ipv4Addr::from_bits(address).into()).map(|peer| *peer.public_key());
        assert_eq!(found, expected);
    }
}

fn masked(address: u32, prefix: u8) -> u32 {
    address & (!0_u64 << (32 - u32::from(prefix))) as u32
}

#[test]
fn r15_a_peer_may_only_send_from_addresses_that_are_routed_to_it() {
    let mut stage = Stage::new();
    let other_key = PrivateKey::from_bytes([12; 32]);
    let mut other = Probe::new(*other_key.dangerously_reveal(), *Pair::public(Pair::B).as_bytes());
    let wide = stage.peer();
    let narrow = stage[0].engine.add_peer(other_key.public()).unwrap();
    stage[0].engine.add_allowed_ip(&wide, [10, 0, 0, 0].into(), 8);
    stage[0].engine.add_allowed_ip(&narrow, [10, 7, 0, 0].into(), 16);
    let mut of_wide = stage.probe_initiates(1);
    let sent = other.initiation(2, Probe::timestamp(1, 0));
    stage.say(&sent.message).unwrap();
    let mut of_narrow = other.finish(&sent, &stage.last(0, 2)).unwrap();

    let from = |source: [u8; 4]| packet::udp(source.into(), Pair::ipv4(1), 0, b"who am I?");
    let cases = [([10, 6, 0, 1], true, false), ([10, 7, 0, 1], false, true), ([11, 0, 0, 1], false, false)];
    for (source, wide, narrow) in cases {
        for (transport, allowed) in [(&mut of_wide, wide), (&mut of_narrow, narrow)] {
            let message = transport.data(&from(source));
            let expected = if allowed { Ok(()) } else { Err(Dropped::SourceNotAllowed) };
            assert_eq!(stage.say(&message), expected, "{source:?}, even inside a network of the other");
        }
    }
    assert_eq!(stage[0].received.len(), 2);
}

#[test]
fn r17_whoever_sends_where_nobody_is_learns_it_at_once() {
    let mut stage = Stage::new();
    for (destination, reason) in [
        (IpAddr::from([10, 99, 0, 1]), Dropped::NoRoute),
        ("fd99::1".parse().unwrap(), Dropped::NoRoute),
        (Pair::ipv4(Pair::A), Dropped::NoEndpoint),
        (Pair::ipv6(Pair::A), Dropped::NoEndpoint),
    ] {
        let own = if destination.is_ipv4() { Pair::ipv4(Pair::B) } else { Pair::ipv6(Pair::B) };
        let packet = packet::udp(own, destination, 0, b"anybody there?");
        stage[0].received.clear();
        assert_eq!(stage.send(0, &packet), Err(reason));
        let (at, answer) = stage[0].received.last().unwrap();
        assert_eq!(*at, stage.now());
        let quoted = if destination.is_ipv4() {
            assert_eq!((answer[9], &answer[20..22]), (1, &[3, 1][..]), "host unreachable");
            assert_eq!((IpAddr::from([answer[16], answer[17], answer[18], answer[19]])), own);
            &answer[28..]
        } else {
            assert_eq!((answer[6], &answer[40..42]), (58, &[1, 3][..]), "address unreachable");
            &answer[48..]
        };
        assert_eq!(quoted, packet);
    }
    assert!(stage.capture.is_empty());
}

/// Tests what the kernel calls "avoiding routing loop", and the case that is none: a tunnel inside the same tunnel.
#[test]
fn an_encrypted_packet_leads_back_where_it_would_be_sealed_for_ever() {
    let (mut engine, now) = lone_engine();
    engine.set_private_key(Some(&Pair::private(0)), now);
    let mut peer = |number: u8, endpoint: [u8; 4], allowed: [u8; 4], prefix: u8| {
        let peer = engine.add_peer(PublicKey::from_bytes([number; 32])).unwrap();
        engine.set_endpoint(&peer, (endpoint, 51820).into());
        engine.add_allowed_ip(&peer, allowed.into(), prefix);
    };
    // One peer whose allowed IPs contain its own endpoint, one reached through the first, and two that are each reached through
    // the other.
    peer(7, [203, 0, 113, 1], [203, 0, 113, 0], 24);
    peer(8, [203, 0, 113, 2], [10, 0, 0, 2], 32);
    peer(9, [198, 51, 100, 1], [192, 0, 2, 0], 24);
    peer(10, [192, 0, 2, 1], [198, 51, 100, 0], 24);
    engine.publish();
    let plane = engine.plane();
    for (to, leads_back) in [
        (([203, 0, 113, 1], 51820), true),
        (([203, 0, 113, 1], 51821), false),
        (([203, 0, 113, 2], 51820), false),
        (([198, 51, 100, 1], 51820), true),
        (([192, 0, 2, 1], 51820), true),
        (([192, 0, 2, 2], 51820), false),
        (([9, 9, 9, 9], 51820), false),
    ] {
        assert_eq!(plane.routes().leads_back(to.into()), leads_back, "{to:?}");
    }
}

#[test]
fn r19_there_can_be_65536_peers() {
    let (mut engine, now) = lone_engine();
    engine.set_private_key(Some(&Pair::private(0)), now);
    let key = |number: u32| {
        let mut bytes = [7; 32];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        PublicKey::from_bytes(bytes)
    };
    for number in 0..65_536_u32 {
        let peer = engine.add_peer(key(number)).unwrap();
        engine.add_allowed_ip(&peer, Ipv4Addr::from_bits(0x0a00_0000 + number).into(), 32);
        engine.set_endpoint(&peer, ([192, 0, 2, 1], 51820).into());
    }
    engine.publish();
    assert_eq!((engine.peer_count(), engine.peer_statuses().len()), (65_536, 65_536));
    let plane = engine.plane();
    for number in [0, 1, 4_711, 65_535] {
        let address = Ipv4Addr::from_bits(0x0a00_0000 + number).into();
        assert_eq!(plane.routes().peer_for(address).map(|peer| *peer.public_key()), Some(key(number)));
        assert!(engine.find_peer(&key(number)).is_some());
    }
    engine.remove_all_peers();
    assert_eq!(engine.peer_count(), 0);
    assert!(plane.routes().peer_for([10, 0, 0, 1].into()).is_none());
}

#[test]
fn r19_one_peer_can_have_130561_allowed_ips() {
    let (mut engine, now) = lone_engine();
    engine.set_private_key(Some(&Pair::private(0)), now);
    let peer = engine.add_peer(Pair::public(1)).unwrap();
    let mut expected = Vec::new();
    for network in 0..130_561_u32 {
        let address = IpAddr::from(Ipv4Addr::from_bits(network << 12 | 1 << 11));
        engine.add_allowed_ip(&peer, address, 27);
        expected.push((address, 27));
    }
    engine.publish();
    assert!(engine.peer_statuses()[0].allowed_ips == expected, "all of them, in order");
    let plane = engine.plane();
    assert!(expected.iter().all(|(address, _)| plane.routes().peer_for(*address).is_some()));
    engine.clear_allowed_ips(&peer);
    engine.publish();
    assert!(engine.peer_statuses()[0].allowed_ips.is_empty());
}
