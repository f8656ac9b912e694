//! The monotonic and the wall clock behind a trait, so that tests can advance each of them.
//!
//! Deadlines and measurements use the monotonic clock ([`Instant`]), which nobody can set. The wall clock ([`UnixMillis`]) is
//! for times that people read and for times that outlive the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adit_platform::clock;
use adit_protocol::Instant;
use adit_rules::facts::{Day, LocalTime};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::store::UnixTime;

const MILLISECOND: u64 = 1_000_000;

/// Minimum difference in milliseconds at which a new offset between the clocks is adopted. Smaller differences arise from
/// reading one clock after the other.
const STEADY: u64 = 1_000;

/// The source of time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time of the monotonic clock, which also runs while the computer sleeps.
    fn now(&self) -> Instant;

    /// Returns the time of the wall clock, which may be set at any time.
    fn wall(&self) -> UnixMillis;

    /// Returns the time of the wall clock in the computer's time zone: UTC unless the clock knows a zone.
    fn local(&self) -> LocalTime {
        local_time(self.wall(), TimeZone::UTC)
    }

    /// Returns how long to sleep until `deadline`. None: until a notification that time has passed.
    fn sleep_until(&self, deadline: Instant) -> Option<Duration>;
}

/// The clocks of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        clock::instant()
    }

    fn wall(&self) -> UnixMillis {
        UnixMillis::since_epoch(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    fn local(&self) -> LocalTime {
        local_time(self.wall(), TimeZone::system())
    }

    fn sleep_until(&self, deadline: Instant) -> Option<Duration> {
        Some(deadline.since(self.now()))
    }
}

fn local_time(wall: UnixMillis, zone: TimeZone) -> LocalTime {
    let at = Timestamp::from_millisecond(wall.0.cast_signed()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone);
    let day = Day::ALL[usize::from(at.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    let part = |number: i8| number.unsigned_abs();
    let time = LocalTime::new(day, part(at.hour()), part(at.minute()));
    time.map_or_else(|| unreachable!("a day has these hours and minutes"), |time| time.with_second(part(at.second())))
}

/// A time on the wall clock: milliseconds since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnixMillis(u64);

impl UnixMillis {
    /// Makes a time of milliseconds since 1970.
    pub const fn new(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// Makes a time of a duration since 1970.
    pub fn since_epoch(time: Duration) -> Self {
        Self(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }

    /// Returns the milliseconds since 1970, as in the contract.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<UnixMillis> for UnixTime {
    fn from(time: UnixMillis) -> Self {
        Self(time.0 / 1_000)
    }
}

impl From<UnixTime> for UnixMillis {
    fn from(time: UnixTime) -> Self {
        Self(time.0.saturating_mul(1_000))
    }
}

/// Converts an instant of the monotonic clock to milliseconds.
pub(super) fn milliseconds(instant: Instant) -> u64 {
    instant.as_nanos() / MILLISECOND
}

/// Converts milliseconds of the monotonic clock to an instant.
pub(super) fn at_milliseconds(milliseconds: u64) -> Instant {
    Instant::from_nanos(milliseconds.saturating_mul(MILLISECOND))
}

/// The current time of the monotonic clock, with the current offset of the wall clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) instant: Instant,
    /// The wall clock's time minus the monotonic clock's time, in milliseconds.
    offset: i64,
}

impl Now {
    /// Converts `instant` to wall-clock time with the current offset.
    pub(super) fn unix(self, instant: Instant) -> UnixMillis {
        UnixMillis(milliseconds(instant).saturating_add_signed(self.offset))
    }

    /// Converts the wall-clock time `time` to an instant with the current offset.
    pub(super) fn instant_of(self, time: UnixMillis) -> Instant {
        at_milliseconds(time.0.saturating_add_signed(self.offset.saturating_neg()))
    }

    #[cfg(test)]
    pub(super) fn at(instant: Instant, wall: UnixMillis) -> Self {
        Self { instant, offset: offset(instant, wall) }
    }
}

/// Both clocks. The same instant is converted to the same millisecond of the wall clock until that clock is set.
pub(super) struct Clocks {
    clock: Arc<dyn Clock>,
    offset: AtomicI64,
}

impl Clocks {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let offset = AtomicI64::new(offset(clock.now(), clock.wall()));
        Self { clock, offset }
    }

    /// Returns the time of the monotonic clock.
    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Returns the time of the wall clock.
    pub(super) fn wall(&self) -> UnixMillis {
        self.clock.wall()
    }

    /// Returns the time of the monotonic clock with the offset of the wall clock.
    pub(super) fn both(&self) -> Now {
        let instant = self.clock.now();
        let (kept, fresh) = (self.offset.load(Ordering::Relaxed), offset(instant, self.clock.wall()));
        if kept.abs_diff(fresh) < STEADY {
            return Now { instant, offset: kept };
        }
        self.offset.store(fresh, Ordering::Relaxed);
        Now { instant, offset: fresh }
    }

    /// Returns the underlying clock, for threads that only wait.
    pub(super) fn underlying(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }
}

fn offset(instant: Instant, wall: UnixMillis) -> i64 {
    wall.0.cast_signed().saturating_sub(milliseconds(instant).cast_signed())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Set(Mutex<(u64, u64)>);

    impl Clock for Set {
        fn now(&self) -> Instant {
            at_milliseconds(self.0.lock().unwrap().0)
        }

        fn wall(&self) -> UnixMillis {
            UnixMillis(self.0.lock().unwrap().1)
        }

        fn sleep_until(&self, _: Instant) -> Option<Duration> {
            None
        }
    }

    #[test]
    fn an_instant_reads_as_the_same_time_of_day_until_the_wall_clock_is_set() {
        let set = Arc::new(Set(Mutex::new((5_000, 1_700_000_000_000))));
        let clocks = Clocks::new(Arc::clone(&set) as Arc<dyn Clock>);
        let then = clocks.now();
        let read = |instant, wall| {
            *set.0.lock().unwrap() = (instant, wall);
            clocks.both().unix(then).get()
        };
        assert_eq!(read(6_000, 1_700_000_001_003), 1_700_000_000_000, "the second clock was read three milliseconds later");
        assert_eq!(read(6_000, 1_600_000_001_000), 1_600_000_000_000, "the wall clock was set back");
        assert_eq!(read(7_000, 1_600_000_002_500), 1_600_000_000_000);
        let now = clocks.both();
        assert_eq!(now.instant_of(now.unix(then)), then);
        assert_eq!(now.instant_of(UnixMillis(0)), Instant::from_nanos(0), "before the monotonic clock began");
    }
}
