//! A lane: one TUN queue and the socket, and who carries between them.
//!
//! One thread carries both ways, to completion. What it writes to the kernel often is answered while it is being written (a ping,
//! the acknowledgement of bulk), and the answer is then taken along without another thread having to wake for it: a ping's way
//! there and back wakes three threads instead of four. While both directions carry bulk, a second thread takes over the way out.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use adit_platform::clock;
use adit_platform::device::TunQueue;
use adit_protocol::Instant;

use crate::inbound::Inbound;
use crate::outbound::{Outbound, Turn, waited};
use crate::shared::{Bound, Shared};
use crate::stack::erase_traces_of_ciphers;

/// How long load is watched before it is judged.
const WINDOW: Duration = Duration::from_millis(10);

/// Bytes in a window that make a direction busy: 800 Mbit/s.
const BUSY: usize = 1_000_000;

/// Fewer bytes in a window than this make it no longer so.
const QUIET: usize = 250_000;

/// How many queues a TUN device should have on this machine: one for every two processors, which is what a busy lane uses.
pub fn wanted_queues() -> usize {
    const MOST: usize = 8;
    (thread::available_parallelism().map_or(1, usize::from) / 2).clamp(1, MOST)
}

/// What the threads of a lane share.
pub(crate) struct Lane {
    queue: Arc<dyn TunQueue>,
    outbound: Mutex<Outbound>,
    /// Whether the way out has a thread of its own.
    split: AtomicBool,
    /// The two devices cannot be waited for by one thread.
    unjoinable: AtomicBool,
    /// Bytes that this second thread has carried since the last look.
    helped: AtomicUsize,
    parking: Mutex<()>,
    called: Condvar,
}

impl Lane {
    pub(crate) fn new(shared: &Shared, queue: Arc<dyn TunQueue>) -> Self {
        Self {
            outbound: Mutex::new(Outbound::new(shared, Arc::clone(&queue))),
            queue,
            split: AtomicBool::new(false),
            unjoinable: AtomicBool::new(false),
            helped: AtomicUsize::new(0),
            parking: Mutex::default(),
            called: Condvar::new(),
        }
    }

    /// The thread that carries inwards, and outwards unless the lane is split. Reads the tunnel's socket, whichever it is at the
    /// time, until the tunnel stops.
    pub(crate) fn carry(&self, shared: &Shared) {
        let _calls_the_helper = CallsTheHelper(self);
        let mut inbound = Inbound::new(Arc::clone(&self.queue));
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
            let split = self.split.load(Relaxed);
            let went = if split { Turn::Idle } else { self.outbound().turn(shared) };
            match (came, went) {
                (Turn::Over, _) | (_, Turn::Over) => return false,
                (Turn::Idle, Turn::Idle) => {
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
        let outwards = load.outwards + self.helped.swap(0, Relaxed);
        let split = self.split.load(Relaxed);
        let wanted = self.unjoinable.load(Relaxed) || worth_two_threads(split, load.inwards, outwards);
        if wanted != split {
            self.split(wanted);
        }
        *load = Load::new(now);
    }

    fn split_for_good(&self) {
        self.unjoinable.store(true, Relaxed);
        self.split(true);
    }

    fn split(&self, split: bool) {
        let parked = self.parking.lock().unwrap_or_else(PoisonError::into_inner);
        self.split.store(split, Relaxed);
        drop(parked);
        self.called.notify_all();
    }

    /// The thread that carries outwards while the lane is split, and sleeps while it is not.
    pub(crate) fn help(&self, shared: &Shared) {
        while !shared.stop.is_stopped() {
            if !self.split.load(Relaxed) {
                erase_traces_of_ciphers();
                let parked = self.parking.lock().unwrap_or_else(PoisonError::into_inner);
                drop(self.called.wait_while(parked, |()| !self.split.load(Relaxed)).unwrap_or_else(PoisonError::into_inner));
                continue;
            }
            let turn = self.outbound().turn(shared);
            match turn {
                Turn::Carried(bytes) => {
                    self.helped.fetch_add(bytes, Relaxed);
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

    fn outbound(&self) -> MutexGuard<'_, Outbound> {
        self.outbound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a lane should be split that carried so many bytes in a [`WINDOW`].
fn worth_two_threads(split: bool, inwards: usize, outwards: usize) -> bool {
    inwards.min(outwards) >= if split { QUIET } else { BUSY }
}

/// At the end of the first thread, however it ends, the second must not sleep on.
struct CallsTheHelper<'a>(&'a Lane);

impl Drop for CallsTheHelper<'_> {
    fn drop(&mut self) {
        self.0.split(true);
    }
}

/// Bytes carried since a moment.
struct Load {
    begun: Instant,
    inwards: usize,
    outwards: usize,
}

impl Load {
    const fn new(begun: Instant) -> Self {
        Self { begun, inwards: 0, outwards: 0 }
    }

    fn note(&mut self, came: Turn, went: Turn) {
        let bytes = |turn| if let Turn::Carried(bytes) = turn { bytes } else { 0 };
        self.inwards += bytes(came);
        self.outwards += bytes(went);
    }
}

#[cfg(test)]
mod tests {
    use super::{BUSY, QUIET, worth_two_threads};

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
}
