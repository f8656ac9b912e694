//! Restores packet filter, rules, routes and addresses at once when another program removes them while a tunnel needs them, and
//! logs it. If a program removes them again and again, only the kill switch is restored at once, and the rest after the program
//! has left it alone for a while.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use adit_api::{ApiError, InterfaceName, LogCode, LogText, NetworkSetting, TunnelId};
use adit_platform::device::Stop;
use adit_platform::network::{Network, NetworkError, Part, Protected, Tampering};
use adit_protocol::Instant;

use super::clock::Clock;
use super::inbox::{Deliver, Delivery, Inbox};
use super::trace::{Bucket, NETWORK};
use super::{Inner, refusal};

/// A conflict with another program starts when settings are restored more than this often within the window.
const OFTEN: usize = 5;
const WINDOW: Duration = Duration::from_secs(10);
/// Delay after the first missing route, rule or address, because programs remove them one by one.
const ONE_BY_ONE: Duration = Duration::from_millis(100);
/// Minimum time between two restorations of a kill switch during a conflict.
const BREATH: Duration = Duration::from_millis(100);

/// The inbox of the thread that restores settings, and the handle that ends the thread that watches them.
pub(super) struct Guard {
    heard: Inbox<Heard>,
    stop: Mutex<Option<Arc<dyn Stop>>>,
}

enum Heard {
    Tampering(Tampering),
    End,
}

impl Deliver for Heard {
    type Key = Tampering;

    fn delivery(&self) -> Delivery<Tampering> {
        match self {
            Self::End => Delivery::First,
            Self::Tampering(tampering) => Delivery::Event(tampering.clone()),
        }
    }
}

impl Guard {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { heard: Inbox::new(clock), stop: Mutex::default() }
    }

    /// Makes the thread read the clock again, which may have jumped.
    pub(super) fn reread_clock(&self) {
        self.heard.reread_clock();
    }
}

/// The parts of an interface's settings that are known to be missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Missing {
    kill_switch: bool,
    filter: bool,
    ways: bool,
}

impl Missing {
    const ANYTHING: Self = Self { kill_switch: true, filter: true, ways: true };

    fn and(self, other: Self) -> Self {
        Self {
            kill_switch: self.kill_switch || other.kill_switch,
            filter: self.filter || other.filter,
            ways: self.ways || other.ways,
        }
    }

    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Recent restorations of an interface's settings.
#[derive(Default)]
struct Past {
    /// Times of the latest restorations.
    times: VecDeque<Instant>,
    /// The missing parts whose restoration was postponed, and the times until which it is. A time of None: not postponed yet.
    late: Missing,
    kill_switch_at: Option<Instant>,
    rest_at: Option<Instant>,
    is_fought: bool,
}

impl Past {
    fn forget(&mut self, now: Instant) {
        while self.times.front().is_some_and(|time| now.since(*time) >= WINDOW) {
            self.times.pop_front();
        }
    }

    /// Returns the time of the next postponed restoration.
    fn next(&self) -> Option<Instant> {
        let kill_switch = self.kill_switch_at.filter(|_| self.late.kill_switch);
        let rest = self.rest_at.filter(|_| self.late.filter || self.late.ways);
        [kill_switch, rest].into_iter().flatten().min()
    }

    /// Returns the missing parts to restore at `now`, and postpones the others.
    fn due(&mut self, missing: Missing, now: Instant) -> Missing {
        self.forget(now);
        let all = self.late.and(missing);
        let is_fight = self.times.len() > OFTEN;
        if is_fight && (missing.filter || missing.ways) {
            self.rest_at = Some(now + WINDOW);
        } else if missing.ways && !self.late.ways {
            self.rest_at = Some(now + ONE_BY_ONE);
        }
        let rest_is_due = self.rest_at.is_none_or(|at| now >= at);
        let due = Missing {
            kill_switch: all.kill_switch && (!is_fight || self.kill_switch_at.is_none_or(|at| now >= at)),
            filter: all.filter && (!is_fight || rest_is_due),
            ways: all.ways && rest_is_due,
        };
        self.late = Missing {
            kill_switch: all.kill_switch && !due.kill_switch,
            filter: all.filter && !due.filter,
            ways: all.ways && !due.ways,
        };
        due
    }

    /// Records a restoration. Returns true if a conflict with another program has just started.
    fn was_put_back(&mut self, now: Instant) -> bool {
        self.times.push_back(now);
        if self.times.len() > OFTEN + 1 {
            self.times.pop_front();
        }
        self.kill_switch_at = Some(now + BREATH);
        let is_fight = self.times.len() > OFTEN;
        let is_news = is_fight && !self.is_fought;
        self.is_fought = is_fight;
        is_news
    }
}

impl Inner {
    /// Starts the threads that watch the network settings and retry failed tunnels.
    pub(super) fn start_threads(self: &Arc<Self>) {
        let inner = Arc::downgrade(self);
        self.platform.network.on_resolvers_overwritten(Box::new(move |interface, result| {
            let Some(inner) = inner.upgrade() else { return };
            let code = match result {
                Ok(()) => LogCode::PutBack { what: NetworkSetting::Resolvers },
                Err(error) => LogCode::NotPutBack { error: LogText::of(error) },
            };
            match interface {
                Some(interface) => inner.note_of(interface, code),
                None => inner.event_log.write(None, code),
            }
        }));
        let begin = || -> Result<(), ApiError> {
            self.spawn("retries", |inner| inner.run_retries())?;
            self.start_portal()?;
            let stop = self.devices.new_stop()().map_err(|error| thread_error(&error))?;
            let tampering = self.platform.network.tampering().map_err(|error| refusal::of_network(&error))?;
            // If the platform reports no tampering, the system protects the settings itself.
            let Some(mut network) = tampering else { return Ok(()) };
            *self.guard.stop.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&stop));
            self.spawn("guard", Self::restore_settings)?;
            self.spawn("network", move |inner| {
                let mut lines = Bucket::default();
                loop {
                    match network.next(&*stop) {
                        Ok(Some(Tampering::WayOut)) => inner.network_has_changed(lines.take(NETWORK, inner.clock.now())),
                        Ok(Some(Tampering::LocalNetworks)) => inner.local_networks_have_changed(),
                        Ok(Some(tampering)) => inner.guard.heard.push(Heard::Tampering(tampering)),
                        Ok(None) => return,
                        Err(error) => return inner.is_unguarded(&error.to_string()),
                    }
                }
            })
        };
        if let Err(error) = begin() {
            self.is_unguarded(&error.to_string());
        }
    }

    /// Ends the threads that [`Inner::start_threads`] started.
    pub(super) fn end_guard(&self) {
        self.retries.reread_clock();
        self.guard.heard.push(Heard::End);
        if let Some(stop) = self.guard.stop.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            stop.stop();
        }
    }

    fn is_unguarded(&self, error: &str) {
        self.event_log.write(None, LogCode::Unguarded { error: error.into() });
    }

    pub(super) fn spawn(self: &Arc<Self>, name: &str, work: impl FnOnce(&Arc<Self>) + Send + 'static) -> Result<(), ApiError> {
        let inner = Arc::clone(self);
        let spawned = thread::Builder::new().name(name.to_owned()).spawn(move || work(&inner));
        let thread = spawned.map_err(|error| thread_error(&error))?;
        self.lock().threads.push(thread);
        Ok(())
    }

    fn restore_settings(self: &Arc<Self>) {
        let mut pasts: BTreeMap<InterfaceName, Past> = BTreeMap::new();
        loop {
            let deadline = pasts.values().filter_map(Past::next).min();
            let mut heard: Vec<Heard> = self.guard.heard.next(deadline).into_iter().collect();
            // Tampering that was reported together is repaired together.
            heard.extend(self.guard.heard.take_all());
            let mut missing: BTreeMap<InterfaceName, Missing> = BTreeMap::new();
            for heard in heard {
                match heard {
                    Heard::End => return,
                    Heard::Tampering(tampering) => note(&*self.platform.network, &tampering, &mut missing),
                }
            }
            let now = self.clock.now();
            let late = pasts.iter().filter(|(_, past)| past.next().is_some_and(|at| at <= now));
            for (interface, _) in late {
                missing.entry(interface.clone()).or_default();
            }
            for (interface, missing) in missing {
                let past = pasts.entry(interface.clone()).or_default();
                let due = past.due(missing, now);
                if !due.is_nothing() && self.reconcile(&interface, due) && past.was_put_back(self.clock.now()) {
                    self.note_of(&interface, LogCode::FoughtWith { times: u32::try_from(OFTEN + 1).unwrap_or(u32::MAX) });
                }
            }
            pasts.retain(|_, past| {
                past.forget(now);
                !past.times.is_empty() || past.next().is_some()
            });
        }
    }

    /// Restores the missing parts, the kill switch first. Returns true if anything was missing or could not be restored.
    fn reconcile(&self, interface: &InterfaceName, due: Missing) -> bool {
        let mut any = false;
        let parts = [(due.kill_switch, Protected::KillSwitch), (due.ways, Protected::Ways), (due.filter, Protected::Filter)];
        for (_, part) in parts.into_iter().filter(|(is_due, _)| *is_due) {
            any |= self.was_put_back(interface, self.platform.network.put_back(interface, part));
        }
        any
    }

    fn was_put_back(&self, interface: &InterfaceName, parts: Result<Vec<Part>, NetworkError>) -> bool {
        match parts {
            Ok(parts) => {
                for part in &parts {
                    self.note_of(interface, LogCode::PutBack { what: setting(*part) });
                }
                !parts.is_empty()
            }
            Err(error) => {
                self.note_of(interface, LogCode::NotPutBack { error: LogText::of(error) });
                true
            }
        }
    }

    fn note_of(&self, interface: &InterfaceName, code: LogCode) {
        let id: Option<TunnelId> =
            self.lock().entries.iter().find(|(_, entry)| entry.profile.interface == *interface).map(|(id, _)| *id);
        self.event_log.write(id, code);
    }
}

fn note(network: &dyn Network, tampering: &Tampering, missing: &mut BTreeMap<InterfaceName, Missing>) {
    let mut add = |interface: &InterfaceName, more: Missing| {
        let known = missing.entry(interface.clone()).or_default();
        *known = known.and(more);
    };
    match tampering {
        Tampering::KillSwitch(interface) => add(interface, Missing { kill_switch: true, ..Missing::default() }),
        Tampering::Filter(interface) => add(interface, Missing { filter: true, ..Missing::default() }),
        Tampering::Ways => {
            network.interfaces().iter().for_each(|interface| add(interface, Missing { ways: true, ..Missing::default() }));
        }
        Tampering::Unknown => network.interfaces().iter().for_each(|interface| add(interface, Missing::ANYTHING)),
        Tampering::WayOut | Tampering::LocalNetworks => {}
    }
}

fn setting(part: Part) -> NetworkSetting {
    match part {
        Part::KillSwitch => NetworkSetting::KillSwitch,
        Part::Filter => NetworkSetting::PacketFilter,
        Part::Addresses => NetworkSetting::Addresses,
        Part::Routes => NetworkSetting::Routes,
        Part::Rules => NetworkSetting::Rules,
    }
}

fn thread_error(error: &std::io::Error) -> ApiError {
    ApiError::Io { doing: "starting a thread".into(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::clock::at_milliseconds;
    use super::*;

    fn at(milliseconds: u64) -> Instant {
        at_milliseconds(1_000 + milliseconds)
    }

    const BLOCKADE: Missing = Missing { kill_switch: true, filter: false, ways: false };
    const WAYS: Missing = Missing { kill_switch: false, filter: false, ways: true };

    #[test]
    fn a_setting_that_is_removed_now_and_then_is_restored_at_once() {
        let mut past = Past::default();
        for time in 0..100 {
            let now = at(time * 6_000);
            let later = |milliseconds| now + Duration::from_millis(milliseconds);
            assert_eq!(past.due(Missing::ANYTHING, now), Missing { ways: false, ..Missing::ANYTHING });
            assert!(!past.was_put_back(now));
            assert_eq!(past.due(WAYS, later(50)), Missing::default(), "there may be more to come");
            assert_eq!(past.next(), Some(later(100)));
            assert_eq!(past.due(Missing::default(), later(100)), WAYS);
            assert!(!past.was_put_back(later(100)));
            assert_eq!(past.next(), None);
        }
    }

    #[test]
    fn repeated_removal_is_logged_once_and_only_the_kill_switch_is_restored_at_once() {
        let mut past = Past::default();
        let mut told = 0;
        for time in (0..1_200).step_by(200) {
            assert_eq!(past.due(WAYS, at(time)), Missing::default());
            assert_eq!(past.due(Missing::default(), at(time + 100)), WAYS);
            told += u32::from(past.was_put_back(at(time + 100)));
        }
        assert_eq!(past.due(WAYS.and(BLOCKADE), at(1_200)), BLOCKADE);
        told += u32::from(past.was_put_back(at(1_200)));
        assert_eq!(past.due(BLOCKADE, at(1_250)), Missing::default(), "not more often than ten times in a second");
        assert_eq!(past.next(), Some(at(1_300)));
        assert_eq!(past.due(Missing::default(), at(1_300)), BLOCKADE);
        told += u32::from(past.was_put_back(at(1_300)));
        assert_eq!((told, past.next()), (1, Some(at(11_200))));
        assert_eq!(past.due(Missing::default(), at(11_200)), WAYS, "it was left alone for ten seconds");
    }
}
