//! Exposes two engines to every failure of networks, clocks and power: they always communicate again, and no packet is delivered
//! twice, invented, or out of order if the network keeps the order.

use std::collections::HashSet;
use std::time::Duration;

use adit_testkit::{Pair, Weather, packet};
use proptest::prelude::*;

const A: usize = Pair::A;
const B: usize = Pair::B;

/// A restarted or moved peer is noticed after 15.334 s, and a handshake may then have to wait another 5.334 s (rule R3).
const BOUND: Duration = Duration::from_secs(22);

#[derive(Clone, Debug)]
enum Step {
    Send { node: usize, count: u8 },
    Wait { millis: u64 },
    Weather { loss: u32, duplication: u32, jitter: u64 },
    Block { from: usize },
    Heal,
    Roam { last: u8 },
    Restart { node: usize },
    TurnClock { node: usize, seconds: i64 },
}

struct World {
    pair: Pair,
    sent: [Vec<Vec<u8>>; 2],
    known: [HashSet<Vec<u8>>; 2],
    serial: u64,
    ordered: bool,
    /// The greatest timestamp that each node has stored, as its caller would.
    floors: [adit_protocol::Tai64n; 2],
}

impl World {
    fn new(seed: u64) -> Self {
        let mut pair = Pair::seeded(seed);
        pair.weather.delay = Duration::from_millis(20);
        Self { pair, sent: Default::default(), known: Default::default(), serial: 0, ordered: true, floors: Default::default() }
    }

    fn send(&mut self, node: usize) -> Vec<u8> {
        self.serial += 1;
        let packet = packet::udp(Pair::ipv4(node), Pair::ipv4(1 - node), 0, &self.serial.to_be_bytes());
        // Refused if the server does not know the address of the client.
        if self.pair.send(node, &packet).is_ok() {
            self.sent[node].push(packet.clone());
            self.known[node].insert(packet.clone());
        }
        packet
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Send { node, count } => (0..count).for_each(|_| drop(self.send(node))),
            Step::Wait { millis } => self.pair.advance(Duration::from_millis(millis)),
            Step::Weather { loss, duplication, jitter } => {
                self.ordered &= jitter == 0;
                let (delay, jitter) = (self.pair.weather.delay, Duration::from_millis(jitter));
                self.pair.weather = Weather { loss, duplication, delay, jitter };
            }
            Step::Block { from } => self.pair.block(from, 1 - from),
            Step::Heal => self.pair.heal(),
            Step::Roam { last } => self.pair[A].address = ([203, 0, 113, last], 4_000).into(),
            Step::Restart { node } => self.restart(node),
            Step::TurnClock { node, seconds } => self.pair[node].wall_clock_error += seconds,
        }
        for node in [A, B] {
            self.floors[node] = self.pair[node].engine.greatest_timestamp();
        }
    }

    fn restart(&mut self, node: usize) {
        self.serial += 1;
        let mut engine = Pair::engine(node, self.serial);
        engine.set_timestamp_floor(self.floors[node]);
        self.pair[node].engine = engine;
        if node == A {
            let peer = self.pair.peer(A);
            self.pair[A].engine.set_endpoint(&peer, Pair::address(B));
        }
    }

    /// Returns the packets received at `node`, without the engine's own ICMP errors.
    fn received(&self, node: usize) -> impl Iterator<Item = &Vec<u8>> {
        self.pair[node].received.iter().map(|(_, packet)| packet).filter(|packet| packet[9] == 17)
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for node in [A, B] {
            let mut seen = HashSet::new();
            for packet in self.received(node) {
                prop_assert!(self.known[1 - node].contains(packet), "delivered but never sent");
                prop_assert!(seen.insert(packet), "delivered twice");
            }
            if self.ordered {
                prop_assert!(self.received(node).map(|packet| packet::payload(packet)).is_sorted(), "out of order");
            }
        }
        Ok(())
    }

    /// Repairs the network. The client's user then tries again once a second.
    fn talk_again(&mut self) -> Result<(), TestCaseError> {
        self.pair.heal();
        let mut waited = Duration::ZERO;
        loop {
            let ping = self.send(A);
            self.pair.advance(Duration::from_millis(500));
            if self.received(B).any(|packet| *packet == ping) {
                let pong = self.send(B);
                self.pair.advance(Duration::from_millis(500));
                if self.received(A).any(|packet| *packet == pong) {
                    return Ok(());
                }
            } else {
                self.pair.advance(Duration::from_millis(500));
            }
            waited += Duration::from_secs(1);
            prop_assert!(waited <= BOUND, "silent for {waited:?} in fair weather");
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let node = || prop_oneof![Just(A), Just(B)];
    prop_oneof![
        6 => (node(), 1_u8..20).prop_map(|(node, count)| Step::Send { node, count }),
        6 => prop_oneof![1_u64..100, 100_u64..6_000, 6_000_u64..200_000].prop_map(|millis| Step::Wait { millis }),
        2 => (0_u32..60, 0_u32..40, prop_oneof![Just(0_u64), 1_u64..400])
            .prop_map(|(loss, duplication, jitter)| Step::Weather { loss, duplication, jitter }),
        1 => node().prop_map(|from| Step::Block { from }),
        1 => Just(Step::Heal),
        1 => any::<u8>().prop_map(|last| Step::Roam { last }),
        1 => node().prop_map(|node| Step::Restart { node }),
        1 => (node(), prop_oneof![-400_000_000_i64..400_000_000, -100_i64..100])
            .prop_map(|(node, seconds)| Step::TurnClock { node, seconds }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn two_engines_always_talk_again_and_deliver_nothing_twice(seed in 0_u64..1 << 32, steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new(seed);
        for step in &steps {
            world.run(step);
            world.check()?;
        }
        world.talk_again()?;
        world.check()?;
    }
}

#[test]
fn s86_a_clock_set_back_ten_years_does_not_lock_the_client_out() {
    let mut pair = Pair::new();
    pair[A].wall_clock_error = 315_360_000;
    assert!(pair.ping(A));
    pair[A].wall_clock_error = 0;
    pair.advance_secs(200);
    assert!(pair.ping(A), "in one handshake");

    let floor = pair[A].engine.greatest_timestamp();
    let mut restarted = Pair::engine(A, 99);
    restarted.set_timestamp_floor(floor);
    pair[A].engine = restarted;
    let peer = pair.peer(A);
    pair[A].engine.set_endpoint(&peer, Pair::address(B));
    pair.advance_secs(1);
    assert!(pair.ping(A), "and after a restart that was told the floor");
}

#[test]
fn f12_at_twenty_percent_loss_a_thousand_tunnels_connect() {
    let mut waits = Vec::new();
    for seed in 0..1_000 {
        let mut pair = Pair::seeded(seed);
        pair.weather =
            Weather { loss: 20, duplication: 10, delay: Duration::from_millis(50), jitter: Duration::from_millis(100) };
        let ping = pair.send_ping(A);
        while !pair[B].received.iter().any(|(_, packet)| *packet == ping) && pair.elapsed() < Duration::from_secs(100) {
            // The staged ping itself may be lost; a user who wants an answer sends another one.
            pair.advance(Duration::from_millis(500));
            if pair.session(A).is_some() {
                break;
            }
        }
        assert!(pair.session(A).is_some(), "seed {seed}");
        waits.push(pair.elapsed());
    }
    waits.sort();
    assert!(waits[990] <= Duration::from_secs(30), "{:?}", waits[990]);
}

#[test]
fn f12_what_is_reordered_within_the_window_all_arrives_and_once() {
    let mut pair = Pair::connected();
    pair.weather = Weather { loss: 0, duplication: 10, delay: Duration::ZERO, jitter: Duration::from_secs(3) };
    let before = pair[B].received.len();
    let packets: HashSet<Vec<u8>> = (0..5_000).map(|_| pair.send_ping(A)).collect();
    pair.advance_secs(4);
    let received: Vec<_> = pair[B].received[before..].iter().map(|(_, packet)| packet.clone()).collect();
    assert_eq!((received.len(), received.into_iter().collect::<HashSet<_>>() == packets), (5_000, true));
}

#[test]
fn f15_a_whole_capture_replayed_from_elsewhere_changes_nothing() {
    let mut pair = Pair::connected();
    for _ in 0..20 {
        pair.send_ping(A);
        pair.send_ping(B);
        pair.advance_secs(11);
    }
    let capture = pair.capture.clone();
    let received = [A, B].map(|node| pair[node].received.len());
    let endpoints = [A, B].map(|node| pair.peer(node).endpoint());
    for _ in 0..10 {
        for sent in &capture {
            for node in [A, B] {
                assert!(pair.inject(([203, 0, 113, 9], 9).into(), node, &sent.payload).is_err());
            }
        }
    }
    assert_eq!([A, B].map(|node| pair[node].received.len()), received, "nothing is delivered");
    assert_eq!([A, B].map(|node| pair.peer(node).endpoint()), endpoints, "nobody moves");
    assert_eq!(pair.capture.len(), capture.len(), "nothing is answered");
}
