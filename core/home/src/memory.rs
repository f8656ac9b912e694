//! The probes that a responder has heard, by their ephemeral keys: none is answered twice.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;

use crate::responder::{Silence, WINDOW};

/// The number of probes that are remembered. At the largest rate of answers they last longer than a probe is valid.
const REMEMBERED: usize = 8192;

type Key = [u8; 32];

/// The probes that were answered. The oldest ones are forgotten when there are too many.
#[derive(Debug)]
pub(crate) struct Answered {
    keys: HashSet<Key>,
    /// By the clocks of the askers.
    by_time: BTreeMap<Duration, Vec<Key>>,
    /// Probes up to this second may have been answered before the start, or before the clock was set.
    start: Duration,
    /// Probes up to this second may have been answered and forgotten since.
    forgotten: Duration,
}

impl Answered {
    /// Remembers the answers after the second of `start`, which is a time since 1970.
    pub(crate) fn since(start: Duration) -> Self {
        Self { keys: HashSet::new(), by_time: BTreeMap::new(), start: second(start), forgotten: Duration::ZERO }
    }

    /// Takes note that the clock was set to `now`. The probes from before the start have times before it; those that were answered
    /// since then are here.
    pub(crate) fn clock_was_set(&mut self, now: Duration) {
        self.start = second(now);
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.keys.contains(key)
    }

    pub(crate) fn may_have_forgotten(&self, asked_at: Duration) -> bool {
        second(asked_at) <= self.start.max(self.forgotten)
    }

    pub(crate) fn add(&mut self, key: Key, asked_at: Duration, now: Duration) -> Result<(), Silence> {
        if self.keys.len() >= REMEMBERED {
            let oldest = now.saturating_sub(WINDOW);
            let oldest = self.by_time.first_entry().filter(|entry| *entry.key() < oldest).ok_or(Silence::TooMany)?;
            self.forgotten = self.forgotten.max(second(*oldest.key()));
            for key in oldest.remove() {
                self.keys.remove(&key);
            }
        }
        self.keys.insert(key);
        self.by_time.entry(asked_at).or_default().push(key);
        Ok(())
    }
}

/// Askers send their clocks in whole seconds.
fn second(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs())
}

/// Authentic probes that were refused because of their time: repeating them costs nothing any more.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    keys: HashSet<Key>,
    order: VecDeque<Key>,
}

impl Refused {
    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.keys.contains(key)
    }

    pub(crate) fn add(&mut self, key: Key) {
        if self.order.len() >= REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
        }
        if self.keys.insert(key) {
            self.order.push_back(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn key(number: usize) -> Key {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_le_bytes());
        key
    }

    #[test]
    fn a_full_memory_forgets_what_is_too_old_to_be_valid_and_nothing_else() {
        let mut answered = Answered::since(NOW - WINDOW * 3);
        let old = NOW - WINDOW * 2;
        answered.add(key(0), old, old).unwrap();
        for number in 1..REMEMBERED {
            answered.add(key(number), NOW, NOW).unwrap();
        }
        assert!(!answered.may_have_forgotten(old + Duration::from_secs(1)));
        answered.add(key(REMEMBERED), NOW, NOW).unwrap();
        assert!(!answered.contains(&key(0)) && answered.may_have_forgotten(old), "refused by its time from now on");
        assert_eq!(answered.add(key(REMEMBERED + 1), NOW, NOW), Err(Silence::TooMany));
        assert!((1..=REMEMBERED).all(|number| answered.contains(&key(number))));
    }

    #[test]
    fn of_the_refused_probes_the_last_ones_are_remembered() {
        let mut refused = Refused::default();
        for number in 0..REMEMBERED + 10 {
            refused.add(key(number));
        }
        assert!(!refused.contains(&key(9)) && refused.contains(&key(10)) && refused.contains(&key(REMEMBERED + 9)));
    }
}
