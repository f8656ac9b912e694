//! On which processors this thread runs, and which of them have nothing to do.

use std::time::Duration;

pub use crate::system::processors::{allowed, current, idle, keep_to, thread_time};

/// A thread's time since it began: running and waiting; it slept the rest.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ThreadTime {
    /// It had a processor.
    pub ran: Duration,
    /// It could have run, and another thread had its processor.
    pub waited: Duration,
}
