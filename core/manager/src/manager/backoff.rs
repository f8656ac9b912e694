//! Decides when a failed tunnel is retried, and for which errors a retry can help.

use std::time::Duration;

use adit_api::{ApiError, DownReason};
use adit_protocol::Instant;

/// The first and the longest delay before a retry.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// Time after which a tunnel that is up counts as recovered.
const STABLE: Duration = Duration::from_secs(60);

/// The number of failed attempts in a row, and the time of the last one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Backoff {
    failures: u32,
    last: Option<Instant>,
}

impl Backoff {
    /// The state without failures.
    pub(super) const NONE: Self = Self { failures: 0, last: None };

    /// Returns the time of the next attempt after a failure at `now`: after 1 s, 2 s, 4 s and so on up to 60 s, shortened by up
    /// to a quarter depending on `chance`, so that computers do not all retry at the same moment.
    pub(super) fn next(&mut self, now: Instant, chance: u32) -> Instant {
        let pause = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        self.last = Some(now);
        let quarter = u64::try_from(pause.as_millis() / 4).unwrap_or(u64::MAX);
        now + pause - Duration::from_millis(u64::from(chance) % quarter)
    }

    /// Returns the time of the next attempt after a change of the network: at once, but at most once a second. Resets the
    /// number of failures.
    pub(super) fn retry_now(&mut self, now: Instant) -> Instant {
        self.failures = 0;
        self.last.map_or(now, |last| now.max(last + FIRST))
    }

    /// Resets the failures if the tunnel, which failed at `now`, had been up since `since` for long enough.
    pub(super) fn was_up(&mut self, since: Instant, now: Instant) {
        if now.since(since) >= STABLE {
            *self = Self::NONE;
        }
    }
}

/// Returns true if a retry can help against the reason why a tunnel is not up. It cannot if a user has to decide or to write
/// something.
pub(super) fn retry_can_help(reason: &DownReason) -> bool {
    match reason {
        DownReason::Asked => false,
        DownReason::InterfaceRemoved | DownReason::EngineStopped => true,
        DownReason::Failed { error } => match **error {
            ApiError::Unresolved { .. }
            | ApiError::Io { .. }
            | ApiError::Missing { .. }
            | ApiError::HookFailed { .. }
            | ApiError::InterfaceRemoved
            | ApiError::Internal => true,
            // This error concerns previews only.
            ApiError::TooManyLookUps { .. } => false,
            ApiError::NotFound { .. }
            | ApiError::NoSuchVersion { .. }
            | ApiError::NoSuchTakeover { .. }
            | ApiError::NameTaken { .. }
            | ApiError::InterfaceTaken { .. }
            | ApiError::Conflict { .. }
            | ApiError::NotAllowed { .. }
            | ApiError::Invalid { .. }
            | ApiError::BadRequest { .. }
            | ApiError::Changed { .. }
            | ApiError::Broken
            | ApiError::HooksNotApproved { .. }
            | ApiError::HooksChanged { .. }
            | ApiError::NeedsKey { .. }
            | ApiError::WrongKey { .. }
            | ApiError::KeyNotKept
            | ApiError::Busy
            | ApiError::NotUp
            | ApiError::NotPaused
            | ApiError::NoRotation
            | ApiError::RotationPending
            | ApiError::RotationNotAnswered
            | ApiError::ReadOnly { .. }
            | ApiError::NoPermission { .. }
            | ApiError::TooLarge { .. }
            | ApiError::Lockdown
            | ApiError::NotFullTunnel
            | ApiError::NoSuchRule { .. }
            | ApiError::NetworkUnidentified { .. }
            | ApiError::PortalIsOpen { .. }
            | ApiError::PortalNotShutOut
            | ApiError::DraftGone
            | ApiError::ShuttingDown => false,
        },
    }
}

/// Returns a random number that need not be secret.
pub(super) fn chance() -> u32 {
    let mut bytes = [0; 4];
    // Without random numbers, computers may retry at the same moment; nothing else is lost.
    let _ = getrandom::fill(&mut bytes);
    u32::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::clock::at_milliseconds as at;
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_are_never_longer_nor_shorter_than_three_quarters() {
        for chance in [0, 1, 249, 250, u32::MAX] {
            let mut backoff = Backoff::NONE;
            for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
                let (now, most) = (at(5_000_000), Duration::from_secs(pause));
                let pause = backoff.next(now, chance).since(now);
                assert!(pause <= most && pause >= most * 3 / 4, "{pause:?} of {most:?}");
            }
        }
    }

    #[test]
    fn a_network_that_comes_and_goes_is_tried_once_in_a_second_at_most() {
        let mut backoff = Backoff::NONE;
        for failures in 0..10 {
            backoff.next(at(1_000 * failures), 0);
        }
        assert_eq!(backoff.retry_now(at(9_100)), at(10_000));
        assert_eq!(backoff.retry_now(at(20_000)), at(20_000));
        assert_eq!(backoff.next(at(20_000), 0), at(21_000), "it begins anew");
    }

    #[test]
    fn only_a_tunnel_that_was_up_for_a_while_starts_with_short_delays() {
        let mut backoff = Backoff::NONE;
        backoff.next(at(0), 0);
        backoff.was_up(at(1_000), at(2_000));
        assert_eq!(backoff.next(at(2_000), 0), at(4_000));
        backoff.was_up(at(4_000), at(64_000));
        assert_eq!(backoff.next(at(64_000), 0), at(65_000));
    }
}
