//! A tunnel that is not there.

use adit_api::{DownReason, TunnelState};
use adit_protocol::Instant;

use crate::manager::clock::Now;

/// Why it is not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::manager) struct Down {
    /// None when it was never up since the program started.
    pub(in crate::manager) reason: Option<DownReason>,
    /// When it is tried again.
    pub(in crate::manager) retry_at: Option<Instant>,
}

impl Down {
    pub(in crate::manager) fn because(reason: DownReason, retry_at: Option<Instant>) -> Self {
        Self { reason: Some(reason), retry_at }
    }

    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Down { reason: self.reason.clone(), retry_at: self.retry_at.map(|at| now.unix(at).get()) }
    }
}
