//! The request to bring a tunnel up.

use std::sync::Arc;

use adit_api::{ApiError, TunnelId};
use adit_protocol::PrivateKey;

use super::Inner;
use super::attempt::Asker;
use super::entry::lock_turn;
use super::inbox::Inbox;
use super::state::State;
use super::worker::{First, Worker};
use crate::store::Wanted;

impl Inner {
    /// Brings a tunnel up and waits until it is up. `key` is the private key that the caller provided for a tunnel that asks
    /// for it.
    pub(super) fn connect(self: &Arc<Self>, id: TunnelId, despite: bool, key: Option<&PrivateKey>) -> Result<(), ApiError> {
        loop {
            let turn = self.turn(id)?;
            let turn = lock_turn(&turn);
            let mut tunnels = self.lock();
            let entry = tunnels.get(id)?;
            let number = match &entry.state {
                State::Up(_) => return Ok(()),
                State::Connecting(_) => {
                    let begun = entry.begun;
                    drop(tunnels);
                    begun
                }
                State::Leaving(_) => {
                    drop(turn);
                    while matches!(tunnels.get(id)?.state, State::Leaving(_)) {
                        tunnels = self.wait(tunnels);
                    }
                    continue;
                }
                State::Down(_) | State::Blocked(_) => {
                    tunnels.get_mut(id)?.key = key.cloned();
                    drop(tunnels);
                    let begun = self.begin(id, despite, Asker::Somebody);
                    if begun.is_err() {
                        self.forget_given_key(id);
                    }
                    begun?
                }
                State::Paused(_) => {
                    if let Some(key) = key {
                        tunnels.get_mut(id)?.key = Some(key.clone());
                    }
                    drop(tunnels);
                    match self.unpause(id, despite, Asker::Somebody) {
                        // The tunnel's thread has not yet handled the request to go down.
                        Err(ApiError::NotPaused) => continue,
                        number => number?,
                    }
                }
            };
            drop(turn);
            return self.await_outcome(id, number);
        }
    }

    /// Starts to bring up a tunnel that is down and whose turn the caller holds. Returns the number of this attempt.
    pub(super) fn begin(self: &Arc<Self>, id: TunnelId, despite: bool, asker: Asker) -> Result<u64, ApiError> {
        let usable = self.usable(id)?;
        let inbox = Arc::new(Inbox::new(self.clock.underlying()));
        let is_down = |state: &State| match state {
            State::Down(_) | State::Blocked(_) => Ok(()),
            State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Paused(_) => Err(ApiError::Busy),
        };
        let (number, job) = self.reserve(id, usable, despite, asker, &inbox, is_down)?;
        let begun =
            self.want(id, Wanted::Up).and_then(|()| Worker::spawn(self, id, First::Up { job, inbox: Arc::clone(&inbox) }));
        if let Err(error) = begun {
            self.failed(id, error.clone());
            return Err(error);
        }
        Ok(number)
    }
}
