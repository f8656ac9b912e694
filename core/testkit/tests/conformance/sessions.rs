//! Rules R, key pairs and counters: which session is used at which time, and how often a message may arrive.

use std::time::Duration;

use adit_protocol::session::Session;
use adit_protocol::timing::{REJECT_AFTER_MESSAGES, REKEY_AFTER_MESSAGES};
use adit_protocol::{Dropped, PresharedKey, PrivateKey};
use adit_testkit::net::{DATA, INITIATION, RESPONSE};
use adit_testkit::{Pair, Transport};

use crate::stage::Stage;

const A: usize = Pair::A;
const B: usize = Pair::B;

/// The greatest distance of an accepted counter behind the greatest counter.
const WINDOW: u64 = 8192 - 64;

fn sending(stage: &Stage) -> std::sync::Arc<Session> {
    let guard = stage.peer().sending(&stage[0].engine.plane(), stage.now());
    guard.and_then(|session| session.as_ref().map(std::sync::Arc::clone)).expect("there is a session")
}

#[test]
fn r06_after_2_to_the_60_messages_either_side_asks_for_new_keys() {
    assert_eq!((REKEY_AFTER_MESSAGES, REJECT_AFTER_MESSAGES), (1 << 60, 18_446_744_073_709_543_423));
    for engine_begins in [true, false] {
        let mut stage = Stage::knowing_endpoint();
        let transport = if engine_begins { stage.engine_initiates() } else { stage.probe_initiates_and_confirms(1) };
        let before = stage.initiations();
        stage.advance_secs(6);
        sending(&stage).danger_set_counter(REKEY_AFTER_MESSAGES);
        stage.send_outward("the last before the limit");
        assert_eq!(stage.initiations(), before);
        stage.send_outward("beyond");
        assert_eq!(stage.initiations(), before + 1);
        assert_eq!(
            transport.open(&stage.last(0, DATA)).unwrap().0,
            REKEY_AFTER_MESSAGES + 1,
            "64 bits of counter, and in use still"
        );
    }
}

#[test]
fn r06_at_the_end_of_the_counters_nothing_is_sent_until_there_are_new_keys() {
    let mut stage = Stage::knowing_endpoint();
    let transport = stage.probe_initiates_and_confirms(1);
    stage.advance_secs(6);
    sending(&stage).danger_set_counter(REJECT_AFTER_MESSAGES - 1);
    stage.send_outward("the last of all");
    assert_eq!(transport.open(&stage.last(0, DATA)).unwrap().0, REJECT_AFTER_MESSAGES - 1);
    let sent = stage.datas();
    let asked = stage.initiations();
    for number in 0..3 {
        stage.send_outward(&format!("waits {number}"));
    }
    assert_eq!(stage.datas(), sent);
    assert_eq!(stage.initiations(), asked.max(1), "one handshake for all of them");
    let fresh = stage.probe_answers(2);
    let read: Vec<_> = stage.sent(0, DATA).filter_map(|sent| fresh.open(&sent.payload)).map(|(counter, _)| counter).collect();
    assert_eq!(read, [0, 1, 2]);
}

#[test]
fn r06_counters_at_the_limit_are_not_accepted_either() {
    let mut stage = Stage::new();
    let transport = stage.probe_initiates(1);
    for counter in [REJECT_AFTER_MESSAGES, REJECT_AFTER_MESSAGES + 1, u64::MAX] {
        assert_eq!(stage.say(&transport.seal(counter, &[])), Err(Dropped::CounterExhausted));
    }
    assert_eq!(stage.say(&transport.seal(u64::from(u32::MAX) + 1, &[])), Ok(()));
    assert_eq!(stage.say(&transport.seal(REJECT_AFTER_MESSAGES - 1, &[])), Ok(()));
}

#[test]
fn r11_a_responder_sends_nothing_on_a_new_key_before_it_has_received_on_it() {
    let mut stage = Stage::knowing_endpoint();
    let mut first = stage.probe_initiates(1);
    stage.send_outward("waits");
    assert_eq!(stage.datas(), 0);
    let keepalive = first.data(&[]);
    stage.say(&keepalive).unwrap();
    assert!(first.open(&stage.last(0, DATA)).is_some(), "now it goes");

    stage.advance_secs(100);
    let mut second = stage.probe_initiates(2);
    stage.send_outward("on the old key");
    assert!(first.open(&stage.last(0, DATA)).is_some());
    let message = first.data(&Stage::inward("the old key does not confirm the new one"));
    stage.say(&message).unwrap();
    stage.send_outward("still on the old key");
    assert!(first.open(&stage.last(0, DATA)).is_some());
    let keepalive = second.data(&[]);
    stage.say(&keepalive).unwrap();
    stage.send_outward("on the new key");
    assert!(second.open(&stage.last(0, DATA)).is_some());
    let late = first.data(&Stage::inward("was under way"));
    assert_eq!(stage.say(&late), Ok(()), "the previous key still receives");
    stage.send_outward("and does not come back into use");
    assert!(second.open(&stage.last(0, DATA)).is_some());
}

#[test]
fn r11_there_are_three_keys_and_never_a_fourth() {
    let mut stage = Stage::knowing_endpoint();
    let mut transports: Vec<Transport> = Vec::new();
    for number in 0..4 {
        stage.advance_secs(10);
        let transport = stage.probe_initiates_and_confirms(number);
        transports.push(transport);
        for (age, old) in transports.iter_mut().rev().enumerate() {
            let message = old.data(&Stage::inward("x"));
            let expected = if age < 2 { Ok(()) } else { Err(Dropped::UnknownIndex) };
            assert_eq!(stage.say(&message), expected, "key number {number} is new, this one is {age} older");
        }
    }
    // Of unconfirmed keys only the last ones count, and the previous keys keep their place until those are confirmed.
    let mut unconfirmed: Vec<Transport> = Vec::new();
    for number in 10..13 {
        stage.advance_secs(1);
        unconfirmed.push(stage.probe_initiates(number));
    }
    let previous = transports[2].data(&[]);
    assert_eq!(stage.say(&previous), Ok(()));
    let current = transports[3].data(&[]);
    assert_eq!(stage.say(&current), Ok(()));
    for (transport, expected) in unconfirmed.iter_mut().zip([Err(Dropped::UnknownIndex), Err(Dropped::UnknownIndex), Ok(())]) {
        let message = transport.data(&[]);
        assert_eq!(stage.say(&message), expected);
    }
    let current = transports[3].data(&[]);
    assert_eq!(stage.say(&current), Ok(()), "which is the previous one now");
    let before = transports[2].data(&[]);
    assert_eq!(stage.say(&before), Err(Dropped::UnknownIndex));
}

#[test]
fn r11_no_packet_is_lost_when_one_side_rekeys_after_both_began_at_once() {
    let mut pair = Pair::new();
    let to_a = pair.peer(B);
    pair[B].engine.set_endpoint(&to_a, Pair::address(A));
    pair.weather.delay = Duration::from_millis(30);
    for node in [A, B] {
        pair.send_ping(node);
    }
    pair.advance_secs(119);
    let before = pair[B].received.len();
    let sent = 400;
    for _ in 0..sent {
        pair.send_ping(A);
        pair.advance(Duration::from_millis(5));
    }
    pair.advance_secs(1);
    assert!(pair.count(A, INITIATION) > 1, "there was a rekey");
    assert_eq!(pair[B].received.len(), before + sent);
}

#[test]
fn r11_when_both_sides_begin_at_once_they_talk_at_once() {
    let mut pair = Pair::new();
    let to_a = pair.peer(B);
    pair[B].engine.set_endpoint(&to_a, Pair::address(A));
    pair.weather.delay = Duration::from_millis(30);
    let [ping, pong] = [A, B].map(|node| pair.send_ping(node));
    pair.advance(Duration::from_millis(90));
    assert_eq!((pair.count(A, INITIATION), pair.count(B, INITIATION)), (1, 1));
    assert_eq!(
        (pair[B].received.last().map(|(_, packet)| packet), pair[A].received.last().map(|(_, packet)| packet)),
        (Some(&ping), Some(&pong))
    );
    for _ in 0..5 {
        pair.advance_secs(11);
        let [ping, pong] = [A, B].map(|node| pair.send_ping(node));
        pair.advance(Duration::from_millis(30));
        assert_eq!((&pair[B].received.last().unwrap().1, &pair[A].received.last().unwrap().1), (&ping, &pong));
    }
    assert_eq!((pair.count(A, INITIATION), pair.count(B, INITIATION)), (1, 1), "and have no reason to begin again");
}

#[test]
fn r12_the_initiator_confirms_the_keys_at_once() {
    let mut stage = Stage::knowing_endpoint();
    let transport = stage.engine_initiates();
    assert_eq!(transport.open(&stage.last(0, DATA)), Some((0, vec![])), "with an empty message");
    assert_eq!(stage.capture.last().unwrap().at, stage.now());

    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let transport = stage.probe_answers(1);
    assert_eq!(stage.datas(), 1, "or with what was waiting");
    assert!(transport.open(&stage.last(0, DATA)).unwrap().1.starts_with(&Stage::outward("hello")));
}

#[test]
fn r13_every_counter_is_accepted_once_within_a_window_of_8128() {
    const LIMIT: u64 = WINDOW + 1;
    const REJECT: u64 = REJECT_AFTER_MESSAGES;
    // The cases in the kernel's selftest/counter.c, in the same order.
    let numbered = [
        (0, true),
        (1, true),
        (1, false),
        (9, true),
        (8, true),
        (7, true),
        (7, false),
        (LIMIT, true),
        (LIMIT - 1, true),
        (LIMIT - 1, false),
        (LIMIT - 2, true),
        (2, true),
        (2, false),
        (LIMIT + 16, true),
        (3, false),
        (LIMIT + 16, false),
        (LIMIT * 4, true),
        (LIMIT * 4 - (LIMIT - 1), true),
        (10, false),
        (LIMIT * 4 - LIMIT, false),
        (LIMIT * 4 - (LIMIT + 1), false),
        (LIMIT * 4 - (LIMIT - 2), true),
        (LIMIT * 4 + 1 - LIMIT, false),
        (0, false),
        (REJECT, false),
        (REJECT - 1, true),
        (REJECT, false),
        (REJECT - 1, false),
        (REJECT - 2, true),
        (REJECT + 1, false),
        (REJECT + 2, false),
        (REJECT - 2, false),
        (REJECT - 3, true),
        (0, false),
    ];
    let accepted = |counters: std::ops::RangeInclusive<u64>| counters.map(|counter| (counter, true));
    let sequences: Vec<Vec<(u64, bool)>> = vec![
        numbered.to_vec(),
        accepted(1..=WINDOW).chain([(0, true), (0, false)]).collect(),
        accepted(2..=WINDOW + 1).chain([(1, true), (0, false)]).collect(),
        accepted(0..=WINDOW).rev().collect(),
        accepted(1..=WINDOW + 1).rev().chain([(0, false)]).collect(),
        accepted(1..=WINDOW).rev().chain([(WINDOW + 1, true), (0, false)]).collect(),
        accepted(1..=WINDOW).rev().chain([(0, true), (WINDOW + 1, true)]).collect(),
    ];
    let mut stage = Stage::new();
    for (name, sequence) in sequences.into_iter().enumerate() {
        stage.advance_secs(1);
        let transport = stage.probe_initiates(name as u32);
        for (step, (counter, expected)) in sequence.into_iter().enumerate() {
            let result = stage.say(&transport.seal(counter, &[]));
            assert_eq!(result.is_ok(), expected, "sequence {name}, step {step}, counter {counter}: {result:?}");
        }
    }
}

#[test]
fn r16_of_what_waits_for_a_handshake_the_last_128_packets_arrive_in_order() {
    let mut pair = Pair::new();
    pair.block(A, B);
    let packets: Vec<_> = (0..500).map(|_| pair.send_ping(A)).collect();
    pair.heal();
    pair.advance_secs(6);
    let received: Vec<_> = pair[B].received.iter().map(|(_, packet)| packet.clone()).collect();
    assert_eq!(received, packets[500 - 128..]);
    assert_eq!(pair[A].engine.plane().drops.get(Dropped::QueueFull), 500 - 128);
}

#[test]
fn r18_settings_of_a_peer_change_under_a_living_session() {
    let mut pair = Pair::connected();
    let begun = pair.count(A, INITIATION);
    pair.set_preshared_key(&PresharedKey::from_bytes([4; 32]));
    let peer = pair.peer(B);
    pair[B].engine.add_allowed_ip(&peer, [10, 1, 0, 0].into(), 16);
    pair[B].engine.set_endpoint(&peer, Pair::address(A));
    assert!(pair.ping(A) && pair.ping(B));
    assert_eq!(pair.count(A, INITIATION), begun);

    let peer = pair.peer(A);
    pair[A].engine.set_preshared_key(&peer, PresharedKey::from_bytes([5; 32]));
    assert!(pair.ping(A) && pair.ping(B), "even to something that does not fit");
    pair.advance_secs(121);
    pair.send_ping(A);
    assert_eq!((pair.count(A, INITIATION), pair.count(B, RESPONSE)), (begun + 1, begun + 1));
    assert!(pair.ping(A), "the next handshake failed, the old session goes on");
    pair.set_preshared_key(&PresharedKey::from_bytes([6; 32]));
    pair.advance_secs(6);
    assert!(pair.now().since(pair.session(A).unwrap().created()) < Duration::from_secs(6), "the one after that succeeds");
    assert!(pair.ping(A) && pair.ping(B));
}

#[test]
fn r18_after_a_new_private_key_the_next_packet_begins_a_handshake_and_nothing_before() {
    let mut pair = Pair::connected();
    let new = PrivateKey::from_bytes([44; 32]);
    pair.with(A, |engine, now| engine.set_private_key(Some(&new), now));
    pair.advance_secs(2);
    assert_eq!(pair.count(A, INITIATION), 1, "the other side may not know the new key yet");
    let underway = pair.send_ping(B);
    assert_eq!(pair[A].received.last().map(|(_, packet)| packet), Some(&underway), "what was sent before it knew is not lost");
    let peer = pair[B].engine.add_peer(new.public()).unwrap();
    pair[B].engine.add_allowed_ip(&peer, Pair::ipv4(A), 32);
    pair[B].engine.publish();
    pair.send_ping(A);
    assert_eq!(pair.count(A, INITIATION), 2, "within five seconds of the last one, at that");
    assert!(pair.ping(A) && pair.ping(B));
    pair.with(A, |engine, now| engine.set_private_key(Some(&new), now));
    assert_eq!(pair.count(A, INITIATION), 2, "the same key again is no change");

    pair.with(A, |engine, now| engine.set_private_key(None, now));
    assert!(pair.session(A).is_none());
    pair.send_ping(A);
    pair.advance_secs(20);
    assert_eq!(pair.count(A, INITIATION), 2, "without a key nothing can begin");
    pair.with(A, |engine, now| engine.set_private_key(Some(&new), now));
    assert_eq!(pair.count(A, INITIATION), 3, "what was waiting begins it");
}

#[test]
fn r18_a_changed_preshared_key_or_endpoint_ends_the_wait_for_the_next_initiation() {
    type Act = fn(&mut Pair, &adit_protocol::Peer);
    let preshared_key: Act = |pair, _| pair.set_preshared_key(&PresharedKey::from_bytes([4; 32]));
    let endpoint: Act = |pair, peer| {
        pair[A].engine.set_endpoint(peer, ([192, 0, 2, 77], 7).into());
        pair[A].engine.set_endpoint(peer, Pair::address(B));
    };
    for act in [preshared_key, endpoint] {
        let mut pair = Pair::new();
        pair.block(A, B);
        let waiting = pair.send_ping(A);
        pair.heal();
        let peer = pair[A].engine.find_peer(&Pair::public(B)).unwrap();
        act(&mut pair, &peer);
        pair.advance(Duration::from_millis(1));
        assert_eq!(pair.count(A, INITIATION), 2, "at once, not after five seconds");
        assert_eq!(pair[B].received.last().map(|(_, packet)| packet), Some(&waiting));
        act(&mut pair, &peer);
        pair.advance_secs(10);
        assert_eq!(pair.count(A, INITIATION), 2, "with a session there is no reason for another one");
    }
}

#[test]
fn r18_a_handshake_under_way_is_begun_again_with_the_new_private_key() {
    let mut pair = Pair::new();
    pair.block(A, B);
    let waiting = pair.send_ping(A);
    let new = PrivateKey::from_bytes([44; 32]);
    let peer = pair[B].engine.add_peer(new.public()).unwrap();
    pair[B].engine.add_allowed_ip(&peer, Pair::ipv4(A), 32);
    pair.heal();
    pair.with(A, |engine, now| engine.set_private_key(Some(&new), now));
    assert_eq!(pair[B].received.last().map(|(_, packet)| packet), Some(&waiting));
}
