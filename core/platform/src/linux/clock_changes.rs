//! Tells when the wall clock was set, or the computer woke up: deadlines by that clock have to be looked at again.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::{Errno, read};
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime};

/// A timer that never fires, and is cancelled whenever the wall clock jumps.
#[derive(Debug)]
pub struct ClockChanges(OwnedFd);

impl ClockChanges {
    /// Watches from now on.
    pub fn new() -> io::Result<Self> {
        let changes = Self(timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC)?);
        changes.arm()?;
        Ok(changes)
    }

    /// Blocks until the clock jumps.
    pub fn wait(&mut self) -> io::Result<()> {
        loop {
            match read(&self.0, &mut [0u8; 8]) {
                Err(Errno::INTR) => {}
                // The kernel gave up the timer; it is armed anew for the next jump.
                Ok(_) | Err(Errno::CANCELED) => return self.arm(),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn arm(&self) -> io::Result<()> {
        let never = Timespec { tv_sec: i64::MAX, tv_nsec: 0 };
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: never };
        timerfd_settime(&self.0, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &once)?;
        Ok(())
    }
}
