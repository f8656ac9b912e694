//! The sentences for the reasons of drops.

use adit_api::DropReason;

use crate::Words;

impl Words {
    /// Returns what was dropped and why, without a full stop.
    pub fn drop_reason(&self, reason: DropReason) -> String {
        self.say(id(reason), &[])
    }
}

const fn id(reason: DropReason) -> &'static str {
    match reason {
        DropReason::MessageType => "drop-message-type",
        DropReason::MessageLength => "drop-message-length",
        DropReason::Mac1 => "drop-mac1",
        DropReason::CookieRequired => "drop-cookie-required",
        DropReason::RateLimited => "drop-rate-limited",
        DropReason::NoPrivateKey => "drop-no-private-key",
        DropReason::UnknownIndex => "drop-unknown-index",
        DropReason::Cookie => "drop-cookie",
        DropReason::Handshake => "drop-handshake",
        DropReason::LowOrderPoint => "drop-low-order-point",
        DropReason::UnknownPeer => "drop-unknown-peer",
        DropReason::ReplayedInitiation => "drop-replayed-initiation",
        DropReason::InitiationFlood => "drop-initiation-flood",
        DropReason::SessionExpired => "drop-session-expired",
        DropReason::CounterExhausted => "drop-counter-exhausted",
        DropReason::Decrypt => "drop-decrypt",
        DropReason::Replay => "drop-replay",
        DropReason::InnerPacket => "drop-inner-packet",
        DropReason::SourceNotAllowed => "drop-source-not-allowed",
        DropReason::Congestion => "drop-congestion",
        DropReason::NoRoute => "drop-no-route",
        DropReason::NoEndpoint => "drop-no-endpoint",
        DropReason::RoutingLoop => "drop-routing-loop",
        DropReason::QueueFull => "drop-queue-full",
        DropReason::HandshakeTimeout => "drop-handshake-timeout",
    }
}
