//! The queue of packets to the tunnel, and the tasks that wait for packets or for room.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use adit_platform::device::{Doorbell, Offload, Ready, Stop, UdpSocket};

/// Bytes that may wait before connections must wait. It is enough to keep the tunnel's thread busy while the connections' threads
/// wake.
const ROOM: usize = 1 << 20;

/// Maximum number of waiting packets, which limits small ones.
const PLACES: usize = 4096;

/// The queue. Connections add packets, and the tunnel's threads take them.
pub(super) struct Outbox {
    inside: Mutex<Inside>,
    bell: Box<dyn Doorbell>,
}

#[derive(Default)]
struct Inside {
    packets: VecDeque<(Vec<u8>, Offload)>,
    bytes: usize,
    /// Number of threads that sleep until the bell rings.
    asleep: usize,
    rung: bool,
    want_room: Vec<Waker>,
}

impl Inside {
    fn has_room(&self) -> bool {
        self.bytes < ROOM && self.packets.len() < PLACES
    }
}

impl Outbox {
    pub(super) fn new(bell: Box<dyn Doorbell>) -> Self {
        Self { inside: Mutex::default(), bell }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a packet even if there is no room: senders check for room first, and answers are always accepted.
    pub(super) fn push(&self, packet: Vec<u8>, offload: Offload) {
        let mut inside = self.lock();
        if inside.packets.len() >= 2 * PLACES {
            return;
        }
        inside.bytes += packet.len();
        inside.packets.push_back((packet, offload));
        let ring = inside.asleep > 0 && !inside.rung;
        inside.rung |= ring;
        drop(inside);
        if ring {
            self.bell.ring();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().packets.is_empty()
    }

    /// Returns true if a connection may add packets.
    pub(super) fn has_room(&self) -> bool {
        self.lock().has_room()
    }

    /// Registers `waker` to be woken when there is room. Returns `false` if there is room already.
    pub(super) fn wait_for_room(&self, waker: &Waker) -> bool {
        let mut inside = self.lock();
        if inside.has_room() {
            return false;
        }
        inside.want_room.push(waker.clone());
        true
    }

    /// Takes the oldest packet. Returns `WouldBlock` if there is none.
    pub(super) fn pop(&self) -> io::Result<(Vec<u8>, Offload)> {
        let mut inside = self.lock();
        let packet = inside.packets.pop_front().ok_or(io::ErrorKind::WouldBlock)?;
        inside.bytes -= packet.0.len();
        let mut wake = Vec::new();
        if !inside.want_room.is_empty() && inside.bytes <= ROOM / 2 && inside.packets.len() <= PLACES / 2 {
            wake = std::mem::take(&mut inside.want_room);
        }
        drop(inside);
        wake.into_iter().for_each(Waker::wake);
        Ok(packet)
    }

    /// Blocks until there is a packet or `stop` is set, for at most `patience`.
    pub(super) fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        self.asleep(|| self.bell.wait(stop, patience))
    }

    /// Blocks until there is a packet, `socket` has something to receive, or `stop` is set, for at most `patience`.
    pub(super) fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        self.asleep(|| self.bell.wait_with(socket, stop, patience))
    }

    /// Sleeps in `wait`. Only a thread that finds the queue empty clears the signal, so that it wakes all sleeping threads, like
    /// a readable device.
    fn asleep(&self, wait: impl FnOnce() -> io::Result<Ready>) -> io::Result<Ready> {
        let mut inside = self.lock();
        if !inside.packets.is_empty() {
            return Ok(Ready::Readable);
        }
        if std::mem::take(&mut inside.rung) {
            self.bell.silence();
        }
        inside.asleep += 1;
        drop(inside);
        let ready = wait();
        self.lock().asleep -= 1;
        ready
    }
}
