//! The steps that `connect`, `resume`, `restart` and a retry share: reserving what a tunnel needs, starting an attempt, and waiting for its
//! outcome.

use std::sync::{Arc, Mutex, MutexGuard};

use adit_api::{ApiError, TunnelId};

use super::entry::{Tunnels, hold};
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
    /// With a resolver. What is tried again as a whole is not tried again step by step.
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

    /// The tunnel's configuration, read anew, if it can be brought up.
    pub(super) fn usable(&self, id: TunnelId) -> Result<Arc<Usable>, ApiError> {
        let Some(usable) = self.refresh(id)?.usable else {
            let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
            return Err(profile::understand(&tunnel.text).err().unwrap_or(ApiError::Busy));
        };
        usable.check_hooks()?;
        if self.lock().get(id)?.profile.is_locked_down() && !usable.needs.takes_all() {
            return Err(ApiError::NotFullTunnel);
        }
        self.with_key(id, usable)
    }

    /// Of a tunnel's thread, where the tunnel is in the right state.
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

    /// Puts a tunnel that is in the right state into `Connecting`, in which it has all that it needs. The number of this beginning, and
    /// the work for its thread.
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

    /// The time of a pause is over: what is to be brought up, or nothing where somebody was faster.
    pub(super) fn begin_again(&self, id: TunnelId, despite: bool, inbox: &Arc<Inbox<Message>>) -> Result<Option<Job>, ApiError> {
        let turn = self.turn(id)?;
        let turn = hold(&turn);
        if is_paused(&self.lock().get(id)?.state).is_err() {
            return Ok(None);
        }
        let usable = self.usable(id)?;
        // Nobody but who has the turn, and this thread, changes that.
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

    /// Waits until a tunnel is down, for the first time since it had been so often, or is no more.
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
