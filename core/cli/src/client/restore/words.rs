//! The plan of a restoration as text and as JSON.

use adit_api::{KillSwitch, RestoreAction, RestoreChange};
use adit_backup::restore::Step;
use serde_json::{Value, json};

use crate::client::Daemon;
use crate::output::words;

/// Returns the lines for a tunnel of the backup: the effect, and the changes below it.
pub(super) fn text(daemon: Option<&Daemon>, step: &Step) -> String {
    let own = &step.saved.interface;
    let (mark, word) = match &step.view.action {
        RestoreAction::New { interface } if interface != own => {
            ("+", format!("new, with the interface {interface}, because {own} is in use"))
        }
        RestoreAction::New { .. } => ("+", "new".to_owned()),
        RestoreAction::Same { .. } => ("=", "the same".to_owned()),
        RestoreAction::Different { .. } => ("~", "differs".to_owned()),
        RestoreAction::Invalid { .. } | RestoreAction::Refused { .. } => {
            ("✕", format!("cannot be restored: {}", refusal(daemon, step).unwrap_or_default()))
        }
        RestoreAction::Unknown => ("-", own.to_string()),
    };
    let kept = kept(step).map(|interface| format!("keeps its interface {interface} ({own} in the backup)"));
    let below = kept.into_iter().chain(changes(step)).map(|line| format!("    {line}\n")).collect::<String>();
    format!("{mark} {}: {word}\n{below}", step.saved.name)
}

/// Returns the JSON object for a tunnel of the backup.
pub(super) fn json(daemon: Option<&Daemon>, step: &Step) -> Value {
    let state = match &step.view.action {
        RestoreAction::New { .. } => "new",
        RestoreAction::Same { .. } => "same",
        RestoreAction::Different { .. } => "different",
        RestoreAction::Invalid { .. } | RestoreAction::Refused { .. } => "refused",
        RestoreAction::Unknown => "unknown",
    };
    let mut object = json!({ "name": step.saved.name, "state": state, "changes": changes(step) });
    let interface = match &step.view.action {
        RestoreAction::New { interface } => Some(interface.to_string()),
        _ => kept(step),
    };
    if let Some(interface) = interface {
        object["interface"] = interface.into();
    }
    if let Some(reason) = refusal(daemon, step) {
        object["reason"] = reason.into();
    }
    object
}

/// Returns the reason if the tunnel cannot be restored.
pub(super) fn refusal(daemon: Option<&Daemon>, step: &Step) -> Option<String> {
    match &step.view.action {
        RestoreAction::Invalid { diagnostic } => Some(words().diagnostic(diagnostic)),
        RestoreAction::Refused { error } => Some(daemon?.explain(error, step.replaces())),
        _ => None,
    }
}

/// Returns the interface of the present tunnel, if the backup has another one: nothing changes the interface of a tunnel.
fn kept(step: &Step) -> Option<String> {
    match &step.view.action {
        RestoreAction::Same { interface } | RestoreAction::Different { interface, .. } if *interface != step.saved.interface => {
            Some(interface.to_string())
        }
        _ => None,
    }
}

fn changes(step: &Step) -> Vec<String> {
    step.view.changes.iter().map(|change| sentence(step, change)).collect()
}

fn sentence(step: &Step, change: &RestoreChange) -> String {
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    // A switch that differs was the other way.
    let switched = |label: &str, after: bool| format!("{label}: {} -> {}", yes(!after), yes(after));
    let days = |days: Option<u32>| days.map_or_else(|| "off".to_owned(), |days| format!("{days} days"));
    match change {
        RestoreChange::Config { change } => step.replaces().map_or_else(String::new, |tunnel| words().change(tunnel, change)),
        RestoreChange::More { count } => format!("and {count} more changes"),
        RestoreChange::Text => "the text of its configuration".to_owned(),
        RestoreChange::StartAtBoot { after } => switched("Comes up at boot", *after),
        RestoreChange::KillSwitch { before, after } => {
            let closes = if *after == KillSwitch::Lockdown { ", which closes the network at once" } else { "" };
            format!("Kill switch: {} -> {}{closes}", strength(*before), strength(*after))
        }
        RestoreChange::AllowLan { after } => switched("Local networks stay reachable", *after),
        RestoreChange::AllowIpv6Outside { after } => switched("IPv6 outside the tunnel", *after),
        RestoreChange::KeyReminder { before, after } => {
            format!("Reminder of old keys: {} -> {}", days(*before), days(*after))
        }
    }
}

fn strength(kill_switch: KillSwitch) -> &'static str {
    match kill_switch {
        KillSwitch::Off => "off",
        KillSwitch::Block => "on",
        KillSwitch::Lockdown => "lockdown",
    }
}

#[cfg(test)]
mod tests {
    use adit_api::{BlockingClient, ConfigText};
    use adit_backup::restore::plan;
    use adit_backup::{SavedTunnel, Settings};
    use adit_ipc::Blocking;

    use super::*;

    #[test]
    fn settings_other_than_the_usual_ones_are_sentences() {
        let settings = Settings {
            start_at_boot: true,
            kill_switch: KillSwitch::Lockdown,
            allow_lan: true,
            allow_ipv6_outside: true,
            key_reminder_days: Some(30),
        };
        let (name, interface) = ("office".parse().unwrap(), "wg0".parse().unwrap());
        let saved = SavedTunnel { name, interface, settings, config: ConfigText::new(String::new()) };
        let steps = plan(None::<&BlockingClient<Blocking>>, vec![saved]).unwrap();
        assert_eq!(
            text(None, &steps[0]),
            "- office: wg0\n    Comes up at boot: no -> yes\n    \
             Kill switch: off -> lockdown, which closes the network at once\n    Local networks stay reachable: no -> yes\n    \
             IPv6 outside the tunnel: no -> yes\n    Reminder of old keys: off -> 30 days\n"
        );
    }
}
