//! Checks that two engines can talk to each other at all. Everything else is in the conformance suite of `testkit`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::key::PrivateKey;

fn now(millis: u64) -> Now {
    Now { instant: Instant::from_nanos(1_000_000_000) + Duration::from_millis(millis), unix: Duration::from_secs(1_700_000_000) }
}

fn ipv4(source: [u8; 4], destination: [u8; 4]) -> Vec<u8> {
    let mut packet = vec![0; 20 + 8];
    packet[0] = 0x45;
    packet[3] = 28;
    packet[12..16].copy_from_slice(&source);
    packet[16..20].copy_from_slice(&destination);
    packet
}

fn deliver(from: &mut Engine, to: &mut Engine, source: SocketAddr, kinds: &mut Vec<u8>) {
    while let Some(mut transmit) = from.poll_transmit(now(1).instant) {
        kinds.push(transmit.payload[0]);
        to.handle_datagram(source.into(), transmit.ecn, &mut transmit.payload, now(1)).unwrap();
    }
}

#[test]
fn two_engines_handshake_and_exchange_packets_both_ways() {
    let address = |last| SocketAddr::from(([192, 0, 2, last], 51820));
    let keys = [1, 2].map(|byte| PrivateKey::from_bytes([byte; 32]));
    let [mut a, mut b] = [1, 2].map(|seed| Engine::new(Box::new(ChaCha20Rng::seed_from_u64(seed))));
    for (engine, own, other, last) in [(&mut a, 0, 1, 2), (&mut b, 1, 0, 1)] {
        engine.set_private_key(Some(&keys[own]), now(0));
        let peer = engine.add_peer(keys[other].public()).unwrap();
        engine.add_allowed_ip(&peer, IpAddr::from([10, 0, 0, last]), 32);
        engine.publish();
    }
    let peer = a.find_peer(&keys[1].public()).unwrap();
    a.set_endpoint(&peer, address(2));

    let ping = ipv4([10, 0, 0, 1], [10, 0, 0, 2]);
    a.handle_packet(&ping, now(0)).unwrap();
    let mut kinds = Vec::new();
    for _ in 0..3 {
        deliver(&mut a, &mut b, address(1), &mut kinds);
        deliver(&mut b, &mut a, address(2), &mut kinds);
    }
    assert_eq!(kinds, [1, 2, 4], "initiation, response, and the ping as key confirmation");
    assert_eq!(b.poll_received(), Some(ping));

    let pong = ipv4([10, 0, 0, 2], [10, 0, 0, 1]);
    b.handle_packet(&pong, now(2)).unwrap();
    let mut transmit = b.poll_transmit(now(2).instant).unwrap();
    a.handle_datagram(address(2).into(), transmit.ecn, &mut transmit.payload, now(2)).unwrap();
    assert_eq!(a.poll_received(), Some(pong));
}
