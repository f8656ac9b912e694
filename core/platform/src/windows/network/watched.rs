//! Changes of Adit's settings by other programs: filters that they delete, and addresses, routes and interfaces that change.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::network::Tampering;
use crate::windows::event::Event;
use crate::windows_network::system::{FilterSet, Purpose};

/// The filters of this process, and what happened to them.
#[derive(Default)]
pub(super) struct Watched {
    /// The filters that are to be there.
    filters: Mutex<BTreeMap<u64, FilterSet>>,
    subscriber: Mutex<Option<Arc<Subscriber>>>,
}

/// What one subscription has heard.
pub(super) struct Subscriber {
    pub(super) heard: Event,
    pending: Mutex<VecDeque<Tampering>>,
}

impl Subscriber {
    pub(super) fn new(heard: Event) -> Self {
        Self { heard, pending: Mutex::default() }
    }

    /// Records a change once until it is taken.
    pub(super) fn hear(&self, tampering: Tampering) {
        let mut pending = lock(&self.pending);
        if !pending.contains(&tampering) {
            pending.push_back(tampering);
        }
        self.heard.set();
    }

    /// Returns the next change. Without one, waits are no longer answered at once.
    pub(super) fn take(&self) -> Option<Tampering> {
        let mut pending = lock(&self.pending);
        let next = pending.pop_front();
        if next.is_none() {
            self.heard.reset();
        }
        next
    }
}

impl Watched {
    pub(super) fn subscribe(&self, subscriber: Option<Arc<Subscriber>>) {
        *lock(&self.subscriber) = subscriber;
    }

    /// Stops watching filters before this process deletes them.
    pub(super) fn forget(&self, ids: &[u64]) {
        lock(&self.filters).retain(|id, _| !ids.contains(id));
    }

    pub(super) fn remember(&self, ids: &[u64], set: &FilterSet) {
        lock(&self.filters).extend(ids.iter().map(|id| (*id, set.clone())));
    }

    /// Tells that a filter was deleted, if it was to stay.
    pub(super) fn deleted(&self, id: u64) {
        let Some(set) = lock(&self.filters).remove(&id) else { return };
        let tampering = match set.purpose {
            Purpose::KillSwitch { .. } => Tampering::KillSwitch(set.name),
            Purpose::Guard => Tampering::Filter(set.name),
        };
        if let Some(subscriber) = &*lock(&self.subscriber) {
            subscriber.hear(tampering);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_others_delete_are_told_once_and_those_that_adit_deletes_are_not() {
        let (watched, subscriber) = (Watched::default(), Arc::new(Subscriber::new(Event::new().unwrap())));
        watched.subscribe(Some(Arc::clone(&subscriber)));
        let set = FilterSet { name: "office".parse().unwrap(), purpose: Purpose::Guard };
        watched.remember(&[1, 2, 3], &set);
        watched.forget(&[1]);
        for id in [1, 2, 3, 4] {
            watched.deleted(id);
        }
        assert_eq!(subscriber.take(), Some(Tampering::Filter(set.name)));
        assert_eq!(subscriber.take(), None);
    }
}
