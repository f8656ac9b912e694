//! A limit of a responder over all askers.

use std::time::Duration;

use adit_protocol::Instant;

/// A token bucket that is full after a second.
#[derive(Debug)]
pub(crate) struct Rate {
    /// The part of a second that one event costs.
    cost: Duration,
    tokens: Duration,
    at: Instant,
}

const FULL: Duration = Duration::from_secs(1);

impl Rate {
    /// Allows this number of events each second, and as many at once.
    pub(crate) const fn per_second(events: u32, now: Instant) -> Self {
        Self { cost: FULL.checked_div(events).expect("at least one event"), tokens: FULL, at: now }
    }

    pub(crate) fn allow(&mut self, now: Instant) -> bool {
        self.tokens = (self.tokens + now.since(self.at)).min(FULL);
        self.at = now;
        let left = self.tokens.checked_sub(self.cost);
        self.tokens = left.unwrap_or(self.tokens);
        left.is_some()
    }
}
