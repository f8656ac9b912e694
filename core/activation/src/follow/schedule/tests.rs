//! Tests in virtual time: which peer is asked when, and how little of that others can cause.

use std::time::Duration;

use adit_protocol::Tai64n;

use super::*;

const PEER: PublicKey = PublicKey::from_bytes([7; 32]);
/// Late enough that a day earlier is still on the clock.
const NOW: Instant = Instant::from_nanos(1_700_000_000_000_000_000);

const IPV6: &str = "[2001:db8::1]:51820";
const IPV4: &str = "192.0.2.1:51820";

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn candidates(addresses: &[&str], ttl: Option<u64>) -> Candidates {
    Candidates::new(addresses.iter().map(|text| address(text)).collect(), ttl.map(Duration::from_secs))
}

/// Builds a schedule for one peer whose endpoint is a name with these addresses. The first one is its current address.
fn named(addresses: &[&str]) -> Schedule {
    let mut schedule = Schedule::default();
    let subject = Subject {
        peer: PEER,
        has_name: true,
        candidates: candidates(addresses, None),
        present: addresses.first().map(|text| address(text)),
    };
    schedule.watch([subject], NOW);
    schedule
}

fn started(attempt: u32) -> Event {
    Event::HandshakeStarted { peer: PEER, attempt, timestamp: Tai64n::from_bytes([0; 12]) }
}

const COMPLETED: Event = Event::HandshakeCompleted { peer: PEER, initiator: true };

/// Returns all tasks due until `end`, with the milliseconds since [`NOW`]. Look-ups never end.
fn until(schedule: &mut Schedule, end: u64) -> Vec<(u64, Task)> {
    let (mut done, mut now) = (Vec::new(), NOW);
    while let Some(due) = schedule.due().filter(|due| *due <= NOW + ms(end)) {
        now = due.max(now);
        done.extend(schedule.take(now).into_iter().map(|task| (u64::try_from(now.since(NOW).as_millis()).unwrap(), task)));
    }
    done
}

fn also_asked(tasks: &[(u64, Task)]) -> Vec<(u64, String)> {
    let asked = tasks.iter().filter_map(|(at, task)| match task {
        Task::AlsoAsk(_, address) => Some((*at, address.to_string())),
        _ => None,
    });
    asked.collect()
}

#[test]
fn a_dead_first_address_costs_less_than_300_milliseconds() {
    let mut schedule = named(&[IPV6, IPV4, "[2001:db8::2]:51820"]);
    schedule.note(&started(1), NOW);
    let asked = also_asked(&until(&mut schedule, 1_000));
    assert_eq!(asked, [(200, IPV4.to_owned()), (400, "[2001:db8::2]:51820".to_owned())]);
}

#[test]
fn an_address_that_answers_in_time_is_the_only_one_that_is_asked() {
    let mut schedule = named(&[IPV6, IPV4]);
    schedule.note(&started(1), NOW);
    schedule.note(&COMPLETED, NOW + ms(150));
    assert_eq!(also_asked(&until(&mut schedule, 1_000)), []);
}

#[test]
fn a_healthy_peer_is_never_asked_elsewhere_and_one_that_stopped_answering_is() {
    let mut schedule = named(&[IPV6, IPV4]);
    schedule.note(&COMPLETED, NOW);
    schedule.note(&started(1), NOW + ms(120_000));
    assert_eq!(also_asked(&until(&mut schedule, 124_000)), [], "the session before is still good");
    schedule.note(&started(2), NOW + ms(125_000));
    assert_eq!(also_asked(&until(&mut schedule, 126_000)), [(125_200, IPV4.to_owned())]);
    schedule.note(&COMPLETED, NOW + ms(130_000));
    schedule.note(&Event::PeerSilent { peer: PEER }, NOW + ms(200_000));
    schedule.note(&started(1), NOW + ms(200_000));
    assert_eq!(also_asked(&until(&mut schedule, 201_000)), [(200_200, IPV4.to_owned())]);
}

#[test]
fn a_peer_that_moved_to_its_other_address_is_looked_for_at_the_first_one_when_it_is_silent() {
    let mut schedule = named(&[IPV6, IPV4]);
    schedule.note(&Event::Roamed { peer: PEER, endpoint: address(IPV4) }, NOW);
    schedule.note(&COMPLETED, NOW);
    schedule.note(&started(2), NOW + ms(1_000));
    assert_eq!(also_asked(&until(&mut schedule, 2_000)), [(1_200, IPV6.to_owned())]);
}

#[test]
fn the_name_of_a_silent_peer_is_looked_up_after_two_seconds_and_then_less_and_less_often() {
    let mut schedule = named(&[IPV4]);
    let mut at = Vec::new();
    for attempt in 1..=60 {
        let begun = u64::from(attempt - 1) * 5_000;
        schedule.note(&started(attempt), NOW + ms(begun));
        for (when, task) in until(&mut schedule, begun + 4_999) {
            if task == Task::LookUp(PEER) {
                at.push(when / 1_000);
                assert_eq!(schedule.looked_up(&PEER, Some(&candidates(&[IPV4], None)), NOW + ms(when)), None);
            }
        }
    }
    assert_eq!(at, [2, 12, 32, 72, 132, 192, 252]);
}

#[test]
fn an_address_that_a_silent_peer_has_by_now_is_asked_at_once() {
    let mut schedule = named(&[IPV4]);
    schedule.note(&started(1), NOW);
    let [(2_000, Task::LookUp(PEER))] = until(&mut schedule, 3_000)[..] else { panic!("not looked up") };
    let found = candidates(&["192.0.2.9:51820"], None);
    assert_eq!(schedule.looked_up(&PEER, Some(&found), NOW + ms(2_010)), None);
    assert_eq!(also_asked(&until(&mut schedule, 3_000)), [(2_010, "192.0.2.9:51820".to_owned())]);
}

#[test]
fn data_without_an_answer_has_the_name_looked_up_and_only_another_address_asks_the_peer() {
    let moved = candidates(&["192.0.2.9:51820"], None);
    for (found, expected) in [(&moved, Some(Task::Ask(PEER))), (&candidates(&[IPV4], None), None)] {
        let mut schedule = named(&[IPV4]);
        schedule.note(&COMPLETED, NOW);
        schedule.note(&Event::PeerDoubtful { peer: PEER }, NOW + ms(5_000));
        let tasks = until(&mut schedule, 5_000);
        assert!(tasks.contains(&(5_000, Task::LookUp(PEER))), "{tasks:?}");
        assert_eq!(schedule.looked_up(&PEER, Some(found), NOW + ms(5_020)), expected);
        schedule.note(&started(1), NOW + ms(5_020));
        let asked = also_asked(&until(&mut schedule, 6_000));
        let moves = if expected.is_some() { vec![(5_220, "192.0.2.9:51820".to_owned())] } else { Vec::new() };
        assert_eq!(asked, moves);
    }
}

#[test]
fn a_name_is_looked_up_when_its_time_to_live_is_over_while_the_peer_is_in_use_and_moves_nobody() {
    let mut schedule = named(&[IPV4]);
    schedule.note(&COMPLETED, NOW);
    let look_ups = |tasks: Vec<(u64, Task)>| -> Vec<u64> {
        tasks.into_iter().filter_map(|(at, task)| (task == Task::LookUp(PEER)).then_some(at)).collect()
    };
    assert_eq!(look_ups(until(&mut schedule, 299_999)), Vec::<u64>::new());
    assert_eq!(look_ups(until(&mut schedule, 300_000)), [300_000], "nobody said how long the addresses are good for");
    schedule.note(&COMPLETED, NOW + ms(300_000));
    assert_eq!(schedule.looked_up(&PEER, Some(&candidates(&["192.0.2.9:51820"], Some(60))), NOW + ms(300_010)), None);
    let tasks = until(&mut schedule, 400_000);
    assert_eq!(also_asked(&tasks), []);
    assert_eq!(look_ups(tasks), [360_010]);
    assert_eq!(schedule.looked_up(&PEER, Some(&candidates(&[IPV4], Some(1))), NOW + ms(600_000)), None);
    assert_eq!(look_ups(until(&mut schedule, 86_400_000)), Vec::<u64>::new(), "it is not in use");
}

#[test]
fn a_route_that_changed_asks_the_peer_at_once_and_once_more_a_second_later() {
    let mut schedule = named(&[IPV4]);
    schedule.note(&COMPLETED, NOW);
    until(&mut schedule, 0);
    schedule.network_changed();
    assert_eq!(until(&mut schedule, 0), [(0, Task::LookAtRoutes)]);
    schedule.looked_at_routes(&[(PEER, true)], NOW);
    let probe = || Task::Probe(vec![PEER]);
    let tasks = until(&mut schedule, 0);
    assert!(tasks.contains(&(0, probe())) && tasks.contains(&(0, Task::LookUp(PEER))), "{tasks:?}");
    schedule.note(&started(1), NOW);
    let tasks = until(&mut schedule, 10_000);
    assert!(tasks.contains(&(1_000, probe())), "{tasks:?}");
    assert_eq!(tasks.iter().filter(|(_, task)| *task == probe()).count(), 1, "then the protocol's own intervals hold");
}

#[test]
fn a_peer_that_has_no_route_any_more_is_asked_where_it_has_another_address_and_not_else() {
    for (addresses, expected) in [(&[IPV6, IPV4][..], true), (&[IPV4], false)] {
        let mut schedule = named(addresses);
        schedule.looked_at_routes(&[(PEER, false)], NOW);
        let tasks = until(&mut schedule, 0);
        assert_eq!(tasks.contains(&(0, Task::Probe(vec![PEER]))), expected, "{tasks:?}");
    }
}

#[test]
fn a_link_that_flaps_500_times_asks_at_most_once_in_a_second_and_the_last_flap_is_not_lost() {
    let mut schedule = named(&[IPV4]);
    schedule.note(&COMPLETED, NOW);
    let (mut probes, mut looks) = (Vec::new(), 0);
    for flap in 0..500 {
        let now = flap * 50;
        schedule.network_changed();
        for (at, task) in until(&mut schedule, now) {
            match task {
                Task::LookAtRoutes => {
                    looks += 1;
                    schedule.looked_at_routes(&[(PEER, true)], NOW + ms(at));
                    probes.extend(until(&mut schedule, now).into_iter().filter(|(_, task)| matches!(task, Task::Probe(_))));
                }
                Task::Probe(_) => probes.push((at, task)),
                _ => {}
            }
            schedule.note(&COMPLETED, NOW + ms(now));
        }
    }
    assert!(looks <= 110, "{looks} looks in 25 s");
    assert!((20..=30).contains(&probes.len()), "{} probes in 25 s", probes.len());
    let tasks = until(&mut schedule, 26_000);
    assert!(tasks.iter().any(|(_, task)| *task == Task::LookAtRoutes), "{tasks:?}");
}

#[test]
fn waking_up_ends_all_sessions_and_asks_all_peers() {
    let mut schedule = named(&[IPV4]);
    schedule.note(&COMPLETED, NOW);
    schedule.woke();
    let tasks: Vec<Task> = schedule.take(NOW + ms(1)).into_iter().collect();
    assert_eq!(tasks.first(), Some(&Task::EndSessions));
    assert!(tasks.contains(&Task::Probe(vec![PEER])) && tasks.contains(&Task::LookUp(PEER)), "{tasks:?}");
}

#[test]
fn names_of_many_peers_are_looked_up_a_few_at_a_time() {
    let mut schedule = Schedule::default();
    let peers: Vec<PublicKey> = (0..100).map(|number| PublicKey::from_bytes([number; 32])).collect();
    let subject =
        |peer: &PublicKey| Subject { peer: *peer, has_name: true, candidates: candidates(&[IPV4], None), present: None };
    schedule.watch(peers.iter().map(subject), NOW);
    schedule.woke();
    let mut looked_up = 0;
    while looked_up < 100 {
        let tasks = schedule.take(NOW + ms(1));
        let begun: Vec<PublicKey> =
            tasks.into_iter().filter_map(|task| if let Task::LookUp(peer) = task { Some(peer) } else { None }).collect();
        assert!((1..=LOOK_UPS_AT_ONCE).contains(&begun.len()), "{}", begun.len());
        looked_up += begun.len();
        for peer in begun {
            schedule.looked_up(&peer, Some(&candidates(&[IPV4], None)), NOW + ms(1));
        }
    }
}

#[test]
fn a_peer_is_asked_four_times_a_second_until_it_answers_the_new_key_for_90_seconds_at_most() {
    let mut schedule = named(&[IPV4]);
    until(&mut schedule, 0);
    schedule.key_changed(NOW);
    let asked = |tasks: &[(u64, Task)]| tasks.iter().filter(|(_, task)| *task == Task::AskAboutNewKey(vec![PEER])).count();
    assert_eq!(asked(&until(&mut schedule, 1_000)), 0, "no packet waits for it");
    schedule.note(&started(1), NOW + ms(1_000));
    assert_eq!(asked(&until(&mut schedule, 2_000)), 4);
    schedule.note(&COMPLETED, NOW + ms(2_000));
    assert_eq!(asked(&until(&mut schedule, 10_000)), 0);

    schedule.key_changed(NOW + ms(10_000));
    schedule.note(&started(1), NOW + ms(10_000));
    assert_eq!(asked(&until(&mut schedule, 300_000)), 360);
}
