//! The controller in virtual time: tighten at once, relax late, choices of the user, pauses, timers.

use std::time::Duration;

use adit_rules::controller::{Input, Pause, PauseStatus, UserAction};
use adit_rules::facts::{Day, Facts, Link, LinkKind, LocalTime, Mac, Security};

use crate::support::{
    Bench, CAFE_GATEWAY, HOME_GATEWAY, cafe, cellular, ethernet, facts, home, link, name, nowhere, rules, tunnels, wifi,
};

/// At home nothing, elsewhere everything.
const USUAL: &str = "\
when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down, kill switch off
when ethernet then up nas private ranges
otherwise up office everything, kill switch always
";

const PROTECTED: &str = "office everything, closed";

#[test]
fn before_the_first_facts_the_most_protective_consequence_holds() {
    let mut bench = Bench::new(USUAL);
    let commands = bench.controller.poll(bench.clock());
    assert_eq!(commands.len(), 1);
    assert_eq!(bench.target(), PROTECTED);
    bench.facts(cafe());
    bench.wait(10_000);
    assert_eq!(bench.took(), [""; 0]);
}

#[test]
fn it_tightens_at_once_and_relaxes_after_two_seconds() {
    let mut bench = Bench::settled(USUAL, cafe());
    bench.facts(home());
    bench.wait(10_000);
    assert_eq!(bench.log, [(7000, "down, open".to_owned())]);
    bench.facts(cafe());
    assert_eq!(bench.log[1], (15_000, PROTECTED.to_owned()));
}

#[test]
fn the_wait_before_it_relaxes_is_shown() {
    let mut bench = Bench::settled(USUAL, cafe());
    bench.facts(home());
    bench.wait(500);
    let pending = bench.status().pending.unwrap();
    assert_eq!(pending.remaining, Duration::from_millis(1500));
    assert_eq!(crate::support::short_target(&pending.target), "down, open");
}

#[test]
fn each_part_of_a_change_tightens_or_relaxes_by_itself() {
    let text = "when wifi \"Home\" then down, kill switch always\notherwise up office everything, kill switch off";
    let mut bench = Bench::settled(text, cafe());
    bench.facts(home());
    bench.wait(5000);
    assert_eq!(bench.log, [(5000, PROTECTED.to_owned()), (7000, "down, closed".to_owned())]);
}

/// Fault F26: ten events a second.
#[test]
fn under_flapping_the_protected_state_stays() {
    let mut bench = Bench::settled(USUAL, cafe());
    for _ in 0..3000 {
        bench.facts(home());
        bench.wait(100);
        bench.facts(cafe());
        bench.wait(100);
    }
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(home());
    bench.wait(1999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["down, open"]);
}

#[test]
fn between_equally_protective_states_it_changes_once_a_second_and_the_last_one_wins() {
    let text = "when wifi then up office everything\notherwise up backup everything";
    let mut bench = Bench::settled(text, cafe());
    for _ in 0..50 {
        bench.facts(ethernet());
        bench.wait(100);
        bench.facts(cafe());
        bench.wait(100);
    }
    bench.facts(ethernet());
    bench.wait(5000);
    for pair in bench.log.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 1000, "{:?}", bench.log);
    }
    assert_eq!(bench.log.last().unwrap().1, "backup everything");
}

#[test]
fn a_network_of_the_same_kind_of_trust_starts_the_wait_again() {
    let text = "when wifi \"Home\" or \"Work\" then down\notherwise up office everything";
    let mut bench = Bench::settled(text, cafe());
    bench.facts(home());
    bench.wait(1500);
    bench.facts(facts(vec![wifi("Work", Security::Wpa2, CAFE_GATEWAY)]));
    bench.wait(1500);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(500);
    assert_eq!(bench.took(), ["down"]);
}

#[test]
fn asleep_and_awake_nothing_is_known_until_there_are_new_facts() {
    let mut bench = Bench::settled(USUAL, home());
    assert_eq!(bench.target(), "down, open");
    bench.input(Input::FactsLost);
    assert_eq!(bench.took(), [PROTECTED]);
    bench.wait(8 * 3600 * 1000);
    bench.input(Input::FactsLost);
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(home());
    bench.wait(2000);
    assert_eq!(bench.took(), ["down, open"]);
}

#[test]
fn a_tunnel_turned_off_by_hand_stays_off_until_the_network_changes() {
    let mut bench = Bench::settled("otherwise up office everything, kill switch only when untrusted", cafe());
    bench.user(UserAction::TurnOff(name("OFFICE")));
    assert_eq!(bench.took(), ["down, open"]);
    let [choice] = bench.status().choices.try_into().unwrap();
    assert_eq!((choice.tunnel, choice.is_up, choice.remaining, choice.is_suspended), (name("office"), false, None, false));
    // Another access point of the same network, and a lease of another address.
    let mut roamed = cafe();
    roamed.links[0].wifi.as_mut().unwrap().bssid = Some(Mac::new([1, 2, 3, 4, 5, 6]));
    roamed.links[0].subnets = vec!["192.168.1.99/24".parse().unwrap()];
    bench.facts(roamed);
    // No network is not another network.
    bench.facts(nowhere());
    bench.wait(60_000);
    bench.facts(cafe());
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(facts(vec![wifi("Airport", Security::Open, HOME_GATEWAY)]));
    assert_eq!(bench.took(), [PROTECTED]);
    assert!(bench.status().choices.is_empty());
}

/// The network has the same name, but another gateway.
#[test]
fn a_tunnel_turned_off_by_hand_comes_back_in_a_network_that_only_has_the_same_name() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    bench.took();
    bench.facts(facts(vec![wifi("Cafe", Security::Open, HOME_GATEWAY)]));
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn after_sleep_a_choice_that_relaxes_waits_until_the_network_is_proven() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    bench.took();
    bench.input(Input::FactsLost);
    assert_eq!(bench.took(), ["office everything"]);
    assert!(bench.status().choices[0].is_suspended);
    // The name comes first, and proves nothing.
    let mut early = cafe();
    early.links[0].gateway_mac = None;
    bench.facts(early);
    bench.wait(10_000);
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(cafe());
    bench.wait(2000);
    assert_eq!(bench.took(), ["down"]);
    assert!(!bench.status().choices[0].is_suspended);
}

#[test]
fn a_tunnel_turned_on_by_hand_stays_on_until_the_network_changes() {
    let mut bench = Bench::settled(USUAL, home());
    bench.user(UserAction::TurnOn(name("office")));
    assert_eq!(bench.took(), ["office, open"]);
    bench.facts(home());
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(ethernet());
    bench.wait(3000);
    assert_eq!(bench.took(), ["office", "nas private ranges"]);
}

#[test]
fn a_full_tunnel_that_the_user_turns_on_takes_the_place_of_another() {
    let mut bench = Bench::settled("otherwise up office everything and nas", cafe());
    bench.user(UserAction::TurnOn(name("backup")));
    assert_eq!(bench.took(), ["nas and backup"]);
    bench.user(UserAction::TurnOff(name("backup")));
    assert_eq!(bench.took(), ["office everything and nas"]);
}

#[test]
fn a_choice_ends_after_the_time_that_the_rules_say() {
    let mut bench = Bench::settled("manual choice for 10 min\notherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    bench.took();
    bench.wait(60_000);
    assert_eq!(bench.status().choices[0].remaining, Some(Duration::from_secs(540)));
    bench.wait(539_999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn the_rules_decide_again_when_the_user_says_so() {
    let mut bench = Bench::settled(USUAL, cafe());
    bench.user(UserAction::TurnOff(name("office")));
    bench.user(UserAction::Resume);
    assert_eq!(bench.took(), ["down, closed", PROTECTED]);
}

#[test]
fn a_pause_ends_after_its_time_in_whichever_network() {
    let mut bench = Bench::settled("otherwise up office everything, kill switch only when untrusted", cafe());
    bench.user(UserAction::Pause(Pause::For(Duration::from_secs(600))));
    assert_eq!(bench.took(), ["down, open"]);
    bench.facts(ethernet());
    bench.wait(200_000);
    assert_eq!(bench.status().pause, Some(PauseStatus::Remaining(Duration::from_secs(400))));
    bench.wait(400_000);
    assert_eq!(bench.took(), [PROTECTED]);
    assert_eq!(bench.status().pause, None);
}

#[test]
fn a_pause_until_the_network_changes_ends_there() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::Pause(Pause::UntilNetworkChanges));
    bench.facts(cafe());
    bench.wait(3_600_000);
    assert_eq!(bench.took(), ["down"]);
    assert_eq!(bench.status().pause, Some(PauseStatus::UntilNetworkChanges { is_suspended: false }));
    bench.facts(ethernet());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn a_kill_switch_that_is_always_closed_stays_closed_during_a_pause() {
    let mut bench = Bench::settled(USUAL, cafe());
    bench.user(UserAction::Pause(Pause::For(Duration::from_secs(60))));
    assert_eq!(bench.took(), ["down, closed"]);
}

#[test]
fn a_tunnel_goes_down_after_the_time_that_the_user_gave_it() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::OffAfter(name("office"), Some(Duration::from_secs(3600))));
    bench.wait(600_000);
    assert_eq!(bench.status().auto_off[0].remaining, Duration::from_secs(3000));
    bench.wait(3_000_000);
    assert_eq!(bench.took(), ["turn off office", "down"]);
    // It is a choice like any other: it ends with the network.
    bench.facts(ethernet());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn the_time_of_a_tunnel_can_be_taken_back() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::OffAfter(name("office"), Some(Duration::from_secs(60))));
    bench.user(UserAction::OffAfter(name("Office"), None));
    bench.wait(120_000);
    assert_eq!(bench.took(), [""; 0]);
}

/// The user's wish is urgent; what the rules want to relax meanwhile is not.
#[test]
fn a_wish_of_the_user_does_not_hurry_a_change_that_relaxes() {
    let text = "when wifi \"Home\" then up nas, kill switch off\notherwise up office everything and nas, kill switch always";
    let mut bench = Bench::settled(text, cafe());
    bench.facts(home());
    bench.wait(1000);
    bench.user(UserAction::TurnOff(name("nas")));
    assert_eq!(bench.took(), ["office everything, closed"]);
    bench.wait(5000);
    assert_eq!(bench.took(), ["down, open"]);
}

#[test]
fn a_time_window_begins_and_ends_on_the_minute() {
    let mut bench = Bench::new("when time 12:00-13:00 then up office everything\notherwise down");
    bench.local = LocalTime::new(Day::Monday, 11, 59).unwrap().with_second(30);
    bench.facts(home());
    bench.wait(3000);
    bench.took();
    // The wake-up is at noon, although the caller says so only then.
    let wake = bench.controller.next_wake().unwrap();
    assert_eq!(wake.since(bench.now), Duration::from_secs(27));
    bench.local = LocalTime::new(Day::Monday, 12, 0).unwrap();
    bench.wait(27_000);
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn new_rules_take_effect_at_once_if_they_tighten() {
    let mut bench = Bench::settled("otherwise down", cafe());
    bench.input(Input::Rules(rules("otherwise up office everything")));
    assert_eq!(bench.took(), ["office everything"]);
    bench.input(Input::Rules(rules("")));
    bench.wait(2000);
    assert_eq!(bench.took(), ["as it is"]);
}

#[test]
fn a_tunnel_that_appears_is_used() {
    let mut bench = Bench::settled("otherwise up new everything, kill switch only when untrusted", cafe());
    assert_eq!(bench.target(), "as it is, closed");
    let mut more = tunnels();
    more.known.push(adit_rules::Tunnel { name: name("New"), full: adit_rules::Families::default(), endpoints: 1 });
    bench.input(Input::Tunnels(more));
    assert_eq!(bench.took(), ["New everything, closed"]);
    assert_eq!(bench.controller.governed(), [name("New")]);
}

#[test]
fn on_a_cellular_network_without_a_gateway_a_choice_holds_until_it_is_interrupted() {
    let mut bench = Bench::settled("otherwise up office everything", cellular());
    bench.user(UserAction::TurnOff(name("office")));
    bench.facts(Facts { at: LocalTime::new(Day::Sunday, 1, 1).unwrap(), ..cellular() });
    assert_eq!(bench.took(), ["down"]);
    bench.facts(nowhere());
    bench.facts(cellular());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn a_second_network_is_another_place_and_its_end_is_not() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    let cable: Link = link("eth0", LinkKind::Ethernet, HOME_GATEWAY);
    let both = facts(vec![cable, cafe().links.remove(0)]);
    bench.facts(both.clone());
    assert_eq!(bench.took(), ["down", "office everything"]);
    bench.user(UserAction::TurnOff(name("office")));
    bench.facts(cafe());
    assert_eq!(bench.took(), ["down"]);
}

#[test]
fn a_choice_made_in_no_network_ends_with_the_first_one() {
    let mut bench = Bench::settled("otherwise up office everything", nowhere());
    bench.user(UserAction::TurnOff(name("office")));
    bench.wait(60_000);
    assert_eq!(bench.took(), ["down"]);
    bench.facts(cafe());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn a_choice_made_before_anything_is_known_holds_in_the_network_that_becomes_known() {
    let mut bench = Bench::new("otherwise up office everything");
    bench.user(UserAction::TurnOff(name("office")));
    assert_eq!(bench.took(), ["down"]);
    bench.facts(cafe());
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(ethernet());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn a_manual_choice_for_a_tunnel_that_does_not_exist_or_is_removed_is_forgotten() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::TurnOn(name("gone")));
    bench.user(UserAction::OffAfter(name("gone"), Some(Duration::from_secs(60))));
    bench.user(UserAction::OffAfter(name("nas"), Some(Duration::from_secs(60))));
    bench.user(UserAction::TurnOff(name("backup")));
    let mut fewer = tunnels();
    fewer.known.truncate(1);
    bench.input(Input::Tunnels(fewer));
    let status = bench.status();
    assert!(status.choices.is_empty() && status.auto_off.is_empty(), "{status:?}");
    assert_eq!(bench.took(), [""; 0]);
}

#[test]
fn a_name_alone_does_not_prove_the_network_after_sleep() {
    let mut nameable = cafe();
    nameable.links[0].gateway_mac = None;
    let mut bench = Bench::settled("otherwise up office everything", nameable.clone());
    bench.user(UserAction::TurnOff(name("office")));
    bench.facts(nameable.clone());
    assert_eq!(bench.took(), ["down"]);
    bench.input(Input::FactsLost);
    bench.facts(nameable);
    bench.wait(60_000);
    assert_eq!(bench.took(), ["office everything"]);
    assert!(bench.status().choices[0].is_suspended);
}

/// At home everything stays as it is.
const LEAVES: &str = "\
when wifi \"Home\" then leave
when ethernet then up nas private ranges
otherwise up office everything
";

#[test]
fn a_tunnel_under_leave_is_relaxed_only_after_two_seconds() {
    let mut bench = Bench::settled(LEAVES, cafe());
    bench.facts(home());
    bench.wait(5000);
    assert_eq!(bench.took(), ["as it is"]);
    // `office everything` is still up.
    bench.facts(ethernet());
    bench.wait(1999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["nas private ranges"]);
    bench.facts(home());
    bench.wait(5000);
    assert_eq!(bench.took(), ["as it is"]);
    bench.facts(cafe());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn under_leave_the_manual_choices_take_effect() {
    let mut bench = Bench::settled(LEAVES, cafe());
    bench.facts(home());
    bench.wait(5000);
    bench.took();
    bench.user(UserAction::TurnOn(name("nas")));
    assert_eq!(bench.took(), ["office everything and nas"]);
    bench.user(UserAction::TurnOff(name("office")));
    assert_eq!(bench.took(), ["nas"]);
    bench.facts(home());
    bench.wait(60_000);
    bench.user(UserAction::Resume);
    // The rules still leave everything as it is, which is as the user made it.
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    bench.facts(cafe());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn after_a_pause_the_tunnels_that_the_rules_leave_are_up_again() {
    let mut bench = Bench::settled(LEAVES, cafe());
    bench.facts(home());
    bench.wait(5000);
    bench.took();
    bench.user(UserAction::Pause(Pause::For(Duration::from_secs(600))));
    assert_eq!(bench.took(), ["down"]);
    bench.wait(599_999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["office everything"]);
    // A pause that began elsewhere ends here.
    let mut bench = Bench::settled(LEAVES, cafe());
    bench.user(UserAction::Pause(Pause::For(Duration::from_secs(600))));
    bench.facts(home());
    bench.wait(600_000);
    assert_eq!(bench.took(), ["down", "as it is", "office everything"]);
}

/// Nothing has said what is up, so only the tunnel of the wish may be touched.
#[test]
fn wishes_are_carried_out_one_by_one_while_nobody_knows_what_the_rules_leave() {
    let mut bench = Bench::settled(LEAVES, home());
    assert_eq!(bench.target(), "as it is");
    bench.user(UserAction::TurnOn(name("LAB")));
    bench.user(UserAction::TurnOff(name("lab")));
    bench.user(UserAction::TurnOn(name("gone")));
    assert_eq!(bench.took(), ["turn on lab", "turn off lab"]);
    bench.user(UserAction::OffAfter(name("lab"), Some(Duration::from_secs(60))));
    bench.wait(60_000);
    assert_eq!(bench.took(), ["turn off lab"]);
    bench.user(UserAction::Pause(Pause::UntilNetworkChanges));
    assert_eq!(bench.took(), ["turn off nas", "turn off office"]);
    bench.wait(60_000);
    assert_eq!((bench.took().as_slice(), bench.target().as_str()), ([].as_slice(), "as it is"));
    bench.facts(cafe());
    assert_eq!(bench.took(), ["office everything"]);
}

#[test]
fn without_rules_wishes_of_the_user_take_effect() {
    let mut bench = Bench::settled("", cafe());
    bench.user(UserAction::TurnOn(name("office")));
    bench.user(UserAction::TurnOff(name("office")));
    assert_eq!(bench.took(), ["turn on office", "turn off office"]);
    // Also after rules that have said what is up.
    let mut bench = Bench::settled(LEAVES, cafe());
    bench.input(Input::Rules(rules("")));
    bench.wait(5000);
    bench.user(UserAction::TurnOff(name("office")));
    assert_eq!(bench.took(), ["as it is", "turn off office"]);
    bench.input(Input::Rules(rules("otherwise up nas private ranges")));
    assert_eq!(bench.took(), ["nas private ranges"]);
}
