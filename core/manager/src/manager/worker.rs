//! The thread of one tunnel: brings it up, keeps it up, waits while it is paused, and takes it down. It sleeps while nothing is
//! due, and its work never delays another tunnel.

use std::cell::RefCell;
use std::sync::{Arc, PoisonError};
use std::thread;

use adit_api::{ApiError, DownReason, Event, LogCode, TunnelId};
use adit_platform::devices::{Claim, Owner};
use adit_protocol::{Event as EngineEvent, Instant};

use super::health::Tracks;
use super::inbox::Inbox;
use super::message::{Job, Message};
use super::progress_reporter::{ProgressReporter, chain};
use super::reactions::{Reactions, changes_health_or_place};
use super::state::{AppliedSettings, Paused, State, Up};
use super::trace::Trace;
use super::{Inner, life, refusal};
use crate::store::Wanted;
use adit_activation::{self as activation, Active, End, Observer, Reporter, Request, Signal};

/// The first task of a thread.
pub(super) enum First {
    /// Bring the tunnel up. Its state is `Connecting` already.
    Up { job: Job, inbox: Arc<Inbox<Message>> },
    /// Wait for the end of a pause.
    Paused { until: Option<Instant>, despite: bool },
}

/// The next task of a thread.
enum Next {
    Up(Job),
    Restart(Box<Active>, Job),
    Paused { until: Option<Instant>, despite: bool },
    Done,
}

pub(super) struct Worker {
    inner: Arc<Inner>,
    id: TunnelId,
    inbox: Arc<Inbox<Message>>,
    /// The claim on the interface's name, held until the tunnel is down.
    claim: RefCell<Option<Box<dyn Claim>>>,
}

impl Worker {
    /// Starts a thread for a tunnel that has none.
    pub(super) fn spawn(inner: &Arc<Inner>, id: TunnelId, first: First) -> Result<(), ApiError> {
        let (inbox, next) = match first {
            First::Up { job, inbox } => (inbox, Next::Up(job)),
            First::Paused { until, despite } => (Arc::new(Inbox::new(inner.clock.underlying())), Next::Paused { until, despite }),
        };
        let now = inner.clock.now();
        let mut tunnels = inner.lock();
        if tunnels.closing {
            return Err(ApiError::ShuttingDown);
        }
        if let Ok(entry) = tunnels.get_mut(id) {
            entry.inbox = Some(Arc::clone(&inbox));
            if let Next::Paused { until, despite } = next {
                entry.enter(&life::Event::Paused { despite_conflicts: despite }, State::Paused(Paused { until, despite }), now);
            }
        }
        let worker = Self { inner: Arc::clone(inner), id, inbox, claim: RefCell::default() };
        let spawned = thread::Builder::new().name(format!("tunnel {id}")).spawn(move || worker.run(next));
        let thread = spawned.map_err(|error| ApiError::Io { doing: "starting a thread".into(), detail: error.to_string() })?;
        tunnels.threads.retain(|thread| !thread.is_finished());
        tunnels.threads.push(thread);
        Ok(())
    }

    fn run(self, mut next: Next) {
        let _gone = Gone { inner: Arc::clone(&self.inner), id: self.id, inbox: Arc::clone(&self.inbox) };
        match self.claim() {
            Ok(claim) => *self.claim.borrow_mut() = Some(claim),
            Err(error) => return self.did_not_come_up(error),
        }
        loop {
            next = match next {
                Next::Up(job) => self.bring_up(job),
                Next::Restart(active, job) => self.restart(*active, job),
                Next::Paused { until, despite } => self.stay_paused(until, despite),
                Next::Done => return,
            };
        }
    }

    fn claim(&self) -> Result<Box<dyn Claim>, ApiError> {
        let name = self.inner.lock().get(self.id)?.profile.interface.clone();
        self.inner.devices.claim(&name, Owner::Service).map_err(|error| refusal::of_claim(&error))
    }

    fn request(&self, job: &Job) -> Request {
        let (kill_switch, allow_ipv6_outside) = {
            let tunnels = self.inner.lock();
            let profile = tunnels.entries.get(&self.id).map(|entry| &entry.profile);
            (
                profile.and_then(|profile| profile.kill_switch_request(self.id)),
                profile.is_some_and(|profile| profile.allow_ipv6_outside),
            )
        };
        Request {
            config: job.usable.config.clone(),
            name: job.usable.needs.interface.clone(),
            hooks: job.usable.policy,
            patience: job.patience,
            kill_switch,
            allow_ipv6_outside,
            // The user has confirmed a conflict with another tunnel, and the routes of the earlier one take precedence.
            yields: true,
        }
    }

    fn observer(&self) -> Observer {
        let inbox = Arc::clone(&self.inbox);
        let (id, trace) = (self.id, Trace::default());
        // A weak reference, because the manager owns the tunnel that owns this observer.
        let inner = Arc::downgrade(&self.inner);
        Box::new(move |signal| match signal {
            Signal::Engine(event) => {
                if let Some(inner) = inner.upgrade() {
                    trace.note(&inner, id, event);
                }
                if let Some(peer) = changes_health_or_place(event) {
                    inbox.push(Message::Engine(peer, event.clone()));
                }
            }
            Signal::NetworkChanged => inbox.push(Message::NetworkChanged),
            Signal::Woke => inbox.push(Message::Woke),
            Signal::LookedUp(looked_up) => inbox.push(Message::LookedUp(looked_up.clone())),
        })
    }

    fn bring_up(&self, job: Job) -> Next {
        self.inner.note(self.id, LogCode::Connecting);
        let progress_reporter: Arc<dyn Reporter> = Arc::new(ProgressReporter { inner: Arc::clone(&self.inner), id: self.id });
        match activation::bring_up(self.request(&job), &self.inner.platform, &job.shutdown, &progress_reporter, self.observer()) {
            Ok(active) => self.is_up(active, job),
            Err(error) => self.failed(&error),
        }
    }

    fn restart(&self, active: Active, job: Job) -> Next {
        self.inner.note(self.id, LogCode::Restarting);
        match active.restart(self.request(&job), &job.shutdown, self.observer()) {
            Ok(active) => self.is_up(active, job),
            Err(error) => self.failed(&error),
        }
    }

    fn failed(&self, error: &activation::ActivationError) -> Next {
        match error {
            activation::ActivationError::Ended(End::Asked | End::Interrupted) => {
                let reason = DownReason::Asked;
                self.down(reason, Some(ApiError::Busy));
            }
            error => {
                let error = refusal::of_activation(error);
                self.inner.note(self.id, LogCode::NotUp { error: Box::new(error.clone()) });
                self.did_not_come_up(error);
            }
        }
        Next::Done
    }

    /// Handles a failure to bring the tunnel up. A tunnel whose failure was reported to a waiting caller is not retried, unless
    /// the program is ending or the kill switch is closed.
    fn did_not_come_up(&self, error: ApiError) {
        self.inner.close(self.id);
        self.no_longer_wanted(DownReason::Failed { error: Box::new(error.clone()) }, Some(error));
    }

    /// Takes the tunnel down for a reason that also changes the stored intent.
    fn no_longer_wanted(&self, reason: DownReason, failure: Option<ApiError>) {
        let Some(turn) = self.inner.lock().entries.get(&self.id).map(|entry| Arc::clone(&entry.turn)) else { return };
        let turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = if self.stays_wanted(&reason) { Wanted::Up } else { Wanted::Down };
        if !self.inner.lock().closing
            && let Err(error) = self.inner.want(self.id, wanted)
        {
            self.inner.note(self.id, LogCode::NotKept { error: Box::new(error) });
        }
        self.down(reason, failure);
        drop(turn);
    }

    /// Returns true if the tunnel is retried, or is blocked until a user decides otherwise.
    fn stays_wanted(&self, reason: &DownReason) -> bool {
        let tunnels = self.inner.lock();
        tunnels
            .entries
            .get(&self.id)
            .is_some_and(|entry| entry.kill_switch == life::KillSwitchState::Closed || entry.life().is_retried_after(reason))
    }

    fn down(&self, reason: DownReason, failure: Option<ApiError>) {
        self.inner.note(self.id, LogCode::Down);
        let reason = match (reason, &failure) {
            (DownReason::Asked, _) => match self.inner.open(self.id) {
                Ok(()) => DownReason::Asked,
                Err(error) => DownReason::Failed { error: Box::new(error) },
            },
            (reason, _) => reason,
        };
        let now = self.inner.clock.now();
        // The claim is released before the state changes, because then the tunnel may be brought up again.
        self.claim.take();
        self.inner.change(self.id, |entry| {
            entry.inbox = None;
            if let Some(error) = failure {
                entry.finish(Err(error));
            }
            entry.apply(&life::Event::WentDown(reason), now);
        });
        self.inner.remove_if_file_is_lost(self.id);
    }

    fn is_up(&self, active: Active, job: Job) -> Next {
        let Some(running) = active.running() else { return Next::Done };
        running.initiate_handshakes();
        let now = self.inner.clock.now();
        let mut tracks = Tracks::default();
        tracks.expect_answers(&running.view().peers, now);
        self.is_closed(&active);
        self.inner.note(self.id, LogCode::Up);
        let life = self.inner.change(self.id, |entry| {
            let conflicts = match &mut entry.state {
                State::Connecting(connecting) => std::mem::take(&mut connecting.conflicts),
                State::Down(_) | State::Up(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => Vec::new(),
            };
            let up = State::Up(Box::new(Up {
                since: now,
                shutdown: job.shutdown.clone(),
                needs: Arc::clone(&job.usable.needs),
                running: Arc::clone(&running),
                applied: AppliedSettings::of(&active),
                tracks,
                history: super::history::History::new(now),
                conflicts,
                mode: job.usable.mode.clone(),
                endpoints: job.usable.endpoints.clone(),
            }));
            entry.enter(&life::Event::CameUp, up, now);
            entry.finish(Ok(()));
            entry.begun
        });
        self.stay_up(active, job.despite, life.unwrap_or_default())
    }

    /// Records whether the kill switch is closed. Opens a kill switch that an earlier configuration had closed.
    fn is_closed(&self, active: &Active) {
        if active.is_closed() {
            let now = self.inner.clock.now();
            self.inner.change(self.id, |entry| entry.apply(&life::Event::Closed, now));
        } else {
            // `open` logs a failure, and opening is tried again when the tunnel goes down.
            let _ = self.inner.open(self.id);
        }
    }

    fn stay_up(&self, mut active: Active, despite: bool, life: u64) -> Next {
        let mut reactions = Reactions::default();
        loop {
            if active.follow(self.inner.clock.now()) {
                self.is_otherwise(&active);
            }
            self.react(&mut active, &mut reactions);
            let next = self.up(|up| [up.history.next(), up.tracks.next_alarm()]).unwrap_or_default();
            let follow = active.follow_due();
            let deadline = next.into_iter().chain([reactions.due(), follow]).flatten().min();
            match self.inbox.next(deadline) {
                None => {
                    self.sample();
                    self.alarm();
                }
                Some(Message::Leave) => return self.leave(active, DownReason::Asked),
                Some(Message::Ended(of, end)) if of == life => match end {
                    End::Asked | End::Interrupted => return self.leave(active, DownReason::Asked),
                    End::InterfaceRemoved | End::SocketRemoved => {
                        self.inner.note(self.id, LogCode::RemovedFromOutside);
                        return self.leave(active, DownReason::InterfaceRemoved);
                    }
                },
                Some(Message::Ended(..)) => {}
                Some(Message::Apply(config, reply)) => {
                    let applied = active.apply(*config).map_err(|error| refusal::of_activation(&error));
                    self.is_closed(&active);
                    let now = self.inner.clock.now();
                    self.up(|up| up.tracks.expect_answers(&up.running.view().peers, now));
                    self.is_otherwise(&active);
                    let _ = reply.send(applied);
                }
                Some(Message::Ipv6Outside(allowed, reply)) => {
                    let set = active.set_allow_ipv6_outside(allowed).map_err(|error| refusal::of_activation(&error));
                    self.is_otherwise(&active);
                    let _ = reply.send(set);
                }
                Some(Message::LocalNetworks) => match active.follow_local_networks() {
                    Ok(false) => {}
                    Ok(true) => drop(self.up(|up| up.applied = AppliedSettings::of(&active))),
                    Err(error) => {
                        self.inner.note(self.id, LogCode::LocalNetworksUnknown { error: chain(&error).into() });
                    }
                },
                Some(Message::Block(kill_switch, reply)) => {
                    let set = active.set_kill_switch(kill_switch).map_err(|error| refusal::of_activation(&error));
                    if set.is_ok() {
                        let event = if active.is_closed() { life::Event::Closed } else { life::Event::Opened };
                        let now = self.inner.clock.now();
                        self.up(|up| up.applied = AppliedSettings::of(&active));
                        self.inner.change(self.id, |entry| entry.apply(&event, now));
                    }
                    let failure = set.as_ref().err().cloned();
                    // No caller waits for a change that was made while the tunnel was connecting.
                    if let (Err(_), Some(error)) = (reply.send(set), failure) {
                        self.inner.note(
                            self.id,
                            match active.is_closed() {
                                true => LogCode::NotOpened { error: error.to_string().into() },
                                false => LogCode::NotClosed { error: Box::new(error) },
                            },
                        );
                    }
                }
                Some(Message::Pause { until, reply }) => {
                    self.inner.save_before_leaving(self.id, &active);
                    self.leaving();
                    drop(active);
                    // `open` logs a failure, and nothing leaves the computer during this pause.
                    let _ = self.inner.open(self.id);
                    self.is_paused(until, despite);
                    self.inner.note(self.id, LogCode::Paused);
                    let _ = reply.send(Ok(()));
                    return Next::Paused { until, despite };
                }
                Some(Message::Begin(job)) => return Next::Restart(Box::new(active), Job { despite, ..job }),
                Some(Message::Engine(_, event)) => self.heard(&event, &mut active, &mut reactions),
                Some(Message::NetworkChanged) => self.hear(&Signal::NetworkChanged, &mut active),
                Some(Message::Woke) => self.hear(&Signal::Woke, &mut active),
                Some(Message::LookedUp(looked_up)) => self.hear(&Signal::LookedUp(looked_up), &mut active),
            }
        }
    }

    /// Takes the tunnel down for good.
    fn leave(&self, active: Active, reason: DownReason) -> Next {
        if reason == DownReason::Asked {
            self.inner.save_before_leaving(self.id, &active);
        }
        self.leaving();
        drop(active);
        match reason {
            DownReason::Asked => self.down(reason, None),
            reason => self.no_longer_wanted(reason, None),
        }
        Next::Done
    }

    fn leaving(&self) {
        let now = self.inner.clock.now();
        self.inner.change(self.id, |entry| entry.apply(&life::Event::Leaving, now));
        self.inner.rules_forget_silence(self.id);
    }

    fn is_paused(&self, until: Option<Instant>, despite: bool) {
        let (event, now) = (life::Event::Paused { despite_conflicts: despite }, self.inner.clock.now());
        self.inner.change(self.id, |entry| entry.enter(&event, State::Paused(Paused { until, despite }), now));
    }

    fn stay_paused(&self, until: Option<Instant>, despite: bool) -> Next {
        let mut until = until;
        loop {
            match self.inbox.next(until) {
                None if until.is_some_and(|until| self.inner.clock.now() >= until) => {
                    match self.inner.begin_after_pause(self.id, despite, &self.inbox) {
                        Ok(Some(job)) => return Next::Up(job),
                        // Another request ended the pause first; its message is on its way to this thread.
                        Ok(None) => until = None,
                        Err(error) => {
                            self.did_not_come_up(error);
                            return Next::Done;
                        }
                    }
                }
                None => {}
                Some(Message::Begin(job)) => return Next::Up(job),
                Some(Message::Leave) => {
                    self.down(DownReason::Asked, None);
                    return Next::Done;
                }
                Some(Message::Pause { until: other, reply }) => {
                    until = other;
                    self.is_paused(until, despite);
                    let _ = reply.send(Ok(()));
                }
                Some(Message::Apply(_, reply) | Message::Block(_, reply) | Message::Ipv6Outside(_, reply)) => {
                    let _ = reply.send(Err(ApiError::NotUp));
                }
                Some(Message::LocalNetworks) => self.inner.follow_local_networks(self.id),
                Some(
                    Message::Ended(..) | Message::Engine(..) | Message::NetworkChanged | Message::Woke | Message::LookedUp(_),
                ) => {}
            }
        }
    }

    fn heard(&self, event: &EngineEvent, active: &mut Active, reactions: &mut Reactions) {
        self.inner.rules_hear(self.id, event);
        let now = self.inner.clock.now();
        let answers_again = self.up(|up| up.tracks.answers_again(event, now));
        if let Some(Some((peer, silence))) = answers_again {
            self.inner.note(self.id, LogCode::AnswersAgain { peer: peer.into(), after_seconds: silence.as_secs() });
        }
        let is_news = self.up(|up| {
            if matches!(event, EngineEvent::HandshakeCompleted { .. }) {
                // A handshake announces traffic, so it is sampled for a while.
                up.history.watch(now);
            }
            up.tracks.note(event, now)
        });
        if is_news == Some(true) {
            reactions.view.want();
        }
        if matches!(event, EngineEvent::Roamed { .. }) {
            reactions.filter.want();
        }
        self.hear(&Signal::Engine(event.clone()), active);
    }

    fn hear(&self, signal: &Signal, active: &mut Active) {
        if active.hear(signal, self.inner.clock.now()) {
            self.is_otherwise(active);
        }
    }

    /// Carries out the reactions to events that are due.
    fn react(&self, active: &mut Active, reactions: &mut Reactions) {
        let now = self.inner.clock.now();
        if reactions.view.take(now) {
            self.inner.change(self.id, |_| ());
        }
        if !reactions.filter.take(now) {
            return;
        }
        match active.follow_peers() {
            Ok(()) => reactions.filter_failed = false,
            Err(error) => {
                // The update is retried until it succeeds. The failure is logged once.
                reactions.filter.want();
                if !std::mem::replace(&mut reactions.filter_failed, true) {
                    self.inner.note(self.id, LogCode::PeerShutOut { error: chain(&error).into() });
                }
            }
        }
    }

    fn is_otherwise(&self, active: &Active) {
        self.up(|up| up.applied = AppliedSettings::of(active));
        self.inner.change(self.id, |_| ());
    }

    fn sample(&self) {
        let (id, now) = (self.id, self.inner.clock.both());
        let sample = self.up(|up| {
            // If the thread woke for another reason, no sample is due.
            up.history.next().filter(|next| now.instant >= *next)?;
            let view = up.running.view();
            up.history.sample(&view, now)
        });
        if let Some(sample) = sample.flatten() {
            self.inner.sink.publish(Event::Traffic { id, sample });
        }
    }

    /// Logs each silence once when it has become long.
    fn alarm(&self) {
        let now = self.inner.clock.both();
        let silent = self.up(|up| up.tracks.alarms(&up.running.view().peers, now)).unwrap_or_default();
        for (peer, since) in silent {
            let seconds = now.instant.since(since).as_secs();
            self.inner.note(self.id, LogCode::NoAnswer { peer: peer.into(), seconds });
        }
    }

    /// Runs `work` on the tunnel's data if the tunnel is up.
    fn up<T>(&self, work: impl FnOnce(&mut Up) -> T) -> Option<T> {
        match &mut self.inner.lock().entries.get_mut(&self.id)?.state {
            State::Up(up) => Some(work(up)),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => None,
        }
    }
}

/// Reports the end of the thread, whatever the reason. Callers that wait for a reply get an error.
struct Gone {
    inner: Arc<Inner>,
    id: TunnelId,
    inbox: Arc<Inbox<Message>>,
}

impl Drop for Gone {
    fn drop(&mut self) {
        self.inbox.clear();
        let mut tunnels = self.inner.lock();
        let is_mine =
            |entry: &&mut super::entry::TunnelEntry| entry.inbox.as_ref().is_some_and(|inbox| Arc::ptr_eq(inbox, &self.inbox));
        if let Some(entry) = tunnels.entries.get_mut(&self.id).filter(is_mine) {
            // The thread did not report its end itself: it panicked.
            entry.inbox = None;
            entry.finish(Err(ApiError::Internal));
            entry.apply(&life::Event::WentDown(DownReason::EngineStopped), self.inner.clock.now());
        }
        self.inner.tell(&tunnels, self.id);
    }
}
