//! The state machine of a tunnel: one pure function from state and event to the next state, without a lock, a clock or a side
//! effect.
//!
//! `State` owns the data of each phase. Intent, kill switch and retries change only through [`transition`].

use adit_api::DownReason;
use adit_protocol::Instant;

use super::backoff::{Backoff, retry_can_help};

/// The intended state of a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Intent {
    /// Down; the tunnel is not retried.
    Down,
    /// Up; the tunnel is retried if a retry can help.
    Up {
        /// True if no caller waits for the result.
        unattended: bool,
        /// True if a user wants the tunnel up although it conflicts with other tunnels.
        despite_conflicts: bool,
    },
    /// Removed; the tunnel can no longer be brought up.
    Removed,
}

/// The present state of a tunnel's kill switch. The setting, which says when it closes, is `adit_api::KillSwitch`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KillSwitchState {
    /// All traffic may leave outside the tunnel.
    Open,
    /// Only the traffic that the tunnel's profile allows may leave outside the tunnel.
    Closed,
}

/// The state of a tunnel, with the times that decide what happens next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Down { retry_at: Option<Instant> },
    Connecting,
    Up { since: Instant },
    Leaving,
    Paused,
    Blocked { since: Instant, retry_at: Option<Instant> },
}

/// Everything about a tunnel that [`transition`] decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Life {
    pub(super) phase: Phase,
    pub(super) intent: Intent,
    pub(super) kill_switch: KillSwitchState,
    pub(super) backoff: Backoff,
    /// Time since which the tunnel should be up and is not.
    pub(super) broken_since: Option<Instant>,
}

/// An event in the life of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// The program started, and the tunnel should be up or paused.
    Restored,
    /// The tunnel's thread starts to bring it up.
    Begun { unattended: bool, despite_conflicts: bool },
    /// The tunnel is up.
    CameUp,
    /// The tunnel's thread starts to take it down.
    Leaving,
    /// The tunnel's thread has taken it down for a limited time.
    Paused { despite_conflicts: bool },
    /// The tunnel is down.
    WentDown(DownReason),
    /// The tunnel was blocked and is down now, because its kill switch was opened for good.
    Unblocked(DownReason),
    /// A user wants the tunnel down: it is not retried.
    GivenUp,
    /// The tunnel's thread must take it down, whatever it is doing.
    AskedToLeave,
    /// A user is removing the tunnel.
    Removed,
    /// The tunnel could not be removed.
    NotRemoved,
    /// A retry was due, but the attempt could not even start.
    NotBegun,
    /// The computer's network has changed.
    NetworkChanged,
    /// The tunnel's kill switch was closed.
    Closed,
    /// The tunnel's kill switch was opened.
    Opened,
}

/// A side effect that a transition requires.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Action {
    /// End the attempt to bring the tunnel up, or the running tunnel.
    End,
    /// Enter `Leaving`.
    Leave,
    /// Tell the tunnel's thread to take it down.
    TellThread,
    /// Enter `Down` or `Blocked`, and answer the caller that waits for the tunnel to come up.
    GoDown(DownReason),
    /// Schedule a retry at the time that the phase has.
    Reschedule,
    /// Drop the private key that was provided for the tunnel.
    ForgetKey,
}

impl Phase {
    /// Returns the time of the next retry, if one is scheduled.
    pub(super) fn retry_at(self) -> Option<Instant> {
        match self {
            Self::Down { retry_at } | Self::Blocked { retry_at, .. } => retry_at,
            Self::Connecting | Self::Up { .. } | Self::Leaving | Self::Paused => None,
        }
    }

    fn with_retry_at(self, at: Instant) -> Self {
        match self {
            Self::Down { .. } => Self::Down { retry_at: Some(at) },
            Self::Blocked { since, .. } => Self::Blocked { since, retry_at: Some(at) },
            Self::Connecting | Self::Up { .. } | Self::Leaving | Self::Paused => self,
        }
    }
}

impl Intent {
    pub(super) fn is_up(self) -> bool {
        match self {
            Self::Up { .. } => true,
            Self::Down | Self::Removed => false,
        }
    }

    /// Returns true if a user wants the tunnel up although it conflicts with other tunnels.
    pub(super) fn despite_conflicts(self) -> bool {
        match self {
            Self::Up { despite_conflicts, .. } => despite_conflicts,
            Self::Down | Self::Removed => false,
        }
    }

    /// Returns the intent `Down`, unless the tunnel is being removed.
    fn with_intent_down(self) -> Self {
        match self {
            Self::Down | Self::Up { .. } => Self::Down,
            Self::Removed => Self::Removed,
        }
    }
}

impl Life {
    /// The life of a tunnel that was never up.
    pub(super) const NEW: Self = Self {
        phase: Phase::Down { retry_at: None },
        intent: Intent::Down,
        kill_switch: KillSwitchState::Open,
        backoff: Backoff::NONE,
        broken_since: None,
    };

    /// Returns true if the tunnel is retried after it went down for that reason. With an open kill switch, a removed interface
    /// means that a user took the tunnel down, and a caller that waited for the tunnel has already got the error.
    pub(super) fn is_retried_after(&self, reason: &DownReason) -> bool {
        let Intent::Up { unattended, .. } = self.intent else { return false };
        let without_kill_switch = match reason {
            DownReason::Asked | DownReason::InterfaceRemoved => false,
            DownReason::Failed { .. } | DownReason::EngineStopped => unattended,
        };
        retry_can_help(reason) && (self.kill_switch == KillSwitchState::Closed || without_kill_switch)
    }

    fn go_down(self, reason: &DownReason, now: Instant, chance: u32) -> (Self, Vec<Action>) {
        let mut next = self;
        let mut actions = Vec::new();
        let retry_at = self.is_retried_after(reason).then(|| next.backoff.next(now, chance));
        if retry_at.is_none() {
            (next.intent, next.backoff) = (self.intent.with_intent_down(), Backoff::NONE);
            actions.push(Action::ForgetKey);
        }
        match self.kill_switch {
            KillSwitchState::Closed => {
                let since = self.broken_since.unwrap_or(now);
                (next.broken_since, next.phase) = (Some(since), Phase::Blocked { since, retry_at });
            }
            KillSwitchState::Open => (next.broken_since, next.phase) = (None, Phase::Down { retry_at }),
        }
        actions.push(Action::GoDown(reason.clone()));
        (next, actions)
    }

    fn leave(self, now: Instant) -> (Self, Vec<Action>) {
        let mut next = Self { phase: Phase::Leaving, ..self };
        match self.phase {
            Phase::Leaving => return (self, Vec::new()),
            Phase::Up { since } => next.backoff.was_up(since, now),
            Phase::Down { .. } | Phase::Connecting | Phase::Paused | Phase::Blocked { .. } => {}
        }
        (next, vec![Action::Leave])
    }
}

/// Returns the tunnel's next state and the required side effects. `chance` is any number; it spreads the times of retries.
pub(super) fn transition(life: Life, event: &Event, now: Instant, chance: u32) -> (Life, Vec<Action>) {
    let unchanged = |life: Life| (life, Vec::new());
    match event {
        Event::Restored => unchanged(Life {
            intent: Intent::Up { unattended: true, despite_conflicts: life.intent.despite_conflicts() },
            ..life
        }),
        Event::Begun { unattended, despite_conflicts } => {
            // A restarted tunnel keeps its conflicts with others.
            let despite_conflicts = match life.phase {
                Phase::Up { .. } => life.intent.despite_conflicts(),
                Phase::Down { .. } | Phase::Connecting | Phase::Leaving | Phase::Paused | Phase::Blocked { .. } => {
                    *despite_conflicts
                }
            };
            let intent = Intent::Up { unattended: *unattended, despite_conflicts };
            unchanged(Life { phase: Phase::Connecting, intent, ..life })
        }
        Event::CameUp => unchanged(Life { phase: Phase::Up { since: now }, broken_since: None, ..life }),
        Event::Leaving => life.leave(now),
        Event::Paused { despite_conflicts } => {
            let intent = match life.intent {
                Intent::Up { unattended, .. } => Intent::Up { unattended, despite_conflicts: *despite_conflicts },
                Intent::Down | Intent::Removed => life.intent,
            };
            unchanged(Life { phase: Phase::Paused, intent, ..life })
        }
        Event::WentDown(reason) => life.go_down(reason, now, chance),
        Event::Unblocked(reason) => Life { intent: life.intent.with_intent_down(), ..life }.go_down(reason, now, chance),
        Event::GivenUp => {
            let with_intent_down = Life { intent: life.intent.with_intent_down(), ..life };
            match (life.phase.retry_at(), life.kill_switch) {
                (Some(_), KillSwitchState::Open) => with_intent_down.go_down(&DownReason::Asked, now, chance),
                (Some(_), KillSwitchState::Closed) | (None, KillSwitchState::Open | KillSwitchState::Closed) => {
                    (with_intent_down, vec![Action::ForgetKey])
                }
            }
        }
        Event::AskedToLeave => {
            let (next, mut actions) = match life.phase {
                // The tunnel's thread notices the end itself, and then reports it.
                Phase::Connecting => (life, vec![Action::End]),
                Phase::Up { .. } => {
                    let (next, leave) = life.leave(now);
                    (next, [vec![Action::End], leave].concat())
                }
                Phase::Paused => life.leave(now),
                Phase::Down { .. } | Phase::Leaving | Phase::Blocked { .. } => unchanged(life),
            };
            actions.push(Action::TellThread);
            (next, actions)
        }
        Event::Removed => unchanged(Life { intent: Intent::Removed, ..life }),
        Event::NotRemoved => unchanged(Life { intent: Intent::Down, ..life }),
        Event::NotBegun => match life.phase {
            Phase::Down { .. } | Phase::Blocked { .. } => {
                let mut next = life;
                next.phase = life.phase.with_retry_at(next.backoff.next(now, chance));
                (next, vec![Action::Reschedule])
            }
            Phase::Connecting | Phase::Up { .. } | Phase::Leaving | Phase::Paused => unchanged(life),
        },
        Event::NetworkChanged => match life.phase.retry_at() {
            Some(_) => {
                let mut next = life;
                next.phase = life.phase.with_retry_at(next.backoff.retry_now(now));
                (next, vec![Action::Reschedule])
            }
            None => unchanged(life),
        },
        Event::Closed => unchanged(Life { kill_switch: KillSwitchState::Closed, ..life }),
        Event::Opened => unchanged(Life { kill_switch: KillSwitchState::Open, ..life }),
    }
}

#[cfg(test)]
mod tests;
