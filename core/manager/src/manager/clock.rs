//! The wall clock, and sleeping until it shows something, as a seam: tests make time pass.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Unix milliseconds.
    fn now(&self) -> u64;

    /// How long to sleep until it is `deadline` (Unix milliseconds); None: until somebody says that time has passed.
    fn sleep_until(&self, deadline: u64) -> Option<Duration>;
}

/// The clock of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep_until(&self, deadline: u64) -> Option<Duration> {
        Some(Duration::from_millis(deadline.saturating_sub(self.now())))
    }
}
