//! Writes decrypted packets to the TUN in their order, in as few system calls as possible.
//!
//! A long superpacket stays where it was joined until it is written. Short packets, such as the acknowledgements of the other
//! direction, are copied, so that they neither end a batch of superpackets nor cost one system call each.

use std::{io, mem};

use adit_platform::device::Offload;

use crate::coalesce::{Coalescer, Superpacket};
use crate::flow::queue_of;
use crate::order::Place;
use crate::shared::{Bound, Shared};

/// Maximum length in bytes of a packet that is copied instead of written alone.
const SHORT_PACKET: usize = 256;

/// Maximum number of packets that wait to be written together.
const MOST_WAITING: usize = 32;

/// The decrypted packets to be written, in their order.
#[derive(Default)]
pub(crate) struct Waiting {
    entries: Vec<Entry>,
    /// The bytes of the short packets, one after the other.
    short: Vec<u8>,
}

enum Entry {
    /// The superpacket in the next coalescer that has one open.
    Open,
    /// A short packet, the next bytes of `short`, with its length.
    Short(Offload, usize),
}

/// Writes to the TUN device when it is this thread's turn, each flow to its queue.
pub(crate) struct Writer<'a> {
    pub(crate) shared: &'a Shared,
    bound: &'a Bound,
    waiting: &'a mut Waiting,
    pub(crate) place: Place<'a, ()>,
    /// True if the interface is gone.
    pub(crate) gone: bool,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(shared: &'a Shared, bound: &'a Bound, waiting: &'a mut Waiting, place: Place<'a, ()>) -> Self {
        Self { shared, bound, waiting, place, gone: false }
    }

    /// Accepts a superpacket that the coalescer after `earlier` has completed. A short one is copied; a long one is written,
    /// after all waiting packets.
    pub(crate) fn complete(&mut self, earlier: &mut [Coalescer], superpacket: &Superpacket<'_>) {
        let is_short = superpacket.bytes.len() <= SHORT_PACKET;
        if !is_short || self.waiting.entries.len() == MOST_WAITING {
            self.write_all(earlier);
        }
        if is_short {
            self.waiting.entries.push(Entry::Short(superpacket.offload, superpacket.bytes.len()));
            self.waiting.short.extend_from_slice(superpacket.bytes);
        } else {
            self.write(&[(superpacket.offload, superpacket.bytes)]);
        }
    }

    /// Accepts the superpacket that the coalescer after `earlier` still has open. A short one is copied; a long one stays in the
    /// coalescer.
    pub(crate) fn keep_open(&mut self, earlier: &mut [Coalescer], coalescer: &mut Coalescer) {
        if coalescer.open_len() <= SHORT_PACKET {
            if let Some(superpacket) = coalescer.take() {
                self.complete(earlier, &superpacket);
            }
        } else {
            if self.waiting.entries.len() == MOST_WAITING {
                self.write_all(earlier);
            }
            self.waiting.entries.push(Entry::Open);
        }
    }

    /// Writes all waiting packets, those in these coalescers and the copied ones.
    pub(crate) fn write_all(&mut self, coalescers: &mut [Coalescer]) {
        let Waiting { mut entries, mut short } = mem::take(self.waiting);
        let mut packets = [(Offload::default(), &[][..]); MOST_WAITING];
        let mut open = coalescers.iter_mut().filter_map(Coalescer::take);
        let mut rest = &*short;
        let mut count = 0;
        for (entry, packet) in entries.drain(..).zip(&mut packets) {
            let next = match entry {
                Entry::Open => open.next().map(|superpacket| (superpacket.offload, &*superpacket.bytes)),
                Entry::Short(offload, len) => rest.split_off(..len).map(|bytes| (offload, bytes)),
            };
            if let Some(next) = next {
                *packet = next;
                count += 1;
            }
        }
        self.write(packets.get(..count).unwrap_or_default());
        short.clear();
        *self.waiting = Waiting { entries, short };
    }

    fn write(&mut self, packets: &[(Offload, &[u8])]) {
        if packets.is_empty() {
            return;
        }
        self.place.wait();
        let queues = &self.bound.queues;
        let number = |packet: &[u8]| queue_of(packet, queues.len());
        for packets in packets.chunk_by(|(_, one), (_, next)| number(one) == number(next)) {
            let queue = packets.first().and_then(|(_, packet)| queues.get(number(packet)));
            match queue.map(|queue| queue.send_all(packets)) {
                Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => self.gone = true,
                Some(Err(error)) => tracing::debug!(%error, "writing the interface"),
                Some(Ok(())) | None => {}
            }
        }
    }
}
