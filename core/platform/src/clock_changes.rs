//! Changes of the clock: the wall clock was set, which moves wall-clock deadlines, or the computer has slept.

use std::time::Duration;

pub use crate::system::clock_changes::ClockChanges;

/// A change of the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockChange {
    /// The wall clock was set.
    Set,
    /// The computer slept for this long.
    Slept(Duration),
}

/// Measures time asleep by two clocks, of which one counts it.
#[cfg(any(target_os = "linux", windows, test))]
#[derive(Debug, Default)]
pub(crate) struct SleepMeter {
    /// The lead of the clock that counts time asleep at the last look.
    ahead: Duration,
}

/// A smaller difference between the two clocks comes from reading one after the other.
#[cfg(any(target_os = "linux", windows, test))]
const LEAST_SLEEP: Duration = Duration::from_millis(100);

#[cfg(any(target_os = "linux", windows, test))]
impl SleepMeter {
    /// Returns the time asleep since the last look, if there was any.
    pub(crate) fn slept(&mut self, since_boot: Duration, awake: Duration) -> Option<Duration> {
        let ahead = since_boot.saturating_sub(awake);
        let slept = ahead.saturating_sub(self.ahead);
        self.ahead = ahead;
        Some(slept).filter(|slept| *slept >= LEAST_SLEEP)
    }

    /// Returns the change since the last look, when there was one: the wall clock was set if the computer did not sleep.
    #[cfg(any(target_os = "linux", test))]
    pub(crate) fn change(&mut self, since_boot: Duration, awake: Duration) -> ClockChange {
        self.slept(since_boot, awake).map_or(ClockChange::Set, ClockChange::Slept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_asleep_is_told_from_a_wall_clock_that_was_set() {
        let seconds = Duration::from_secs_f64;
        let mut meter = SleepMeter::default();
        assert_eq!(meter.change(seconds(500.0), seconds(400.0)), ClockChange::Slept(seconds(100.0)), "before the program began");
        assert_eq!(meter.change(seconds(600.0), seconds(500.0)), ClockChange::Set);
        assert_eq!(meter.change(seconds(600.000_2), seconds(500.0)), ClockChange::Set, "one is read after the other");
        assert_eq!(meter.change(seconds(4_200.0), seconds(500.5)), ClockChange::Slept(seconds(3_599.499_8)));
        assert_eq!(meter.change(seconds(4_201.0), seconds(501.5)), ClockChange::Set);
    }
}
