//! Rules Q: which senders get an answer, what they learn, and what a flood costs.

use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::{Dropped, Event, PrivateKey, PublicKey, UdpPath};
use adit_testkit::net::{COOKIE_REPLY, INITIATION, RESPONSE};
use adit_testkit::{Pair, Probe, packet, probe};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::stage::Stage;

const ELSEWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 66)), 6666);

#[test]
fn q01_noise_and_mutated_packets_are_not_answered() {
    let mut stage = Stage::new();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut junk = [0; 200];
    for round in 0..1_000_000_u32 {
        rng.fill_bytes(&mut junk);
        let length = [148, 92, 64, 32, 200][round as usize % 5];
        junk[..4].copy_from_slice(&(round % 5).to_le_bytes());
        assert!(stage.say(&junk[..length]).is_err());
    }
    let genuine = stage.initiation(1);
    for at in 0..132 {
        for bit in 0..8 {
            let mut mutated = genuine.message.clone();
            mutated[at] ^= 1 << bit;
            assert!(stage.say(&mutated).is_err(), "bit {bit} of byte {at}");
        }
    }
    for round in 0..100_000_u32 {
        let mut mutated = genuine.message.clone();
        // One byte at a time, so that each part of the message is at some time the only wrong one.
        let at = (round % 132) as usize;
        mutated[at] ^= rng.next_u32() as u8 | 1;
        if round % 2 == 0 {
            mutated[rng.next_u32() as usize % 132] = rng.next_u32() as u8;
        }
        assert!(mutated == genuine.message || stage.say(&mutated).is_err(), "{mutated:?}");
    }
    assert!(stage.capture.is_empty());
    assert_eq!(stage.say(&genuine.message), Ok(()), "the true one still counts as new");
}

#[test]
fn q01_a_right_mac1_without_a_right_identity_is_not_answered() {
    let mut stage = Stage::new();
    let stranger = Probe::new([77; 32], *Pair::public(Pair::B).as_bytes());
    let timestamp = stage.timestamp();
    assert_eq!(stage.say(&stranger.clone().initiation(1, timestamp).message), Err(Dropped::UnknownPeer));

    let genuine = stage.initiation(1).message;
    for at in (8..116).step_by(3) {
        let mut mutated = genuine.clone();
        mutated[at] ^= 1;
        stage.probe.stamp(&mut mutated);
        assert_eq!(stage.say(&mutated), Err(Dropped::Handshake), "byte {at} changed, both MACs right");
    }
    let mut low_order = genuine.clone();
    low_order[8..40].fill(0);
    stage.probe.stamp(&mut low_order);
    assert_eq!(stage.say(&low_order), Err(Dropped::Handshake), "an ephemeral of low order");

    // Sealed with the stranger's own key, but claiming to be the known peer: the timestamp does not authenticate.
    let mut liar = stranger;
    liar.public = *Pair::public(Pair::A).as_bytes();
    assert_eq!(stage.say(&liar.initiation(1, timestamp).message), Err(Dropped::Handshake));
    assert!(stage.capture.is_empty());
    assert!(stage.peer().endpoint().is_none(), "nobody's address was learnt");
}

#[test]
fn q02_what_is_not_authenticated_leaves_no_trace_in_the_engine() {
    let mut stage = Stage::new();
    let before = format!("{:?}", stage[0].engine.peer_statuses());
    let mut strangers = Probe::new([78; 32], *Pair::public(Pair::B).as_bytes());
    let now = stage.clocks(0);
    let engine = &mut stage[0].engine;
    for round in 0..3_000_u32 {
        let source = UdpPath::to(SocketAddr::from(([198, 51, (round >> 8) as u8, round as u8], 1000)));
        let mut initiation = vec![0; 148];
        initiation[0] = 1;
        initiation[8..12].copy_from_slice(&round.to_le_bytes());
        strangers.stamp(&mut initiation);
        engine.note_backlog(4_096, now.instant);
        assert_eq!(engine.handle_datagram(source, Default::default(), &mut initiation, now), Err(Dropped::CookieRequired));
        assert!(engine.poll_transmit(now.instant).is_some_and(|reply| reply.payload.len() == 64));
        assert!(engine.handle_datagram(source, Default::default(), &mut [4; 1_400], now).is_err());
    }
    assert!(std::iter::from_fn(|| engine.poll_event()).count() <= 1_024, "even unread events are bounded");
    assert!(engine.poll_transmit(now.instant).is_none() && engine.poll_received().is_none());
    assert_eq!((engine.poll_timeout(), engine.peer_count()), (None, 1));
    assert_eq!(format!("{:?}", engine.peer_statuses()), before);
    let sent = strangers.initiation(1, Probe::timestamp(1, 0));
    assert_eq!(stage.say(&sent.message), Err(Dropped::CookieRequired));
}

#[test]
fn q03_nobody_is_named_in_the_clear_and_nothing_repeats() {
    let mut pair = Pair::connected();
    for _ in 0..3 {
        pair.advance_secs(200);
        assert!(pair.ping(Pair::A) && pair.ping(Pair::B));
    }
    for sent in &pair.capture {
        for key in [Pair::public(Pair::A), Pair::public(Pair::B)] {
            let windows = sent.payload.windows(8);
            assert!(!windows.into_iter().any(|window| key.as_bytes().windows(8).any(|part| part == window)));
        }
    }
    for kind in [INITIATION, RESPONSE] {
        let of_kind: Vec<_> = pair.capture.iter().filter(|sent| sent.kind() == kind).map(|sent| &sent.payload).collect();
        assert!(of_kind.len() >= 4);
        for (number, one) in of_kind.iter().enumerate() {
            for other in &of_kind[..number] {
                let changing = &one[4..one.len() - 16];
                let same = changing.windows(4).zip(other[4..].windows(4)).any(|(one, other)| one == other);
                assert!(!same, "four bytes of two handshakes are the same");
            }
        }
    }
    let third = Probe::new([79; 32], [80; 32]);
    let initiation = pair.last(Pair::A, INITIATION);
    assert!(!third.macs(&initiation).0, "mac1 tells who is addressed only to those who know him");
}

#[test]
fn q04_under_load_a_message_without_cookie_gets_a_cookie_and_nothing_else() {
    let mut stage = Stage::new();
    let now = stage.now();
    stage[0].engine.note_backlog(511, now);
    stage.probe_initiates(1);
    assert_eq!((stage.responses(), stage.cookies()), (1, 0), "511 waiting are no load");

    stage.advance_secs(1);
    let now = stage.now();
    stage[0].engine.note_backlog(512, now);
    let sent = stage.initiation(2);
    assert_eq!(stage.say(&sent.message), Err(Dropped::CookieRequired));
    assert_eq!((stage.responses(), stage.cookies()), (1, 1));
    let reply = stage.last(0, COOKIE_REPLY);
    assert_eq!((reply.len(), reply.len() * 100 <= 44 * sent.message.len()), (64, true));
    assert_eq!(reply[4..8], 2_u32.to_le_bytes());
    assert_eq!(stage.capture.last().unwrap().to, Stage::probe_address());

    let mut wrong_mac1 = stage.initiation(3).message;
    wrong_mac1[116] ^= 1;
    assert_eq!(stage.say(&wrong_mac1), Err(Dropped::Mac1));
    assert_eq!(stage.cookies(), 1, "not even a cookie without mac1");

    stage.advance(Duration::from_millis(999));
    let sent = stage.initiation(4);
    assert_eq!(stage.say(&sent.message), Err(Dropped::CookieRequired), "load is remembered for a second");
    stage.advance(Duration::from_millis(1));
    stage.probe_initiates(5);
}

#[test]
fn q04_responses_need_a_cookie_under_load_as_well() {
    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let initiation = stage.last(0, INITIATION);
    let answer = stage.probe.answer(&initiation, 8).unwrap();
    let now = stage.now();
    stage[0].engine.note_backlog(600, now);
    assert_eq!(stage.say(&answer.message), Err(Dropped::CookieRequired));
    let reply = stage.last(0, COOKIE_REPLY);
    stage.probe.cookie = stage.probe.open_cookie(&reply, &answer.message);
    let mut stamped = answer.message.clone();
    stage.probe.stamp(&mut stamped);
    assert_eq!(stage.say(&stamped), Ok(()), "the pending handshake is still there");
    assert_eq!(stage.datas(), 1);
}

/// Puts the engine under load and returns a cookie for `source`.
fn cookie_for(stage: &mut Stage, source: SocketAddr) -> [u8; 16] {
    load(stage);
    stage.probe.cookie = None;
    let sent = stage.initiation(100);
    assert_eq!(stage.inject(source, 0, &sent.message), Err(Dropped::CookieRequired));
    let reply = stage.last(0, COOKIE_REPLY);
    stage.probe.open_cookie(&reply, &sent.message).expect("the cookie is sealed for the initiation that it answers")
}

fn load(stage: &mut Stage) {
    let now = stage.now();
    stage[0].engine.note_backlog(4_096, now);
}

fn try_with_cookie(stage: &mut Stage, source: SocketAddr, cookie: [u8; 16]) -> Result<(), Dropped> {
    load(stage);
    stage.probe.cookie = Some(cookie);
    let sent = stage.initiation(101);
    stage.inject(source, 0, &sent.message)
}

#[test]
fn q05_a_cookie_is_good_for_one_address_and_port_and_two_minutes() {
    let mut stage = Stage::new();
    let source = Stage::probe_address();
    let cookie = cookie_for(&mut stage, source);
    assert_eq!(try_with_cookie(&mut stage, source, cookie), Ok(()));
    for other in ["192.0.2.1:51821", "192.0.2.7:51820", "[2001:db8::1]:51820"] {
        assert_eq!(try_with_cookie(&mut stage, other.parse().unwrap(), cookie), Err(Dropped::CookieRequired), "{other}");
    }
    stage.advance(Duration::from_millis(119_999));
    assert_eq!(try_with_cookie(&mut stage, source, cookie), Ok(()));
    stage.advance(Duration::from_millis(1));
    assert_eq!(try_with_cookie(&mut stage, source, cookie), Err(Dropped::CookieRequired));
    stage.advance(Duration::from_millis(20));
    let next = cookie_for(&mut stage, source);
    assert_ne!(cookie, next);
    assert_eq!(try_with_cookie(&mut stage, source, next), Ok(()));
}

#[test]
fn q05_the_initiator_uses_a_cookie_for_less_than_115_seconds() {
    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let initiation = stage.last(0, INITIATION);
    let index = u32::from_le_bytes(initiation[4..8].try_into().unwrap());
    let reply = stage.probe.cookie_reply(&initiation, index, [1; 24], [7; 16]);
    stage.say(&reply).unwrap();
    for second in 1..=150 {
        stage.advance_secs(1);
        stage.send_outward("again");
        let sent = stage.sent(0, INITIATION).last().unwrap().clone();
        let (_, mac2) = stage.probe.macs(&sent.payload);
        let age = sent.at.since(adit_testkit::net::START);
        let expected = if sent.payload == initiation || age >= Duration::from_secs(115) {
            [0; 16]
        } else {
            probe::mac2(&sent.payload, &[7; 16])
        };
        assert_eq!(mac2, expected, "after {second} s");
    }
}

#[test]
fn q06_only_the_first_true_answer_to_the_last_message_is_a_cookie_and_it_moves_nobody() {
    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let initiation = stage.last(0, INITIATION);
    let index = u32::from_le_bytes(initiation[4..8].try_into().unwrap());
    let good = stage.probe.cookie_reply(&initiation, index, [1; 24], [7; 16]);

    let stranger = Probe::new([77; 32], *Pair::public(Pair::B).as_bytes());
    assert_eq!(stage.say(&stranger.cookie_reply(&initiation, index, [1; 24], [8; 16])), Err(Dropped::Cookie));
    assert_eq!(stage.say(&stage.probe.clone().cookie_reply(&[5; 148], index, [1; 24], [8; 16])), Err(Dropped::Cookie));
    let lost = stage.probe.cookie_reply(&initiation, index ^ 1, [1; 24], [8; 16]);
    assert_eq!(stage.say(&lost), Err(Dropped::UnknownIndex));
    for at in 4..64 {
        let mut mutated = good.clone();
        mutated[at] ^= 1;
        assert!(stage.say(&mutated).is_err());
    }
    assert_eq!(stage.inject(ELSEWHERE, 0, &good), Ok(()));
    assert_eq!(stage.peer().endpoint(), Some(Stage::probe_address()), "a cookie reply never moves the endpoint");
    assert_eq!(stage.say(&good), Err(Dropped::Cookie), "a replay");
    let second = stage.probe.cookie_reply(&initiation, index, [2; 24], [9; 16]);
    assert_eq!(stage.say(&second), Err(Dropped::Cookie), "one cookie for one message");

    stage.advance(Duration::from_millis(5_334));
    let again = stage.last(0, INITIATION);
    assert_eq!(stage.probe.macs(&again).1, probe::mac2(&again, &[7; 16]));
    stage.probe_answers(5);
    assert_eq!(stage.datas(), 1, "and the handshake goes on");
}

#[test]
fn q07_with_a_cookie_a_source_gets_twenty_handshakes_a_second_and_five_at_once() {
    let table = [
        (0, true),
        (0, true),
        (0, true),
        (0, true),
        (0, true),
        (0, false),
        (50, true),
        (0, false),
        (100, true),
        (0, true),
        (0, false),
    ];
    let mut stage = Stage::new();
    let sources: Vec<SocketAddr> =
        ["192.0.2.1:1", "192.0.2.2:2", "[2001:db8:0:1::1]:3", "[2001:db8:0:2::1]:4"].map(|text| text.parse().unwrap()).to_vec();
    let cookies: Vec<_> = sources.iter().map(|source| cookie_for(&mut stage, *source)).collect();
    for (line, (wait, allowed)) in table.into_iter().enumerate() {
        stage.advance(Duration::from_millis(wait));
        for (source, cookie) in sources.iter().zip(&cookies) {
            let result = try_with_cookie(&mut stage, *source, *cookie);
            assert_eq!(result != Err(Dropped::RateLimited), allowed, "line {line}, {source}: {result:?}");
        }
    }
    let neighbour = "[2001:db8:0:1:ffff::9]:9".parse().unwrap();
    let cookie = cookie_for(&mut stage, neighbour);
    assert_eq!(try_with_cookie(&mut stage, neighbour, cookie), Err(Dropped::RateLimited), "one /64 is one source");
}

#[test]
fn q08_initiations_of_one_peer_are_accepted_twenty_milliseconds_apart() {
    let mut stage = Stage::new();
    stage.probe_initiates(1);
    stage.advance(Duration::from_nanos(19_999_999));
    let early = stage.initiation(2);
    assert_eq!(stage.say(&early.message), Err(Dropped::InitiationFlood));
    stage.advance(Duration::from_nanos(1));
    assert_eq!(stage.say(&early.message), Ok(()), "what was dropped for being early has not used up its timestamp");
    assert_eq!(stage.responses(), 2);
}

#[test]
fn q09_an_initiation_must_be_newer_than_all_before_over_rekeys_and_key_changes() {
    let mut stage = Stage::new();
    let old: Vec<_> = (0..100).map(|number| stage.initiation(number)).collect();
    stage.say(&old[50].message).unwrap();
    stage.advance_secs(1);
    stage.probe_initiates_and_confirms(200);
    let sent = stage.capture.len();
    for (number, sent) in old.iter().enumerate() {
        stage.advance(Duration::from_millis(30));
        assert_eq!(stage.say(&sent.message), Err(Dropped::ReplayedInitiation), "number {number}");
    }
    stage.advance_secs(600);
    assert_eq!(stage.say(&old[99].message), Err(Dropped::ReplayedInitiation), "even when all keys are gone");
    assert!(stage.capture[sent..].iter().all(|sent| sent.kind() != RESPONSE));

    let another = PrivateKey::from_bytes([5; 32]);
    stage.with(0, |engine, now| engine.set_private_key(Some(&another), now));
    stage.probe.peer = *another.public().as_bytes();
    let same_time = stage.probe.initiation(300, Probe::timestamp(1_600_000_000, 100));
    assert_eq!(stage.say(&same_time.message), Err(Dropped::ReplayedInitiation), "even under a new key of ours");
}

#[test]
fn q10_forged_responses_and_cookies_do_not_disturb_the_handshake() {
    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let initiation = stage.last(0, INITIATION);
    let answer = stage.probe.answer(&initiation, 8).unwrap();
    for round in 0..1_000_usize {
        let mut forged = answer.message.clone();
        forged[12 + round % 48] ^= 1 << (round / 48 % 8);
        if round % 5 == 0 {
            stage.probe.stamp(&mut forged);
        }
        assert!(stage.inject(ELSEWHERE, 0, &forged).is_err());
        let mut cookie = stage.probe.cookie_reply(&initiation, answer.initiator_index, [round as u8; 24], [1; 16]);
        cookie[63] ^= 1;
        assert!(stage.inject(ELSEWHERE, 0, &cookie).is_err());
    }
    assert_eq!((stage.initiations(), stage.datas()), (1, 0));
    assert_eq!(stage.peer().endpoint(), Some(Stage::probe_address()));
    assert_eq!(stage.say(&answer.message), Ok(()), "the true one still completes it, with no time lost");
    let (counter, plain) = answer.transport.open(&stage.last(0, 4)).unwrap();
    assert_eq!((counter, &plain[..33]), (0, &Stage::outward("hello")[..]));
    assert_eq!(stage.say(&answer.message), Err(Dropped::UnknownIndex), "and only once");
}

#[test]
fn q10_forged_data_moves_neither_the_replay_window_nor_the_endpoint() {
    let mut stage = Stage::new();
    let mut transport = stage.probe_initiates(1);
    let message = transport.data(&Stage::inward("true"));
    for counter in [0, 1, 1_000_000, u64::MAX - 10_000] {
        let mut forged = message.clone();
        forged[8..16].copy_from_slice(&u64::to_le_bytes(counter));
        forged[20] ^= 1;
        assert_eq!(stage.inject(ELSEWHERE, 0, &forged), Err(Dropped::Decrypt));
    }
    assert_eq!(stage.peer().endpoint(), Some(Stage::probe_address()));
    assert_eq!(stage.say(&message), Ok(()));
}

#[test]
fn q11_to_a_key_of_low_order_not_one_datagram_is_sent() {
    let points = [
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA=",
        "X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc=",
        "7P///////////////////////////////////////38=",
        "7f///////////////////////////////////////38=",
        "7v///////////////////////////////////////38=",
    ];
    let mut stage = Stage::new();
    for (number, point) in (10_u8..).zip(points) {
        let key: PublicKey = point.parse().unwrap();
        stage.with(0, |engine, now| {
            let peer = engine.add_peer(key).unwrap();
            engine.set_endpoint(&peer, ([192, 0, 2, number], 51820).into());
            engine.add_allowed_ip(&peer, [10, 0, 1, number].into(), 32);
            engine.set_persistent_keepalive(&peer, 1, now);
        });
        stage.send(0, &packet::udp(Pair::ipv4(1), [10, 0, 1, number].into(), 0, b"hello")).unwrap();
    }
    stage.advance_secs(30);
    assert!(stage.capture.is_empty());
}

#[test]
fn q12_nobody_is_his_own_peer() {
    let mut stage = Stage::new();
    let own = Pair::public(Pair::B);
    assert!(stage[0].engine.add_peer(own).is_none());

    let becoming = PrivateKey::from_bytes([6; 32]);
    let peer = stage[0].engine.add_peer(becoming.public()).unwrap();
    stage[0].engine.add_allowed_ip(&peer, [10, 9, 9, 9].into(), 32);
    stage.with(0, |engine, now| engine.set_private_key(Some(&becoming), now));
    assert!(stage[0].engine.find_peer(&becoming.public()).is_none());
    assert_eq!(stage[0].engine.peer_count(), 1);
    let packet = packet::udp(Pair::ipv4(1), [10, 9, 9, 9].into(), 0, b"to myself");
    assert_eq!(stage.send(0, &packet), Err(Dropped::NoRoute), "its allowed IPs went with it");
    assert!(!stage[0].events.iter().any(|(_, event)| matches!(event, Event::HandshakeStarted { .. })));
}
