//! The request to take a tunnel down for a limited time.

use std::sync::mpsc::sync_channel;
use std::time::Duration;

use adit_api::{ApiError, Caller, TunnelId};

use super::entry::lock_turn;
use super::life::Event;
use super::message::Message;
use super::state::State;
use super::{Inner, rights};

impl Inner {
    /// Pauses a tunnel for so many seconds; None: until a user resumes it.
    pub(super) fn pause(&self, caller: &Caller, id: TunnelId, seconds: Option<u32>) -> Result<(), ApiError> {
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        rights::check(caller, self.lock().to_take_down(id))?;
        let may_pause = |state: &State| match state {
            State::Up(_) | State::Paused(_) => Ok(()),
            State::Connecting(_) | State::Leaving(_) => Err(ApiError::Busy),
            State::Down(_) | State::Blocked(_) => Err(ApiError::NotUp),
        };
        self.inbox(id, may_pause)?;
        let now = self.clock.now();
        let until = seconds.map(|seconds| now + Duration::from_secs(u64::from(seconds)));
        self.want_pause(id, until)?;
        let (reply, answer) = sync_channel(1);
        {
            let mut tunnels = self.lock();
            let entry = tunnels.get_mut(id)?;
            // The tunnel may have gone down by itself meanwhile. Its thread then reports that.
            may_pause(&entry.state)?;
            let inbox = entry.inbox.clone().ok_or(ApiError::NotUp)?;
            // The state changes at once, so that the next holder of the turn sees the tunnel in `Leaving`.
            entry.apply(&Event::Leaving, now);
            inbox.push(Message::Pause { until, reply });
            self.tell(&tunnels, id);
        }
        drop(turn);
        answer.recv().unwrap_or(Err(ApiError::NotUp))
    }
}
