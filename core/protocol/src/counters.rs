//! The message counters of one session, used by several threads at once: each number is sent once and accepted once.
//!
//! `core/loom` includes this file and tries every order in which threads can use it.

use crate::replay::ReplayWindow;
use crate::sync::{AtomicU64, Mutex, Ordering, PoisonError};
use crate::timing::REJECT_AFTER_MESSAGES;

/// Gives out the counters of messages to be sent.
pub(crate) struct SendCounter(AtomicU64);

impl SendCounter {
    /// Begins at zero.
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// A number that is never given twice, or `None` when there are no more (rule R6).
    pub(crate) fn take(&self) -> Option<u64> {
        let counter = self.0.fetch_add(1, Ordering::Relaxed);
        if counter < REJECT_AFTER_MESSAGES {
            return Some(counter);
        }
        // It must not wrap around, however often it is asked.
        self.0.store(REJECT_AFTER_MESSAGES, Ordering::Relaxed);
        None
    }

    /// The number that is given out next; [`REJECT_AFTER_MESSAGES`] or more where there is none.
    pub(crate) fn next(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Continues at `counter`. Going back would give out numbers a second time.
    pub(crate) fn danger_set(&self, counter: u64) {
        self.0.store(counter, Ordering::Relaxed);
    }
}

/// The counters of messages that were received.
pub(crate) struct ReceivedCounters(Mutex<ReplayWindow>);

impl ReceivedCounters {
    /// Nothing received yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(ReplayWindow::new()))
    }

    /// As [`ReplayWindow::accept`]: true for one caller, if several come with the same number.
    pub(crate) fn accept(&self, counter: u64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accept(counter)
    }
}
