//! Random histories of networks, compared with plain statements about the whole history.

use std::time::Duration;

use adit_config::Cidr;
use adit_protocol::Instant;
use adit_rules::controller::{Clock, Command, Controller, Input, Switch, Target, UserAction};
use adit_rules::facts::{Facts, LinkKind, LocalTime};
use adit_rules::rule::{Matcher, RuleSet};
use adit_rules::{Coverage, Link};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generate::{decidable_rules, hidden, known_facts, mask};
use crate::reference;
use crate::support::{START, cafe, ethernet, home, name, noon, nowhere, rules, tunnels};

/// Something that happens after a pause in milliseconds.
#[derive(Clone, Debug)]
enum Event {
    Facts(Facts),
    Lost,
}

fn event() -> impl Strategy<Value = Event> {
    let partly = (known_facts(), mask()).prop_map(|(facts, mask)| hidden(&facts, mask));
    prop_oneof![8 => known_facts().prop_map(Event::Facts), 4 => partly.prop_map(Event::Facts), 1 => Just(Event::Lost)]
}

fn history() -> impl Strategy<Value = Vec<(u64, Event)>> {
    vec((prop_oneof![4 => 0..400_u64, 2 => 400..3000_u64, 1 => 3000..10_000_u64], event()), 1..12)
}

/// What the reference wants with certain facts.
fn wanted(rules: &RuleSet, facts: &Facts) -> (Coverage, Switch) {
    reference::outcome(rules, facts, &tunnels())
}

/// What was up after each action: a target without tunnels leaves those of the one before it.
fn reached(applied: &[(u64, Target)]) -> Vec<(u64, Coverage, Switch)> {
    let mut up = Coverage::Untouched;
    let each = applied.iter().map(|(at, target)| {
        up = if target.tunnels.is_some() { target.coverage(&tunnels()) } else { up.max(Coverage::Untouched) };
        (*at, up, target.kill_switch)
    });
    each.collect()
}

/// A run of a controller, with everything it did.
struct Run {
    controller: Controller,
    now: Instant,
    /// Each applied target with its time in milliseconds.
    applied: Vec<(u64, Target)>,
}

impl Run {
    fn new(rules: RuleSet) -> Self {
        Self { controller: Controller::new(rules, tunnels()), now: Instant::from_nanos(START), applied: Vec::new() }
    }

    fn clock(&self) -> Clock {
        Clock { now: self.now, local: noon() }
    }

    fn note(&mut self, commands: Vec<Command>) {
        let at = (self.now.as_nanos() - START) / 1_000_000;
        for command in commands {
            if let Command::Apply(target) = command {
                self.applied.push((at, target));
            }
        }
    }

    fn input(&mut self, input: Input) {
        let commands = self.controller.handle(self.clock(), input);
        self.note(commands);
    }

    fn wait(&mut self, milliseconds: u64) {
        let end = self.now + Duration::from_millis(milliseconds);
        while let Some(wake) = self.controller.next_wake().filter(|wake| *wake <= end) {
            self.now = wake;
            let commands = self.controller.poll(self.clock());
            self.note(commands);
        }
        self.now = end;
    }

    fn target(&self) -> &Target {
        &self.applied.last().expect("something has been applied").1
    }
}

/// Rules of which no tunnel is missing, so that what is wanted can be reached, and that do not depend on the time.
fn rules_of_existing_tunnels() -> impl Strategy<Value = RuleSet> {
    decidable_rules().prop_filter("a tunnel is missing, or time matters", |rules| {
        let conditions = || rules.rules.iter().flat_map(|rule| &rule.when);
        rules.tunnels().iter().all(|tunnel| tunnels().get(tunnel).is_some())
            && !conditions().any(|condition| matches!(condition.is, Matcher::Time(_)))
    })
}

fn at_noon(facts: Facts) -> Facts {
    Facts { at: noon(), ..facts }
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 1_000_000, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn a_history_is_protected_all_along_and_ends_where_its_last_facts_want(
        rules in rules_of_existing_tunnels(),
        history in history(),
    ) {
        let mut run = Run::new(rules.clone());
        run.wait(0);
        run.input(Input::FactsLost);
        let mut last: Option<Facts> = None;
        for (pause, event) in history {
            // The state holds until the next event, whatever the controller does by itself meanwhile.
            for _ in 0..4 {
                run.wait(pause / 4);
                if let Some(facts) = &last {
                    let (coverage, kill_switch) = wanted(&rules, facts);
                    let (_, up, switch) = *reached(&run.applied).last().unwrap();
                    prop_assert!(up >= coverage && switch >= kill_switch, "{:?} for {:?}", run.applied, facts);
                }
            }
            last = match event {
                Event::Lost => {
                    run.input(Input::FactsLost);
                    None
                }
                Event::Facts(facts) => {
                    let facts = at_noon(facts);
                    run.input(Input::Facts(facts.clone()));
                    let (coverage, kill_switch) = adit_rules_protection(&rules, &facts);
                    // At once, also with unknown facts.
                    let (_, up, switch) = *reached(&run.applied).last().unwrap();
                    prop_assert!(up >= coverage && switch >= kill_switch, "{:?} for {:?}", run.applied, facts);
                    is_certain(&facts).then_some(facts)
                }
            };
        }
        // The last state wins: two seconds later at the latest, and one for the interval between actions.
        run.wait(3000);
        if let Some(facts) = &last {
            let class = (run.target().coverage(&tunnels()), run.target().kill_switch);
            prop_assert_eq!(class, wanted(&rules, facts));
        }
        let settled = run.applied.len();
        run.wait(3_600_000);
        prop_assert_eq!(run.applied.len(), settled, "something happens although nothing happened");
        paced(&run.applied)?;
    }

}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 1_000_000, ..ProptestConfig::with_cases(500) })]

    /// Ten events a second, for a minute, among networks of all kinds.
    #[test]
    fn flapping_costs_at_most_one_action_a_second(rules in rules_of_existing_tunnels(), networks in vec(known_facts(), 2..4), phase in 0..100_u64) {
        let mut run = Run::new(rules);
        run.wait(phase);
        for round in 0..600 {
            run.input(Input::Facts(at_noon(networks[round % networks.len()].clone())));
            run.wait(100);
        }
        paced(&run.applied)?;
        // Whatever was reached in the first seconds is at most exchanged for the like of it.
        let settled: Vec<_> = reached(&run.applied).into_iter().filter(|(at, ..)| *at > 1000).collect();
        prop_assert!(settled.windows(2).all(|pair| (pair[0].1, pair[0].2) == (pair[1].1, pair[1].2)), "{settled:?}");
    }

    /// What the user turned off stays off exactly until the first network that is not the one in which he did it.
    #[test]
    fn a_choice_lasts_as_long_as_the_network(history in vec((0..5000_u64, 0..4_usize), 1..20), choice_at in 0..20_usize, is_up in any::<bool>()) {
        let networks = [home(), cafe(), ethernet(), nowhere()];
        let text = if is_up { "otherwise down" } else { "otherwise up office everything" };
        let mut run = Run::new(rules(text));
        run.input(Input::Facts(home()));
        let mut here = 0;
        // The whole history since the choice: the place where it was made, and all places since.
        let mut since: Option<(usize, Vec<usize>)> = None;
        for (index, (pause, place)) in history.iter().enumerate() {
            run.wait(*pause);
            if index == choice_at {
                run.input(Input::User(if is_up { UserAction::TurnOn(name("office")) } else { UserAction::TurnOff(name("office")) }));
                since = Some((here, Vec::new()));
            }
            here = *place;
            run.input(Input::Facts(networks[here].clone()));
            if let Some((_, places)) = &mut since {
                places.push(here);
            }
            run.wait(3000);
            let nowhere = 3;
            let holds = since.as_ref().is_some_and(|(made, places)| places.iter().all(|place| place == made || (*place == nowhere && *made != nowhere)));
            let is_tunnel_up = run.target().tunnels.as_ref().is_some_and(|uses| !uses.is_empty());
            prop_assert_eq!(is_tunnel_up, holds == is_up, "{:?} {:?}", since, run.applied);
        }
    }
}

/// Returns the protection that a decision with these facts, which may be unknown, wants.
fn adit_rules_protection(rules: &RuleSet, facts: &Facts) -> (Coverage, Switch) {
    let decision = adit_rules::decide(rules, Some(facts), &tunnels());
    (decision.coverage, reference::switch(decision.kill_switch, decision.coverage))
}

/// Returns true if nothing is hidden.
fn is_certain(facts: &Facts) -> bool {
    let is_known = |link: &Link| {
        let wifi = link.wifi.as_ref();
        let has_wifi = wifi.is_some_and(|wifi| wifi.ssid.is_some() && wifi.bssid.is_some() && wifi.security.is_some());
        (link.kind != LinkKind::Wifi || has_wifi)
            && link.gateway_mac.is_some()
            && link.subnets.iter().any(Cidr::is_ipv4)
            && !link.subnets.iter().all(Cidr::is_ipv4)
            && link.dns_suffixes != adit_rules::facts::Known::Unknown
            && link.metered != adit_rules::facts::Known::Unknown
            && link.home != adit_rules::facts::ProbeResult::NotAsked
    };
    facts.other_vpn != adit_rules::facts::Known::Unknown && facts.links.iter().all(is_known)
}

/// Checks the distances between actions: one second, unless the later one tightens, and two seconds before one that relaxes.
fn paced(applied: &[(u64, Target)]) -> Result<(), TestCaseError> {
    let reached = reached(applied);
    for pair in reached.windows(2) {
        let (old, new) = (pair[0], pair[1]);
        let tightens = new.1 > old.1 || new.2 > old.2;
        let relaxes = new.1 < old.1 || new.2 < old.2;
        prop_assert!(tightens || new.0 - old.0 >= 1000, "{applied:?}");
        prop_assert!(!(tightens && relaxes), "an action relaxes and tightens: {applied:?}");
    }
    // Between two relaxations there are two seconds, so that on average there is less than one action a second.
    let relaxations: Vec<u64> =
        reached.windows(2).filter(|pair| (pair[1].1, pair[1].2) < (pair[0].1, pair[0].2)).map(|pair| pair[1].0).collect();
    prop_assert!(relaxations.windows(2).all(|pair| pair[1] - pair[0] >= 2000), "{applied:?}");
    Ok(())
}

#[test]
fn local_time_of_the_caller_counts_and_not_that_of_the_facts() {
    let mut controller = Controller::new(rules("when time 09:00-10:00 then down\notherwise up office everything"), tunnels());
    let clock = |milliseconds: u64, hour| Clock {
        now: Instant::from_nanos(START) + Duration::from_millis(milliseconds),
        local: LocalTime::new(adit_rules::facts::Day::Monday, hour, 0).unwrap(),
    };
    controller.handle(clock(0, 8), Input::Facts(home()));
    controller.poll(clock(3_600_000, 9));
    let commands = controller.poll(clock(3_602_000, 9));
    assert_eq!(commands.len(), 1);
}
