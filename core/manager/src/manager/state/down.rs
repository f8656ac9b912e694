//! A tunnel that is not there.

use adit_api::{DownReason, TunnelState};

/// Why it is not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::manager) struct Down {
    /// None when it was never up since the program started.
    pub(in crate::manager) reason: Option<DownReason>,
}

impl Down {
    pub(in crate::manager) fn because(reason: DownReason) -> Self {
        Self { reason: Some(reason) }
    }

    pub(super) fn view(&self) -> TunnelState {
        TunnelState::Down { reason: self.reason.clone() }
    }
}
