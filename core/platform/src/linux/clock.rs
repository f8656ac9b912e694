//! `CLOCK_BOOTTIME`, so that time asleep counts, and an alarm on it. The timeouts of `poll` itself stand still while the
//! machine sleeps.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adit_protocol::{Instant, Now};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::{Errno, read, retry_on_intr, write};
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};

use crate::clock::Woken;

const SECOND: u64 = 1_000_000_000;

/// Returns the time of the monotonic clock, which counts from boot.
pub fn instant() -> Instant {
    let time = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Instant::from_nanos(seconds.saturating_mul(SECOND).saturating_add(u64::try_from(time.tv_nsec).unwrap_or(0)))
}

/// Returns the time of both clocks. A wall clock before 1970 reads as 1970.
pub fn now() -> Now {
    Now { instant: instant(), unix: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO) }
}

/// Waits for a deadline, and can be woken from any thread.
pub struct Alarm {
    timer: OwnedFd,
    bell: OwnedFd,
    set_to: Mutex<Option<Instant>>,
}

impl Alarm {
    /// Creates an alarm with no wake-up pending.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            timer: timerfd_create(TimerfdClockId::Boottime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?,
            bell: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?,
            set_to: Mutex::new(None),
        })
    }

    /// Ends the current wait, or else the next one immediately. Several calls before a wait count as one.
    pub fn wake(&self) {
        // The only possible failure is a full counter, and then the eventfd is readable already.
        let _ = write(&self.bell, &1u64.to_ne_bytes());
    }

    /// Blocks until `deadline` (`None`: for ever) or [`Alarm::wake`]. If both have happened, it returns [`Woken::Called`].
    pub fn wait(&self, deadline: Option<Instant>) -> io::Result<Woken> {
        self.set(deadline)?;
        loop {
            let mut fds = [
                PollFd::from_borrowed_fd(self.bell.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(self.timer.as_fd(), PollFlags::IN),
            ];
            retry_on_intr(|| poll(&mut fds, None))?;
            let [bell, timer] = fds.map(|fd| !fd.revents().is_empty());
            if bell && take(&self.bell)? {
                return Ok(Woken::Called);
            }
            if timer && deadline.is_none_or(|deadline| deadline <= instant()) {
                return Ok(Woken::Deadline);
            }
        }
    }

    /// Sets the timer only if it is set to another time, so that frequent wake-ups cost no extra system call.
    fn set(&self, deadline: Option<Instant>) -> io::Result<()> {
        let mut set_to = self.set_to.lock().unwrap_or_else(PoisonError::into_inner);
        if *set_to != deadline {
            let nanos = deadline.map_or(0, Instant::as_nanos);
            let value = Timespec { tv_sec: (nanos / SECOND).cast_signed(), tv_nsec: (nanos % SECOND).cast_signed() };
            let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
            timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME, &once)?;
            *set_to = deadline;
        }
        Ok(())
    }
}

fn take(counter: &OwnedFd) -> io::Result<bool> {
    match read(counter, &mut [0u8; 8]) {
        Ok(_) => Ok(true),
        Err(Errno::AGAIN | Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
