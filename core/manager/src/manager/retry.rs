//! A tunnel that is to be up and broke comes back by itself: after pauses that grow, and at once when the network is another. One thread
//! does that for all of them, and only begins what then is done by the tunnel's own.

use std::sync::Arc;

use adit_api::{ApiError, DownReason, LogLevel, TunnelId};

use super::calls::{Asker, hold};
use super::{Inner, Manager};
use crate::store::Wanted;

/// First and longest pause, milliseconds.
const FIRST: u64 = 1_000;
const LONGEST: u64 = 60_000;
/// A tunnel that was up for so long had come back for good, milliseconds.
const STABLE: u64 = 60_000;

/// How often a tunnel was tried in vain, and when last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    /// Unix milliseconds.
    last: u64,
}

impl Backoff {
    /// When to try again after a failure at `now`: after 1 s, 2 s, 4 s and so on, at most 60 s, and up to a quarter earlier, as `chance`
    /// has it, so that not all the world tries at once. Unix milliseconds.
    pub(super) fn next(&mut self, now: u64, chance: u32) -> u64 {
        let pause = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        self.last = now;
        now + pause - u64::from(chance) % (pause / 4)
    }

    /// The network is another: it is worth trying, but not more often than once in a second.
    pub(super) fn anew(&mut self, now: u64) -> u64 {
        self.failures = 0;
        now.max(self.last + FIRST)
    }

    /// It broke at `now` after it had been up since then.
    pub(super) fn was_up(&mut self, since: u64, now: u64) {
        if now.saturating_sub(since) >= STABLE {
            *self = Self::default();
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
            | ApiError::TooMany { .. }
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
            | ApiError::NotDown
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

impl Inner {
    /// The network is another. `line`: how many times that was left out of the log before; None where it is left out this time.
    pub(super) fn network_has_changed(&self, line: Option<u64>) {
        let now = self.clock.now();
        let mut tunnels = self.lock();
        let waiting: Vec<TunnelId> =
            tunnels.entries.iter_mut().filter_map(|(id, entry)| entry.retry_anew(now).then_some(*id)).collect();
        waiting.iter().for_each(|id| self.tell(&tunnels, *id));
        drop(tunnels);
        if let Some(left_out) = line {
            let fields = (left_out > 0).then(|| ("left_out", left_out.to_string()));
            self.event_log.write(LogLevel::Debug, None, "network_changed", fields.as_slice());
        }
        self.retries.look_again();
    }

    /// Tries tunnels again as they become due, until the program ends.
    pub(super) fn keep_trying(self: &Arc<Self>) {
        loop {
            let now = self.clock.now();
            let tunnels = self.lock();
            if tunnels.closing {
                return;
            }
            let waiting = tunnels.entries.iter().filter(|(_, entry)| !entry.is_going);
            let times: Vec<(TunnelId, u64)> = waiting.filter_map(|(id, entry)| Some((*id, entry.state.retry_at()?))).collect();
            drop(tunnels);
            for (id, _) in times.iter().filter(|(_, at)| *at <= now) {
                self.try_again(*id);
            }
            let next = times.iter().map(|(_, at)| *at).filter(|at| *at > now).min();
            let _ = self.retries.next(next);
        }
    }

    fn try_again(self: &Arc<Self>, id: TunnelId) {
        let Ok(turn) = self.turn(id) else { return };
        let turn = hold(&turn);
        let despite = {
            let tunnels = self.lock();
            let is_due = |entry: &&super::entry::TunnelEntry| entry.state.retry_at().is_some_and(|at| at <= self.clock.now());
            let Some(entry) = tunnels.get(id).ok().filter(is_due) else { return };
            entry.despite
        };
        self.note(LogLevel::Info, id, "tried_again", &[]);
        let begun = Manager { inner: Arc::clone(self) }.begin(id, despite, Asker::Nobody);
        if let Err(ApiError::Conflict { .. }) = begun {
            // It waits for the other one to go.
            let now = self.clock.now();
            self.change(id, |entry| entry.retry_later(now));
        } else if let Err(error) = begun {
            self.note(LogLevel::Error, id, "not_up", &[("error", error.to_string())]);
            self.failed(id, error);
            let is_given_up = self.lock().entries.get(&id).is_some_and(|entry| !entry.is_wanted && !entry.closed);
            if is_given_up && let Err(error) = self.want(id, Wanted::Down) {
                self.note(LogLevel::Error, id, "not_kept", &[("error", error.to_string())]);
            }
        }
        drop(turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_are_never_longer_nor_shorter_than_three_quarters() {
        for chance in [0, 1, 249, 250, u32::MAX] {
            let mut backoff = Backoff::default();
            for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
                let (now, most) = (5_000_000, pause * 1_000);
                let at = backoff.next(now, chance) - now;
                assert!(at <= most && at > most * 3 / 4 - 1, "{at} of {most}");
            }
        }
    }

    #[test]
    fn a_network_that_comes_and_goes_is_tried_once_in_a_second_at_most() {
        let mut backoff = Backoff::default();
        for failures in 0..10 {
            backoff.next(1_000 * failures, 0);
        }
        assert_eq!(backoff.anew(9_100), 10_000);
        assert_eq!(backoff.anew(20_000), 20_000);
        assert_eq!(backoff.next(20_000, 0), 21_000, "it begins anew");
    }

    #[test]
    fn only_who_was_up_for_a_while_begins_anew() {
        let mut backoff = Backoff::default();
        backoff.next(0, 0);
        backoff.was_up(1_000, 2_000);
        assert_eq!(backoff.next(2_000, 0), 4_000);
        backoff.was_up(4_000, 64_000);
        assert_eq!(backoff.next(64_000, 0), 65_000);
    }
}
