//! Bounds the time that packets wait in the kernel's queue towards the tunnel.
//!
//! The driver bounds the queue in packets (500 by default), drops any excess, and gives the sending TCP no other signal. 500
//! superpackets are 30 MB, in which a ping waits for 60 ms and more; 500 tiny packets are barely enough. Therefore the bound
//! follows the packets' size, so that the queue's bytes stay the same.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Bytes that may wait: 4 ms at 4 Gbit/s. A TCP that fills the queue slows down for a while; a shorter queue would run empty
/// meanwhile.
const BYTES: u32 = 3 << 19;
/// Largest bound, for tiny packets: a reader that was off its core for some milliseconds should find them all.
const MOST: u32 = 1000;
/// Smallest bound, for superpackets.
const LEAST: u32 = 24;
/// The driver's default bound.
const DRIVERS: u32 = 500;
/// Packets between two decisions.
const LOOK_EVERY: u32 = 512;
/// Weight of the moving average: its half-life is some 44 packets.
const FORGET_SHIFT: u32 = 6;
/// Bulk traffic is over after this many consecutive packets that are each smaller than an eighth of the size that the bound is
/// made for. Later packets would be lost in so short a queue whenever the reader is off its processor for some milliseconds.
const BULK_IS_OVER: u32 = 32;

/// The state of one device's bound. One thread is expected to read; several would only blur the average.
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

    /// Records a packet. Returns a new bound, in packets, if it is less than half or more than twice the previous one. Smaller
    /// changes are skipped, because each change halts the interface for a moment.
    pub(super) fn note(&self, len: usize) -> Option<u32> {
        let sample = u32::try_from(len).unwrap_or(u32::MAX >> FORGET_SHIFT);
        let average = self.average.load(Ordering::Relaxed);
        // Scaled by the weight, so that rounding does not keep the average away from small values.
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

    /// Returns true if bulk traffic, for which the queue is short, has just ended. The next decision is then due.
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

    /// Stops proposing bounds, because the system does not allow changes.
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
    fn a_refused_queue_length_is_not_requested_again() {
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
