//! Handshake timestamps: TAI64N, strictly increasing, and too coarse to reveal the exact clock (whitepaper section 5.1).

use std::time::Duration;

/// A TAI64N label: seconds since 1970 TAI plus 2^62 as a big-endian u64, then nanoseconds as a big-endian u32. The order of
/// the bytes is the order of time for every sender; a responder compares them and never interprets them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Tai64n([u8; 12]);

/// TAI64 label of 1970-01-01T00:00:00 UTC: 2^62, and the ten seconds by which TAI was then ahead.
const BASE: u64 = 0x4000_0000_0000_000a;

/// Resolution: the greatest power of two below 1/50 s, the interval at which initiations may follow one another.
const STEP: u32 = 1 << 24;

const NANOS_PER_SECOND: u32 = 1_000_000_000;

impl Tai64n {
    /// Takes the bytes of a received timestamp.
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes to send.
    pub const fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }

    /// Returns the label of a time since 1970-01-01T00:00:00 UTC, its nanoseconds rounded down to a multiple of 2^24 (≈ 16.8 ms).
    pub fn whitened(unix: Duration) -> Self {
        Self::from_parts(BASE.saturating_add(unix.as_secs()), unix.subsec_nanos() & !(STEP - 1))
    }

    /// Returns the first whitened label after this one.
    fn following(self) -> Self {
        let (seconds, nanos) = self.parts();
        match (nanos & !(STEP - 1)).checked_add(STEP) {
            Some(nanos) if nanos < NANOS_PER_SECOND => Self::from_parts(seconds, nanos),
            _ => Self::from_parts(seconds.saturating_add(1), 0),
        }
    }

    fn parts(self) -> (u64, u32) {
        let [a, b, c, d, e, f, g, h, nanos @ ..] = self.0;
        (u64::from_be_bytes([a, b, c, d, e, f, g, h]), u32::from_be_bytes(nanos))
    }

    fn from_parts(seconds: u64, nanos: u32) -> Self {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&seconds.to_be_bytes());
        bytes[8..].copy_from_slice(&nanos.to_be_bytes());
        Self(bytes)
    }
}

/// Source of the timestamps of initiations. It follows the wall clock. While that stands still or after it was set back, it
/// advances in steps of 2^24 ns, because a responder ignores a timestamp that is not greater than all before.
#[derive(Clone, Debug, Default)]
pub struct TimestampClock {
    last: Tai64n,
}

impl TimestampClock {
    /// Creates a clock that has given no timestamp yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a floor, the greatest timestamp that an earlier run of the same identity has used. All later timestamps are greater.
    pub fn raise_floor(&mut self, floor: Tai64n) {
        self.last = self.last.max(floor);
    }

    /// Returns the timestamp for an initiation made at `unix` (since 1970-01-01T00:00:00 UTC), greater than all before.
    pub fn next(&mut self, unix: Duration) -> Tai64n {
        self.last = Tai64n::whitened(unix).max(self.last.following());
        self.last
    }

    /// Returns the greatest timestamp given so far, or the floor; all zero before the first.
    pub const fn last(&self) -> Tai64n {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p7_the_label_of_the_epoch_is_the_base_and_nanoseconds_are_rounded_down() {
        assert_eq!(Tai64n::whitened(Duration::ZERO).as_bytes(), &[0x40, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0]);
        let almost = Tai64n::whitened(Duration::new(1, (1 << 24) - 1));
        assert_eq!(almost.as_bytes(), &[0x40, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0]);
        let late = Tai64n::whitened(Duration::new(0x6500_0000, 999_999_999));
        assert_eq!(late.as_bytes(), &[0x40, 0, 0, 0, 0x65, 0, 0, 10, 0x3b, 0, 0, 0]);
    }

    #[test]
    fn p7_a_clock_that_stands_still_or_goes_back_still_gives_increasing_timestamps() {
        let mut clock = TimestampClock::new();
        let noon = Duration::from_secs(1_700_000_000);
        let first = clock.next(noon);
        assert_eq!(first, Tai64n::whitened(noon));
        assert_eq!(clock.next(noon), Tai64n::whitened(noon + Duration::from_nanos(1 << 24)));
        assert!(clock.next(noon - Duration::from_secs(3_600)) > first);
        let later = noon + Duration::from_secs(9);
        assert_eq!(clock.next(later), Tai64n::whitened(later), "the wall clock leads again once it is ahead");
    }

    #[test]
    fn p7_steps_carry_into_the_seconds() {
        let mut clock = TimestampClock::new();
        clock.next(Duration::new(5, 999_999_999));
        assert_eq!(clock.next(Duration::ZERO), Tai64n::whitened(Duration::from_secs(6)));
    }

    #[test]
    fn p7_a_restart_with_the_clock_set_back_stays_above_what_was_used() {
        let used = TimestampClock::new().next(Duration::from_secs(2_000_000_000));
        let mut clock = TimestampClock::new();
        clock.raise_floor(used);
        assert!(clock.next(Duration::from_secs(1)) > used);
    }

    proptest! {
        #[test]
        fn p7_any_course_of_the_wall_clock_gives_strictly_increasing_whitened_timestamps(
            floor: [u8; 12],
            times in prop::collection::vec((0_u64..1 << 40, 0_u32..NANOS_PER_SECOND), 1..50),
        ) {
            prop_assume!(floor[0] < 0xff);
            let mut clock = TimestampClock::new();
            clock.raise_floor(Tai64n::from_bytes(floor));
            let mut last = Tai64n::from_bytes(floor);
            for (seconds, nanos) in times {
                let next = clock.next(Duration::new(seconds, nanos));
                prop_assert!(next > last);
                prop_assert_eq!(&next.as_bytes()[9..], &[0, 0, 0], "the low 24 bits of the nanoseconds");
                prop_assert!(u32::from_be_bytes(next.as_bytes()[8..].try_into().unwrap()) < NANOS_PER_SECOND);
                last = next;
            }
        }
    }
}
