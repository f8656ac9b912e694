//! The request to take a running tunnel down and bring it up again with its current configuration.

use adit_api::{ApiError, TunnelId};

use super::Inner;
use super::attempt::Asker;
use super::entry::lock_turn;
use super::message::Message;
use super::state::State;

impl Inner {
    /// Restarts a tunnel that is up, and waits until it is up again.
    pub(super) fn restart(&self, id: TunnelId) -> Result<(), ApiError> {
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        let usable = self.usable(id)?;
        let is_up = |state: &State| match state {
            State::Up(_) => Ok(()),
            State::Connecting(_) | State::Leaving(_) => Err(ApiError::Busy),
            State::Down(_) | State::Paused(_) | State::Blocked(_) => Err(ApiError::NotUp),
        };
        let inbox = self.inbox(id, is_up)?;
        let (number, job) = self.reserve(id, usable, true, Asker::Somebody, &inbox, is_up)?;
        inbox.push(Message::Begin(job));
        drop(turn);
        self.await_outcome(id, number)
    }
}
