//! A stay in one network: what lasts until the computer is somewhere else.

use crate::identity::{Identity, Sameness};

/// The network in which something began, and whether the computer is still there.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    /// `None` until it is known, and in no network.
    identity: Option<Identity>,
    /// Whether the computer has been in no network, or asleep, since it was last seen here.
    was_interrupted: bool,
    last: Sameness,
}

impl Stay {
    /// Begins a stay. A network that is unknown yet (`None`) becomes known later; in no network, the stay ends with the first one.
    pub(super) fn new(identity: Option<&Identity>) -> Self {
        let is_nowhere = identity.is_some_and(Identity::is_nowhere);
        let identity = identity.filter(|_| !is_nowhere).cloned();
        Self { identity, was_interrupted: is_nowhere, last: Sameness::Same }
    }

    /// Compares the present networks with this one, and remembers what has become known about it.
    pub(super) fn see(&mut self, now: &Identity) -> Sameness {
        if now.is_nowhere() {
            self.was_interrupted = true;
            return self.last;
        }
        self.last = match &mut self.identity {
            None if self.was_interrupted => Sameness::Different,
            None => {
                self.identity = Some(now.clone());
                Sameness::Same
            }
            Some(identity) => {
                let sameness = identity.compare(now, self.was_interrupted);
                if sameness == Sameness::Same {
                    identity.learn(now);
                    self.was_interrupted = false;
                }
                sameness
            }
        };
        self.last
    }

    /// Notes that nothing is known about the networks any more.
    pub(super) fn interrupt(&mut self) {
        self.was_interrupted = true;
        self.last = Sameness::Uncertain;
    }

    /// Returns true if the computer is certainly still there.
    pub(super) fn is_certain(&self) -> bool {
        self.last == Sameness::Same
    }
}
