//! The state of a tunnel that is being taken down.

use std::sync::Arc;

use adit_api::TunnelState;
use adit_protocol::Instant;

use crate::manager::clock::Now;
use crate::manager::conflict::Needs;

/// The data of a tunnel that is being taken down.
pub(in crate::manager) struct Leaving {
    pub(in crate::manager) since: Instant,
    /// The resources that the tunnel still uses, or None if it used none.
    pub(in crate::manager) needs: Option<Arc<Needs>>,
}

impl Leaving {
    pub(super) fn view(&self, now: Now) -> TunnelState {
        TunnelState::Disconnecting { since: now.unix(self.since).get() }
    }
}
