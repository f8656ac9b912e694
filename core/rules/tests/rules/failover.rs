//! The reaction to a server that does not answer.

use std::time::Duration;

use adit_rules::controller::Input;
use adit_rules::rule::Step;

use crate::support::{Bench, cafe, ethernet, name};

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
