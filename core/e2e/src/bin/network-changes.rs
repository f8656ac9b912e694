//! `cargo xtask bench networks [CHANGES]`: how long the service takes from a change of the network to the right state, how many packets
//! leave in clear meanwhile, with and without a kill switch, and what a day without changes costs. Prints rows of a table.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use adit_api::{RuleMode, RulesSwitch};
use adit_e2e::journey::{Stage, Traveller, Wanted};
use adit_e2e::{Journey, Lab};
use adit_testbus::Place;
use adit_testbus::places::{CAFE, HOME, OFFICE, TWIN};
use anyhow::{Context as _, ensure};

const STORY: &str = "changes of the network";
/// The gateways of the rules are those of the places.
const RULES: &str = r#"
"Home": when gateway 02:00:00:00:00:01 then down, kill switch off
"Office": when gateway 02:00:00:00:00:0f then up work private ranges, kill switch off
"Elsewhere": when wifi then up privacy everything, kill switch always
otherwise up privacy everything, kill switch always
"#;
/// How long the service is watched while nothing happens.
const IDLE: Duration = Duration::from_secs(60);
/// Announcements of the kernel in a day: a lease is renewed every five minutes.
const RENEWALS: u32 = 288;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn main() -> ExitCode {
    let changes = std::env::args().nth(1).map_or(Some(60), |argument| argument.parse().ok().filter(|changes| *changes >= 4));
    let Some(changes) = changes else {
        eprintln!("usage: network-changes [CHANGES], at least 4");
        return ExitCode::from(2);
    };
    match figures(changes) {
        Ok(rows) => {
            println!("{}", rows.join("\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("network-changes: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn figures(changes: usize) -> anyhow::Result<Vec<String>> {
    let mut rows = Vec::new();
    for has_kill_switch in [true, false] {
        let called = if has_kill_switch { "with the kill switch" } else { "without" };
        let lab = Lab::open(STORY)?.context("this machine cannot")?;
        let stage = Stage::new(&lab, STORY)?.context("this machine cannot")?;
        let journey = Journey::new(&lab, &stage, STORY)?.context("this machine cannot")?;
        let mut traveller = journey.start()?;
        let rules = if has_kill_switch { RULES.to_owned() } else { RULES.replace("kill switch always", "kill switch off") };
        traveller.set_rules(&rules)?;
        let travelled = journey.sing(|| travel(&journey, &traveller, has_kill_switch, changes))?;
        let Travelled { mut tighter, mut looser, clear, sent_for } = travelled;
        rows.push(row(&format!("to more protection, {called}"), &mut tighter));
        rows.push(row(&format!("to less protection, {called} (2 s of it are the wait that the rules prescribe)"), &mut looser));
        rows.push(format!(
            "| packets in clear while going to {} untrusted networks, {called}, at about 1,000/s to each of 3 addresses | {clear} in {:.0} s |",
            tighter.len(),
            sent_for.as_secs_f64()
        ));
        if has_kill_switch {
            rows.extend(a_day(&journey, &mut traveller)?);
        }
        traveller.service.terminate()?;
    }
    Ok(rows)
}

/// What a journey shows.
struct Travelled {
    /// The times until the right state, in networks that are protected more than the one before.
    tighter: Vec<Duration>,
    /// The same in networks that are protected less.
    looser: Vec<Duration>,
    /// Packets in clear in untrusted networks.
    clear: usize,
    /// The time for which they were counted.
    sent_for: Duration,
}

fn travel(journey: &Journey<'_>, traveller: &Traveller<'_>, has_kill_switch: bool, changes: usize) -> anyhow::Result<Travelled> {
    let protected = Wanted {
        tunnel: Some(("privacy", RuleMode::Everything)),
        kill_switch: if has_kill_switch { RulesSwitch::Closed } else { RulesSwitch::Open },
    };
    let at_home = Wanted { tunnel: None, kill_switch: RulesSwitch::Open };
    let at_work = Wanted { tunnel: Some(("work", RuleMode::Private)), kill_switch: RulesSwitch::Open };
    let stops: [(&Place, &str, &Wanted); 4] = [
        (&CAFE, "Elsewhere", &protected),
        (&HOME, "Home", &at_home),
        (&TWIN, "Elsewhere", &protected),
        (&OFFICE, "Office", &at_work),
    ];
    let mut travelled = Travelled { tighter: Vec::new(), looser: Vec::new(), clear: 0, sent_for: Duration::ZERO };
    for (place, because, wanted) in stops.into_iter().cycle().take(changes) {
        let is_untrusted = *wanted == protected;
        journey.leave()?;
        let sniffer = if is_untrusted { Some((journey.sniff(place)?, Instant::now())) } else { None };
        journey.join(place)?;
        let begun = Instant::now();
        traveller.wait_for(Some(because), wanted)?;
        let took = begun.elapsed();
        if is_untrusted {
            travelled.tighter.push(took)
        } else {
            travelled.looser.push(took)
        }
        if let Some((sniffer, since)) = sniffer {
            travelled.clear += journey.canaries_in_clear(sniffer, place)?.len();
            travelled.sent_for += since.elapsed();
        }
    }
    Ok(travelled)
}

fn row(called: &str, times: &mut [Duration]) -> String {
    times.sort();
    let at = |percent: usize| times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default();
    let milliseconds = |time: Duration| time.as_millis();
    format!("| {} changes {called} | {} ms, {} ms |", times.len(), milliseconds(at(50)), milliseconds(at(95)))
}

/// Measures the service while nothing happens, and while the leases of a day are renewed.
fn a_day(journey: &Journey<'_>, traveller: &mut Traveller<'_>) -> anyhow::Result<Vec<String>> {
    journey.leave()?;
    journey.join(&CAFE)?;
    let protected = Wanted { tunnel: Some(("privacy", RuleMode::Everything)), kill_switch: RulesSwitch::Closed };
    traveller.wait_for(Some("Elsewhere"), &protected)?;
    std::thread::sleep(Duration::from_secs(5));
    let process = traveller.service.process();
    let (cpu, slept) = (process.cpu_time()?, process.times_slept()?);
    std::thread::sleep(IDLE);
    let idle_cpu = process.cpu_time()?.saturating_sub(cpu);
    let idle_wakes = process.times_slept()?.saturating_sub(slept);
    let (cpu, slept) = (process.cpu_time()?, process.times_slept()?);
    for renewal in 0..RENEWALS {
        journey.renew(&CAFE, 3_600 + renewal)?;
        // Renewals that follow each other at once would be read together.
        std::thread::sleep(Duration::from_millis(250));
    }
    let renewed_for = Duration::from_millis(250) * RENEWALS;
    let of_idle = |idle: f64| idle * renewed_for.as_secs_f64() / IDLE.as_secs_f64();
    let renewals_cpu = process.cpu_time()?.saturating_sub(cpu).as_secs_f64() - of_idle(idle_cpu.as_secs_f64());
    let renewals_wakes = process.times_slept()?.saturating_sub(slept) as f64 - of_idle(idle_wakes as f64);
    ensure!(traveller.service.process().ended()?.is_none(), "the service has ended");
    let days = DAY.as_secs_f64() / IDLE.as_secs_f64();
    Ok(vec![
        format!(
            "| CPU of the service in a day in one network: {RENEWALS} renewals of the lease, and the rest of the day from {} s without any | {:.1} s + {:.1} s |",
            IDLE.as_secs(),
            renewals_cpu.max(0.0),
            idle_cpu.as_secs_f64() * days
        ),
        format!("| wake-ups of its threads in that day | {:.0} + {:.0} |", renewals_wakes.max(0.0), idle_wakes as f64 * days),
    ])
}
