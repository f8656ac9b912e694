//! Restores one tunnel: completely, or not at all.

use adit_api::{ConfigText, HooksView, Imported, InterfaceName, TunnelView};
use adit_backup::{SavedTunnel, Settings};

use super::plan::{Action, Step};
use crate::client::{Daemon, Failure, Options, export};

/// Adds a tunnel. If a setting is refused, the tunnel is removed again.
pub(super) fn add(daemon: &Daemon, options: &Options, saved: &SavedTunnel, interface: &InterfaceName) -> Result<(), Failure> {
    let (name, config) = (saved.name.clone(), saved.config.clone());
    let Imported { id, .. } = daemon.ask(|client| client.import(name, interface.clone(), config))?;
    let tunnel = daemon.ask(|client| client.tunnel(id))?;
    if let Err(failure) = set(daemon, &tunnel, &Settings::from(&tunnel), &saved.settings) {
        let undone = daemon.ask_about(&tunnel, |client, id| client.remove(id));
        return Err(and_undone(failure, undone));
    }
    advise(&tunnel, options);
    Ok(())
}

/// Makes a tunnel like the one of the backup. If a part is refused, the tunnel becomes what it was.
pub(super) fn replace(daemon: &Daemon, options: &Options, step: &Step<'_>) -> Result<(), Failure> {
    let Action::Different { tunnel } = &step.action else { return Ok(()) };
    let (text, before) = (step.saved.config.dangerously_reveal(), export::text(daemon, tunnel)?);
    let mut version = tunnel.version;
    if *before != *text {
        let config = ConfigText::new(text.to_owned());
        let replaced = daemon.ask_about(tunnel, |client, id| client.replace_config(id, config, version))?;
        if !replaced.needs_restart.is_empty() {
            let name = adit_words::argument(tunnel.name.as_str());
            options.done(format!("apply the changes of {} with: adit restart {name}", tunnel.name))?;
        }
        version = replaced.version;
    }
    if let Err(failure) = set(daemon, tunnel, &Settings::from(&**tunnel), &step.saved.settings) {
        let undone = if *before == *text {
            Ok(())
        } else {
            let config = ConfigText::new(before.to_string());
            daemon.ask_about(tunnel, |client, id| client.replace_config(id, config, version)).map(drop)
        };
        return Err(and_undone(failure, undone));
    }
    advise(&daemon.view(tunnel)?, options);
    Ok(())
}

/// Changes the settings that differ; the kill switch last, because it may close the network. If one is refused, the others become
/// what they were.
fn set(daemon: &Daemon, tunnel: &TunnelView, before: &Settings, after: &Settings) -> Result<(), Failure> {
    type Change = fn(&Daemon, &TunnelView, &Settings) -> Result<(), Failure>;
    let kill_switch = |settings: &Settings| (settings.kill_switch, settings.allow_lan);
    let changes: [(bool, Change); 4] = [
        (before.key_reminder_days != after.key_reminder_days, |daemon, tunnel, to| {
            daemon.ask_about(tunnel, |client, id| client.set_key_reminder(id, to.key_reminder_days))
        }),
        (before.allow_ipv6_outside != after.allow_ipv6_outside, |daemon, tunnel, to| {
            daemon.ask_about(tunnel, |client, id| client.set_allow_ipv6_outside(id, to.allow_ipv6_outside))
        }),
        (before.start_at_boot != after.start_at_boot, |daemon, tunnel, to| {
            daemon.ask_about(tunnel, |client, id| client.set_start_at_boot(id, to.start_at_boot))
        }),
        (kill_switch(before) != kill_switch(after), |daemon, tunnel, to| {
            daemon.ask_about(tunnel, |client, id| client.set_kill_switch(id, to.kill_switch, to.allow_lan))
        }),
    ];
    let wanted: Vec<Change> = changes.into_iter().filter(|(differs, _)| *differs).map(|(_, change)| change).collect();
    for (number, change) in wanted.iter().enumerate() {
        if let Err(failure) = change(daemon, tunnel, after) {
            let undone = wanted.iter().take(number).rev().try_for_each(|change| change(daemon, tunnel, before));
            return Err(and_undone(failure, undone));
        }
    }
    Ok(())
}

/// Returns the failure, and says if its first steps could not be undone.
fn and_undone(failure: Failure, undone: Result<(), Failure>) -> Failure {
    let Err(second) = undone else { return failure };
    let sentence = |failure: &Failure| failure.sentence().unwrap_or_default();
    Failure::Other(anyhow::anyhow!("{}; and the steps before it could not be undone: {}", sentence(&failure), sentence(&second)))
}

/// A backup never approves commands.
fn advise(tunnel: &TunnelView, options: &Options) {
    if matches!(tunnel.hooks, HooksView::NotApproved { .. }) {
        let name = adit_words::argument(tunnel.name.as_str());
        options.warn(format!("{} has commands, which run only after you approved them: adit approve {name}", tunnel.name));
    }
}
