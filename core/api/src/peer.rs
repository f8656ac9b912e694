//! The peers of a tunnel.

use std::net::SocketAddr;

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use crate::{Counters, PublicKey};

/// The most networks in a peer's view; the configuration has all.
pub const NETWORKS_IN_VIEW: usize = 64;

/// Some of a tunnel's peers, sorted by public key: the configured ones and the running ones.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PeerPage {
    /// The peers as configured.
    pub configured: Vec<PeerView>,
    /// The peers of the running tunnel; empty if the tunnel is not up.
    pub running: Vec<PeerStatus>,
    /// The value of `after` for the next page; None on the last page.
    pub next: Option<PublicKey>,
}

/// A peer as configured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PeerView {
    /// The peer's public key.
    pub public_key: PublicKey,
    /// The name, from a comment in the configuration.
    pub name: Option<String>,
    /// The endpoint as configured, `host:port`. None: only the peer can initiate.
    pub endpoint: Option<String>,
    /// The endpoints that are tried in this order if the peer does not answer at the first one, from comments in the configuration.
    pub further_endpoints: Vec<String>,
    /// The first [`NETWORKS_IN_VIEW`] of its allowed IPs.
    #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
    pub allowed_ips: Vec<Cidr>,
    /// The number of all its allowed IPs.
    pub allowed_ip_count: u32,
    /// True if there is a preshared key.
    pub has_preshared_key: bool,
    /// The latest time at which the preshared key can have been made, Unix milliseconds; None if there is no preshared key.
    pub preshared_key_since: Option<u64>,
    /// The keepalive interval in seconds; None: off.
    pub persistent_keepalive: Option<u16>,
}

/// A peer of a tunnel that is up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PeerStatus {
    /// The peer's public key.
    pub public_key: PublicKey,
    /// The endpoint in use.
    pub endpoint: Option<SocketAddr>,
    /// True if the endpoint in use differs from the configured one.
    pub has_moved: bool,
    /// When the last handshake was completed, Unix milliseconds.
    pub last_handshake: Option<u64>,
    /// The traffic with the peer.
    pub counters: Counters,
    /// The health of the peer: whether it answers.
    pub health: Health,
}

/// The health of a peer. WireGuard is silent while no data is sent, so only packets without an answer count against a peer. An
/// idle peer never counts as dead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Health {
    /// Neither end has data to send. The last handshake may be long ago.
    Idle,
    /// The peer has no endpoint and has not sent anything: only the peer can initiate.
    WaitingForPeer,
    /// The first handshake is under way.
    Handshaking {
        /// When it started, Unix milliseconds.
        since: u64,
    },
    /// The peer has answered the last packets.
    Good,
    /// Packets were sent, and no answer came within the time that WireGuard allows (15 seconds).
    NoAnswer {
        /// Since when, Unix milliseconds.
        since: u64,
    },
}
