//! The rights that depend on a tunnel's kill switch: what opens it needs an action beside the role.

use adit_api::{Action, ApiError, Caller, KillSwitch, Request, Rights, TunnelId};

use super::Inner;
use super::entry::Tunnels;

impl Inner {
    /// What a request needs at this moment.
    pub(super) fn rights(&self, request: &Request) -> Rights {
        let rights = request.rights();
        let of_tunnel = match request {
            Request::Disconnect { id } | Request::Pause { id, .. } => self.lock().to_take_down(*id),
            Request::Remove { id } => self.lock().to_remove(*id),
            Request::SetKillSwitch { id, kill_switch, .. } => Some(self.lock().to_set(*id, *kill_switch)),
            Request::ApproveHooks { .. } => self.lock().to_run_commands(),
            _ => None,
        };
        Rights { action: rights.action.max(of_tunnel), ..rights }
    }
}

impl Tunnels {
    /// To take a tunnel down for good or for a while. Lockdown stays closed then.
    pub(super) fn to_take_down(&self, id: TunnelId) -> Option<Action> {
        let profile = &self.entries.get(&id)?.profile;
        match profile.kill_switch {
            // Nothing is known of it but that it is closed: it may be under lockdown.
            _ if profile.is_unknown => Some(Action::Lockdown),
            KillSwitch::Block if profile.closes() => Some(Action::KillSwitch),
            KillSwitch::Off | KillSwitch::Block | KillSwitch::Lockdown => None,
        }
    }

    /// To remove a tunnel, which opens also lockdown. For the rest it is enough to be an administrator.
    pub(super) fn to_remove(&self, id: TunnelId) -> Option<Action> {
        let profile = &self.entries.get(&id)?.profile;
        (profile.is_locked_down() || profile.is_unknown).then_some(Action::Lockdown)
    }

    /// To set a tunnel's kill switch.
    pub(super) fn to_set(&self, id: TunnelId, kill_switch: KillSwitch) -> Action {
        let lockdown = self.to_remove(id);
        match kill_switch {
            KillSwitch::Lockdown => Action::Lockdown,
            KillSwitch::Off | KillSwitch::Block => lockdown.unwrap_or(Action::KillSwitch),
        }
    }

    /// To let commands run as root, which could open whatever is closed.
    pub(super) fn to_run_commands(&self) -> Option<Action> {
        self.entries.values().any(|entry| entry.profile.is_locked_down()).then_some(Action::Lockdown)
    }
}

/// Fails where an action is needed that the caller was not granted: the tunnel has become another since they asked.
pub(super) fn check(caller: &Caller, action: Option<Action>) -> Result<(), ApiError> {
    Rights { role: caller.role, action }.check(caller)
}
