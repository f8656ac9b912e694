//! A tunnel that is being set up.

use std::sync::Arc;

use adit_api::{Conflict, Step, TunnelState};
use adit_protocol::Instant;

use crate::manager::clock::Now;
use crate::manager::conflict::Needs;
use adit_activation::Shutdown;

/// What is known while it is set up.
pub(in crate::manager) struct Connecting {
    pub(in crate::manager) step: Step,
    pub(in crate::manager) since: Instant,
    /// Ends it.
    pub(in crate::manager) shutdown: Shutdown,
    pub(in crate::manager) needs: Arc<Needs>,
    /// With whom it is at odds, and was to be brought up nevertheless.
    pub(in crate::manager) conflicts: Vec<Conflict>,
}

impl Connecting {
    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Connecting { step: self.step, since: now.unix(self.since).get() }
    }
}
