//! Tunnels that a user turns on and off while there are rules: the rules respect it until the network changes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use adit_api::{Action, ApiError, Caller, LogCode, TunnelId, TunnelName};
use adit_protocol::PrivateKey;
use adit_rules::Name;
use adit_rules::controller::{Command, Input, Pause, Target, UserAction};

use super::super::Inner;
use super::super::entry::{Tunnels, lock_turn};
use super::super::rights;
use super::super::state::State;
use super::Desk;
use super::stored::Stored;
use super::turn::other;
use crate::store::Store;

/// The statement that a request is turning a tunnel on or off, so that the thread of the rules does not.
struct InHand<'a> {
    inner: &'a Inner,
    id: TunnelId,
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        let mut desk = self.inner.rules.desk();
        if let Some(count) = desk.in_hand.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                desk.in_hand.remove(&self.id);
            }
        }
        drop(desk);
        self.inner.rules.look();
    }
}

impl Inner {
    /// Brings a tunnel up because a user wants it.
    pub(in crate::manager) fn connect_by_hand(
        self: &Arc<Self>,
        caller: &Caller,
        id: TunnelId,
        despite: bool,
        key: Option<&PrivateKey>,
    ) -> Result<(), ApiError> {
        let _hand = self.take_in_hand(id);
        self.may_turn_on(caller, id, despite, key)?;
        let is_choice = self.choose(id, true);
        if is_choice {
            self.settle_rules();
            self.make_way(id);
        }
        let outcome = self.connect(id, despite, key);
        if outcome.is_err() && is_choice {
            self.withdraw(id);
        }
        outcome
    }

    /// Takes a tunnel down because a user wants it.
    pub(in crate::manager) fn disconnect_by_hand(self: &Arc<Self>, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        rights::check(caller, self.lock().to_take_down(id))?;
        let _hand = self.take_in_hand(id);
        let is_choice = self.choose(id, false);
        let outcome = self.disconnect(caller, id);
        if is_choice {
            // So that the caller sees whether the rules still block.
            self.settle_rules();
        }
        outcome
    }

    /// Pauses a tunnel because a user wants it.
    pub(in crate::manager) fn pause_by_hand(&self, caller: &Caller, id: TunnelId, seconds: Option<u32>) -> Result<(), ApiError> {
        rights::check(caller, self.lock().to_take_down(id))?;
        if !matches!(self.lock().get(id)?.state, State::Up(_) | State::Paused(_)) {
            return self.pause(caller, id, seconds);
        }
        let _hand = self.take_in_hand(id);
        let is_choice = self.choose(id, false);
        let paused = self.pause(caller, id, seconds);
        if paused.is_err() && is_choice {
            self.withdraw(id);
        }
        paused
    }

    /// Ends a tunnel's pause because a user wants it.
    pub(in crate::manager) fn resume_by_hand(&self, id: TunnelId) -> Result<(), ApiError> {
        let _hand = self.take_in_hand(id);
        let resumed = self.resume(id);
        if resumed.is_ok() {
            self.choose(id, true);
        }
        resumed
    }

    /// Sets the time after which a tunnel goes down; None: it does not.
    pub(in crate::manager) fn disconnect_after(
        &self,
        caller: &Caller,
        id: TunnelId,
        seconds: Option<u32>,
    ) -> Result<(), ApiError> {
        if seconds.is_some() {
            rights::check(caller, self.lock().to_take_down(id))?;
        }
        let name = self.name_for_rules(id)?;
        let after = seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let mut desk = self.rules.desk();
        self.tell_desk(&mut desk, Input::User(UserAction::OffAfter(name, after)), true);
        Ok(())
    }

    /// Takes all tunnels of the rules down for a time; None: until the network changes.
    pub(in crate::manager) fn pause_rules(&self, caller: &Caller, seconds: Option<u32>) -> Result<(), ApiError> {
        rights::check(caller, self.lock().to_pause_rules())?;
        let pause = match seconds {
            Some(seconds) => Pause::For(Duration::from_secs(u64::from(seconds))),
            None => Pause::UntilNetworkChanges,
        };
        let mut desk = self.rules.desk();
        self.event_log.write(None, LogCode::RulesPaused { seconds });
        self.tell_desk(&mut desk, Input::User(UserAction::Pause(pause)), true);
        Ok(())
    }

    /// Lets the rules decide again.
    pub(in crate::manager) fn resume_rules(&self) {
        let mut desk = self.rules.desk();
        self.tell_desk(&mut desk, Input::User(UserAction::Resume), false);
    }

    /// Lets the rules decide about the tunnel whose pause is over.
    pub(in crate::manager) fn withdraw(&self, id: TunnelId) {
        let mut desk = self.rules.desk();
        if let Some(name) = desk.name_of(id).cloned().filter(|_| desk.are_active()) {
            self.tell_desk(&mut desk, Input::User(UserAction::Withdraw(name)), true);
        }
    }

    /// Returns the action needed to bring a tunnel up, because other tunnels go down for it.
    pub(in crate::manager) fn to_turn_on(&self, id: TunnelId) -> Option<Action> {
        let name = self.name_for_rules(id).ok()?;
        let others = self.displaced(id, &name);
        let tunnels = self.lock();
        others.into_iter().filter_map(|other| tunnels.to_take_down(other)).max()
    }

    /// Fails if a tunnel cannot come up, or if the caller may not take the tunnels down that go down for it. Changes nothing.
    fn may_turn_on(&self, caller: &Caller, id: TunnelId, despite: bool, key: Option<&PrivateKey>) -> Result<(), ApiError> {
        // The rules do not know every tunnel.
        let Ok(name) = self.name_for_rules(id) else { return Ok(()) };
        let others = self.displaced(id, &name);
        if others.is_empty() {
            return Ok(());
        }
        let is_there = matches!(self.lock().get(id)?.state, State::Up(_) | State::Connecting(_) | State::Leaving(_));
        if !is_there {
            let usable = self.usable_with(id, key)?;
            let mut conflicts = self.lock().conflicts(id, &usable.needs);
            conflicts.retain(|conflict| other(conflict).is_none_or(|other| !others.contains(other)));
            if !despite {
                Tunnels::refuse(&conflicts)?;
            }
        }
        for other in others {
            rights::check(caller, self.lock().to_take_down(other))?;
        }
        Ok(())
    }

    /// Returns the tunnels that would go down if a user turned this one on.
    fn displaced(&self, id: TunnelId, name: &Name) -> Vec<TunnelId> {
        let desk = self.rules.desk();
        if !desk.are_active() {
            return Vec::new();
        }
        let turn_on = Input::User(UserAction::TurnOn(name.clone()));
        let commands = desk.controller.clone().handle(self.rules.at(), turn_on);
        let applied = commands.into_iter().rev().find_map(|command| match command {
            Command::Apply(target) => Some(target),
            _ => None,
        });
        self.others_to_take_down(&desk, applied.as_ref().or(desk.target.as_ref()), id)
    }

    /// Returns the tunnels other than `id` that block, are up or on their way down, and that `target` wants down.
    fn others_to_take_down(&self, desk: &Desk, target: Option<&Target>, id: TunnelId) -> Vec<TunnelId> {
        let Some(uses) = target.and_then(|target| target.tunnels.as_ref()) else { return Vec::new() };
        let is_used = |name: &Name| uses.iter().any(|used| used.tunnel == *name);
        let governed = desk.controller.governed();
        let names: BTreeSet<&Name> = governed.iter().chain(&desk.were_up).filter(|name| !is_used(name)).collect();
        let tunnels = self.lock();
        let is_in_the_way = |other: &TunnelId| {
            tunnels.entries.get(other).is_some_and(|entry| match &entry.state {
                State::Connecting(_) | State::Up(_) | State::Leaving(_) => true,
                // The kill switch of the rules moves to the tunnel that is turned on.
                State::Blocked(_) => !entry.profile.is_locked_down(),
                State::Down(_) | State::Paused(_) => false,
            })
        };
        let others = names.into_iter().filter_map(|name| desk.ids.get(name).copied());
        others.filter(|other| *other != id).filter(is_in_the_way).collect()
    }

    /// Gives a tunnel another name, with `rename` in the store, and in the rules.
    ///
    /// # Errors
    /// Those of `rename`: then nothing has changed.
    pub(in crate::manager) fn rename_with_rules<T>(
        &self,
        id: TunnelId,
        new: &TunnelName,
        rename: impl FnOnce(&mut Store) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let _editing = lock_turn(&self.rules.editing);
        // Held until the rules have the name too, so that nobody reads the tunnel anew meanwhile.
        let mut store = self.store();
        let old = self.lock().get(id)?.profile.name.clone();
        let renamed = rename(&mut store)?;
        if let (Ok(old), Ok(to)) = (old.as_str().parse::<Name>(), new.as_str().parse::<Name>()) {
            self.rename_in_rules(&store, id, new, &old, &to);
        }
        Ok(renamed)
    }

    fn rename_in_rules(&self, store: &Store, id: TunnelId, name: &TunnelName, old: &Name, new: &Name) {
        let stored = {
            let desk = self.rules.desk();
            let renamed = desk.stored.document.rename(old, new).ok().filter(|renamed| *renamed != desk.stored.document);
            // The file of rules that could not be read stays as it is.
            let next = desk.stored.revision + u64::from(!desk.is_broken);
            renamed.and_then(|renamed| Stored::of(next, renamed.text())).map(|stored| (stored, desk.is_broken))
        };
        if let Some((stored, false)) = &stored
            && let Err(error) = stored.write(store.folder())
        {
            let error = ApiError::Io { doing: "saving the rules".into(), detail: error.to_string() };
            self.event_log.write(None, LogCode::NotKept { error: Box::new(error) });
        }
        let stored = stored.map(|(stored, _)| stored);
        let mut desk = self.rules.desk();
        if let Some(entry) = self.lock().entries.get_mut(&id) {
            entry.profile.name = name.clone();
        }
        let (tunnels, ids) = self.rule_tunnels();
        let set = stored.as_ref().map_or_else(|| desk.set().clone(), |stored| stored.set.clone());
        desk.controller.rename(set, tunnels.clone(), old, new);
        if desk.were_up.remove(old) {
            desk.were_up.insert(new.clone());
        }
        if let Some(target) = &mut desk.target {
            let uses = target.tunnels.iter_mut().flatten().filter(|used| used.tunnel == *old);
            uses.for_each(|used| used.tunnel = new.clone());
        }
        (desk.tunnels, desk.ids) = (tunnels, ids);
        if let Some(stored) = stored {
            desk.stored = stored;
            desk.ask_homes();
        }
    }

    fn take_in_hand(&self, id: TunnelId) -> InHand<'_> {
        *self.rules.desk().in_hand.entry(id).or_default() += 1;
        InHand { inner: self, id }
    }

    /// Tells the rules that a user turns a tunnel on or off. Returns true if there are rules that respect it.
    fn choose(&self, id: TunnelId, is_up: bool) -> bool {
        let Ok(name) = self.name_for_rules(id) else { return false };
        let mut desk = self.rules.desk();
        desk.to_begin.remove(&id);
        if !desk.are_active() {
            // A timer does not outlive a choice.
            self.tell_desk(&mut desk, Input::User(UserAction::OffAfter(name, None)), true);
            return false;
        }
        let action = if is_up { UserAction::TurnOn(name) } else { UserAction::TurnOff(name) };
        self.tell_desk(&mut desk, Input::User(action), true);
        drop(desk);
        self.note(id, LogCode::ChoiceBegun { is_up });
        true
    }

    fn name_for_rules(&self, id: TunnelId) -> Result<Name, ApiError> {
        // The tunnel may be so new that the desk does not know it yet.
        self.poll_rules();
        self.lock().get(id)?;
        self.rules.desk().name_of(id).cloned().ok_or(ApiError::NotFound { id })
    }

    /// Takes the tunnels down that have no place beside one that a user turns on, and waits until they are down.
    fn make_way(&self, id: TunnelId) {
        let others = {
            let desk = self.rules.desk();
            self.others_to_take_down(&desk, desk.target.as_ref(), id)
        };
        for other in others {
            let Ok(turn) = self.turn(other) else { continue };
            let turn = lock_turn(&turn);
            let asked = match self.lock().get(other).map(|entry| (&entry.state, entry.downs)) {
                Ok((State::Connecting(_) | State::Up(_) | State::Blocked(_), _)) => None,
                // The thread of the rules has asked it.
                Ok((State::Leaving(_), downs)) => Some(Ok((Some(downs), Ok(())))),
                Ok((State::Down(_) | State::Paused(_), _)) | Err(_) => continue,
            };
            let asked = asked.unwrap_or_else(|| self.ask_to_leave(other));
            drop(turn);
            match asked {
                Ok((Some(downs), _)) => self.await_down(self.lock(), other, downs),
                Ok((None, _)) => {}
                Err(error) => self.note(other, LogCode::RuleNotCarriedOut { error: Box::new(error) }),
            }
        }
    }
}
