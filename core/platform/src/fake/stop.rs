//! A stop flag that wakes the threads waiting for it.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::bell::Bell;
use super::lock;
use crate::device::Stop;

/// [`Stop`] for the fake devices.
#[derive(Default)]
pub struct FakeStop {
    stopped: AtomicBool,
    bells: Mutex<Vec<Weak<Bell>>>,
}

impl FakeStop {
    /// Creates a flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn will_ring(&self, bell: &Arc<Bell>) {
        let mut bells = lock(&self.bells);
        bells.retain(|known| known.strong_count() > 0);
        if !bells.iter().any(|known| known.as_ptr() == Arc::as_ptr(bell)) {
            bells.push(Arc::downgrade(bell));
        }
    }
}

impl Stop for FakeStop {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        let bells = lock(&self.bells).clone();
        for bell in bells.iter().filter_map(Weak::upgrade) {
            bell.ring();
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
