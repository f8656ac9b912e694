//! What the threads of one tunnel share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use adit_platform::clock::{self, Alarm};
use adit_platform::device::{Datagrams, Offload, SendError, Stop, TunQueue, UdpFactory, UdpSocket};
use adit_protocol::{DataPlane, Engine, Event, Path};
use arc_swap::ArcSwap;

use crate::flow::queue_of;
use crate::order::Order;
use crate::outgoing::segments_in_one_run;
use crate::stack::leaving_no_trace;

/// Handshake messages that may wait, as in the kernel (rule Q4).
const MAX_WAITING: usize = 4096;

/// Rest after an error of a device that may come again at once, so that a broken device costs no whole processor.
const REST: Duration = Duration::from_millis(100);

/// How long a worker may take to let go of a socket that was replaced.
const LET_GO: Duration = Duration::from_secs(1);

/// One tunnel's common ground. Workers use `plane`, `socket` and the TUN queues; all else goes through the engine's lock.
pub(crate) struct Shared {
    pub(crate) plane: Arc<DataPlane>,
    engine: Mutex<Engine>,
    pub(crate) factory: Arc<dyn UdpFactory>,
    pub(crate) bound: ArcSwap<Bound>,
    pub(crate) queues: Vec<Arc<dyn TunQueue>>,
    pub(crate) arrivals: Order<()>,
    /// The interface's MTU in bytes, which padding never exceeds.
    mtu: AtomicUsize,
    pub(crate) stop: Arc<dyn Stop>,
    pub(crate) alarm: Alarm,
    waiting: Mutex<VecDeque<(Path, Vec<u8>)>>,
    ended: Mutex<Option<Ended>>,
    changed: Condvar,
    observer: Box<dyn Fn(&Event) + Send + Sync>,
}

/// A socket, and what makes its reader let go of it.
pub(crate) struct Bound {
    pub(crate) socket: Arc<dyn UdpSocket>,
    pub(crate) replaced: Arc<dyn Stop>,
    pub(crate) mark: u32,
}

/// Why a tunnel ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// Its interface was removed.
    InterfaceGone,
    /// It was told to stop, or one of its threads could not go on.
    Stopped,
}

impl Shared {
    pub(crate) fn new(
        engine: Engine,
        factory: Arc<dyn UdpFactory>,
        bound: Bound,
        queues: Vec<Arc<dyn TunQueue>>,
        stop: Arc<dyn Stop>,
        alarm: Alarm,
        observer: Box<dyn Fn(&Event) + Send + Sync>,
    ) -> Self {
        Self {
            plane: engine.plane(),
            engine: Mutex::new(engine),
            factory,
            bound: ArcSwap::from_pointee(bound),
            mtu: AtomicUsize::new(queues.first().map_or(0, |queue| queue.mtu())),
            queues,
            arrivals: Order::default(),
            stop,
            alarm,
            waiting: Mutex::default(),
            ended: Mutex::default(),
            changed: Condvar::new(),
            observer,
        }
    }

    /// Uses the engine, then sends and reports what it has to say. No key stays on the stack.
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

    /// Asks the interface for its MTU again, since anybody may have changed it.
    pub(crate) fn refresh_mtu(&self) {
        if let Some(queue) = self.queues.first() {
            let mtu = queue.mtu();
            self.mtu.store(mtu, Relaxed);
            self.engine().set_mtu(mtu);
            queue.prefer_segments(segments_in_one_run(self.bound.load().socket.max_run(), mtu));
        }
    }

    /// Where a packet for this computer is to be written.
    pub(crate) fn queue_for(&self, packet: &[u8]) -> Option<&Arc<dyn TunQueue>> {
        self.queues.get(self.queue_number(packet))
    }

    pub(crate) fn queue_number(&self, packet: &[u8]) -> usize {
        queue_of(packet, self.queues.len())
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
            if let Some(queue) = self.queue_for(&packet) {
                // A packet that the interface does not take is lost, as on any network.
                let _ = queue.send(Offload::default(), &packet);
            }
        }
        while let Some(event) = engine.poll_event() {
            (self.observer)(&event);
        }
    }

    /// Leaves a handshake message for the control thread; beyond [`MAX_WAITING`] it is lost.
    pub(crate) fn hand_over(&self, from: Path, message: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.len() < MAX_WAITING {
            waiting.push_back((from, message.to_vec()));
        }
        drop(waiting);
        self.alarm.wake();
    }

    /// The oldest waiting handshake message, and how many waited with it.
    pub(crate) fn next_waiting(&self) -> Option<(Path, Vec<u8>, usize)> {
        let mut waiting = self.waiting();
        let count = waiting.len();
        let (from, message) = waiting.pop_front()?;
        if waiting.is_empty() {
            waiting.shrink_to(64);
        }
        Some((from, message, count))
    }

    /// Whether a handshake message waits.
    pub(crate) fn is_any_waiting(&self) -> bool {
        !self.waiting().is_empty()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(Path, Vec<u8>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the control thread where a worker noted something for the engine.
    pub(crate) fn call_engine(&self) {
        if self.plane.wants_attention() {
            self.alarm.wake();
        }
    }

    /// Has all use `bound` from now on. Returns when the workers have let go of the socket before it: its port is free then.
    pub(crate) fn replace(&self, bound: Bound) {
        let old = self.bound.swap(Arc::new(bound));
        old.replaced.stop();
        if self.ended().is_some() {
            // Whoever ended the tunnel meanwhile may have seen the old one only.
            self.bound.load().replaced.stop();
        }
        let socket = Arc::downgrade(&old.socket);
        drop(old);
        let begun = Instant::now();
        while socket.strong_count() > 0 && begun.elapsed() < LET_GO {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// A run did not go out, or only without its sticky source, which is then forgotten.
    pub(crate) fn send_failed(&self, failure: &SendError) {
        forget_source(&mut self.engine(), failure);
    }

    /// Ends all threads, because the interface was removed.
    pub(crate) fn interface_is_gone(&self) {
        self.end(Ended::InterfaceGone);
    }

    /// Ends all threads; the first reason counts.
    pub(crate) fn end(&self, reason: Ended) {
        self.ended().get_or_insert(reason);
        self.changed.notify_all();
        self.stop.stop();
        self.bound.load().replaced.stop();
        self.alarm.wake();
    }

    /// Blocks until the tunnel ends, for whatever reason.
    pub(crate) fn wait_until_ended(&self) -> Ended {
        let mut ended = self.ended();
        loop {
            if let Some(reason) = *ended {
                return reason;
            }
            ended = self.changed.wait(ended).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Blocks for a moment, at most until the tunnel ends.
    pub(crate) fn rest(&self) {
        let rested = self.changed.wait_timeout_while(self.ended(), REST, |ended| ended.is_none());
        drop(rested.unwrap_or_else(PoisonError::into_inner));
    }

    fn ended(&self) -> MutexGuard<'_, Option<Ended>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_source(engine: &mut Engine, failure: &SendError) {
    tracing::debug!(%failure, "send");
    if failure.path.local.is_some() {
        engine.forget_source(failure.path);
    }
}
