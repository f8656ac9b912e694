//! The protocol's numbers: whitepaper section 6.1 and the kernel's `messages.h`.

use std::time::Duration;

/// After so many messages a session asks for a successor.
pub const REKEY_AFTER_MESSAGES: u64 = 1 << 60;
/// No message with this counter or a greater one is ever sent or accepted: 2^64 − 2^13 − 1.
pub const REJECT_AFTER_MESSAGES: u64 = u64::MAX - (1 << 13);
/// Greatest jitter added to a retransmission, in milliseconds.
pub const JITTER_MILLIS: u32 = 334;
/// Packets kept for a peer while there is no session; beyond that the oldest is dropped.
pub const STAGED_PACKETS: usize = 128;
/// Shortest time between two initiations accepted from one peer.
pub const INITIATION_INTERVAL: Duration = Duration::from_millis(20);
/// Handshake messages waiting that count as load, and for how long the load is remembered.
pub const LOAD_BACKLOG: usize = 512;
/// See [`LOAD_BACKLOG`].
pub const LOAD_MEMORY: Duration = Duration::from_secs(1);

/// The intervals of the timer state machine. Anything but the default breaks interoperability and is for tests only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// An initiator's session older than this asks for a successor when it sends. 120 s.
    pub rekey_after: Duration,
    /// A session of this age neither sends nor receives. 180 s.
    pub reject_after: Duration,
    /// Time between two initiations to one peer. 5 s.
    pub rekey_timeout: Duration,
    /// An initiation is repeated for about this long, then given up. 90 s.
    pub rekey_attempt: Duration,
    /// A keepalive answers data after this much silence of our own. 10 s.
    pub keepalive: Duration,
}

impl Timing {
    /// How often an initiation is repeated before it is given up.
    pub const fn max_attempts(&self) -> u32 {
        (self.rekey_attempt.as_nanos() / self.rekey_timeout.as_nanos()) as u32
    }

    /// Data sent and nothing heard for this long means a new handshake (plus jitter).
    pub fn silence(&self) -> Duration {
        self.keepalive + self.rekey_timeout
    }

    /// Data sent and nothing heard for this long means that the peer's address is worth looking up again. A peer that only
    /// receives may be silent for longer, up to [`Timing::keepalive`].
    pub fn doubt(&self) -> Duration {
        self.rekey_timeout
    }

    /// An initiator's session of this age asks for a successor when it receives.
    pub fn last_minute(&self) -> Duration {
        self.reject_after.saturating_sub(self.keepalive).saturating_sub(self.rekey_timeout)
    }

    /// All keys are erased this long after the last new one.
    pub fn erase_after(&self) -> Duration {
        self.reject_after * 3
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            rekey_after: Duration::from_secs(120),
            reject_after: Duration::from_secs(180),
            rekey_timeout: Duration::from_secs(5),
            rekey_attempt: Duration::from_secs(90),
            keepalive: Duration::from_secs(10),
        }
    }
}
