//! The state that the threads of one tunnel share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use adit_platform::clock::{self, Alarm};
use adit_platform::device::{Datagrams, Offload, SendError, Stop, TunQueue, UdpFactory, UdpSocket};
use adit_protocol::{DataPlane, Engine, Event, UdpPath};
use arc_swap::ArcSwap;

use crate::flow::queue_of;
use crate::order::Order;
use crate::outgoing::segments_in_one_run;
use crate::stack::leaving_no_trace;

/// Maximum number of waiting handshake messages, as in the kernel (rule Q4).
const MAX_WAITING: usize = 4096;

/// Pause after a device error that may repeat at once, so that a broken device does not use up a processor.
const REST: Duration = Duration::from_millis(100);

/// The time that workers may take to release a replaced device.
const LET_GO: Duration = Duration::from_secs(1);

/// The state that the threads of one tunnel share. Workers use `plane` and `bound`; everything else goes through the engine's
/// lock.
pub(crate) struct Shared {
    pub(crate) plane: Arc<DataPlane>,
    engine: Mutex<Engine>,
    pub(crate) factory: Arc<dyn UdpFactory>,
    /// The devices in use, replaced as a whole and under the engine's lock.
    pub(crate) bound: ArcSwap<Bound>,
    /// Number of queues of the device that the tunnel started with. Each queue has threads, and no other device may have more
    /// queues.
    pub(crate) most_queues: usize,
    pub(crate) arrivals: Order<()>,
    /// The interface's MTU in bytes, which padding never exceeds.
    mtu: AtomicUsize,
    pub(crate) stop: Arc<dyn Stop>,
    pub(crate) alarm: Alarm,
    waiting: Mutex<VecDeque<(UdpPath, Vec<u8>)>>,
    ended: Mutex<Option<Ended>>,
    changed: Condvar,
    observer: Box<dyn Fn(&Event) + Send + Sync>,
}

/// The socket and the TUN queues that are used together, and the flag that makes workers release them.
pub(crate) struct Bound {
    pub(crate) socket: Arc<dyn UdpSocket>,
    pub(crate) queues: Queues,
    pub(crate) replaced: Arc<dyn Stop>,
    pub(crate) mark: u32,
}

/// The queues of one TUN device. Two devices have no queue in common.
pub(crate) type Queues = Arc<[Arc<dyn TunQueue>]>;

impl Bound {
    /// Returns true if both use the same TUN device.
    pub(crate) fn has_device_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.queues, &other.queues)
    }
}

/// The reason why a tunnel ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// Its interface was removed.
    InterfaceGone,
    /// It was stopped, or one of its threads failed.
    Stopped,
}

impl Shared {
    pub(crate) fn new(
        engine: Engine,
        factory: Arc<dyn UdpFactory>,
        bound: Bound,
        stop: Arc<dyn Stop>,
        alarm: Alarm,
        observer: Box<dyn Fn(&Event) + Send + Sync>,
    ) -> Self {
        Self {
            plane: engine.plane(),
            engine: Mutex::new(engine),
            factory,
            mtu: AtomicUsize::new(bound.queues.first().map_or(0, |queue| queue.mtu())),
            most_queues: bound.queues.len(),
            bound: ArcSwap::from_pointee(bound),
            arrivals: Order::default(),
            stop,
            alarm,
            waiting: Mutex::default(),
            ended: Mutex::default(),
            changed: Condvar::new(),
            observer,
        }
    }

    /// Uses the engine, then sends its output and reports its events. Leaves no key on the stack.
    pub(crate) fn with_engine<T>(&self, work: impl FnOnce(&mut Engine) -> T) -> T {
        leaving_no_trace(|| {
            let mut engine = self.engine();
            let result = work(&mut engine);
            self.drain(&mut engine);
            result
        })
    }

    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mtu(&self) -> usize {
        self.mtu.load(Relaxed)
    }

    /// Reads the interface's MTU again, because any program may have changed it.
    pub(crate) fn refresh_mtu(&self) {
        let bound = self.bound.load();
        if let Some(queue) = bound.queues.first() {
            let mtu = queue.mtu();
            self.mtu.store(mtu, Relaxed);
            self.engine().set_mtu(mtu);
            queue.prefer_segments(segments_in_one_run(bound.socket.max_run(), mtu));
        }
    }

    fn drain(&self, engine: &mut Engine) {
        let bound = self.bound.load();
        while let Some(transmit) = engine.poll_transmit(clock::instant()) {
            let run = Datagrams {
                path: transmit.path,
                ecn: transmit.ecn,
                dscp: transmit.dscp,
                segment_size: transmit.payload.len().max(1),
                bytes: &transmit.payload,
            };
            if let Err(failure) = bound.socket.send(&[run]) {
                forget_source(engine, &failure);
            }
        }
        while let Some(packet) = engine.poll_received() {
            if let Some(queue) = bound.queues.get(queue_of(&packet, bound.queues.len())) {
                // A packet that the interface does not accept is lost, like any packet on a network.
                let _ = queue.send(Offload::default(), &packet);
            }
        }
        while let Some(event) = engine.poll_event() {
            (self.observer)(&event);
        }
    }

    /// Queues a handshake message for the control thread. Beyond [`MAX_WAITING`] the message is lost.
    pub(crate) fn hand_over(&self, from: UdpPath, message: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.len() < MAX_WAITING {
            waiting.push_back((from, message.to_vec()));
        }
        drop(waiting);
        self.alarm.wake();
    }

    /// Returns the oldest waiting handshake message, and how many were waiting.
    pub(crate) fn next_waiting(&self) -> Option<(UdpPath, Vec<u8>, usize)> {
        let mut waiting = self.waiting();
        let count = waiting.len();
        let (from, message) = waiting.pop_front()?;
        if waiting.is_empty() {
            waiting.shrink_to(64);
        }
        Some((from, message, count))
    }

    /// Returns true if a handshake message waits.
    pub(crate) fn is_any_waiting(&self) -> bool {
        !self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(UdpPath, Vec<u8>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the control thread if a worker noted something for the engine.
    pub(crate) fn call_engine(&self) {
        if self.plane.wants_attention() {
            self.alarm.wake();
        }
    }

    /// Makes all threads use `bound` from now on, and returns the previous one. To be called under the engine's lock.
    pub(crate) fn replace(&self, bound: Bound) -> Arc<Bound> {
        let old = self.bound.swap(Arc::new(bound));
        old.replaced.stop();
        if self.ended().is_some() {
            // The thread that ended the tunnel meanwhile may have stopped only the old one.
            self.bound.load().replaced.stop();
        }
        self.changed.notify_all();
        old
    }

    /// Blocks until the TUN device has a queue with this number, or the tunnel ends.
    pub(crate) fn wait_for_queue(&self, number: usize) {
        let is_missing = |ended: &mut Option<Ended>| ended.is_none() && number >= self.bound.load().queues.len();
        drop(self.changed.wait_while(self.ended(), is_missing).unwrap_or_else(PoisonError::into_inner));
    }

    /// Handles a run that was not sent, or only without its sticky source. That source is then forgotten.
    pub(crate) fn send_failed(&self, failure: &SendError) {
        forget_source(&mut self.engine(), failure);
    }

    /// Ends all threads because the interface of `bound` was removed, unless another device is in use by now.
    pub(crate) fn interface_is_gone(&self, bound: &Bound) {
        if self.bound.load().has_device_of(bound) {
            self.end(Ended::InterfaceGone);
        }
    }

    /// Ends all threads; the first reason counts.
    pub(crate) fn end(&self, reason: Ended) {
        self.ended().get_or_insert(reason);
        self.changed.notify_all();
        self.stop.stop();
        self.bound.load().replaced.stop();
        self.alarm.wake();
    }

    /// Blocks until the tunnel ends, and returns the reason.
    pub(crate) fn wait_until_ended(&self) -> Ended {
        let mut ended = self.ended();
        loop {
            if let Some(reason) = *ended {
                return reason;
            }
            ended = self.changed.wait(ended).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Blocks for [`REST`], or until the tunnel ends.
    pub(crate) fn rest(&self) {
        let rested = self.changed.wait_timeout_while(self.ended(), REST, |ended| ended.is_none());
        drop(rested.unwrap_or_else(PoisonError::into_inner));
    }

    fn ended(&self) -> MutexGuard<'_, Option<Ended>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Blocks until no thread uses a device any more, but at most for [`LET_GO`].
pub(crate) fn wait_until_unused<T: ?Sized>(device: &Weak<T>) {
    let begun = Instant::now();
    while device.strong_count() > 0 && begun.elapsed() < LET_GO {
        thread::sleep(Duration::from_millis(1));
    }
}

fn forget_source(engine: &mut Engine, failure: &SendError) {
    tracing::debug!(%failure, "send");
    if failure.path.local.is_some() {
        engine.forget_source(failure.path);
    }
}
