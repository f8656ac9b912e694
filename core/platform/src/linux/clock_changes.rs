//! Notices when the wall clock is set or the computer wakes up: deadlines by that clock must then be checked again.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Duration;

use rustix::io::{Errno, read};
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};

use crate::clock_changes::{ClockChange, SleepMeter};

/// A timer that never fires, and is cancelled whenever the wall clock jumps.
#[derive(Debug)]
pub struct ClockChanges {
    timer: OwnedFd,
    /// `CLOCK_BOOTTIME` counts time asleep, and `CLOCK_MONOTONIC` does not.
    asleep: SleepMeter,
}

impl ClockChanges {
    /// Watches the clock from now on.
    pub fn new() -> io::Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC)?;
        let mut asleep = SleepMeter::default();
        asleep.change(time(ClockId::Boottime), time(ClockId::Monotonic));
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
                    return Ok(self.asleep.change(time(ClockId::Boottime), time(ClockId::Monotonic)));
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
