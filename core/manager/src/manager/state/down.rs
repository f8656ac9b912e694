//! The state of a tunnel that is down.

use adit_api::{DownReason, TunnelState};
use adit_protocol::Instant;

use crate::manager::clock::Now;

/// The data of a tunnel that is down.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::manager) struct Down {
    /// The reason why the tunnel is down; None if it was never up since the program started.
    pub(in crate::manager) reason: Option<DownReason>,
    /// Time of the next retry.
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
