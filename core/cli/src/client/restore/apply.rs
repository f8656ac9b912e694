//! Restores one tunnel: completely, or not at all.

use adit_api::{ApiError, ConfigText, HooksView, Imported, InterfaceName, TunnelView};
use adit_backup::{SavedTunnel, Settings};

use super::plan::{Action, Step};
use crate::client::{Daemon, Failure, Options, export};

/// The reason why a tunnel was not restored.
#[derive(Debug)]
pub(super) struct NotRestored {
    failure: Failure,
    /// The reasons why the steps before the failure could not be undone.
    remains: Vec<Failure>,
}

impl From<Failure> for NotRestored {
    fn from(failure: Failure) -> Self {
        Self { failure, remains: Vec::new() }
    }
}

impl NotRestored {
    fn and_undone(mut self, undone: Result<(), Failure>) -> Self {
        self.remains.extend(undone.err());
        self
    }

    /// Returns the sentence for people.
    pub(super) fn sentence(&self) -> String {
        let sentence = |failure: &Failure| failure.sentence().unwrap_or_default();
        self.remains.iter().fold(sentence(&self.failure), |text, undoing| {
            format!("{text}; and the steps before it could not be undone: {}", sentence(undoing))
        })
    }

    /// Returns the failure that all further tunnels would have as well, if there is one.
    pub(super) fn into_end(self) -> Option<Failure> {
        let is_for_all = |failure: &Failure| match failure {
            Failure::Lost(_) | Failure::Unsure(_) | Failure::OutputClosed => true,
            Failure::Refused { error, .. } => matches!(**error, ApiError::NotAllowed { .. }),
            _ => false,
        };
        std::iter::once(self.failure).chain(self.remains).find(is_for_all)
    }
}

/// Adds a tunnel. If a setting is refused, the tunnel is removed again.
pub(super) fn add(daemon: &Daemon, options: &Options, saved: &SavedTunnel, interface: &InterfaceName) -> Result<(), NotRestored> {
    let (name, config) = (saved.name.clone(), saved.config.clone());
    let Imported { id, .. } = daemon.ask(|client| client.import(name, interface.clone(), config))?;
    let tunnel = daemon.ask(|client| client.tunnel(id))?;
    if let Err(failure) = set(daemon, &tunnel, &Settings::from(&tunnel), &saved.settings) {
        return Err(failure.and_undone(daemon.ask_about(&tunnel, |client, id| client.remove(id))));
    }
    advise(&tunnel, options);
    Ok(())
}

/// Makes a tunnel like the one of the backup. If a part is refused, the tunnel becomes what it was.
pub(super) fn replace(daemon: &Daemon, options: &Options, step: &Step<'_>) -> Result<(), NotRestored> {
    let Action::Different { tunnel } = &step.action else { return Ok(()) };
    let (text, before) = (step.saved.config.dangerously_reveal(), export::text(daemon, tunnel)?);
    let (mut version, mut needs_restart) = (tunnel.version, false);
    if *before != *text {
        let config = ConfigText::new(text.to_owned());
        let replaced = daemon.ask_about(tunnel, |client, id| client.replace_config(id, config, version))?;
        (version, needs_restart) = (replaced.version, !replaced.needs_restart.is_empty());
    }
    if let Err(failure) = set(daemon, tunnel, &Settings::from(&**tunnel), &step.saved.settings) {
        let undone = if *before == *text {
            Ok(())
        } else {
            let config = ConfigText::new(before.to_string());
            daemon.ask_about(tunnel, |client, id| client.replace_config(id, config, version)).map(drop)
        };
        return Err(failure.and_undone(undone));
    }
    if needs_restart {
        let name = adit_words::argument(tunnel.name.as_str());
        options.done(format!("apply the changes of {} with: adit restart {name}", tunnel.name))?;
    }
    advise(&daemon.view(tunnel)?, options);
    Ok(())
}

/// Changes the settings that differ; the kill switch last, because it may close the network. If one is refused, the others become
/// what they were.
fn set(daemon: &Daemon, tunnel: &TunnelView, before: &Settings, after: &Settings) -> Result<(), NotRestored> {
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
            return Err(NotRestored::from(failure).and_undone(undone));
        }
    }
    Ok(())
}

/// A backup never approves commands.
fn advise(tunnel: &TunnelView, options: &Options) {
    if matches!(tunnel.hooks, HooksView::NotApproved { .. }) {
        let name = adit_words::argument(tunnel.name.as_str());
        options.warn(format!("{} has commands, which run only after you approved them: adit approve {name}", tunnel.name));
    }
}

#[cfg(test)]
mod tests {
    use adit_api::Role;
    use adit_ipc::ClientError;

    use super::*;

    fn refused(error: ApiError, sentence: &str) -> Failure {
        Failure::Refused { error: Box::new(error), sentence: sentence.to_owned() }
    }

    #[test]
    fn what_could_not_be_undone_is_said_and_hides_no_failure_of_all_tunnels() {
        let one = NotRestored::from(refused(ApiError::Internal, "it is wrong")).and_undone(Ok(()));
        assert_eq!(one.sentence(), "it is wrong");
        assert!(one.into_end().is_none());

        let lost = NotRestored::from(Failure::Unsure(ClientError::Closed)).and_undone(Err(Failure::Lost(ClientError::Closed)));
        assert!(
            lost.sentence().contains("may have been carried out; and the steps before it could not be undone: the connection")
        );
        assert!(matches!(lost.into_end(), Some(Failure::Unsure(_))));

        let lost_later = NotRestored::from(refused(ApiError::Internal, "a")).and_undone(Err(Failure::Lost(ClientError::Closed)));
        assert!(matches!(lost_later.into_end(), Some(Failure::Lost(_))));

        let not_allowed = refused(ApiError::NotAllowed { needs: Role::Administer, action: None }, "a");
        let not_allowed = NotRestored::from(not_allowed).and_undone(Err(refused(ApiError::Internal, "b")));
        assert_eq!(not_allowed.sentence(), "a; and the steps before it could not be undone: b");
        assert!(matches!(not_allowed.into_end(), Some(Failure::Refused { sentence, .. }) if sentence == "a"));
    }
}
