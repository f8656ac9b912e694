//! One tunnel's place in the manager: what it is, how it is, and who works on it.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use adit_api::{ApiError, Conflict, DownReason, Step, TunnelId};
use adit_config::Config;
use adit_protocol::{Instant, PrivateKey};

use super::Slots;
use super::backoff::{Backoff, chance, is_mended_by_time};
use super::conflict::{Needs, forbids};
use super::inbox::Inbox;
use super::key::holding;
use super::message::Message;
use super::profile::Profile;
use super::state::{Blocked, Connecting, Down, Leaving, State};
use adit_activation::{End, Ends};

/// All tunnels.
#[derive(Default)]
pub(super) struct Tunnels {
    pub(super) slots: Slots,
    /// Of tunnels; some may have ended.
    pub(super) threads: Vec<JoinHandle<()>>,
    /// The program ends: nothing comes up any more.
    pub(super) closing: bool,
}

/// A tunnel.
pub(super) struct Slot {
    pub(super) profile: Profile,
    pub(super) state: State,
    /// Of the tunnel's thread, if it has one.
    pub(super) inbox: Option<Arc<Inbox<Message>>>,
    /// How often it was begun to bring it up.
    pub(super) begun: u64,
    /// Which of these have ended, and how the last one did.
    finished: (u64, Result<(), ApiError>),
    /// How often it went down.
    pub(super) downs: u64,
    /// Held while it is decided what the tunnel is to be.
    pub(super) turn: Arc<Mutex<()>>,
    /// Held while its configuration is changed.
    pub(super) editing: Arc<Mutex<()>>,
    /// It is about to be removed.
    pub(super) is_going: bool,
    /// Nothing leaves the computer past it.
    pub(super) closed: bool,
    /// It is to be up, and was told so, or begun, since it went down the last time because somebody asked for that.
    pub(super) is_wanted: bool,
    /// It was begun by nobody who waits to hear whether it comes up.
    pub(super) is_unattended: bool,
    /// It was begun despite being at odds with others.
    pub(super) despite: bool,
    backoff: Backoff,
    /// Since when it is not there although it is wanted.
    broken_since: Option<Instant>,
    /// That of a tunnel that asks for it, from when it is given until the tunnel is down or blocked and is
    /// not tried again by itself.
    pub(super) key: Option<PrivateKey>,
}

impl Slot {
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            profile,
            state: State::Down(Down::default()),
            inbox: None,
            begun: 0,
            finished: (0, Ok(())),
            downs: 0,
            turn: Arc::default(),
            editing: Arc::default(),
            is_going: false,
            closed: false,
            is_wanted: false,
            is_unattended: false,
            despite: false,
            backoff: Backoff::default(),
            broken_since: None,
            key: None,
        }
    }

    /// Begins to bring it up: from here on it has what it needs. The number of this beginning.
    pub(super) fn begin(&mut self, ends: Ends, needs: Arc<Needs>, conflicts: Vec<Conflict>, now: Instant) -> u64 {
        self.begun += 1;
        self.state = State::Connecting(Connecting { step: Step::Check, since: now, ends, needs, conflicts });
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

    /// It is down, or blocked where the way past it is closed. Who still waits for it to come up hears that it was not to be.
    pub(super) fn go_down(&mut self, reason: DownReason, now: Instant) {
        if self.outcome(self.begun).is_none() {
            self.finish(Err(ApiError::Busy));
        }
        self.downs += 1;
        let retry_at = self.comes_back_after(&reason).then(|| self.backoff.next(now, chance()));
        if retry_at.is_none() {
            (self.is_wanted, self.backoff) = (false, Backoff::default());
            self.key = None;
        }
        self.state = if self.closed {
            let since = *self.broken_since.get_or_insert(now);
            let (is_locked_down, needs) = (self.profile.is_locked_down(), Needs::everything(&self.profile.interface));
            State::Blocked(Blocked::because(reason, is_locked_down, needs, since, retry_at))
        } else {
            self.broken_since = None;
            State::Down(Down::because(reason, retry_at))
        };
    }

    /// Whether it is tried again by itself after it went down for that reason. Where the way past it is open, somebody who removes the
    /// interface has taken the tunnel down, and who waited for it to come up has been told that it did not.
    pub(super) fn comes_back_after(&self, reason: &DownReason) -> bool {
        let unless_closed = match reason {
            DownReason::Asked | DownReason::InterfaceRemoved => false,
            DownReason::Failed { .. } | DownReason::EngineStopped => self.is_unattended,
        };
        self.is_wanted && is_mended_by_time(reason) && (self.closed || unless_closed)
    }

    /// It is there.
    pub(super) fn is_back(&mut self) {
        self.broken_since = None;
    }

    /// It is not to be up any more, and is not tried again.
    pub(super) fn give_up(&mut self, now: Instant) {
        self.is_wanted = false;
        self.key = None;
        if self.state.retry_at().is_some() && !self.closed {
            self.go_down(DownReason::Asked, now);
        }
    }

    /// It could not even be begun, and still waits.
    pub(super) fn retry_later(&mut self, now: Instant) {
        let at = self.backoff.next(now, chance());
        self.state.set_retry_at(at);
    }

    /// The network is another: it is tried again now. Whether it waits to be.
    pub(super) fn retry_anew(&mut self, now: Instant) -> bool {
        let waits = self.state.retry_at().is_some();
        if waits {
            let at = self.backoff.anew(now);
            self.state.set_retry_at(at);
        }
        waits
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
            State::Up(up) => up.truth.told.config.interface.private_key.as_ref(),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => None,
        };
        running.or(self.key.as_ref())
    }

    /// It is being taken down: from here on it is not there for anybody else.
    pub(super) fn leave(&mut self, now: Instant) {
        if let State::Up(up) = &self.state {
            self.backoff.was_up(up.since, now);
        }
        if !matches!(self.state, State::Leaving(_)) {
            self.state = State::Leaving(Leaving { since: now, needs: self.state.needs().cloned() });
        }
    }

    /// Has its thread take it down, whatever it is doing.
    pub(super) fn ask_to_leave(&mut self, now: Instant) {
        match &self.state {
            // The thread finds that it is over by itself, and then says so.
            State::Connecting(connecting) => connecting.ends.end(End::Asked),
            State::Up(up) => {
                up.ends.end(End::Asked);
                self.leave(now);
            }
            State::Paused(_) => self.leave(now),
            State::Down(_) | State::Leaving(_) | State::Blocked(_) => {}
        }
        if let Some(inbox) = &self.inbox {
            inbox.push(Message::Leave);
        }
    }
}

impl Tunnels {
    /// Everything that a tunnel with these needs and the others cannot both have.
    pub(super) fn conflicts(&self, id: TunnelId, needs: &Needs) -> Vec<Conflict> {
        let others = self.slots.iter().filter(|(other, _)| **other != id);
        others.filter_map(|(other, slot)| Some(needs.at_odds_with(*other, slot.state.needs()?))).flatten().collect()
    }

    /// Fails where one of the conflicts does not let the tunnel be.
    pub(super) fn refuse(conflicts: &[Conflict]) -> Result<(), ApiError> {
        if conflicts.iter().any(forbids) { Err(ApiError::Conflict { conflicts: conflicts.to_vec() }) } else { Ok(()) }
    }
}
