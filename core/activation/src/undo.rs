//! What has been done, as data: each step has its way back.

use std::collections::BTreeSet;

/// A step that was begun and has to be taken back. In the order in which they are done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Commands before the interface is made; taken back by those for after.
    PreUp,
    /// The interface.
    Interface,
    /// WireGuard on it.
    Engine,
    /// The packet filter.
    Firewall,
    /// Routes and rules.
    Routes,
    /// Resolvers.
    Dns,
    /// Commands after everything is up; taken back by those for before it goes down.
    PostUp,
}

/// The steps that were begun.
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

    /// The last one, which is to be taken back first.
    pub(super) fn pop(&mut self) -> Option<Step> {
        self.steps.pop_last()
    }

    /// There is nothing of it to take back; whether there was.
    pub(super) fn forget(&mut self, step: Step) -> bool {
        self.steps.remove(&step)
    }
}
