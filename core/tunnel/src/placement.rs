//! Chooses the processor for a lane's threads under load on machines with few processors.
//!
//! The scheduler places a thread when another thread wakes it. On two processors, and with schedulers that fill one processor
//! before they use the next (as in some virtual machines), the thread often has to wait behind another thread while the other
//! processor is idle. A thread that is pinned to one processor is no longer placed behind others. So if a lane's first thread had
//! to wait although a processor was idle, it is pinned to the processor on which it is running, and the second thread avoids that
//! one. If several tunnels do this, their threads are on different processors at that moment. If the choice proves wrong, the
//! thread moves to the other processor.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use adit_platform::processors::{self, ThreadTime};
use adit_protocol::Instant;

/// The time for which the processors are watched before a thread is pinned; `/proc/stat` has a resolution of 10 ms.
const WATCH: Duration = Duration::from_millis(200);

/// With more allowed processors than this, the scheduler finds an idle one by itself.
const FEW: usize = 4;

/// Share of the time for which a thread had to wait that makes it look for a better processor.
const WAITED_LONG: f64 = 0.1;

/// Share of the time for which one processor, or several together, were idle although a thread waited for one.
const WASTED: f64 = 0.08;

/// Share of the time for which another processor must have been idle to be a better one. The second value is relative to the time
/// for which the thread itself ran.
const ROOM: f64 = 0.2;
const ROOM_OF_OWN: f64 = 0.4;

const NOWHERE: usize = usize::MAX;

/// The processor to which a lane's first thread is pinned, for the second thread to avoid.
pub(crate) struct CpuPin(AtomicUsize);

impl Default for CpuPin {
    fn default() -> Self {
        Self(AtomicUsize::new(NOWHERE))
    }
}

/// Pins a lane's first thread, on which it is used.
pub(crate) struct Placement {
    /// The processors on which the thread may run when it is not pinned.
    allowed: Vec<usize>,
    /// True if there are few processors and the system lets a thread choose.
    worth_it: bool,
    at: Option<usize>,
    watched: Option<Reading>,
}

/// The clocks at the start of a watch period.
struct Reading {
    begun: Instant,
    thread: ThreadTime,
    idle: Vec<(usize, Duration)>,
}

/// Shares of the time of a watch period.
struct Watched {
    waited: f64,
    ran: f64,
    /// For each processor that the thread may use, the share of the time for which it was idle.
    idle: Vec<(usize, f64)>,
}

impl Placement {
    /// Creates the placement of the calling thread.
    pub(crate) fn new() -> Self {
        let allowed = processors::allowed().unwrap_or_default();
        Self { worth_it: (2..=FEW).contains(&allowed.len()), allowed, at: None, watched: None }
    }

    /// Returns the processors on which the thread may run when it is not pinned.
    pub(crate) fn allowed(&self) -> &[usize] {
        &self.allowed
    }

    /// Checks whether the thread should be pinned or moved. To be called during bulk traffic; it costs almost nothing except once
    /// every [`WATCH`].
    pub(crate) fn watch(&mut self, now: Instant, cpu_pin: &CpuPin) {
        if !self.worth_it || self.watched.as_ref().is_some_and(|reading| now.since(reading.begun) < WATCH) {
            return;
        }
        match Reading::take(now) {
            Ok(reading) => {
                let watched = self.watched.as_ref().map(|earlier| reading.since(earlier, &self.allowed));
                self.watched = Some(reading);
                // Two programs with the same measurement at the same time must not both move. The low digits of the clock serve
                // as a random bit.
                let coin = (now.as_nanos() / 64).is_multiple_of(2);
                if let Some(next) = watched.and_then(|watched| place(self.at, processors::current(), &watched, coin)) {
                    self.stay_at(next, cpu_pin);
                }
            }
            Err(error) => self.give_up(&error),
        }
    }

    /// Unpins the thread when the bulk traffic is over.
    pub(crate) fn release(&mut self, cpu_pin: &CpuPin) {
        self.watched = None;
        if self.at.take().is_some() {
            cpu_pin.0.store(NOWHERE, Relaxed);
            if let Err(error) = processors::keep_to(&self.allowed) {
                self.give_up(&error);
            }
        }
    }

    fn stay_at(&mut self, processor: usize, cpu_pin: &CpuPin) {
        // The allowed processors may have been changed from outside since the thread was last unpinned.
        let allowed = if self.at.is_none() { processors::allowed() } else { Ok(self.allowed.clone()) };
        match allowed.and_then(|allowed| processors::keep_to(&[processor]).map(|()| allowed)) {
            Ok(allowed) => {
                self.allowed = allowed;
                self.at = Some(processor);
                cpu_pin.0.store(processor, Relaxed);
            }
            Err(error) => self.give_up(&error),
        }
    }

    /// Stops pinning, because the system does not provide the measurements or a sandbox forbids the change.
    fn give_up(&mut self, error: &io::Error) {
        tracing::debug!(%error, "choosing a processor");
        self.worth_it = false;
    }
}

impl Reading {
    fn take(now: Instant) -> io::Result<Self> {
        Ok(Self { begun: now, thread: processors::thread_time()?, idle: processors::idle()? })
    }

    fn since(&self, earlier: &Self, allowed: &[usize]) -> Watched {
        let all = self.begun.since(earlier.begun).max(WATCH).as_secs_f64();
        let share = |now: Duration, then: Duration| now.saturating_sub(then).as_secs_f64() / all;
        let then = |processor| earlier.idle.iter().find(|(other, _)| *other == processor).map(|(_, idle)| *idle);
        let idle = self.idle.iter().filter(|(processor, _)| allowed.contains(processor));
        Watched {
            waited: share(self.thread.waited, earlier.thread.waited),
            ran: share(self.thread.ran, earlier.thread.ran),
            idle: idle.map(|&(processor, now)| (processor, share(now, then(processor).unwrap_or(now)))).collect(),
        }
    }
}

/// Returns the processor to which a thread should be pinned from now on, or `None` for no change. `at` is the one to which it is
/// pinned already, `here` the one on which it is running.
fn place(at: Option<usize>, here: usize, watched: &Watched, coin: bool) -> Option<usize> {
    if watched.waited < WAITED_LONG {
        return None;
    }
    let Some(at) = at else {
        let wasted: f64 = watched.idle.iter().map(|(_, idle)| idle).sum();
        return (wasted >= WASTED).then_some(here);
    };
    let others = watched.idle.iter().filter(|(processor, _)| *processor != at);
    let (other, idle) = others.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    (coin && *idle >= ROOM && *idle > ROOM_OF_OWN * watched.ran).then_some(*other)
}

/// Keeps a lane's second thread, on which it is used, off the first thread's processor.
pub(crate) struct AvoidedCpu {
    allowed: Vec<usize>,
    cpu_pin: usize,
}

impl AvoidedCpu {
    /// Creates the state for the calling thread.
    pub(crate) fn new() -> Self {
        Self { allowed: processors::allowed().unwrap_or_default(), cpu_pin: NOWHERE }
    }

    /// Adopts a change of the first thread's processor.
    pub(crate) fn follow(&mut self, cpu_pin: &CpuPin) {
        let cpu_pin = cpu_pin.0.load(Relaxed);
        if cpu_pin != self.cpu_pin {
            self.keep_off(cpu_pin);
        }
    }

    fn keep_off(&mut self, cpu_pin: usize) {
        self.cpu_pin = cpu_pin;
        let others: Vec<usize> = self.allowed.iter().copied().filter(|processor| *processor != cpu_pin).collect();
        if let Err(error) = processors::keep_to(&others) {
            tracing::debug!(%error, "choosing a processor");
        }
    }
}

impl Drop for AvoidedCpu {
    fn drop(&mut self) {
        if self.cpu_pin != NOWHERE {
            self.keep_off(NOWHERE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use adit_platform::processors::{allowed, keep_to};

    use super::{AvoidedCpu, CpuPin, Placement, Watched, place};

    /// Runs `test` on a thread of its own, because tests must not change where other threads run.
    fn apart<T: Send>(test: impl FnOnce() -> T + Send) -> T {
        thread::scope(|scope| scope.spawn(test).join().unwrap())
    }

    #[test]
    fn the_second_thread_keeps_off_where_the_first_one_stays_until_that_goes_free() {
        let Ok(before) = allowed() else { return println!("SKIPPED: where threads run: this system does not tell") };
        let cpu_pin = CpuPin::default();
        let others = if before.len() == 1 { &before[..] } else { &before[1..] };
        apart(|| {
            let mut first = Placement::new();
            first.stay_at(before[0], &cpu_pin);
            assert_eq!(allowed().unwrap(), before[..1]);
            first.release(&cpu_pin);
            assert_eq!(allowed().unwrap(), before);
            keep_to(&before[..1]).unwrap();
            first.stay_at(before[0], &cpu_pin);
            first.release(&cpu_pin);
            assert_eq!(allowed().unwrap(), before[..1], "somebody else wanted that");
            keep_to(&before).unwrap();
            let mut second = AvoidedCpu::new();
            second.follow(&cpu_pin);
            assert_eq!(allowed().unwrap(), before, "nobody stays anywhere");
        });
        apart(|| {
            let mut second = AvoidedCpu::new();
            apart(|| Placement::new().stay_at(before[0], &cpu_pin));
            second.follow(&cpu_pin);
            assert_eq!(allowed().unwrap(), others);
            drop(second);
            assert_eq!(allowed().unwrap(), before, "it may be asked to help again");
        });
    }

    fn watched(waited: f64, ran: f64, idle: [f64; 2]) -> Watched {
        Watched { waited, ran, idle: idle.into_iter().enumerate().collect() }
    }

    #[test]
    fn a_thread_that_waits_while_a_processor_has_no_work_stays_where_it_is() {
        assert_eq!(place(None, 1, &watched(0.3, 0.6, [0.05, 0.05]), false), Some(1));
    }

    #[test]
    fn a_thread_that_hardly_waits_runs_where_the_scheduler_likes() {
        assert_eq!(place(None, 1, &watched(0.09, 0.6, [0.5, 0.5]), true), None);
    }

    #[test]
    fn waiting_is_no_fault_where_all_processors_have_work() {
        assert_eq!(place(None, 1, &watched(0.5, 0.5, [0.03, 0.04]), true), None);
        assert_eq!(place(Some(1), 1, &watched(0.5, 0.5, [0.03, 0.04]), true), None);
    }

    #[test]
    fn two_that_stay_at_the_same_place_do_not_both_go_to_the_other_one() {
        let both = watched(0.4, 0.55, [0.0, 0.32]);
        assert_eq!(place(Some(0), 0, &both, true), Some(1));
        assert_eq!(place(Some(0), 0, &both, false), None);
    }

    #[test]
    fn no_thread_moves_to_a_processor_with_less_room_than_it_takes() {
        assert_eq!(place(Some(1), 1, &watched(0.33, 0.65, [0.24, 0.0]), true), None);
        assert_eq!(place(Some(1), 1, &watched(0.33, 0.2, [0.1, 0.0]), true), None);
    }
}
