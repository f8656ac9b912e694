//! The state of a tunnel that is being brought up.

use std::sync::Arc;

use adit_api::{Conflict, Step, TunnelState};
use adit_protocol::Instant;

use crate::manager::clock::Now;
use crate::manager::conflict::Needs;
use adit_activation::Shutdown;

/// The data of a tunnel that is being brought up.
pub(in crate::manager) struct Connecting {
    pub(in crate::manager) step: Step,
    pub(in crate::manager) since: Instant,
    /// Ends the attempt.
    pub(in crate::manager) shutdown: Shutdown,
    pub(in crate::manager) needs: Arc<Needs>,
    /// The conflicts that the user accepted.
    pub(in crate::manager) conflicts: Vec<Conflict>,
}

impl Connecting {
    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Connecting { step: self.step, since: now.unix(self.since).get() }
    }
}
