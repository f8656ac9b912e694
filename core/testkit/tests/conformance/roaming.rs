//! Rule R14: the address of a peer, and who can change it.

use std::net::SocketAddr;
use std::time::Duration;

use adit_protocol::{Dropped, Event, Local, UdpPath};
use adit_testkit::Pair;
use adit_testkit::net::{DATA, INITIATION, RESPONSE};

use crate::stage::Stage;

const A: usize = Pair::A;
const B: usize = Pair::B;

fn elsewhere(last: u8) -> SocketAddr {
    SocketAddr::from(([203, 0, 113, last], 1_000 + u16::from(last)))
}

#[test]
fn r14_any_authenticated_message_moves_the_endpoint() {
    let mut stage = Stage::new();
    let sent = stage.initiation(1);
    stage.inject(elsewhere(1), 0, &sent.message).unwrap();
    assert_eq!(stage.peer().endpoint(), Some(elsewhere(1)));
    assert_eq!(stage.capture.last().unwrap().to, elsewhere(1), "the response goes there, too");
    let mut transport = stage.probe.finish(&sent, &stage.last(0, 2)).unwrap();

    let data = transport.data(&Stage::inward("from a train"));
    stage.inject(elsewhere(2), 0, &data).unwrap();
    assert_eq!(stage.peer().endpoint(), Some(elsewhere(2)));
    let keepalive = transport.data(&[]);
    stage.inject(elsewhere(3), 0, &keepalive).unwrap();
    assert_eq!(stage.peer().endpoint(), Some(elsewhere(3)));
    let roamed: Vec<_> = stage[0].events.iter().filter_map(|(_, event)| roamed_to(event)).collect();
    assert_eq!(roamed, [elsewhere(1), elsewhere(2), elsewhere(3)]);

    stage.advance_secs(6);
    let peer = stage.peer();
    stage.with(0, |engine, now| engine.initiate(&peer, now));
    let initiation = stage.last(0, INITIATION);
    let answer = stage.probe.answer(&initiation, 2).unwrap();
    stage.inject(elsewhere(4), 0, &answer.message).unwrap();
    assert_eq!(stage.peer().endpoint(), Some(elsewhere(4)), "a response does, too");
    assert_eq!(stage.capture.last().unwrap().to, elsewhere(4));
}

fn roamed_to(event: &Event) -> Option<SocketAddr> {
    match event {
        Event::Roamed { endpoint, .. } => Some(*endpoint),
        _ => None,
    }
}

#[test]
fn r14_nothing_else_does() {
    let mut stage = Stage::new();
    let sent = stage.initiation(1);
    stage.say(&sent.message).unwrap();
    let mut transport = stage.probe.finish(&sent, &stage.last(0, 2)).unwrap();
    let data = transport.data(&Stage::inward("once"));
    stage.say(&data).unwrap();
    let replays = [&sent.message, &data];
    for replay in replays {
        assert!(stage.inject(elsewhere(9), 0, replay).is_err());
    }
    assert_eq!(stage.inject(elsewhere(9), 0, &transport.seal(7, &[0x45; 16])), Err(Dropped::InnerPacket));
    assert_eq!(stage.peer().endpoint(), Some(elsewhere(9)), "nonsense inside, but the peer itself sealed it");
}

#[test]
fn r14_a_client_that_changes_networks_is_followed() {
    let mut pair = Pair::connected();
    for step in 1..20 {
        pair[A].address = elsewhere(step);
        assert!(pair.ping(A) && pair.ping(B), "step {step}");
    }
    assert_eq!(pair.sent(A, INITIATION).count(), 0, "without a handshake from there");
}

#[test]
fn r14_copies_of_an_initiation_race_and_the_address_that_answers_is_the_endpoint() {
    let mut pair = Pair::new();
    let peer = pair.peer(A);
    pair.with(A, |engine, _| engine.set_endpoint(&peer, elsewhere(1)));
    pair.with(A, |engine, now| engine.initiate(&peer, now));
    for address in [elsewhere(2), Pair::address(B)] {
        pair.with(A, |engine, _| engine.also_ask(&peer, address));
    }
    pair.advance(Duration::from_millis(100));
    assert_eq!(peer.endpoint(), Some(Pair::address(B)));
    assert!(pair.session(A).is_some());
    let copies: Vec<_> = pair.sent(A, INITIATION).map(|sent| sent.payload.clone()).collect();
    assert!(copies.len() == 3 && copies.iter().all(|copy| *copy == copies[0]), "they are one message");
    pair.with(A, |engine, _| engine.also_ask(&peer, elsewhere(3)));
    assert_eq!(pair.count(A, INITIATION), 3, "nothing waits for an answer any more");
}

#[test]
fn r14_a_copy_that_arrives_second_is_a_replay_and_moves_nobody() {
    let mut pair = Pair::new();
    let peer = pair.peer(A);
    pair.with(A, |engine, now| engine.initiate(&peer, now));
    pair.advance(Duration::from_millis(100));
    let copy = pair.last(A, INITIATION);
    let here = pair.peer(B).endpoint();
    assert_eq!(pair.inject(elsewhere(7), B, &copy), Err(Dropped::ReplayedInitiation));
    assert_eq!(pair.peer(B).endpoint(), here);
}

#[test]
fn r14_after_a_change_of_the_route_the_peer_learns_our_address_at_once_also_within_five_seconds_of_a_handshake() {
    let mut pair = Pair::connected();
    for step in 1..=5 {
        // Initiations in quicker succession are dropped (rule Q8).
        pair.advance(Duration::from_millis(100));
        pair[A].address = elsewhere(step);
        let peer = pair.peer(A);
        pair.with(A, |engine, now| engine.path_changed(&peer, now));
        assert_eq!(pair.peer(B).endpoint(), Some(elsewhere(step)));
        assert_eq!((pair.count(A, INITIATION), pair.count(A, DATA) > 0), (1, true), "a keepalive, and a handshake as a test");
        assert_eq!(pair.count(B, RESPONSE), usize::from(step) + 1, "which was answered");
    }
}

#[test]
fn r14_the_source_address_is_sticky_but_not_too_sticky() {
    let mut stage = Stage::new();
    let mut transport = stage.probe_initiates(1);
    let local = Some(Local { ip: [192, 0, 2, 2].into(), interface: 2 });
    let from = UdpPath { remote: Stage::probe_address(), local };
    let mut message = transport.data(&[]);
    stage.with(0, |engine, now| engine.handle_datagram(from, Default::default(), &mut message, now)).unwrap();
    assert_eq!(stage.peer().path(), Some(from));
    let used = |stage: &mut Stage| {
        let now = stage.clocks(0);
        let engine = &mut stage[0].engine;
        engine.handle_packet(&Stage::outward("from where?"), now).unwrap();
        engine.poll_transmit(now.instant).unwrap().path
    };
    assert_eq!(used(&mut stage), from);
    stage[0].engine.forget_source(UdpPath::to(Stage::probe_address()));
    assert_eq!(used(&mut stage), from, "another path was meant");
    stage[0].engine.forget_source(from);
    assert_eq!(used(&mut stage), UdpPath::to(Stage::probe_address()), "the address has vanished");

    let mut message = transport.data(&[]);
    stage.with(0, |engine, now| engine.handle_datagram(from, Default::default(), &mut message, now)).unwrap();
    stage[0].engine.forget_sources();
    assert_eq!(stage.peer().path(), Some(UdpPath::to(Stage::probe_address())));
    let moved = stage[0].events.iter().filter(|(_, event)| matches!(event, Event::Roamed { .. })).count();
    assert_eq!(moved, 1, "a new source of our own is no move of the peer");
}
