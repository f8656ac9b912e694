//! The constants of the protocol: whitepaper section 6.1 and the kernel's `messages.h`.

use std::time::Duration;

/// A session asks for a successor after this many messages.
pub const REKEY_AFTER_MESSAGES: u64 = 1 << 60;
/// A message with this counter or a greater one is never sent or accepted: 2^64 − 2^13 − 1.
pub const REJECT_AFTER_MESSAGES: u64 = u64::MAX - (1 << 13);
/// Maximum jitter of a retransmission, in milliseconds.
pub const JITTER_MILLIS: u32 = 334;
/// Maximum number of packets kept for a peer while it has no session; beyond that the oldest is dropped.
pub const STAGED_PACKETS: usize = 128;
/// Minimum time between two initiations accepted from one peer.
pub const INITIATION_INTERVAL: Duration = Duration::from_millis(20);
/// Number of waiting handshake messages that counts as load.
pub const LOAD_BACKLOG: usize = 512;
/// The time for which the engine counts as under load after [`LOAD_BACKLOG`] was reached.
pub const LOAD_MEMORY: Duration = Duration::from_secs(1);

/// The intervals of the timer state machine. Anything but the default breaks interoperability and is for tests only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// Age at which an initiator's session asks for a successor when it sends. 120 s.
    pub rekey_after: Duration,
    /// Age at which a session no longer sends or receives. 180 s.
    pub reject_after: Duration,
    /// Minimum time between two initiations to one peer. 5 s.
    pub rekey_timeout: Duration,
    /// The approximate time for which an initiation is repeated before the handshake is given up. 90 s.
    pub rekey_attempt: Duration,
    /// Time after received data at which a keepalive is sent if nothing else was. 10 s.
    pub keepalive: Duration,
}

impl Timing {
    /// Returns how often an initiation is repeated before the handshake is given up.
    pub const fn max_attempts(&self) -> u32 {
        (self.rekey_attempt.as_nanos() / self.rekey_timeout.as_nanos()) as u32
    }

    /// Returns how long after sending data without an answer a new handshake starts (plus jitter).
    pub fn silence(&self) -> Duration {
        self.keepalive + self.rekey_timeout
    }

    /// Returns how long after sending data without an answer the peer's address is worth resolving again. A peer that only
    /// receives may be silent for longer, up to [`Timing::keepalive`].
    pub fn doubt(&self) -> Duration {
        self.rekey_timeout
    }

    /// Returns the age at which an initiator's session asks for a successor when it receives.
    pub fn last_minute(&self) -> Duration {
        self.reject_after.saturating_sub(self.keepalive).saturating_sub(self.rekey_timeout)
    }

    /// Returns how long after the last new session all keys are erased.
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
