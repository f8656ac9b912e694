//! Tunnels that a user turns on and off while there are rules: the rules respect it until the network changes.

use std::sync::Arc;
use std::time::Duration;

use adit_api::{ApiError, Caller, LogCode, TunnelId, TunnelName};
use adit_protocol::PrivateKey;
use adit_rules::Name;
use adit_rules::controller::{Input, Pause, UserAction};

use super::super::Inner;
use super::super::entry::lock_turn;
use super::super::rights;
use super::super::state::State;
use super::stored::Stored;

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
        id: TunnelId,
        despite: bool,
        key: Option<&PrivateKey>,
    ) -> Result<(), ApiError> {
        let _hand = self.take_in_hand(id);
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
    pub(in crate::manager) fn disconnect_by_hand(&self, caller: &Caller, id: TunnelId) -> Result<(), ApiError> {
        rights::check(caller, self.lock().to_take_down(id))?;
        let _hand = self.take_in_hand(id);
        self.choose(id, false);
        self.disconnect(caller, id)
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

    /// Gives a tunnel another name in the rules.
    pub(in crate::manager) fn rename_in_rules(&self, old: &TunnelName, new: &TunnelName) {
        let (Ok(old), Ok(new)) = (old.as_str().parse::<Name>(), new.as_str().parse::<Name>()) else { return };
        let _editing = lock_turn(&self.rules.editing);
        let (mut tunnels, mut ids) = self.rule_tunnels();
        if let Some(known) = tunnels.known.iter_mut().find(|known| known.name == old) {
            known.name = new.clone();
        }
        if let Some(id) = ids.remove(&old) {
            ids.insert(new.clone(), id);
        }
        let stored = {
            let desk = self.rules.desk();
            let renamed = desk.stored.document.rename(&old, &new).ok().filter(|renamed| *renamed != desk.stored.document);
            let next = desk.stored.revision + 1;
            renamed.and_then(|renamed| Stored::of(next, renamed.text())).filter(|_| !desk.is_broken)
        };
        if let Some(stored) = &stored
            && let Err(error) = stored.write(self.store().folder())
        {
            let error = ApiError::Io { doing: "saving the rules".into(), detail: error.to_string() };
            self.event_log.write(None, LogCode::NotKept { error: Box::new(error) });
        }
        let mut desk = self.rules.desk();
        let set = stored.as_ref().map_or_else(|| desk.set().clone(), |stored| stored.set.clone());
        desk.controller.rename(set, tunnels.clone(), &old, &new);
        if desk.were_up.remove(&old) {
            desk.were_up.insert(new.clone());
        }
        if let Some(target) = &mut desk.target {
            let uses = target.tunnels.iter_mut().flatten().filter(|used| used.tunnel == old);
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
        let others: Vec<TunnelId> = {
            let desk = self.rules.desk();
            let Some(uses) = desk.target.as_ref().and_then(|target| target.tunnels.as_ref()) else { return };
            let is_used = |name: &Name| uses.iter().any(|used| used.tunnel == *name);
            let governed = desk.controller.governed();
            let others = governed.iter().chain(&desk.were_up).filter(|name| !is_used(name));
            others.filter_map(|name| desk.ids.get(name).copied()).filter(|other| *other != id).collect()
        };
        for other in others {
            let Ok(turn) = self.turn(other) else { continue };
            let turn = lock_turn(&turn);
            if !matches!(self.lock().get(other).map(|entry| &entry.state), Ok(State::Connecting(_) | State::Up(_))) {
                continue;
            }
            let asked = self.ask_to_leave(other);
            drop(turn);
            match asked {
                Ok((Some(downs), _)) => self.await_down(self.lock(), other, downs),
                Ok((None, _)) => {}
                Err(error) => self.note(other, LogCode::RuleNotCarriedOut { error: Box::new(error) }),
            }
        }
    }
}
