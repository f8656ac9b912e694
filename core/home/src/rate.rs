//! The limit of a responder over all askers.

use std::time::Duration;

use adit_protocol::Instant;

/// The cost of one probe: 20 a second.
const COST: Duration = Duration::from_millis(50);
/// Maximum content of the bucket: 20 probes.
const FULL: Duration = COST.saturating_mul(20);

/// A token bucket.
#[derive(Debug)]
pub(crate) struct Rate {
    tokens: Duration,
    at: Instant,
}

impl Rate {
    pub(crate) const fn new(now: Instant) -> Self {
        Self { tokens: FULL, at: now }
    }

    pub(crate) fn allow(&mut self, now: Instant) -> bool {
        self.tokens = (self.tokens + now.since(self.at)).min(FULL);
        self.at = now;
        let left = self.tokens.checked_sub(COST);
        self.tokens = left.unwrap_or(self.tokens);
        left.is_some()
    }
}
