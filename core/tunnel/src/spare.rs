//! Decides whether a second thread is worthwhile: if the first one never rests although a processor is idle.
//!
//! If the processors have other work, a second thread only competes with it, and its packets go through the caches of two
//! processors. Measured (docs/PERFORMANCE.md): on two processors, one thread for each end of a tunnel carries a third more than
//! two threads do.

use std::io;
use std::time::Duration;

use adit_platform::processors;
use adit_protocol::Instant;

/// The time for which the processors are watched before the decision; `/proc/stat` has a resolution of 10 ms.
const WATCH: Duration = Duration::from_millis(200);

/// The time for which a second thread helps before the processors are watched again without it.
const HELP: Duration = Duration::from_secs(2);

/// A thread that rests for less than this share of the time is overloaded.
const SATURATED: f64 = 0.1;

/// Idle time that is worth a second thread, as a share of one processor.
const ROOM: f64 = 0.25;

/// Decides whether a second thread should help during bulk traffic.
#[derive(Default)]
pub(crate) struct Spare {
    watch: Option<Watch>,
    helps_until: Option<Instant>,
    /// True if the system does not provide the idle time of its processors.
    unknown: bool,
}

struct Watch {
    begun: Instant,
    idle: Duration,
    rested: Duration,
}

impl Spare {
    /// Returns true if a second thread should help. To be called during bulk traffic; `rested` is how long the first thread had
    /// nothing to do since the last call, and `idle` returns the idle time of the processors. If the system does not provide it,
    /// a second thread always helps.
    pub(crate) fn is_there(&mut self, now: Instant, rested: Duration, idle: impl FnOnce() -> io::Result<Duration>) -> bool {
        if self.unknown || self.helps_until.is_some_and(|until| now < until) {
            return true;
        }
        if let Some(watch) = &mut self.watch {
            watch.rested += rested;
            if now.since(watch.begun) < WATCH {
                return false;
            }
        }
        match idle() {
            Ok(idle) => {
                let earlier = self.watch.replace(Watch { begun: now, idle, rested: Duration::ZERO });
                let helps = earlier.is_some_and(|earlier| earlier.shows_room(now, idle));
                if helps {
                    (self.watch, self.helps_until) = (None, Some(now + HELP));
                }
                helps
            }
            Err(error) => {
                tracing::debug!(%error, "watching the processors");
                self.unknown = true;
                true
            }
        }
    }

    /// Resets the decision when the bulk traffic is over.
    pub(crate) fn forget(&mut self) {
        (self.watch, self.helps_until) = (None, None);
    }
}

impl Watch {
    /// Returns true if the thread hardly rested until `now` although processors were idle. `idle` is their idle time by now.
    fn shows_room(&self, now: Instant, idle: Duration) -> bool {
        let all = now.since(self.begun);
        self.rested < all.mul_f64(SATURATED) && idle.saturating_sub(self.idle) >= all.mul_f64(ROOM)
    }
}

/// Returns how long these processors together have been idle since the system started.
pub(crate) fn idle(among: &[usize]) -> io::Result<Duration> {
    Ok(processors::idle()?.into_iter().filter(|(processor, _)| among.contains(processor)).map(|(_, idle)| idle).sum())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use adit_protocol::Instant;

    use super::{HELP, Spare, WATCH};

    /// A simulated computer whose processors are idle for a share of the time, and a thread that rests for a share of it.
    struct Story {
        spare: Spare,
        now: Instant,
        idle: Duration,
    }

    impl Story {
        fn new() -> Self {
            Self { spare: Spare::default(), now: Instant::from_nanos(0), idle: Duration::ZERO }
        }

        /// Lets `time` pass and returns for how much of it a second thread helped.
        fn goes_on(&mut self, time: Duration, rested: f64, idle: f64) -> Duration {
            const STEP: Duration = Duration::from_millis(10);
            let mut helped = Duration::ZERO;
            let until = self.now + time;
            while self.now < until {
                self.now = self.now + STEP;
                self.idle += STEP.mul_f64(idle);
                let known = self.idle;
                helped += if self.spare.is_there(self.now, STEP.mul_f64(rested), || Ok(known)) { STEP } else { Duration::ZERO };
            }
            helped
        }
    }

    #[test]
    fn a_second_thread_helps_one_that_never_rests_while_a_processor_does_and_is_looked_at_again() {
        let mut story = Story::new();
        assert_eq!(story.goes_on(WATCH, 0.05, 0.6), Duration::ZERO, "it is not known yet");
        assert_eq!(story.goes_on(HELP, 0.05, 0.6), HELP);
        assert_eq!(story.goes_on(WATCH, 0.05, 0.0), Duration::ZERO);
        assert_eq!(story.goes_on(HELP, 0.05, 0.0), Duration::ZERO, "others have the processors now");
    }

    #[test]
    fn a_second_thread_does_not_compete_with_others_for_processors() {
        assert_eq!(Story::new().goes_on(5 * HELP, 0.0, 0.2), Duration::ZERO);
    }

    #[test]
    fn one_thread_that_rests_is_enough() {
        assert_eq!(Story::new().goes_on(5 * HELP, 0.2, 1.0), Duration::ZERO);
    }

    #[test]
    fn without_bulk_what_was_seen_is_forgotten() {
        let mut story = Story::new();
        assert!(story.goes_on(2 * WATCH, 0.0, 1.0) > Duration::ZERO);
        story.spare.forget();
        assert_eq!(story.goes_on(WATCH, 0.0, 1.0), Duration::ZERO);
    }

    #[test]
    fn without_load_figures_a_second_thread_always_helps_with_bulk_traffic() {
        let mut spare = Spare::default();
        assert!(spare.is_there(Instant::from_nanos(1), Duration::ZERO, || Err(io::ErrorKind::Unsupported.into())));
        assert!(spare.is_there(Instant::from_nanos(2), Duration::ZERO, || Ok(Duration::ZERO)));
    }
}
