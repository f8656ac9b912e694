//! The states of a tunnel. Each state owns its data, so that no data of one state can exist in another.

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

/// The state of a tunnel.
pub(super) enum State {
    /// The tunnel has no interface.
    Down(Down),
    /// The tunnel is being brought up.
    Connecting(Connecting),
    /// The tunnel is up.
    Up(Box<Up>),
    /// The tunnel is being taken down.
    Leaving(Leaving),
    /// The tunnel was taken down for a limited time.
    Paused(Paused),
    /// The tunnel is not up while its kill switch is closed.
    Blocked(Blocked),
}

impl State {
    /// Returns the resources that the tunnel uses, or None if it uses none.
    pub(super) fn needs(&self) -> Option<&Arc<Needs>> {
        match self {
            Self::Down(_) | Self::Paused(_) => None,
            Self::Connecting(connecting) => Some(&connecting.needs),
            Self::Up(up) => Some(&up.needs),
            Self::Leaving(leaving) => leaving.needs.as_ref(),
            Self::Blocked(blocked) => Some(&blocked.needs),
        }
    }

    /// Returns the phase of this state, with the times that decide what happens next.
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

    /// Returns the time of the next automatic retry.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.phase().retry_at()
    }

    /// Changes the time of the next retry.
    pub(super) fn set_retry_at(&mut self, at: Option<Instant>) {
        match self {
            Self::Down(down) => down.retry_at = at,
            Self::Blocked(blocked) => blocked.retry_at = at,
            Self::Connecting(_) | Self::Up(_) | Self::Leaving(_) | Self::Paused(_) => {}
        }
    }

    /// Converts the state to the contract's type. `profile` has the stored configuration.
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
