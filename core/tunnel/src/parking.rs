//! A gate at which idle threads sleep until another thread wakes them.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, PoisonError};

/// A gate: threads pass while it is open and sleep while it is shut.
#[derive(Default)]
pub(crate) struct Gate {
    open: AtomicBool,
    parked: Mutex<()>,
    called: Condvar,
}

impl Gate {
    /// Returns true if threads pass. Takes no lock.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Relaxed)
    }

    /// Opens or shuts the gate.
    pub(crate) fn set(&self, open: bool) {
        if open == self.is_open() {
            return;
        }
        let parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        self.open.store(open, Relaxed);
        drop(parked);
        self.called.notify_all();
    }

    /// Sleeps until the gate is open.
    pub(crate) fn pass(&self) {
        let parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.called.wait_while(parked, |()| !self.is_open()).unwrap_or_else(PoisonError::into_inner));
    }
}
