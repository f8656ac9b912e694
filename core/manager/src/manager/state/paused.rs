//! A tunnel that comes back by itself.

use adit_api::TunnelState;
use adit_protocol::Instant;

use crate::manager::clock::Now;

/// When it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::manager) struct Paused {
    /// None: when somebody says so.
    pub(in crate::manager) until: Option<Instant>,
    /// Whether it was up despite being at odds with others, and so comes back.
    pub(in crate::manager) despite: bool,
}

impl Paused {
    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Paused { until: self.until.map(|until| now.unix(until).get()) }
    }
}
