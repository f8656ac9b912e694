//! What a tunnel that is up does because of events of its engine. Peers can cause events at will, so that each reaction has a pace.

use std::time::Duration;

use adit_activation::pace::Pace;
use adit_protocol::{Event as EngineEvent, Instant, PublicKey};

/// Between two changes of the packet filter because peers have moved.
const FILTER_INTERVAL: Duration = Duration::from_secs(1);
/// Between two times that clients are told of a tunnel because of events of its engine; and how many times in a row need not wait.
const VIEW_INTERVAL: Duration = Duration::from_secs(1);
const VIEW_BURST: u32 = 10;

/// The peer of an event that says how a peer is or where; None for all others.
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

/// What a tunnel that is up does because of events. Peers can cause events at will, and what follows from them is limited.
pub(super) struct Reactions {
    /// The packet filter lets the tunnel's packets go where its peers are.
    pub(super) filter: Pace,
    pub(super) filter_failed: bool,
    /// Clients are told how the tunnel is.
    pub(super) view: Pace,
}

impl Default for Reactions {
    fn default() -> Self {
        Self { filter: Pace::new(FILTER_INTERVAL, 1), filter_failed: false, view: Pace::new(VIEW_INTERVAL, VIEW_BURST) }
    }
}

impl Reactions {
    /// When the next of them is to be done.
    pub(super) fn due(&self) -> Option<Instant> {
        [self.filter.due(), self.view.due()].into_iter().flatten().min()
    }
}
