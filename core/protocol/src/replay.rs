//! Remembers the received message counters of one key pair: the sliding window of RFC 6479 (whitepaper section 5.4.6).
//!
//! The window is a ring of 64-bit words. Moving it forward clears whole words instead of shifting bits, which costs one word of
//! the 8192 bits: counters up to 8128 behind the greatest are still told apart. The Linux kernel uses the same sizes.

/// Counters from here on are never sent nor accepted: 2^64 − 2^13 − 1 (whitepaper section 6.1).
pub const REJECT_AFTER_MESSAGES: u64 = u64::MAX - (1 << 13);

/// The greatest distance of an accepted counter behind the greatest counter.
pub const WINDOW: u64 = (BITS - u64::BITS) as u64;

const BITS: u32 = 8192;
const WORDS: usize = (BITS / u64::BITS) as usize;

/// The counters accepted so far. Asked only after the message was authenticated.
#[derive(Clone, Debug)]
pub struct ReplayWindow {
    /// One more than the greatest counter accepted, 0 before the first.
    next: u64,
    seen: [u64; WORDS],
}

impl ReplayWindow {
    /// Creates a window in which no counter was seen.
    pub const fn new() -> Self {
        Self { next: 0, seen: [0; WORDS] }
    }

    /// Records `counter`. Returns false if it was seen before, is too far behind, or is [`REJECT_AFTER_MESSAGES`] or more.
    pub fn accept(&mut self, counter: u64) -> bool {
        if counter >= REJECT_AFTER_MESSAGES || counter.saturating_add(WINDOW + 1) < self.next {
            return false;
        }
        if counter >= self.next {
            self.advance(counter);
        }
        let word = &mut self.seen[word_of(counter) as usize % WORDS];
        let bit = 1 << (counter % u64::from(u64::BITS));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn advance(&mut self, counter: u64) {
        // Before the first counter every word is clear already.
        let current = word_of(self.next.saturating_sub(1));
        for step in 1..=(word_of(counter) - current).min(WORDS as u64) {
            self.seen[(current + step) as usize % WORDS] = 0;
        }
        self.next = counter + 1;
    }
}

impl Default for ReplayWindow {
    fn default() -> Self {
        Self::new()
    }
}

const fn word_of(counter: u64) -> u64 {
    counter / u64::BITS as u64
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const LIMIT: u64 = WINDOW + 1;
    const REJECT: u64 = REJECT_AFTER_MESSAGES;

    /// The results that the numbered cases of the kernel's `selftest/counter.c` expect of one window, in order.
    const NUMBERED: [(u64, bool); 34] = [
        (0, true),
        (1, true),
        (1, false),
        (9, true),
        (8, true),
        (7, true),
        (7, false),
        (LIMIT, true),
        (LIMIT - 1, true),
        (LIMIT - 1, false),
        (LIMIT - 2, true),
        (2, true),
        (2, false),
        (LIMIT + 16, true),
        (3, false),
        (LIMIT + 16, false),
        (LIMIT * 4, true),
        (LIMIT * 4 - (LIMIT - 1), true),
        (10, false),
        (LIMIT * 4 - LIMIT, false),
        (LIMIT * 4 - (LIMIT + 1), false),
        (LIMIT * 4 - (LIMIT - 2), true),
        (LIMIT * 4 + 1 - LIMIT, false),
        (0, false),
        (REJECT, false),
        (REJECT - 1, true),
        (REJECT, false),
        (REJECT - 1, false),
        (REJECT - 2, true),
        (REJECT + 1, false),
        (REJECT + 2, false),
        (REJECT - 2, false),
        (REJECT - 3, true),
        (0, false),
    ];

    #[test]
    fn r13_replay_window_passes_the_34_numbered_cases_of_the_kernel() {
        let mut window = ReplayWindow::new();
        for (number, (counter, expected)) in (1..).zip(NUMBERED) {
            assert_eq!(window.accept(counter), expected, "case {number}: counter {counter}");
        }
    }

    #[test]
    fn r13_replay_window_forward_from_one_still_takes_zero_once() {
        expect((1..=WINDOW).map(yes).chain([(0, true), (0, false)]));
    }

    #[test]
    fn r13_replay_window_forward_from_two_takes_one_and_not_zero() {
        expect((2..=WINDOW + 1).map(yes).chain([(1, true), (0, false)]));
    }

    #[test]
    fn r13_replay_window_takes_a_whole_window_backwards() {
        expect((0..=WINDOW).rev().map(yes));
    }

    #[test]
    fn r13_replay_window_backwards_from_one_further_refuses_zero() {
        expect((1..=WINDOW + 1).rev().map(yes).chain([(0, false)]));
    }

    #[test]
    fn r13_replay_window_moves_by_one_after_a_backwards_run_and_loses_zero() {
        expect((1..=WINDOW).rev().map(yes).chain([(WINDOW + 1, true), (0, false)]));
    }

    #[test]
    fn r13_replay_window_takes_zero_at_the_end_of_a_backwards_run_and_then_moves() {
        expect((1..=WINDOW).rev().map(yes).chain([(0, true), (WINDOW + 1, true)]));
    }

    #[test]
    fn r13_replay_window_refuses_a_second_pass_over_all_it_has_seen() {
        let evens = (0..=WINDOW).step_by(2);
        expect(evens.clone().map(yes).chain(evens.map(|counter| (counter, false))).chain((1..WINDOW).step_by(2).map(yes)));
    }

    #[test]
    fn r6_counters_from_reject_after_messages_on_are_refused_by_a_fresh_window() {
        for counter in [REJECT, REJECT + 1, u64::MAX - WINDOW, u64::MAX - 1, u64::MAX] {
            assert!(!ReplayWindow::new().accept(counter), "{counter}");
        }
        assert!(ReplayWindow::new().accept(REJECT - 1));
        assert!(ReplayWindow::new().accept(u64::from(u32::MAX) + 1), "counters are 64 bits on every processor");
    }

    #[test]
    fn a_jump_of_exactly_the_ring_forgets_every_word() {
        for jump in [u64::from(BITS) - 64, u64::from(BITS), u64::from(BITS) + 1, 1 << 40] {
            let mut window = ReplayWindow::new();
            (0..u64::from(BITS)).for_each(|counter| assert!(window.accept(counter)));
            assert!(window.accept(u64::from(BITS) - 1 + jump));
            let oldest = u64::from(BITS) - 1 + jump - WINDOW;
            (oldest.max(u64::from(BITS))..oldest + WINDOW)
                .for_each(|counter| assert!(window.accept(counter), "{jump}: {counter}"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn r13_replay_window_matches_a_set_of_all_counters(
            start in prop_oneof![Just(0_u64), any::<u64>(), (REJECT - 20_000)..REJECT],
            steps in prop::collection::vec(prop_oneof![-3_i64..4, -70_i64..70, -8_200_i64..8_200, -10_i64..20_000], 1..400),
        ) {
            let mut window = ReplayWindow::new();
            let (mut seen, mut greatest, mut at) = (HashSet::new(), None::<u64>, start);
            for step in steps {
                at = at.saturating_add_signed(step);
                let fresh = greatest.is_none_or(|greatest| greatest.saturating_sub(at) <= WINDOW);
                let expected = at < REJECT && fresh && seen.insert(at);
                if expected {
                    greatest = greatest.max(Some(at));
                }
                prop_assert_eq!(window.accept(at), expected, "counter {}", at);
            }
        }
    }

    fn expect(counters: impl Iterator<Item = (u64, bool)>) {
        let mut window = ReplayWindow::new();
        for (counter, expected) in counters {
            assert_eq!(window.accept(counter), expected, "counter {counter}");
        }
    }

    fn yes(counter: u64) -> (u64, bool) {
        (counter, true)
    }
}
