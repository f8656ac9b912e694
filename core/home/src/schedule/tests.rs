//! Stories of a laptop in virtual time.

use adit_platform::network_facts::{Known, LinkKind, Portal, Ssid};

use super::*;

const MINE: PublicKey = PublicKey::from_bytes([1; 32]);
const PARENTS: PublicKey = PublicKey::from_bytes([2; 32]);
const AT_MINE: ProbeResult = ProbeResult::Answered { key: MINE };

fn at(milliseconds: u64) -> Instant {
    Instant::from_nanos(1_000_000_000 + milliseconds * 1_000_000)
}

/// A Wi-Fi at home, whose router has confirmed its address.
fn home() -> Link {
    Link {
        interface: "wlan0".into(),
        carrier_changes: 2,
        kind: LinkKind::Wifi,
        is_default: true,
        wifi: Some(Wifi { ssid: Ssid::new(b"home"), bssid: Some(Mac([2, 0, 0, 0, 0, 1])), security: None }),
        gateway_mac: Some(Mac([2, 0, 0, 0, 0, 2])),
        subnets: vec!["192.168.1.0/24".parse().unwrap()],
        dns_suffixes: Known::Unknown,
        metered: Known::Unknown,
        portal: Portal::Unknown,
    }
}

/// A link whose homes the test chooses.
#[derive(Default)]
struct Laptop {
    schedule: Schedule,
    /// The homes that answer; None: nobody can be asked.
    homes: Option<Vec<PublicKey>>,
}

impl Laptop {
    fn at(homes: &[PublicKey]) -> Self {
        let mut laptop = Self { homes: Some(homes.to_vec()), ..Self::default() };
        laptop.schedule.set(&[home()], &[MINE, PARENTS], at(0));
        laptop
    }

    /// Asks everything that is due until this time, and returns when it was asked, in milliseconds.
    fn run_until(&mut self, end: u64) -> Vec<u64> {
        let mut times = Vec::new();
        while let Some(due) = self.schedule.next_due().filter(|due| *due <= at(end)) {
            let question = self.schedule.next(due).expect("it is due");
            let answered =
                self.homes.as_ref().map(|homes| question.keys.iter().copied().filter(|key| homes.contains(key)).collect());
            self.schedule.asked(question, answered, due);
            times.push(due.since(at(0)).as_millis().try_into().unwrap());
        }
        times
    }
}

#[test]
fn nobody_knows_until_the_first_question_and_then_every_three_minutes_again() {
    let mut laptop = Laptop::at(&[MINE]);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NotAsked);
    assert_eq!(laptop.run_until(400_000), [0, 180_000, 360_000]);
    assert_eq!(laptop.schedule.result(&home()), AT_MINE);
}

#[test]
fn without_a_home_probe_in_the_rules_nothing_is_asked() {
    let mut laptop = Laptop::at(&[MINE]);
    laptop.schedule.set(&[home()], &[], at(0));
    assert_eq!(laptop.schedule.next_due(), None);
    assert_eq!(laptop.schedule.next(at(1_000)), None);
}

#[test]
fn a_network_without_an_answer_is_asked_again_soon_and_then_less_often() {
    let mut laptop = Laptop::at(&[]);
    assert_eq!(laptop.run_until(450_000), [0, 10_000, 70_000, 250_000, 430_000]);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NoAnswer);
    laptop.homes = Some(vec![MINE]);
    laptop.run_until(610_000);
    assert_eq!(laptop.schedule.result(&home()), AT_MINE, "the responder has started late");
}

#[test]
fn a_home_is_gone_after_two_questions_without_an_answer() {
    let mut laptop = Laptop::at(&[MINE]);
    laptop.run_until(0);
    laptop.homes = Some(vec![]);
    assert_eq!(laptop.run_until(180_000), [180_000]);
    assert_eq!(laptop.schedule.result(&home()), AT_MINE, "a datagram may be lost");
    assert_eq!(laptop.run_until(181_000), [181_000]);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NoAnswer);
    assert_eq!(laptop.run_until(191_000), [191_000]);
}

#[test]
fn every_sign_of_another_network_ends_the_answer_at_once() {
    let wifi = |wifi: Wifi| Link { wifi: Some(wifi), ..home() };
    let known = home().wifi.unwrap();
    let others = [
        Link { carrier_changes: 4, ..home() },
        Link { wifi: None, ..home() },
        wifi(Wifi { ssid: None, ..known.clone() }),
        wifi(Wifi { bssid: Some(Mac([2, 0, 0, 0, 0, 9])), ..known.clone() }),
        Link { gateway_mac: None, ..home() },
        Link { gateway_mac: Some(Mac([2, 0, 0, 0, 0, 9])), ..home() },
        Link { subnets: vec!["10.0.0.0/8".parse().unwrap()], ..home() },
        Link { interface: "eth0".into(), ..home() },
    ];
    for other in others {
        let mut laptop = Laptop::at(&[MINE]);
        laptop.run_until(0);
        assert_eq!(laptop.schedule.result(&other), ProbeResult::NotAsked, "also before the schedule hears of it: {other:?}");
        laptop.schedule.set(std::slice::from_ref(&other), &[MINE, PARENTS], at(5_000));
        assert_eq!(laptop.schedule.result(&other), ProbeResult::NotAsked);
        laptop.homes = Some(vec![]);
        assert_eq!(laptop.run_until(5_000), [5_000], "and it is asked at once: {other:?}");
        laptop.schedule.set(&[home()], &[MINE, PARENTS], at(6_000));
        assert_ne!(laptop.schedule.result(&home()), AT_MINE, "back again, the old answer does not count");
    }
}

#[test]
fn a_link_about_which_more_becomes_known_stays_home_and_is_asked_once_more() {
    let bare = || Link { gateway_mac: None, ..home() };
    let mut laptop = Laptop::at(&[MINE]);
    laptop.schedule.set(&[bare()], &[MINE, PARENTS], at(0));
    laptop.run_until(0);
    assert_eq!(laptop.schedule.result(&bare()), AT_MINE);
    let mut more = home();
    more.subnets.push("2001:db8::/64".parse().unwrap());
    for link in [home(), more.clone()] {
        laptop.schedule.set(std::slice::from_ref(&link), &[MINE, PARENTS], at(20));
        assert_eq!(laptop.schedule.result(&link), AT_MINE);
    }
    assert_eq!(laptop.run_until(2_000), [1_000], "both changes together, a second after the last question");
    laptop.schedule.set(&[Link { metered: Known::Known(true), ..more }], &[MINE, PARENTS], at(5_000));
    assert_eq!(laptop.run_until(100_000), [] as [u64; 0], "the price does not tell networks apart");
}

#[test]
fn an_answer_that_comes_after_the_network_has_changed_does_not_count() {
    let mut laptop = Laptop::at(&[MINE]);
    let question = laptop.schedule.next(at(0)).unwrap();
    let cafe = Link { carrier_changes: 4, ..home() };
    laptop.schedule.set(std::slice::from_ref(&cafe), &[MINE], at(10));
    assert!(!laptop.schedule.asked(question.clone(), Some(vec![MINE]), at(20)));
    assert_eq!(laptop.schedule.result(&cafe), ProbeResult::NotAsked);
    laptop.schedule.set(&[], &[MINE], at(30));
    assert!(!laptop.schedule.asked(question, Some(vec![MINE]), at(40)), "the link is gone");
}

#[test]
fn an_answer_from_before_a_sleep_does_not_count_after_it() {
    let mut laptop = Laptop::at(&[MINE]);
    let question = laptop.schedule.next(at(0)).unwrap();
    laptop.schedule.set(&[], &[MINE, PARENTS], at(10));
    laptop.schedule.set(&[home()], &[MINE, PARENTS], at(20));
    assert!(!laptop.schedule.asked(question, Some(vec![MINE]), at(30)));
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NotAsked);
    assert_eq!(laptop.run_until(1_000), [20]);
}

#[test]
fn a_change_while_a_question_is_open_causes_another_question() {
    let bare = || Link { gateway_mac: None, ..home() };
    let mut laptop = Laptop::at(&[MINE]);
    laptop.schedule.set(&[bare()], &[MINE, PARENTS], at(0));
    laptop.run_until(0);
    laptop.schedule.set(&[bare()], &[MINE], at(5));
    let question = laptop.schedule.next(at(180_000)).unwrap();
    laptop.schedule.set(&[home()], &[MINE], at(180_100));
    laptop.schedule.asked(question, Some(vec![MINE]), at(180_200));
    assert_eq!(laptop.run_until(200_000), [181_000]);
}

#[test]
fn a_network_that_changes_ten_times_a_second_is_asked_ten_times_a_second_at_most() {
    let mut laptop = Laptop::at(&[MINE]);
    let mut asked = 0;
    for step in 0..1000 {
        laptop.schedule.set(&[Link { carrier_changes: step, ..home() }], &[MINE], at(u64::from(step) * 10));
        asked += laptop.run_until(u64::from(step) * 10).len();
    }
    assert!(asked <= 101, "asked {asked} times in ten seconds");
}

#[test]
fn a_question_that_cannot_be_asked_leaves_nobody_knowing() {
    let mut laptop = Laptop::at(&[MINE]);
    laptop.run_until(0);
    laptop.homes = None;
    laptop.run_until(180_000);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NotAsked);
}

#[test]
fn a_key_that_the_rules_name_anew_is_asked_for_before_anything_is_said() {
    let mut laptop = Laptop::at(&[PARENTS]);
    laptop.schedule.set(&[home()], &[MINE], at(0));
    laptop.run_until(0);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NoAnswer);
    laptop.schedule.set(&[home()], &[MINE, PARENTS], at(100));
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NotAsked);
    assert_eq!(laptop.run_until(1_000), [1_000]);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::Answered { key: PARENTS });
}

#[test]
fn of_more_keys_than_are_asked_for_nobody_claims_that_none_answered() {
    let keys: Vec<PublicKey> = (0..=MAX_KEYS).map(|number| PublicKey::from_bytes([number.try_into().unwrap(); 32])).collect();
    let mut laptop = Laptop::at(&[]);
    laptop.schedule.set(&[home()], &keys, at(0));
    laptop.run_until(1_000);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::NotAsked);
    laptop.homes = Some(vec![keys[0]]);
    laptop.run_until(11_000);
    assert_eq!(laptop.schedule.result(&home()), ProbeResult::Answered { key: keys[0] });
}
