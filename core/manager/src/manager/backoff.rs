//! When a tunnel that broke is tried again, and whether trying again can help.

use std::time::Duration;

use adit_api::{ApiError, DownReason};
use adit_protocol::Instant;

/// First and longest pause.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// A tunnel that was up for so long had come back for good.
const STABLE: Duration = Duration::from_secs(60);

/// How often a tunnel was tried in vain, and when last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Backoff {
    failures: u32,
    last: Option<Instant>,
}

impl Backoff {
    /// It never failed.
    pub(super) const NONE: Self = Self { failures: 0, last: None };

    /// When to try again after a failure at `now`: after 1 s, 2 s, 4 s and so on, at most 60 s, and up to a quarter earlier, as `chance`
    /// has it, so that not all the world tries at once.
    pub(super) fn next(&mut self, now: Instant, chance: u32) -> Instant {
        let pause = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        self.last = Some(now);
        let quarter = u64::try_from(pause.as_millis() / 4).unwrap_or(u64::MAX);
        now + pause - Duration::from_millis(u64::from(chance) % quarter)
    }

    /// The network is another: it is worth trying, but not more often than once in a second.
    pub(super) fn anew(&mut self, now: Instant) -> Instant {
        self.failures = 0;
        self.last.map_or(now, |last| now.max(last + FIRST))
    }

    /// It broke at `now` after it had been up since then.
    pub(super) fn was_up(&mut self, since: Instant, now: Instant) {
        if now.since(since) >= STABLE {
            *self = Self::NONE;
        }
    }
}

/// Whether time can mend why a tunnel is not up. What a person has to decide about, or to write, it cannot.
pub(super) fn is_mended_by_time(reason: &DownReason) -> bool {
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
            // Of previews alone.
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
            | ApiError::ShuttingDown => false,
        },
    }
}

/// A number that need not be secret.
pub(super) fn chance() -> u32 {
    let mut bytes = [0; 4];
    // Without it all that is lost is that others try at the same moment.
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
        assert_eq!(backoff.anew(at(9_100)), at(10_000));
        assert_eq!(backoff.anew(at(20_000)), at(20_000));
        assert_eq!(backoff.next(at(20_000), 0), at(21_000), "it begins anew");
    }

    #[test]
    fn only_who_was_up_for_a_while_begins_anew() {
        let mut backoff = Backoff::NONE;
        backoff.next(at(0), 0);
        backoff.was_up(at(1_000), at(2_000));
        assert_eq!(backoff.next(at(2_000), 0), at(4_000));
        backoff.was_up(at(4_000), at(64_000));
        assert_eq!(backoff.next(at(64_000), 0), at(65_000));
    }
}
