//! Every verb of `adit`, used by root, by an operator and by nobody on one real service. A user with the right gets it done; a
//! user without it gets advice, changes nothing and sees no key. Each row of the table has words that only its own outcome
//! prints.
#![forbid(unsafe_code)]

mod stage;
mod table;

use std::collections::BTreeSet;

use adit_api::Role;
use adit_e2e::{How, Lab, People, Service, Who};
use anyhow::{Context as _, ensure};

use stage::{Ran, Stage};
use table::{CASES, Case, Needs};

#[test]
fn each_verb_does_for_each_user_what_they_may_and_nothing_else() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("every verb as three users")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    lab.let_others_in()?;
    let people = People::on(&client)?;
    let how = How::plain(&lab);
    let mut service = Service::start(&lab, &client, how.clone())?;
    let stage = Stage::set(&lab, &client, &server, &people, &how.socket)?;
    every_verb_is_in_the_table(&stage)?;
    let mut faults = Vec::new();
    for case in CASES {
        for who in Who::ALL {
            if let Err(error) = try_one(&stage, case, who) {
                faults.push(format!("{who:?}: adit {}: {error:#}\n", case.line));
            }
        }
    }
    let printed = service.process().printed();
    ensure!(faults.is_empty(), "{}\n{} faults; the service printed:\n{printed}", faults.concat(), faults.len());
    ensure!(!printed.contains("panicked"), "{printed}");
    stage.nothing_secret(&printed).context("on the service's standard error")?;
    service.terminate()
}

/// Fails for a new verb that the table lacks.
fn every_verb_is_in_the_table(stage: &Stage<'_>) -> anyhow::Result<()> {
    let help = stage.adit(Who::Root, "--help", "")?.out;
    let (_, verbs) = help.split_once("Commands:\n").context("no list of verbs in the help")?;
    let verbs = verbs.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    let there: BTreeSet<&str> = verbs.filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help").collect();
    let tried: BTreeSet<&str> = CASES.iter().map(Case::verb).collect();
    ensure!(there == tried, "there are the verbs {there:?}, and the table has {tried:?}");
    Ok(())
}

fn try_one(stage: &Stage<'_>, case: &Case, who: Who) -> anyhow::Result<()> {
    stage.begin_anew()?;
    for line in case.before {
        let ran = stage.adit(Who::Root, line, "")?;
        ensure!(ran.code == Some(0), "root: adit {line}: {ran:#?}");
    }
    let may = match case.needs {
        Needs::Nothing => true,
        Needs::ToOperate => who.role() >= Role::Operate,
        Needs::ToAdminister | Needs::Root => who == Who::Root,
    };
    let before = stage.facts()?;
    let ran = if case.runs_on {
        stage.adit_until(who, case.line, case.prints.fragment())?
    } else {
        stage.adit(who, case.line, case.input)?
    };
    ensure!(!ran.err.contains("panicked") && !ran.out.contains("panicked"), "{ran:#?}");
    if !may || !case.reveals {
        stage.nothing_secret(&ran.out)?;
        stage.nothing_secret(&ran.err)?;
    }
    if !may {
        is_refused(case, &ran)?;
    } else {
        ensure!(ran.code.is_none_or(|code| code == case.code), "it should have ended with {}: {ran:#?}", case.code);
        ensure!(case.prints.is_in(&ran), "{:?} is expected, and there is {ran:#?}", case.prints);
        (case.then)(stage).with_context(|| format!("{ran:#?}"))?;
    }
    if !may || case.needs == Needs::Nothing {
        let after = stage.facts()?;
        ensure!(after == before, "something has changed; before:\n{before:#?}\nafter:\n{after:#?}");
    }
    Ok(())
}

fn is_refused(case: &Case, ran: &Ran) -> anyhow::Result<()> {
    let (code, says) = match (case.refusal, case.needs) {
        (Some(refusal), _) => refusal,
        (None, Needs::ToOperate) => {
            (3, "you may not switch tunnels; sit at the computer, be in the group `adit-operators`, or try again with sudo")
        }
        (None, Needs::ToAdminister) => (3, "you may not change tunnels or see their keys; try again with sudo"),
        (None, Needs::Nothing | Needs::Root) => (3, "sudo"),
    };
    ensure!(ran.code == Some(code), "it should have been refused with {code}: {ran:#?}");
    ensure!(ran.err.contains(says), "what would help is not said: {ran:#?}");
    ensure!(ran.out.is_empty(), "refused, and yet it prints: {ran:#?}");
    Ok(())
}
