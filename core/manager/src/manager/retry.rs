//! Retries tunnels that should be up and have failed: after growing delays, and at once after a change of the network. One
//! thread starts the attempts of all tunnels; the tunnel's own thread does the work.

use std::sync::Arc;

use adit_api::{ApiError, DownReason, LogCode, TunnelId};
use adit_protocol::Instant;

use super::Inner;
use super::attempt::Asker;
use super::entry::{TunnelEntry, lock_turn};
use super::life::{Event, Intent, KillSwitchState};
use super::state::State;
use crate::store::Wanted;

impl Inner {
    /// Handles a change of the network. `line` is the number of similar lines that were left out of the log before; None: this
    /// line is left out too.
    pub(super) fn network_has_changed(&self, line: Option<u64>) {
        let now = self.clock.now();
        let mut tunnels = self.lock();
        let waiting: Vec<TunnelId> = tunnels
            .entries
            .iter_mut()
            .filter_map(|(id, entry)| {
                let waits = entry.state.retry_at().is_some();
                entry.apply(&Event::NetworkChanged, now);
                waits.then_some(*id)
            })
            .collect();
        waiting.iter().for_each(|id| self.tell(&tunnels, *id));
        drop(tunnels);
        if let Some(left_out) = line {
            self.event_log.write_after(left_out, None, LogCode::NetworkChanged);
        }
        self.retries.reread_clock();
    }

    /// Retries tunnels as they become due, until the program ends.
    pub(super) fn run_retries(self: &Arc<Self>) {
        loop {
            let now = self.clock.now();
            let tunnels = self.lock();
            if tunnels.closing {
                return;
            }
            let waiting = tunnels.entries.iter().filter(|(_, entry)| entry.intent != Intent::Removed);
            let times: Vec<(TunnelId, Instant)> =
                waiting.filter_map(|(id, entry)| Some((*id, entry.state.retry_at()?))).collect();
            drop(tunnels);
            for (id, _) in times.iter().filter(|(_, at)| *at <= now) {
                self.try_again(*id);
            }
            let next = times.iter().map(|(_, at)| *at).filter(|at| *at > now).min();
            let _ = self.retries.next(next);
        }
    }

    fn try_again(self: &Arc<Self>, id: TunnelId) {
        let Ok(turn) = self.turn(id) else { return };
        let turn = lock_turn(&turn);
        let despite = {
            let mut tunnels = self.lock();
            let is_due = |entry: &&mut TunnelEntry| entry.state.retry_at().is_some_and(|at| at <= self.clock.now());
            let Some(entry) = tunnels.get_mut(id).ok().filter(is_due) else { return };
            leave_unknown_host(entry);
            entry.intent.despite_conflicts()
        };
        self.note(id, LogCode::TriedAgain);
        let begun = self.begin(id, despite, Asker::Nobody);
        if let Err(ApiError::Conflict { .. }) = begun {
            // The tunnel waits until the conflicting one has gone.
            let now = self.clock.now();
            self.change(id, |entry| entry.apply(&Event::NotBegun, now));
        } else if let Err(error) = begun {
            self.note(id, LogCode::NotUp { error: Box::new(error.clone()) });
            self.failed(id, error);
            let is_given_up = self
                .lock()
                .entries
                .get(&id)
                .is_some_and(|entry| !entry.intent.is_up() && entry.kill_switch == KillSwitchState::Open);
            if is_given_up && let Err(error) = self.want(id, Wanted::Down) {
                self.note(id, LogCode::NotKept { error: Box::new(error) });
            }
        }
        drop(turn);
    }
}

/// Goes on to the next endpoint of each peer whose endpoint has a name that the last attempt could not resolve.
fn leave_unknown_host(entry: &mut TunnelEntry) {
    let error = match &entry.state {
        State::Down(down) => match &down.reason {
            Some(DownReason::Failed { error }) => &**error,
            Some(DownReason::Asked | DownReason::InterfaceRemoved | DownReason::EngineStopped) | None => return,
        },
        State::Blocked(blocked) => &blocked.cause,
        State::Connecting(_) | State::Up(_) | State::Leaving(_) | State::Paused(_) => return,
    };
    let (ApiError::Unresolved { host, .. }, Some(saved)) = (error, &entry.profile.saved) else { return };
    let mut endpoints = entry.profile.endpoints.clone();
    endpoints.leave_host(&saved.config, host);
    entry.set_endpoints(endpoints);
}
