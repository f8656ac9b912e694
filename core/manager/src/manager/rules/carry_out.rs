//! Brings the tunnels into the state that the rules want.
//!
//! What closes a kill switch comes first, and what opens one last, and only after the kill switch that takes its place is closed. So
//! nothing opens while tunnels change. Nothing here waits for a tunnel: a step that is not possible yet is taken when the tunnel's
//! state has changed, which wakes the thread.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use adit_api::{ApiError, Conflict, DownReason, KillSwitch, LogCode, TunnelId};
use adit_config::Cidr;
use adit_protocol::Instant;
use adit_rules::controller::{PauseStatus, Switch, Target};
use adit_rules::rule::{Action, Mode, TunnelUse};
use adit_rules::{Controller, Name};

use super::super::Inner;
use super::super::attempt::Asker;
use super::super::entry::{TunnelEntry, Tunnels, lock_turn};
use super::super::life::{Event, Intent, KillSwitchState};
use super::super::message::Message;
use super::super::state::State;
use super::views;
use super::wish::{Cause, SharedWish, Wish};
use super::{Attempt, Desk, Order};

/// The time until a change that failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// What came of setting the wishes of all tunnels.
pub(super) struct Settled {
    /// False if something has to be tried again.
    all: bool,
    /// True if the kill switches are closed that take the place of those that open.
    is_held: bool,
}

/// What the rules want of all tunnels.
pub(super) struct Plan {
    wishes: BTreeMap<TunnelId, Arc<Wish>>,
    holder: Option<TunnelId>,
    ids: BTreeMap<Name, TunnelId>,
}

impl Inner {
    /// Closes what the first decision closes, before any tunnel is restored.
    pub(in crate::manager) fn establish_rules(self: &Arc<Self>) {
        self.settle_rules();
        // `save_early_list` logs a failure.
        let _ = self.save_early_list();
    }

    /// Sets what the rules want of all tunnels, before one of them is turned on by hand.
    pub(super) fn settle_rules(self: &Arc<Self>) -> (Plan, Settled) {
        // One thread at a time, so that no older wish follows a newer one.
        let _settling = lock_turn(&self.rules.settling);
        let plan = self.plan();
        let settled = self.settle_kill_switches(&plan);
        (plan, settled)
    }

    /// Returns true if the rules decide whether the tunnel is up, so that it is not restored.
    pub(in crate::manager) fn is_decided_by_rules(&self, id: TunnelId) -> bool {
        let tunnels = self.lock();
        let wish = tunnels.entries.get(&id).and_then(|entry| entry.profile.wish.as_ref());
        wish.is_some_and(|wish| wish.is_up.is_some())
    }

    /// Carries out what the rules want as far as it is possible now. Returns when to try again.
    pub(super) fn carry_out(self: &Arc<Self>) -> Option<Instant> {
        let (plan, Settled { all: mut is_settled, is_held }) = self.settle_rules();
        for (id, wish) in plan.wishes.iter().filter(|(_, wish)| wish.is_up == Some(false)) {
            is_settled &= self.take_down_for_rules(*id, wish, is_held);
        }
        for (id, _) in plan.wishes.iter().filter(|(_, wish)| wish.is_up == Some(true)) {
            self.begin_for_rules(*id, Some(true));
            is_settled &= self.is_routed(*id);
        }
        self.begin_again();
        // A tunnel that the rules leave alone, or no longer name, has its own allowed IPs.
        let others: Vec<TunnelId> = self.lock().entries.keys().copied().collect();
        for id in others.iter().filter(|id| plan.wishes.get(id).is_none_or(|wish| wish.is_up.is_none())) {
            is_settled &= self.is_routed(*id);
        }
        for id in &others {
            is_settled &= self.open_for_rules(*id, is_held);
        }
        let orders = std::mem::take(&mut self.rules.desk().orders);
        for order in &orders {
            self.follow_order(&plan, order);
        }
        (!is_settled).then(|| self.clock.now() + AGAIN)
    }

    /// Sets the wishes of all tunnels: first those that close a kill switch, last those that open one. Before anything opens, closes
    /// the kill switches of the tunnels that are to come up.
    fn settle_kill_switches(self: &Arc<Self>, plan: &Plan) -> Settled {
        let ids: Vec<TunnelId> = self.lock().entries.keys().copied().collect();
        let wish = |id: &TunnelId| plan.wishes.get(id).cloned();
        let mut is_settled = true;
        let (looser, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| self.would_open(*id, &wish(id)));
        let (tighter, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|id| self.would_close(*id, &wish(id)));
        for id in tighter.iter().chain(&others) {
            is_settled &= self.set_wish(*id, wish(id));
        }
        let mut is_held = plan.holder.is_none_or(|holder| {
            self.lock().entries.get(&holder).is_none_or(|entry| entry.kill_switch == KillSwitchState::Closed)
        });
        for id in tighter.iter().chain(&others) {
            is_held &= self.close_for_rules(*id);
        }
        is_settled &= is_held;
        // Otherwise the kill switch that takes the place of these is not closed yet.
        for id in looser.iter().filter(|_| is_held) {
            is_settled &= self.set_wish(*id, wish(id));
        }
        Settled { all: is_settled, is_held }
    }

    /// Closes the kill switch that a tunnel is set to have while it should be up, before its own thread does. Returns false if that
    /// failed.
    fn close_for_rules(&self, id: TunnelId) -> bool {
        let Ok(turn) = self.turn(id) else { return true };
        let _turn = lock_turn(&turn);
        let has_failed = self.rules.desk().attempts.get(&id).is_some_and(|attempt| attempt.error.is_some());
        let blocks = {
            let tunnels = self.lock();
            let Some(entry) = tunnels.entries.get(&id) else { return true };
            let is_wanted = entry.profile.wish.as_ref().is_some_and(|wish| wish.is_up == Some(true));
            let is_open = entry.kill_switch == KillSwitchState::Open && entry.profile.closes();
            match &entry.state {
                State::Down(down) if is_wanted && is_open => has_failed || down.retry_at.is_some(),
                State::Blocked(_) if is_wanted && is_open => false,
                _ => return true,
            }
        };
        let closed = if blocks { self.close_and_block(id) } else { self.set_closed(id) };
        let mut desk = self.rules.desk();
        let Err(error) = closed else {
            desk.unclosed.remove(&id);
            return true;
        };
        let is_news = desk.unclosed.insert(id, error.clone()).as_ref() != Some(&error);
        drop(desk);
        if is_news {
            self.note(id, LogCode::NotClosed { error: Box::new(error) });
        }
        false
    }

    /// Opens the kill switch that was left closed for a tunnel that is down and that the rules do not want up. Returns false if its
    /// replacement has to close first.
    fn open_for_rules(&self, id: TunnelId, is_held: bool) -> bool {
        let Ok(turn) = self.turn(id) else { return true };
        let _turn = lock_turn(&turn);
        let is_left = {
            let tunnels = self.lock();
            tunnels.entries.get(&id).is_some_and(|entry| {
                let is_wanted = entry.profile.wish.as_ref().is_some_and(|wish| wish.is_up == Some(true));
                let is_down = matches!(&entry.state, State::Down(down) if down.retry_at.is_none());
                is_down && entry.kill_switch == KillSwitchState::Closed && !(is_wanted && entry.profile.closes())
            })
        };
        if is_left && is_held && !self.is_in_hand(id) {
            // `open` logs a failure.
            let _ = self.open_left_closed(id);
        }
        !is_left || is_held
    }

    fn would_close(&self, id: TunnelId, wish: &SharedWish) -> bool {
        self.strengths(id, wish).is_some_and(|(before, after)| strength(after) > strength(before))
    }

    fn would_open(&self, id: TunnelId, wish: &SharedWish) -> bool {
        self.strengths(id, wish).is_some_and(|(before, after)| strength(after) < strength(before))
    }

    fn strengths(&self, id: TunnelId, wish: &SharedWish) -> Option<(KillSwitch, KillSwitch)> {
        let tunnels = self.lock();
        let profile = &tunnels.entries.get(&id)?.profile;
        let own = profile.own_kill_switch;
        Some((profile.kill_switch, wish.as_ref().map_or(own, |wish| wish.kill_switch(own))))
    }

    /// Sets what the rules want of a tunnel: its kill switch and its allowed IPs, at once if it is up. Returns false if that failed.
    fn set_wish(self: &Arc<Self>, id: TunnelId, wish: SharedWish) -> bool {
        let Ok(turn) = self.turn(id) else { return true };
        let turn = lock_turn(&turn);
        let mut ends_attempt = false;
        let (before, after, is_retry, boots_otherwise) = {
            let mut tunnels = self.lock();
            let Some(entry) = tunnels.entries.get_mut(&id) else { return true };
            if entry.profile.wish == wish && !entry.is_unsettled {
                return true;
            }
            let is_retry = std::mem::take(&mut entry.is_unsettled);
            let in_force = |entry: &TunnelEntry| (entry.profile.kill_switch, entry.profile.allow_lan, entry.profile.asks_home());
            let boots = |wish: &SharedWish| wish.as_ref().is_some_and(|wish| wish.closes_at_boot);
            let boots_otherwise = boots(&entry.profile.wish) != boots(&wish);
            let before = in_force(entry);
            self.complain(id, entry, &wish);
            entry.set_wish(wish);
            let after = in_force(entry);
            let is_open = entry.kill_switch == KillSwitchState::Open;
            if strength(after.0) > strength(before.0) && is_open && matches!(entry.state, State::Connecting(_)) {
                // This attempt closes nothing before the tunnel is up, and the next one does so first.
                entry.apply(&Event::AskedToLeave, self.clock.now());
                ends_attempt = entry.profile.wish.as_ref().is_none_or(|wish| wish.is_up.is_none());
            }
            (before, after, is_retry, boots_otherwise)
        };
        if ends_attempt {
            self.rules.desk().to_begin.insert(id);
        }
        let switched = if before == after && !is_retry {
            Ok(())
        } else {
            if !is_retry {
                // A tunnel that the kill switch has taken down may come up again.
                self.rules.desk().attempts.remove(&id);
            }
            self.make_kill_switch(id, if is_retry { KillSwitch::Lockdown } else { before.0 })
        };
        drop(turn);
        if let Err(error) = switched.as_ref()
            && !is_retry
        {
            self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error.clone()) });
        }
        let is_done = switched.is_ok();
        if is_done {
            self.change(id, |_| ());
        } else if let Some(entry) = self.lock().entries.get_mut(&id) {
            // No event is published, so that the next attempt waits.
            entry.is_unsettled = true;
        }
        if boots_otherwise {
            // `save_early_list` logs a failure.
            let _ = self.save_early_list();
        }
        is_done
    }

    /// Logs what cannot be carried out of a new wish.
    fn complain(&self, id: TunnelId, entry: &TunnelEntry, wish: &SharedWish) {
        let Some(wish) = wish else { return };
        let before = entry.profile.wish.as_ref();
        let mut errors = Vec::new();
        if wish.cannot_close && wish.is_up == Some(true) && before.is_none_or(|before| !before.cannot_close) {
            errors.push(ApiError::NotFullTunnel);
        }
        let is_new_mode = before.is_none_or(|before| before.mode != wish.mode);
        if let Some(saved) = entry.profile.saved.as_ref().filter(|_| is_new_mode)
            && let Err(error) = wish.routed(&saved.config)
        {
            errors.push(ApiError::BadRequest { detail: error.to_string() });
        }
        for error in errors {
            self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error) });
        }
    }

    /// Gives a running tunnel the allowed IPs that the rules want. Its keys and sessions stay.
    fn route_as_wanted(&self, id: TunnelId) -> Result<(), ApiError> {
        let (config, mode, interface) = {
            let tunnels = self.lock();
            let Some(entry) = tunnels.entries.get(&id) else { return Ok(()) };
            let (State::Up(up), Some(usable)) = (&entry.state, &entry.profile.usable) else { return Ok(()) };
            if up.mode == usable.mode {
                return Ok(());
            }
            // A saved change of anything else waits as before.
            let mut config = up.applied.told.config.clone();
            for peer in &mut config.peers {
                if let Some(wanted) = usable.config.peers.iter().find(|wanted| wanted.public_key == peer.public_key) {
                    peer.allowed_ips.clone_from(&wanted.allowed_ips);
                }
            }
            (config, usable.mode.clone(), entry.profile.interface.clone())
        };
        if self.apply_as_it_is(id, &config, &interface)?.is_some() {
            self.note(id, LogCode::RoutingChanged);
            self.change(id, |entry| {
                if let State::Up(up) = &mut entry.state {
                    up.mode = mode;
                }
            });
        }
        Ok(())
    }

    /// Takes a tunnel down. Returns false if the kill switch that takes the place of its own has to close first.
    fn take_down_for_rules(&self, id: TunnelId, wish: &Wish, is_held: bool) -> bool {
        let Ok(turn) = self.turn(id) else { return true };
        let _turn = lock_turn(&turn);
        if self.is_in_hand(id) {
            return true;
        }
        let leaves = {
            let tunnels = self.lock();
            // A request may have made another wish meanwhile.
            let is_still_wanted = |entry: &&TunnelEntry| entry.profile.wish.as_ref().is_some_and(|now| now.is_up == Some(false));
            let Some(entry) = tunnels.entries.get(&id).filter(is_still_wanted) else { return true };
            let leaves = match &entry.state {
                State::Connecting(_) | State::Up(_) | State::Down(_) | State::Leaving(_) => entry.intent.is_up(),
                // A pause is a choice by hand, and ends by itself.
                State::Paused(_) => !matches!(wish.cause, Cause::Manual { .. }),
                State::Blocked(_) => entry.intent.is_up() || !entry.profile.is_locked_down(),
            };
            if leaves && !is_held && entry.kill_switch == KillSwitchState::Closed && !entry.profile.is_locked_down() {
                return false;
            }
            leaves
        };
        if leaves && let Ok((_, Err(error))) | Err(error) = self.ask_to_leave(id) {
            self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error) });
        }
        true
    }

    /// Begins attempts anew that were ended so that the kill switch closes first, for tunnels that the rules leave as they are.
    fn begin_again(self: &Arc<Self>) {
        let waiting: Vec<TunnelId> = self.rules.desk().to_begin.iter().copied().collect();
        for id in waiting {
            let is_ended = match self.lock().entries.get(&id).map(|entry| &entry.state) {
                Some(State::Connecting(_) | State::Leaving(_)) => continue,
                Some(State::Down(_) | State::Blocked(_)) => true,
                Some(State::Up(_) | State::Paused(_)) | None => false,
            };
            self.rules.desk().to_begin.remove(&id);
            if is_ended {
                self.rules.desk().attempts.remove(&id);
                self.begin_for_rules(id, None);
            }
        }
    }

    /// Gives a running tunnel the wanted allowed IPs. Returns false if that has to be tried again.
    fn is_routed(&self, id: TunnelId) -> bool {
        match self.route_as_wanted(id) {
            Ok(()) => {
                self.rules.desk().unrouted.remove(&id);
                true
            }
            Err(ApiError::Busy | ApiError::NotFound { .. }) => false,
            Err(error) => {
                let mut desk = self.rules.desk();
                let is_news = desk.unrouted.insert(id, error.clone()) != Some(error.clone());
                drop(desk);
                if is_news {
                    self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error) });
                }
                false
            }
        }
    }

    /// Starts to bring a tunnel up, unless it is up, on its way, or waits for a retry. A tunnel that failed is not begun again before
    /// the networks, the rules or the tunnel have changed. Does nothing if the wish is no longer `is_up`.
    fn begin_for_rules(self: &Arc<Self>, id: TunnelId, is_up: Option<bool>) {
        let Ok(turn) = self.turn(id) else { return };
        let _turn = lock_turn(&turn);
        if self.is_in_hand(id) {
            return;
        }
        let (is_paused, was_removed, version, is_approved) = {
            let tunnels = self.lock();
            let Some(entry) = tunnels.entries.get(&id).filter(|entry| entry.intent != Intent::Removed) else { return };
            // A request may have made another wish meanwhile.
            if entry.profile.wish.as_ref().is_some_and(|now| now.is_up != is_up) {
                return;
            }
            let is_paused = match &entry.state {
                State::Up(_) => {
                    drop(tunnels);
                    if let Some(attempt) = self.rules.desk().attempts.get_mut(&id) {
                        attempt.has_come_up = true;
                    }
                    return;
                }
                State::Connecting(_) | State::Leaving(_) => return,
                State::Down(_) | State::Blocked(_) if entry.state.retry_at().is_some() => return,
                State::Down(_) | State::Blocked(_) => false,
                State::Paused(_) => true,
            };
            let is_approved = entry.profile.usable.as_ref().is_some_and(|usable| usable.check_hooks().is_ok());
            let was_removed = matches!(&entry.state, State::Down(down) if down.reason == Some(DownReason::InterfaceRemoved));
            (is_paused, was_removed, entry.profile.version, is_approved)
        };
        let (attempt, before) = {
            let desk = self.rules.desk();
            (
                Attempt { version, is_approved, epoch: desk.epoch, error: None, has_come_up: false },
                desk.attempts.get(&id).cloned(),
            )
        };
        let is_same = |before: &Attempt| Attempt { error: None, has_come_up: false, ..before.clone() } == attempt;
        // A user who removes the interface of a tunnel takes the tunnel down.
        let is_over = |before: &Attempt| before.has_come_up && !was_removed;
        let may_wait = |before: &Attempt| matches!(before.error, Some(ApiError::Conflict { .. }));
        if before.as_ref().is_some_and(|before| is_same(before) && !may_wait(before) && !is_over(before)) {
            return;
        }
        let begun = if is_paused { self.unpause(id, false, Asker::Nobody) } else { self.begin(id, false, Asker::Nobody) };
        let error = match begun {
            Ok(_) => None,
            Err(ApiError::ShuttingDown) => return,
            Err(error) => Some(error),
        };
        let is_news = before.is_none_or(|before| before.error != error);
        if let Some(error) = error.clone().filter(|error| is_news && !self.is_making_way(error)) {
            self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error.clone()) });
            if is_up == Some(true) {
                self.close(id);
                if !is_paused {
                    self.failed(id, error);
                }
            }
        }
        self.rules.desk().attempts.insert(id, Attempt { error, ..attempt });
    }

    /// Returns true if a request is turning the tunnel on or off.
    fn is_in_hand(&self, id: TunnelId) -> bool {
        self.rules.desk().in_hand.contains_key(&id)
    }

    /// Returns true if all conflicts are with tunnels that the rules take down.
    fn is_making_way(&self, error: &ApiError) -> bool {
        let ApiError::Conflict { conflicts } = error else { return false };
        let tunnels = self.lock();
        let goes = |id: &TunnelId| {
            let wish = tunnels.entries.get(id).and_then(|entry| entry.profile.wish.as_ref());
            wish.is_some_and(|wish| wish.is_up == Some(false))
        };
        conflicts.iter().all(|conflict| other(conflict).is_some_and(goes))
    }

    fn follow_order(self: &Arc<Self>, plan: &Plan, order: &Order) {
        let (name, turns_on) = match order {
            Order::TurnOn(name) => (name, Some(true)),
            Order::TurnOff(name) => (name, Some(false)),
            Order::NextEndpoint(name) => (name, None),
        };
        let Some(id) = plan.ids.get(name).copied().filter(|id| !self.is_in_hand(*id)) else { return };
        match turns_on {
            Some(true) => {
                self.rules.desk().attempts.remove(&id);
                self.begin_for_rules(id, None);
            }
            Some(false) => {
                let Ok(turn) = self.turn(id) else { return };
                let _turn = lock_turn(&turn);
                if let Ok((_, Err(error))) | Err(error) = self.ask_to_leave(id) {
                    self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error) });
                }
            }
            None => {
                self.note(id, LogCode::NextEndpointTried);
                let tunnels = self.lock();
                let inbox = tunnels.entries.get(&id).and_then(|entry| entry.inbox.as_ref());
                // Names are looked up again, and all of their addresses are tried.
                if let Some(inbox) = inbox {
                    inbox.push(Message::Woke);
                }
            }
        }
    }

    /// Works out what is wanted of each tunnel.
    fn plan(&self) -> Plan {
        let mut desk = self.rules.desk();
        let (wishes, holder) = self.wishes(&desk);
        let is_wanted = |id: &TunnelId| wishes.get(id).is_some_and(|wish| wish.is_up == Some(true));
        desk.attempts.retain(|id, _| is_wanted(id));
        Plan { wishes, holder, ids: desk.ids.clone() }
    }

    /// Returns what is wanted of each tunnel that the rules govern, and the tunnel whose kill switch is to close, if one is.
    fn wishes(&self, desk: &Desk) -> (BTreeMap<TunnelId, Arc<Wish>>, Option<TunnelId>) {
        let nothing = (BTreeMap::new(), None);
        let Some(target) = desk.target.as_ref().filter(|_| desk.are_active()) else { return nothing };
        let governed = desk.controller.governed();
        let uses = target.tunnels.as_ref();
        let closes = target.kill_switch == Switch::Closed;
        let causes = Causes::of(desk, self.rules.at());
        let tunnels = self.lock();
        let entry = |name: &Name| tunnels.entries.get(desk.ids.get(name)?);
        let takes_all = |used: &TunnelUse| entry(&used.tunnel).is_none_or(|entry| takes_all(entry, &used.mode));
        let left = if uses.is_none() { left_up(desk, &tunnels) } else { Vec::new() };
        let holder = holder(uses.unwrap_or(&left), uses.is_none(), &governed, takes_all);
        let names = governed.iter().chain(uses.into_iter().flatten().map(|used| &used.tunnel)).chain(&desk.were_up);
        let names = names.chain(holder.as_ref().filter(|_| closes));
        let ids: BTreeMap<&Name, TunnelId> = names.filter_map(|name| Some((name, *desk.ids.get(name)?))).collect();
        let at_boot = holder_at_boot(&desk.controller, &governed);
        let asks_home = !adit_home::home_keys(desk.set()).is_empty();
        let wish = |(name, id): (&&Name, &TunnelId)| {
            let used = uses.into_iter().flatten().find(|used| used.tunnel == **name);
            let before = tunnels.entries.get(id).and_then(|entry| entry.profile.wish.as_ref());
            let mode = match (uses, used) {
                (_, Some(used)) => used.mode.clone(),
                (Some(_), None) => Mode::AsConfigured,
                (None, None) => before.map(|wish| wish.mode.clone()).unwrap_or_default(),
            };
            let wish = Wish {
                is_up: uses.map(|_| used.is_some()),
                mode,
                // Without a tunnel that can hold the kill switch, each tunnel's own setting is what there is.
                kill_switch: if closes && holder.is_none() { Switch::AsTunnel } else { target.kill_switch },
                is_holder: holder.as_ref() == Some(*name),
                cannot_close: closes && holder.is_none(),
                closes_at_boot: at_boot.as_ref() == Some(*name),
                asks_home,
                cause: causes.of_tunnel(name),
            };
            (*id, before.filter(|before| ***before == wish).cloned().unwrap_or_else(|| Arc::new(wish)))
        };
        let wishes = ids.iter().map(wish).collect();
        let holder = holder.as_ref().filter(|_| closes).and_then(|name| ids.get(name).copied());
        (wishes, holder)
    }
}

/// Returns the tunnel whose kill switch closes: the first that is up and takes everything, or, while none is up, the first that the
/// rules name. A kill switch cannot close around a tunnel that takes less.
///
/// `leaves` is true if the rules leave the tunnels as they are, and `uses` are those that are up.
fn holder(uses: &[TunnelUse], leaves: bool, governed: &[Name], takes_all: impl Fn(&TunnelUse) -> bool) -> Option<Name> {
    let first = || if leaves || uses.is_empty() { governed.first() } else { None };
    uses.iter().find(|used| takes_all(used)).map(|used| &used.tunnel).or_else(first).cloned()
}

/// Returns the tunnels that are up or on their way, and after them those that are to come up again.
fn left_up(desk: &Desk, tunnels: &Tunnels) -> Vec<TunnelUse> {
    let entries = || desk.ids.iter().filter_map(|(name, id)| Some((name, tunnels.entries.get(id)?)));
    let is_there = |entry: &TunnelEntry| matches!(entry.state, State::Up(_) | State::Connecting(_));
    let comes_back = |entry: &TunnelEntry| match &entry.state {
        State::Down(_) | State::Leaving(_) | State::Blocked(_) => entry.intent.is_up(),
        State::Up(_) | State::Connecting(_) | State::Paused(_) => false,
    };
    let up = entries().filter(|(_, entry)| is_there(entry)).chain(entries().filter(|(_, entry)| comes_back(entry)));
    let mode = |entry: &TunnelEntry| entry.profile.usable.as_ref().map(|usable| usable.mode.clone()).unwrap_or_default();
    up.map(|(name, entry)| TunnelUse { tunnel: name.clone(), mode: mode(entry) }).collect()
}

/// Returns the tunnel whose kill switch closes while nothing is known about the networks.
fn holder_at_boot(controller: &Controller, governed: &[Name]) -> Option<Name> {
    let decision = controller.blind_decision();
    let target = Target::of(&decision);
    if target.kill_switch != Switch::Closed {
        return None;
    }
    match decision.action {
        Action::Up(uses) => Some(uses.first().tunnel.clone()),
        Action::Down | Action::Leave => governed.first().cloned(),
    }
}

/// Returns true if a tunnel in this mode takes all traffic of an address family. A tunnel that cannot be read may do so.
fn takes_all(entry: &TunnelEntry, mode: &Mode) -> bool {
    let Some(saved) = &entry.profile.saved else { return true };
    let wish = Wish {
        is_up: None,
        mode: mode.clone(),
        kill_switch: Switch::AsTunnel,
        is_holder: false,
        cannot_close: false,
        closes_at_boot: false,
        asks_home: false,
        cause: Cause::Manual { until: None },
    };
    match (&entry.profile.usable, wish.routed(&saved.config)) {
        (Some(usable), _) if usable.mode == *mode => usable.needs.takes_all(),
        (_, Ok(Some(routed))) => routed.remote_peers().flat_map(|peer| &peer.allowed_ips).any(Cidr::is_default),
        (_, Ok(None) | Err(_)) => saved.needs.takes_all(),
    }
}

/// What decides about each tunnel.
struct Causes {
    by: adit_api::RuleSource,
    choices: Vec<(Name, Option<Instant>)>,
    pause: Option<Option<Instant>>,
}

impl Causes {
    fn of(desk: &Desk, at: super::At) -> Self {
        let status = desk.controller.status(at);
        let until = |remaining: Option<Duration>| remaining.map(|remaining| at.now + remaining);
        let pause = status.pause.map(|pause| match pause {
            PauseStatus::Remaining(remaining) => until(Some(remaining)),
            PauseStatus::UntilNetworkChanges { .. } => None,
        });
        let choices = status.choices.iter().filter(|choice| !choice.is_suspended);
        Self {
            by: views::source(desk.set(), status.decision.by),
            choices: choices.map(|choice| (choice.tunnel.clone(), until(choice.remaining))).collect(),
            pause,
        }
    }

    fn of_tunnel(&self, name: &Name) -> Cause {
        let choice = self.choices.iter().find(|(chosen, _)| chosen == name);
        match (self.pause, choice) {
            (Some(until), _) => Cause::Paused { until },
            (None, Some((_, until))) => Cause::Manual { until: *until },
            (None, None) => Cause::Rule(self.by.clone()),
        }
    }
}

/// Orders kill switches by what they drop.
const fn strength(kill_switch: KillSwitch) -> u8 {
    match kill_switch {
        KillSwitch::Off => 0,
        KillSwitch::Block => 1,
        KillSwitch::Lockdown => 2,
    }
}

/// Returns the other tunnel of a conflict.
pub(super) const fn other(conflict: &Conflict) -> Option<&TunnelId> {
    match conflict {
        Conflict::SameNetwork { other, .. }
        | Conflict::BothTakeAll { other }
        | Conflict::SameAddress { other, .. }
        | Conflict::SamePort { other, .. }
        | Conflict::BothSetDns { other } => Some(other),
        Conflict::InterfaceExists { .. } | Conflict::LocalNetwork { .. } | Conflict::OtherVpn { .. } => None,
    }
}
