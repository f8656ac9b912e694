//! A tunnel that is being taken down.

use std::sync::Arc;

use adit_api::TunnelState;
use adit_protocol::Instant;

use crate::manager::clock::Now;
use crate::manager::conflict::Needs;

/// What is known while it is taken down.
pub(in crate::manager) struct Leaving {
    pub(in crate::manager) since: Instant,
    /// It still has all of it; None where it had nothing.
    pub(in crate::manager) needs: Option<Arc<Needs>>,
}

impl Leaving {
    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Disconnecting { since: now.unix(self.since).get() }
    }
}
