//! Rules R, timers: retransmission, giving up, rekeying, silence, keepalives, erasure.

use std::sync::Arc;
use std::time::Duration;

use adit_protocol::{Dropped, Event, Instant, Local, UdpPath};
use adit_testkit::net::{DATA, INITIATION, RESPONSE, START};
use adit_testkit::{Pair, SimNet};

use crate::stage::Stage;

const A: usize = Pair::A;
const B: usize = Pair::B;

/// Maximum jitter.
const JITTER: Duration = Duration::from_millis(334);

fn initiation_times(net: &SimNet, node: usize) -> Vec<Instant> {
    net.sent(node, INITIATION).map(|sent| sent.at).collect()
}

fn gaps(times: &[Instant]) -> Vec<Duration> {
    times.windows(2).map(|pair| pair[1].since(pair[0])).collect()
}

fn data_times(net: &SimNet, node: usize) -> Vec<f64> {
    net.sent(node, DATA).map(|sent| sent.at.since(START).as_secs_f64()).collect()
}

#[test]
fn r01_an_initiation_is_repeated_every_five_seconds_and_up_to_a_third() {
    let mut pair = Pair::new();
    pair.block(A, B);
    pair.send_ping(A);
    pair.advance_secs(100);
    let gaps = gaps(&initiation_times(&pair, A));
    assert!(gaps.len() >= 18);
    let five = Duration::from_secs(5);
    assert!(gaps.iter().all(|gap| (five..five + JITTER).contains(gap)), "{gaps:?}");
    let spread = *gaps.iter().max().unwrap() - *gaps.iter().min().unwrap();
    assert!(spread > Duration::from_millis(100), "{spread:?}");
}

#[test]
fn r02_after_twenty_initiations_it_gives_up_and_forgets_what_waited() {
    let mut pair = Pair::new();
    pair.block(A, B);
    pair.send_ping(A);
    pair.send_ping(A);
    pair.advance_secs(600);
    let times = initiation_times(&pair, A);
    assert_eq!(times.len(), 20);
    let given_up: Vec<_> = pair[A].events.iter().filter(|(_, event)| matches!(event, Event::HandshakeGivenUp { .. })).collect();
    let after = given_up[0].0.since(START).as_secs_f64();
    assert!(given_up.len() == 1 && (100.0..106.7).contains(&after), "given up once, after {after} s");
    assert_eq!(pair[A].engine.plane().drops.get(Dropped::HandshakeTimeout), 2);
    let attempts: Vec<u32> = pair[A].events.iter().filter_map(|(_, event)| attempt(event)).collect();
    assert_eq!(attempts, (1..=20).collect::<Vec<_>>());

    pair.heal();
    pair.advance_secs(600);
    assert_eq!(pair.count(A, INITIATION), 20, "silence until somebody wants something");
    assert!(pair.ping(A));
    assert_eq!(pair[B].received.len(), 1, "what waited then is gone");
}

fn attempt(event: &Event) -> Option<u32> {
    match event {
        Event::HandshakeStarted { attempt, .. } => Some(*attempt),
        _ => None,
    }
}

#[test]
fn r02_whoever_keeps_sending_is_not_given_up() {
    let mut pair = Pair::new();
    pair.block(A, B);
    for _ in 0..150 {
        pair.send_ping(A);
        pair.advance_secs(2);
    }
    assert!(!pair[A].events.iter().any(|(_, event)| matches!(event, Event::HandshakeGivenUp { .. })));
    pair.heal();
    pair.advance(Duration::from_secs(5) + JITTER);
    assert_eq!(pair[B].received.len(), 128);
}

#[test]
fn r03_whatever_the_trigger_there_is_one_initiation_in_five_seconds() {
    let mut pair = Pair::new();
    let peer = pair.peer(A);
    pair.block(B, A);
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 1, now));
    for _ in 0..600 {
        pair.send_ping(A);
        pair.with(A, |engine, now| engine.initiate(&peer, now));
        pair.advance(Duration::from_millis(73));
    }
    let gaps = gaps(&initiation_times(&pair, A));
    assert!(gaps.len() >= 7 && gaps.iter().all(|gap| *gap >= Duration::from_secs(5)), "{gaps:?}");
}

#[test]
fn r03_a_responder_counts_its_response_and_keeps_what_it_was_asked_for_until_then() {
    let mut stage = Stage::knowing_endpoint();
    stage.probe_initiates(1);
    stage.send_outward("there is no session to send this on yet");
    assert_eq!((stage.initiations(), stage.datas()), (0, 0), "a handshake is under way");
    stage.advance(Duration::from_nanos(4_999_999_999));
    assert_eq!(stage.initiations(), 0);
    stage.advance(Duration::from_nanos(1));
    assert_eq!(stage.initiations(), 1, "it came to nothing, and somebody is waiting");
}

#[test]
fn r03_a_wish_that_came_too_soon_is_forgotten_when_the_handshake_succeeds() {
    let mut stage = Stage::knowing_endpoint();
    let mut transport = stage.probe_initiates(1);
    stage.send_outward("hello");
    let keepalive = transport.data(&[]);
    stage.say(&keepalive).unwrap();
    assert_eq!(stage.datas(), 1);
    stage.advance_secs(14);
    assert_eq!(stage.initiations(), 0);
}

#[test]
fn r04_an_initiator_that_sends_asks_for_new_keys_at_120_seconds() {
    for keepalive in [false, true] {
        let mut stage = Stage::knowing_endpoint();
        let mut transport = stage.engine_initiates();
        stage.advance(Duration::from_nanos(119_999_999_999));
        stage.send_outward("young");
        let answer = transport.data(&[]);
        stage.say(&answer).unwrap();
        assert_eq!(stage.initiations(), 1);
        stage.advance(Duration::from_nanos(1));
        if keepalive {
            let peer = stage.peer();
            stage.with(0, |engine, now| engine.set_persistent_keepalive(&peer, 100, now));
        } else {
            stage.send_outward("old");
        }
        assert_eq!((stage.initiations(), stage.datas()), (2, 3), "and it is sent all the same");
        let fresh = stage.probe_answers(2);
        stage.send_outward("new");
        assert!(fresh.open(&stage.last(0, DATA)).is_some());
    }
}

#[test]
fn r04_an_initiator_that_receives_asks_for_new_keys_at_165_seconds_once() {
    let mut stage = Stage::knowing_endpoint();
    let mut transport = stage.engine_initiates();
    stage.advance(Duration::from_nanos(164_999_999_999));
    let young = transport.data(&[]);
    stage.say(&young).unwrap();
    assert_eq!(stage.initiations(), 1);
    stage.advance(Duration::from_nanos(1));
    for _ in 0..40 {
        let old = transport.data(&[]);
        stage.say(&old).unwrap();
        stage.advance(Duration::from_millis(100));
    }
    assert_eq!(stage.initiations(), 2);
}

#[test]
fn r04_a_responder_never_asks_because_of_age() {
    let mut stage = Stage::knowing_endpoint();
    let mut transport = stage.probe_initiates_and_confirms(1);
    for _ in 0..179 {
        stage.advance_secs(1);
        stage.send_outward("outward");
        let inward = transport.data(&Stage::inward("inward"));
        stage.say(&inward).unwrap();
    }
    assert_eq!(stage.initiations(), 0);
    stage.advance_secs(1);
    stage.send_outward("now there is no key");
    assert_eq!(stage.initiations(), 1);
}

#[test]
fn r05_a_key_of_180_seconds_neither_receives_nor_sends() {
    let mut stage = Stage::knowing_endpoint();
    let mut transport = stage.probe_initiates_and_confirms(1);
    stage.advance(Duration::from_nanos(179_999_999_999));
    let message = transport.data(&Stage::inward("in time"));
    assert_eq!(stage.say(&message), Ok(()));
    stage.send_outward("in time");
    let sent = stage.datas();
    stage.advance(Duration::from_nanos(1));
    let message = transport.data(&Stage::inward("too late"));
    assert_eq!(stage.say(&message), Err(Dropped::SessionExpired));
    stage.send_outward("too late");
    assert_eq!((stage.datas(), stage.initiations()), (sent, 1));
}

#[test]
fn r07_all_keys_are_erased_540_seconds_after_the_last_new_one() {
    let mut pair = Pair::connected();
    pair.advance_secs(130);
    assert!(pair.ping(A), "a second session; the first is kept for packets under way");
    let index = |kind, node, pair: &Pair| u32::from_le_bytes(pair.last(node, kind)[4..8].try_into().unwrap());
    let indices = [index(INITIATION, A, &pair), index(RESPONSE, B, &pair)];
    let sessions = [A, B].map(|node| Arc::downgrade(&pair.session(node).unwrap()));
    pair.advance(Duration::from_nanos(539_999_999_999));
    assert!(sessions.iter().all(|session| session.upgrade().is_some()));
    pair.advance(Duration::from_nanos(1));
    assert!(sessions.iter().all(|session| session.upgrade().is_none()), "nobody holds them any more");
    for (node, index) in [(A, indices[0]), (B, indices[1])] {
        assert!(pair[node].engine.plane().session(index).is_none());
        assert!(matches!(pair[node].events.last(), Some((_, Event::KeysErased { .. }))));
        assert_eq!(pair[node].engine.poll_timeout(), None, "and nothing is left to do");
    }
    assert!(pair.ping(A));
}

#[test]
fn r07_keys_go_at_once_with_the_interface_the_peer_or_our_own_key() {
    type Act = fn(&mut Pair);
    let acts: [Act; 4] = [
        |pair| pair[A].engine.end_all_sessions(),
        |pair| pair[A].engine.remove_peer(&Pair::public(B)),
        |pair| pair.with(A, |engine, now| engine.set_private_key(None, now)),
        |pair| pair[A].engine = Pair::engine(A, 1_000),
    ];
    for act in acts {
        let mut pair = Pair::connected();
        pair.advance_secs(130);
        assert!(pair.ping(A));
        let [old, new] = [0, 1].map(|number| {
            let initiation = pair.sent(A, INITIATION).nth(number).unwrap();
            u32::from_le_bytes(initiation.payload[4..8].try_into().unwrap())
        });
        let plane = pair[A].engine.plane();
        let sessions = [old, new].map(|index| Arc::downgrade(&plane.session(index).expect("current and previous")));
        act(&mut pair);
        assert!(sessions.iter().all(|session| session.upgrade().is_none()));
        assert!(plane.session(old).is_none() && plane.session(new).is_none());
    }
}

#[test]
fn r07_erasing_old_keys_leaves_a_handshake_under_way_alone() {
    let mut pair = Pair::connected();
    pair.block(A, B);
    pair.block(B, A);
    pair.advance_secs(538);
    pair.send_ping(A);
    pair.advance_secs(3);
    assert!(pair[A].events.iter().any(|(_, event)| matches!(event, Event::KeysErased { .. })));
    pair.heal();
    let before = pair[B].received.len();
    pair.advance_secs(5);
    assert_eq!(pair[B].received.len(), before + 1, "the repeated initiation brought the packet through");
}

#[test]
fn r07_after_the_interface_was_down_the_first_packet_finds_its_way_at_once() {
    let mut pair = Pair::connected();
    for node in [A, B] {
        pair[node].engine.end_all_sessions();
        assert_eq!(pair[node].engine.poll_timeout(), None);
    }
    assert_eq!(pair.count(A, INITIATION), 1);
    pair.advance(Duration::from_millis(20));
    assert!(pair.ping(A));
}

#[test]
fn r10_a_peer_to_be_kept_awake_is_greeted_again_after_sleep() {
    let mut pair = Pair::connected();
    let peer = pair.peer(A);
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 25, now));
    pair[A].engine.end_all_sessions();
    assert!(pair.session(A).is_none());
    pair.advance_secs(26);
    assert!(pair.session(A).is_some());
}

#[test]
fn r08_ten_seconds_after_data_that_nothing_followed_a_keepalive_goes_back() {
    let mut pair = Pair::connected();
    pair.advance_secs(100);
    let sent = data_times(&pair, B).len();
    pair.send_ping(A);
    pair.advance(Duration::from_nanos(9_999_999_999));
    assert_eq!(pair.count(B, DATA), sent);
    pair.advance(Duration::from_nanos(1));
    assert_eq!((pair.count(B, DATA), pair.last(B, DATA).len()), (sent + 1, 32));
}

#[test]
fn r08_it_counts_from_what_was_received_and_any_packet_of_ours_will_do() {
    let mut pair = Pair::connected();
    pair.advance_secs(20);
    let keepalives = |pair: &Pair| pair.sent(B, DATA).filter(|sent| sent.payload.len() == 32).count();
    let before = keepalives(&pair);
    pair.send_ping(B);
    pair.advance_secs(2);
    pair.send_ping(A);
    pair.advance_secs(9);
    assert_eq!(keepalives(&pair), before, "nine seconds after the last data, eleven after our own");
    pair.send_ping(B);
    pair.advance_secs(9);
    assert_eq!(keepalives(&pair), before, "what we sent after it was answer enough");
}

#[test]
fn r08_two_idle_ends_are_silent() {
    let mut pair = Pair::connected();
    pair.advance_secs(30);
    let sent = pair.capture.len();
    pair.advance_secs(600);
    assert_eq!(pair.capture.len(), sent);
}

#[test]
fn r08_keepalives_are_not_answered_with_keepalives() {
    let mut stage = Stage::knowing_endpoint();
    let mut transport = stage.engine_initiates();
    for _ in 0..10 {
        let keepalive = transport.data(&[]);
        stage.say(&keepalive).unwrap();
        stage.advance_secs(11);
    }
    assert_eq!(stage.datas(), 1, "only the key confirmation");
}

#[test]
fn r09_silence_after_data_starts_a_handshake_and_forgets_the_source_address() {
    let mut pair = Pair::connected();
    pair.advance_secs(20);
    let local = Local { ip: Pair::address(A).ip(), interface: 3 };
    pair.send_ping(B);
    let mut heard = pair.last(B, DATA);
    heard[8] = heard[8].wrapping_sub(1);
    assert_eq!(pair.inject(Pair::address(B), A, &heard), Err(Dropped::Decrypt));
    // The same ping again, on a host that knows at which address it arrived.
    pair.block(B, A);
    pair.send_ping(B);
    let mut heard = pair.last(B, DATA);
    let from = UdpPath { remote: Pair::address(B), local: Some(local) };
    pair.with(A, |engine, now| engine.handle_datagram(from, Default::default(), &mut heard, now)).unwrap();
    assert_eq!(pair.peer(A).path(), Some(from));

    pair.block(A, B);
    let start = pair.now();
    pair.send_ping(A);
    pair.advance_secs(7);
    pair.send_ping(A);
    pair.advance_secs(30);
    let times: Vec<Instant> = initiation_times(&pair, A).into_iter().filter(|at| *at > start).collect();
    let first = times[0].since(start);
    let expected = Duration::from_secs(15);
    assert!((expected..expected + JITTER).contains(&first), "{first:?} after the first unanswered packet");
    assert_eq!(pair.peer(A).path(), Some(UdpPath::to(Pair::address(B))), "the system may choose another source");
    assert!(pair[A].events.iter().any(|(_, event)| matches!(event, Event::PeerSilent { .. })));
}

#[test]
fn r09_data_that_is_not_answered_for_five_seconds_is_reported_once_where_that_was_asked_for() {
    for early in [false, true] {
        let mut pair = Pair::connected();
        let peer = pair.peer(A);
        pair.with(A, |engine, now| engine.doubt_early(&peer, early, now.instant));
        pair.block(A, B);
        let start = pair.now();
        pair.send_ping(A);
        pair.advance_secs(14);
        let doubts: Vec<Duration> = pair[A]
            .events
            .iter()
            .filter(|(_, event)| matches!(event, Event::PeerDoubtful { .. }))
            .map(|(at, _)| at.since(start))
            .collect();
        assert_eq!(doubts, if early { vec![Duration::from_secs(5)] } else { Vec::new() });
        assert_eq!(pair.count(A, INITIATION), 1, "the protocol's own interval is not over");
    }
}

#[test]
fn r09_any_answer_ends_the_wait() {
    let mut pair = Pair::connected();
    for _ in 0..8 {
        pair.send_ping(A);
        pair.advance_secs(14);
    }
    assert_eq!(pair.count(A, INITIATION), 1, "the passive keepalives were answers");
    assert!(!pair[A].events.iter().any(|(_, event)| matches!(event, Event::PeerSilent { .. })));
}

#[test]
fn r10_a_persistent_keepalive_goes_out_at_once_and_then_in_its_interval() {
    let mut pair = Pair::connected();
    pair.advance_secs(30);
    let peer = pair.peer(A);
    let sent = pair.count(A, DATA);
    let start = pair.elapsed().as_secs_f64();
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 25, now));
    pair.advance_secs(60);
    let times: Vec<f64> = data_times(&pair, A)[sent..].iter().map(|at| at - start).collect();
    assert_eq!(times, [0.0, 25.0, 50.0]);

    pair.send_ping(B);
    let received = pair.elapsed().as_secs_f64() - start;
    pair.advance_secs(25);
    let times: Vec<f64> = data_times(&pair, A)[sent..].iter().map(|at| at - start).collect();
    assert_eq!(times[3..], [received + 10.0], "the passive keepalive came first, and the interval starts anew");
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 0, now));
    let sent = pair.capture.len();
    pair.advance_secs(300);
    assert_eq!(pair.capture.len(), sent, "0 is off");
}

#[test]
fn r10_traffic_suppresses_it_and_the_greatest_interval_is_kept() {
    let mut pair = Pair::connected();
    let peer = pair.peer(A);
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 1, now));
    let keepalives = |pair: &Pair| pair.sent(A, DATA).filter(|sent| sent.payload.len() == 32).count();
    let before = keepalives(&pair);
    for _ in 0..100 {
        pair.send_ping(A);
        pair.advance(Duration::from_millis(900));
    }
    assert_eq!(keepalives(&pair), before);
    pair.advance(Duration::from_millis(9_100));
    assert_eq!(keepalives(&pair), before + 9);

    let mut pair = Pair::connected();
    let peer = pair.peer(A);
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 65_535, now));
    pair.advance_secs(30);
    let sent = pair.capture.len();
    pair.advance_secs(65_504);
    assert_eq!(pair.capture.len(), sent);
    pair.advance_secs(31);
    assert!(pair.capture.len() > sent);
}

#[test]
fn r10_it_keeps_an_unanswered_peer_asked_for_ever() {
    let mut pair = Pair::new();
    pair.block(A, B);
    let peer = pair.peer(A);
    pair.with(A, |engine, now| engine.set_persistent_keepalive(&peer, 25, now));
    pair.advance_secs(3_600);
    let sent = pair.count(A, INITIATION);
    assert!((500..=720).contains(&sent), "{sent} initiations in an hour");
    pair.heal();
    pair.advance_secs(26);
    assert!(pair.session(A).is_some());
}

#[test]
fn r10_whichever_of_key_endpoint_and_keepalive_comes_last_wakes_the_peer() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let mut pair = Pair::new();
        let mut engine =
            adit_protocol::Engine::new(Box::new(<rand_chacha::ChaCha20Rng as rand_core::SeedableRng>::seed_from_u64(8)));
        let peer = engine.add_peer(Pair::public(B)).unwrap();
        pair[A].engine = engine;
        for step in order {
            assert_eq!(pair.count(A, INITIATION), 0, "{order:?}");
            pair.with(A, |engine, now| match step {
                0 => engine.set_private_key(Some(&Pair::private(A)), now),
                1 => engine.set_endpoint(&peer, Pair::address(B)),
                _ => engine.set_persistent_keepalive(&peer, 25, now),
            });
            pair.advance(Duration::from_nanos(1));
        }
        assert_eq!(pair.count(A, INITIATION), 1, "{order:?}");
    }
}
