//! The request to take a tunnel down.

use adit_api::{ApiError, Caller, DownReason, TunnelId};

use super::entry::lock_turn;
use super::life::Event;
use super::state::State;
use super::{Inner, rights};
use crate::store::Wanted;

impl Inner {
    /// Takes a tunnel down and waits until it is down.
    pub(super) fn disconnect(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        rights::check(caller, self.lock().to_take_down(id))?;
        let (downs, kept) = self.ask_to_leave(id)?;
        drop(turn);
        let Some(downs) = downs else { return kept };
        self.await_down(self.lock(), id, downs);
        match self.lock().entries.get(&id).map(|entry| &entry.state) {
            Some(State::Blocked(blocked)) if !matches!(blocked.cause, ApiError::ShuttingDown | ApiError::Lockdown) => {
                Err(blocked.cause.clone())
            }
            Some(_) | None => kept,
        }
    }

    /// Asks a tunnel whose turn the caller holds to go down, without waiting for it. Returns the number of times that it was down
    /// before, None if it is down already, and whether the intent could be stored.
    pub(super) fn ask_to_leave(&self, id: TunnelId) -> Result<(Option<u64>, Result<(), ApiError>), ApiError> {
        // The tunnel goes down as requested even if that intent cannot be stored.
        let is_unknown = self.lock().get(id)?.profile.is_unknown;
        let kept = match self.want(id, Wanted::Down) {
            // An unknown tunnel has no record in the store.
            Err(ApiError::NotFound { .. } | ApiError::Broken) if is_unknown => Ok(()),
            kept => kept,
        };
        let mut tunnels = self.lock();
        let entry = tunnels.get_mut(id)?;
        let now = self.clock.now();
        entry.apply(&Event::GivenUp, now);
        if matches!(entry.state, State::Blocked(_)) {
            drop(tunnels);
            return Ok((None, self.unblock(id, DownReason::Asked).and(kept)));
        }
        entry.apply(&Event::AskedToLeave, now);
        let downs = entry.downs;
        self.tell(&tunnels, id);
        Ok((Some(downs), kept))
    }
}
