//! Compares a backup with the tunnels of this computer.

use std::fmt;

use adit_api::{ConfigText, InterfaceName, KillSwitch, Severity, TunnelView};
use adit_backup::{Backup, SavedTunnel, Settings};
use adit_import::Names;
use serde::{Serialize, Serializer};

use crate::client::{Daemon, Failure, export};
use crate::output::words;

/// A tunnel of the backup, and what restoring it would do.
#[derive(Serialize)]
pub(super) struct Step<'a> {
    #[serde(rename = "name", serialize_with = "name")]
    pub(super) saved: &'a SavedTunnel,
    #[serde(flatten)]
    pub(super) action: Action,
    /// The differences, a sentence each, from the present tunnel; for a new one its settings other than the usual ones.
    changes: Vec<String>,
    /// The interface of the present tunnel, if the backup has another one: nothing changes the interface of a tunnel.
    #[serde(rename = "interface", skip_serializing_if = "Option::is_none")]
    keeps: Option<InterfaceName>,
}

/// The effect of restoring a tunnel.
#[derive(Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Action {
    /// There is no tunnel of this name.
    New {
        /// The interface that it gets: its own, or another one if that is in use.
        interface: InterfaceName,
    },
    /// There is a tunnel of this name, with the same configuration and settings. Its interface may be another one.
    Same,
    /// There is a tunnel of this name, and it differs.
    Different {
        /// The tunnel.
        #[serde(skip)]
        tunnel: Box<TunnelView>,
    },
    /// It cannot be restored.
    Refused {
        /// The reason.
        reason: String,
    },
    /// No service runs that it could be compared with.
    Unknown,
}

impl Action {
    pub(super) fn adds(&self) -> bool {
        matches!(self, Self::New { .. })
    }

    pub(super) fn replaces(&self) -> bool {
        matches!(self, Self::Different { .. })
    }
}

fn name<S: Serializer>(saved: &&SavedTunnel, serializer: S) -> Result<S::Ok, S::Error> {
    saved.name.serialize(serializer)
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, word) = match &self.action {
            Action::New { interface } if *interface != self.saved.interface => {
                ("+", format!("new, with the interface {interface}, because {} is in use", self.saved.interface))
            }
            Action::New { .. } => ("+", "new".to_owned()),
            Action::Same => ("=", "the same".to_owned()),
            Action::Different { .. } => ("~", "differs".to_owned()),
            Action::Refused { reason } => ("✕", format!("cannot be restored: {reason}")),
            Action::Unknown => ("-", self.saved.interface.to_string()),
        };
        writeln!(f, "{mark} {}: {word}", self.saved.name)?;
        if let Some(interface) = &self.keeps {
            writeln!(f, "    keeps its interface {interface} ({} in the backup)", self.saved.interface)?;
        }
        self.changes.iter().try_for_each(|change| writeln!(f, "    {change}"))
    }
}

/// Compares each tunnel of the backup with the one of the same name.
pub(super) fn plan<'a>(daemon: Option<&Daemon>, backup: &'a Backup) -> Result<Vec<Step<'a>>, Failure> {
    let Some(daemon) = daemon else {
        let usual = Settings::default();
        let step = |saved: &'a SavedTunnel| {
            let changes = differences(&usual, &saved.settings);
            Step { saved, action: Action::Unknown, changes, keeps: None }
        };
        return Ok(backup.tunnels.iter().map(step).collect());
    };
    let tunnels = daemon.tunnels()?;
    let mut names = Names::new(tunnels.iter().map(|tunnel| &tunnel.name), tunnels.iter().map(|tunnel| &tunnel.interface));
    let mut steps = Vec::with_capacity(backup.tunnels.len());
    for saved in &backup.tunnels {
        let present = tunnels.iter().find(|tunnel| tunnel.name.is_like(&saved.name));
        let step = match present {
            Some(tunnel) => compared(daemon, saved, tunnel),
            None => checked(daemon, saved, &mut names),
        };
        steps.push(match step {
            // The service understands neither this text nor the question about it, but maybe the others.
            Err(Failure::Refused { error, sentence }) if !matches!(*error, adit_api::ApiError::NotAllowed { .. }) => {
                Step { saved, action: Action::Refused { reason: sentence }, changes: Vec::new(), keeps: None }
            }
            step => step?,
        });
    }
    Ok(steps)
}

/// Compares a tunnel of the backup with the present one.
fn compared<'a>(daemon: &Daemon, saved: &'a SavedTunnel, tunnel: &TunnelView) -> Result<Step<'a>, Failure> {
    let text = saved.config.dangerously_reveal();
    let mut changes = Vec::new();
    // The version is read before the text: a change in between is then detected when the text is replaced.
    let tunnel = daemon.view(tunnel)?;
    if *export::text(daemon, &tunnel)? != *text {
        let config = ConfigText::new(text.to_owned());
        let check = daemon.ask_about(&tunnel, |client, id| client.check_config(Some(id), config))?;
        if let Some(reason) = first_error(&check.diagnostics) {
            return Ok(Step { saved, action: Action::Refused { reason }, changes, keeps: None });
        }
        changes.extend(check.changes.iter().map(|change| words().change(&tunnel, change)));
        if check.changes_left_out > 0 {
            changes.push(format!("and {} more changes", check.changes_left_out));
        }
        if changes.is_empty() {
            changes.push("the text of its configuration".to_owned());
        }
    }
    changes.extend(differences(&Settings::from(&tunnel), &saved.settings));
    let keeps = (tunnel.interface != saved.interface).then(|| tunnel.interface.clone());
    let action = if changes.is_empty() { Action::Same } else { Action::Different { tunnel: Box::new(tunnel) } };
    Ok(Step { saved, action, changes, keeps })
}

/// Checks a tunnel that is not on this computer.
fn checked<'a>(daemon: &Daemon, saved: &'a SavedTunnel, names: &mut Names) -> Result<Step<'a>, Failure> {
    let config = saved.config.clone();
    let check = daemon.ask(|client| client.check_config(None, config))?;
    let changes = differences(&Settings::default(), &saved.settings);
    let action = match first_error(&check.diagnostics) {
        Some(reason) => Action::Refused { reason },
        None => Action::New { interface: names.interface(&saved.interface) },
    };
    Ok(Step { saved, action, changes, keeps: None })
}

fn first_error(diagnostics: &[adit_api::Diagnostic]) -> Option<String> {
    let error = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error)?;
    Some(words().diagnostic(error))
}

/// Lists the settings that differ.
fn differences(before: &Settings, after: &Settings) -> Vec<String> {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let strength = |kill_switch: KillSwitch| match kill_switch {
        KillSwitch::Off => "off".to_owned(),
        KillSwitch::Block => "on".to_owned(),
        KillSwitch::Lockdown => "lockdown".to_owned(),
    };
    let days = |days: Option<u32>| days.map_or_else(|| "off".to_owned(), |days| format!("{days} days"));
    let mut found = Vec::new();
    let mut compare = |label: &str, before: String, after: String, note: &str| {
        if before != after {
            found.push(format!("{label}: {before} -> {after}{note}"));
        }
    };
    compare("Comes up at boot", yes(before.start_at_boot), yes(after.start_at_boot), "");
    let closes = if after.kill_switch == KillSwitch::Lockdown { ", which closes the network at once" } else { "" };
    compare("Kill switch", strength(before.kill_switch), strength(after.kill_switch), closes);
    compare("Local networks stay reachable", yes(before.allow_lan), yes(after.allow_lan), "");
    compare("IPv6 outside the tunnel", yes(before.allow_ipv6_outside), yes(after.allow_ipv6_outside), "");
    compare("Reminder of old keys", days(before.key_reminder_days), days(after.key_reminder_days), "");
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settings_that_differ_are_listed() {
        let usual = Settings::default();
        assert_eq!(differences(&usual, &usual), [""; 0]);
        let strict = Settings {
            start_at_boot: true,
            kill_switch: KillSwitch::Lockdown,
            allow_lan: true,
            allow_ipv6_outside: true,
            key_reminder_days: Some(30),
        };
        assert_eq!(
            differences(&usual, &strict),
            [
                "Comes up at boot: no -> yes",
                "Kill switch: off -> lockdown, which closes the network at once",
                "Local networks stay reachable: no -> yes",
                "IPv6 outside the tunnel: no -> yes",
                "Reminder of old keys: off -> 30 days",
            ]
        );
        assert_eq!(differences(&strict, &usual).len(), 5);
    }
}
