//! The reaction to a server that does not answer.

use std::time::Duration;

use adit_protocol::time::Instant;

use super::{Command, Controller};
use crate::rule::{Failover, Name, Step, TunnelUse};

/// The longest wait between two steps.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Time for which a server has to answer until earlier failures are forgotten.
const FORGIVEN_AFTER: Duration = Duration::from_secs(10 * 60);

/// A tunnel of the rules that did not get an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Failing {
    /// The number of steps that have been taken in this round: 0 is the tunnel itself.
    pub(super) step: usize,
    /// The number of times that all steps have been tried. Each round doubles the wait.
    rounds: u32,
    /// Since when there has been no answer.
    silent_since: Option<Instant>,
    /// The time of the last answer.
    answered_at: Option<Instant>,
}

impl Failing {
    /// Returns the step in force; `None` is the tunnel itself.
    pub(super) fn step_of<'a>(&self, failover: &'a Failover) -> Option<&'a Step> {
        self.step.checked_sub(1).and_then(|index| failover.steps.as_slice().get(index))
    }

    /// Returns when the next step is due.
    pub(super) fn due(&self, failover: &Failover) -> Option<Instant> {
        let wait = failover.after.duration().saturating_mul(1 << self.rounds.min(16));
        self.silent_since.map(|since| since + wait.min(LONGEST_WAIT).max(failover.after.duration()))
    }
}

impl Controller {
    pub(super) fn unanswered(&mut self, now: Instant, tunnel: &Name) {
        let Some(original) = self.original_of(tunnel) else { return };
        let failing = self.failing.entry(original).or_default();
        if failing.silent_since.is_some() {
            return;
        }
        if failing.answered_at.is_some_and(|at| now.since(at) >= FORGIVEN_AFTER) {
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

    /// Returns the tunnel of the rules in whose place `tunnel` is up, which may be `tunnel` itself; `None` if it is not up.
    fn original_of(&self, tunnel: &Name) -> Option<Name> {
        let tunnel = self.spelled(tunnel);
        let replaces = |failing: &Failing| match self.rules.failover.as_ref().and_then(|failover| failing.step_of(failover)) {
            Some(Step::Up(other)) => self.spelled(other) == tunnel,
            Some(Step::NextEndpoint | Step::Down) | None => false,
        };
        let original = self.failing.iter().find(|(_, failing)| replaces(failing)).map(|(name, _)| name.clone());
        let is_up = |name: &Name| {
            let uses = self.current.as_ref().and_then(|target| target.tunnels.as_ref());
            uses.is_some_and(|uses| uses.iter().any(|used| used.tunnel == *name))
        };
        original.or_else(|| is_up(&tunnel).then_some(tunnel))
    }

    /// Takes the steps that are due.
    pub(super) fn fail_over(&mut self, now: Instant, commands: &mut Vec<Command>) {
        let Some(failover) = self.rules.failover.clone() else {
            self.failing.clear();
            return;
        };
        for (tunnel, failing) in &mut self.failing {
            if failing.due(&failover).is_none_or(|due| now < due) {
                continue;
            }
            failing.step += 1;
            if failing.step > failover.steps.as_slice().len() {
                failing.step = 0;
                failing.rounds = failing.rounds.saturating_add(1);
            }
            failing.silent_since = match failing.step_of(&failover) {
                Some(Step::NextEndpoint) => {
                    commands.push(Command::NextEndpoint(tunnel.clone()));
                    Some(now)
                }
                // Nothing is up that could answer, so only time ends this step.
                Some(Step::Down) => Some(now),
                // The tunnel that takes over reports by itself that it gets no answer.
                Some(Step::Up(_)) | None => None,
            };
        }
    }

    /// Puts the tunnels of the steps in force in the place of those that do not answer.
    pub(super) fn replace_failing(&self, uses: &mut Vec<TunnelUse>) {
        let Some(failover) = &self.rules.failover else { return };
        let mut replaced: Vec<TunnelUse> = Vec::new();
        for used in uses.drain(..) {
            let step = self.failing.get(&used.tunnel).and_then(|failing| failing.step_of(failover));
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
        let failover = self.rules.failover.as_ref();
        self.failing.values().filter_map(move |failing| failing.due(failover?))
    }
}
