//! The reasons for which a packet or a datagram is dropped: a counted enum instead of log lines.
//!
//! WireGuard never answers what it does not accept (whitepaper section 5.1), so these counters are the only trace of it.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! dropped {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $message:literal;)+) => {
        /// The reason for a drop, in either direction. `reason as usize` is an index below [`Dropped::COUNT`].
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, thiserror::Error)]
        #[repr(u8)]
        pub enum Dropped {
            $($(#[doc = $doc])+ #[error($message)] $variant,)+
        }

        impl Dropped {
            /// All reasons, in the order of their indices.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant),+];

            /// Number of reasons.
            pub const COUNT: usize = [$($code),+].len();

            /// Returns a stable name for counters and machine-readable output.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }
    };
}

dropped! {
    /// Received: the first four bytes are none of the four message types (reserved bytes included).
    MessageType = "message_type", "not a WireGuard message";
    /// Received: a known message type in a datagram that is too short or too long for it.
    MessageLength = "message_length", "a WireGuard message of impossible length";
    /// Received: mac1 was not made with our public key.
    Mac1 = "mac1", "mac1 does not match our public key";
    /// Received under load: mac2 is missing or wrong; a cookie reply was sent.
    CookieRequired = "cookie_required", "under load and without a valid mac2, answered with a cookie";
    /// Received under load: more handshakes from this source than the limit.
    RateLimited = "rate_limited", "too many handshakes from this source";
    /// Received: a handshake message while we have no private key.
    NoPrivateKey = "no_private_key", "a handshake message, but there is no private key";
    /// Received: no handshake or session of ours has this receiver index.
    UnknownIndex = "unknown_index", "no session has this receiver index";
    /// Received: a cookie reply that does not answer the last mac1 sent.
    Cookie = "cookie", "a cookie reply to nothing that was sent";
    /// Received: a handshake message that does not decrypt, or is not the next one expected.
    Handshake = "handshake", "a handshake message that does not authenticate";
    /// Received: a handshake key agreement gave zero, as points of low order do.
    LowOrderPoint = "low_order_point", "a public key of low order";
    /// Received: an initiation whose static key belongs to no peer.
    UnknownPeer = "unknown_peer", "an initiation from an unknown peer";
    /// Received: an initiation whose timestamp is not greater than all accepted before from this peer.
    ReplayedInitiation = "replayed_initiation", "an initiation that is older than one accepted before";
    /// Received: an initiation too soon after the last one accepted from this peer.
    InitiationFlood = "initiation_flood", "initiations of one peer in too quick succession";
    /// Received: data on a session that is too old.
    SessionExpired = "session_expired", "the session is too old";
    /// Received or to be sent: a message counter at or above the limit.
    CounterExhausted = "counter_exhausted", "the message counter is used up";
    /// Received: data that does not authenticate.
    Decrypt = "decrypt", "data that does not authenticate";
    /// Received: data whose counter was seen before or is too old for the replay window.
    Replay = "replay", "a message counter that was seen before";
    /// Received or to be sent: a packet that is not well-formed IPv4 or IPv6.
    InnerPacket = "inner_packet", "not an IP packet";
    /// Received: an inner source address that is not among the allowed IPs of the peer that sent it.
    SourceNotAllowed = "source_not_allowed", "a source address that is not among the peer's allowed IPs";
    /// Received: a congestion mark on a packet without ECN support; the packet counts as lost (RFC 6040).
    Congestion = "congestion", "a congestion mark on a packet without ECN";
    /// To be sent: no peer's allowed IPs contain the destination.
    NoRoute = "no_route", "no peer has this destination among its allowed IPs";
    /// To be sent: the peer has no endpoint.
    NoEndpoint = "no_endpoint", "the peer has no endpoint";
    /// To be sent: an encrypted packet of this tunnel that a route has led back into it (routing loop).
    RoutingLoop = "routing_loop", "an encrypted packet of this tunnel that a route led back into it";
    /// To be sent: more packets wait for a handshake than are staged; the oldest is dropped.
    QueueFull = "queue_full", "too many packets waiting for a handshake";
    /// To be sent: a packet that waited for a handshake that was given up.
    HandshakeTimeout = "handshake_timeout", "the peer did not answer the handshake";
}

/// The number of drops for each reason, shared by all threads of the data path.
#[derive(Debug)]
pub struct DropCounters([AtomicU64; Dropped::COUNT]);

impl DropCounters {
    /// Creates counters that are all zero.
    pub const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; Dropped::COUNT])
    }

    /// Counts one drop for `reason`.
    pub fn count(&self, reason: Dropped) {
        self.add(reason, 1);
    }

    /// Counts `times` drops for `reason`.
    pub fn add(&self, reason: Dropped, times: u64) {
        self.0[reason as usize].fetch_add(times, Ordering::Relaxed);
    }

    /// Returns the number of drops for `reason` so far.
    pub fn get(&self, reason: Dropped) -> u64 {
        self.0[reason as usize].load(Ordering::Relaxed)
    }

    /// Returns every reason that occurred at least once, with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Dropped, u64)> + '_ {
        Dropped::ALL.into_iter().map(|reason| (reason, self.get(reason))).filter(|(_, count)| *count > 0)
    }
}

impl Default for DropCounters {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_its_own_index_code_and_sentence() {
        for (index, reason) in Dropped::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
        }
        assert_eq!(Dropped::ALL.map(Dropped::as_str).into_iter().collect::<BTreeSet<_>>().len(), Dropped::COUNT);
        assert_eq!(Dropped::ALL.map(|reason| reason.to_string()).into_iter().collect::<BTreeSet<_>>().len(), Dropped::COUNT);
    }

    #[test]
    fn counters_tell_what_was_dropped_and_how_often() {
        let counters = DropCounters::new();
        counters.count(Dropped::Replay);
        counters.add(Dropped::MessageType, 40);
        counters.count(Dropped::Replay);
        assert_eq!(counters.get(Dropped::Replay), 2);
        assert_eq!(counters.iter().collect::<Vec<_>>(), [(Dropped::MessageType, 40), (Dropped::Replay, 2)]);
    }
}
