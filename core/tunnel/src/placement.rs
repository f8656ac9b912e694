//! On which processor a lane's threads run while there is bulk, where there are few processors.
//!
//! Whoever wakes a thread decides where it runs. On two processors, and under schedulers that fill one before they use the next, as
//! some virtual machines have them, it often has to wait there behind another thread while the other processor has nothing to do.
//! A thread that may run on one processor alone is not put behind others any more. So, when a lane's first thread had to wait
//! although there was a processor without work, it stays where it is just then, and the second one keeps off that processor: where
//! others wait for the same, each is found at another place. Should it have been the wrong place, it goes to the other one.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use adit_platform::processors::{self, ThreadTime};
use adit_protocol::Instant;

/// How long the processors are watched before a thread is placed: `/proc/stat` counts in 10 ms.
const WATCH: Duration = Duration::from_millis(200);

/// Where there are more processors than these, the scheduler finds one without work.
const FEW: usize = 4;

/// The share of the time for which a thread had to wait that makes it look for a better place.
const WAITED_LONG: f64 = 0.1;

/// The share of the time for which one processor, or several together, had no work, although a thread waited for one.
const WASTED: f64 = 0.08;

/// The share of the time for which another processor must have had no work to be a better place, and the part of the time that the
/// thread itself ran.
const ROOM: f64 = 0.2;
const ROOM_OF_OWN: f64 = 0.4;

const NOWHERE: usize = usize::MAX;

/// Where the first thread of a lane stays, for the second one to keep off.
pub(crate) struct CpuPin(AtomicUsize);

impl Default for CpuPin {
    fn default() -> Self {
        Self(AtomicUsize::new(NOWHERE))
    }
}

/// Places the first thread of a lane, which calls it.
pub(crate) struct Placement {
    /// Where it may run when it is not placed.
    allowed: Vec<usize>,
    /// There are few processors, and the system lets a thread choose.
    worth_it: bool,
    at: Option<usize>,
    watched: Option<Reading>,
}

/// The clocks at the start of a watch.
struct Reading {
    begun: Instant,
    thread: ThreadTime,
    idle: Vec<(usize, Duration)>,
}

/// Shares of the time of a watch.
struct Watched {
    waited: f64,
    ran: f64,
    /// Of each processor that the thread may use: for how long it had nothing to do.
    idle: Vec<(usize, f64)>,
}

impl Placement {
    /// For the calling thread.
    pub(crate) fn new() -> Self {
        let allowed = processors::allowed().unwrap_or_default();
        Self { worth_it: (2..=FEW).contains(&allowed.len()), allowed, at: None, watched: None }
    }

    /// Where the thread may run when it is not placed.
    pub(crate) fn allowed(&self) -> &[usize] {
        &self.allowed
    }

    /// There is bulk: looks whether the thread should go, or stay, somewhere. Costs nothing but for a moment every [`WATCH`].
    pub(crate) fn watch(&mut self, now: Instant, cpu_pin: &CpuPin) {
        if !self.worth_it || self.watched.as_ref().is_some_and(|reading| now.since(reading.begun) < WATCH) {
            return;
        }
        match Reading::take(now) {
            Ok(reading) => {
                let watched = self.watched.as_ref().map(|earlier| reading.since(earlier, &self.allowed));
                self.watched = Some(reading);
                // Two programs that find the same at the same time must not both move. The clock's fine digits are as good as a coin.
                let coin = (now.as_nanos() / 64).is_multiple_of(2);
                if let Some(next) = watched.and_then(|watched| place(self.at, processors::current(), &watched, coin)) {
                    self.stay_at(next, cpu_pin);
                }
            }
            Err(error) => self.give_up(&error),
        }
    }

    /// There is no bulk any more: the thread may run anywhere again.
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
        // Where it may run can have been changed from outside since it was free last.
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

    /// A system that does not tell, or a sandbox that does not allow it.
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

/// Where a thread should stay from now on that stays `at` a processor, or nowhere in particular and is `here`; `None`: as it is.
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

/// Keeps the second thread of a lane, which calls it, off the first one's processor.
pub(crate) struct AvoidedCpu {
    allowed: Vec<usize>,
    cpu_pin: usize,
}

impl AvoidedCpu {
    /// For the calling thread.
    pub(crate) fn new() -> Self {
        Self { allowed: processors::allowed().unwrap_or_default(), cpu_pin: NOWHERE }
    }

    /// Follows what the first thread does.
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

    /// On a thread of its own: tests must not change where others run.
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
    fn nobody_moves_to_where_there_is_less_room_than_he_takes() {
        assert_eq!(place(Some(1), 1, &watched(0.33, 0.65, [0.24, 0.0]), true), None);
        assert_eq!(place(Some(1), 1, &watched(0.33, 0.2, [0.1, 0.0]), true), None);
    }
}
