//! The request to end a pause.

use adit_api::{ApiError, TunnelId};

use super::Inner;
use super::attempt::{Asker, is_paused};
use super::entry::lock_turn;
use super::message::Message;
use super::state::State;
use crate::store::Wanted;

impl Inner {
    /// Brings a paused tunnel up and waits until it is up.
    pub(super) fn resume(&self, id: TunnelId) -> Result<(), ApiError> {
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        let despite = match &self.lock().get(id)?.state {
            State::Paused(paused) => paused.despite,
            State::Down(_) | State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Blocked(_) => {
                return Err(ApiError::NotPaused);
            }
        };
        let number = self.unpause(id, despite, Asker::Somebody)?;
        drop(turn);
        self.await_outcome(id, number)
    }

    /// Starts to bring up a paused tunnel whose turn the caller holds. Returns the number of this attempt.
    pub(super) fn unpause(&self, id: TunnelId, despite: bool, asker: Asker) -> Result<u64, ApiError> {
        let usable = self.usable(id)?;
        let inbox = self.inbox(id, is_paused)?;
        let (number, job) = self.reserve(id, usable, despite, asker, &inbox, is_paused)?;
        let kept = self.want(id, Wanted::Up);
        inbox.push(Message::Begin(job));
        kept.map(|()| number)
    }
}
