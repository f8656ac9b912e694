//! The controller's state for people: what holds, why, and for how long.

use std::time::Duration;

use super::{Clock, Controller, Paused, Target};
use crate::decide::Decision;
use crate::rule::{Name, Step};

/// The state of a controller at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The decision of the rules, with the trace.
    pub decision: Decision,
    /// The target that has been applied; `None` before the first call.
    pub target: Option<Target>,
    /// The target that will be applied if nothing else happens.
    pub pending: Option<PendingStatus>,
    /// The tunnels that the user turned on or off by hand.
    pub choices: Vec<ChoiceStatus>,
    /// The pause.
    pub pause: Option<PauseStatus>,
    /// The tunnels that go down after a time that the user gave.
    pub auto_off: Vec<AutoOffStatus>,
    /// The captive portal.
    pub portal: PortalStatus,
    /// The tunnels that did not get an answer.
    pub failover: Vec<FailoverStatus>,
}

/// A target that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingStatus {
    /// The target.
    pub target: Target,
    /// The time until it is applied.
    pub remaining: Duration,
}

/// A tunnel that the user turned on or off by hand. It holds until the network changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceStatus {
    /// The tunnel.
    pub tunnel: Name,
    /// True if the user turned it on.
    pub is_up: bool,
    /// The time until the choice ends at the latest.
    pub remaining: Option<Duration>,
    /// Whether the choice has no effect at the moment, because it relaxes and it is uncertain whether the network is still the same.
    pub is_suspended: bool,
}

/// A pause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PauseStatus {
    /// It ends after this time.
    Remaining(Duration),
    /// It ends when the network changes.
    UntilNetworkChanges {
        /// Whether it has no effect at the moment, because it is uncertain whether the network is still the same.
        is_suspended: bool,
    },
}

/// A tunnel that goes down after a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AutoOffStatus {
    /// The tunnel.
    pub tunnel: Name,
    /// The time until then.
    pub remaining: Duration,
}

/// A captive portal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PortalStatus {
    /// There is none, or nobody knows of one.
    None,
    /// There is one, and nothing is exempt.
    Captive {
        /// The interface of the link.
        interface: String,
    },
    /// One process may reach it.
    Open {
        /// The time until it is locked out again.
        remaining: Duration,
    },
}

/// A tunnel that did not get an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailoverStatus {
    /// The tunnel that the rules want.
    pub tunnel: Name,
    /// The step in force; `None`: the tunnel itself is tried.
    pub step: Option<Step>,
    /// The time until the next step, while there is no answer.
    pub remaining: Option<Duration>,
}

impl Controller {
    /// Returns the present state.
    pub fn status(&self, clock: Clock) -> Status {
        let remaining = |until: adit_protocol::time::Instant| until.since(clock.now);
        let choices = self.choices.iter().map(|choice| ChoiceStatus {
            tunnel: choice.tunnel.clone(),
            is_up: choice.is_up,
            remaining: choice.until.map(remaining),
            is_suspended: !choice.is_up && !choice.stay.is_certain(),
        });
        let pause = self.pause.as_ref().map(|pause| match pause {
            Paused::Until(until) => PauseStatus::Remaining(remaining(*until)),
            Paused::Stay(stay) => PauseStatus::UntilNetworkChanges { is_suspended: !stay.is_certain() },
        });
        let failover = self.failing.iter().filter_map(|(tunnel, failing)| {
            let plan = self.failover_plan(tunnel)?;
            Some(FailoverStatus {
                tunnel: tunnel.clone(),
                step: failing.step_of(plan).cloned(),
                remaining: failing.due(plan).map(remaining),
            })
        });
        Status {
            decision: self.decision(clock.local),
            target: self.current.clone(),
            pending: self
                .pending
                .as_ref()
                .map(|pending| PendingStatus { target: pending.target.clone(), remaining: remaining(pending.due) }),
            choices: choices.collect(),
            pause,
            auto_off: self
                .auto_off
                .iter()
                .map(|(tunnel, at)| AutoOffStatus { tunnel: tunnel.clone(), remaining: remaining(*at) })
                .collect(),
            portal: self.portal_status(clock),
            failover: failover.collect(),
        }
    }

    fn portal_status(&self, clock: Clock) -> PortalStatus {
        match (&self.exemption, self.captive_link()) {
            (Some(exemption), _) => PortalStatus::Open { remaining: exemption.until.since(clock.now) },
            (None, Some(link)) => PortalStatus::Captive { interface: link.interface.clone() },
            (None, None) => PortalStatus::None,
        }
    }
}
