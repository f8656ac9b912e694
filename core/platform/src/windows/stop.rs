//! A stop flag with an event, so that a thread can wait for it and for devices at once.

use std::any::Any;
use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::sync::atomic::{AtomicBool, Ordering};

use super::event::Event;
use crate::device::Stop;

/// [`Stop`] on an event, which stays set.
pub struct EventStop {
    event: Event,
    stopped: AtomicBool,
}

impl EventStop {
    /// Creates a flag that is not set.
    pub fn new() -> io::Result<Self> {
        Ok(Self { event: Event::new()?, stopped: AtomicBool::new(false) })
    }
}

impl AsHandle for EventStop {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.event.as_handle()
    }
}

impl Stop for EventStop {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.event.set();
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
