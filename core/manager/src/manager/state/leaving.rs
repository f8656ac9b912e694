//! A tunnel that is being taken down.

use std::sync::Arc;

use adit_api::TunnelState;

use crate::manager::conflict::Needs;

/// What is known while it is taken down.
pub(in crate::manager) struct Leaving {
    /// Unix milliseconds.
    pub(in crate::manager) since: u64,
    /// It still has all of it; None where it had nothing.
    pub(in crate::manager) needs: Option<Arc<Needs>>,
}

impl Leaving {
    pub(super) fn view(&self) -> TunnelState {
        TunnelState::Disconnecting { since: self.since }
    }
}
