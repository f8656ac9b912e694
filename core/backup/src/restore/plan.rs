//! Compares a backup with the tunnels of this computer.

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, Diagnostic, RestoreAction, RestoreChange, RestoreStep, Severity,
    TunnelView,
};
use adit_import::Names;

use crate::contents::{SavedTunnel, Settings};

/// A tunnel of a backup, and what restoring it would do.
#[derive(Debug)]
pub struct Step {
    /// The tunnel of the backup.
    pub saved: SavedTunnel,
    /// The effect and the differences, without keys.
    pub view: RestoreStep,
    /// The present tunnel that differs.
    pub(super) present: Option<Box<TunnelView>>,
}

impl Step {
    /// Returns true if restoring adds a tunnel.
    pub fn adds(&self) -> bool {
        matches!(self.view.action, RestoreAction::New { .. })
    }

    /// Returns the present tunnel that restoring replaces.
    pub fn replaces(&self) -> Option<&TunnelView> {
        self.present.as_deref()
    }

    fn new(saved: SavedTunnel, action: RestoreAction, changes: Vec<RestoreChange>) -> Self {
        let view = RestoreStep { name: saved.name.clone(), interface: saved.interface.clone(), action, changes };
        Self { saved, view, present: None }
    }
}

/// Compares each tunnel of a backup with the one of the same name. Without a service each is [`RestoreAction::Unknown`].
///
/// # Errors
/// If the connection breaks, or the service does not allow what every tunnel needs.
pub fn plan<T: BlockingTransport>(
    service: Option<&BlockingClient<T>>,
    saved: Vec<SavedTunnel>,
) -> Result<Vec<Step>, CallError<T::Error>> {
    let Some(service) = service else {
        let step = |saved: SavedTunnel| {
            let changes = differences(&Settings::default(), &saved.settings);
            Step::new(saved, RestoreAction::Unknown, changes)
        };
        return Ok(saved.into_iter().map(step).collect());
    };
    let tunnels = service.all_tunnels()?;
    let mut names = Names::new(tunnels.iter().map(|tunnel| &tunnel.name), tunnels.iter().map(|tunnel| &tunnel.interface));
    let mut steps = Vec::with_capacity(saved.len());
    for saved in saved {
        let present = tunnels.iter().find(|tunnel| tunnel.name.is_like(&saved.name));
        let found = match present {
            Some(tunnel) => compared(service, &saved, tunnel),
            None => checked(service, &saved, &mut names),
        };
        steps.push(match found {
            Ok((action, changes, present)) => Step { present, ..Step::new(saved, action, changes) },
            // The service understands neither this text nor the question about it, but maybe the others.
            Err(CallError::Refused(error)) if !matches!(error, ApiError::NotAllowed { .. }) => {
                Step::new(saved, RestoreAction::Refused { error }, Vec::new())
            }
            Err(error) => return Err(error),
        });
    }
    Ok(steps)
}

type Found = (RestoreAction, Vec<RestoreChange>, Option<Box<TunnelView>>);

/// Compares a tunnel of the backup with the present one.
fn compared<T: BlockingTransport>(
    service: &BlockingClient<T>,
    saved: &SavedTunnel,
    tunnel: &TunnelView,
) -> Result<Found, CallError<T::Error>> {
    let mut changes = Vec::new();
    // The version is read before the text: a change in between is then detected when the text is replaced.
    let tunnel = service.tunnel(tunnel.id)?;
    if service.export(tunnel.id)? != saved.config {
        let check = service.check_config(Some(tunnel.id), saved.config.clone())?;
        if let Some(diagnostic) = first_error(check.diagnostics) {
            return Ok((RestoreAction::Invalid { diagnostic }, changes, None));
        }
        changes.extend(check.changes.into_iter().map(|change| RestoreChange::Config { change }));
        if check.changes_left_out > 0 {
            changes.push(RestoreChange::More { count: check.changes_left_out });
        }
        if changes.is_empty() {
            changes.push(RestoreChange::Text);
        }
    }
    changes.extend(differences(&Settings::from(&tunnel), &saved.settings));
    let interface = tunnel.interface.clone();
    if changes.is_empty() {
        return Ok((RestoreAction::Same { interface }, changes, None));
    }
    Ok((RestoreAction::Different { id: tunnel.id, interface }, changes, Some(Box::new(tunnel))))
}

/// Checks a tunnel that is not on this computer.
fn checked<T: BlockingTransport>(
    service: &BlockingClient<T>,
    saved: &SavedTunnel,
    names: &mut Names,
) -> Result<Found, CallError<T::Error>> {
    let check = service.check_config(None, saved.config.clone())?;
    let changes = differences(&Settings::default(), &saved.settings);
    let action = match first_error(check.diagnostics) {
        Some(diagnostic) => RestoreAction::Invalid { diagnostic },
        None => RestoreAction::New { interface: names.interface(&saved.interface) },
    };
    Ok((action, changes, None))
}

fn first_error(diagnostics: Vec<Diagnostic>) -> Option<Diagnostic> {
    diagnostics.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Lists the settings that differ.
fn differences(before: &Settings, after: &Settings) -> Vec<RestoreChange> {
    let kill_switch = RestoreChange::KillSwitch { before: before.kill_switch, after: after.kill_switch };
    let reminder = RestoreChange::KeyReminder { before: before.key_reminder_days, after: after.key_reminder_days };
    let all = [
        (before.start_at_boot != after.start_at_boot, RestoreChange::StartAtBoot { after: after.start_at_boot }),
        (before.kill_switch != after.kill_switch, kill_switch),
        (before.allow_lan != after.allow_lan, RestoreChange::AllowLan { after: after.allow_lan }),
        (
            before.allow_ipv6_outside != after.allow_ipv6_outside,
            RestoreChange::AllowIpv6Outside { after: after.allow_ipv6_outside },
        ),
        (before.key_reminder_days != after.key_reminder_days, reminder),
    ];
    all.into_iter().filter(|(differs, _)| *differs).map(|(_, change)| change).collect()
}

#[cfg(test)]
mod tests {
    use adit_api::KillSwitch;

    use super::*;

    #[test]
    fn only_settings_that_differ_are_listed() {
        let usual = Settings::default();
        assert_eq!(differences(&usual, &usual), []);
        let strict = Settings {
            start_at_boot: true,
            kill_switch: KillSwitch::Lockdown,
            allow_lan: true,
            allow_ipv6_outside: true,
            key_reminder_days: Some(30),
        };
        let changes = [
            RestoreChange::StartAtBoot { after: true },
            RestoreChange::KillSwitch { before: KillSwitch::Off, after: KillSwitch::Lockdown },
            RestoreChange::AllowLan { after: true },
            RestoreChange::AllowIpv6Outside { after: true },
            RestoreChange::KeyReminder { before: None, after: Some(30) },
        ];
        assert_eq!(differences(&usual, &strict), changes);
        assert_eq!(differences(&strict, &usual).len(), 5);
    }
}
