//! The rights that depend on a tunnel's kill switch: a request that opens it needs an action in addition to the role.

use adit_api::{Action, ApiError, Caller, KillSwitch, Request, Rights, TunnelId};

use super::Inner;
use super::entry::Tunnels;

impl Inner {
    /// Returns the rights that a request needs at this moment.
    pub(super) fn rights(&self, request: &Request) -> Rights {
        let rights = request.rights();
        let of_tunnel = match request {
            Request::Disconnect { id } | Request::Pause { id, .. } | Request::DisconnectAfter { id, seconds: Some(_) } => {
                self.lock().to_take_down(*id)
            }
            Request::Connect { id, .. } | Request::ConnectWithKey { id, .. } => self.to_turn_on(*id),
            Request::OpenPortal { .. } => self.lock().to_open_portal(),
            Request::PauseRules { .. } => self.lock().to_pause_rules(),
            Request::Remove { id } => self.lock().to_remove(*id),
            Request::SetKillSwitch { id, kill_switch, .. } => Some(self.lock().to_set(*id, *kill_switch)),
            Request::ApproveHooks { .. } => self.lock().to_run_commands(),
            _ => None,
        };
        Rights { action: rights.action.max(of_tunnel), ..rights }
    }
}

impl Tunnels {
    /// Returns the action needed to take a tunnel down for good or for a limited time. Lockdown stays closed in both cases.
    pub(super) fn to_take_down(&self, id: TunnelId) -> Option<Action> {
        let profile = &self.entries.get(&id)?.profile;
        match profile.kill_switch {
            KillSwitch::Lockdown if !profile.is_under_lockdown() => Some(Action::KillSwitch),
            // Only a closed kill switch is known of this tunnel: it may be under lockdown.
            _ if profile.is_unknown => Some(Action::Lockdown),
            KillSwitch::Block if profile.closes() => Some(Action::KillSwitch),
            KillSwitch::Off | KillSwitch::Block | KillSwitch::Lockdown => None,
        }
    }

    /// Returns the action needed to take all tunnels of the on-demand rules down.
    pub(super) fn to_pause_rules(&self) -> Option<Action> {
        let governed = self.entries.iter().filter(|(_, entry)| entry.profile.wish.is_some());
        governed.filter_map(|(id, _)| self.to_take_down(*id)).max()
    }

    /// Returns the action needed to remove a tunnel, which also opens a lockdown. Without lockdown, an administrator's role
    /// suffices.
    pub(super) fn to_remove(&self, id: TunnelId) -> Option<Action> {
        let profile = &self.entries.get(&id)?.profile;
        (profile.is_under_lockdown() || profile.is_unknown).then_some(Action::Lockdown)
    }

    /// Returns the action needed to set a tunnel's kill switch.
    pub(super) fn to_set(&self, id: TunnelId, kill_switch: KillSwitch) -> Action {
        let lockdown = self.to_remove(id);
        match kill_switch {
            KillSwitch::Lockdown => Action::Lockdown,
            KillSwitch::Off | KillSwitch::Block => lockdown.unwrap_or(Action::KillSwitch),
        }
    }

    /// Returns the action needed to let hooks run as root, because they could open any kill switch.
    pub(super) fn to_run_commands(&self) -> Option<Action> {
        self.entries.values().any(|entry| entry.profile.is_under_lockdown()).then_some(Action::Lockdown)
    }
}

/// Fails if an action is needed that the caller was not granted, because the tunnel has changed since the request was
/// authorized.
pub(super) fn check(caller: &Caller, action: Option<Action>) -> Result<(), ApiError> {
    Rights { role: caller.role, action }.check(caller)
}
