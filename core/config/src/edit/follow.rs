//! Writes the changes of a running engine into its file: keys, port, mark and peers, without changing any other byte.

use std::collections::BTreeSet;

use adit_protocol::{PresharedKey, PublicKey};
use zeroize::Zeroizing;

use super::{Body, EditError, Splices, add, add_peer, interface, peers, remove, remove_section, set, whole};
use crate::config::Peer;
use crate::diff::{Change, Diff, PeerChange};
use crate::keyword::{Key, is_space};
use crate::syntax::Document;
use crate::value::Cidr;

/// Maximum number of items per line, which keeps lines far below the limit of 64 KiB.
const ITEMS_PER_LINE: usize = 256;

/// Returns the file after these changes of the engine. Changes of a peer that is not in the file are skipped, and a peer that is
/// already there is not added.
///
/// # Errors
/// If a change concerns something that an engine does not know, or the file would become too large.
pub fn follow(document: &Document, diff: &Diff) -> Result<Document, EditError> {
    diff.changes().iter().try_fold(document.clone(), |document, change| one(&document, change))
}

fn one(document: &Document, change: &Change) -> Result<Document, EditError> {
    let own = || interface(document).ok_or(EditError::NoSuchSection(0));
    match change {
        Change::PrivateKey(key) => {
            assign(document, own()?, Key::PrivateKey, key.as_ref().map(|key| key.dangerously_reveal_base64()))
        }
        Change::ListenPort(port) => assign(document, own()?, Key::ListenPort, port.map(text)),
        Change::FwMark(mark) => assign(document, own()?, Key::FwMark, mark.map(text)),
        Change::PeerAdded(peer) => added(document, peer),
        Change::PeerRemoved(key) => peers(document, key)
            .into_iter()
            .rev()
            .try_fold(document.clone(), |document, number| remove_section(&document, number)),
        Change::PeerChanged { public_key, changes } => {
            changes.iter().try_fold(document.clone(), |document, change| changed(&document, public_key, change))
        }
        Change::AsksFor(_)
        | Change::Addresses { .. }
        | Change::Dns { .. }
        | Change::Mtu(_)
        | Change::Table(_)
        | Change::SaveConfig(_)
        | Change::Hooks(_) => Err(EditError::NotOfEngine),
    }
}

fn text(value: impl ToString) -> Zeroizing<String> {
    Zeroizing::new(value.to_string())
}

fn assign(document: &Document, section: usize, key: Key, value: Option<Zeroizing<String>>) -> Result<Document, EditError> {
    match value {
        Some(value) => set(document, section, key, &[value.as_str()]),
        None => remove(document, section, key),
    }
}

fn added(document: &Document, peer: &Peer) -> Result<Document, EditError> {
    // An engine knows one endpoint of a peer.
    let Peer { name, public_key, preshared_key, endpoint, further_endpoints: _, allowed_ips, persistent_keepalive } = peer;
    if !peers(document, public_key).is_empty() {
        return Ok(document.clone());
    }
    let mut lines = vec![(Key::PublicKey, text(public_key))];
    lines.extend(preshared_key.as_ref().map(|key| (Key::PresharedKey, key.dangerously_reveal_base64())));
    lines.extend(allowed_ips.chunks(ITEMS_PER_LINE).map(|networks| (Key::AllowedIps, list(networks))));
    lines.extend(endpoint.as_ref().map(|endpoint| (Key::Endpoint, text(endpoint))));
    lines.extend(persistent_keepalive.map(|keepalive| (Key::PersistentKeepalive, text(keepalive))));
    let lines: Vec<(Key, &str)> = lines.iter().map(|(key, value)| (*key, value.as_str())).collect();
    add_peer(document, name.as_ref(), &lines)
}

fn changed(document: &Document, peer: &PublicKey, change: &PeerChange) -> Result<Document, EditError> {
    match change {
        PeerChange::PresharedKey(key) => {
            let key = key.as_ref().filter(|key| !key.is_none()).map(PresharedKey::dangerously_reveal_base64);
            assign_to_peer(document, peer, Key::PresharedKey, key)
        }
        PeerChange::Endpoint(endpoint) => assign_to_peer(document, peer, Key::Endpoint, endpoint.as_ref().map(text)),
        PeerChange::PersistentKeepalive(keepalive) => {
            assign_to_peer(document, peer, Key::PersistentKeepalive, keepalive.map(text))
        }
        PeerChange::AllowedIps { added, removed } => networks(document, peer, added, removed),
        PeerChange::Name(_) | PeerChange::FurtherEndpoints(_) => Err(EditError::NotOfEngine),
    }
}

/// Sets the value in the peer's last section that has the key, which is the effective one; in its last section if none has the
/// key.
fn assign_to_peer(
    document: &Document,
    peer: &PublicKey,
    key: Key,
    value: Option<Zeroizing<String>>,
) -> Result<Document, EditError> {
    let sections = peers(document, peer);
    if sections.is_empty() {
        return Ok(document.clone());
    }
    if value.is_none() {
        return sections.into_iter().try_fold(document.clone(), |document, section| remove(&document, section, key));
    }
    let has_key = |section: &&usize| Body::of(document, **section).is_ok_and(|body| !body.assignments(document, key).is_empty());
    let section = sections.iter().rev().find(has_key).or(sections.last()).ok_or(EditError::NoSuchSection(0))?;
    assign(document, *section, key, value)
}

fn networks(
    document: &Document,
    peer: &PublicKey,
    added: &BTreeSet<Cidr>,
    removed: &BTreeSet<Cidr>,
) -> Result<Document, EditError> {
    let sections = peers(document, peer);
    let Some(last) = sections.last().copied() else { return Ok(document.clone()) };
    let without = |document: Document, section: usize| revise(&document, section, |value| leave_out(value, removed));
    let mut document = sections.into_iter().try_fold(document.clone(), without)?;
    let added: Vec<Cidr> = added.iter().copied().collect();
    for some in added.chunks(ITEMS_PER_LINE) {
        document = add(&document, last, Key::AllowedIps, &list(some))?;
    }
    Ok(document)
}

/// Replaces the value of each `AllowedIPs` line by the result of `of`; `None` removes the line.
fn revise(document: &Document, section: usize, of: impl Fn(&str) -> Option<String>) -> Result<Document, EditError> {
    let body = Body::of(document, section)?;
    let mut splices = Splices::default();
    for (line, value) in body.assignments(document, Key::AllowedIps) {
        match of(document.slice(&value)) {
            Some(new) if new == document.slice(&value) => {}
            Some(new) => splices.replace(value, &new),
            None => splices.remove(whole(document, line)),
        }
    }
    Ok(splices.apply(document)?)
}

fn leave_out(value: &str, removed: &BTreeSet<Cidr>) -> Option<String> {
    let stays = |item: &&str| {
        let compact: String = item.chars().filter(|character| !is_space(*character)).collect();
        let network = compact.strip_prefix('+').unwrap_or(&compact).parse::<Cidr>();
        !network.is_ok_and(|network| removed.contains(&network.network()))
    };
    let items: Vec<&str> = value.split(',').collect();
    let left: Vec<&str> = items.iter().copied().filter(|item| stays(item)).collect();
    if left.len() == items.len() {
        return Some(value.to_owned());
    }
    let left: Vec<&str> = left.into_iter().map(|item| item.trim_matches(is_space)).filter(|item| !item.is_empty()).collect();
    (!left.is_empty()).then(|| left.join(", "))
}

fn list(networks: &[Cidr]) -> Zeroizing<String> {
    text(networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}
