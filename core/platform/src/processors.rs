//! The CPUs on which this thread runs, and which CPUs are idle.

use std::time::Duration;

pub use crate::system::processors::{allowed, current, idle, keep_to, set_slice, thread_time, use_default_slice};

/// The time that a thread has run and waited since it began; it slept the rest.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ThreadTime {
    /// The time on a CPU.
    pub ran: Duration,
    /// The time in which the thread was ready to run, and another thread had its CPU.
    pub waited: Duration,
}
