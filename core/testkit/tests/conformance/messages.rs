//! Rules P: the form of the four messages, and datagrams that are none of them.

use std::collections::HashSet;
use std::time::Duration;

use adit_protocol::{Dropped, Ecn, Engine, Event, PresharedKey, PrivateKey};
use adit_testkit::net::{DATA, INITIATION, RESPONSE, START_UNIX};
use adit_testkit::{Pair, SimNet, packet, probe};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::stage::Stage;

#[test]
fn p01_messages_of_any_other_length_are_dropped_and_ours_have_theirs() {
    let mut pair = Pair::connected();
    let sizes =
        |kind| pair.capture.iter().filter(|sent| sent.kind() == kind).map(|sent| sent.payload.len()).collect::<HashSet<_>>();
    assert_eq!((sizes(INITIATION), sizes(RESPONSE)), (HashSet::from([148]), HashSet::from([92])));
    assert!(sizes(DATA).iter().all(|size| *size >= 32));

    let sent = pair.capture.len();
    let deadline = pair[Pair::B].engine.poll_timeout();
    for kind in 1..=4_u8 {
        for length in 1..=200_usize {
            if length == [0, 148, 92, 64, usize::MAX][usize::from(kind)] || kind == 4 && length >= 32 {
                continue;
            }
            let mut datagram = vec![0; length];
            datagram[0] = kind;
            let expected = if length < 4 { Dropped::MessageType } else { Dropped::MessageLength };
            assert_eq!(pair.inject(Pair::address(Pair::A), Pair::B, &datagram), Err(expected), "type {kind}, {length} bytes");
        }
    }
    assert_eq!(pair.inject(Pair::address(Pair::A), Pair::B, &[]), Err(Dropped::MessageType));
    assert_eq!(pair.capture.len(), sent, "no reply");
    assert_eq!(pair[Pair::B].engine.poll_timeout(), deadline, "no change");
    assert!(pair.ping(Pair::A));
}

#[test]
fn p02_a_reserved_byte_that_is_not_zero_makes_it_no_message() {
    let mut stage = Stage::knowing_endpoint();
    let mut transport = stage.engine_initiates();
    let messages = [stage.initiation(5).message, stage.last(0, INITIATION), transport.data(&Stage::inward("hello"))];
    let sent = stage.capture.len();
    for message in &messages {
        for byte in 1..=3 {
            for bit in 0..8 {
                let mut changed = message.clone();
                changed[byte] ^= 1 << bit;
                assert_eq!(stage.say(&changed), Err(Dropped::MessageType));
            }
        }
    }
    assert_eq!((stage.capture.len(), stage[0].received.len()), (sent, 0));
    assert_eq!(stage.say(&messages[2]), Ok(()), "with zeros it is one");
}

#[test]
fn p03_the_other_252_types_are_dropped() {
    let mut stage = Stage::new();
    for kind in (0..=255).filter(|kind| !(1..=4).contains(kind)) {
        for length in [4, 32, 64, 92, 148, 1_500] {
            let mut datagram = vec![0; length];
            datagram[0] = kind;
            assert_eq!(stage.say(&datagram), Err(Dropped::MessageType), "type {kind}");
        }
    }
    assert!(stage.capture.is_empty());
}

#[test]
fn p04_every_size_of_datagram_is_survived() {
    let mut pair = Pair::connected();
    let index = pair.last(Pair::A, DATA)[4..8].to_vec();
    let sizes = (0..=2_100).chain((2_100..=65_507).step_by(257)).chain([65_506, 65_507]);
    let mut body = vec![0; 65_507];
    ChaCha20Rng::seed_from_u64(4).fill_bytes(&mut body);
    let sent = pair.count(Pair::B, DATA);
    for (round, size) in sizes.enumerate() {
        for kind in [0, 1, 2, 3, 4] {
            body[..4].copy_from_slice(&[kind, 0, 0, 0]);
            body[4..8].copy_from_slice(&index);
            assert!(pair.inject(Pair::address(Pair::A), Pair::B, &body[..size]).is_err());
        }
        assert!(pair.inject(Pair::address(Pair::A), Pair::B, &vec![0; size]).is_err());
        if round % 500 == 0 {
            assert!(pair.ping(Pair::A), "still there after {size} bytes");
        }
    }
    assert_eq!(pair.count(Pair::B, DATA), sent, "and never answered");
}

#[test]
fn p04_the_greatest_packet_that_fits_a_datagram_goes_through_the_tunnel() {
    let mut pair = Pair::connected();
    for node in [Pair::A, Pair::B] {
        pair[node].engine.set_mtu(65_475);
    }
    let great = packet::udp(Pair::ipv4(Pair::A), Pair::ipv4(Pair::B), 0, &vec![7; 65_475 - 28]);
    pair.send(Pair::A, &great).unwrap();
    assert_eq!(pair.last(Pair::A, DATA).len(), 65_507);
    assert_eq!(pair[Pair::B].received.last().unwrap().1, great);
}

#[test]
fn p05_indices_are_random_and_tell_nothing_of_the_peer() {
    const PEERS: u8 = 40;
    const ROUNDS: usize = 60;
    let mut net = SimNet::new(5);
    let mut engine = Engine::new(Box::new(ChaCha20Rng::seed_from_u64(55)));
    let keys: Vec<_> = (1..=PEERS).map(|number| PrivateKey::from_bytes([number; 32]).public()).collect();
    engine.set_private_key(Some(&PrivateKey::from_bytes([99; 32])), adit_now());
    let peers: Vec<_> = keys.iter().map(|key| engine.add_peer(*key).unwrap()).collect();
    for (number, peer) in peers.iter().enumerate() {
        engine.set_endpoint(peer, ([198, 51, 100, number as u8], 51820).into());
    }
    let node = net.add(engine, Pair::address(Pair::A));
    for _ in 0..ROUNDS {
        for peer in &peers {
            net.with(node, |engine, now| engine.initiate(peer, now));
        }
        net.advance(Duration::from_millis(5_334));
    }
    let index = |sent: &adit_testkit::Datagram| u32::from_le_bytes(sent.payload[4..8].try_into().unwrap());
    let indices: Vec<u32> = net.sent(node, INITIATION).map(index).collect();
    assert!(indices.len() >= usize::from(PEERS) * ROUNDS);
    let distinct: HashSet<_> = indices.iter().collect();
    assert!(indices.len() - distinct.len() <= 1, "of some thousand random numbers of 32 bits hardly two are the same");

    let mut counts = [0_f64; 256];
    indices.iter().flat_map(|index| index.to_le_bytes()).for_each(|byte| counts[usize::from(byte)] += 1.0);
    let expected = indices.len() as f64 * 4.0 / 256.0;
    let chi_squared: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
    assert!((150.0..377.0).contains(&chi_squared), "chi² of 255 degrees of freedom is {chi_squared}");
    for peer in 0..PEERS {
        let of_peer = net.sent(node, INITIATION).filter(|sent| sent.to.ip().to_string().ends_with(&format!(".{peer}")));
        let first_bytes: HashSet<u8> = of_peer.map(|sent| sent.payload[7]).collect();
        assert!(first_bytes.len() > 30, "the indices of one peer share no prefix");
    }
}

#[test]
fn p06_mac1_is_always_right_and_mac2_zero_unless_there_is_a_cookie() {
    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let initiation = stage.last(0, INITIATION);
    assert_eq!(stage.probe.macs(&initiation), (true, [0; 16]));
    let reply =
        stage.probe.cookie_reply(&initiation, u32::from_le_bytes(initiation[4..8].try_into().unwrap()), [9; 24], [42; 16]);
    stage.say(&reply).unwrap();
    stage.advance(Duration::from_millis(5_334));
    let again = stage.last(0, INITIATION);
    assert_ne!(initiation, again);
    assert_eq!(stage.probe.macs(&again), (true, probe::mac2(&again, &[42; 16])));

    stage.probe_initiates(6);
    let response = stage.last(0, RESPONSE);
    assert_eq!(stage.probe.macs(&response), (true, probe::mac2(&response, &[42; 16])), "responses, too");
}

#[test]
fn p07_timestamps_hide_the_clock_and_increase_even_over_restarts_with_a_wrong_clock() {
    let mut stage = Stage::knowing_endpoint();
    let mut timestamps = Vec::new();
    for error in [0, 3_600, -86_400, -1_000_000_000] {
        stage[0].wall_clock_error = error;
        stage.engine_initiates();
        let initiation = stage.last(0, INITIATION);
        timestamps.push(stage.probe.clone().answer(&initiation, 1).unwrap().timestamp);
        let floor = stage[0].engine.greatest_timestamp();
        assert_eq!(floor.as_bytes(), timestamps.last().unwrap());
        let mut restarted = Pair::engine(Pair::B, 1_000 + timestamps.len() as u64);
        restarted.set_timestamp_floor(floor);
        stage[0].engine = restarted;
        let peer = stage.peer();
        stage[0].engine.set_endpoint(&peer, Stage::probe_address());
        stage.advance_secs(1);
    }
    assert_eq!(timestamps[0][..8], (0x4000_0000_0000_000a + START_UNIX).to_be_bytes());
    assert!(timestamps.is_sorted_by(|before, after| before < after), "{timestamps:?}");
    for timestamp in timestamps {
        assert_eq!(timestamp[9..], [0, 0, 0], "multiples of 2^24 ns");
        assert!(u32::from_be_bytes(timestamp[8..].try_into().unwrap()) < 1_000_000_000);
    }
}

#[test]
fn p07_a_peer_removed_and_added_again_gets_greater_timestamps_than_before() {
    let mut stage = Stage::knowing_endpoint();
    stage.engine_initiates();
    let before = stage.probe.clone().answer(&stage.last(0, INITIATION), 1).unwrap().timestamp;
    stage[0].wall_clock_error = -3_600;
    stage[0].engine.remove_peer(&Pair::public(Pair::A));
    assert_eq!(stage[0].engine.greatest_timestamp().as_bytes(), &before);
    let peer = stage[0].engine.add_peer(Pair::public(Pair::A)).unwrap();
    stage[0].engine.set_endpoint(&peer, Stage::probe_address());
    stage.engine_initiates();
    let after = stage.probe.clone().answer(&stage.last(0, INITIATION), 1).unwrap().timestamp;
    assert!(after > before);
}

#[test]
fn p08_plaintext_is_padded_with_zeros_to_sixteen_but_never_above_the_mtu() {
    let mut stage = Stage::knowing_endpoint();
    let transport = stage.engine_initiates();
    for length in 28..=1_420_usize {
        let packet = packet::udp(Pair::ipv4(Pair::B), Pair::ipv4(Pair::A), 0, &vec![1; length - 28]);
        stage.send(0, &packet).unwrap();
        let message = stage.last(0, DATA);
        assert_eq!(message.len(), 32 + length.next_multiple_of(16).min(1_420), "a packet of {length} bytes");
        let (_, plain) = transport.open(&message).unwrap();
        assert_eq!((&plain[..length], plain[length..].iter().any(|byte| *byte != 0)), (&packet[..], false));
    }
}

#[test]
fn p09_the_outer_header_shows_ecn_and_no_dscp() {
    let mut pair = Pair::connected();
    for sent in pair.capture.iter().filter(|sent| sent.kind() != DATA) {
        assert_eq!((sent.dscp, sent.ecn), (0x88, Ecn::NotEct), "AF41 on handshakes");
    }
    for class in 0..=255_u8 {
        for (source, destination) in [(Pair::ipv4(0), Pair::ipv4(1)), (Pair::ipv6(0), Pair::ipv6(1))] {
            let packet = packet::udp(source, destination, class, b"marked");
            pair.send(Pair::A, &packet).unwrap();
            let sent = pair.capture.last().unwrap();
            assert_eq!((sent.dscp, sent.ecn), (0, Ecn::from_bits(class)), "traffic class {class:#x}");
            assert_eq!(pair[Pair::B].received.last().unwrap().1, packet, "and inside nothing changes");
        }
    }
}

#[test]
fn p09_congestion_on_the_way_is_told_inside_as_rfc_6040_has_it() {
    use Ecn::{Ce, Ect0, Ect1, NotEct};
    let mut stage = Stage::new();
    let mut transport = stage.probe_initiates(9);
    // Figure 4: one row per inner mark and one column per outer mark; `None` is a drop.
    let table = [
        (NotEct, [(NotEct, Some(NotEct)), (Ect0, Some(NotEct)), (Ect1, Some(NotEct)), (Ce, None)]),
        (Ect0, [(NotEct, Some(Ect0)), (Ect0, Some(Ect0)), (Ect1, Some(Ect1)), (Ce, Some(Ce))]),
        (Ect1, [(NotEct, Some(Ect1)), (Ect0, Some(Ect1)), (Ect1, Some(Ect1)), (Ce, Some(Ce))]),
        (Ce, [(NotEct, Some(Ce)), (Ect0, Some(Ce)), (Ect1, Some(Ce)), (Ce, Some(Ce))]),
    ];
    for dscp in [0, 46 << 2, 63 << 2] {
        for (inner, row) in table {
            for (outer, expected) in row {
                for (source, destination) in [(Pair::ipv4(0), Pair::ipv4(1)), (Pair::ipv6(0), Pair::ipv6(1))] {
                    let message = transport.data(&packet::udp(source, destination, dscp | inner as u8, b"x"));
                    stage[0].received.clear();
                    let result = stage.inject_marked(Stage::probe_address(), 0, outer, &message);
                    let class = stage[0].received.last().map(|(_, packet)| packet::traffic_class(packet));
                    assert_eq!(class, expected.map(|ecn| dscp | ecn as u8), "{inner:?} inside, {outer:?} outside");
                    assert_eq!(result, expected.map(drop).ok_or(Dropped::Congestion));
                }
            }
        }
    }
}

#[test]
fn p09_the_checksum_of_an_ipv4_header_stays_right_when_its_ecn_changes() {
    let mut stage = Stage::new();
    let mut transport = stage.probe_initiates(9);
    let message = transport.data(&packet::udp(Pair::ipv4(0), Pair::ipv4(1), Ecn::Ect0 as u8, b"x"));
    stage.inject_marked(Stage::probe_address(), 0, Ecn::Ce, &message).unwrap();
    assert_eq!(stage[0].received[0].1, packet::udp(Pair::ipv4(0), Pair::ipv4(1), Ecn::Ce as u8, b"x"));
}

#[test]
fn p10_what_is_no_whole_ip_packet_inside_is_dropped() {
    let mut stage = Stage::new();
    let mut transport = stage.probe_initiates(10);
    let v4 = packet::udp(Pair::ipv4(0), Pair::ipv4(1), 0, &[5; 20]);
    let v6 = packet::udp(Pair::ipv6(0), Pair::ipv6(1), 0, &[5; 20]);
    let changed = |packet: &[u8], at: usize, byte: u8| {
        let mut packet = packet.to_vec();
        packet[at] = byte;
        packet
    };
    let mut bad = vec![vec![0xff; 48], vec![0; 16], vec![0x45], v4[..19].to_vec(), v6[..39].to_vec()];
    bad.extend((0..16).filter(|version| ![4, 6].contains(version)).map(|version| changed(&v4, 0, version << 4 | 5)));
    bad.extend((0..20).map(|length| changed(&v4, 3, length)));
    bad.push(changed(&v4, 2, 1));
    bad.push(changed(&v4, 3, v4.len() as u8 + 1));
    bad.push(changed(&v6, 5, 29));
    bad.push(changed(&v6, 4, 0xff));
    for plaintext in &bad {
        let message = transport.seal(transport.next, plaintext);
        transport.next += 1;
        assert_eq!(stage.say(&message), Err(Dropped::InnerPacket), "{plaintext:02x?}");
    }
    assert!(stage[0].received.is_empty());
    assert_eq!(stage[0].engine.plane().drops.get(Dropped::InnerPacket), bad.len() as u64);

    for packet in [v4, v6] {
        for padding in [0, 1, 15, 16, 700] {
            let message = transport.seal(transport.next, &[&packet[..], &vec![0xee; padding]].concat());
            transport.next += 1;
            stage.say(&message).unwrap();
            assert_eq!(stage[0].received.last().unwrap().1, packet, "whatever is behind the packet is padding");
        }
    }
}

#[test]
fn p11_a_wrong_preshared_key_fails_at_the_initiator_and_nowhere_else() {
    let [one, other] = [1, 2].map(|byte| PresharedKey::from_bytes([byte; 32]));
    let none = PresharedKey::none;
    for (of_a, of_b, fits) in [
        (none(), none(), true),
        (one.clone(), one.clone(), true),
        (one.clone(), none(), false),
        (none(), one.clone(), false),
        (one, other, false),
    ] {
        let mut pair = Pair::new();
        for (node, key) in [(Pair::A, of_a), (Pair::B, of_b)] {
            let peer = pair.peer(node);
            pair[node].engine.set_preshared_key(&peer, key);
        }
        assert_eq!(pair.ping(Pair::A), fits);
        assert_eq!(pair.count(Pair::B, RESPONSE), 1, "the responder cannot know");
        let completed = pair[Pair::A].events.iter().any(|(_, event)| matches!(event, Event::HandshakeCompleted { .. }));
        assert_eq!(completed, fits);
    }
}

fn adit_now() -> adit_protocol::Now {
    adit_protocol::Now { instant: adit_testkit::net::START, unix: Duration::ZERO }
}
