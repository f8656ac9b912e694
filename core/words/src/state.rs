//! Words for the states of tunnels and peers.

use adit_api::{Action, DownReason, Health, KillSwitch, Role, Step, TunnelState};

use crate::Words;

impl Words {
    /// Describes a tunnel's state at `now` (Unix milliseconds) in one or a few words.
    pub fn state(&self, state: &TunnelState, now: u64) -> String {
        match state {
            TunnelState::Down { reason: None, retry_at: _ } => self.say("state-off", &[]),
            TunnelState::Down { reason: Some(reason), retry_at: _ } => self.down_reason(reason),
            TunnelState::Connecting { step, since: _ } => self.say("state-starting", &[("step", self.step(*step).into())]),
            // Idle is the health of no peers, too.
            TunnelState::Up(up) if up.peer_count == 0 && up.health == Health::Idle => self.say("health-no-peers", &[]),
            TunnelState::Up(up) => self.health(&up.health, now),
            TunnelState::Disconnecting { since: _ } => self.say("state-stopping", &[]),
            TunnelState::Paused { until: None } => self.say("state-paused", &[]),
            TunnelState::Paused { until: Some(until) } => {
                self.say("state-paused-for", &[("span", self.span(until.saturating_sub(now)).into())])
            }
            TunnelState::Blocked { cause: _, since: _, retry_at: _ } => self.say("state-blocked", &[]),
        }
    }

    /// Describes why a tunnel is down in one or a few words. [`Words::error`] describes a failure.
    pub fn down_reason(&self, reason: &DownReason) -> String {
        let id = match reason {
            DownReason::Asked => "state-off",
            DownReason::Failed { error: _ } => "state-failed",
            DownReason::InterfaceRemoved => "state-interface-removed",
            DownReason::EngineStopped => "state-engine-stopped",
        };
        self.say(id, &[])
    }

    /// Describes a peer's health at `now` (Unix milliseconds).
    pub fn health(&self, health: &Health, now: u64) -> String {
        match health {
            Health::Good => self.say("health-good", &[]),
            Health::Idle => self.say("health-idle", &[]),
            Health::WaitingForPeer => self.say("health-waiting", &[]),
            Health::Handshaking { since: _ } => self.say("health-handshaking", &[]),
            Health::NoAnswer { since } => self.say("health-no-answer", &[("span", self.span(now.saturating_sub(*since)).into())]),
        }
    }

    /// Describes the current step of bringing a tunnel up.
    pub fn step(&self, step: Step) -> String {
        let id = match step {
            Step::Check => "step-check",
            Step::Resolve => "step-resolve",
            Step::Firewall => "step-firewall",
            Step::PreUp => "step-pre-up",
            Step::Interface => "step-interface",
            Step::Addresses => "step-addresses",
            Step::Routes => "step-routes",
            Step::Dns => "step-dns",
            Step::PostUp => "step-post-up",
        };
        self.say(id, &[])
    }

    /// Returns the kill switch's strength as `adit block` spells it.
    pub fn kill_switch(&self, kill_switch: KillSwitch) -> String {
        let id = match kill_switch {
            KillSwitch::Off => "kill-switch-off",
            KillSwitch::Block => "kill-switch-block",
            KillSwitch::Lockdown => "kill-switch-lockdown",
        };
        self.say(id, &[])
    }

    /// Describes what a role allows beyond the role below it.
    pub fn role(&self, role: Role) -> String {
        let id = match role {
            Role::Status => "role-status",
            Role::Operate => "role-operate",
            Role::Administer => "role-administer",
        };
        self.say(id, &[])
    }

    /// Describes what an authorization allows.
    pub fn action(&self, action: Action) -> String {
        let id = match action {
            Action::KillSwitch => "action-kill-switch",
            Action::Lockdown => "action-lockdown",
        };
        self.say(id, &[])
    }
}
