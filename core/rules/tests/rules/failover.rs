//! The reaction to a server that does not answer.

use std::time::Duration;

use adit_rules::controller::Input;
use adit_rules::rule::Step;

use crate::support::{Bench, cafe, ethernet, name, rules, tunnels};

const STEPS: &str =
    "without answer for 30 s then next endpoint, up backup, down\notherwise up office everything, kill switch always";

fn unanswered(bench: &mut Bench, tunnel: &str) {
    bench.input(Input::Unanswered(name(tunnel)));
}

fn answered(bench: &mut Bench, tunnel: &str) {
    bench.input(Input::Answered(name(tunnel)));
}

#[test]
fn the_steps_are_tried_in_turn() {
    let mut bench = Bench::settled(STEPS, cafe());
    unanswered(&mut bench, "office");
    bench.wait(29_999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["next endpoint of office"]);
    bench.wait(30_000);
    assert_eq!(bench.took(), ["backup everything, closed"]);
    let [failing] = bench.status().failover.try_into().unwrap();
    assert_eq!((failing.tunnel, failing.step, failing.remaining), (name("office"), Some(Step::Up(name("backup"))), None));
    unanswered(&mut bench, "backup");
    bench.wait(30_000 + 2000);
    assert_eq!(bench.took(), ["down, closed"]);
    // The tunnel itself is tried again.
    bench.wait(28_000);
    assert_eq!(bench.took(), ["office everything, closed"]);
}

#[test]
fn a_server_that_answers_in_time_keeps_its_tunnel() {
    let mut bench = Bench::settled(STEPS, cafe());
    for _ in 0..100 {
        unanswered(&mut bench, "office");
        bench.wait(29_000);
        answered(&mut bench, "office");
        bench.wait(1000);
    }
    assert_eq!(bench.took(), [""; 0]);
}

#[test]
fn a_tunnel_that_took_over_stays_while_it_answers() {
    let mut bench = Bench::settled("without answer for 30 s then up backup\notherwise up office everything", cafe());
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    answered(&mut bench, "backup");
    bench.wait(24 * 3_600_000);
    assert_eq!(bench.took(), ["backup everything"]);
}

#[test]
fn each_round_waits_twice_as_long_as_the_last() {
    let mut bench =
        Bench::settled("without answer for 30 s then down\notherwise up office everything, kill switch always", cafe());
    let mut times = Vec::new();
    for _ in 0..6 {
        unanswered(&mut bench, "office");
        let before = bench.now;
        while bench.took().is_empty() {
            bench.wait(1000);
        }
        times.push(bench.now.since(before).as_secs());
        while bench.took().is_empty() {
            bench.wait(1000);
        }
    }
    // Two seconds are the usual wait before something relaxes.
    assert_eq!(times, [32, 62, 122, 242, 482, 962]);
}

#[test]
fn an_answer_now_and_then_does_not_make_it_flap() {
    let mut bench = Bench::settled("without answer for 5 s then up backup\notherwise up office everything", cafe());
    // Both servers answer once and then no more, for a day.
    for _ in 0..24 * 360 {
        for tunnel in ["office", "backup"] {
            answered(&mut bench, tunnel);
            unanswered(&mut bench, tunnel);
        }
        bench.wait(10_000);
    }
    assert!(bench.log.len() < 60, "{} changes in a day", bench.log.len());
    assert!(bench.log.windows(2).skip(40).all(|pair| pair[1].0 - pair[0].0 >= 3_600_000), "{:?}", bench.log);
}

#[test]
fn another_network_begins_with_the_tunnel_itself() {
    let mut bench = Bench::settled(STEPS, cafe());
    unanswered(&mut bench, "office");
    bench.wait(60_000);
    bench.took();
    bench.facts(ethernet());
    bench.wait(1000);
    assert_eq!(bench.took(), ["office everything, closed"]);
    assert!(bench.status().failover.is_empty());
}

#[test]
fn without_steps_nothing_happens() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    unanswered(&mut bench, "office");
    bench.wait(3_600_000);
    assert_eq!(bench.took(), [""; 0]);
}

#[test]
fn a_tunnel_that_is_not_up_or_does_not_exist_takes_no_step() {
    let mut bench = Bench::settled("without answer for 30 s then up gone\notherwise up office everything", cafe());
    unanswered(&mut bench, "lab");
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    unanswered(&mut bench, "office");
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    assert_eq!(bench.target(), "office everything");
}

#[test]
fn the_time_to_the_next_step_is_shown() {
    let mut bench = Bench::settled(STEPS, cafe());
    unanswered(&mut bench, "office");
    bench.wait(10_000);
    assert_eq!(bench.status().failover[0].remaining, Some(Duration::from_secs(20)));
}

/// The tunnel that takes over is up already, for less than the one that does not answer.
#[test]
fn a_tunnel_that_takes_over_beside_its_own_work_takes_what_the_other_one_took() {
    let text = "without answer for 30 s then up backup\n\
        otherwise up backup private ranges and office everything, kill switch only when untrusted";
    let mut bench = Bench::settled(text, cafe());
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    assert_eq!(bench.took(), ["backup everything, closed"]);
}

/// The tunnel `office` can be reached at this number of endpoints.
fn with_endpoints(bench: &mut Bench, endpoints: usize) {
    let mut tunnels = tunnels();
    tunnels.known[0].endpoints = endpoints;
    bench.input(Input::Tunnels(tunnels));
}

#[test]
fn all_endpoints_are_tried_in_their_order_before_the_next_step() {
    let mut bench = Bench::settled(STEPS, cafe());
    with_endpoints(&mut bench, 4);
    unanswered(&mut bench, "office");
    for _ in 0..3 {
        bench.wait(30_000);
        assert_eq!(bench.took(), ["next endpoint of office"]);
    }
    bench.wait(30_000);
    assert_eq!(bench.took(), ["backup everything, closed"]);
    unanswered(&mut bench, "backup");
    bench.wait(30_000 + 2000);
    assert_eq!(bench.took(), ["down, closed"]);
    bench.wait(28_000);
    assert_eq!(bench.took(), ["next round of office", "office everything, closed"]);
}

#[test]
fn an_endpoint_that_answers_stays_in_use_and_the_first_one_comes_back_in_the_next_network() {
    let mut bench = Bench::settled(STEPS, cafe());
    with_endpoints(&mut bench, 3);
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    answered(&mut bench, "office");
    bench.wait(24 * 3_600_000);
    assert_eq!(bench.took(), ["next endpoint of office"]);
    bench.facts(ethernet());
    assert_eq!(bench.took(), ["first endpoint of office"]);
}

#[test]
fn after_an_endpoint_was_stable_the_order_begins_again_with_the_first() {
    let mut bench = Bench::settled(STEPS, cafe());
    with_endpoints(&mut bench, 3);
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    answered(&mut bench, "office");
    bench.wait(10 * 60_000 - 1);
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    assert_eq!(bench.took(), ["next endpoint of office", "next endpoint of office"], "not yet stable");
    answered(&mut bench, "office");
    bench.wait(10 * 60_000);
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    assert_eq!(bench.took(), ["next round of office"]);
}

#[test]
fn a_tunnel_that_no_rule_names_tries_its_endpoints_too_and_nothing_else() {
    for (text, after) in [("", 30_000), ("without answer for 5 s then down\notherwise up lab", 5000)] {
        let mut bench = Bench::settled(text, cafe());
        unanswered(&mut bench, "office");
        bench.wait(3_600_000);
        assert_eq!(bench.took(), [""; 0], "it has one endpoint");
        with_endpoints(&mut bench, 2);
        unanswered(&mut bench, "office");
        bench.wait(after - 1);
        assert_eq!(bench.took(), [""; 0], "{text}");
        bench.wait(1);
        assert_eq!(bench.took(), ["next endpoint of office"]);
        assert_eq!(bench.status().failover[0].step, Some(Step::NextEndpoint));
        bench.wait(after);
        assert_eq!(bench.took(), ["next round of office"]);
        bench.wait(3_600_000);
        assert_eq!(bench.took(), [""; 0], "nobody uses the tunnel");
    }
}

#[test]
fn endpoints_that_answer_once_and_no_more_do_not_make_it_flap() {
    let mut bench = Bench::settled("", cafe());
    with_endpoints(&mut bench, 3);
    for _ in 0..24 * 360 {
        answered(&mut bench, "office");
        unanswered(&mut bench, "office");
        bench.wait(10_000);
    }
    assert!(bench.log.len() < 60, "{} changes in a day", bench.log.len());
}

#[test]
fn rules_with_other_steps_begin_with_the_first_endpoint() {
    let mut bench = Bench::settled("", cafe());
    with_endpoints(&mut bench, 2);
    unanswered(&mut bench, "office");
    bench.wait(30_000);
    assert_eq!(bench.took(), ["next endpoint of office"]);
    bench.input(Input::Rules(rules("without answer for 5 s then down\notherwise up office")));
    assert_eq!(bench.took()[0], "first endpoint of office");
}

#[test]
fn a_tunnel_that_comes_up_again_has_the_whole_time_to_answer_unless_a_step_took_it_down() {
    let mut bench = Bench::settled(STEPS, cafe());
    with_endpoints(&mut bench, 2);
    unanswered(&mut bench, "office");
    bench.wait(29_999);
    bench.input(Input::Restarted(name("office")));
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0]);
    unanswered(&mut bench, "office");
    bench.wait(60_000);
    assert_eq!(bench.took(), ["next endpoint of office", "backup everything, closed"]);
    bench.input(Input::Restarted(name("office")));
    bench.wait(60_000);
    assert_eq!(bench.took(), [""; 0], "the step stays in force");
}
