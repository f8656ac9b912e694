//! Counts of the packets that a tunnel dropped since it came up.

use adit_api::{ApiError, DropCount, DropReason, TunnelId};
use adit_protocol::Dropped;

use super::Inner;
use super::state::State;

impl Inner {
    pub(super) fn drops(&self, id: TunnelId) -> Result<Vec<DropCount>, ApiError> {
        let drops = match &self.lock().get(id)?.state {
            State::Up(up) => up.running.drops(),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => Vec::new(),
        };
        Ok(drops.into_iter().map(|(reason, count)| DropCount { reason: told(reason), count }).collect())
    }
}

pub(super) const fn told(reason: Dropped) -> DropReason {
    match reason {
        Dropped::MessageType => DropReason::MessageType,
        Dropped::MessageLength => DropReason::MessageLength,
        Dropped::Mac1 => DropReason::Mac1,
        Dropped::CookieRequired => DropReason::CookieRequired,
        Dropped::RateLimited => DropReason::RateLimited,
        Dropped::NoPrivateKey => DropReason::NoPrivateKey,
        Dropped::UnknownIndex => DropReason::UnknownIndex,
        Dropped::Cookie => DropReason::Cookie,
        Dropped::Handshake => DropReason::Handshake,
        Dropped::LowOrderPoint => DropReason::LowOrderPoint,
        Dropped::UnknownPeer => DropReason::UnknownPeer,
        Dropped::ReplayedInitiation => DropReason::ReplayedInitiation,
        Dropped::InitiationFlood => DropReason::InitiationFlood,
        Dropped::SessionExpired => DropReason::SessionExpired,
        Dropped::CounterExhausted => DropReason::CounterExhausted,
        Dropped::Decrypt => DropReason::Decrypt,
        Dropped::Replay => DropReason::Replay,
        Dropped::InnerPacket => DropReason::InnerPacket,
        Dropped::SourceNotAllowed => DropReason::SourceNotAllowed,
        Dropped::Congestion => DropReason::Congestion,
        Dropped::NoRoute => DropReason::NoRoute,
        Dropped::NoEndpoint => DropReason::NoEndpoint,
        Dropped::RoutingLoop => DropReason::RoutingLoop,
        Dropped::QueueFull => DropReason::QueueFull,
        Dropped::HandshakeTimeout => DropReason::HandshakeTimeout,
    }
}
