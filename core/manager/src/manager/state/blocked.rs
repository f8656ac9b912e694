//! The state of a tunnel that is not up while its kill switch is closed: nothing leaves the computer until the tunnel is back
//! or a user opens the kill switch.

use std::sync::Arc;

use adit_api::{ApiError, DownReason, TunnelState};
use adit_protocol::Instant;

use crate::manager::clock::Now;
use crate::manager::conflict::Needs;

/// The data of a blocked tunnel.
#[derive(Clone, Debug)]
pub(in crate::manager) struct Blocked {
    pub(in crate::manager) cause: ApiError,
    pub(in crate::manager) since: Instant,
    /// The blocked tunnel still takes all traffic.
    pub(in crate::manager) needs: Arc<Needs>,
    /// Time of the next retry.
    pub(in crate::manager) retry_at: Option<Instant>,
}

impl Blocked {
    /// Makes the state from the reason why the tunnel is not up. With `is_locked_down`, a user's request to take the tunnel
    /// down does not open the kill switch.
    pub(in crate::manager) fn because(
        reason: DownReason,
        is_locked_down: bool,
        needs: Needs,
        since: Instant,
        retry_at: Option<Instant>,
    ) -> Self {
        let cause = match reason {
            DownReason::Asked if is_locked_down => ApiError::Lockdown,
            // No user requested it: the program is ending.
            DownReason::Asked => ApiError::ShuttingDown,
            DownReason::Failed { error } => *error,
            DownReason::InterfaceRemoved => ApiError::InterfaceRemoved,
            DownReason::EngineStopped => ApiError::Internal,
        };
        Self { cause, since, needs: Arc::new(needs), retry_at }
    }

    pub(super) fn view(&self, now: Now) -> TunnelState {
        let retry_at = self.retry_at.map(|at| now.unix(at).get());
        TunnelState::Blocked { cause: Box::new(self.cause.clone()), since: now.unix(self.since).get(), retry_at }
    }
}
