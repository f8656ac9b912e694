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
const BEGIN: u64 = 10_000_000_000_000;
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

/// A responder that started an hour ago.
fn responder(private: [u8; 32]) -> Responder {
    let Now { instant, unix } = at(0);
    let hour = Duration::from_secs(3600);
    Responder::new(&PrivateKey::from_bytes(private), Now { instant: instant - hour, unix: unix - hour })
}

fn home() -> Responder {
    responder([7; 32])
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
    let answer = home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
    assert_eq!(answer.len(), ANSWER);
    assert_eq!(ask.hear(&from(SERVER, &answer), at(2).instant), Ok(()));
}

#[test]
fn over_ipv6_both_are_on_the_link_by_their_link_local_addresses() {
    let (laptop, server) = ("[fe80::7]:40000", "[fe80::2]:51819");
    let mut home = home();
    let (ask, probe) = ask(home.public(), laptop, at(0));
    let answer = home.hear(&from(laptop, &probe), &Link::default, at(1), &mut rng(1)).unwrap();
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
    let answer = home.hear(&from(LAPTOP, &probes[1]), &home_link, at(600), &mut rng(1)).unwrap();
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
        assert_eq!(home.hear(&from(LAPTOP, bytes), &home_link, at(1), &mut rng(1)), Err(Silence::Stranger));
    }
}

#[test]
fn a_probe_through_a_router_or_from_elsewhere_gets_no_answer() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    let elsewhere = [(LAPTOP, Some(254)), (LAPTOP, None), ("10.0.0.7:40000", Some(255)), ("[2001:db8::7]:40000", Some(255))];
    for (source, hop_limit) in elsewhere {
        let datagram = Datagram { hop_limit, ..from(source, &probe) };
        let heard = home.hear(&datagram, &home_link, at(1), &mut rng(1));
        assert_eq!(heard, Err(Silence::NotFromThisLink), "{source} {hop_limit:?}");
    }
    let everywhere = Link { subnets: vec!["0.0.0.0/0".parse().unwrap()] };
    let heard = home.hear(&from("10.0.0.7:40000", &probe), &|| everywhere.clone(), at(1), &mut rng(1));
    assert_eq!(heard, Err(Silence::NotFromThisLink), "a default route is no subnet");
}

#[test]
fn an_answer_through_a_router_or_from_elsewhere_is_not_home() {
    let mut home = home();
    let (ask, probe) = ask(home.public(), LAPTOP, at(0));
    let answer = home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
    for (source, hop_limit) in [(SERVER, Some(254)), (SERVER, None), ("10.0.0.2:51819", Some(255))] {
        let datagram = Datagram { hop_limit, ..from(source, &answer) };
        assert_eq!(ask.hear(&datagram, at(2).instant), Err(NotHome::NotFromThisLink), "{source} {hop_limit:?}");
    }
}

#[test]
fn a_recorded_answer_proves_nothing_to_a_later_question() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    let recorded = home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
    let (later, _) = ask(home.public(), LAPTOP, at(60_000));
    assert_eq!(later.hear(&from(SERVER, &recorded), at(60_001).instant), Err(NotHome::Forged));
}

#[test]
fn a_recorded_probe_does_not_reveal_the_responder_to_whoever_repeats_it() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
    for milliseconds in [2, 1_000, 300_000, 301_000, 86_400_000] {
        let again = home.hear(&from("192.168.1.66:1", &probe), &home_link, at(milliseconds), &mut rng(2));
        assert_eq!(again, Err(Silence::Repeated), "after {milliseconds} ms");
    }
}

#[test]
fn repeated_probes_use_up_nothing_that_others_need() {
    let mut home = home();
    let public = *home.public();
    let (_, answered) = ask(&public, LAPTOP, at(0));
    home.hear(&from(LAPTOP, &answered), &home_link, at(1), &mut rng(1)).unwrap();
    let later = 600_000;
    let again = |home: &mut Responder, probe: &[u8], number: u64| {
        let source = format!("192.168.1.{}:40000", 1 + number % 250);
        home.hear(&from(&source, probe), &|| panic!("the networks are not read for it"), at(later), &mut rng(2))
    };
    // Recorded elsewhere, ten minutes ago.
    let (_, old) = ask(&public, LAPTOP, at(1_000));
    assert_eq!(home.hear(&from(LAPTOP, &old), &home_link, at(later), &mut rng(2)), Err(Silence::Clock { seconds: 599 }));
    for number in 0..10_000 {
        assert_eq!(again(&mut home, &answered, number), Err(Silence::Repeated));
        assert_eq!(again(&mut home, &old, number), Err(Silence::Repeated));
    }
    let (_, honest) = ask(&public, LAPTOP, at(later));
    assert!(home.hear(&from(LAPTOP, &honest), &home_link, at(later), &mut rng(3)).is_ok());
}

#[test]
fn many_recorded_probes_cost_a_limited_number_of_handshakes_and_none_a_second_time() {
    let mut home = home();
    let public = *home.public();
    let recorded: Vec<Vec<u8>> = (0..300).map(|number| ask(&public, LAPTOP, at(number)).1).collect();
    let (later, mut reasons) = (600_000, Vec::new());
    for probe in &recorded {
        reasons.push(home.hear(&from(LAPTOP, probe), &home_link, at(later), &mut rng(1)).unwrap_err());
    }
    let opened = reasons.iter().filter(|reason| matches!(reason, Silence::Clock { .. })).count();
    assert_eq!((opened, reasons.iter().filter(|reason| **reason == Silence::TooMany).count()), (200, 100));
    let (_, honest) = ask(&public, LAPTOP, at(later + 20));
    assert!(home.hear(&from(LAPTOP, &honest), &home_link, at(later + 20), &mut rng(1)).is_ok(), "soon there is room again");
}

#[test]
fn after_a_restart_the_probes_of_before_get_no_answer() {
    let mut before = home();
    let public = *before.public();
    let (_, answered) = ask(&public, LAPTOP, at(0));
    let (_, unanswered) = ask(&public, LAPTOP, at(900));
    before.hear(&from(LAPTOP, &answered), &home_link, at(1), &mut rng(1)).unwrap();
    let mut home = Responder::new(&PrivateKey::from_bytes([7; 32]), at(1_500));
    for probe in [&answered, &unanswered] {
        assert_eq!(home.hear(&from(LAPTOP, probe), &home_link, at(1_600), &mut rng(1)), Err(Silence::Forgotten));
    }
    let (_, fresh) = ask(&public, LAPTOP, at(2_000));
    assert!(home.hear(&from(LAPTOP, &fresh), &home_link, at(2_001), &mut rng(1)).is_ok(), "from the next second on");
}

/// The time after so many milliseconds, by a wall clock that was set forward by `seconds` (negative: back).
fn set_clock(milliseconds: u64, seconds: i64) -> Now {
    let Now { instant, unix } = at(milliseconds);
    let step = Duration::from_secs(seconds.unsigned_abs());
    Now { instant, unix: if seconds < 0 { unix - step } else { unix + step } }
}

#[test]
fn a_clock_that_is_set_makes_no_probe_valid_again_and_keeps_nobody_waiting() {
    for seconds in [-86_400, -600, -10, 10, 600, 86_400] {
        let mut home = home();
        let public = *home.public();
        let (_, probe) = ask(&public, LAPTOP, at(0));
        home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
        // An asker whose clock was right when that of the responder was not: its time comes with the new clock.
        let (_, recorded) = ask(&public, LAPTOP, set_clock(1_000, seconds));
        for milliseconds in [2_000, 200_000] {
            let now = set_clock(milliseconds, seconds);
            assert!(home.hear(&from(LAPTOP, &recorded), &home_link, now, &mut rng(1)).is_err(), "{seconds} s");
            assert_eq!(home.hear(&from(LAPTOP, &probe), &home_link, now, &mut rng(1)), Err(Silence::Repeated), "{seconds} s");
        }
        let (_, fresh) = ask(&public, LAPTOP, set_clock(210_000, seconds));
        assert!(home.hear(&from(LAPTOP, &fresh), &home_link, set_clock(210_000, seconds), &mut rng(1)).is_ok(), "{seconds} s");
        // The clock is set back again.
        assert_eq!(home.hear(&from(LAPTOP, &probe), &home_link, at(220_000), &mut rng(1)), Err(Silence::Repeated));
    }
}

#[test]
fn the_networks_of_the_link_are_read_for_nobody_who_does_not_know_the_key() {
    let mut home = home();
    let other = PrivateKey::from_bytes([8; 32]).public();
    let (_, probe) = ask(&other, LAPTOP, at(0));
    let unread = || panic!("the networks are not read for it");
    for bytes in [&probe[..], &[], &[0; PROBE]] {
        assert_eq!(home.hear(&from(LAPTOP, bytes), &unread, at(1), &mut rng(1)), Err(Silence::Stranger));
    }
}

#[test]
fn the_networks_of_the_link_are_not_read_for_a_probe_from_beyond_a_router() {
    let mut home = home();
    let (_, probe) = ask(home.public(), LAPTOP, at(0));
    let unread = || panic!("the networks are not read for it");
    let routed = Datagram { hop_limit: Some(254), ..from(LAPTOP, &probe) };
    assert_eq!(home.hear(&routed, &unread, at(1), &mut rng(1)), Err(Silence::NotFromThisLink));
}

#[test]
fn a_probe_that_somebody_passes_on_from_another_address_is_not_home() {
    let mut home = home();
    let (ask, probe) = ask(home.public(), LAPTOP, at(0));
    let answer = home.hear(&from("192.168.1.66:40000", &probe), &home_link, at(1), &mut rng(1)).unwrap();
    assert_eq!(ask.hear(&from(SERVER, &answer), at(2).instant), Err(NotHome::PassedOn));
}

#[test]
fn the_responder_of_another_home_is_not_this_home() {
    let (home, mut other) = (home(), responder([8; 32]));
    let (asks_home, _) = ask(home.public(), LAPTOP, at(0));
    let (_, probe) = ask(other.public(), LAPTOP, at(0));
    let answer = other.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
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
            home.hear(&from(&source, &probe), &home_link, at(begin + 100), &mut rng(*number)).is_ok()
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
        prop_assert!(home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).is_err());
    }

    #[test]
    fn no_changed_bit_of_an_answer_is_believed(bit in 0..ANSWER * 8) {
        let mut home = home();
        let (ask, probe) = ask(home.public(), LAPTOP, at(0));
        let mut answer = home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
        answer[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(ask.hear(&from(SERVER, &answer), at(2).instant), Err(NotHome::Forged));
    }

    #[test]
    fn no_other_length_is_answered_or_believed(length in 0_usize..200) {
        let mut home = home();
        let (ask, probe) = ask(home.public(), LAPTOP, at(0));
        let answer = home.hear(&from(LAPTOP, &probe), &home_link, at(1), &mut rng(1)).unwrap();
        let resized = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().chain(std::iter::repeat(0)).take(length).collect() };
        if length != PROBE {
            let heard = home.hear(&from(LAPTOP, &resized(&probe)), &home_link, at(2), &mut rng(1));
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
        let heard = home.hear(&from(LAPTOP, &bytes), &home_link, at(1), &mut rng(1));
        prop_assert_eq!(heard, Err(Silence::Stranger));
        prop_assert_eq!(ask.hear(&from(SERVER, &bytes), at(1).instant), Err(NotHome::Forged));
    }
}
