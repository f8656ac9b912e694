//! The thread with homes in memory.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use adit_platform::network_facts::{Facts as Networks, Known, Link, LinkKind, Portal};
use adit_rules::facts::{Day, ProbeResult};
use adit_rules::text::Document;

use super::*;
use crate::fake::FakeProbe;

const MINE: PublicKey = PublicKey::from_bytes([1; 32]);

fn network(carrier_changes: u32) -> Networks {
    let link = Link {
        interface: "eth0".into(),
        carrier_changes,
        kind: LinkKind::Ethernet,
        is_default: true,
        wifi: None,
        gateway_mac: None,
        subnets: vec!["192.168.1.0/24".parse().unwrap()],
        dns_suffixes: Known::Unknown,
        metered: Known::Unknown,
        portal: Portal::Unknown,
    };
    Networks { links: vec![link], other_vpn: Known::Known(false) }
}

fn rules() -> RuleSet {
    Document::parse(format!("when home probe {MINE} then down\n").as_bytes()).unwrap().rules().unwrap()
}

fn start(probe: &FakeProbe) -> (Homes, Receiver<()>) {
    let (tell, told) = channel();
    let changed = Box::new(move || {
        // A test that has seen enough no longer listens.
        let _ = tell.send(());
    });
    (Homes::start(Arc::new(probe.clone()), changed).unwrap(), told)
}

fn wait(told: &Receiver<()>) {
    told.recv_timeout(Duration::from_secs(60)).expect("an answer changes");
}

fn result(homes: &Homes, networks: &Networks) -> ProbeResult {
    homes.facts(networks, LocalTime::new(Day::Monday, 9, 0).unwrap()).links[0].home
}

#[test]
fn at_home_the_facts_name_the_home_until_the_network_changes() {
    let probe = FakeProbe::new();
    probe.set("eth0", &[MINE]);
    let (homes, told) = start(&probe);
    let home = network(1);
    assert_eq!(result(&homes, &home), ProbeResult::NotAsked);
    homes.set(&Known::Known(home.clone()), &rules());
    wait(&told);
    assert_eq!(result(&homes, &home), ProbeResult::Answered { key: MINE });

    probe.set("eth0", &[]);
    let cafe = network(3);
    homes.set(&Known::Known(cafe.clone()), &rules());
    assert_ne!(result(&homes, &cafe), ProbeResult::Answered { key: MINE }, "at once");
    wait(&told);
    assert_eq!(result(&homes, &cafe), ProbeResult::NoAnswer);

    homes.set(&Known::Unknown, &rules());
    assert_eq!(result(&homes, &cafe), ProbeResult::NotAsked, "the computer sleeps");
}

#[test]
fn rules_without_a_home_probe_ask_nobody() {
    let probe = FakeProbe::new();
    probe.set("eth0", &[MINE]);
    let (homes, told) = start(&probe);
    homes.set(&Known::Known(network(1)), &RuleSet::default());
    homes.set(&Known::Known(network(1)), &rules());
    wait(&told);
    drop(homes);
    assert_eq!(probe.questions(), [("eth0".to_owned(), vec![MINE])], "the second set of rules alone");
    assert!(told.recv().is_err(), "nothing is told after the end");
}

/// A link that never answers in time.
struct Silent;

impl HomeProbe for Silent {
    fn ask(&self, _: &str, _: &[PublicKey], stop: &dyn Stop) -> io::Result<crate::Asked> {
        while !stop.is_stopped() {
            std::thread::yield_now();
        }
        Ok(crate::Asked::default())
    }
}

#[test]
fn while_a_question_is_open_nobody_waits_and_the_end_does_not_either() {
    let homes = Homes::start(Arc::new(Silent), Box::new(|| ())).unwrap();
    for carrier_changes in 0..3 {
        homes.set(&Known::Known(network(carrier_changes)), &rules());
        assert_eq!(result(&homes, &network(carrier_changes)), ProbeResult::NotAsked);
    }
}
