//! Notices when the wall clock is set or the computer wakes up: deadlines by that clock must then be checked again.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Duration;

use rustix::io::{Errno, read};
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};

use crate::clock_changes::ClockChange;

/// A timer that never fires, and is cancelled whenever the wall clock jumps.
#[derive(Debug)]
pub struct ClockChanges {
    timer: OwnedFd,
    asleep: SleepMeter,
}

/// Measures time asleep: `CLOCK_BOOTTIME` counts it, and `CLOCK_MONOTONIC` does not.
#[derive(Debug, Default)]
struct SleepMeter {
    /// The lead of `CLOCK_BOOTTIME` over `CLOCK_MONOTONIC` at the last look.
    ahead: Duration,
}

/// A smaller difference between the two clocks comes from reading one after the other.
const LEAST_SLEEP: Duration = Duration::from_millis(100);

impl SleepMeter {
    /// Returns the changes since the last look.
    fn look(&mut self, since_boot: Duration, awake: Duration) -> ClockChange {
        let ahead = since_boot.saturating_sub(awake);
        let slept = ahead.saturating_sub(self.ahead);
        self.ahead = ahead;
        if slept < LEAST_SLEEP { ClockChange::Set } else { ClockChange::Slept(slept) }
    }
}

impl ClockChanges {
    /// Watches the clock from now on.
    pub fn new() -> io::Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC)?;
        let mut asleep = SleepMeter::default();
        asleep.look(time(ClockId::Boottime), time(ClockId::Monotonic));
        let changes = Self { timer, asleep };
        changes.arm()?;
        Ok(changes)
    }

    /// Blocks until the clock jumps.
    pub fn wait(&mut self) -> io::Result<ClockChange> {
        loop {
            match read(&self.timer, &mut [0u8; 8]) {
                Err(Errno::INTR) => {}
                // The kernel cancelled the timer; it is armed again for the next jump.
                Ok(_) | Err(Errno::CANCELED) => {
                    self.arm()?;
                    return Ok(self.asleep.look(time(ClockId::Boottime), time(ClockId::Monotonic)));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn arm(&self) -> io::Result<()> {
        let never = Timespec { tv_sec: i64::MAX, tv_nsec: 0 };
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: never };
        timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &once)?;
        Ok(())
    }
}

impl AsRawFd for ClockChanges {
    fn as_raw_fd(&self) -> RawFd {
        self.timer.as_raw_fd()
    }
}

fn time(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    let (seconds, nanos) = (u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0));
    Duration::new(seconds, nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_asleep_is_told_from_a_wall_clock_that_was_set() {
        let seconds = Duration::from_secs_f64;
        let mut meter = SleepMeter::default();
        assert_eq!(meter.look(seconds(500.0), seconds(400.0)), ClockChange::Slept(seconds(100.0)), "before the program began");
        assert_eq!(meter.look(seconds(600.0), seconds(500.0)), ClockChange::Set);
        assert_eq!(meter.look(seconds(600.000_2), seconds(500.0)), ClockChange::Set, "one is read after the other");
        assert_eq!(meter.look(seconds(4_200.0), seconds(500.5)), ClockChange::Slept(seconds(3_599.499_8)));
        assert_eq!(meter.look(seconds(4_201.0), seconds(501.5)), ClockChange::Set);
    }
}
