//! The manager's record of one tunnel: its profile, its state and its thread.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use adit_api::{ApiError, Conflict, DownReason, Step, TunnelId};
use adit_config::Config;
use adit_protocol::{Instant, PrivateKey};

use super::backoff::{Backoff, chance};
use super::conflict::{Needs, forbids};
use super::endpoints::Endpoints;
use super::inbox::Inbox;
use super::life::{Action, Event, Intent, KillSwitchState, Life, Phase, transition};
use super::message::Message;
use super::profile::{Profile, with_private_key};
use super::rules::SharedWish;
use super::state::{Blocked, Connecting, Down, Leaving, State};
use adit_activation::{End, Shutdown};

/// All tunnels of the manager.
#[derive(Default)]
pub(super) struct Tunnels {
    pub(super) entries: BTreeMap<TunnelId, TunnelEntry>,
    /// Threads of tunnels, of which some may have ended.
    pub(super) threads: Vec<JoinHandle<()>>,
    /// True once the program is ending: no tunnel comes up any more.
    pub(super) closing: bool,
}

/// The manager's record of one tunnel.
pub(super) struct TunnelEntry {
    pub(super) profile: Profile,
    pub(super) state: State,
    /// Inbox of the tunnel's thread, if it has one.
    pub(super) inbox: Option<Arc<Inbox<Message>>>,
    /// Number of attempts to bring the tunnel up.
    pub(super) begun: u64,
    /// Number of the last attempt that has ended, and its result.
    finished: (u64, Result<(), ApiError>),
    /// Number of times that the tunnel went down.
    pub(super) downs: u64,
    /// Held while the tunnel's intended state is being decided.
    pub(super) turn: Arc<Mutex<()>>,
    /// Held while the tunnel's configuration is being changed.
    pub(super) editing: Arc<Mutex<()>>,
    pub(super) intent: Intent,
    pub(super) kill_switch: KillSwitchState,
    backoff: Backoff,
    /// Time since which the tunnel should be up and is not.
    broken_since: Option<Instant>,
    /// The private key of a tunnel that asks for it at connect. It stays in memory until the tunnel is down or blocked without
    /// an automatic retry.
    pub(super) key: Option<PrivateKey>,
    /// True if what the on-demand rules want of the tunnel has to be carried out again.
    pub(super) is_unsettled: bool,
}

impl TunnelEntry {
    pub(super) fn new(profile: Profile) -> Self {
        let life = Life::NEW;
        Self {
            profile,
            state: State::Down(Down::default()),
            inbox: None,
            begun: 0,
            finished: (0, Ok(())),
            downs: 0,
            turn: Arc::default(),
            editing: Arc::default(),
            intent: life.intent,
            kill_switch: life.kill_switch,
            backoff: life.backoff,
            broken_since: life.broken_since,
            key: None,
            is_unsettled: false,
        }
    }

    /// Replaces the profile after the store has changed. What the rules want of the tunnel stays, and so do its endpoints in use.
    pub(super) fn renew(&mut self, profile: Profile) {
        let endpoints = self.profile.endpoints_for(profile.saved.as_ref().map(|saved| &saved.config));
        self.profile = profile.wanted(self.profile.wish.clone(), endpoints);
    }

    /// Changes what the rules want of the tunnel.
    pub(super) fn set_wish(&mut self, wish: SharedWish) {
        self.profile = self.profile.clone().wanted(wish, self.profile.endpoints.clone());
    }

    /// Changes which endpoints the tunnel uses.
    pub(super) fn set_endpoints(&mut self, endpoints: Endpoints) {
        self.profile = self.profile.clone().wanted(self.profile.wish.clone(), endpoints);
    }

    /// Returns the part of the entry that [`transition`] decides.
    pub(super) fn life(&self) -> Life {
        let Self { intent, kill_switch, backoff, broken_since, .. } = *self;
        Life { phase: self.state.phase(), intent, kill_switch, backoff, broken_since }
    }

    /// Handles an event after which the tunnel is in a state without a thread or in `Leaving`.
    pub(super) fn apply(&mut self, event: &Event, now: Instant) {
        let phase = self.step(event, now);
        debug_assert_eq!(self.state.phase(), phase, "{event:?}");
    }

    /// Handles an event after which the tunnel is in `state`, which has its own data.
    pub(super) fn enter(&mut self, event: &Event, state: State, now: Instant) {
        let phase = self.step(event, now);
        self.state = state;
        debug_assert_eq!(self.state.phase(), phase, "{event:?}");
    }

    fn step(&mut self, event: &Event, now: Instant) -> Phase {
        let (next, actions) = transition(self.life(), event, now, chance());
        (self.intent, self.kill_switch) = (next.intent, next.kill_switch);
        (self.backoff, self.broken_since) = (next.backoff, next.broken_since);
        for action in actions {
            self.carry_out(action, next.phase, now);
        }
        next.phase
    }

    fn carry_out(&mut self, action: Action, phase: Phase, now: Instant) {
        match action {
            Action::End => match &self.state {
                State::Connecting(connecting) => connecting.shutdown.end(End::Asked),
                State::Up(up) => up.shutdown.end(End::Asked),
                State::Down(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => {}
            },
            Action::Leave => self.state = State::Leaving(Leaving { since: now, needs: self.state.needs().cloned() }),
            Action::TellThread => {
                if let Some(inbox) = &self.inbox {
                    inbox.push(Message::Leave);
                }
            }
            Action::GoDown(reason) => self.go_down(reason, phase),
            Action::Reschedule => self.state.set_retry_at(phase.retry_at()),
            Action::ForgetKey => self.key = None,
        }
    }

    /// Enters `Down` or `Blocked`. A caller that still waits for the tunnel to come up gets an error.
    fn go_down(&mut self, reason: DownReason, phase: Phase) {
        if self.outcome(self.begun).is_none() {
            self.finish(Err(ApiError::Busy));
        }
        self.downs += 1;
        self.state = match phase {
            Phase::Blocked { since, retry_at } => {
                let (is_locked_down, needs) = (self.profile.is_locked_down(), Needs::everything(&self.profile.interface));
                State::Blocked(Blocked::because(reason, is_locked_down, needs, since, retry_at))
            }
            Phase::Down { .. } | Phase::Connecting | Phase::Up { .. } | Phase::Leaving | Phase::Paused => {
                State::Down(Down::because(reason, phase.retry_at()))
            }
        };
    }

    /// Starts an attempt to bring the tunnel up and reserves its needs. Returns the number of the attempt.
    pub(super) fn begin(
        &mut self,
        event: &Event,
        shutdown: Shutdown,
        needs: Arc<Needs>,
        conflicts: Vec<Conflict>,
        now: Instant,
    ) -> u64 {
        self.begun += 1;
        self.enter(event, State::Connecting(Connecting { step: Step::Check, since: now, shutdown, needs, conflicts }), now);
        self.begun
    }

    /// Returns the result of the attempt `number`, or of a later one, if it has ended.
    pub(super) fn outcome(&self, number: u64) -> Option<Result<(), ApiError>> {
        let (finished, outcome) = &self.finished;
        (*finished >= number).then(|| outcome.clone())
    }

    /// Records the result of the current attempt.
    pub(super) fn finish(&mut self, outcome: Result<(), ApiError>) {
        self.finished = (self.begun, outcome);
    }

    /// Returns a configuration to apply to the running tunnel, completed with the running private key if the configuration asks
    /// for a key.
    pub(super) fn with_running_key(&self, config: &Config) -> Result<Config, ApiError> {
        match config.interface.asks_for {
            None => Ok(config.clone()),
            Some(asked) => match self.running_key().filter(|key| key.public() == asked) {
                Some(key) => Ok(with_private_key(config, key)),
                None => Err(ApiError::NeedsKey { public_key: asked.into() }),
            },
        }
    }

    /// Keeps the running private key in memory if `config`, the tunnel's new text, asks for it.
    pub(super) fn remember_key(&mut self, config: &Config) {
        let key = config.interface.asks_for.and_then(|asked| self.running_key().filter(|key| key.public() == asked).cloned());
        self.key = key;
    }

    fn running_key(&self) -> Option<&PrivateKey> {
        let running = match &self.state {
            State::Up(up) => up.applied.told.config.interface.private_key.as_ref(),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => None,
        };
        running.or(self.key.as_ref())
    }
}

impl Tunnels {
    /// Returns all conflicts between a tunnel with these needs and the other tunnels.
    pub(super) fn conflicts(&self, id: TunnelId, needs: &Needs) -> Vec<Conflict> {
        let others = self.entries.iter().filter(|(other, _)| **other != id);
        others.filter_map(|(other, entry)| Some(needs.conflicts_with(*other, entry.state.needs()?))).flatten().collect()
    }

    /// Returns all conflicts between a new tunnel with these needs and the existing tunnels.
    pub(super) fn conflicts_of_new(&self, needs: &Needs) -> Vec<Conflict> {
        let others = self.entries.iter();
        others.filter_map(|(other, entry)| Some(needs.conflicts_with(*other, entry.state.needs()?))).flatten().collect()
    }

    /// Fails where one of the conflicts does not let the tunnel be.
    pub(super) fn refuse(conflicts: &[Conflict]) -> Result<(), ApiError> {
        if conflicts.iter().any(forbids) { Err(ApiError::Conflict { conflicts: conflicts.to_vec() }) } else { Ok(()) }
    }
}

/// Waits for the turn of a tunnel, or for the right to edit it.
pub(super) fn lock_turn(turn: &Mutex<()>) -> MutexGuard<'_, ()> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}
