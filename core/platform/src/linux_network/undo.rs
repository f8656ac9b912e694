//! The steps that were begun, to be taken back from the last to the first.

use std::collections::BTreeSet;

use crate::network::Step;

#[derive(Debug, Default)]
pub(super) struct Undo {
    steps: BTreeSet<Step>,
}

impl Undo {
    /// To be called before the step is tried: one that fails half-way is taken back too, so that taking back must bear to find
    /// nothing.
    pub(super) fn push(&mut self, step: Step) {
        self.steps.insert(step);
    }

    /// The last one that is behind `first`, which is to be taken back first.
    pub(super) fn pop_behind(&mut self, first: Option<Step>) -> Option<Step> {
        let last = self.steps.last().copied().filter(|last| first.is_none_or(|first| *last > first))?;
        self.steps.remove(&last);
        Some(last)
    }

    /// There is nothing of it to take back; whether there was.
    pub(super) fn forget(&mut self, step: Step) -> bool {
        self.steps.remove(&step)
    }
}
