//! The states of a tunnel and the events that change them: one pure function, without a lock, a clock or a side effect.
//!
//! `State` owns the data of each phase. Intent, kill switch and retries change through [`transition`] alone.

use adit_api::DownReason;
use adit_protocol::Instant;

use super::backoff::{Backoff, is_mended_by_time};

/// What a tunnel is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Intent {
    /// Down, and not tried again by itself.
    Down,
    /// Up; it is tried again where trying again may help.
    Up {
        /// Nobody waits to hear whether it comes up.
        unattended: bool,
        /// Somebody wants it although it conflicts with other tunnels.
        despite_conflicts: bool,
    },
    /// Removed: nobody brings it up again.
    Removed,
}

/// The state of a tunnel's kill switch at this moment. The setting, which says when it closes, is `adit_api::KillSwitch`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KillSwitchState {
    /// Everything may.
    Open,
    /// Nothing may but what its profile allows.
    Closed,
}

/// The state that a tunnel is in, with the times that decide what happens next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Down { retry_at: Option<Instant> },
    Connecting,
    Up { since: Instant },
    Leaving,
    Paused,
    Blocked { since: Instant, retry_at: Option<Instant> },
}

/// Everything that is decided about a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Life {
    pub(super) phase: Phase,
    pub(super) intent: Intent,
    pub(super) kill_switch: KillSwitchState,
    pub(super) backoff: Backoff,
    /// Since when it is not there although it is to be up.
    pub(super) broken_since: Option<Instant>,
}

/// What happens to a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// The program started, and the tunnel was up or paused when it ended.
    Restored,
    /// Its thread begins to bring it up.
    Begun { unattended: bool, despite_conflicts: bool },
    /// It is up.
    CameUp,
    /// Its thread begins to take it down.
    Leaving,
    /// Its thread has taken it down for a while.
    Paused { despite_conflicts: bool },
    /// It is down.
    WentDown(DownReason),
    /// It was blocked, and its kill switch was opened for good: it is down.
    Unblocked(DownReason),
    /// Somebody wants it down: it is not tried again.
    GivenUp,
    /// Its thread is to take it down, whatever it is doing.
    AskedToLeave,
    /// Somebody removes it.
    Removed,
    /// It could not be removed.
    NotRemoved,
    /// It was due to be tried again, and could not even be begun.
    NotBegun,
    /// The network of the computer is another.
    NetworkChanged,
    /// Its kill switch was closed.
    Closed,
    /// Its kill switch was opened.
    Opened,
}

/// What has to be done for a transition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Action {
    /// End the attempt to bring it up, or what runs.
    End,
    /// Enter `Leaving`.
    Leave,
    /// Have its thread take it down.
    TellThread,
    /// Enter `Down` or `Blocked`, and answer whoever waits for it to come up.
    GoDown(DownReason),
    /// Try it again at the time that the phase has.
    Reschedule,
    /// Forget the private key that was given for it.
    ForgetKey,
}

impl Phase {
    /// When it is tried again by itself.
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

    /// Whether somebody wants it although it conflicts with other tunnels.
    pub(super) fn despite_conflicts(self) -> bool {
        match self {
            Self::Up { despite_conflicts, .. } => despite_conflicts,
            Self::Down | Self::Removed => false,
        }
    }

    /// Down, unless it is about to be removed.
    fn given_up(self) -> Self {
        match self {
            Self::Down | Self::Up { .. } => Self::Down,
            Self::Removed => Self::Removed,
        }
    }
}

impl Life {
    /// Of a tunnel that was never up.
    pub(super) const NEW: Self = Self {
        phase: Phase::Down { retry_at: None },
        intent: Intent::Down,
        kill_switch: KillSwitchState::Open,
        backoff: Backoff::NONE,
        broken_since: None,
    };

    /// Whether it is tried again by itself after it went down for that reason. Where its kill switch is open, somebody who removes the
    /// interface has taken the tunnel down, and somebody who waited for it to come up has been told that it did not.
    pub(super) fn comes_back_after(&self, reason: &DownReason) -> bool {
        let Intent::Up { unattended, .. } = self.intent else { return false };
        let without_kill_switch = match reason {
            DownReason::Asked | DownReason::InterfaceRemoved => false,
            DownReason::Failed { .. } | DownReason::EngineStopped => unattended,
        };
        is_mended_by_time(reason) && (self.kill_switch == KillSwitchState::Closed || without_kill_switch)
    }

    fn go_down(self, reason: &DownReason, now: Instant, chance: u32) -> (Self, Vec<Action>) {
        let mut next = self;
        let mut actions = Vec::new();
        let retry_at = self.comes_back_after(reason).then(|| next.backoff.next(now, chance));
        if retry_at.is_none() {
            (next.intent, next.backoff) = (self.intent.given_up(), Backoff::NONE);
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

/// What becomes of a tunnel, and what has to be done for it. `chance`: any number; it spreads the times at which tunnels are tried again.
pub(super) fn transition(life: Life, event: &Event, now: Instant, chance: u32) -> (Life, Vec<Action>) {
    let unchanged = |life: Life| (life, Vec::new());
    match event {
        Event::Restored => unchanged(Life {
            intent: Intent::Up { unattended: true, despite_conflicts: life.intent.despite_conflicts() },
            ..life
        }),
        Event::Begun { unattended, despite_conflicts } => {
            // A tunnel that is restarted conflicts with others as much as it did.
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
        Event::Unblocked(reason) => Life { intent: life.intent.given_up(), ..life }.go_down(reason, now, chance),
        Event::GivenUp => {
            let given_up = Life { intent: life.intent.given_up(), ..life };
            match (life.phase.retry_at(), life.kill_switch) {
                (Some(_), KillSwitchState::Open) => given_up.go_down(&DownReason::Asked, now, chance),
                (Some(_), KillSwitchState::Closed) | (None, KillSwitchState::Open | KillSwitchState::Closed) => {
                    (given_up, vec![Action::ForgetKey])
                }
            }
        }
        Event::AskedToLeave => {
            let (next, mut actions) = match life.phase {
                // Its thread finds that it is over by itself, and then says so.
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
                next.phase = life.phase.with_retry_at(next.backoff.anew(now));
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
