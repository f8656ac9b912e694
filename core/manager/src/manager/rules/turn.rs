//! Turns tunnels on and off as the rules want, and follows the orders that are carried out once.

use std::sync::Arc;

use adit_api::{ApiError, Conflict, DownReason, LogCode, TunnelId};

use super::super::Inner;
use super::super::attempt::Asker;
use super::super::entry::{TunnelEntry, lock_turn};
use super::super::life::{Intent, KillSwitchState};
use super::super::state::State;
use super::plan::Plan;
use super::wish::{Cause, Wish};
use super::{Attempt, Order};

impl Inner {
    /// Takes a tunnel down. Returns false if the kill switch that takes the place of its own has to close first.
    pub(super) fn take_down_for_rules(&self, id: TunnelId, wish: &Wish, is_held: bool) -> bool {
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
    pub(super) fn begin_again(self: &Arc<Self>) {
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

    /// Starts to bring a tunnel up, unless it is up, on its way, or waits for a retry. A tunnel that failed is not begun again before
    /// the networks, the rules or the tunnel have changed. Does nothing if the wish is no longer `is_up`.
    pub(super) fn begin_for_rules(self: &Arc<Self>, id: TunnelId, is_up: Option<bool>) {
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
    pub(super) fn is_in_hand(&self, id: TunnelId) -> bool {
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

    pub(super) fn follow_order(self: &Arc<Self>, plan: &Plan, order: &Order) {
        let (name, turns_on) = match order {
            Order::TurnOn(name) => (name, true),
            Order::TurnOff(name) => (name, false),
            Order::NextEndpoint(_) | Order::FirstEndpoint(_) | Order::NextRound(_) => return,
        };
        let Some(id) = plan.ids.get(name).copied().filter(|id| !self.is_in_hand(*id)) else { return };
        if turns_on {
            self.rules.desk().attempts.remove(&id);
            self.begin_for_rules(id, None);
            return;
        }
        let Ok(turn) = self.turn(id) else { return };
        let _turn = lock_turn(&turn);
        if let Ok((_, Err(error))) | Err(error) = self.ask_to_leave(id) {
            self.note(id, LogCode::RuleNotCarriedOut { error: Box::new(error) });
        }
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
