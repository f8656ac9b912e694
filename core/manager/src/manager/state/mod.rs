//! The states of a tunnel. Each owns what belongs to it, so that there is no half of one state beside half of another.

mod blocked;
mod connecting;
mod down;
mod leaving;
mod paused;
mod up;

use std::sync::Arc;

use adit_api::TunnelState;
use adit_protocol::Instant;

pub(super) use blocked::Blocked;
pub(super) use connecting::Connecting;
pub(super) use down::Down;
pub(super) use leaving::Leaving;
pub(super) use paused::Paused;
pub(super) use up::{AppliedSettings, Up};

use super::clock::Now;
use super::conflict::Needs;
use super::life::Phase;
use super::profile::Profile;

/// How a tunnel is.
pub(super) enum State {
    /// Not there.
    Down(Down),
    /// Being set up.
    Connecting(Connecting),
    /// There.
    Up(Box<Up>),
    /// Being taken down.
    Leaving(Leaving),
    /// Taken down for a while.
    Paused(Paused),
    /// Not there, and nothing gets out past it.
    Blocked(Blocked),
}

impl State {
    /// What it takes of the computer; None where that is nothing.
    pub(super) fn needs(&self) -> Option<&Arc<Needs>> {
        match self {
            Self::Down(_) | Self::Paused(_) => None,
            Self::Connecting(connecting) => Some(&connecting.needs),
            Self::Up(up) => Some(&up.needs),
            Self::Leaving(leaving) => leaving.needs.as_ref(),
            Self::Blocked(blocked) => Some(&blocked.needs),
        }
    }

    /// Which of them it is, with the times that decide what happens next.
    pub(super) fn phase(&self) -> Phase {
        match self {
            Self::Down(down) => Phase::Down { retry_at: down.retry_at },
            Self::Connecting(_) => Phase::Connecting,
            Self::Up(up) => Phase::Up { since: up.since },
            Self::Leaving(_) => Phase::Leaving,
            Self::Paused(_) => Phase::Paused,
            Self::Blocked(blocked) => Phase::Blocked { since: blocked.since, retry_at: blocked.retry_at },
        }
    }

    /// When it is tried again by itself.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.phase().retry_at()
    }

    /// Has it tried again at another time.
    pub(super) fn set_retry_at(&mut self, at: Option<Instant>) {
        match self {
            Self::Down(down) => down.retry_at = at,
            Self::Blocked(blocked) => blocked.retry_at = at,
            Self::Connecting(_) | Self::Up(_) | Self::Leaving(_) | Self::Paused(_) => {}
        }
    }

    /// As it is seen from outside, where it is to be as `profile` says.
    pub(super) fn view(&self, profile: &Profile, now: Now) -> TunnelState {
        match self {
            Self::Down(down) => down.view(now),
            Self::Connecting(connecting) => connecting.view(now),
            Self::Up(up) => TunnelState::Up(up.view(profile, now)),
            Self::Leaving(leaving) => leaving.view(now),
            Self::Paused(paused) => paused.view(now),
            Self::Blocked(blocked) => blocked.view(now),
        }
    }
}
