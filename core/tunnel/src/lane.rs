//! A lane: the first TUN queue, the socket, and the threads that carry packets between them.
//!
//! One thread carries packets in both directions, each to completion. The kernel often answers a packet during the write (a ping,
//! the acknowledgement of bulk traffic), and the same thread can carry the answer without waking another one: a ping's round trip
//! wakes three threads instead of four. During outgoing bulk traffic a second thread helps outwards, so that an otherwise idle
//! processor seals and sends. If there are more queues, further threads help inwards while one thread is not enough.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use adit_platform::clock;
use adit_platform::device::Ready;
use adit_protocol::Instant;

use crate::inbound::Inbound;
use crate::outbound::{Outbound, SendOrder, Turn, waited};
use crate::parking::Gate;
use crate::placement::{AvoidedCpu, CpuPin, Placement};
use crate::shared::{Bound, Shared};
use crate::spare::{self, Spare};
use crate::stack::erase_traces_of_ciphers;

/// The time for which the load is measured before a decision.
const WINDOW: Duration = Duration::from_millis(10);

/// Bytes per window at which a direction counts as busy: 800 Mbit/s.
const BUSY: usize = 1_000_000;

/// Bytes per window below which a busy direction no longer counts as busy.
const QUIET: usize = 250_000;

/// The time for which a lane's first thread polls its devices before it sleeps under load, yielding the processor each time.
/// Waking a thread on a sleeping processor takes 50 µs in a virtual machine, and longer if another machine has been given the
/// processor meanwhile.
const SPIN_TIME: Duration = Duration::from_micros(50);

/// The polling time of a thread that almost always finds packets. The scheduler moves waking programs to a sleeping processor,
/// away from the thread that has just written the data they will read and from the caches that hold it. A processor whose thread
/// keeps polling does not attract them.
const LONG_SPIN_TIME: Duration = Duration::from_millis(1);

/// Share of the time during which such a thread may find nothing. On a link that is slower than the tunnel a thread finds nothing
/// more often, and polling would waste power.
const HARDLY_RESTS: f64 = 0.25;

/// The length of one sleep of the second thread while both directions carry bulk traffic. The first thread reads the queue
/// continually then. Waking another thread for packets that the first will have read by then would cost 50 µs on both processors
/// in a virtual machine.
const POLL_INTERVAL: Duration = Duration::from_micros(500);

/// Maximum number of such sleeps in a row. After that the bulk traffic is over, and the thread sleeps until a packet arrives.
const MOST_POLLS: u32 = 10;

/// Bytes per window that are worth several threads in one direction: 1.6 Gbit/s. Inwards, one thread must also have had no rest.
const CROWDED: usize = 2_000_000;

/// Number of the lane's TUN queue.
const FIRST: usize = 0;

/// Returns how many queues a TUN device should have on this machine: one for every two processors, because a busy lane uses two.
pub fn wanted_queues() -> usize {
    const MOST: usize = 8;
    (thread::available_parallelism().map_or(1, usize::from) / 2).clamp(1, MOST)
}

/// When two threads carry packets in the same direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sharing {
    /// Never, because there is only one processor.
    Never,
    /// During bulk traffic, if a processor is idle.
    Bulk,
    /// Always, needed or not.
    Always,
}

/// The state that the threads of a lane share.
pub(crate) struct Lane {
    send_order: SendOrder,
    /// Open while the second thread carries packets outwards.
    second: Gate,
    /// True if one thread cannot wait for both devices, so that the second one carries everything outwards.
    split: AtomicBool,
    /// Bytes that the second thread has carried since the load was last judged.
    helped_out: AtomicUsize,
    /// True if both directions carry bulk traffic.
    both_ways: AtomicBool,
    /// Open while further threads help inwards.
    crowded: Gate,
    /// Bytes that the further threads have carried since the load was last judged.
    helped_in: AtomicUsize,
    sharing: Sharing,
    /// The processor that the first thread is pinned to.
    cpu_pin: CpuPin,
}

impl Lane {
    pub(crate) fn new(share_always: bool) -> Self {
        let lane = Self {
            send_order: SendOrder::default(),
            second: Gate::default(),
            split: AtomicBool::new(false),
            helped_out: AtomicUsize::new(0),
            both_ways: AtomicBool::new(false),
            crowded: Gate::default(),
            helped_in: AtomicUsize::new(0),
            sharing: Sharing::here(share_always),
            cpu_pin: CpuPin::default(),
        };
        lane.second.set(share_always);
        lane.crowded.set(share_always);
        lane
    }

    /// Runs the first thread, which carries packets inwards and, unless the lane is split, outwards. It uses the tunnel's current
    /// devices until the tunnel stops.
    pub(crate) fn carry(&self, shared: &Shared) {
        let _calls_the_helper = CallsTheHelper(self);
        let (mut inbound, mut outbound) = (Inbound::new(shared), Outbound::new(shared, FIRST));
        let mut load = Load::new(clock::instant());
        while !shared.stop.is_stopped() {
            let bound = shared.bound.load_full();
            if !self.carry_with(shared, &bound, &mut inbound, &mut outbound, &mut load) {
                break;
            }
            outbound.drain(shared, &bound, &self.send_order);
        }
    }

    /// Carries packets until a device is replaced. Returns `false` at the end of the tunnel.
    fn carry_with(
        &self,
        shared: &Shared,
        bound: &Bound,
        inbound: &mut Inbound,
        outbound: &mut Outbound,
        load: &mut Load,
    ) -> bool {
        while !bound.replaced.is_stopped() {
            // Threads that help inwards exist only if the device has more than one queue.
            let alone = shared.most_queues == 1 || !self.crowded.is_open();
            let came = inbound.turn(shared, bound, alone);
            let split = self.split.load(Relaxed);
            let went = if split { Turn::Idle } else { outbound.turn(shared, bound, &self.send_order) };
            match (came, went) {
                (Turn::Over, _) | (_, Turn::Over) => return !shared.stop.is_stopped(),
                (Turn::Idle, Turn::Idle) => {
                    if load.goes_on() {
                        continue;
                    }
                    erase_traces_of_ciphers();
                    let patience = inbound.before_a_wait();
                    let ready = if split {
                        bound.socket.wait(&*bound.replaced, patience)
                    } else {
                        let patience = patience.into_iter().chain(outbound.before_a_wait(&self.send_order)).min();
                        wait_with(bound, patience)
                    };
                    match ready {
                        Err(error) if error.kind() == io::ErrorKind::Unsupported => self.split_for_good(),
                        ready => waited(shared, ready),
                    }
                }
                (came, went) => {
                    load.note(came, went);
                    self.judge(load);
                }
            }
        }
        true
    }

    fn judge(&self, load: &mut Load) {
        let now = clock::instant();
        if now.since(load.begun) < WINDOW {
            return;
        }
        let outwards = load.outwards + self.helped_out.swap(0, Relaxed);
        let inwards = load.inwards + self.helped_in.swap(0, Relaxed);
        self.second.set(self.split.load(Relaxed) || self.wants_help(load, now, inwards, outwards));
        self.both_ways.store(inwards.min(outwards) >= BUSY, Relaxed);
        let has_rest = !load.rested.is_zero();
        self.crowded.set(self.sharing == Sharing::Always || worth_a_crowd(self.crowded.is_open(), has_rest, inwards));
        let spin_time = spin_time(inwards + outwards, now.since(load.begun), load.rested);
        if spin_time.is_zero() {
            load.placement.release(&self.cpu_pin)
        } else {
            load.placement.watch(now, &self.cpu_pin)
        }
        load.start_again(now, spin_time);
    }

    fn wants_help(&self, load: &mut Load, now: Instant, inwards: usize, outwards: usize) -> bool {
        let bulk = worth_help(self.second.is_open(), inwards, outwards);
        if !bulk {
            load.spare.forget();
        }
        self.sharing.wants_help(|| bulk && load.spare.is_there(now, load.rested, || spare::idle(load.placement.allowed())))
    }

    fn split_for_good(&self) {
        self.split.store(true, Relaxed);
        self.second.set(true);
    }

    /// Runs the second thread, which sleeps while one thread is enough.
    pub(crate) fn help(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            self.second.pass();
            // Created anew each time, so that its buffers are freed before the thread sleeps.
            let mut outbound = Outbound::new(shared, FIRST);
            let mut avoided_cpu = AvoidedCpu::new();
            let mut polls = Polls::default();
            while self.second.is_open() && !shared.stop.is_stopped() {
                avoided_cpu.follow(&self.cpu_pin);
                let bound = shared.bound.load();
                match outbound.turn(shared, &bound, &self.send_order) {
                    Turn::Carried(bytes) => {
                        polls = Polls::default();
                        self.helped_out.fetch_add(bytes, Relaxed);
                    }
                    Turn::Idle if polls.another(self.polling_is_better()) => thread::sleep(POLL_INTERVAL),
                    // If the second thread is no longer needed, it notices this with the next packet.
                    Turn::Idle => outbound.rest(shared, &bound, &self.send_order),
                    Turn::Over => {}
                }
            }
            self.send_order.forget_spares();
            erase_traces_of_ciphers();
        }
    }

    /// Returns true if outgoing packets need not wake the second thread, because it polls.
    fn polling_is_better(&self) -> bool {
        self.both_ways.load(Relaxed) && !self.split.load(Relaxed)
    }

    /// Runs a thread that helps inwards while the lane is crowded, and otherwise sleeps.
    pub(crate) fn help_inwards(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            self.crowded.pass();
            // Created anew each time, so that its buffers are freed before the thread sleeps.
            let mut inbound = Inbound::new(shared);
            while self.crowded.is_open() && !shared.stop.is_stopped() {
                let bound = shared.bound.load_full();
                match inbound.turn(shared, &bound, false) {
                    Turn::Carried(bytes) => {
                        self.helped_in.fetch_add(bytes, Relaxed);
                    }
                    Turn::Idle => {
                        erase_traces_of_ciphers();
                        // A replaced socket does not end the thread; a broken one ends the tunnel.
                        let patience = inbound.before_a_wait();
                        waited(shared, bound.socket.wait(&*bound.replaced, patience));
                    }
                    Turn::Over => {}
                }
            }
            erase_traces_of_ciphers();
        }
    }
}

/// Waits for the first queue and for the socket.
fn wait_with(bound: &Bound, patience: Option<Duration>) -> io::Result<Ready> {
    let queue = bound.queues.first().ok_or(io::ErrorKind::NotFound)?;
    queue.wait_with(&*bound.socket, &*bound.replaced, patience)
}

impl Sharing {
    fn here(always: bool) -> Self {
        match thread::available_parallelism().map_or(1, usize::from) {
            _ if always => Self::Always,
            1 => Self::Never,
            _ => Self::Bulk,
        }
    }

    /// Returns true if a second thread should help outwards; `worth_it` decides if the mode allows both.
    fn wants_help(self, worth_it: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Never => false,
            Self::Bulk => worth_it(),
            Self::Always => true,
        }
    }
}

/// Returns true if the traffic is worth a second thread outwards, given the bytes in each direction during a [`WINDOW`].
fn worth_help(is_helped: bool, inwards: usize, outwards: usize) -> bool {
    let (one_way, each_way) = if is_helped { (QUIET, QUIET) } else { (CROWDED, BUSY) };
    outwards >= one_way || inwards.min(outwards) >= each_way
}

/// Returns true if the bytes that arrived in a [`WINDOW`] are worth further threads inwards. `rested` means that the one thread
/// had nothing to do at some time.
fn worth_a_crowd(crowded: bool, rested: bool, inwards: usize) -> bool {
    inwards >= CROWDED && (crowded || !rested)
}

/// Wakes the other threads when the first thread ends, however it ends, so that they do not sleep on.
struct CallsTheHelper<'a>(&'a Lane);

impl Drop for CallsTheHelper<'_> {
    fn drop(&mut self) {
        self.0.second.set(true);
        self.0.crowded.set(true);
    }
}

/// The traffic of the first thread since the start of the window, and the decisions that follow from it.
struct Load {
    begun: Instant,
    inwards: usize,
    outwards: usize,
    /// The idle time in this window, and the start of the present idle time.
    rested: Duration,
    resting: Option<Instant>,
    spin_time: Duration,
    placement: Placement,
    spare: Spare,
}

/// Returns how long polling is worthwhile after a window of this length with this many bytes and this much time without packets.
fn spin_time(bytes: usize, window: Duration, rested: Duration) -> Duration {
    match bytes {
        ..BUSY => Duration::ZERO,
        _ if rested > window.mul_f64(HARDLY_RESTS) => SPIN_TIME,
        _ => LONG_SPIN_TIME,
    }
}

/// The number of polling sleeps in a row.
#[derive(Default)]
struct Polls(u32);

impl Polls {
    /// Returns true if the thread should sleep and poll once more instead of waiting for a packet.
    fn another(&mut self, better: bool) -> bool {
        let takes = better && self.0 < MOST_POLLS;
        self.0 = if takes { self.0 + 1 } else { 0 };
        takes
    }
}

impl Load {
    fn new(begun: Instant) -> Self {
        let (placement, spare) = (Placement::new(), Spare::default());
        Self {
            begun,
            inwards: 0,
            outwards: 0,
            rested: Duration::ZERO,
            resting: None,
            spin_time: Duration::ZERO,
            placement,
            spare,
        }
    }

    fn start_again(&mut self, now: Instant, spin_time: Duration) {
        (self.begun, self.inwards, self.outwards, self.rested, self.spin_time) = (now, 0, 0, Duration::ZERO, spin_time);
    }

    fn note(&mut self, came: Turn, went: Turn) {
        let bytes = |turn| if let Turn::Carried(bytes) = turn { bytes } else { 0 };
        self.inwards += bytes(came);
        self.outwards += bytes(went);
        if let Some(since) = self.resting.take() {
            self.rested += clock::instant().since(since);
        }
    }

    /// Returns true if the thread, which has nothing to carry, should poll again instead of sleeping. Yields the processor first.
    fn goes_on(&mut self) -> bool {
        let now = clock::instant();
        let goes_on = now.since(*self.resting.get_or_insert(now)) < self.spin_time;
        if goes_on {
            thread::yield_now();
        }
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        BUSY, CROWDED, LONG_SPIN_TIME, MOST_POLLS, Polls, QUIET, SPIN_TIME, Sharing, WINDOW, spin_time, worth_a_crowd, worth_help,
    };

    #[test]
    fn one_thread_carries_what_is_no_bulk_and_all_that_comes_in() {
        assert!(!worth_help(false, QUIET, CROWDED - 1));
        assert!(!worth_help(false, 10 * CROWDED, BUSY - 1));
        assert!(!Sharing::Never.wants_help(|| true), "there is one processor");
    }

    #[test]
    fn a_second_thread_helps_with_bulk_outwards_until_that_is_quiet() {
        assert!(worth_help(false, QUIET, CROWDED));
        assert!(worth_help(false, BUSY, BUSY), "the first one has the other direction as well");
        assert!(worth_help(true, 0, QUIET), "a dip is no reason to change");
        assert!(!worth_help(true, 10 * CROWDED, QUIET - 1));
    }

    #[test]
    fn without_bulk_a_thread_sleeps_at_once() {
        assert_eq!([0, BUSY - 1].map(|bytes| spin_time(bytes, WINDOW, Duration::ZERO)), [Duration::ZERO; 2]);
    }

    #[test]
    fn on_a_link_that_is_slower_than_the_tunnel_a_thread_does_not_ask_again_for_long() {
        assert_eq!(spin_time(BUSY, WINDOW, WINDOW / 2), SPIN_TIME);
        assert_eq!(spin_time(BUSY, WINDOW, WINDOW / 8), LONG_SPIN_TIME);
    }

    #[test]
    fn a_second_thread_that_only_naps_sleeps_in_the_end() {
        let mut polls = Polls::default();
        assert!((0..MOST_POLLS).all(|_| polls.another(true)));
        assert!(!polls.another(true), "both ways were busy when somebody last looked, but nothing has come since");
        assert!(polls.another(true), "it was woken");
        assert!(!Polls::default().another(false), "one way is busy: it is woken by what comes");
    }

    #[test]
    fn more_threads_help_inwards_when_one_has_no_rest_until_there_is_little_to_do() {
        assert!(worth_a_crowd(false, false, CROWDED));
        assert!(!worth_a_crowd(false, true, 10 * CROWDED), "one thread is enough");
        assert!(worth_a_crowd(true, true, CROWDED), "with help it may rest");
        assert!(!worth_a_crowd(true, false, CROWDED - 1));
    }
}
