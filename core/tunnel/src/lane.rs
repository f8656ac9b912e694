//! A lane: one TUN queue and the socket, and who carries between them.
//!
//! One thread carries both ways, to completion. What it writes to the kernel often is answered while it is being written (a ping,
//! the acknowledgement of bulk), and the answer is then taken along without another thread having to wake for it: a ping's way
//! there and back wakes three threads instead of four. While both directions carry bulk, a second thread takes over the way out.
//! Where there are more queues, further threads help with the way in while one is not enough for it.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use adit_platform::clock;
use adit_platform::device::TunQueue;
use adit_protocol::Instant;

use crate::inbound::Inbound;
use crate::outbound::{Outbound, Turn, waited};
use crate::parking::Gate;
use crate::shared::{Bound, Shared};
use crate::stack::erase_traces_of_ciphers;

/// How long load is watched before it is judged.
const WINDOW: Duration = Duration::from_millis(10);

/// Bytes in a window that make a direction busy: 800 Mbit/s.
const BUSY: usize = 1_000_000;

/// Fewer bytes in a window than this make it no longer so.
const QUIET: usize = 250_000;

/// Bytes in a window that are worth several threads inwards, where one of them never comes to rest: 1.6 Gbit/s.
const CROWDED: usize = 2_000_000;

/// How many queues a TUN device should have on this machine: one for every two processors, which is what a busy lane uses.
pub fn wanted_queues() -> usize {
    const MOST: usize = 8;
    (thread::available_parallelism().map_or(1, usize::from) / 2).clamp(1, MOST)
}

/// What the threads of a lane share.
pub(crate) struct Lane {
    queue: Arc<dyn TunQueue>,
    outbound: Mutex<Outbound>,
    /// Open while the way out has a thread of its own.
    split: Gate,
    /// The two devices cannot be waited for by one thread.
    unjoinable: AtomicBool,
    /// Bytes that this second thread has carried since the last look.
    helped_out: AtomicUsize,
    /// Open while further threads help with the way in.
    crowded: Gate,
    /// Bytes that these have carried since the last look.
    helped_in: AtomicUsize,
    /// Helpers help whether they are needed or not.
    share_always: bool,
}

impl Lane {
    pub(crate) fn new(shared: &Shared, queue: Arc<dyn TunQueue>, share_always: bool) -> Self {
        let lane = Self {
            outbound: Mutex::new(Outbound::new(shared, Arc::clone(&queue))),
            queue,
            split: Gate::default(),
            unjoinable: AtomicBool::new(false),
            helped_out: AtomicUsize::new(0),
            crowded: Gate::default(),
            helped_in: AtomicUsize::new(0),
            share_always,
        };
        lane.crowded.set(share_always);
        lane
    }

    /// The thread that carries inwards, and outwards unless the lane is split. Reads the tunnel's socket, whichever it is at the
    /// time, until the tunnel stops.
    pub(crate) fn carry(&self, shared: &Shared) {
        let _calls_the_helper = CallsTheHelper(self);
        let mut inbound = Inbound::new(shared);
        let mut load = Load::new(clock::instant());
        while !shared.stop.is_stopped() {
            let bound = shared.bound.load_full();
            if !self.carry_with(shared, &bound, &mut inbound, &mut load) {
                break;
            }
        }
    }

    /// Until the socket is replaced; `false` at the end of the tunnel.
    fn carry_with(&self, shared: &Shared, bound: &Bound, inbound: &mut Inbound, load: &mut Load) -> bool {
        while !bound.replaced.is_stopped() {
            let came = inbound.turn(shared, &*bound.socket);
            let split = self.split.is_open();
            let went = if split { Turn::Idle } else { self.outbound().turn(shared) };
            match (came, went) {
                (Turn::Over, _) | (_, Turn::Over) => return false,
                (Turn::Idle, Turn::Idle) => {
                    load.rested = true;
                    erase_traces_of_ciphers();
                    let ready = if split {
                        bound.socket.wait(&*bound.replaced)
                    } else {
                        self.outbound().woken();
                        self.queue.wait_with(&*bound.socket, &*bound.replaced)
                    };
                    match ready {
                        Err(error) if error.kind() == io::ErrorKind::Unsupported => self.split_for_good(),
                        ready => drop(waited(shared, ready)),
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
        self.split.set(self.unjoinable.load(Relaxed) || worth_two_threads(self.split.is_open(), inwards, outwards));
        self.crowded.set(self.share_always || worth_a_crowd(self.crowded.is_open(), load.rested, inwards));
        *load = Load::new(now);
    }

    fn split_for_good(&self) {
        self.unjoinable.store(true, Relaxed);
        self.split.set(true);
    }

    /// The thread that carries outwards while the lane is split, and sleeps while it is not.
    pub(crate) fn help(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            if !self.split.is_open() {
                erase_traces_of_ciphers();
                self.split.pass();
                continue;
            }
            let turn = self.outbound().turn(shared);
            match turn {
                Turn::Carried(bytes) => {
                    self.helped_out.fetch_add(bytes, Relaxed);
                }
                Turn::Idle => {
                    erase_traces_of_ciphers();
                    self.outbound().woken();
                    // Without the lock: when the lane is joined again this thread finds out with the next packet.
                    if !waited(shared, self.queue.wait(&*shared.stop)) {
                        return;
                    }
                }
                Turn::Over => return,
            }
        }
    }

    /// A thread that helps with the way in while the lane is crowded, and sleeps while it is not.
    pub(crate) fn help_inwards(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            self.crowded.pass();
            // Made anew each time: its buffers are given back before it sleeps.
            let mut inbound = Inbound::new(shared);
            while self.crowded.is_open() && !shared.stop.is_stopped() {
                let bound = shared.bound.load_full();
                match inbound.turn(shared, &*bound.socket) {
                    Turn::Carried(bytes) => {
                        self.helped_in.fetch_add(bytes, Relaxed);
                    }
                    Turn::Idle => {
                        erase_traces_of_ciphers();
                        // A socket that was replaced is no reason to end, and one that is broken ends the tunnel.
                        waited(shared, bound.socket.wait(&*bound.replaced));
                    }
                    Turn::Over => return,
                }
            }
            erase_traces_of_ciphers();
        }
    }

    fn outbound(&self) -> MutexGuard<'_, Outbound> {
        self.outbound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a lane should be split that carried so many bytes in a [`WINDOW`].
fn worth_two_threads(split: bool, inwards: usize, outwards: usize) -> bool {
    inwards.min(outwards) >= if split { QUIET } else { BUSY }
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
        self.0.split.set(true);
        self.0.crowded.set(true);
    }
}

/// Bytes carried since a moment.
struct Load {
    begun: Instant,
    inwards: usize,
    outwards: usize,
    /// There was nothing to carry at some time.
    rested: bool,
}

impl Load {
    const fn new(begun: Instant) -> Self {
        Self { begun, inwards: 0, outwards: 0, rested: false }
    }

    fn note(&mut self, came: Turn, went: Turn) {
        let bytes = |turn| if let Turn::Carried(bytes) = turn { bytes } else { 0 };
        self.inwards += bytes(came);
        self.outwards += bytes(went);
    }
}

#[cfg(test)]
mod tests {
    use super::{BUSY, CROWDED, QUIET, worth_a_crowd, worth_two_threads};

    #[test]
    fn one_thread_carries_bulk_in_one_direction_and_its_acknowledgements() {
        assert!(!worth_two_threads(false, 10 * BUSY, QUIET));
        assert!(!worth_two_threads(false, QUIET, 10 * BUSY));
    }

    #[test]
    fn bulk_in_both_directions_has_two_threads_until_one_of_them_is_quiet() {
        assert!(worth_two_threads(false, BUSY, BUSY));
        assert!(worth_two_threads(true, BUSY / 2, 2 * BUSY), "a dip is no reason to change");
        assert!(!worth_two_threads(true, QUIET - 1, 2 * BUSY));
    }

    #[test]
    fn more_threads_help_inwards_when_one_has_no_rest_until_there_is_little_to_do() {
        assert!(worth_a_crowd(false, false, CROWDED));
        assert!(!worth_a_crowd(false, true, 10 * CROWDED), "one thread is enough");
        assert!(worth_a_crowd(true, true, CROWDED), "with help it may rest");
        assert!(!worth_a_crowd(true, false, CROWDED - 1));
    }
}
