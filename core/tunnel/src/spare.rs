//! Whether a second thread is worth it: where the first one never comes to rest although a processor has nothing to do.
//!
//! Where processors have other work, a second thread only competes with it, and what it carries goes through the caches of two
//! processors. Measured (docs/PERFORMANCE.md): one thread for each end of a tunnel carries a third more on two processors than two do.

use std::io;
use std::time::Duration;

use adit_platform::processors;
use adit_protocol::Instant;

/// How long the processors are watched before it is decided: `/proc/stat` counts in 10 ms.
const WATCH: Duration = Duration::from_millis(200);

/// For how long a second thread helps before they are watched again without it.
const HELP: Duration = Duration::from_secs(2);

/// The share of the time for which a thread with too much to do rests at most.
const SATURATED: f64 = 0.1;

/// The time of processors without work that is worth a second thread, as a share of one processor.
const ROOM: f64 = 0.25;

/// Decides while there is bulk.
#[derive(Default)]
pub(crate) struct Spare {
    watch: Option<Watch>,
    helps_until: Option<Instant>,
    /// A system that does not tell what its processors do.
    unknown: bool,
}

struct Watch {
    begun: Instant,
    idle: Duration,
    rested: Duration,
}

impl Spare {
    /// There is bulk, and the first thread had nothing to do for so long since it asked last: whether a second one should help on
    /// these processors. Where the system does not tell what they do, it always should.
    pub(crate) fn is_there(&mut self, processors: &[usize], now: Instant, rested: Duration) -> bool {
        if self.unknown || self.helps_until.is_some_and(|until| now < until) {
            return true;
        }
        if self.helps_until.take().is_some() {
            self.watch = None;
        }
        let begun = if let Some(watch) = &mut self.watch {
            watch.rested += rested;
            watch.begun
        } else {
            now
        };
        if self.watch.is_some() && now.since(begun) < WATCH {
            return false;
        }
        match idle(processors) {
            Ok(idle) => {
                let all = now.since(begun);
                let earlier = self.watch.replace(Watch { begun: now, idle, rested: Duration::ZERO });
                let helps = earlier.is_some_and(|earlier| is_worth_it(all, earlier.rested, idle.saturating_sub(earlier.idle)));
                self.helps_until = helps.then(|| now + HELP);
                helps
            }
            Err(error) => {
                tracing::debug!(%error, "watching the processors");
                self.unknown = true;
                true
            }
        }
    }

    /// There is no bulk any more.
    pub(crate) fn forget(&mut self) {
        (self.watch, self.helps_until) = (None, None);
    }
}

/// Whether a second thread is worth it where the first one rested, and processors had nothing to do, for so long of `all` the time.
fn is_worth_it(all: Duration, rested: Duration, idle: Duration) -> bool {
    rested < all.mul_f64(SATURATED) && idle >= all.mul_f64(ROOM)
}

/// How long these processors together have had nothing to do.
fn idle(among: &[usize]) -> io::Result<Duration> {
    Ok(processors::idle()?.into_iter().filter(|(processor, _)| among.contains(processor)).map(|(_, idle)| idle).sum())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::is_worth_it;

    fn millis(all: u64, rested: u64, idle: u64) -> bool {
        let [all, rested, idle] = [all, rested, idle].map(Duration::from_millis);
        is_worth_it(all, rested, idle)
    }

    #[test]
    fn a_second_thread_helps_one_that_never_rests_while_a_processor_does() {
        assert!(millis(200, 19, 50));
        assert!(millis(200, 0, 300), "several of them");
    }

    #[test]
    fn a_second_thread_does_not_compete_with_others_for_processors() {
        assert!(!millis(200, 0, 49));
    }

    #[test]
    fn one_thread_that_rests_is_enough() {
        assert!(!millis(200, 20, 200));
    }
}
