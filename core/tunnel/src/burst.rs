//! When a thread's buffers, which bulk has filled, are given back to the system.

use std::time::Duration;

use adit_protocol::Instant;

/// Bytes of one turn that fill more of the buffers than they always have.
const MUCH: usize = 8 * 1024;

/// How long there must have been no bulk.
const COOLS_DOWN: Duration = Duration::from_secs(1);

/// Bulk, if there was some since the buffers were given back last.
#[derive(Default)]
pub(crate) struct Burst {
    /// Since the thread last waited.
    goes_on: bool,
    last: Option<Instant>,
}

impl Burst {
    /// A turn has carried so many bytes.
    pub(crate) fn note(&mut self, bytes: usize) {
        self.goes_on |= bytes >= MUCH;
    }

    /// Asked before a wait: whether the burst has been over for long enough. It is not told twice.
    pub(crate) fn is_over(&mut self, now: Instant) -> bool {
        if std::mem::take(&mut self.goes_on) {
            self.last = Some(now);
        }
        self.last.take_if(|last| now.since(*last) >= COOLS_DOWN).is_some()
    }

    /// How long to wait before asking again; `None`: for ever.
    pub(crate) fn patience(&self, now: Instant) -> Option<Duration> {
        self.last.map(|last| COOLS_DOWN.saturating_sub(now.since(last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_nanos(7);

    #[test]
    fn little_fills_nothing() {
        let mut burst = Burst::default();
        burst.note(MUCH - 1);
        assert!(!burst.is_over(START));
        assert_eq!(burst.patience(START), None);
    }

    #[test]
    fn what_bulk_has_filled_is_given_back_once_when_it_has_been_over_for_long_enough() {
        let mut burst = Burst::default();
        burst.note(MUCH);
        assert!(!burst.is_over(START));
        assert_eq!(burst.patience(START), Some(COOLS_DOWN));
        burst.note(100);
        let soon = START + COOLS_DOWN / 4;
        assert!(!burst.is_over(soon), "a ping goes on, but the bulk was a moment ago");
        assert_eq!(burst.patience(soon), Some(COOLS_DOWN / 4 * 3));
        assert!(burst.is_over(START + COOLS_DOWN));
        assert!(!burst.is_over(START + 2 * COOLS_DOWN));
        assert_eq!(burst.patience(START + 2 * COOLS_DOWN), None);
    }

    #[test]
    fn bulk_that_comes_again_is_waited_for_anew() {
        let mut burst = Burst::default();
        burst.note(MUCH);
        assert!(!burst.is_over(START));
        burst.note(MUCH);
        let again = START + COOLS_DOWN * 2;
        assert!(!burst.is_over(again));
        assert!(burst.is_over(again + COOLS_DOWN));
    }
}
