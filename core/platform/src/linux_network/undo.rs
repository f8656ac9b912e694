//! The steps that were begun. They are undone from the last to the first.

use std::collections::BTreeSet;

use crate::network::Step;

#[derive(Debug, Default)]
pub(crate) struct Undo {
    steps: BTreeSet<Step>,
}

impl Undo {
    /// Records a step before it is tried. A step that fails half-way is undone too, so that undoing must tolerate that nothing
    /// was done.
    pub(crate) fn push(&mut self, step: Step) {
        self.steps.insert(step);
    }

    /// Removes and returns the last step after `first` (None: the last of all), which is to be undone next.
    pub(crate) fn pop_behind(&mut self, first: Option<Step>) -> Option<Step> {
        let last = self.steps.last().copied().filter(|last| first.is_none_or(|first| *last > first))?;
        self.steps.remove(&last);
        Some(last)
    }

    /// Removes a step without undoing it. Returns true if it was recorded.
    pub(crate) fn forget(&mut self, step: Step) -> bool {
        self.steps.remove(&step)
    }
}
