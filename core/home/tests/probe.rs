//! An asker and a responder in virtual time, on a link of which the test is the air.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::net::SocketAddr;
use std::time::Duration;

use adit_home::wire::{ANSWER, PROBE};
use adit_home::{Ask, Datagram, Link, Next, NotHome, Responder, Silence};
use adit_protocol::{Instant, Now, PrivateKey, PublicKey};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

/// The clock's time at the beginning, nanoseconds.
const BEGIN: u64 = 1_000_000_000;
const LAPTOP: &str = "192.168.1.7:40000";
const SERVER: &str = "192.168.1.2:51819";

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn at(milliseconds: u64) -> Now {
    let passed = Duration::from_millis(milliseconds);
    // The clock has not just begun.
    Now { instant: Instant::from_nanos(BEGIN + milliseconds * 1_000_000), unix: Duration::from_secs(1_800_000_000) + passed }
}

fn home_link() -> Link {
    Link { subnets: vec!["192.168.1.0/24".parse().unwrap()] }
}

fn from<'a>(source: &str, bytes: &'a [u8]) -> Datagram<'a> {
    Datagram { source: source.parse().unwrap(), hop_limit: Some(255), bytes }
}

fn home() -> Responder {
    Responder::new(&PrivateKey::from_bytes([7; 32]), at(0))
}

fn ask(home: &PublicKey, own: &str, now: Now) -> (Ask, Vec<u8>) {
    let mut ask = Ask::new(*home, own.parse::<SocketAddr>().unwrap(), home_link(), now.instant);
    match ask.next(now, &mut rng(now.instant.as_nanos())) {
        Next::Send(probe) => (ask, probe),
        next => panic!("the first probe is due at once, not {next:?}"),
    }
}

#[test]
fn at_home_the_responder_answers_and_the_asker_believes_it() {
    let mut home = home();
    let (ask, probe) = ask(home.public(), LAPTOP, at(0));
    assert_eq!(probe.len(), PROBE);
    let answer = home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
    assert_eq!(answer.len(), ANSWER);
    assert_eq!(ask.hear(&from(SERVER, &answer), at(2).instant), Ok(()));
}

#[test]
fn over_ipv6_both_are_on_the_link_by_their_link_local_addresses() {
    let (laptop, server) = ("[fe80::7]:40000", "[fe80::2]:51819");
    let mut home = home();
    let (ask, probe) = ask(home.public(), laptop, at(0));
    let answer = home.hear(&from(laptop, &probe), &Link::default(), at(1), &mut rng(1)).unwrap();
    assert_eq!(ask.hear(&from(server, &answer), at(2).instant), Ok(()));
}

#[test]
fn a_lost_probe_is_followed_by_others_and_an_answer_to_any_of_them_counts_until_the_end() {
    let mut home = home();
    let mut ask = Ask::new(*home.public(), LAPTOP.parse().unwrap(), home_link(), at(0).instant);
    let (mut probes, mut now) = (Vec::new(), at(0));
    loop {
        match ask.next(now, &mut rng(now.instant.as_nanos())) {
            Next::Send(probe) => probes.push(probe),
            Next::WaitUntil(then) => now = at((then.as_nanos() - BEGIN) / 1_000_000),
            Next::GiveUp => break,
        }
    }
    assert_eq!((probes.len(), now.instant), (3, at(1000).instant));
    assert!(probes[0] != probes[1] && probes[1] != probes[2], "each is fresh");
    let answer = home.hear(&from(LAPTOP, &probes[1]), &home_link(), at(600), &mut rng(1)).unwrap();
    assert_eq!(ask.hear(&from(SERVER, &answer), at(999).instant), Ok(()));
    assert_eq!(ask.hear(&from(SERVER, &answer), at(1000).instant), Err(NotHome::Late));
}

#[test]
fn a_stranger_who_does_not_know_the_key_gets_no_answer() {
    let mut home = home();
    let other = PrivateKey::from_bytes([8; 32]).public();
    let (_, probe) = ask(&other, LAPTOP, at(0));
    let strangers = [&probe[..], &[], &[0; PROBE], b"AH\x01\x01", &[0xff; 1500]];
    for bytes in strangers {
        assert_eq!(home.hear(&from(LAPTOP, bytes), &home_link(), at(1), &mut rng(1)), Err(Silence::Stranger));
    }
}

#[test]
fn a_probe_through_a_router_or_from_elsewhere_gets_no_answer() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    let elsewhere = [(LAPTOP, Some(254)), (LAPTOP, None), ("10.0.0.7:40000", Some(255)), ("[2001:db8::7]:40000", Some(255))];
    for (source, hop_limit) in elsewhere {
        let datagram = Datagram { hop_limit, ..from(source, &probe) };
        let heard = home.hear(&datagram, &home_link(), at(1), &mut rng(1));
        assert_eq!(heard, Err(Silence::NotFromThisLink), "{source} {hop_limit:?}");
    }
    let everywhere = Link { subnets: vec!["0.0.0.0/0".parse().unwrap()] };
    let heard = home.hear(&from("10.0.0.7:40000", &probe), &everywhere, at(1), &mut rng(1));
    assert_eq!(heard, Err(Silence::NotFromThisLink), "a default route is no subnet");
}

#[test]
fn an_answer_through_a_router_or_from_elsewhere_is_not_home() {
    let mut home = home();
    let (ask, probe) = ask(home.public(), LAPTOP, at(0));
    let answer = home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
    for (source, hop_limit) in [(SERVER, Some(254)), (SERVER, None), ("10.0.0.2:51819", Some(255))] {
        let datagram = Datagram { hop_limit, ..from(source, &answer) };
        assert_eq!(ask.hear(&datagram, at(2).instant), Err(NotHome::NotFromThisLink), "{source} {hop_limit:?}");
    }
}

#[test]
fn a_recorded_answer_proves_nothing_to_a_later_question() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    let recorded = home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
    let (later, _) = ask(home.public(), LAPTOP, at(60_000));
    assert_eq!(later.hear(&from(SERVER, &recorded), at(60_001).instant), Err(NotHome::Forged));
}

#[test]
fn a_recorded_probe_does_not_reveal_the_responder_to_whoever_repeats_it() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
    let later = [(1_000, Silence::Repeated), (300_000, Silence::Repeated), (301_000, Silence::Clock { seconds: 301 })];
    for (milliseconds, reason) in later {
        let again = home.hear(&from("192.168.1.66:1", &probe), &home_link(), at(milliseconds), &mut rng(2));
        assert_eq!(again, Err(reason), "after {milliseconds} ms");
    }
}

#[test]
fn a_probe_that_somebody_passes_on_from_another_address_is_not_home() {
    let mut home = home();
    let (ask, probe) = ask(home.public(), LAPTOP, at(0));
    let answer = home.hear(&from("192.168.1.66:40000", &probe), &home_link(), at(1), &mut rng(1)).unwrap();
    assert_eq!(ask.hear(&from(SERVER, &answer), at(2).instant), Err(NotHome::PassedOn));
}

#[test]
fn the_responder_of_another_home_is_not_this_home() {
    let (home, mut other) = (home(), Responder::new(&PrivateKey::from_bytes([8; 32]), at(0)));
    let (asks_home, _) = ask(home.public(), LAPTOP, at(0));
    let (_, probe) = ask(other.public(), LAPTOP, at(0));
    let answer = other.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
    assert_eq!(asks_home.hear(&from(SERVER, &answer), at(2).instant), Err(NotHome::Forged));
}

#[test]
fn a_key_that_is_nobodys_is_no_home() {
    let mut ask = Ask::new(PublicKey::from_bytes([0; 32]), LAPTOP.parse().unwrap(), home_link(), at(0).instant);
    assert_eq!(ask.next(at(0), &mut rng(0)), Next::GiveUp);
}

#[test]
fn a_flood_is_limited_for_each_sender_and_over_all_of_them() {
    let mut home = home();
    let public = *home.public();
    let mut answered = |source: &dyn Fn(u64) -> String, begin: u64| {
        let is_answered = |number: &u64| {
            let source = source(*number);
            let (_, probe) = ask(&public, &source, at(begin + number));
            home.hear(&from(&source, &probe), &home_link(), at(begin + 100), &mut rng(*number)).is_ok()
        };
        (0..100).filter(is_answered).count()
    };
    assert_eq!(answered(&|_| LAPTOP.into(), 0), 5, "one sender");
    assert_eq!(answered(&|number| format!("192.168.1.{}:40000", 100 + number), 10_000), 20, "all senders");
}

proptest! {
    #[test]
    fn no_changed_bit_of_a_probe_gets_an_answer(bit in 0..PROBE * 8) {
        let mut home = home();
        let (_, mut probe) = ask(home.public(), LAPTOP, at(0));
        probe[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).is_err());
    }

    #[test]
    fn no_changed_bit_of_an_answer_is_believed(bit in 0..ANSWER * 8) {
        let mut home = home();
        let (ask, probe) = ask(home.public(), LAPTOP, at(0));
        let mut answer = home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
        answer[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(ask.hear(&from(SERVER, &answer), at(2).instant), Err(NotHome::Forged));
    }

    #[test]
    fn no_other_length_is_answered_or_believed(length in 0_usize..200) {
        let mut home = home();
        let (ask, probe) = ask(home.public(), LAPTOP, at(0));
        let answer = home.hear(&from(LAPTOP, &probe), &home_link(), at(1), &mut rng(1)).unwrap();
        let resized = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().chain(std::iter::repeat(0)).take(length).collect() };
        if length != PROBE {
            let heard = home.hear(&from(LAPTOP, &resized(&probe)), &home_link(), at(2), &mut rng(1));
            prop_assert_eq!(heard, Err(Silence::Stranger));
        }
        if length != ANSWER {
            prop_assert_eq!(ask.hear(&from(SERVER, &resized(&answer)), at(2).instant), Err(NotHome::Forged));
        }
    }

    #[test]
    fn random_bytes_are_neither_answered_nor_believed(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut home = home();
        let (ask, _) = ask(home.public(), LAPTOP, at(0));
        let heard = home.hear(&from(LAPTOP, &bytes), &home_link(), at(1), &mut rng(1));
        prop_assert_eq!(heard, Err(Silence::Stranger));
        prop_assert_eq!(ask.hear(&from(SERVER, &bytes), at(1).instant), Err(NotHome::Forged));
    }
}
