//! A tunnel's other ends.

use std::net::SocketAddr;

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use crate::{Counters, PublicKey};

/// So many networks, and no more, are in a peer's view; the configuration has all.
pub const NETWORKS_IN_VIEW: usize = 64;

/// Some of a tunnel's peers, in the order of their public keys: those that are configured, and those that run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PeerPage {
    /// As the configuration has them.
    pub configured: Vec<PeerView>,
    /// As they run; empty while the tunnel is not up.
    pub running: Vec<PeerStatus>,
    /// After which key more follow; None: this is the last page.
    pub next: Option<PublicKey>,
}

/// A peer as configured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PeerView {
    /// Who.
    pub public_key: PublicKey,
    /// From a comment in the configuration.
    pub name: Option<String>,
    /// `host:port`, as configured; None: it has to begin.
    pub endpoint: Option<String>,
    /// Which addresses are its: the first [`NETWORKS_IN_VIEW`].
    #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
    pub allowed_ips: Vec<Cidr>,
    /// The number of all its networks.
    pub allowed_ip_count: u32,
    /// Whether there is a preshared key.
    pub has_preshared_key: bool,
    /// Since when at least it is the one that it is, Unix milliseconds; None where there is none.
    pub preshared_key_since: Option<u64>,
    /// Seconds between packets that keep the way open; None: off.
    pub persistent_keepalive: Option<u16>,
}

/// A peer of a tunnel that is up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PeerStatus {
    /// Who.
    pub public_key: PublicKey,
    /// Where it was last heard from, or is looked for.
    pub endpoint: Option<SocketAddr>,
    /// Whether that is another place than the configured one.
    pub has_moved: bool,
    /// When the last handshake was completed, Unix milliseconds.
    pub last_handshake: Option<u64>,
    /// What went through.
    pub counters: Counters,
    /// Whether it answers.
    pub health: Health,
}

/// Whether a peer answers, as far as anybody can tell: WireGuard is silent while nothing is sent, so only what was sent and not
/// answered counts against a peer. One that is idle is never called dead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Health {
    /// Nobody has to say anything. The last handshake may be long ago.
    Idle,
    /// It has no endpoint and has not been heard from: it has to begin.
    WaitingForPeer,
    /// The first handshake is under way.
    Handshaking {
        /// Since when, Unix milliseconds.
        since: u64,
    },
    /// It has answered what was sent.
    Good,
    /// Something was sent and nothing came back for longer than WireGuard allows (15 seconds).
    NoAnswer {
        /// Since when, Unix milliseconds.
        since: u64,
    },
}
