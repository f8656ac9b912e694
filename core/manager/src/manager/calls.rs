//! Up and down: what a tunnel is to be is decided in turn, kept, and handed to its thread; who asked waits for what comes of it.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adit_api::{ApiError, Caller, DownReason, TunnelId};
use adit_protocol::PrivateKey;

use super::inbox::Inbox;
use super::life::Event;
use super::message::{Job, Message};
use super::profile::Usable;
use super::slot::Tunnels;
use super::state::State;
use super::worker::{First, Worker};
use super::{Inner, Manager, profile, rights};
use crate::store::Wanted;
use adit_activation::{Ends, Patience};

/// Who has a tunnel come up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asker {
    /// Somebody who waits for it.
    Somebody,
    /// Nobody: it is to be up, and is tried again until it is.
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

impl Manager {
    /// With the key of a tunnel that asks for it, where it was given.
    pub(super) fn up(&self, id: TunnelId, despite: bool, key: Option<&PrivateKey>) -> Result<(), ApiError> {
        loop {
            let turn = self.inner.turn(id)?;
            let turn = hold(&turn);
            let mut tunnels = self.inner.lock();
            let slot = tunnels.get(id)?;
            let number = match &slot.state {
                State::Up(_) => return Ok(()),
                State::Connecting(_) => {
                    let begun = slot.begun;
                    drop(tunnels);
                    begun
                }
                State::Leaving(_) => {
                    drop(turn);
                    while matches!(tunnels.get(id)?.state, State::Leaving(_)) {
                        tunnels = self.inner.wait(tunnels);
                    }
                    continue;
                }
                State::Down(_) | State::Blocked(_) => {
                    tunnels.get_mut(id)?.key = key.cloned();
                    drop(tunnels);
                    let begun = self.begin(id, despite, Asker::Somebody);
                    if begun.is_err() {
                        self.inner.forget_given_key(id);
                    }
                    begun?
                }
                State::Paused(_) => {
                    if let Some(key) = key {
                        tunnels.get_mut(id)?.key = Some(key.clone());
                    }
                    drop(tunnels);
                    match self.unpause(id, despite) {
                        // Its thread had still to hear that it is to go down.
                        Err(ApiError::NotPaused) => continue,
                        number => number?,
                    }
                }
            };
            drop(turn);
            return self.inner.await_outcome(id, number);
        }
    }

    pub(super) fn down(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        let turn = self.inner.turn(id)?;
        let turn = hold(&turn);
        rights::check(caller, self.inner.lock().to_take_down(id))?;
        // Also where it cannot be kept, the tunnel goes down: that is what was asked for.
        let is_unknown = self.inner.lock().get(id)?.profile.is_unknown;
        let kept = match self.inner.want(id, Wanted::Down) {
            // There is nothing to keep it in.
            Err(ApiError::NotFound { .. } | ApiError::Broken) if is_unknown => Ok(()),
            kept => kept,
        };
        let mut tunnels = self.inner.lock();
        let slot = tunnels.get_mut(id)?;
        let now = self.inner.clock.now();
        slot.apply(&Event::GivenUp, now);
        if matches!(slot.state, State::Blocked(_)) {
            drop(tunnels);
            return self.inner.unblock(id, DownReason::Asked).and(kept);
        }
        slot.apply(&Event::AskedToLeave, now);
        let downs = slot.downs;
        self.inner.tell(&tunnels, id);
        drop(turn);
        self.inner.await_down(tunnels, id, downs);
        match self.inner.lock().slots.get(&id).map(|slot| &slot.state) {
            Some(State::Blocked(blocked)) if !matches!(blocked.cause, ApiError::ShuttingDown | ApiError::Lockdown) => {
                Err(blocked.cause.clone())
            }
            Some(_) | None => kept,
        }
    }

    pub(super) fn again(&self, id: TunnelId) -> Result<(), ApiError> {
        let turn = self.inner.turn(id)?;
        let turn = hold(&turn);
        let usable = self.inner.usable(id)?;
        let is_up = |state: &State| match state {
            State::Up(_) => Ok(()),
            State::Connecting(_) | State::Leaving(_) => Err(ApiError::Busy),
            State::Down(_) | State::Paused(_) | State::Blocked(_) => Err(ApiError::NotUp),
        };
        let inbox = self.inner.inbox(id, is_up)?;
        let (number, job) = self.inner.reserve(id, usable, true, Asker::Somebody, &inbox, is_up)?;
        inbox.push(Message::Begin(job));
        drop(turn);
        self.inner.await_outcome(id, number)
    }

    pub(super) fn hold(&self, caller: &Caller, id: TunnelId, seconds: Option<u32>) -> Result<(), ApiError> {
        let turn = self.inner.turn(id)?;
        let turn = hold(&turn);
        rights::check(caller, self.inner.lock().to_take_down(id))?;
        let may_pause = |state: &State| match state {
            State::Up(_) | State::Paused(_) => Ok(()),
            State::Connecting(_) | State::Leaving(_) => Err(ApiError::Busy),
            State::Down(_) | State::Blocked(_) => Err(ApiError::NotUp),
        };
        self.inner.inbox(id, may_pause)?;
        let now = self.inner.clock.now();
        let until = seconds.map(|seconds| now + Duration::from_secs(u64::from(seconds)));
        self.inner.want_pause(id, until)?;
        let (reply, answer) = sync_channel(1);
        {
            let mut tunnels = self.inner.lock();
            let slot = tunnels.get_mut(id)?;
            // It may have gone by itself meanwhile; then it is wanted no more, and its thread says so.
            may_pause(&slot.state)?;
            let inbox = slot.inbox.clone().ok_or(ApiError::NotUp)?;
            // At once, so that whoever has the next turn finds it on its way.
            slot.apply(&Event::Leaving, now);
            inbox.push(Message::Pause { until, reply });
            self.inner.tell(&tunnels, id);
        }
        drop(turn);
        answer.recv().unwrap_or(Err(ApiError::NotUp))
    }

    pub(super) fn go_on(&self, id: TunnelId) -> Result<(), ApiError> {
        let turn = self.inner.turn(id)?;
        let turn = hold(&turn);
        let despite = match &self.inner.lock().get(id)?.state {
            State::Paused(paused) => paused.despite,
            State::Down(_) | State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Blocked(_) => {
                return Err(ApiError::NotPaused);
            }
        };
        let number = self.unpause(id, despite)?;
        drop(turn);
        self.inner.await_outcome(id, number)
    }

    /// Begins to bring up a tunnel that is down; its turn is held. The number of this beginning.
    pub(super) fn begin(&self, id: TunnelId, despite: bool, asker: Asker) -> Result<u64, ApiError> {
        let usable = self.inner.usable(id)?;
        let inbox = Arc::new(Inbox::new(self.inner.clock.seam()));
        let is_down = |state: &State| match state {
            State::Down(_) | State::Blocked(_) => Ok(()),
            State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Paused(_) => Err(ApiError::Busy),
        };
        let (number, job) = self.inner.reserve(id, usable, despite, asker, &inbox, is_down)?;
        let begun = self
            .inner
            .want(id, Wanted::Up)
            .and_then(|()| Worker::spawn(&self.inner, id, First::Up { job, inbox: Arc::clone(&inbox) }));
        if let Err(error) = begun {
            self.inner.failed(id, error.clone());
            return Err(error);
        }
        Ok(number)
    }

    /// Begins to bring up a tunnel that is paused; its turn is held.
    fn unpause(&self, id: TunnelId, despite: bool) -> Result<u64, ApiError> {
        let usable = self.inner.usable(id)?;
        let inbox = self.inner.inbox(id, is_paused)?;
        let (number, job) = self.inner.reserve(id, usable, despite, Asker::Somebody, &inbox, is_paused)?;
        let kept = self.inner.want(id, Wanted::Up);
        inbox.push(Message::Begin(job));
        kept.map(|()| number)
    }
}

impl Inner {
    pub(super) fn turn(&self, id: TunnelId) -> Result<Arc<Mutex<()>>, ApiError> {
        Ok(Arc::clone(&self.lock().get(id)?.turn))
    }

    /// The tunnel's configuration, read anew, if it can be brought up.
    pub(super) fn usable(&self, id: TunnelId) -> Result<Arc<Usable>, ApiError> {
        let Some(usable) = self.refresh(id)?.usable else {
            let tunnel = self.store().get(id, self.unix_time()).map_err(super::refusal::of_store)?;
            return Err(profile::understand(&tunnel.text).err().unwrap_or(ApiError::Busy));
        };
        usable.check_hooks()?;
        if self.lock().get(id)?.profile.is_locked_down() && !usable.needs.takes_all() {
            return Err(ApiError::NotFullTunnel);
        }
        self.with_key(id, usable)
    }

    /// Of a tunnel's thread, where the tunnel is in the right state.
    fn inbox(&self, id: TunnelId, is_right: impl Fn(&State) -> Result<(), ApiError>) -> Result<Arc<Inbox<Message>>, ApiError> {
        let tunnels = self.lock();
        let slot = tunnels.get(id)?;
        is_right(&slot.state)?;
        slot.inbox.clone().ok_or(ApiError::NotUp)
    }

    /// Puts a tunnel that is in the right state into `Connecting`, in which it has all that it needs. The number of this beginning, and
    /// the work for its thread.
    fn reserve(
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
        let slot = tunnels.get_mut(id)?;
        let (life, told) = (slot.begun + 1, Arc::clone(inbox));
        let ends = Ends::telling(move |end| told.push(Message::Ended(life, end)));
        let begun = Event::Begun { unattended: asker == Asker::Nobody, despite_conflicts: despite };
        slot.begin(&begun, ends.clone(), Arc::clone(&usable.needs), conflicts, now);
        self.tell(&tunnels, id);
        Ok((life, Job { usable, ends, patience: asker.patience(), despite }))
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

    fn await_outcome(&self, id: TunnelId, number: u64) -> Result<(), ApiError> {
        let mut tunnels = self.lock();
        loop {
            let Some(slot) = tunnels.slots.get(&id) else { return Err(ApiError::NotFound { id }) };
            if let Some(outcome) = slot.outcome(number) {
                return outcome;
            }
            tunnels = self.wait(tunnels);
        }
    }

    /// Waits until a tunnel is down, for the first time since it had been so often, or is no more.
    pub(super) fn await_down<'a>(&'a self, mut tunnels: MutexGuard<'a, Tunnels>, id: TunnelId, downs: u64) {
        let is_down = |tunnels: &Tunnels| {
            let slot = tunnels.slots.get(&id);
            slot.is_none_or(|slot| matches!(slot.state, State::Down(_) | State::Blocked(_)) || slot.downs > downs)
        };
        while !is_down(&tunnels) {
            tunnels = self.wait(tunnels);
        }
    }
}

fn is_paused(state: &State) -> Result<(), ApiError> {
    match state {
        State::Paused(_) => Ok(()),
        State::Down(_) | State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Blocked(_) => Err(ApiError::NotPaused),
    }
}

pub(super) fn hold(turn: &Mutex<()>) -> MutexGuard<'_, ()> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}
