//! The reactions of a running tunnel to events of its engine. Peers can cause events at will, so the rate of each reaction is
//! limited.

use std::time::Duration;

use adit_activation::pace::Pace;
use adit_protocol::{Event as EngineEvent, Instant, PublicKey};

/// Minimum time between two changes of the packet filter because of moved peers.
const FILTER_INTERVAL: Duration = Duration::from_secs(1);
/// Minimum time between two publications of a tunnel's state because of engine events, and the number of publications in a row
/// that need not wait.
const VIEW_INTERVAL: Duration = Duration::from_secs(1);
const VIEW_BURST: u32 = 10;

/// Returns the peer of an event that concerns a peer's health or endpoint, or None for all other events.
pub(super) fn changes_health_or_place(event: &EngineEvent) -> Option<PublicKey> {
    match event {
        EngineEvent::HandshakeStarted { peer, .. }
        | EngineEvent::HandshakeCompleted { peer, .. }
        | EngineEvent::HandshakeGivenUp { peer }
        | EngineEvent::PeerDoubtful { peer }
        | EngineEvent::PeerSilent { peer }
        | EngineEvent::Roamed { peer, .. } => Some(*peer),
        EngineEvent::CookieReceived { .. } | EngineEvent::KeysErased { .. } | EngineEvent::HandshakeDropped { .. } => None,
    }
}

/// The reactions of a running tunnel to engine events, with limits on their rates.
pub(super) struct Reactions {
    /// Updates of the packet filter, which lets the tunnel's packets out to its peers' endpoints.
    pub(super) filter: Pace,
    pub(super) filter_failed: bool,
    /// Publications of the tunnel's state to clients.
    pub(super) view: Pace,
}

impl Default for Reactions {
    fn default() -> Self {
        Self { filter: Pace::new(FILTER_INTERVAL, 1), filter_failed: false, view: Pace::new(VIEW_INTERVAL, VIEW_BURST) }
    }
}

impl Reactions {
    /// Returns the time of the next scheduled reaction.
    pub(super) fn due(&self) -> Option<Instant> {
        [self.filter.due(), self.view.due()].into_iter().flatten().min()
    }
}
