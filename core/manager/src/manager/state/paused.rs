//! A tunnel that comes back by itself.

use adit_api::TunnelState;

/// When it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::manager) struct Paused {
    /// Unix milliseconds; None: when somebody says so.
    pub(in crate::manager) until: Option<u64>,
    /// Whether it was up despite being at odds with others, and so comes back.
    pub(in crate::manager) despite: bool,
}

impl Paused {
    pub(super) fn view(&self) -> TunnelState {
        TunnelState::Paused { until: self.until }
    }
}
