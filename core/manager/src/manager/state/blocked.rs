//! A tunnel that is not there, and past which nothing leaves the computer until it is back or somebody says so.

use std::sync::Arc;

use adit_api::{ApiError, DownReason, TunnelState};
use adit_protocol::Instant;

use crate::manager::clock::Now;
use crate::manager::conflict::Needs;

/// Why it is not there.
#[derive(Clone, Debug)]
pub(in crate::manager) struct Blocked {
    pub(in crate::manager) cause: ApiError,
    pub(in crate::manager) since: Instant,
    /// All traffic is its own, also now.
    pub(in crate::manager) needs: Arc<Needs>,
    /// When it is tried again.
    pub(in crate::manager) retry_at: Option<Instant>,
}

impl Blocked {
    /// `is_locked_down`: somebody's wish that it is down does not open the way past it.
    pub(in crate::manager) fn because(
        reason: DownReason,
        is_locked_down: bool,
        needs: Needs,
        since: Instant,
        retry_at: Option<Instant>,
    ) -> Self {
        let cause = match reason {
            DownReason::Asked if is_locked_down => ApiError::Lockdown,
            // Nobody's wish: the program ends.
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
