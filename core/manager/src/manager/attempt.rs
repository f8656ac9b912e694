//! The steps that `connect`, `resume`, `restart` and a retry share: reserving the tunnel's resources, starting an attempt, and
//! waiting for its outcome.

use std::sync::{Arc, Mutex, MutexGuard};

use adit_api::{ApiError, TunnelId};
use adit_protocol::PrivateKey;

use super::entry::{Tunnels, lock_turn};
use super::inbox::Inbox;
use super::life::Event;
use super::message::{Job, Message};
use super::profile::{self, Usable};
use super::state::State;
use super::{Inner, refusal};
use crate::store::Wanted;
use adit_activation::{Patience, Shutdown};

/// The reason why a tunnel is brought up: it decides how long name servers are waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asker {
    /// A caller asked for it and waits.
    Somebody,
    /// No caller waits: the tunnel should be up, and is retried until it is.
    Nobody,
}

impl Asker {
    /// Returns how often look-ups at name servers are repeated. An attempt that is retried as a whole does not repeat them.
    fn patience(self) -> Patience {
        match self {
            Self::Somebody => Patience::Retries(3),
            Self::Nobody => Patience::Retries(0),
        }
    }
}

impl Inner {
    pub(super) fn turn(&self, id: TunnelId) -> Result<Arc<Mutex<()>>, ApiError> {
        Ok(Arc::clone(&self.lock().get(id)?.turn))
    }

    /// Reads the tunnel's configuration anew and returns it if the tunnel can be brought up.
    pub(super) fn usable(&self, id: TunnelId) -> Result<Arc<Usable>, ApiError> {
        self.usable_with(id, None)
    }

    /// Does the same with a private key that a caller provides for this attempt.
    pub(super) fn usable_with(&self, id: TunnelId, key: Option<&PrivateKey>) -> Result<Arc<Usable>, ApiError> {
        let Some(usable) = self.refresh(id)?.usable else {
            let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
            return Err(profile::parse_text(&tunnel.text).err().unwrap_or(ApiError::Busy));
        };
        usable.check_hooks()?;
        if self.lock().get(id)?.profile.is_locked_down() && !usable.needs.takes_all() {
            return Err(ApiError::NotFullTunnel);
        }
        self.with_key(id, usable, key)
    }

    /// Returns the inbox of a tunnel's thread if the tunnel is in the right state.
    pub(super) fn inbox(
        &self,
        id: TunnelId,
        is_right: impl Fn(&State) -> Result<(), ApiError>,
    ) -> Result<Arc<Inbox<Message>>, ApiError> {
        let tunnels = self.lock();
        let entry = tunnels.get(id)?;
        is_right(&entry.state)?;
        entry.inbox.clone().ok_or(ApiError::NotUp)
    }

    /// Moves a tunnel that is in the right state to `Connecting`, and with that reserves what it needs. Returns the number of
    /// this attempt and the job for the tunnel's thread.
    pub(super) fn reserve(
        &self,
        id: TunnelId,
        usable: Arc<Usable>,
        despite: bool,
        asker: Asker,
        inbox: &Arc<Inbox<Message>>,
        is_right: impl Fn(&State) -> Result<(), ApiError>,
    ) -> Result<(u64, Job), ApiError> {
        let mut tunnels = self.lock();
        is_right(&tunnels.get(id)?.state)?;
        if tunnels.closing {
            return Err(ApiError::ShuttingDown);
        }
        let conflicts = tunnels.conflicts(id, &usable.needs);
        if !despite {
            Tunnels::refuse(&conflicts)?;
        }
        let now = self.clock.now();
        let entry = tunnels.get_mut(id)?;
        let (life, told) = (entry.begun + 1, Arc::clone(inbox));
        let shutdown = Shutdown::telling(move |end| told.push(Message::Ended(life, end)));
        let begun = Event::Begun { unattended: asker == Asker::Nobody, despite_conflicts: despite };
        entry.begin(&begun, shutdown.clone(), Arc::clone(&usable.needs), conflicts, now);
        self.tell(&tunnels, id);
        Ok((life, Job { usable, shutdown, patience: asker.patience(), despite }))
    }

    /// Prepares the attempt at the end of a pause. Returns None if the tunnel is no longer paused.
    pub(super) fn begin_after_pause(
        &self,
        id: TunnelId,
        despite: bool,
        inbox: &Arc<Inbox<Message>>,
    ) -> Result<Option<Job>, ApiError> {
        let turn = self.turn(id)?;
        let turn = lock_turn(&turn);
        if is_paused(&self.lock().get(id)?.state).is_err() {
            return Ok(None);
        }
        self.withdraw(id);
        let usable = self.usable(id)?;
        // Only the holder of the turn and this thread change that state.
        let (_, job) = self.reserve(id, usable, despite, Asker::Nobody, inbox, is_paused)?;
        self.want(id, Wanted::Up)?;
        drop(turn);
        Ok(Some(job))
    }

    pub(super) fn await_outcome(&self, id: TunnelId, number: u64) -> Result<(), ApiError> {
        let mut tunnels = self.lock();
        loop {
            let Some(entry) = tunnels.entries.get(&id) else { return Err(ApiError::NotFound { id }) };
            if let Some(outcome) = entry.outcome(number) {
                return outcome;
            }
            tunnels = self.wait(tunnels);
        }
    }

    /// Waits until a tunnel is down or no longer exists. `downs` is the number of times that it had gone down before; a higher
    /// number ends the wait too.
    pub(super) fn await_down<'a>(&'a self, mut tunnels: MutexGuard<'a, Tunnels>, id: TunnelId, downs: u64) {
        let is_down = |tunnels: &Tunnels| {
            let entry = tunnels.entries.get(&id);
            entry.is_none_or(|entry| matches!(entry.state, State::Down(_) | State::Blocked(_)) || entry.downs > downs)
        };
        while !is_down(&tunnels) {
            tunnels = self.wait(tunnels);
        }
    }
}

pub(super) fn is_paused(state: &State) -> Result<(), ApiError> {
    match state {
        State::Paused(_) => Ok(()),
        State::Down(_) | State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Blocked(_) => Err(ApiError::NotPaused),
    }
}
