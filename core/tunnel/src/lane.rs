//! A lane: the first TUN queue and the socket, and the threads that carry between them.
//!
//! One thread carries both ways, to completion. What it writes to the kernel often is answered while it is being written (a ping,
//! the acknowledgement of bulk), and the answer is then taken along without another thread having to wake for it: a ping's way
//! there and back wakes three threads instead of four. While there is bulk on the way out, a second thread helps with it, so that a
//! processor that would have nothing to do seals and sends.
//! Where there are more queues, further threads help with the way in while one is not enough for it.

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

/// How long load is watched before it is judged.
const WINDOW: Duration = Duration::from_millis(10);

/// Bytes in a window that make a direction busy: 800 Mbit/s.
const BUSY: usize = 1_000_000;

/// Fewer bytes in a window than this make it no longer so.
const QUIET: usize = 250_000;

/// How long a lane's first thread asks again before it sleeps while there is bulk, letting others have the processor each time. To be
/// woken on a processor that sleeps takes 50 µs in a virtual machine, and longer where another machine has been given the processor
/// meanwhile.
const SPIN_TIME: Duration = Duration::from_micros(50);

/// The same where it hardly ever finds nothing. A processor that sleeps attracts programs that wake, away from the thread that has just
/// written what they are to read and from the caches that hold it; one whose thread asks again does not.
const LONG_SPIN_TIME: Duration = Duration::from_millis(1);

/// The share of the time for which it finds nothing at most, for that: more is power spent on nothing, on a link that is slower than we are.
const HARDLY_RESTS: f64 = 0.25;

/// How long the second thread sleeps at a time while both ways carry bulk. The first one reads the queue again and again then, and
/// waking another thread for packets that this one will have read by then costs 50 µs of both processors in a virtual machine.
const POLL_INTERVAL: Duration = Duration::from_micros(500);

/// So often in a row; then there is no bulk any more, and it sleeps until something comes.
const MOST_POLLS: u32 = 10;

/// Bytes in a window that are worth several threads in one direction (inwards where one of them never comes to rest): 1.6 Gbit/s.
const CROWDED: usize = 2_000_000;

/// The queue of a lane.
const FIRST: usize = 0;

/// How many queues a TUN device should have on this machine: one for every two processors, which is what a busy lane uses.
pub fn wanted_queues() -> usize {
    const MOST: usize = 8;
    (thread::available_parallelism().map_or(1, usize::from) / 2).clamp(1, MOST)
}

/// When two threads carry in one direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sharing {
    /// There is one processor.
    Never,
    /// Where there is bulk and a processor to spare.
    Bulk,
    /// Whether it is needed or not.
    Always,
}

/// What the threads of a lane share.
pub(crate) struct Lane {
    send_order: SendOrder,
    /// Open while a second thread carries outwards.
    second: Gate,
    /// One thread cannot wait for both devices: all that goes out is the second one's.
    split: AtomicBool,
    /// Bytes that this second thread has carried since the last look.
    helped_out: AtomicUsize,
    /// Both ways carry bulk.
    both_ways: AtomicBool,
    /// Open while further threads help with the way in.
    crowded: Gate,
    /// Bytes that these have carried since the last look.
    helped_in: AtomicUsize,
    sharing: Sharing,
    /// Where the first thread stays.
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

    /// The thread that carries inwards, and outwards unless the lane is split. Reads the tunnel's devices, whichever these are at the
    /// time, until the tunnel stops.
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

    /// Until a device is replaced; `false` at the end of the tunnel.
    fn carry_with(
        &self,
        shared: &Shared,
        bound: &Bound,
        inbound: &mut Inbound,
        outbound: &mut Outbound,
        load: &mut Load,
    ) -> bool {
        while !bound.replaced.is_stopped() {
            // Each further queue brings a thread that helps inwards.
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

    /// The second thread, which sleeps while one is enough.
    pub(crate) fn help(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            self.second.pass();
            // Made anew each time: its buffers are given back before it sleeps.
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
                    // Where it is not needed any more it finds out with the next packet.
                    Turn::Idle => outbound.rest(shared, &bound, &self.send_order),
                    Turn::Over => {}
                }
            }
            self.send_order.forget_spares();
            erase_traces_of_ciphers();
        }
    }

    /// Whether the second thread need not be woken by what is to go out.
    fn polling_is_better(&self) -> bool {
        self.both_ways.load(Relaxed) && !self.split.load(Relaxed)
    }

    /// A thread that helps with the way in while the lane is crowded, and sleeps while it is not.
    pub(crate) fn help_inwards(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            self.crowded.pass();
            // Made anew each time: its buffers are given back before it sleeps.
            let mut inbound = Inbound::new(shared);
            while self.crowded.is_open() && !shared.stop.is_stopped() {
                let bound = shared.bound.load_full();
                match inbound.turn(shared, &bound, false) {
                    Turn::Carried(bytes) => {
                        self.helped_in.fetch_add(bytes, Relaxed);
                    }
                    Turn::Idle => {
                        erase_traces_of_ciphers();
                        // A socket that was replaced is no reason to end, and one that is broken ends the tunnel.
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

/// Waits for the first queue and the socket.
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

    /// Whether a second thread should help outwards, which may be `worth_it`.
    fn wants_help(self, worth_it: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Never => false,
            Self::Bulk => worth_it(),
            Self::Always => true,
        }
    }
}

/// Whether there is enough for a second thread, outwards, where so many bytes went each way in a [`WINDOW`].
fn worth_help(is_helped: bool, inwards: usize, outwards: usize) -> bool {
    let (one_way, each_way) = if is_helped { (QUIET, QUIET) } else { (CROWDED, BUSY) };
    outwards >= one_way || inwards.min(outwards) >= each_way
}

/// Whether further threads should help with the way in, which had so many bytes in a [`WINDOW`]; `rested`: one thread had nothing
/// to do at some time.
fn worth_a_crowd(crowded: bool, rested: bool, inwards: usize) -> bool {
    inwards >= CROWDED && (crowded || !rested)
}

/// At the end of the first thread, however it ends, the others must not sleep on.
struct CallsTheHelper<'a>(&'a Lane);

impl Drop for CallsTheHelper<'_> {
    fn drop(&mut self) {
        self.0.second.set(true);
        self.0.crowded.set(true);
    }
}

/// What the first thread has carried since a moment, and how it goes on because of that.
struct Load {
    begun: Instant,
    inwards: usize,
    outwards: usize,
    /// For so long there was nothing to carry, and since when there is nothing now.
    rested: Duration,
    resting: Option<Instant>,
    spin_time: Duration,
    placement: Placement,
    spare: Spare,
}

/// How long asking again is worth it where so many bytes were carried in a window of this length, and nothing for so long of it.
fn spin_time(bytes: usize, window: Duration, rested: Duration) -> Duration {
    match bytes {
        ..BUSY => Duration::ZERO,
        _ if rested > window.mul_f64(HARDLY_RESTS) => SPIN_TIME,
        _ => LONG_SPIN_TIME,
    }
}

/// Naps in a row.
#[derive(Default)]
struct Polls(u32);

impl Polls {
    /// Whether to take one more instead of waiting for something to come.
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

    /// There is nothing to carry: whether to ask once more instead of sleeping; others have had the processor meanwhile.
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
