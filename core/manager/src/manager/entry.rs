//! One tunnel's place in the manager: what it is, how it is, and who works on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use adit_api::{ApiError, Conflict, DownReason, Step, TunnelId};
use adit_config::Config;
use adit_protocol::{Instant, PrivateKey};

use super::backoff::{Backoff, chance};
use super::conflict::{Needs, forbids};
use super::inbox::Inbox;
use super::life::{Action, Event, Intent, KillSwitchState, Life, Phase, transition};
use super::message::Message;
use super::profile::{Profile, holding};
use super::state::{Blocked, Connecting, Down, Leaving, State};
use adit_activation::{End, Shutdown};

/// All tunnels.
#[derive(Default)]
pub(super) struct Tunnels {
    pub(super) entries: BTreeMap<TunnelId, TunnelEntry>,
    /// Of tunnels; some may have ended.
    pub(super) threads: Vec<JoinHandle<()>>,
    /// The program ends: nothing comes up any more.
    pub(super) closing: bool,
}

/// A tunnel.
pub(super) struct TunnelEntry {
    pub(super) profile: Profile,
    pub(super) state: State,
    /// Of the tunnel's thread, if it has one.
    pub(super) inbox: Option<Arc<Inbox<Message>>>,
    /// Counts the attempts to bring it up.
    pub(super) begun: u64,
    /// Which of these have ended, and how the last one did.
    finished: (u64, Result<(), ApiError>),
    /// How often it went down.
    pub(super) downs: u64,
    /// Held while it is decided what the tunnel is to be.
    pub(super) turn: Arc<Mutex<()>>,
    /// Held while its configuration is changed.
    pub(super) editing: Arc<Mutex<()>>,
    pub(super) intent: Intent,
    pub(super) kill_switch: KillSwitchState,
    backoff: Backoff,
    /// Since when it is not there although it is wanted.
    broken_since: Option<Instant>,
    /// That of a tunnel that asks for it, from when it is given until the tunnel is down or blocked and is
    /// not tried again by itself.
    pub(super) key: Option<PrivateKey>,
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
        }
    }

    /// The part of the entry that [`transition`] decides.
    pub(super) fn life(&self) -> Life {
        let Self { intent, kill_switch, backoff, broken_since, .. } = *self;
        Life { phase: self.state.phase(), intent, kill_switch, backoff, broken_since }
    }

    /// Handles an event that leads to no other state than those without a thread, or to `Leaving`.
    pub(super) fn apply(&mut self, event: &Event, now: Instant) {
        let phase = self.step(event, now);
        debug_assert_eq!(self.state.phase(), phase, "{event:?}");
    }

    /// Handles an event that leads to `state`, which has its own data.
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

    /// Begins to bring it up: from here on it has what it needs. The number of this beginning.
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

    /// How the beginning with that number, or a later one, ended.
    pub(super) fn outcome(&self, number: u64) -> Option<Result<(), ApiError>> {
        let (finished, outcome) = &self.finished;
        (*finished >= number).then(|| outcome.clone())
    }

    /// It has been brought up, or not.
    pub(super) fn finish(&mut self, outcome: Result<(), ApiError>) {
        self.finished = (self.begun, outcome);
    }

    /// A configuration that is to come true while it is up, with the key that it has where the configuration asks for that.
    pub(super) fn with_running_key(&self, config: &Config) -> Result<Config, ApiError> {
        match config.interface.asks_for {
            None => Ok(config.clone()),
            Some(asked) => match self.running_key().filter(|key| key.public() == asked) {
                Some(key) => Ok(holding(config, key)),
                None => Err(ApiError::NeedsKey { public_key: asked.into() }),
            },
        }
    }

    /// Its text is that of `config` from now on.
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
    /// Everything that a tunnel with these needs and the others cannot both have.
    pub(super) fn conflicts(&self, id: TunnelId, needs: &Needs) -> Vec<Conflict> {
        let others = self.entries.iter().filter(|(other, _)| **other != id);
        others.filter_map(|(other, entry)| Some(needs.at_odds_with(*other, entry.state.needs()?))).flatten().collect()
    }

    /// Fails where one of the conflicts does not let the tunnel be.
    pub(super) fn refuse(conflicts: &[Conflict]) -> Result<(), ApiError> {
        if conflicts.iter().any(forbids) { Err(ApiError::Conflict { conflicts: conflicts.to_vec() }) } else { Ok(()) }
    }
}

/// Waits for the turn of a tunnel, or for the right to edit it.
pub(super) fn hold(turn: &Mutex<()>) -> MutexGuard<'_, ()> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}
