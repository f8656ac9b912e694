//! Decides when a thread returns the memory of its buffers to the system after bulk traffic has filled them.

use std::time::Duration;

use adit_protocol::Instant;

/// Bytes in one turn that touch more of the buffers than light traffic does.
const MUCH: usize = 8 * 1024;

/// The time without bulk traffic before the buffers are returned.
const COOLS_DOWN: Duration = Duration::from_secs(1);

/// The latest bulk traffic since the buffers were last returned to the system.
#[derive(Default)]
pub(crate) struct Burst {
    /// True if there was bulk traffic since the thread last waited.
    goes_on: bool,
    last: Option<Instant>,
}

impl Burst {
    /// Notes that a turn has carried this many bytes.
    pub(crate) fn note(&mut self, bytes: usize) {
        self.goes_on |= bytes >= MUCH;
    }

    /// Returns true, once for each burst, if the burst ended at least [`COOLS_DOWN`] ago. To be called before each wait.
    pub(crate) fn is_over(&mut self, now: Instant) -> bool {
        if std::mem::take(&mut self.goes_on) {
            self.last = Some(now);
        }
        self.last.take_if(|last| now.since(*last) >= COOLS_DOWN).is_some()
    }

    /// Returns how long to wait before calling [`Burst::is_over`] again; `None`: until new traffic arrives.
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
    fn memory_that_bulk_traffic_has_filled_is_released_once_some_time_after_its_end() {
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
