//! Restores one tunnel: completely, or not at all.

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, ConfigText, HooksView, Imported, InterfaceName, RestoreAction,
    RestoreOutcome, TunnelId, TunnelView,
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
            Restored::Added { has_commands } => RestoreOutcome::Added { has_commands },
            Restored::Replaced { has_commands, needs_restart } => RestoreOutcome::Replaced { has_commands, needs_restart },
            Restored::Unchanged => RestoreOutcome::Unchanged,
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

/// Adds a tunnel. If its settings cannot be set, it is removed again.
fn add<T: BlockingTransport>(
    service: &BlockingClient<T>,
    saved: &SavedTunnel,
    interface: &InterfaceName,
) -> Result<Restored, NotRestored<T::Error>> {
    let Imported { id, .. } = service.import(saved.name.clone(), interface.clone(), saved.config.clone())?;
    match complete(service, id, &saved.settings) {
        Ok(has_commands) => Ok(Restored::Added { has_commands }),
        Err(failed) => Err(failed.and_undone(service.remove(id))),
    }
}

/// Makes a tunnel like the one of the backup. If a part is refused, the tunnel becomes what it was.
fn replace<T: BlockingTransport>(
    service: &BlockingClient<T>,
    saved: &SavedTunnel,
    tunnel: &TunnelView,
) -> Result<Restored, NotRestored<T::Error>> {
    let present = service.tunnel(tunnel.id)?;
    if Settings::from(&present) != Settings::from(tunnel) {
        // The user has agreed to other changes than those that would be made now.
        return Err(CallError::<T::Error>::Refused(ApiError::Changed { current: present.version }).into());
    }
    let before = service.export(tunnel.id)?;
    let put = |config: &ConfigText, version| service.replace_config(tunnel.id, config.clone(), version);
    let replaced = if before == saved.config { None } else { Some(put(&saved.config, tunnel.version)?) };
    match complete(service, tunnel.id, &saved.settings) {
        Ok(has_commands) => {
            let needs_restart = replaced.is_some_and(|replaced| !replaced.needs_restart.is_empty());
            Ok(Restored::Replaced { has_commands, needs_restart })
        }
        Err(failed) => {
            let undone = replaced.map_or(Ok(()), |replaced| put(&before, replaced.version).map(drop));
            Err(failed.and_undone(undone))
        }
    }
}

/// Sets the settings of a tunnel whose configuration is restored. Returns true if it has commands that are not approved.
fn complete<T: BlockingTransport>(
    service: &BlockingClient<T>,
    id: TunnelId,
    settings: &Settings,
) -> Result<bool, NotRestored<T::Error>> {
    let tunnel = service.tunnel(id)?;
    set(service, &tunnel, &Settings::from(&tunnel), settings)?;
    Ok(matches!(tunnel.hooks, HooksView::NotApproved { .. }))
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
            let made = wanted.iter().take(number).rev();
            let undone = |failed: NotRestored<_>, change: &Change<T>| failed.and_undone(change(service, tunnel, before));
            return Err(made.fold(NotRestored::from(failure), undone));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use adit_api::{KillSwitch, Request, Response, Role, Source, TunnelState};

    use super::*;

    const STRICT: Settings = Settings {
        start_at_boot: true,
        kill_switch: KillSwitch::Lockdown,
        allow_lan: true,
        allow_ipv6_outside: true,
        key_reminder_days: Some(30),
    };

    fn id() -> TunnelId {
        "0".repeat(32).parse().unwrap()
    }

    fn tunnel(kill_switch: KillSwitch) -> TunnelView {
        TunnelView {
            id: id(),
            name: "office".parse().unwrap(),
            interface: "wg0".parse().unwrap(),
            state: TunnelState::Down { reason: None, retry_at: None },
            source: Source::Store,
            version: 1,
            usable: true,
            public_key: None,
            asks_for_key: false,
            key_since: None,
            key_reminder_days: None,
            rotation: None,
            addresses: Vec::new(),
            peers: Vec::new(),
            peer_count: 0,
            start_at_boot: false,
            kill_switch,
            allow_lan: false,
            allow_ipv6_outside: false,
            hooks: HooksView::None,
            on_demand: None,
        }
    }

    fn saved() -> SavedTunnel {
        let config = ConfigText::new("[Interface]\n".to_owned());
        SavedTunnel { name: "office".parse().unwrap(), interface: "wg0".parse().unwrap(), settings: STRICT, config }
    }

    /// A service that refuses some requests, and keeps all.
    struct Service {
        refuses: fn(&Request) -> bool,
        requests: RefCell<Vec<Request>>,
    }

    impl BlockingTransport for Service {
        type Error = Infallible;

        fn call(&self, request: Request) -> Result<Result<Response, ApiError>, Infallible> {
            self.requests.borrow_mut().push(request.clone());
            if (self.refuses)(&request) {
                return Ok(Err(ApiError::Busy));
            }
            Ok(Ok(match request {
                Request::Tunnel { .. } => Response::Tunnel(tunnel(KillSwitch::Off)),
                Request::Import { .. } => Response::Import(Imported { id: id(), diagnostics: Vec::new() }),
                Request::Remove { .. } => Response::Remove(()),
                Request::SetKeyReminder { .. } => Response::SetKeyReminder(()),
                Request::SetAllowIpv6Outside { .. } => Response::SetAllowIpv6Outside(()),
                Request::SetStartAtBoot { .. } => Response::SetStartAtBoot(()),
                _ => return Ok(Err(ApiError::Internal)),
            }))
        }
    }

    fn service(refuses: fn(&Request) -> bool) -> BlockingClient<Service> {
        BlockingClient(Service { refuses, requests: RefCell::default() })
    }

    #[test]
    fn a_tunnel_that_cannot_be_read_after_it_was_added_is_removed_again() {
        let service = service(|request| matches!(request, Request::Tunnel { .. }));
        let failed = add(&service, &saved(), &saved().interface).unwrap_err();
        assert_eq!((failed.failure, failed.remains), (CallError::Refused(ApiError::Busy), Vec::new()));
        assert_eq!(service.0.requests.take().last(), Some(&Request::Remove { id: id() }));
    }

    #[test]
    fn each_setting_becomes_what_it_was_also_if_another_one_does_not() {
        let service =
            service(|request| matches!(request, Request::SetKillSwitch { .. } | Request::SetStartAtBoot { enabled: false, .. }));
        let tunnel = tunnel(KillSwitch::Off);
        let failed = set(&service, &tunnel, &Settings::from(&tunnel), &STRICT).unwrap_err();
        assert_eq!((failed.failure, failed.remains.len()), (CallError::Refused(ApiError::Busy), 1));
        let undone = [
            Request::SetStartAtBoot { id: id(), enabled: false },
            Request::SetAllowIpv6Outside { id: id(), enabled: false },
            Request::SetKeyReminder { id: id(), days: None },
        ];
        assert!(service.0.requests.take().ends_with(&undone));
    }

    #[test]
    fn a_tunnel_whose_settings_were_changed_since_the_comparison_stays_as_it_is() {
        let service = service(|_| false);
        let failed = replace(&service, &saved(), &tunnel(KillSwitch::Lockdown)).unwrap_err();
        assert_eq!(failed.failure, CallError::Refused(ApiError::Changed { current: 1 }));
        assert_eq!(service.0.requests.take(), [Request::Tunnel { id: id() }]);
    }

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
