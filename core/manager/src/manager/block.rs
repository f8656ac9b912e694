//! Closed: from when a tunnel is told to come up until it is told to go down, nothing leaves the computer past it, whatever becomes of
//! it or of this program. Only somebody's wish opens the way again.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use adit_api::{ApiError, DownReason, Event, InterfaceName, LogLevel, TunnelId};
use adit_platform::host::StandingBlockade;

use super::calls::hold;
use super::profile::Profile;
use super::slot::Slot;
use super::state::State;
use super::worker::Message;
use super::{Inner, Manager, refusal};
use crate::activation::{KillSwitchRequest, closed};
use crate::store::Wanted;

impl Manager {
    pub(super) fn block(&self, id: TunnelId, enabled: bool) -> Result<(), ApiError> {
        let inner = &self.inner;
        if enabled {
            inner.ground.host.check_blockade().map_err(|error| refusal::of_host(&error))?;
        }
        let editing = Arc::clone(&inner.lock().get(id)?.editing);
        let _editing = hold(&editing);
        let turn = inner.turn(id)?;
        let _turn = hold(&turn);
        let keep = |enabled| inner.store().update(id, |settings| settings.block_outside = enabled).map_err(refusal::of_store);
        let before = inner.lock().get(id)?.profile.block_outside;
        if matches!(inner.lock().get(id)?.state, State::Connecting(_) | State::Leaving(_)) {
            return Err(ApiError::Busy);
        }
        keep(enabled)?;
        if let Err(error) = inner.make_blockade(id, enabled) {
            keep(before)?;
            return Err(error);
        }
        inner.note(LogLevel::Info, id, if enabled { "blocks_outside" } else { "lets_outside" }, &[]);
        inner.has_new_profile(id)
    }
}

impl Inner {
    /// Has a tunnel that is to be up block or not, from now on.
    fn make_blockade(&self, id: TunnelId, enabled: bool) -> Result<(), ApiError> {
        let tunnels = self.lock();
        let slot = tunnels.get(id)?;
        match (&slot.state, &slot.inbox) {
            (State::Up(_), Some(inbox)) => {
                let (reply, answer) = sync_channel(1);
                let kill_switch = enabled.then(|| KillSwitchRequest { owner: id.to_string(), allow_lan: false });
                inbox.push(Message::Block(kill_switch, reply));
                drop(tunnels);
                answer.recv().unwrap_or(Err(ApiError::Busy))
            }
            (State::Down(down), _) if enabled && down.retry_at.is_some() => {
                drop(tunnels);
                self.close_and_block(id)
            }
            (State::Blocked(blocked), _) if !enabled => {
                let reason = DownReason::Failed { error: Box::new(blocked.cause.clone()) };
                drop(tunnels);
                self.want(id, Wanted::Down)?;
                self.unblock(id, reason)
            }
            _ => Ok(()),
        }
    }

    /// Closes the way past a tunnel that is not there and is to come back.
    fn close_and_block(&self, id: TunnelId) -> Result<(), ApiError> {
        self.refresh(id)?;
        self.close(id);
        let now = self.clock.now();
        self.change(id, |slot| {
            let reason = match &slot.state {
                State::Down(down) => down.reason.clone(),
                State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => None,
            };
            if let Some(reason) = reason.filter(|_| slot.closed) {
                slot.go_down(reason, now);
            }
        });
        Ok(())
    }

    /// Opens the way past a tunnel, where it is closed and the program goes on. Where it cannot be opened it stays closed, and the
    /// tunnel is blocked.
    pub(super) fn open(&self, id: TunnelId) -> Result<(), ApiError> {
        let interface = {
            let tunnels = self.lock();
            let Some(slot) = tunnels.slots.get(&id).filter(|slot| slot.closed && !tunnels.closing) else { return Ok(()) };
            slot.profile.interface.clone()
        };
        if let Err(error) = self.ground.host.set_blockade(&interface, None) {
            self.note(LogLevel::Error, id, "not_opened", &[("error", error.to_string())]);
            return Err(refusal::of_host(&error));
        }
        self.note(LogLevel::Info, id, "opened", &[]);
        if let Some(slot) = self.lock().slots.get_mut(&id) {
            slot.closed = false;
        }
        Ok(())
    }

    /// Closes the way past a tunnel that is to be up and is not, where that is wanted. One whose configuration is not known may have
    /// taken everything.
    pub(super) fn close(&self, id: TunnelId) {
        let (interface, owner) = {
            let tunnels = self.lock();
            let Some(slot) = tunnels.slots.get(&id) else { return };
            let takes_all = slot.profile.usable.as_ref().is_none_or(|usable| usable.needs.takes_all());
            if slot.closed || !slot.profile.block_outside || !takes_all {
                return;
            }
            (slot.profile.interface.clone(), id.to_string())
        };
        match self.ground.host.set_blockade(&interface, Some(&closed(&owner))) {
            Ok(()) => drop(self.change(id, |slot| slot.closed = true)),
            Err(error) => self.note(LogLevel::Error, id, "not_closed", &[("error", error.to_string())]),
        }
    }

    /// The computer is in other networks, or has other tunnels: those of them that kill switches leave open are others.
    pub(super) fn local_networks_have_changed(&self) {
        let tunnels = self.lock();
        let up = tunnels.slots.values().filter(|slot| slot.closed && matches!(slot.state, State::Up(_)));
        up.filter_map(|slot| slot.inbox.as_ref()).for_each(|inbox| inbox.push(Message::LocalNetworks));
    }

    /// Opens the way past a tunnel that is blocked, and so has no thread.
    pub(super) fn unblock(&self, id: TunnelId, reason: DownReason) -> Result<(), ApiError> {
        self.open(id)?;
        let now = self.clock.now();
        let mut tunnels = self.lock();
        if let Some(slot) = tunnels.slots.get_mut(&id) {
            slot.is_wanted = false;
        }
        if tunnels.slots.get(&id).is_some_and(|slot| slot.profile.is_unknown) {
            tunnels.slots.remove(&id);
            self.sink.publish(Event::TunnelRemoved { id });
            self.changed.notify_all();
            return Ok(());
        }
        drop(tunnels);
        self.change(id, |slot| slot.go_down(reason, now));
        self.let_go_if_lost(id);
        Ok(())
    }

    /// Opens the way past a tunnel that a killed predecessor left closed, and that is not to be up.
    pub(super) fn let_out(&self, id: TunnelId) -> Result<(), ApiError> {
        let is_blocked = self.lock().slots.get(&id).is_some_and(|slot| matches!(slot.state, State::Blocked(_)));
        if is_blocked { self.unblock(id, DownReason::Asked) } else { self.open(id) }
    }

    /// Finds what a killed predecessor left closed, or what was closed before the service started. What belongs to no tunnel that can be
    /// read stays closed, and is shown. The interface of a blockade that stands only because nothing was known then.
    pub(super) fn find_blockades(&self) -> Option<InterfaceName> {
        let standing = match self.ground.host.blockades() {
            Ok(standing) => standing,
            Err(error) => {
                self.journal.write(LogLevel::Error, None, "blockades_unknown", &[("error", error.to_string())]);
                return None;
            }
        };
        let mut early = None;
        for standing in standing {
            let knows_better = self.knows_better(&standing);
            let StandingBlockade { interface, owner } = standing;
            self.kept.found(&interface, closed(&owner));
            if knows_better {
                early = Some(interface);
                continue;
            }
            let id = owner.parse().unwrap_or_else(|_| Profile::id_of_unknown(&interface));
            let now = self.clock.now();
            let mut tunnels = self.lock();
            let is_its = |slot: &&mut Slot| slot.profile.interface == interface;
            match tunnels.slots.get_mut(&id).filter(is_its) {
                Some(slot) => slot.closed = true,
                None => {
                    // A tunnel may have another interface by now.
                    let id = if tunnels.slots.contains_key(&id) { Profile::id_of_unknown(&interface) } else { id };
                    let mut slot = Slot::new(Profile::unknown(&interface));
                    slot.closed = true;
                    slot.go_down(DownReason::Failed { error: Box::new(ApiError::Broken) }, now);
                    tunnels.slots.insert(id, slot);
                    drop(tunnels);
                    self.clean_up(id, &interface);
                    self.note(LogLevel::Warn, id, "stays_blocked", &[("interface", interface.to_string())]);
                }
            }
        }
        early
    }
}
