//! The message counters of one session, shared by several threads: each number is sent once and accepted once.
//!
//! `core/loom` includes this file and tries every order in which threads can use it.

use crate::replay::ReplayWindow;
use crate::sync::{AtomicU64, Mutex, Ordering, PoisonError};
use crate::timing::REJECT_AFTER_MESSAGES;

/// Hands out the counters of outgoing messages.
pub(crate) struct SendCounter(AtomicU64);

impl SendCounter {
    /// Creates a counter that starts at zero.
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Returns a number that was never returned before, or `None` once all numbers are used (rule R6).
    pub(crate) fn take(&self) -> Option<u64> {
        let counter = self.0.fetch_add(1, Ordering::Relaxed);
        if counter < REJECT_AFTER_MESSAGES {
            return Some(counter);
        }
        // The counter must not wrap around, however often `take` is called.
        self.0.store(REJECT_AFTER_MESSAGES, Ordering::Relaxed);
        None
    }

    /// Returns the number that `take` returns next; [`REJECT_AFTER_MESSAGES`] or more if there is none left.
    pub(crate) fn next(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Continues at `counter`. Going back would hand out numbers a second time.
    pub(crate) fn danger_set(&self, counter: u64) {
        self.0.store(counter, Ordering::Relaxed);
    }
}

/// The counters of received messages.
pub(crate) struct ReceivedCounters(Mutex<ReplayWindow>);

impl ReceivedCounters {
    /// Creates a window in which no counter was received yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(ReplayWindow::new()))
    }

    /// [`ReplayWindow::accept`] for several threads: if they bring the same number, it returns true to exactly one of them.
    pub(crate) fn accept(&self, counter: u64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accept(counter)
    }
}
