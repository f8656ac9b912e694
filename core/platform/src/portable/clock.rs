//! The clocks of the standard library. Whether they count time asleep depends on the system; adapters that can do better have
//! their own.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adit_protocol::{Instant, Now};

use crate::clock::Woken;

/// Distance of the origin from the first use, so that earlier [`Instant`]s can be expressed.
const ORIGIN: Duration = Duration::from_secs(1 << 20);

/// The longest time without a look at the clock: some systems do not count time asleep when they wait.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Returns the time of the monotonic clock.
pub fn instant() -> Instant {
    static FIRST_USE: OnceLock<std::time::Instant> = OnceLock::new();
    Instant::from_nanos(0) + (ORIGIN + FIRST_USE.get_or_init(std::time::Instant::now).elapsed())
}

/// Returns the time of both clocks. A wall clock before 1970 reads as 1970.
pub fn now() -> Now {
    Now { instant: instant(), unix: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() }
}

/// Waits for a deadline, and can be woken from any thread.
pub struct Alarm {
    called: Mutex<bool>,
    bell: Condvar,
}

impl Alarm {
    /// Creates an alarm with no wake-up pending.
    pub fn new() -> io::Result<Self> {
        Ok(Self { called: Mutex::new(false), bell: Condvar::new() })
    }

    /// Ends the current wait, or else the next one immediately. Several calls before a wait count as one.
    pub fn wake(&self) {
        *self.lock() = true;
        self.bell.notify_all();
    }

    /// Blocks until `deadline` (`None`: for ever) or [`Alarm::wake`]. If both have happened, it returns [`Woken::Called`].
    pub fn wait(&self, deadline: Option<Instant>) -> io::Result<Woken> {
        let mut called = self.lock();
        loop {
            if std::mem::take(&mut *called) {
                return Ok(Woken::Called);
            }
            let left = match deadline.map(|deadline| deadline.since(instant())) {
                Some(Duration::ZERO) => return Ok(Woken::Deadline),
                Some(left) => left.min(LOOK_EVERY),
                None => Duration::MAX,
            };
            called = self.bell.wait_timeout(called, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
