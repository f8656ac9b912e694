//! A stop flag with a file descriptor, so that `poll` can wait for it and for a device at once.

use std::any::Any;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{EventfdFlags, eventfd};

use crate::device::Stop;

/// [`Stop`] on an `eventfd`, which becomes readable when the flag is set and stays readable.
pub struct EventStop {
    event: OwnedFd,
    stopped: AtomicBool,
}

impl EventStop {
    /// Creates a flag that is not set.
    pub fn new() -> io::Result<Self> {
        Ok(Self { event: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?, stopped: AtomicBool::new(false) })
    }
}

impl AsFd for EventStop {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }
}

impl Stop for EventStop {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        // The only possible failure is a full counter, and then the descriptor is readable already.
        let _ = rustix::io::write(&self.event, &1u64.to_ne_bytes());
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
