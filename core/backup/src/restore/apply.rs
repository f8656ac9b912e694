//! Restores one tunnel: completely, or not at all.

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, ConfigText, HooksView, Imported, InterfaceName, RestoreAction,
    RestoreOutcome, TunnelView,
};

use super::Step;
use crate::contents::{SavedTunnel, Settings};

/// The result of a restored tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restored {
    /// It was added.
    Added {
        /// True if it has commands that are not approved: a backup approves none.
        has_commands: bool,
    },
    /// The present tunnel was replaced.
    Replaced {
        /// True if it has commands that are not approved.
        has_commands: bool,
        /// True if the changes take effect only after a restart of the tunnel.
        needs_restart: bool,
    },
    /// It was the same already, or cannot be restored.
    Unchanged,
}

impl From<Restored> for RestoreOutcome {
    fn from(restored: Restored) -> Self {
        match restored {
            Restored::Added { has_commands } => Self::Added { has_commands },
            Restored::Replaced { has_commands, needs_restart } => Self::Replaced { has_commands, needs_restart },
            Restored::Unchanged => Self::Unchanged,
        }
    }
}

/// The reason why a tunnel was not restored.
#[derive(Debug)]
pub struct NotRestored<E> {
    /// The failure.
    pub failure: CallError<E>,
    /// The reasons why the steps before the failure could not be undone.
    pub remains: Vec<CallError<E>>,
}

impl<E> From<CallError<E>> for NotRestored<E> {
    fn from(failure: CallError<E>) -> Self {
        Self { failure, remains: Vec::new() }
    }
}

impl<E> NotRestored<E> {
    fn and_undone(mut self, undone: Result<(), CallError<E>>) -> Self {
        self.remains.extend(undone.err());
        self
    }

    /// Returns the failure that all further tunnels would have as well, if there is one.
    pub fn into_end(self) -> Option<CallError<E>> {
        let is_for_all = |failure: &CallError<E>| match failure {
            CallError::Transport(_) | CallError::WrongAnswer => true,
            CallError::Refused(error) => matches!(error, ApiError::NotAllowed { .. }),
        };
        std::iter::once(self.failure).chain(self.remains).find(is_for_all)
    }
}

/// Restores one tunnel as its step says.
pub fn carry_out<T: BlockingTransport>(service: &BlockingClient<T>, step: &Step) -> Result<Restored, NotRestored<T::Error>> {
    match (&step.view.action, step.replaces()) {
        (RestoreAction::New { interface }, _) => add(service, &step.saved, interface),
        (RestoreAction::Different { .. }, Some(tunnel)) => replace(service, &step.saved, tunnel),
        _ => Ok(Restored::Unchanged),
    }
}

/// Adds a tunnel. If a setting is refused, the tunnel is removed again.
fn add<T: BlockingTransport>(
    service: &BlockingClient<T>,
    saved: &SavedTunnel,
    interface: &InterfaceName,
) -> Result<Restored, NotRestored<T::Error>> {
    let Imported { id, .. } = service.import(saved.name.clone(), interface.clone(), saved.config.clone())?;
    let tunnel = service.tunnel(id)?;
    if let Err(failure) = set(service, &tunnel, &Settings::from(&tunnel), &saved.settings) {
        return Err(failure.and_undone(service.remove(id)));
    }
    Ok(Restored::Added { has_commands: has_commands(&tunnel) })
}

/// Makes a tunnel like the one of the backup. If a part is refused, the tunnel becomes what it was.
fn replace<T: BlockingTransport>(
    service: &BlockingClient<T>,
    saved: &SavedTunnel,
    tunnel: &TunnelView,
) -> Result<Restored, NotRestored<T::Error>> {
    let before = service.export(tunnel.id)?;
    let (mut version, mut needs_restart) = (tunnel.version, false);
    let put = |config: &ConfigText, version| service.replace_config(tunnel.id, config.clone(), version);
    let differs = before != saved.config;
    if differs {
        let replaced = put(&saved.config, version)?;
        (version, needs_restart) = (replaced.version, !replaced.needs_restart.is_empty());
    }
    if let Err(failure) = set(service, tunnel, &Settings::from(tunnel), &saved.settings) {
        let undone = if differs { put(&before, version).map(drop) } else { Ok(()) };
        return Err(failure.and_undone(undone));
    }
    Ok(Restored::Replaced { has_commands: has_commands(&service.tunnel(tunnel.id)?), needs_restart })
}

/// Changes the settings that differ; the kill switch last, because it may close the network. If one is refused, the others become
/// what they were.
fn set<T: BlockingTransport>(
    service: &BlockingClient<T>,
    tunnel: &TunnelView,
    before: &Settings,
    after: &Settings,
) -> Result<(), NotRestored<T::Error>> {
    type Change<T> = fn(&BlockingClient<T>, &TunnelView, &Settings) -> Result<(), CallError<<T as BlockingTransport>::Error>>;
    let kill_switch = |settings: &Settings| (settings.kill_switch, settings.allow_lan);
    let changes: [(bool, Change<T>); 4] = [
        (before.key_reminder_days != after.key_reminder_days, |service, tunnel, to| {
            service.set_key_reminder(tunnel.id, to.key_reminder_days)
        }),
        (before.allow_ipv6_outside != after.allow_ipv6_outside, |service, tunnel, to| {
            service.set_allow_ipv6_outside(tunnel.id, to.allow_ipv6_outside)
        }),
        (before.start_at_boot != after.start_at_boot, |service, tunnel, to| {
            service.set_start_at_boot(tunnel.id, to.start_at_boot)
        }),
        (kill_switch(before) != kill_switch(after), |service, tunnel, to| {
            service.set_kill_switch(tunnel.id, to.kill_switch, to.allow_lan)
        }),
    ];
    let wanted: Vec<Change<T>> = changes.into_iter().filter(|(differs, _)| *differs).map(|(_, change)| change).collect();
    for (number, change) in wanted.iter().enumerate() {
        if let Err(failure) = change(service, tunnel, after) {
            let undone = wanted.iter().take(number).rev().try_for_each(|change| change(service, tunnel, before));
            return Err(NotRestored::from(failure).and_undone(undone));
        }
    }
    Ok(())
}

fn has_commands(tunnel: &TunnelView) -> bool {
    matches!(tunnel.hooks, HooksView::NotApproved { .. })
}

#[cfg(test)]
mod tests {
    use adit_api::Role;

    use super::*;

    #[test]
    fn a_failure_of_all_tunnels_is_found_also_among_what_could_not_be_undone() {
        let refused = |error| CallError::<&str>::Refused(error);
        let one = NotRestored::from(refused(ApiError::Internal)).and_undone(Ok(()));
        assert!(one.remains.is_empty() && one.into_end().is_none());
        let lost = NotRestored::from(refused(ApiError::Internal)).and_undone(Err(CallError::Transport("closed")));
        assert_eq!(lost.into_end(), Some(CallError::Transport("closed")));
        let not_allowed = || refused(ApiError::NotAllowed { needs: Role::Administer, action: None });
        let both = NotRestored::from(not_allowed()).and_undone(Err(refused(ApiError::Internal)));
        assert_eq!(both.into_end(), Some(not_allowed()));
    }
}
