//! The manager: all tunnels of this computer, each in a state of its own. It implements the service that programs use.
//!
//! Order of locks, from outer to inner: a tunnel's `turn`, the store, `tunnels`, the lock of an engine or of an inbox. Slow
//! operations (names, the system, hooks) run on the thread of the tunnel concerned, with none of these locks held.

mod attempt;
mod backoff;
mod change;
mod clock;
mod config;
mod conflict;
mod connect;
mod create;
mod disconnect;
mod drops;
mod early;
mod endpoints;
mod entry;
mod event_log;
mod files;
mod guard;
mod health;
mod history;
mod inbox;
mod key;
mod kill_switch;
mod life;
mod look_up_slots;
mod masked;
mod message;
mod page;
mod pause;
mod portal;
mod preview;
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
mod rules;
mod save;
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
use adit_home::HomeProbe;
use adit_platform::devices::Devices;
use adit_platform::network_facts::NetworkFacts;
use adit_platform::private_folder::{FolderError, PrivateFolder};
use adit_platform::wg_quick::WgQuick;
use adit_protocol::Instant;

pub use clock::{Clock, SystemClock, UnixMillis};
pub use early::{ClosedFirst, UNKNOWN_AT_BOOT, close_first};
pub(crate) use page::fitting_in;
pub use portal::{PortalRefusal, PortalSession};

use crate::store::{Store, StoreError, UnixTime, Wanted};
use adit_activation::Platform;
use attempt::Asker;
use clock::Clocks;
use entry::{TunnelEntry, Tunnels, lock_turn};
use event_log::EventLog;
use files::Files;
use guard::Guard;
use inbox::Inbox;
use life::Intent;
use look_up_slots::LookUpSlots;
use message::Message;
use portal::Portal;
use profile::Profile;
use reminder::Reminded;
use rules::Rules;
use state::{Paused, State};
use worker::{First, Worker};

/// Everything that the manager needs from outside.
pub struct Dependencies {
    /// The platform on which tunnels are brought up.
    pub platform: Platform,
    /// The devices, and the claims on interface names.
    pub devices: Arc<dyn Devices>,
    /// The receiver of events.
    pub sink: Arc<dyn EventSink>,
    /// The source of time.
    pub clock: Arc<dyn Clock>,
    /// Such as `linux`.
    pub system: &'static str,
    /// True if the computer is simulated.
    pub simulated: bool,
    /// The folder of configurations that are used in place, such as `/etc/wireguard`; it may be missing or unreadable.
    pub conf_files: Option<PathBuf>,
    /// The folder for the list of kill switches to close at boot; None: the list is not kept.
    pub early: Option<PrivateFolder>,
    /// The adapter to wg-quick, whose tunnels can be taken over; None on systems without it.
    pub wg_quick: Option<Arc<dyn WgQuick>>,
    /// The adapter that observes the networks for the on-demand rules; None: nothing is ever known about them.
    pub facts: Option<Arc<dyn NetworkFacts>>,
    /// The way to ask a network whether it is home; None: nobody knows.
    pub home_probe: Option<Arc<dyn HomeProbe>>,
}

/// The reason why the manager starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartReason {
    /// The computer has booted: tunnels that start at boot come up.
    Boot,
    /// The program was restarted: tunnels that were up come up, and no others.
    Restart,
}

/// The manager of all tunnels. Clones share the same manager.
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
    /// Woken when the time of a tunnel's next retry changes.
    retries: Inbox<Infallible>,
    guard: Guard,
    reminded: Reminded,
    rules: Rules,
    portal: Portal,
    look_ups: Arc<LookUpSlots>,
}

impl Manager {
    /// Starts to manage the tunnels of `store`. First removes what a killed predecessor left of them on this computer. Then
    /// starts to bring up the tunnels that should be up, without waiting for them.
    pub fn start(store: Store, dependencies: Dependencies, start_reason: StartReason) -> Self {
        Self::start_with_earlier_log(Vec::new(), store, dependencies, start_reason)
    }

    /// Starts like [`Manager::start`], with the log lines of earlier runs, in order, in front of its own.
    pub fn start_with_earlier_log(
        earlier: Vec<LogLine>,
        store: Store,
        dependencies: Dependencies,
        start_reason: StartReason,
    ) -> Self {
        let Dependencies { platform, devices, sink, clock, system, simulated, conf_files, early, wg_quick, facts, home_probe } =
            dependencies;
        let rules_clock = Arc::clone(&clock);
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
            rules: Rules::new(Arc::clone(&rules_clock), facts, home_probe),
            portal: Portal::new(rules_clock),
            look_ups: Arc::default(),
        };
        let manager = Self { inner: Arc::new(inner) };
        manager.inner.load_tunnels();
        manager.inner.reread_files();
        manager.inner.begin_rules();
        let early = manager.inner.find_closed_kill_switches();
        manager.inner.start_threads();
        manager.inner.establish_rules();
        manager.restore(start_reason, early.is_some());
        manager.inner.start_rules();
        if let Some(interface) = early {
            manager.inner.open_early(&interface);
        }
        manager.remind();
        manager
    }

    /// Takes all tunnels down and waits until they are down. Tunnels that were up come up again at the next start.
    pub fn shut_down(&self) {
        let mut tunnels = self.inner.lock();
        tunnels.closing = true;
        let now = self.inner.clock.now();
        tunnels.entries.values_mut().for_each(|entry| entry.apply(&life::Event::AskedToLeave, now));
        let threads = std::mem::take(&mut tunnels.threads);
        drop(tunnels);
        self.inner.leave_portal();
        self.inner.end_guard();
        self.inner.end_rules();
        for thread in threads {
            // A thread that panicked has taken its tunnel down.
            let _ = thread.join();
        }
    }

    /// Checks all deadlines again, after the computer was asleep or a clock was set.
    pub fn time_has_jumped(&self) {
        self.inner.lock().entries.values().filter_map(|entry| entry.inbox.as_ref()).for_each(|inbox| inbox.reread_clock());
        self.inner.retries.reread_clock();
        self.inner.guard.reread_clock();
        self.inner.rules.reread_clock();
        self.inner.keep_pauses();
        self.remind();
    }

    /// Tells all tunnels that the computer has woken up: its network and the peers' reachability may have changed.
    pub fn has_slept(&self) {
        self.inner.lock().entries.values().filter_map(|entry| entry.inbox.as_ref()).for_each(|inbox| inbox.push(Message::Woke));
        self.inner.rules_have_slept();
    }

    /// Writes a log line that concerns no tunnel. It must not contain a key.
    pub fn note(&self, code: LogCode) {
        self.inner.event_log.write(None, code);
    }

    /// Restores the intended state of each tunnel. With `close`, the required kill switches close here, and not only when the
    /// tunnel's own thread closes them.
    fn restore(&self, start_reason: StartReason, close: bool) {
        let there: BTreeSet<TunnelId> = self.inner.lock().entries.keys().copied().collect();
        let wanted: Vec<(TunnelId, Wanted)> = self
            .inner
            .store()
            .list()
            .filter(|summary| there.contains(&summary.id) && !self.inner.is_decided_by_rules(summary.id))
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
                && let Err(error) = self.inner.open_left_closed(id)
            {
                self.inner.failed(id, error);
            }
            let is_locked_down = self.inner.lock().entries.get(&id).is_some_and(|entry| entry.profile.is_locked_down());
            if wanted == Wanted::Up && (close || is_locked_down) {
                self.inner.close(id);
            }
            // A tunnel that was up despite a conflict comes up despite it again.
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
    /// Reads all tunnels from the store, and removes what a killed predecessor left of them on the computer.
    fn load_tunnels(&self) {
        let mut store = self.store();
        let ids: Vec<TunnelId> = store.list().map(|summary| summary.id).collect();
        for id in ids {
            match store.get(id, self.unix_time()) {
                Ok(tunnel) => {
                    let profile = Profile::of(&tunnel);
                    self.clean_up(id, &profile.interface);
                    self.lock().entries.insert(id, TunnelEntry::new(profile));
                }
                // The tunnel's own file is gone. Its record stays, in case that the file comes back.
                Err(StoreError::Folder(FolderError::Missing { .. })) => {}
                Err(error) => self.note(id, LogCode::TunnelBroken { error: LogText::of(error) }),
            }
        }
        for finding in store.broken() {
            self.event_log.write(None, LogCode::TunnelBroken { error: LogText::of(&finding.code) });
        }
    }

    /// Removes what a killed predecessor left of a tunnel on the computer.
    fn clean_up(&self, id: TunnelId, interface: &InterfaceName) {
        match self.platform.network.recover(interface) {
            Ok(left) if left.is_empty() => {}
            Ok(left) => self.note(id, LogCode::LeftoversRemoved { what: left.join(", ").into() }),
            Err(error) => self.note(id, LogCode::LeftoversStay { error: LogText::of(error) }),
        }
    }

    /// Reads a tunnel from the store and updates its profile. Publishes nothing.
    fn refresh(&self, id: TunnelId) -> Result<Profile, ApiError> {
        let mut store = self.store();
        let tunnel = match store.get(id, self.unix_time()) {
            Ok(tunnel) => tunnel,
            Err(error) => {
                if let Some(entry) = self.lock().entries.get_mut(&id) {
                    (entry.profile.usable, entry.profile.saved) = (None, None);
                }
                return Err(refusal::of_store(error));
            }
        };
        let profile = Profile::of(&tunnel);
        let mut tunnels = self.lock();
        let entry = tunnels.entries.entry(id).or_insert_with(|| TunnelEntry::new(profile.clone()));
        entry.renew(profile);
        Ok(entry.profile.clone())
    }

    /// Stores the intended state of a tunnel.
    fn want(&self, id: TunnelId, wanted: Wanted) -> Result<(), ApiError> {
        let mut store = self.store();
        match store.summary(id) {
            // An unchanged state is not written again at each retry.
            Ok(summary) if summary.settings.wanted == wanted => Ok(()),
            Ok(_) | Err(_) => store.update(id, |settings| settings.wanted = wanted).map_err(refusal::of_store),
        }
    }

    /// Stores that a tunnel is paused until that time; None: until a user resumes it. The stored time is in seconds of the wall
    /// clock, the only clock that outlives the program, and is rounded up.
    fn want_pause(&self, id: TunnelId, until: Option<Instant>) -> Result<(), ApiError> {
        let seconds = until.map_or(u64::MAX, |until| self.clock.both().unix(until).get().div_ceil(1_000));
        self.want(id, Wanted::PausedUntil(UnixTime(seconds)))
    }

    /// Stores the ends of all pauses again after the wall clock was set, which changes their wall-clock times.
    fn keep_pauses(&self) {
        let ids: Vec<TunnelId> = self.lock().entries.keys().copied().collect();
        for id in ids {
            let Ok(turn) = self.turn(id) else { continue };
            let _turn = lock_turn(&turn);
            let until = match self.lock().entries.get(&id).map(|entry| &entry.state) {
                Some(State::Paused(Paused { until: Some(until), .. })) => *until,
                Some(_) | None => continue,
            };
            if let Err(error) = self.want_pause(id, Some(until)) {
                self.note(id, LogCode::NotKept { error: Box::new(error) });
            }
        }
    }

    /// Records that a tunnel could not be brought up.
    fn failed(&self, id: TunnelId, error: ApiError) {
        let reason = adit_api::DownReason::Failed { error: Box::new(error.clone()) };
        let now = self.clock.now();
        self.change(id, |entry| {
            entry.finish(Err(error));
            entry.apply(&life::Event::WentDown(reason), now);
        });
    }

    /// Changes a tunnel's entry and publishes its new state. Does nothing if the tunnel no longer exists.
    fn change<T>(&self, id: TunnelId, work: impl FnOnce(&mut TunnelEntry) -> T) -> Option<T> {
        let mut tunnels = self.lock();
        let result = tunnels.entries.get_mut(&id).map(work);
        self.tell(&tunnels, id);
        result
    }

    /// Publishes a tunnel's state. The caller holds the lock, so that states are published in order.
    fn tell(&self, tunnels: &Tunnels, id: TunnelId) {
        if let Some(entry) = tunnels.entries.get(&id) {
            self.sink.publish(Event::TunnelChanged { tunnel: Box::new(self.view(id, entry)) });
            if entry.state.retry_at().is_some() {
                self.retries.reread_clock();
            }
        }
        self.rules.look();
        self.portal.look();
        self.changed.notify_all();
    }

    fn view(&self, id: TunnelId, entry: &TunnelEntry) -> TunnelView {
        let now = self.clock.both();
        entry.profile.view(id, entry.state.view(&entry.profile, now), now)
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
