//! The messages to a tunnel's thread.

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use adit_api::ApiError;
use adit_config::Config;
use adit_protocol::{Event as EngineEvent, Instant, PublicKey};

use super::inbox::{Deliver, Delivery};
use super::profile::Usable;
use adit_activation::{End, KillSwitchRequest, LookedUp, Patience, Shutdown};

/// A request to a tunnel's thread, or an event that it receives.
pub(super) enum Message {
    /// Take the tunnel down.
    Leave,
    /// The run of the tunnel with this number has ended by itself.
    Ended(u64, End),
    /// Apply this configuration to the running tunnel.
    Apply(Box<Config>, Reply),
    /// Set or remove the kill switch.
    Block(Option<KillSwitchRequest>, Reply),
    /// Allow IPv6 outside the tunnel, or forbid it.
    Ipv6Outside(bool, Reply),
    /// The computer's local networks or the other tunnels may have changed.
    LocalNetworks,
    /// Take the tunnel down for a limited time.
    Pause { until: Option<Instant>, reply: Reply },
    /// Bring the tunnel up again. Its state is `Connecting` already.
    Begin(Job),
    /// An event of the engine that concerns this peer.
    Engine(PublicKey, EngineEvent),
    /// The network around the tunnel has changed.
    NetworkChanged,
    /// The computer has woken up.
    Woke,
    /// The name of a peer's endpoint was looked up.
    LookedUp(LookedUp),
}

/// The kind of an event. Only the latest event of each kind is delivered.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum EventKey {
    Engine(PublicKey, Discriminant<EngineEvent>),
    LocalNetworks,
    NetworkChanged,
    Woke,
    LookedUp(PublicKey),
}

impl Deliver for Message {
    type Key = EventKey;

    fn delivery(&self) -> Delivery<EventKey> {
        match self {
            Self::Leave => Delivery::First,
            Self::Ended(..) | Self::Apply(..) | Self::Block(..) | Self::Ipv6Outside(..) | Self::Pause { .. } | Self::Begin(_) => {
                Delivery::Request
            }
            Self::Engine(peer, event) => Delivery::Event(EventKey::Engine(*peer, discriminant(event))),
            Self::LocalNetworks => Delivery::Event(EventKey::LocalNetworks),
            Self::NetworkChanged => Delivery::Event(EventKey::NetworkChanged),
            Self::Woke => Delivery::Event(EventKey::Woke),
            Self::LookedUp(looked_up) => Delivery::Event(EventKey::LookedUp(looked_up.peer)),
        }
    }
}

/// The channel for a request's result. The caller may have stopped waiting.
pub(super) type Reply = SyncSender<Result<(), ApiError>>;

/// An attempt to bring a tunnel up.
pub(super) struct Job {
    pub(super) usable: Arc<Usable>,
    pub(super) shutdown: Shutdown,
    pub(super) patience: Patience,
    pub(super) despite: bool,
}
