//! Time as an argument: the engine never asks what time it is.

use std::ops::{Add, Sub};
use std::time::Duration;

/// A point on the caller's monotonic clock, in nanoseconds since an origin that the caller chooses.
///
/// On Linux the caller is expected to use `CLOCK_BOOTTIME`, so that time spent asleep counts: a session that was
/// 180 s old before a laptop slept is not 180 s old after it. Zero is reserved for "never".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Instant(u64);

impl Instant {
    /// Creates an instant from nanoseconds since the clock's origin; 0 is read as 1.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(if nanos == 0 { 1 } else { nanos })
    }

    /// Returns the nanoseconds since the clock's origin, never 0.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Returns the time from `earlier` to `self`; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self::from_nanos(self.0.saturating_sub(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// Both clocks that the control side needs: the monotonic clock for timers, the wall clock for handshake timestamps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Now {
    /// Monotonic time.
    pub instant: Instant,
    /// Wall-clock time since 1970-01-01T00:00:00 UTC.
    pub unix: Duration,
}
