//! The state of a paused tunnel, which comes up again by itself.

use adit_api::TunnelState;
use adit_protocol::Instant;

use crate::manager::clock::Now;

/// The data of a paused tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::manager) struct Paused {
    /// End of the pause; None: the pause ends when a user resumes the tunnel.
    pub(in crate::manager) until: Option<Instant>,
    /// True if the tunnel was up despite conflicts, and comes up again despite them.
    pub(in crate::manager) despite: bool,
}

impl Paused {
    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Paused { until: self.until.map(|until| now.unix(until).get()) }
    }
}
