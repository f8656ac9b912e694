//! What acts now: the rules, a choice by hand or a pause, and for how long.

use serde::{Deserialize, Serialize};

use super::{FailoverStep, RuleMode, RuleSource, RuleTunnel, RulesDecision};
use crate::TunnelId;

/// What acts at one moment. Times are Unix milliseconds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulesState {
    /// True if there is at least one rule or a default. If not, tunnels are only turned on and off by hand.
    pub are_active: bool,
    /// The decision of the rules about the present networks.
    pub decision: RulesDecision,
    /// The established state; None before the first decision of the service.
    pub applied: Option<AppliedRules>,
    /// The next state, established if nothing else happens until then.
    pub pending: Option<PendingRules>,
    /// The tunnels that were turned on or off by hand, which holds until the network changes.
    pub choices: Vec<ManualChoice>,
    /// The pause.
    pub pause: Option<RulesPause>,
    /// The tunnels that go down after a time.
    pub auto_off: Vec<AutoOff>,
    /// The tunnels of the rules whose server did not answer.
    pub failover: Vec<FailoverState>,
}

/// An established state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AppliedRules {
    /// The tunnels that are up; all others that the rules name are down. None: all stay as they are.
    pub tunnels: Option<Vec<RuleTunnel>>,
    /// The kill switch.
    pub kill_switch: RulesSwitch,
}

/// The kill switch that the rules establish.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RulesSwitch {
    /// Open, unless an administrator has set lockdown.
    Open,
    /// As each tunnel is set.
    AsTunnel,
    /// Closed.
    Closed,
}

/// A state that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PendingRules {
    /// The state.
    pub target: AppliedRules,
    /// When it is established.
    pub at: u64,
}

/// A tunnel that was turned on or off by hand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManualChoice {
    /// The name of the tunnel.
    pub tunnel: String,
    /// True if it was turned on.
    pub is_up: bool,
    /// When the choice ends at the latest; None: only with the network.
    pub until: Option<u64>,
    /// True if the choice has no effect at the moment, because it relaxes and it is uncertain whether the network is still the same.
    pub is_suspended: bool,
}

/// A pause of the rules, during which all their tunnels are down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulesPause {
    /// The end; None: when the network changes.
    pub until: Option<u64>,
    /// True if the pause has no effect at the moment, because it is uncertain whether the network is still the same.
    pub is_suspended: bool,
}

/// A tunnel that goes down after a time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AutoOff {
    /// The tunnel.
    pub id: TunnelId,
    /// When it goes down.
    pub at: u64,
}

/// A tunnel of the rules whose server did not answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FailoverState {
    /// The name of the tunnel that the rules want.
    pub tunnel: String,
    /// The step in force; None: the tunnel itself is tried.
    pub step: Option<FailoverStep>,
    /// When the next step is taken if there is no answer until then.
    pub next_at: Option<u64>,
}

/// Why a tunnel that the rules govern is up or down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OnDemand {
    /// The cause.
    pub cause: OnDemandCause,
    /// The traffic that goes through the tunnel.
    pub mode: RuleMode,
    /// The kill switch that the rules establish. The tunnel's own setting is in its view.
    pub kill_switch: RulesSwitch,
}

/// What decides about a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OnDemandCause {
    /// A rule or the default.
    Rule {
        /// Which one.
        by: RuleSource,
    },
    /// It was turned on or off by hand.
    Manual {
        /// When that ends at the latest; None: only with the network.
        until: Option<u64>,
    },
    /// The rules are paused.
    Paused {
        /// The end; None: when the network changes.
        until: Option<u64>,
    },
}
