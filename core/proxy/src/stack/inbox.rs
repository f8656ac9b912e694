//! The queue of packets from the tunnel to one connection, one UDP port, or the responder.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// A packet from the tunnel.
pub(super) struct Packet {
    pub(super) bytes: Vec<u8>,
    /// True if the checksums were verified when the superpacket was joined.
    pub(super) verified: bool,
}

/// An ICMP error of a router about an earlier packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum IcmpError {
    /// The packet could not be delivered.
    Unreachable,
    /// The packet was too long for a link with this MTU in bytes.
    TooBig(u16),
}

/// The queue of one receiver.
pub(super) struct Inbox {
    inside: Mutex<Inside>,
    /// Bytes beyond which packets are dropped, as in any router.
    room: usize,
}

#[derive(Default)]
struct Inside {
    packets: VecDeque<Packet>,
    bytes: usize,
    icmp_error: Option<IcmpError>,
    waker: Option<Waker>,
}

/// Maximum number of waiting packets, which limits small ones.
const PLACES: usize = 2048;

impl Inbox {
    pub(super) fn new(room: usize) -> Self {
        Self { inside: Mutex::default(), room }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, packet: Packet) {
        let mut inside = self.lock();
        if inside.bytes >= self.room || inside.packets.len() >= PLACES {
            return;
        }
        inside.bytes += packet.bytes.len();
        inside.packets.push_back(packet);
        let waker = inside.waker.take();
        drop(inside);
        waker.into_iter().for_each(Waker::wake);
    }

    pub(super) fn complain(&self, icmp_error: IcmpError) {
        let mut inside = self.lock();
        inside.icmp_error = Some(icmp_error);
        let waker = inside.waker.take();
        drop(inside);
        waker.into_iter().for_each(Waker::wake);
    }

    /// Moves all packets into `to`, which must be empty, and returns the last ICMP error. The next packet or error wakes `waker`.
    pub(super) fn take(&self, to: &mut VecDeque<Packet>, waker: &Waker) -> Option<IcmpError> {
        let mut inside = self.lock();
        std::mem::swap(&mut inside.packets, to);
        inside.bytes = 0;
        if !inside.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            inside.waker = Some(waker.clone());
        }
        inside.icmp_error.take()
    }

    /// Waits for the next packet.
    pub(super) async fn next(&self) -> Packet {
        poll_fn(|context| {
            let mut inside = self.lock();
            match inside.packets.pop_front() {
                Some(packet) => {
                    inside.bytes -= packet.bytes.len();
                    Poll::Ready(packet)
                }
                None => {
                    inside.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}
