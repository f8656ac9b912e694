//! Decides which link is asked for which homes, and when. It is pure: networks, keys, answers and the time go in, questions come
//! out.
//!
//! An answer counts for the network in which it was given. After any sign of another network nobody knows, until it was asked.

use std::collections::BTreeMap;
use std::time::Duration;

use adit_config::Cidr;
use adit_platform::network_facts::{Link, Mac, Wifi};
use adit_protocol::{Instant, PublicKey};
use adit_rules::facts::ProbeResult;

/// More keys are not asked for; nobody knows about them.
pub(crate) const MAX_KEYS: usize = 16;
/// More links are not asked.
const MAX_LINKS: usize = 16;
/// The least time between two questions on one link: in what may be another network, and otherwise.
const LEAST_PAUSE: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_secs(1);
/// The time until a network is asked again.
const REPEAT: Duration = Duration::from_secs(180);
/// The same after the first questions without any answer: responders start, and datagrams are lost.
const AFTER_SILENCE: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

/// The properties by which a network is told from another.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Network {
    carrier_changes: u32,
    wifi: Option<Wifi>,
    gateway: Option<Mac>,
    subnets: Vec<Cidr>,
}

impl Network {
    fn of(link: &Link) -> Self {
        let Link { carrier_changes, wifi, gateway_mac, subnets, .. } = link;
        Self { carrier_changes: *carrier_changes, wifi: wifi.clone(), gateway: *gateway_mac, subnets: subnets.clone() }
    }

    /// Returns true if `later` can only be the same network: at most more is known about it. A gateway confirms its address, and
    /// the addresses of both families arrive, some time after the link came up.
    fn continues_in(&self, later: &Self) -> bool {
        self.carrier_changes == later.carrier_changes
            && self.wifi == later.wifi
            && (self.gateway.is_none() || self.gateway == later.gateway)
            && self.subnets.iter().all(|subnet| later.subnets.contains(subnet))
    }
}

/// A question on one link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Question {
    pub(crate) interface: String,
    pub(crate) keys: Vec<PublicKey>,
    /// The stay in a network that it belongs to.
    stay: u64,
}

/// The knowledge about a link.
#[derive(Debug)]
struct Entry {
    /// Counts how often this computer has come into a network, or back from sleep.
    stay: u64,
    network: Network,
    due: Instant,
    last_asked: Option<Instant>,
    /// None: nobody has been asked in this network.
    result: Option<Outcome>,
    /// The number of questions since the last answer.
    silences: usize,
    /// A home that had answered did not answer the last question.
    is_doubted: bool,
}

impl Entry {
    /// Sets the time of the next question, unless a change has set an earlier one.
    fn ask_again(&mut self, time: Instant) {
        self.due = self.due.min(time);
    }
}

/// What a question brought.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Outcome {
    asked: Vec<PublicKey>,
    answered: Vec<PublicKey>,
}

/// Links, keys, and what is known about them.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    keys: Vec<PublicKey>,
    links: BTreeMap<String, Entry>,
    stays: u64,
}

impl Schedule {
    /// Sets the present links, and the keys to ask for in the order of their importance.
    pub(crate) fn set(&mut self, links: &[Link], keys: &[PublicKey], now: Instant) {
        let has_new_keys = keys.iter().any(|key| !self.keys.contains(key));
        self.keys = keys.to_vec();
        self.links.retain(|name, _| links.iter().any(|link| link.interface == *name));
        for link in links.iter().take(MAX_LINKS) {
            let network = Network::of(link);
            self.stays += 1;
            let arrived = Entry {
                stay: self.stays,
                network: network.clone(),
                due: now,
                last_asked: None,
                result: None,
                silences: 0,
                is_doubted: false,
            };
            let Some(entry) = self.links.get_mut(&link.interface) else {
                self.links.insert(link.interface.clone(), arrived);
                continue;
            };
            let pause = if !entry.network.continues_in(&network) {
                *entry = Entry { last_asked: entry.last_asked, ..arrived };
                LEAST_PAUSE
            } else if entry.network != network || has_new_keys {
                PAUSE
            } else {
                continue;
            };
            entry.network = network;
            entry.due = entry.last_asked.map_or(now, |asked| now.max(asked + pause));
        }
    }

    /// Returns the time of the next question. None: there is none.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        if self.keys.is_empty() { None } else { self.links.values().map(|entry| entry.due).min() }
    }

    /// Returns a question that is due. It is to be followed by [`Self::asked`].
    pub(crate) fn next(&mut self, now: Instant) -> Option<Question> {
        if self.keys.is_empty() {
            return None;
        }
        let (interface, entry) =
            self.links.iter_mut().filter(|(_, entry)| entry.due <= now).min_by_key(|(_, entry)| entry.due)?;
        entry.last_asked = Some(now);
        // Until the result is here, and if it does not come.
        entry.due = now + REPEAT;
        let keys = self.keys.iter().copied().take(MAX_KEYS).collect();
        Some(Question { interface: interface.clone(), keys, stay: entry.stay })
    }

    /// Takes note of the keys whose owners answered. None: the question could not be asked. Returns true if what is
    /// known about the link has changed.
    pub(crate) fn asked(&mut self, question: Question, answered: Option<Vec<PublicKey>>, now: Instant) -> bool {
        let is_same = |entry: &&mut Entry| entry.stay == question.stay;
        let Some(entry) = self.links.get_mut(&question.interface).filter(is_same) else { return false };
        let Some(answered) = answered else {
            entry.silences += 1;
            entry.ask_again(now + pause_after(entry.silences));
            return entry.result.take().is_some();
        };
        let has_lost = entry.result.as_ref().is_some_and(|last| last.answered.iter().any(|key| !answered.contains(key)));
        // Datagrams are lost, and nothing else has changed in this network: a home is asked twice before it is gone.
        entry.is_doubted = has_lost && !entry.is_doubted;
        if entry.is_doubted {
            entry.ask_again(now + PAUSE);
            return false;
        }
        entry.silences = if answered.is_empty() { entry.silences + 1 } else { 0 };
        entry.ask_again(now + pause_after(entry.silences));
        let result = Some(Outcome { asked: question.keys, answered });
        let has_changed = entry.result != result;
        entry.result = result;
        has_changed
    }

    /// Returns the answer that counts for a link as it is described now.
    pub(crate) fn result(&self, link: &Link) -> ProbeResult {
        let entry = self.links.get(&link.interface).filter(|entry| entry.network.continues_in(&Network::of(link)));
        let Some(result) = entry.and_then(|entry| entry.result.as_ref()) else { return ProbeResult::NotAsked };
        if self.keys.iter().take(MAX_KEYS).any(|key| !result.asked.contains(key)) {
            return ProbeResult::NotAsked;
        }
        match self.keys.iter().find(|key| result.answered.contains(key)) {
            Some(key) => ProbeResult::Answered { key: *key },
            None if self.keys.len() > MAX_KEYS => ProbeResult::NotAsked,
            None => ProbeResult::NoAnswer,
        }
    }
}

/// Returns the time until the next question after `silences` questions without an answer.
fn pause_after(silences: usize) -> Duration {
    silences.checked_sub(1).and_then(|index| AFTER_SILENCE.get(index)).copied().unwrap_or(REPEAT)
}

#[cfg(test)]
mod tests;
