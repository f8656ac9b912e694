//! Tests of the ages of keys and of reminders.

use adit_api::{ApiError, ConfigText, Event, Service, TunnelId};

use super::super::StartReason;
use super::bench::{Bench, OWN, PEER, START, conf, us};

const DAY: u64 = 86_400_000;
const PRESHARED: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";

fn office() -> String {
    conf("Address = 10.8.0.2/24", "10.8.0.0/24") + &format!("PresharedKey = {PRESHARED}\n")
}

fn reminders(bench: &Bench) -> Vec<Event> {
    bench.heard.take().into_iter().filter(|event| matches!(event, Event::KeyIsOld { .. })).collect()
}

fn replace(bench: &Bench, id: TunnelId, text: &str) {
    let version = bench.view(id).version;
    bench.manager().replace_config(&us(), id, ConfigText::new(text.to_owned()), version).unwrap();
}

#[test]
fn a_key_is_as_old_as_the_service_knows_it_whatever_else_is_edited() {
    let mut bench = Bench::new();
    let id = bench.import("office", &office());
    let ages = |bench: &Bench| (bench.view(id).key_since, bench.view(id).peers[0].preshared_key_since);
    assert_eq!(ages(&bench), (Some(START), Some(START)));
    bench.advance(DAY);
    replace(&bench, id, &office().replace("10.8.0.0/24", "10.8.0.0/16"));
    assert_eq!(ages(&bench), (Some(START), Some(START)));
    replace(&bench, id, &office().replace(PRESHARED, OWN));
    assert_eq!(ages(&bench), (Some(START), Some(START + DAY)));
    bench.advance(DAY);
    replace(&bench, id, &office().replace(&format!("PrivateKey = {OWN}"), &format!("PrivateKey = {PRESHARED}")));
    assert_eq!(ages(&bench), (Some(START + 2 * DAY), Some(START + 2 * DAY)));
    bench.restart(StartReason::Restart);
    assert_eq!(ages(&bench), (Some(START + 2 * DAY), Some(START + 2 * DAY)));
    replace(&bench, id, &conf("Address = 10.8.0.2/24", "10.8.0.0/24"));
    assert_eq!(bench.view(id).peers[0].preshared_key_since, None);
}

#[test]
fn reminders_come_only_if_asked_for() {
    let bench = Bench::new();
    let id = bench.import("office", &office());
    assert_eq!(bench.view(id).key_reminder_days, None);
    bench.advance(10_000 * DAY);
    assert_eq!(reminders(&bench), []);
}

#[test]
fn each_key_is_told_of_once_when_it_is_old_and_again_after_a_start() {
    let mut bench = Bench::new();
    let id = bench.import("office", &office());
    assert!(matches!(bench.manager().set_key_reminder(&us(), id, Some(0)), Err(ApiError::BadRequest { .. })));
    bench.manager().set_key_reminder(&us(), id, Some(90)).unwrap();
    assert_eq!(bench.view(id).key_reminder_days, Some(90));
    bench.advance(40 * DAY);
    replace(&bench, id, &office().replace(PRESHARED, OWN));
    bench.advance(50 * DAY - 1);
    assert_eq!(reminders(&bench), []);
    bench.advance(1);
    assert_eq!(reminders(&bench), [Event::KeyIsOld { id, peer: None, since: START }]);
    bench.advance(40 * DAY);
    let preshared = Event::KeyIsOld { id, peer: Some(PEER.parse().unwrap()), since: START + 40 * DAY };
    assert_eq!(reminders(&bench), std::slice::from_ref(&preshared));
    bench.advance(DAY);
    assert_eq!(reminders(&bench), []);
    bench.restart(StartReason::Restart);
    assert_eq!(reminders(&bench), [Event::KeyIsOld { id, peer: None, since: START }, preshared]);
    bench.manager().set_key_reminder(&us(), id, None).unwrap();
    bench.advance(DAY);
    assert_eq!(reminders(&bench), []);
}
