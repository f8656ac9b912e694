//! Splits lists that are too large for one answer into pages.

use std::collections::{BTreeMap, BTreeSet};

use adit_api::{
    ApiError, ConfigChange, ConfigReplaced, Diagnostic, PeerPage, PeerStatus, PublicKey, Severity, TunnelId, TunnelName,
    TunnelPage, TunnelView,
};
use adit_config::{Config, Document};
use serde::Serialize;

use super::Manager;
use super::state::State;

/// Maximum size of a page, or of a list in an answer, in bytes of JSON: half of what one answer can carry.
const PAGE_BYTES: usize = 512 * 1024;

/// Number of tunnels that are read before the lock is released for others.
const SLICE: usize = 64;

/// Maximum number of peers that are read for one page; each has at least 128 bytes of JSON.
const MOST_PEERS: usize = PAGE_BYTES / 128;

/// Maximum length of a value in a [`ConfigChange`] in bytes: a list of networks can be longer than an answer.
const VALUE_BYTES: usize = 2 * 1024;

impl Manager {
    pub(super) fn page_of_tunnels(&self, after: Option<&TunnelName>) -> TunnelPage {
        let after = after.map(|name| name.as_str().to_lowercase());
        let mut page = Page::new(PAGE_BYTES);
        loop {
            let last = page.items.last().map(|view: &TunnelView| (view.name.as_str().to_lowercase(), view.id));
            let (views, more) = self.slice_of_tunnels(|key| match (&last, &after) {
                (Some(last), _) => key > last,
                (None, Some(after)) => key.0 > *after,
                (None, None) => true,
            });
            // Serialized without the lock, so that no other thread waits for it.
            if !views.into_iter().all(|view| page.add(view)) {
                return TunnelPage { more: true, tunnels: page.items };
            }
            if !more {
                return TunnelPage { more: false, tunnels: page.items };
            }
        }
    }

    /// Returns the first few of the wanted tunnels by name, and true if there are more.
    fn slice_of_tunnels(&self, is_wanted: impl Fn(&(String, TunnelId)) -> bool) -> (Vec<TunnelView>, bool) {
        let tunnels = self.inner.lock();
        let named = tunnels.entries.iter().map(|(id, entry)| ((entry.profile.name.as_str().to_lowercase(), *id), entry));
        let entries: BTreeMap<_, _> = named.filter(|(key, _)| is_wanted(key)).collect();
        let more = entries.len() > SLICE;
        (entries.into_iter().take(SLICE).map(|((_, id), entry)| self.inner.view(id, entry)).collect(), more)
    }

    pub(super) fn page_of_peers(&self, id: TunnelId, after: Option<PublicKey>) -> Result<PeerPage, ApiError> {
        let now = self.inner.clock.both();
        let tunnels = self.inner.lock();
        let entry = tunnels.get(id)?;
        let config = entry.profile.saved.as_ref().map(|saved| &saved.config);
        let mut running: BTreeMap<_, PeerStatus> = match &entry.state {
            State::Up(up) => up.peers(now),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => BTreeMap::new(),
        };
        let configured: BTreeMap<_, _> =
            config.into_iter().flat_map(Config::remote_peers).map(|peer| (peer.public_key, peer)).collect();
        let after = after.map(adit_config::PublicKey::from);
        let keys: BTreeSet<_> =
            configured.keys().chain(running.keys()).copied().filter(|key| after.is_none_or(|after| *key > after)).collect();
        let peers = keys.iter().map(|key| {
            let view = configured.get(key).map(|peer| entry.profile.peer_view(peer));
            (view, running.remove(key))
        });
        let peers: Vec<_> = peers.take(MOST_PEERS).collect();
        drop(tunnels);
        let page = fitting(peers.into_iter());
        let is_last = page.len() == keys.len();
        let next = page.len().checked_sub(1).and_then(|last| keys.iter().nth(last)).filter(|_| !is_last);
        let next = next.map(|key| PublicKey::from(*key));
        let (configured, running): (Vec<_>, Vec<_>) = page.into_iter().unzip();
        Ok(PeerPage { configured: flat(configured), running: flat(running), next })
    }
}

fn flat<T>(items: Vec<Option<T>>) -> Vec<T> {
    items.into_iter().flatten().collect()
}

/// Returns as many of the first items as fit into a page, and at least one.
pub(super) fn fitting<T: Serialize>(items: impl Iterator<Item = T>) -> Vec<T> {
    fitting_in(PAGE_BYTES, items)
}

/// Returns as many of the first items as fit into `limit` bytes of JSON, and at least one.
pub(crate) fn fitting_in<T: Serialize>(limit: usize, items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut page = Page::new(limit);
    let mut items = items.into_iter();
    while items.next().is_some_and(|item| page.add(item)) {}
    page.items
}

struct Page<T> {
    items: Vec<T>,
    bytes: usize,
    limit: usize,
}

impl<T: Serialize> Page<T> {
    /// Creates an empty page for `limit` bytes of JSON.
    fn new(limit: usize) -> Self {
        Self { items: Vec::new(), bytes: 0, limit }
    }

    /// Adds an item. Returns false if it does not fit.
    fn add(&mut self, item: T) -> bool {
        // An item that cannot be serialized is detected when the whole answer is serialized.
        self.bytes += serde_json::to_vec(&item).map_or(0, |json| json.len() + 1);
        let fits = self.bytes <= self.limit || self.items.is_empty();
        if fits {
            self.items.push(item);
        }
        fits
    }
}

/// Returns the first changes, with long values truncated, and the number of changes that are left out. The changes of `first`
/// come before those of `second`.
pub(super) fn changes(first: Vec<ConfigChange>, second: Vec<ConfigChange>) -> (Vec<ConfigChange>, Vec<ConfigChange>, u32) {
    let (count, split) = (first.len() + second.len(), first.len());
    let shortened = first.into_iter().chain(second).map(|change| ConfigChange {
        before: change.before.map(beginning),
        after: change.after.map(beginning),
        ..change
    });
    let mut first = fitting(shortened);
    let left_out = u32::try_from(count - first.len()).unwrap_or(u32::MAX);
    let second = first.split_off(split.min(first.len()));
    (first, second, left_out)
}

/// Returns the answer to a change of the configuration.
pub(super) fn replaced(
    version: u64,
    applied: Vec<ConfigChange>,
    needs_restart: Vec<ConfigChange>,
    diagnostics: Vec<Diagnostic>,
) -> ConfigReplaced {
    let (needs_restart, applied, changes_left_out) = changes(needs_restart, applied);
    ConfigReplaced { version, applied, needs_restart, changes_left_out, diagnostics }
}

/// The diagnostics of a configuration: as many as an answer can carry, errors first.
pub(super) fn diagnostics(document: &Document, found: &[adit_config::Diagnostic]) -> Vec<Diagnostic> {
    let all = found.iter().map(|found| Diagnostic::in_document(document, found));
    let told = fitting(all.clone());
    if told.len() == found.len() {
        return told;
    }
    let (errors, others): (Vec<_>, Vec<_>) = all.partition(|diagnostic| diagnostic.severity == Severity::Error);
    fitting(errors.into_iter().chain(others))
}

fn beginning(mut text: String) -> String {
    if text.len() > VALUE_BYTES {
        text.truncate(text.floor_char_boundary(VALUE_BYTES));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use adit_api::{ChangeEffect, ConfigField};

    use super::*;

    fn change(value: &str) -> ConfigChange {
        let value = Some(value.to_owned());
        ConfigChange {
            peer: None,
            field: ConfigField::AllowedIps,
            before: value.clone(),
            after: value,
            effect: ChangeEffect::Live,
        }
    }

    #[test]
    fn what_fits_is_told_whole() {
        let (applied, later) = (vec![change("10.0.0.0/8")], vec![change("é"), change("")]);
        assert_eq!(changes(applied.clone(), later.clone()), (applied, later, 0));
    }

    #[test]
    fn a_long_value_is_told_in_part_and_many_changes_are_counted() {
        let (applied, later, left_out) = changes(vec![change(&"é".repeat(3_000)); 100], vec![change("a"); 9_000]);
        assert_eq!(applied[0].after, Some("é".repeat(1_024) + "…"));
        assert_eq!((applied.len(), later.len() + left_out as usize), (100, 9_000));
        assert!(left_out > 1_000, "{left_out}");
    }

    #[test]
    fn an_item_that_is_larger_than_a_page_is_on_a_page_of_its_own() {
        let large = "x".repeat(PAGE_BYTES + 1);
        assert_eq!(fitting([large.clone(), "y".to_owned()].into_iter()), [large]);
        assert_eq!(fitting(["y".to_owned(), "z".to_owned()].into_iter()).len(), 2);
    }
}
