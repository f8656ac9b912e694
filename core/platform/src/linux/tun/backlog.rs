//! Keeps the kernel's queue towards the tunnel short in time.
//!
//! The driver bounds it in packets (500 unless told), drops what is over, and gives the sending TCP no other sign. Of superpackets
//! that is 30 MB, in which a ping waits for 60 ms and more; of tiny packets it is barely enough. So the bound follows the size of
//! the packets, and what stays the same is the bytes.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Bytes that may wait: 4 ms at 4 Gbit/s. A TCP that fills the queue sends less for a while, and a shorter one is empty by then.
const BYTES: u32 = 3 << 19;
/// Of tiny packets; a reader that was off its core for some milliseconds should find them all.
const MOST: u32 = 1000;
/// Of superpackets.
const LEAST: u32 = 24;
/// The driver's own.
const DRIVERS: u32 = 500;
/// Packets between two looks.
const LOOK_EVERY: u32 = 512;
/// The average forgets half in some 44 packets.
const FORGET_SHIFT: u32 = 6;
/// So many packets in a row, each less than an eighth of what the bound is made for, and bulk is over: what comes now would be lost
/// in so short a queue whenever the reader is off its processor for some milliseconds.
const BULK_IS_OVER: u32 = 32;

/// The state of one device's bound. One thread is expected to read; more would only blur the average.
#[derive(Debug)]
pub(super) struct Backlog {
    average: AtomicU32,
    until_look: AtomicU32,
    bound: AtomicU32,
    small_in_a_row: AtomicU32,
    given_up: AtomicBool,
}

impl Backlog {
    pub(super) const fn new() -> Self {
        Self {
            average: AtomicU32::new(0),
            until_look: AtomicU32::new(LOOK_EVERY),
            bound: AtomicU32::new(DRIVERS),
            small_in_a_row: AtomicU32::new(0),
            given_up: AtomicBool::new(false),
        }
    }

    /// Takes note of a packet. From time to time the answer is a new bound, in packets: when it is less than half or more than
    /// twice the last one, since changing it halts the interface for a moment.
    pub(super) fn note(&self, len: usize) -> Option<u32> {
        let sample = u32::try_from(len).unwrap_or(u32::MAX >> FORGET_SHIFT);
        let average = self.average.load(Ordering::Relaxed);
        // Scaled by the weight, so that rounding does not keep it away from small values.
        let average = average - (average >> FORGET_SHIFT) + sample;
        let bound = self.bound.load(Ordering::Relaxed);
        let average = if self.is_over(sample, bound) { sample << FORGET_SHIFT } else { average };
        self.average.store(average, Ordering::Relaxed);
        let left = self.until_look.load(Ordering::Relaxed);
        if left > 0 {
            self.until_look.store(left - 1, Ordering::Relaxed);
            return None;
        }
        self.until_look.store(LOOK_EVERY, Ordering::Relaxed);
        let wanted = (BYTES / (average >> FORGET_SHIFT).max(1)).clamp(LEAST, MOST);
        let far = wanted > bound.saturating_mul(2) || wanted.saturating_mul(2) < bound;
        if !far || self.given_up.load(Ordering::Relaxed) {
            return None;
        }
        self.bound.store(wanted, Ordering::Relaxed);
        Some(wanted)
    }

    /// Whether bulk, for which the queue is short, was over just now; the next look is due then.
    fn is_over(&self, sample: u32, bound: u32) -> bool {
        let is_small = bound < DRIVERS && sample < BYTES / bound / 8;
        let run = if is_small { self.small_in_a_row.load(Ordering::Relaxed) + 1 } else { 0 };
        let is_over = run == BULK_IS_OVER;
        if is_over {
            self.until_look.store(0, Ordering::Relaxed);
        }
        self.small_in_a_row.store(if is_over { 0 } else { run }, Ordering::Relaxed);
        is_over
    }

    /// The system does not allow it: asks no more.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{BULK_IS_OVER, Backlog, LOOK_EVERY, MOST};

    fn bounds(backlog: &Backlog, len: usize, packets: u32) -> Vec<u32> {
        (0..packets).filter_map(|_| backlog.note(len)).collect()
    }

    #[test]
    fn bulk_shortens_the_queue_once_and_tiny_packets_lengthen_it_again() {
        let backlog = Backlog::new();
        assert_eq!(bounds(&backlog, 65_000, 10 * LOOK_EVERY), [24]);
        assert_eq!(bounds(&backlog, 80, 10 * LOOK_EVERY), [1000]);
        assert_eq!(bounds(&backlog, 1420, 10 * LOOK_EVERY), []);
    }

    #[test]
    fn when_bulk_is_over_the_queue_is_long_again_after_a_few_packets() {
        let backlog = Backlog::new();
        assert_eq!(bounds(&backlog, 65_000, 10 * LOOK_EVERY), [24]);
        assert_eq!(bounds(&backlog, 1328, BULK_IS_OVER - 1), []);
        assert_eq!(bounds(&backlog, 1328, 1), [1000]);
    }

    #[test]
    fn pings_beside_bulk_do_not_make_the_queue_as_long_as_pings_alone() {
        let backlog = Backlog::new();
        assert_eq!(bounds(&backlog, 65_000, 10 * LOOK_EVERY), [24]);
        let beside = (0..100_000).filter_map(|index| backlog.note(if index % 20 == 0 { 65_000 } else { 84 }));
        assert!(beside.clone().all(|bound| bound < MOST), "{:?}", beside.collect::<Vec<_>>());
    }

    #[test]
    fn an_ordinary_mixture_leaves_the_drivers_bound_alone() {
        let backlog = Backlog::new();
        let changes = (0..100_000).filter_map(|index| backlog.note(if index % 2 == 0 { 1420 } else { 2840 })).count();
        assert_eq!(changes, 0);
    }

    #[test]
    fn what_was_refused_is_not_asked_again() {
        let backlog = Backlog::new();
        backlog.give_up();
        assert_eq!(bounds(&backlog, 65_000, 10 * LOOK_EVERY), []);
    }

    #[test]
    fn absurd_lengths_do_not_overflow() {
        let backlog = Backlog::new();
        for len in [usize::MAX, 0, usize::MAX, 65_535] {
            bounds(&backlog, len, 2 * LOOK_EVERY);
        }
    }
}
