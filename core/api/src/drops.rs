//! Counts of dropped packets, by reason.

use serde::{Deserialize, Serialize};

/// The number of packets or datagrams that were dropped for one reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DropCount {
    /// The reason.
    pub reason: DropReason,
    /// The number since the tunnel came up; at least 1.
    pub count: u64,
}

/// The reason why a tunnel dropped a packet or a datagram.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DropReason {
    /// Received: not a WireGuard message.
    MessageType,
    /// Received: a WireGuard message of a length that its type does not have.
    MessageLength,
    /// Received: `mac1` was not made with this end's public key.
    Mac1,
    /// Received under load without a valid `mac2`; answered with a cookie.
    CookieRequired,
    /// Received under load: too many handshakes from this source.
    RateLimited,
    /// Received: a handshake message while the interface has no private key.
    NoPrivateKey,
    /// Received: no handshake or session has this receiver index.
    UnknownIndex,
    /// Received: a cookie reply that answers no message of this end.
    Cookie,
    /// Received: a handshake message that does not authenticate.
    Handshake,
    /// Received: a public key of low order.
    LowOrderPoint,
    /// Received: an initiation whose public key belongs to no peer.
    UnknownPeer,
    /// Received: an initiation that is not newer than one accepted before.
    ReplayedInitiation,
    /// Received: initiations of one peer in too short intervals.
    InitiationFlood,
    /// Received: data on a session that is too old.
    SessionExpired,
    /// Received or to be sent: the message counter is used up.
    CounterExhausted,
    /// Received: data that does not authenticate.
    Decrypt,
    /// Received: data with a counter that was seen before, or is too old.
    Replay,
    /// Received or to be sent: not an IP packet.
    InnerPacket,
    /// Received: a source address that is not in the peer's allowed IPs.
    SourceNotAllowed,
    /// Received: a congestion mark on a packet without ECN, which counts as lost (RFC 6040).
    Congestion,
    /// To be sent: the destination is in no peer's allowed IPs.
    NoRoute,
    /// To be sent: the peer has no endpoint.
    NoEndpoint,
    /// To be sent: an encrypted packet of this tunnel that a route led back into it.
    RoutingLoop,
    /// To be sent: too many packets already waited for a handshake.
    QueueFull,
    /// To be sent: the peer did not answer the handshake that the packet waited for.
    HandshakeTimeout,
}
