//! Brings the tunnels into the state that the rules want.
//!
//! What closes a kill switch comes first, and what opens one last, and only after the kill switch that takes its place is closed. So
//! nothing opens while tunnels change. A step that is not possible yet is taken when the tunnel's state has changed, which wakes the
//! thread. Only a running tunnel that gets other allowed IPs or endpoints is waited for, which takes as long as one look-up of each
//! name among its endpoints.

use std::sync::Arc;
use std::time::Duration;

use adit_api::{ApiError, KillSwitch, LogCode, LogText, TunnelId};
use adit_protocol::Instant;

use super::super::Inner;
use super::super::entry::{TunnelEntry, lock_turn};
use super::super::life::{Event, KillSwitchState};
use super::super::state::State;
use super::Unrouted;
use super::plan::Plan;
use super::wish::SharedWish;

/// The time until a change that failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The longest time until a running tunnel gets its allowed IPs and endpoints after that failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What came of setting the wishes of all tunnels.
pub(super) struct Settled {
    /// False if something has to be tried again.
    all: bool,
    /// True if the kill switches are closed that take the place of those that open.
    is_held: bool,
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
        let orders = std::mem::take(&mut self.rules.desk().orders);
        for order in &orders {
            self.choose_endpoint(&plan, order);
        }
        for (id, wish) in plan.wishes.iter().filter(|(_, wish)| wish.is_up == Some(false)) {
            is_settled &= self.take_down_for_rules(*id, wish, is_held);
        }
        for (id, _) in plan.wishes.iter().filter(|(_, wish)| wish.is_up == Some(true)) {
            self.begin_for_rules(*id, Some(true));
            self.route(*id);
        }
        self.begin_again();
        // A tunnel that the rules leave alone, or no longer name, has its own allowed IPs. Its endpoint may be another one.
        let others: Vec<TunnelId> = self.lock().entries.keys().copied().collect();
        for id in others.iter().filter(|id| plan.wishes.get(id).is_none_or(|wish| wish.is_up.is_none())) {
            self.route(*id);
        }
        for id in &others {
            is_settled &= self.open_for_rules(*id, is_held);
        }
        for order in &orders {
            self.follow_order(&plan, order);
        }
        let again = (!is_settled).then(|| self.clock.now() + AGAIN);
        self.rules.desk().unrouted.values().map(|unrouted| unrouted.retry_at).chain(again).min()
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
        self.rules.desk().route_at_once(id);
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

    /// Gives a running tunnel the allowed IPs that the rules want, and the endpoints that it is to use. Its keys and sessions stay.
    fn route_as_wanted(&self, id: TunnelId) -> Result<(), ApiError> {
        let (config, usable, interface, is_routed, moved) = {
            let tunnels = self.lock();
            let Some(entry) = tunnels.entries.get(&id) else { return Ok(()) };
            let (State::Up(up), Some(usable)) = (&entry.state, &entry.profile.usable) else { return Ok(()) };
            let is_routed = up.mode == usable.mode;
            if is_routed && up.endpoints == usable.endpoints {
                return Ok(());
            }
            // A saved change of anything else waits as before.
            let mut config = up.applied.told.config.clone();
            let mut moved = Vec::new();
            for peer in &mut config.peers {
                if let Some(wanted) = usable.config.peers.iter().find(|wanted| wanted.public_key == peer.public_key) {
                    if !is_routed {
                        peer.allowed_ips.clone_from(&wanted.allowed_ips);
                    }
                    if !up.endpoints.agree(&usable.endpoints, &peer.public_key) {
                        peer.endpoint.clone_from(&wanted.endpoint);
                        moved.extend(wanted.endpoint.clone());
                    }
                }
            }
            (config, Arc::clone(usable), entry.profile.interface.clone(), is_routed, moved)
        };
        if self.apply_as_it_is(id, &config, &interface)?.is_some() {
            if !is_routed {
                self.note(id, LogCode::RoutingChanged);
            }
            for endpoint in moved {
                self.note(id, LogCode::EndpointChosen { endpoint: LogText::of(endpoint) });
            }
            self.change(id, |entry| {
                if let State::Up(up) = &mut entry.state {
                    (up.mode, up.endpoints) = (usable.mode.clone(), usable.endpoints.clone());
                }
            });
        }
        Ok(())
    }

    /// Gives a running tunnel the wanted allowed IPs and endpoints. A failure is tried again, after growing pauses if it is that of a
    /// name server.
    fn route(&self, id: TunnelId) {
        let now = self.clock.now();
        if self.rules.desk().unrouted.get(&id).is_some_and(|unrouted| unrouted.has_to_wait(now)) {
            return;
        }
        let routed = self.route_as_wanted(id);
        let mut desk = self.rules.desk();
        let before = desk.unrouted.remove(&id);
        let (error, pause) = match routed {
            Ok(()) | Err(ApiError::NotFound { .. }) => return,
            Err(error @ ApiError::Unresolved { .. }) => {
                (error, before.as_ref().map_or(AGAIN, |before| (before.pause * 2).min(LONGEST_PAUSE)))
            }
            Err(error) => (error, AGAIN),
        };
        let is_news = error != ApiError::Busy && before.is_none_or(|before| before.error != error);
        desk.unrouted
            .insert(id, Unrouted { error: error.clone(), pause, retry_at: self.clock.now() + pause, is_outdated: false });
        drop(desk);
        if is_news {
            self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error) });
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
