//! The reaction to a server that does not answer.

use std::time::Duration;

use adit_protocol::time::Instant;

use super::{Command, Controller};
use crate::rule::{Name, Step, TunnelUse};

/// The longest wait between two steps.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Time for which a server has to answer until earlier failures are forgotten.
const FORGIVEN_AFTER: Duration = Duration::from_secs(10 * 60);

/// Time until the next endpoint is tried where the rules do not say another one.
const NEXT_ENDPOINT_AFTER: Duration = Duration::from_secs(30);

/// The steps for a tunnel with several endpoints that the rules do not govern.
const ENDPOINTS_ALONE: &[Step] = &[Step::NextEndpoint];

/// A tunnel that did not get an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Failing {
    /// The number of steps that have been taken in this round: 0 is the tunnel itself.
    step: usize,
    /// The number of endpoints that the present step has tried.
    tries: usize,
    /// The number of times that all steps have been tried. Each round doubles the wait.
    rounds: u32,
    /// Since when there has been no answer.
    silent_since: Option<Instant>,
    /// The time of the last answer.
    answered_at: Option<Instant>,
    /// True if the endpoint in use answered for so long that the next one to try is the first.
    was_stable: bool,
}

/// What to do for one tunnel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan<'a> {
    /// How long packets go unanswered before the first step, and the shortest time between two steps.
    after: Duration,
    steps: &'a [Step],
}

impl Failing {
    /// Returns the step in force; `None` is the tunnel itself.
    pub(super) fn step_of<'a>(&self, plan: Plan<'a>) -> Option<&'a Step> {
        self.step.checked_sub(1).and_then(|index| plan.steps.get(index))
    }

    /// Returns when the next step is due.
    pub(super) fn due(&self, plan: Plan<'_>) -> Option<Instant> {
        let wait = plan.after.saturating_mul(1 << self.rounds.min(16));
        self.silent_since.map(|since| since + wait.min(LONGEST_WAIT).max(plan.after))
    }

    /// Goes on to the next endpoint of a tunnel that has this number of them, or else to the next step.
    fn advance(&mut self, plan: Plan<'_>, endpoints: usize) {
        let is_at_endpoint = self.step_of(plan) == Some(&Step::NextEndpoint);
        if std::mem::take(&mut self.was_stable) && is_at_endpoint {
            (self.step, self.tries) = (0, 0);
        } else if is_at_endpoint && self.tries + 1 < endpoints {
            self.tries += 1;
        } else {
            (self.step, self.tries) = (self.step + 1, 1);
            if self.step > plan.steps.len() {
                (self.step, self.tries) = (0, 0);
                self.rounds = self.rounds.saturating_add(1);
            }
        }
    }
}

impl Controller {
    pub(super) fn unanswered(&mut self, now: Instant, tunnel: &Name) {
        let Some(original) = self.original_of(tunnel) else { return };
        let failing = self.failing.entry(original).or_default();
        if failing.silent_since.is_some() {
            return;
        }
        failing.was_stable = failing.answered_at.is_some_and(|at| now.since(at) >= FORGIVEN_AFTER);
        if failing.was_stable {
            failing.rounds = 0;
        }
        failing.silent_since = Some(now);
    }

    pub(super) fn answered(&mut self, now: Instant, tunnel: &Name) {
        let Some(failing) = self.original_of(tunnel).and_then(|original| self.failing.get_mut(&original)) else { return };
        if failing.silent_since.take().is_some() || failing.answered_at.is_none() {
            failing.answered_at = Some(now);
        }
    }

    /// Forgets the silence of a tunnel that went down, unless a step of the rules took it down.
    pub(super) fn restarted(&mut self, tunnel: &Name) {
        let tunnel = self.spelled(tunnel);
        let step = self.failover_plan(&tunnel).and_then(|plan| self.failing.get(&tunnel)?.step_of(plan));
        if !matches!(step, Some(Step::Up(_) | Step::Down)) {
            self.failing.remove(&tunnel);
        }
    }

    /// Returns what to do about a tunnel that gets no answer: what the rules say if they govern it, and otherwise to try all its
    /// endpoints.
    pub(super) fn failover_plan(&self, tunnel: &Name) -> Option<Plan<'_>> {
        let of_rules = self.rules.failover.as_ref();
        if let Some(failover) = of_rules.filter(|_| self.governed().contains(tunnel)) {
            return Some(Plan { after: failover.after.duration(), steps: failover.steps.as_slice() });
        }
        let after = of_rules.map_or(NEXT_ENDPOINT_AFTER, |failover| failover.after.duration());
        (self.endpoints_of(tunnel) > 1).then_some(Plan { after, steps: ENDPOINTS_ALONE })
    }

    fn endpoints_of(&self, tunnel: &Name) -> usize {
        self.tunnels.get(tunnel).map_or(1, |tunnel| tunnel.endpoints)
    }

    /// Returns the tunnel in whose place `tunnel` is up, which may be `tunnel` itself; `None` if the rules govern it and it is not up,
    /// or if nothing is to be done about it.
    fn original_of(&self, tunnel: &Name) -> Option<Name> {
        let tunnel = self.spelled(tunnel);
        let replaces = |name: &Name, failing: &Failing| match self.failover_plan(name).and_then(|plan| failing.step_of(plan)) {
            Some(Step::Up(other)) => self.spelled(other) == tunnel,
            Some(Step::NextEndpoint | Step::Down) | None => false,
        };
        let original = self.failing.iter().find(|(name, failing)| replaces(name, failing)).map(|(name, _)| name.clone());
        let is_up = |name: &Name| {
            let uses = self.current.as_ref().and_then(|target| target.tunnels.as_ref());
            uses.is_some_and(|uses| uses.iter().any(|used| used.tunnel == *name))
        };
        let may_fail = |name: &Name| self.failover_plan(name).is_some() && (is_up(name) || self.endpoints_of(name) > 1);
        original.or_else(|| may_fail(&tunnel).then_some(tunnel))
    }

    /// Takes the steps that are due.
    pub(super) fn fail_over(&mut self, now: Instant, commands: &mut Vec<Command>) {
        let mut all = std::mem::take(&mut self.failing);
        all.retain(|tunnel, failing| {
            let Some(plan) = self.failover_plan(tunnel) else { return false };
            if failing.due(plan).is_none_or(|due| now < due) {
                return true;
            }
            failing.advance(plan, self.endpoints_of(tunnel));
            failing.silent_since = match failing.step_of(plan) {
                Some(Step::NextEndpoint) => {
                    commands.push(Command::NextEndpoint(tunnel.clone()));
                    Some(now)
                }
                // Nothing is up that could answer, so only time ends this step.
                Some(Step::Down) => Some(now),
                // The tunnel that takes over reports by itself that it gets no answer.
                Some(Step::Up(_)) => None,
                None => {
                    commands.extend((self.endpoints_of(tunnel) > 1).then(|| Command::NextRound(tunnel.clone())));
                    None
                }
            };
            true
        });
        self.failing = all;
    }

    /// Forgets that servers did not answer, and goes back to the first endpoints.
    pub(super) fn forgive(&mut self, commands: &mut Vec<Command>) {
        self.failing.clear();
        let several = self.tunnels.known.iter().filter(|tunnel| tunnel.endpoints > 1);
        commands.extend(several.map(|tunnel| Command::FirstEndpoint(tunnel.name.clone())));
    }

    /// Puts the tunnels of the steps in force in the place of those that do not answer.
    pub(super) fn replace_failing(&self, uses: &mut Vec<TunnelUse>) {
        let mut replaced: Vec<TunnelUse> = Vec::new();
        for used in uses.drain(..) {
            let plan = self.failover_plan(&used.tunnel);
            let step = plan.and_then(|plan| self.failing.get(&used.tunnel)?.step_of(plan));
            let tunnel = match step {
                Some(Step::Down) => continue,
                // A tunnel that does not exist cannot take over.
                Some(Step::Up(other)) => self.tunnels.get(other).map_or(used.tunnel, |known| known.name.clone()),
                Some(Step::NextEndpoint) | None => used.tunnel,
            };
            self.tunnels.add(&mut replaced, TunnelUse { tunnel, mode: used.mode });
        }
        *uses = replaced;
    }

    pub(super) fn failover_due(&self) -> impl Iterator<Item = Instant> {
        self.failing.iter().filter_map(|(tunnel, failing)| failing.due(self.failover_plan(tunnel)?))
    }
}
