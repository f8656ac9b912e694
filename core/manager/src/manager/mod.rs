//! The tunnels of this computer, each in a state of its own: what every program that steers them talks to.
//!
//! Locks, from outer to inner: a tunnel's `turn`, the store, `tunnels`, an engine's or an inbox's own. Whatever takes long (names, the
//! system, commands) is done by the thread of the one tunnel that it is for, with none of them held.

mod backoff;
mod begin;
mod block;
mod change;
mod clock;
mod config;
mod conflict;
mod connect;
mod create;
mod disconnect;
mod drops;
mod early;
mod entry;
mod event_log;
mod files;
mod guard;
mod health;
mod history;
mod inbox;
mod key;
mod life;
mod look_up_slots;
mod masked;
mod message;
mod page;
mod pause;
mod planned;
mod profile;
mod progress_reporter;
mod reactions;
mod refusal;
mod reminder;
mod restart;
mod resume;
mod retry;
mod rights;
mod rotation;
mod route;
mod running;
mod service;
mod shared_key;
mod state;
mod take_over;
mod trace;
mod worker;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use adit_api::{ApiError, Event, EventSink, InterfaceName, LogCode, LogLine, LogText, TunnelId, TunnelView};
use adit_platform::devices::Devices;
use adit_platform::private_folder::{FolderError, PrivateFolder};
use adit_platform::wg_quick::WgQuick;
use adit_protocol::Instant;

pub use clock::{Clock, SystemClock, UnixMillis};
pub use early::{ClosedFirst, UNKNOWN_AT_BOOT, close_first};
pub(crate) use page::fitting_in;

use crate::store::{Store, StoreError, UnixTime, Wanted};
use adit_activation::Platform;
use begin::Asker;
use clock::Clocks;
use entry::{TunnelEntry, Tunnels, hold};
use event_log::EventLog;
use files::Files;
use guard::Guard;
use inbox::Inbox;
use life::Intent;
use look_up_slots::LookUpSlots;
use message::Message;
use profile::Profile;
use reminder::Reminded;
use state::{Paused, State};
use worker::{First, Worker};

/// What the manager stands on.
pub struct Dependencies {
    /// How tunnels are made.
    pub platform: Platform,
    /// Who may have which name.
    pub devices: Arc<dyn Devices>,
    /// Who hears of what happens.
    pub sink: Arc<dyn EventSink>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Such as `linux`.
    pub system: &'static str,
    /// Whether the computer under it is an invented one.
    pub simulated: bool,
    /// Where configurations are that stay in their place, such as `/etc/wireguard`; it may be missing, or not for this user to read.
    pub conf_files: Option<PathBuf>,
    /// Where to keep what is closed before the next start of the service; None: nowhere.
    pub early: Option<PrivateFolder>,
    /// wg-quick, which may run tunnels that can be taken over; None on systems without it.
    pub wg_quick: Option<Arc<dyn WgQuick>>,
}

/// Why the manager starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartReason {
    /// The computer has started: tunnels that are to come up with it do.
    Boot,
    /// The program was started again: what was up comes up, and nothing else.
    Restart,
}

/// All tunnels. Clones are the same one.
#[derive(Clone)]
pub struct Manager {
    inner: Arc<Inner>,
}

struct Inner {
    store: Mutex<Store>,
    tunnels: Mutex<Tunnels>,
    changed: Condvar,
    platform: Platform,
    devices: Arc<dyn Devices>,
    sink: Arc<dyn EventSink>,
    clock: Clocks,
    event_log: EventLog,
    started_at: Instant,
    system: &'static str,
    simulated: bool,
    files: Files,
    early: Option<PrivateFolder>,
    wg_quick: Option<Arc<dyn WgQuick>>,
    /// Woken when a tunnel is to be tried again at another time than was known.
    retries: Inbox<Infallible>,
    guard: Guard,
    reminded: Reminded,
    look_ups: Arc<LookUpSlots>,
}

impl Manager {
    /// Takes the tunnels of `store` over. What a killed predecessor left of any of them on this computer is removed first; then those
    /// that are to be up come up, each for itself and without being waited for.
    pub fn start(store: Store, dependencies: Dependencies, start_reason: StartReason) -> Self {
        Self::start_behind(Vec::new(), store, dependencies, start_reason)
    }

    /// The same, with the log of earlier runs, in order, before its own.
    pub fn start_behind(earlier: Vec<LogLine>, store: Store, dependencies: Dependencies, start_reason: StartReason) -> Self {
        let Dependencies { platform, devices, sink, clock, system, simulated, conf_files, early, wg_quick } = dependencies;
        let inner = Inner {
            store: Mutex::new(store),
            tunnels: Mutex::default(),
            changed: Condvar::new(),
            event_log: EventLog::new(Arc::clone(&clock), Arc::clone(&sink), earlier),
            started_at: clock.now(),
            platform,
            devices,
            sink,
            retries: Inbox::new(Arc::clone(&clock)),
            guard: Guard::new(Arc::clone(&clock)),
            clock: Clocks::new(clock),
            system,
            simulated,
            files: Files::in_folder(conf_files),
            early,
            wg_quick,
            reminded: Reminded::default(),
            look_ups: Arc::default(),
        };
        let manager = Self { inner: Arc::new(inner) };
        manager.inner.take_stock();
        manager.inner.look_at_files();
        // What cannot be kept is in the log, and is no reason not to start.
        let _ = manager.inner.keep_early();
        let early = manager.inner.find_blockades();
        manager.inner.stand_guard();
        manager.restore(start_reason, early.is_some());
        if let Some(interface) = early {
            manager.inner.open_early(&interface);
        }
        manager.remind();
        manager
    }

    /// Takes all tunnels down, and waits until they are. What was up comes up with the next start.
    pub fn shut_down(&self) {
        let mut tunnels = self.inner.lock();
        tunnels.closing = true;
        let now = self.inner.clock.now();
        tunnels.entries.values_mut().for_each(|entry| entry.apply(&life::Event::AskedToLeave, now));
        let threads = std::mem::take(&mut tunnels.threads);
        drop(tunnels);
        self.inner.end_guard();
        for thread in threads {
            // One that panicked has taken its tunnel down.
            let _ = thread.join();
        }
    }

    /// The computer was asleep, or its clock was set: deadlines are looked at again.
    pub fn time_has_jumped(&self) {
        self.inner.lock().entries.values().filter_map(|entry| entry.inbox.as_ref()).for_each(|inbox| inbox.look_again());
        self.inner.retries.look_again();
        self.inner.guard.look_again();
        self.inner.keep_pauses();
        self.remind();
    }

    /// The computer woke up: where it is now, and whether peers are still reached, has to be found out.
    pub fn has_slept(&self) {
        self.inner.lock().entries.values().filter_map(|entry| entry.inbox.as_ref()).for_each(|inbox| inbox.push(Message::Woke));
    }

    /// Writes a line that is about no tunnel into the log. No key may be in it.
    pub fn note(&self, code: LogCode) {
        self.inner.event_log.write(None, code);
    }

    /// `close`: what is to block does from here on, not only when its own thread comes to it.
    fn restore(&self, start_reason: StartReason, close: bool) {
        let there: BTreeSet<TunnelId> = self.inner.lock().entries.keys().copied().collect();
        let wanted: Vec<(TunnelId, Wanted)> = self
            .inner
            .store()
            .list()
            .filter(|summary| there.contains(&summary.id))
            .map(|summary| match (start_reason, summary.settings.start_at_boot) {
                (StartReason::Boot, true) => (summary.id, Wanted::Up),
                (StartReason::Boot, false) => (summary.id, Wanted::Down),
                (StartReason::Restart, _) => (summary.id, summary.settings.wanted),
            })
            .collect();
        for (id, wanted) in wanted {
            if wanted != Wanted::Down
                && let Some(entry) = self.inner.lock().entries.get_mut(&id)
            {
                entry.apply(&life::Event::Restored, self.inner.clock.now());
            }
            if wanted != Wanted::Up
                && let Err(error) = self.inner.let_out(id)
            {
                self.inner.failed(id, error);
            }
            let is_locked_down = self.inner.lock().entries.get(&id).is_some_and(|entry| entry.profile.is_locked_down());
            if wanted == Wanted::Up && (close || is_locked_down) {
                self.inner.close(id);
            }
            // What was up despite a conflict is up despite it again.
            let restored = match wanted {
                Wanted::Down => self.inner.want(id, Wanted::Down),
                Wanted::Up => self.inner.begin(id, true, Asker::Nobody).map(drop),
                Wanted::PausedUntil(until) => self.begin_paused(id, until),
            };
            if let Err(error) = restored {
                self.inner.note(id, LogCode::NotRestored { error: Box::new(error.clone()) });
                if wanted == Wanted::Up {
                    self.inner.close(id);
                }
                self.inner.failed(id, error);
            }
        }
    }

    fn begin_paused(&self, id: TunnelId, until: UnixTime) -> Result<(), ApiError> {
        let until = (until.0 != u64::MAX).then(|| self.inner.clock.both().instant_of(until.into()));
        Worker::spawn(&self.inner, id, First::Paused { until, despite: false })
    }
}

impl Inner {
    /// Finds out what there is, and removes what is left of it on the computer.
    fn take_stock(&self) {
        let mut store = self.store();
        let ids: Vec<TunnelId> = store.list().map(|summary| summary.id).collect();
        for id in ids {
            match store.get(id, self.unix_time()) {
                Ok(tunnel) => {
                    let profile = Profile::of(&tunnel);
                    self.clean_up(id, &profile.interface);
                    self.lock().entries.insert(id, TunnelEntry::new(profile));
                }
                // Its file is gone: it is kept in case that it comes back.
                Err(StoreError::Folder(FolderError::Missing { .. })) => {}
                Err(error) => self.note(id, LogCode::TunnelBroken { error: LogText::of(error) }),
            }
        }
        for finding in store.broken() {
            self.event_log.write(None, LogCode::TunnelBroken { error: LogText::of(&finding.code) });
        }
    }

    /// Removes what a killed predecessor left of a tunnel.
    fn clean_up(&self, id: TunnelId, interface: &InterfaceName) {
        match self.platform.network.recover(interface) {
            Ok(left) if left.is_empty() => {}
            Ok(left) => self.note(id, LogCode::LeftoversRemoved { what: left.join(", ").into() }),
            Err(error) => self.note(id, LogCode::LeftoversStay { error: LogText::of(error) }),
        }
    }

    /// Reads a tunnel anew, and tells if it is another by now.
    fn refresh(&self, id: TunnelId) -> Result<Profile, ApiError> {
        let mut store = self.store();
        let tunnel = match store.get(id, self.unix_time()) {
            Ok(tunnel) => tunnel,
            Err(error) => {
                if let Some(entry) = self.lock().entries.get_mut(&id) {
                    entry.profile.usable = None;
                }
                return Err(refusal::of_store(error));
            }
        };
        let profile = Profile::of(&tunnel);
        let mut tunnels = self.lock();
        let entry = tunnels.entries.entry(id).or_insert_with(|| TunnelEntry::new(profile.clone()));
        entry.profile = profile.clone();
        Ok(profile)
    }

    /// Keeps what a tunnel is to be.
    fn want(&self, id: TunnelId, wanted: Wanted) -> Result<(), ApiError> {
        let mut store = self.store();
        match store.summary(id) {
            // What is kept already is not written again each time that a tunnel is tried.
            Ok(summary) if summary.settings.wanted == wanted => Ok(()),
            Ok(_) | Err(_) => store.update(id, |settings| settings.wanted = wanted).map_err(refusal::of_store),
        }
    }

    /// Keeps that a tunnel is paused until then; None: until somebody says so. Kept by the second of the wall clock, which is all that
    /// outlives the program, and never too early.
    fn want_pause(&self, id: TunnelId, until: Option<Instant>) -> Result<(), ApiError> {
        let seconds = until.map_or(u64::MAX, |until| self.clock.both().unix(until).get().div_ceil(1_000));
        self.want(id, Wanted::PausedUntil(UnixTime(seconds)))
    }

    /// The wall clock was set: pauses that are kept end when it shows something else.
    fn keep_pauses(&self) {
        let ids: Vec<TunnelId> = self.lock().entries.keys().copied().collect();
        for id in ids {
            let Ok(turn) = self.turn(id) else { continue };
            let _turn = hold(&turn);
            let until = match self.lock().entries.get(&id).map(|entry| &entry.state) {
                Some(State::Paused(Paused { until: Some(until), .. })) => *until,
                Some(_) | None => continue,
            };
            if let Err(error) = self.want_pause(id, Some(until)) {
                self.note(id, LogCode::NotKept { error: Box::new(error) });
            }
        }
    }

    /// A tunnel that was to come up did not.
    fn failed(&self, id: TunnelId, error: ApiError) {
        let reason = adit_api::DownReason::Failed { error: Box::new(error.clone()) };
        let now = self.clock.now();
        self.change(id, |entry| {
            entry.finish(Err(error));
            entry.apply(&life::Event::WentDown(reason), now);
        });
    }

    /// Changes a tunnel's state, and tells everybody. Nothing where it is no more.
    fn change<T>(&self, id: TunnelId, work: impl FnOnce(&mut TunnelEntry) -> T) -> Option<T> {
        let mut tunnels = self.lock();
        let result = tunnels.entries.get_mut(&id).map(work);
        self.tell(&tunnels, id);
        result
    }

    /// Tells everybody how a tunnel is; under the lock, so that it is told in order.
    fn tell(&self, tunnels: &Tunnels, id: TunnelId) {
        if let Some(entry) = tunnels.entries.get(&id) {
            self.sink.publish(Event::TunnelChanged { tunnel: Box::new(self.view(id, entry)) });
            if entry.state.retry_at().is_some() {
                self.retries.look_again();
            }
        }
        self.changed.notify_all();
    }

    fn view(&self, id: TunnelId, entry: &TunnelEntry) -> TunnelView {
        entry.profile.view(id, entry.state.view(&entry.profile, self.clock.both()))
    }

    fn note(&self, id: TunnelId, code: LogCode) {
        self.event_log.write(Some(id), code);
    }

    fn unix_time(&self) -> UnixTime {
        self.clock.wall().into()
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Tunnels> {
        self.tunnels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, tunnels: MutexGuard<'a, Tunnels>) -> MutexGuard<'a, Tunnels> {
        self.changed.wait(tunnels).unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tunnels {
    fn get(&self, id: TunnelId) -> Result<&TunnelEntry, ApiError> {
        self.entries.get(&id).filter(|entry| entry.intent != Intent::Removed).ok_or(ApiError::NotFound { id })
    }

    fn get_mut(&mut self, id: TunnelId) -> Result<&mut TunnelEntry, ApiError> {
        self.entries.get_mut(&id).filter(|entry| entry.intent != Intent::Removed).ok_or(ApiError::NotFound { id })
    }
}

#[cfg(test)]
mod tests;
