//! What the thread of a tunnel is asked, and what it hears.

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use adit_api::ApiError;
use adit_config::Config;
use adit_protocol::{Event as EngineEvent, Instant, PublicKey};

use super::inbox::{Deliver, Delivery};
use super::profile::Usable;
use adit_activation::{End, KillSwitchRequest, LookedUp, Patience, Shutdown};

/// What a tunnel's thread is asked, or hears.
pub(super) enum Message {
    /// Take it down.
    Leave,
    /// That life of the tunnel is over by itself.
    Ended(u64, End),
    /// Make this configuration true.
    Apply(Box<Config>, Reply),
    /// Have that kill switch from now on, or none.
    Block(Option<KillSwitchRequest>, Reply),
    /// Let IPv6 leave past it from now on, or not.
    Ipv6Outside(bool, Reply),
    /// The computer may be in other local networks, or have other tunnels.
    LocalNetworks,
    /// Take it down for a while.
    Pause { until: Option<Instant>, reply: Reply },
    /// Bring it up again: the state is `Connecting` already.
    Begin(Job),
    /// Something happened in the engine that concerns this peer.
    Engine(PublicKey, EngineEvent),
    /// The network around the tunnel changed.
    NetworkChanged,
    /// The computer has slept.
    Woke,
    /// The name of a peer was looked up.
    LookedUp(LookedUp),
}

/// News of one kind, of which only the latest matters.
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

/// Takes the answer. The caller may have stopped waiting.
pub(super) type Reply = SyncSender<Result<(), ApiError>>;

/// An attempt to bring a tunnel up.
pub(super) struct Job {
    pub(super) usable: Arc<Usable>,
    pub(super) shutdown: Shutdown,
    pub(super) patience: Patience,
    pub(super) despite: bool,
}
