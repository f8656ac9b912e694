//! A tunnel that is being set up.

use std::sync::Arc;

use adit_api::{Conflict, Step, TunnelState};

use crate::manager::conflict::Needs;
use adit_activation::Shutdown;

/// What is known while it is set up.
pub(in crate::manager) struct Connecting {
    pub(in crate::manager) step: Step,
    /// Unix milliseconds.
    pub(in crate::manager) since: u64,
    /// Ends it.
    pub(in crate::manager) shutdown: Shutdown,
    pub(in crate::manager) needs: Arc<Needs>,
    /// With whom it is at odds, and was to be brought up nevertheless.
    pub(in crate::manager) conflicts: Vec<Conflict>,
}

impl Connecting {
    pub(super) fn view(&self) -> TunnelState {
        TunnelState::Connecting { step: self.step, since: self.since }
    }
}
