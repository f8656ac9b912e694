//! The state that the controller wants.

use std::cmp::Ordering;

use crate::decide::Decision;
use crate::rule::{Action, KillSwitch, TunnelUse};
use crate::tunnels::{Coverage, Tunnels};

/// The tunnels and the kill switch as they should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The tunnels that are up; all others that the rules govern are down. `None`: all stay as they are.
    pub tunnels: Option<Vec<TunnelUse>>,
    /// The kill switch.
    pub kill_switch: Switch,
}

/// The state of the kill switch. A later value drops more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Switch {
    /// Open, unless an administrator has locked the computer down.
    Open,
    /// As each tunnel is set.
    AsTunnel,
    /// Closed.
    Closed,
}

/// The decision of the rules, before choices and pauses of the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Base {
    pub(super) target: Target,
    /// Whether the kill switch opens when the user turns the tunnels off.
    pub(super) opens_by_hand: bool,
}

impl Base {
    pub(super) fn of(decision: &Decision) -> Self {
        let opens_by_hand = decision.kill_switch == Some(KillSwitch::WhenUntrusted);
        Self { target: Target::of(decision), opens_by_hand }
    }

    /// Returns the tighter of both in each respect, as [`Target::tightened`] does.
    pub(super) fn tightened(&self, goal: &Self, scale: Scale<'_>) -> Self {
        let opens_by_hand = match self.target.kill_switch.cmp(&goal.target.kill_switch) {
            Ordering::Less => goal.opens_by_hand,
            Ordering::Equal => self.opens_by_hand && goal.opens_by_hand,
            Ordering::Greater => self.opens_by_hand,
        };
        Self { target: self.target.tightened(&goal.target, scale), opens_by_hand }
    }
}

impl Target {
    /// Returns the state that a decision wants.
    pub fn of(decision: &Decision) -> Self {
        let kill_switch = match decision.kill_switch {
            None => Switch::AsTunnel,
            Some(KillSwitch::Off) => Switch::Open,
            Some(KillSwitch::Always) => Switch::Closed,
            Some(KillSwitch::WhenUntrusted) if decision.is_untrusted() => Switch::Closed,
            Some(KillSwitch::WhenUntrusted) => Switch::Open,
        };
        let tunnels = match &decision.action {
            Action::Up(uses) => Some(uses.as_slice().to_vec()),
            Action::Down => Some(Vec::new()),
            Action::Leave => None,
        };
        Self { tunnels, kill_switch }
    }

    /// Returns how much of the traffic the tunnels protect. Those that do not exist any more protect nothing.
    pub fn coverage(&self, tunnels: &Tunnels) -> Coverage {
        self.tunnels.as_ref().map_or(Coverage::Untouched, |uses| existing(uses, tunnels))
    }

    /// Returns the tunnels and the kill switch of this target or of `goal`, whichever protects more. If the tunnels protect the
    /// same, those of `goal`.
    pub(super) fn tightened(&self, goal: &Self, scale: Scale<'_>) -> Self {
        let keeps = scale.coverage(self) > scale.coverage(goal);
        let uses = if keeps { &self.tunnels } else { &goal.tunnels };
        Self { tunnels: uses.clone(), kill_switch: self.kill_switch.max(goal.kill_switch) }
    }

    pub(super) fn is_tighter_than(&self, other: &Self, scale: Scale<'_>) -> bool {
        scale.coverage(self) > scale.coverage(other) || self.kill_switch > other.kill_switch
    }
}

/// What targets are compared by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale<'a> {
    pub(super) tunnels: &'a Tunnels,
    /// The tunnels that are up, which a target without tunnels leaves up; `None` if that is unknown.
    pub(super) up: Option<&'a [TunnelUse]>,
}

impl Scale<'_> {
    fn coverage(self, target: &Target) -> Coverage {
        let left = || self.up.map_or(Coverage::Untouched, |uses| existing(uses, self.tunnels).max(Coverage::Untouched));
        target.tunnels.as_ref().map_or_else(left, |uses| existing(uses, self.tunnels))
    }
}

/// Returns the coverage of those tunnels that exist.
fn existing(uses: &[TunnelUse], tunnels: &Tunnels) -> Coverage {
    let uses: Vec<TunnelUse> = uses.iter().filter(|used| tunnels.get(&used.tunnel).is_some()).cloned().collect();
    tunnels.coverage(&uses)
}
