//! Limits how often an action runs that other programs or hosts can trigger at will. The first request runs at once, and the last
//! request is never lost: a delayed action runs when it is due.

use std::time::Duration;

use adit_protocol::Instant;

/// A rate limit with a burst, for one action.
#[derive(Debug)]
pub struct Pace {
    /// The least time between two runs after a burst.
    interval: Duration,
    /// The number of runs in a row that need not wait.
    burst: u32,
    /// When the whole burst is available again.
    full_at: Instant,
    is_wanted: bool,
}

impl Pace {
    /// Makes a limit of `burst` runs at once, and afterwards one each `interval`.
    pub fn new(interval: Duration, burst: u32) -> Self {
        Self { interval, burst, full_at: Instant::from_nanos(0), is_wanted: false }
    }

    /// Requests the action, which runs at once if the limit allows it.
    pub fn want(&mut self) {
        self.is_wanted = true;
    }

    /// Returns when the action is due, on the clock of [`Pace::take`]; None if it is not requested.
    pub fn due(&self) -> Option<Instant> {
        self.is_wanted.then(|| self.full_at - self.interval * self.burst.saturating_sub(1))
    }

    /// Returns true if the action is due at `now`, and clears the request.
    pub fn take(&mut self, now: Instant) -> bool {
        if self.full_at > now + self.interval * self.burst {
            // The clock was set back.
            self.full_at = now;
        }
        let is_due = self.due().is_some_and(|due| now >= due);
        if is_due {
            self.full_at = self.full_at.max(now) + self.interval;
            self.is_wanted = false;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_nanos(1_700_000_000_000_000_000);

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn the_first_is_at_once_and_the_last_is_never_lost() {
        let mut pace = Pace::new(ms(1_000), 1);
        let mut done = Vec::new();
        for millisecond in 0..2_500 {
            pace.want();
            done.extend(pace.take(NOW + ms(millisecond)).then_some(millisecond));
        }
        assert_eq!(done, [0, 1_000, 2_000]);
        assert_eq!(pace.due(), Some(NOW + ms(3_000)));
        assert!(!pace.take(NOW + ms(2_999)) && pace.take(NOW + ms(3_000)));
        assert_eq!(pace.due(), None);
        assert!(!pace.take(NOW + ms(10_000)), "nobody wants it");
    }

    #[test]
    fn a_burst_does_not_wait_and_comes_back_with_time() {
        let mut pace = Pace::new(ms(1_000), 3);
        let mut count = |now| {
            let ask = |_: &u32| {
                pace.want();
                pace.take(now)
            };
            (0..100).filter(ask).count()
        };
        assert_eq!([NOW, NOW, NOW + ms(1_000), NOW + ms(60_000)].map(&mut count), [3, 0, 1, 3]);
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nothing_up() {
        let mut pace = Pace::new(ms(1_000), 1);
        pace.want();
        assert!(pace.take(NOW));
        pace.want();
        assert!(pace.take(NOW - ms(3_600_000)));
    }
}
