//! What Adit tells by itself.

use serde::{Deserialize, Serialize};

use crate::{LogLine, PublicKey, Sample, TunnelId, TunnelView};

/// Something that changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Event {
    /// There is a new tunnel.
    TunnelAdded {
        /// As it is.
        tunnel: Box<TunnelView>,
    },
    /// Something about a tunnel is another.
    TunnelChanged {
        /// As it is.
        tunnel: Box<TunnelView>,
    },
    /// A tunnel is no more.
    TunnelRemoved {
        /// Which.
        id: TunnelId,
    },
    /// A second of a tunnel that is up has passed.
    Traffic {
        /// Which.
        id: TunnelId,
        /// What went through.
        sample: Sample,
    },
    /// A key is older than the tunnel's administrator wants. Told once for each key, and again after each start of the daemon.
    KeyIsOld {
        /// Of which tunnel.
        id: TunnelId,
        /// The preshared key with that peer; None: this end's key.
        peer: Option<PublicKey>,
        /// Since when at least there is this key, Unix milliseconds.
        since: u64,
    },
    /// The log has a new line.
    Log {
        /// Which.
        line: LogLine,
    },
}

/// An event with its place among the others.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Notice {
    /// Counts all events since the daemon started. Who sees a number left out has missed something, and asks anew for what is
    /// needed.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
}

/// A receiver of events. Must neither block nor fail: a slow client must not delay a tunnel.
pub trait EventSink: Send + Sync + 'static {
    /// Sends an event to all subscribers.
    fn publish(&self, event: Event);
}
