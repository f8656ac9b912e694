//! Compares the outcome of every event in every state with a readable table.

use adit_api::{ApiError, DownReason};

use super::super::clock::at_milliseconds;
use super::*;

const NOW: u64 = 1_000_000;
/// The time at which the tunnel came up or broke.
const SINCE: u64 = 900_000;
/// The time of the scheduled retry, later than the retry after a change of the network.
const RETRY: u64 = 1_050_000;

fn failed(error: ApiError) -> DownReason {
    DownReason::Failed { error: Box::new(error) }
}

fn removed() -> DownReason {
    DownReason::InterfaceRemoved
}

/// Returns the phase after this one. The match keeps a new phase from being left out.
fn next_phase(phase: Option<Phase>) -> Option<Phase> {
    let (since, at) = (at_milliseconds(SINCE), Some(at_milliseconds(RETRY)));
    match phase {
        None => Some(Phase::Down { retry_at: None }),
        Some(Phase::Down { retry_at: None }) => Some(Phase::Down { retry_at: at }),
        Some(Phase::Down { retry_at: Some(_) }) => Some(Phase::Connecting),
        Some(Phase::Connecting) => Some(Phase::Up { since }),
        Some(Phase::Up { .. }) => Some(Phase::Leaving),
        Some(Phase::Leaving) => Some(Phase::Paused),
        Some(Phase::Paused) => Some(Phase::Blocked { since, retry_at: None }),
        Some(Phase::Blocked { retry_at: None, .. }) => Some(Phase::Blocked { since, retry_at: at }),
        Some(Phase::Blocked { retry_at: Some(_), .. }) => None,
    }
}

/// Returns the event after this one. The match keeps a new event from being left out.
fn next_event(event: Option<&Event>) -> Option<Event> {
    match event {
        None => Some(Event::Restored),
        Some(Event::Restored) => Some(Event::Begun { unattended: false, despite_conflicts: true }),
        Some(Event::Begun { .. }) => Some(Event::CameUp),
        Some(Event::CameUp) => Some(Event::Leaving),
        Some(Event::Leaving) => Some(Event::Paused { despite_conflicts: true }),
        Some(Event::Paused { .. }) => Some(Event::WentDown(removed())),
        Some(Event::WentDown(_)) => Some(Event::Unblocked(removed())),
        Some(Event::Unblocked(_)) => Some(Event::GivenUp),
        Some(Event::GivenUp) => Some(Event::AskedToLeave),
        Some(Event::AskedToLeave) => Some(Event::Removed),
        Some(Event::Removed) => Some(Event::NotRemoved),
        Some(Event::NotRemoved) => Some(Event::NotBegun),
        Some(Event::NotBegun) => Some(Event::NetworkChanged),
        Some(Event::NetworkChanged) => Some(Event::Closed),
        Some(Event::Closed) => Some(Event::Opened),
        Some(Event::Opened) => None,
    }
}

fn phases() -> impl Iterator<Item = Phase> {
    std::iter::successors(next_phase(None), |phase| next_phase(Some(*phase)))
}

fn events() -> impl Iterator<Item = Event> {
    std::iter::successors(next_event(None), |event| next_event(Some(event)))
}

fn word_of_event(event: &Event) -> &'static str {
    match event {
        Event::Restored => "restored",
        Event::Begun { .. } => "begun",
        Event::CameUp => "came up",
        Event::Leaving => "leaving",
        Event::Paused { .. } => "paused",
        Event::WentDown(_) => "went down",
        Event::Unblocked(_) => "unblocked",
        Event::GivenUp => "given up",
        Event::AskedToLeave => "asked to leave",
        Event::Removed => "removed",
        Event::NotRemoved => "not removed",
        Event::NotBegun => "not begun",
        Event::NetworkChanged => "network changed",
        Event::Closed => "closed",
        Event::Opened => "opened",
    }
}

fn word_of_phase(phase: Phase) -> String {
    let at = |retry_at: Option<Instant>| match retry_at {
        None => String::new(),
        Some(at) if at == at_milliseconds(RETRY) => " (retry)".to_owned(),
        Some(at) => format!(" (retry in {} s)", at.since(at_milliseconds(NOW)).as_secs()),
    };
    match phase {
        Phase::Down { retry_at } => format!("down{}", at(retry_at)),
        Phase::Connecting => "connecting".into(),
        Phase::Up { .. } => "up".into(),
        Phase::Leaving => "leaving".into(),
        Phase::Paused => "paused".into(),
        Phase::Blocked { retry_at, .. } => format!("blocked{}", at(retry_at)),
    }
}

fn word_of_intent(intent: Intent) -> &'static str {
    match intent {
        Intent::Down => "wants down",
        Intent::Up { unattended: false, despite_conflicts: false } => "wants up",
        Intent::Up { unattended: false, despite_conflicts: true } => "wants up despite conflicts",
        Intent::Up { unattended: true, despite_conflicts: false } => "wants up, unattended",
        Intent::Up { unattended: true, despite_conflicts: true } => "wants up despite conflicts, unattended",
        Intent::Removed => "wants removed",
    }
}

fn word_of_kill_switch(kill_switch: KillSwitchState) -> &'static str {
    match kill_switch {
        KillSwitchState::Open => "open",
        KillSwitchState::Closed => "closed",
    }
}

fn word_of_action(action: &Action) -> &'static str {
    match action {
        Action::End => "end",
        Action::Leave => "leave",
        Action::TellThread => "tell thread",
        Action::GoDown(_) => "go down",
        Action::Reschedule => "reschedule",
        Action::ForgetKey => "forget key",
    }
}

/// Returns a tunnel in that phase whose caller waits for it. A blocked tunnel has a closed kill switch.
fn life(phase: Phase) -> Life {
    let (kill_switch, broken_since) = match phase {
        Phase::Blocked { since, .. } => (KillSwitchState::Closed, Some(since)),
        Phase::Down { .. } | Phase::Connecting | Phase::Up { .. } | Phase::Leaving | Phase::Paused => {
            (KillSwitchState::Open, None)
        }
    };
    let intent = Intent::Up { unattended: false, despite_conflicts: false };
    Life { phase, intent, kill_switch, backoff: Backoff::NONE, broken_since }
}

/// Describes what the event changed; empty if nothing changed.
fn outcome(before: Life, event: &Event) -> String {
    let (after, actions) = transition(before, event, at_milliseconds(NOW), 0);
    let mut words = Vec::new();
    if after.phase != before.phase {
        words.push(word_of_phase(after.phase));
    }
    if after.intent != before.intent {
        words.push(word_of_intent(after.intent).to_owned());
    }
    if after.kill_switch != before.kill_switch {
        words.push(word_of_kill_switch(after.kill_switch).to_owned());
    }
    if !actions.is_empty() {
        words.push(format!("[{}]", actions.iter().map(word_of_action).collect::<Vec<_>>().join(", ")));
    }
    words.join("; ")
}

#[test]
fn every_event_in_every_state_has_the_outcome_of_the_table() {
    let lines = phases().flat_map(|phase| {
        events().map(move |event| {
            let line = format!("{:<16}| {:<16}| {}", word_of_phase(phase), word_of_event(&event), outcome(life(phase), &event));
            line.trim_end().to_owned()
        })
    });
    let lines: Vec<String> = lines.collect();
    let table: Vec<&str> = TABLE.trim().lines().collect();
    assert_eq!(lines, table, "\n{}", lines.join("\n"));
}

#[test]
fn whether_a_tunnel_that_went_down_is_tried_again_follows_from_the_reason_the_intent_and_the_kill_switch() {
    let reasons = [
        ("asked", DownReason::Asked),
        ("interface removed", DownReason::InterfaceRemoved),
        ("engine stopped", DownReason::EngineStopped),
        ("failed", failed(ApiError::Internal)),
        ("failed for good", failed(ApiError::Broken)),
    ];
    let up = |unattended| Intent::Up { unattended, despite_conflicts: false };
    let mut lines = Vec::new();
    for kill_switch in [KillSwitchState::Open, KillSwitchState::Closed] {
        for intent in [up(false), up(true), Intent::Down, Intent::Removed] {
            for (name, reason) in &reasons {
                let before = Life { intent, kill_switch, ..life(Phase::Leaving) };
                let (after, _) = transition(before, &Event::WentDown(reason.clone()), at_milliseconds(NOW), 0);
                lines.push(format!(
                    "{:<7}| {:<21}| {:<18}| {}; {}",
                    word_of_kill_switch(kill_switch),
                    word_of_intent(intent),
                    name,
                    word_of_phase(after.phase),
                    word_of_intent(after.intent)
                ));
            }
        }
    }
    let table: Vec<&str> = RETRIES.trim().lines().collect();
    assert_eq!(lines, table, "\n{}", lines.join("\n"));
}

#[test]
fn a_blocked_tunnel_is_broken_since_it_first_went_down_until_it_is_up() {
    let (now, later) = (at_milliseconds(NOW), at_milliseconds(NOW + 60_000));
    let closed = Life { kill_switch: KillSwitchState::Closed, ..life(Phase::Leaving) };
    let (blocked, _) = transition(closed, &Event::WentDown(removed()), now, 0);
    let (again, _) = transition(blocked, &Event::Begun { unattended: true, despite_conflicts: false }, later, 0);
    let (blocked, _) = transition(again, &Event::WentDown(failed(ApiError::Internal)), later, 0);
    assert!(matches!(blocked.phase, Phase::Blocked { since, .. } if since == now), "{blocked:?}");
    let (up, _) = transition(again, &Event::CameUp, later, 0);
    assert_eq!(up.broken_since, None);
}

#[test]
fn a_tunnel_that_is_restarted_keeps_what_was_said_about_conflicts_and_any_other_takes_what_is_said_now() {
    for phase in phases() {
        let (after, _) =
            transition(life(phase), &Event::Begun { unattended: false, despite_conflicts: true }, at_milliseconds(NOW), 0);
        assert_eq!(after.intent.despite_conflicts(), !matches!(phase, Phase::Up { .. }), "{phase:?}");
    }
}

/// State, event, and changes: of the state, the intent, the kill switch, and the actions. A caller waits for the tunnel to come
/// up, and a blocked tunnel has a closed kill switch.
const TABLE: &str = "
down            | restored        | wants up, unattended
down            | begun           | connecting; wants up despite conflicts
down            | came up         | up
down            | leaving         | leaving; [leave]
down            | paused          | paused; wants up despite conflicts
down            | went down       | wants down; [forget key, go down]
down            | unblocked       | wants down; [forget key, go down]
down            | given up        | wants down; [forget key]
down            | asked to leave  | [tell thread]
down            | removed         | wants removed
down            | not removed     | wants down
down            | not begun       | down (retry in 1 s); [reschedule]
down            | network changed |
down            | closed          | closed
down            | opened          |
down (retry)    | restored        | wants up, unattended
down (retry)    | begun           | connecting; wants up despite conflicts
down (retry)    | came up         | up
down (retry)    | leaving         | leaving; [leave]
down (retry)    | paused          | paused; wants up despite conflicts
down (retry)    | went down       | down; wants down; [forget key, go down]
down (retry)    | unblocked       | down; wants down; [forget key, go down]
down (retry)    | given up        | down; wants down; [forget key, go down]
down (retry)    | asked to leave  | [tell thread]
down (retry)    | removed         | wants removed
down (retry)    | not removed     | wants down
down (retry)    | not begun       | down (retry in 1 s); [reschedule]
down (retry)    | network changed | down (retry in 0 s); [reschedule]
down (retry)    | closed          | closed
down (retry)    | opened          |
connecting      | restored        | wants up, unattended
connecting      | begun           | wants up despite conflicts
connecting      | came up         | up
connecting      | leaving         | leaving; [leave]
connecting      | paused          | paused; wants up despite conflicts
connecting      | went down       | down; wants down; [forget key, go down]
connecting      | unblocked       | down; wants down; [forget key, go down]
connecting      | given up        | wants down; [forget key]
connecting      | asked to leave  | [end, tell thread]
connecting      | removed         | wants removed
connecting      | not removed     | wants down
connecting      | not begun       |
connecting      | network changed |
connecting      | closed          | closed
connecting      | opened          |
up              | restored        | wants up, unattended
up              | begun           | connecting
up              | came up         | up
up              | leaving         | leaving; [leave]
up              | paused          | paused; wants up despite conflicts
up              | went down       | down; wants down; [forget key, go down]
up              | unblocked       | down; wants down; [forget key, go down]
up              | given up        | wants down; [forget key]
up              | asked to leave  | leaving; [end, leave, tell thread]
up              | removed         | wants removed
up              | not removed     | wants down
up              | not begun       |
up              | network changed |
up              | closed          | closed
up              | opened          |
leaving         | restored        | wants up, unattended
leaving         | begun           | connecting; wants up despite conflicts
leaving         | came up         | up
leaving         | leaving         |
leaving         | paused          | paused; wants up despite conflicts
leaving         | went down       | down; wants down; [forget key, go down]
leaving         | unblocked       | down; wants down; [forget key, go down]
leaving         | given up        | wants down; [forget key]
leaving         | asked to leave  | [tell thread]
leaving         | removed         | wants removed
leaving         | not removed     | wants down
leaving         | not begun       |
leaving         | network changed |
leaving         | closed          | closed
leaving         | opened          |
paused          | restored        | wants up, unattended
paused          | begun           | connecting; wants up despite conflicts
paused          | came up         | up
paused          | leaving         | leaving; [leave]
paused          | paused          | wants up despite conflicts
paused          | went down       | down; wants down; [forget key, go down]
paused          | unblocked       | down; wants down; [forget key, go down]
paused          | given up        | wants down; [forget key]
paused          | asked to leave  | leaving; [leave, tell thread]
paused          | removed         | wants removed
paused          | not removed     | wants down
paused          | not begun       |
paused          | network changed |
paused          | closed          | closed
paused          | opened          |
blocked         | restored        | wants up, unattended
blocked         | begun           | connecting; wants up despite conflicts
blocked         | came up         | up
blocked         | leaving         | leaving; [leave]
blocked         | paused          | paused; wants up despite conflicts
blocked         | went down       | blocked (retry in 1 s); [go down]
blocked         | unblocked       | wants down; [forget key, go down]
blocked         | given up        | wants down; [forget key]
blocked         | asked to leave  | [tell thread]
blocked         | removed         | wants removed
blocked         | not removed     | wants down
blocked         | not begun       | blocked (retry in 1 s); [reschedule]
blocked         | network changed |
blocked         | closed          |
blocked         | opened          | open
blocked (retry) | restored        | wants up, unattended
blocked (retry) | begun           | connecting; wants up despite conflicts
blocked (retry) | came up         | up
blocked (retry) | leaving         | leaving; [leave]
blocked (retry) | paused          | paused; wants up despite conflicts
blocked (retry) | went down       | blocked (retry in 1 s); [go down]
blocked (retry) | unblocked       | blocked; wants down; [forget key, go down]
blocked (retry) | given up        | wants down; [forget key]
blocked (retry) | asked to leave  | [tell thread]
blocked (retry) | removed         | wants removed
blocked (retry) | not removed     | wants down
blocked (retry) | not begun       | blocked (retry in 1 s); [reschedule]
blocked (retry) | network changed | blocked (retry in 0 s); [reschedule]
blocked (retry) | closed          |
blocked (retry) | opened          | open
";

/// Kill switch, intent and reason, and the outcome.
const RETRIES: &str = "
open   | wants up             | asked             | down; wants down
open   | wants up             | interface removed | down; wants down
open   | wants up             | engine stopped    | down; wants down
open   | wants up             | failed            | down; wants down
open   | wants up             | failed for good   | down; wants down
open   | wants up, unattended | asked             | down; wants down
open   | wants up, unattended | interface removed | down; wants down
open   | wants up, unattended | engine stopped    | down (retry in 1 s); wants up, unattended
open   | wants up, unattended | failed            | down (retry in 1 s); wants up, unattended
open   | wants up, unattended | failed for good   | down; wants down
open   | wants down           | asked             | down; wants down
open   | wants down           | interface removed | down; wants down
open   | wants down           | engine stopped    | down; wants down
open   | wants down           | failed            | down; wants down
open   | wants down           | failed for good   | down; wants down
open   | wants removed        | asked             | down; wants removed
open   | wants removed        | interface removed | down; wants removed
open   | wants removed        | engine stopped    | down; wants removed
open   | wants removed        | failed            | down; wants removed
open   | wants removed        | failed for good   | down; wants removed
closed | wants up             | asked             | blocked; wants down
closed | wants up             | interface removed | blocked (retry in 1 s); wants up
closed | wants up             | engine stopped    | blocked (retry in 1 s); wants up
closed | wants up             | failed            | blocked (retry in 1 s); wants up
closed | wants up             | failed for good   | blocked; wants down
closed | wants up, unattended | asked             | blocked; wants down
closed | wants up, unattended | interface removed | blocked (retry in 1 s); wants up, unattended
closed | wants up, unattended | engine stopped    | blocked (retry in 1 s); wants up, unattended
closed | wants up, unattended | failed            | blocked (retry in 1 s); wants up, unattended
closed | wants up, unattended | failed for good   | blocked; wants down
closed | wants down           | asked             | blocked; wants down
closed | wants down           | interface removed | blocked; wants down
closed | wants down           | engine stopped    | blocked; wants down
closed | wants down           | failed            | blocked; wants down
closed | wants down           | failed for good   | blocked; wants down
closed | wants removed        | asked             | blocked; wants removed
closed | wants removed        | interface removed | blocked; wants removed
closed | wants removed        | engine stopped    | blocked; wants removed
closed | wants removed        | failed            | blocked; wants removed
closed | wants removed        | failed for good   | blocked; wants removed
";
