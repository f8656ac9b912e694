//! The events that the service sends by itself.

use serde::{Deserialize, Serialize};

use crate::{LogLine, PortalView, PublicKey, Sample, TunnelId, TunnelView};

/// A change in the service.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Event {
    /// A tunnel was added.
    TunnelAdded {
        /// The new tunnel.
        tunnel: Box<TunnelView>,
    },
    /// A property of a tunnel changed.
    TunnelChanged {
        /// The tunnel after the change.
        tunnel: Box<TunnelView>,
    },
    /// A tunnel was removed.
    TunnelRemoved {
        /// The tunnel.
        id: TunnelId,
    },
    /// The traffic of a tunnel that is up, once each second.
    Traffic {
        /// The tunnel.
        id: TunnelId,
        /// The traffic of the last second.
        sample: Sample,
    },
    /// A key is older than the tunnel's administrator wants. Sent once for each key, and again after each start of the service.
    KeyIsOld {
        /// The tunnel.
        id: TunnelId,
        /// The peer with which the preshared key is shared; None for the private key of this end.
        peer: Option<PublicKey>,
        /// The latest time at which the key can have been made, Unix milliseconds.
        since: u64,
    },
    /// The on-demand rules changed, or the networks, or what follows from them: `rules` and `networks` have another answer.
    RulesChanged {
        /// The revision of the rules.
        revision: u64,
    },
    /// A captive portal was found or passed, or the exemption for it has begun or ended.
    PortalChanged {
        /// The state after the change.
        portal: PortalView,
    },
    /// The log has a new line.
    Log {
        /// The line.
        line: LogLine,
    },
}

/// An event with its number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Notice {
    /// Counts all events since the service started. A client that sees a gap has missed events, and must read again what it
    /// needs.
    pub sequence: u64,
    /// The event.
    pub event: Event,
}

/// A receiver of events. Must neither block nor fail: a slow client must not delay a tunnel.
pub trait EventSink: Send + Sync + 'static {
    /// Sends the event to all subscribers.
    fn publish(&self, event: Event);
}
