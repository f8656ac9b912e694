//! Checks of the configuration as a whole: missing values, allowed IPs that one peer takes from another, and likely mistakes.

use std::collections::HashMap;

use adit_protocol::{PrivateKey, PublicKey};

use super::draft::{Change, Draft, PeerDraft};
use super::{Place, Report};
use crate::config::{Config, Interface, Peer};
use crate::diagnostic::Code;
use crate::keyword::{Key, Section};
use crate::value::Cidr;

pub(super) fn finish(draft: Draft, report: &mut Report<'_>) -> Config {
    let Draft { header, interface, seen, peers, .. } = draft;
    report.section = Some(Section::Interface);
    if let Some(header) = &header {
        private_key(header, &interface, &seen, report);
    }
    let own = interface.public_key();
    report.section = Some(Section::Peer);
    let mut merged: Vec<Merged> = Vec::new();
    let mut index_of: HashMap<PublicKey, usize> = HashMap::new();
    for peer in peers {
        let Some(public_key) = peer.public_key else {
            if !peer.seen.contains_key(&Key::PublicKey) {
                report.at(&peer.header, Code::MissingPublicKey);
            }
            continue;
        };
        let place = peer.seen.get(&Key::PublicKey).unwrap_or(&peer.header).clone();
        in_place_of_a_public_key(&place, public_key, &interface, own, report);
        match index_of.get(&public_key).and_then(|index| merged.get_mut(*index)) {
            Some(first) => {
                report.at(&place, Code::RepeatedPeer { first: first.header.line });
                first.join(peer);
            }
            None => {
                index_of.insert(public_key, merged.len());
                merged.push(Merged::new(public_key, peer));
            }
        }
    }
    report.key = Some(Key::Endpoint);
    for further in merged.iter().filter(|peer| !peer.has_endpoint).filter_map(|peer| peer.further.as_ref()) {
        report.at(further, Code::NoFirstEndpoint);
    }
    report.key = Some(Key::AllowedIps);
    merged.iter_mut().for_each(|peer| peer.settle(report));
    ownership(&merged, report);
    defaults(&merged, own, report);
    let config = Config { interface, peers: merged.into_iter().map(Merged::into_peer).collect() };
    report.section = Some(Section::Interface);
    whole(&config, header.as_ref(), &seen, report);
    config
}

/// A peer, merged from all its sections.
struct Merged {
    header: Place,
    peer: Peer,
    /// True if a section has the key `Endpoint`, also with a value that could not be read.
    has_endpoint: bool,
    /// Place of the first further endpoint.
    further: Option<Place>,
    changes: Vec<Change>,
    /// The allowed IPs that result from the changes.
    allowed_ips: Vec<(Cidr, Place)>,
}

impl Merged {
    fn new(public_key: PublicKey, draft: PeerDraft) -> Self {
        Self {
            header: draft.header,
            has_endpoint: draft.seen.contains_key(&Key::Endpoint),
            further: draft.further,
            peer: Peer { public_key, ..draft.rest },
            changes: draft.allowed_ips,
            allowed_ips: Vec::new(),
        }
    }

    /// Merges a later section, as `wg setconf` does: its fields win, and its list of allowed IPs replaces the earlier one unless
    /// the list has `+` or `-` in it.
    fn join(&mut self, later: PeerDraft) {
        let Peer { name, public_key: _, preshared_key, endpoint, further_endpoints, allowed_ips: _, persistent_keepalive } =
            later.rest;
        let peer = &mut self.peer;
        peer.name = peer.name.take().or(name);
        peer.preshared_key = preshared_key.or(peer.preshared_key.take());
        peer.endpoint = endpoint.or(peer.endpoint.take());
        if !further_endpoints.is_empty() {
            peer.further_endpoints = further_endpoints;
        }
        peer.persistent_keepalive = persistent_keepalive.or(peer.persistent_keepalive);
        self.has_endpoint |= later.seen.contains_key(&Key::Endpoint);
        self.further = self.further.take().or(later.further);
        if !later.is_incremental {
            self.changes.clear();
        }
        self.changes.extend(later.allowed_ips);
    }

    /// Applies the additions and removals in order.
    fn settle(&mut self, report: &mut Report<'_>) {
        let mut kept: Vec<Option<(Cidr, Place)>> = Vec::new();
        let mut index_of: HashMap<Cidr, usize> = HashMap::new();
        for Change { network, place, remove } in self.changes.drain(..) {
            match (remove, index_of.get(&network).copied()) {
                (false, None) => {
                    index_of.insert(network, kept.len());
                    kept.push(Some((network, place)));
                }
                (false, Some(_)) => report.at(&place, Code::AllowedIpRepeated { network }),
                (true, None) => report.at(&place, Code::NothingToRemove { network }),
                (true, Some(index)) => {
                    index_of.remove(&network);
                    if let Some(slot) = kept.get_mut(index) {
                        *slot = None;
                    }
                }
            }
        }
        self.allowed_ips = kept.into_iter().flatten().collect();
    }

    fn into_peer(self) -> Peer {
        let allowed_ips = self.allowed_ips.into_iter().map(|(network, _)| network).collect();
        let Peer { preshared_key, .. } = self.peer;
        // Kept until here, because an all-zero key in a later section removes an earlier section's key.
        let preshared_key = preshared_key.filter(|key| !key.is_none());
        Peer { allowed_ips, preshared_key, ..self.peer }
    }
}

fn private_key(header: &Place, interface: &Interface, seen: &HashMap<Key, Place>, report: &mut Report<'_>) {
    if interface.public_key().is_some() || seen.contains_key(&Key::PrivateKey) {
        return;
    }
    report.at(header, if interface.commands_set("private-key") { Code::PrivateKeyFromHook } else { Code::MissingPrivateKey });
}

fn in_place_of_a_public_key(
    place: &Place,
    key: PublicKey,
    interface: &Interface,
    own: Option<PublicKey>,
    report: &mut Report<'_>,
) {
    report.key = Some(Key::PublicKey);
    let as_private = PrivateKey::from_bytes(*key.as_bytes());
    if interface.private_key.as_ref() == Some(&as_private) {
        report.at(place, Code::PrivateKeyPublished);
    } else if Some(key) == own {
        report.at(place, Code::OwnPeer);
    }
    report.key = None;
}

/// Reports networks that several peers list: a network belongs to the last of them.
fn ownership(peers: &[Merged], report: &mut Report<'_>) {
    report.key = Some(Key::AllowedIps);
    let mut owner: HashMap<Cidr, u32> = HashMap::new();
    for (network, place) in peers.iter().flat_map(|peer| &peer.allowed_ips) {
        if let Some(first) = owner.insert(*network, place.line) {
            report.at(place, Code::AllowedIpMoved { network: *network, first });
        }
    }
    report.key = None;
}

fn defaults(peers: &[Merged], own: Option<PublicKey>, report: &mut Report<'_>) {
    report.key = Some(Key::AllowedIps);
    let remote: Vec<&Merged> = peers.iter().filter(|peer| Some(peer.peer.public_key) != own).collect();
    let networks: Vec<&(Cidr, Place)> = remote.iter().flat_map(|peer| &peer.allowed_ips).collect();
    match (all_of_a_family(&networks, true), all_of_a_family(&networks, false)) {
        (Some(place), None) if !is_mostly_inside(&networks, false) => report.at(place, Code::OnlyIpv4Default),
        (None, Some(place)) if !is_mostly_inside(&networks, true) => report.at(place, Code::OnlyIpv6Default),
        _ => {}
    }
    let default = networks.iter().rfind(|(network, _)| network.is_default());
    if let (Some((_, place)), 2..) = (default, remote.len()) {
        report.at(place, Code::DefaultBesideOthers { others: remote.len() - 1 });
    }
    report.key = None;
}

/// Returns the place of a default route, or of the second of the two halves that are often used instead of one.
fn all_of_a_family<'a>(networks: &[&'a (Cidr, Place)], ipv4: bool) -> Option<&'a Place> {
    let mut family = networks.iter().filter(|(network, _)| network.is_ipv4() == ipv4);
    let whole = family.clone().rfind(|(network, _)| network.is_default());
    let mut halves = family.clone().filter(|(network, _)| network.prefix() == 1);
    let first = halves.next();
    let second = family.rfind(|(network, _)| network.prefix() == 1 && first.is_some_and(|(first, _)| first != network));
    whole.or(second).map(|(_, place)| place)
}

/// Returns true if at least half of a family's addresses are listed, as when all networks but a few go through the tunnel.
fn is_mostly_inside(networks: &[&(Cidr, Place)], ipv4: bool) -> bool {
    let share = |network: &Cidr| 0.5_f64.powi(i32::from(network.prefix()));
    networks.iter().filter(|(network, _)| network.is_ipv4() == ipv4).map(|(network, _)| share(network)).sum::<f64>() >= 0.5
}

fn whole(config: &Config, header: Option<&Place>, seen: &HashMap<Key, Place>, report: &mut Report<'_>) {
    let Config { interface, peers } = config;
    let port_is_random = interface.listen_port.is_none_or(|port| port == 0);
    if let Some(header) =
        header.filter(|_| port_is_random && !peers.is_empty() && peers.iter().all(|peer| peer.endpoint.is_none()))
        // A malformed Endpoint has its own error.
        && !report.diagnostics.iter().any(|diagnostic| matches!(diagnostic.code, Code::Endpoint(..)))
    {
        report.at(header, Code::Unreachable);
    }
    if let (true, false, Some(place)) =
        (interface.dns_servers.is_empty(), interface.dns_search.is_empty(), seen.get(&Key::Dns))
        // A malformed server has its own error.
        && !report.diagnostics.iter().any(|diagnostic| matches!(diagnostic.code, Code::DnsServer(_)))
    {
        report.key = Some(Key::Dns);
        report.at(place, Code::SearchWithoutServer);
        report.key = None;
    }
    if let (Some(mtu), Some(place)) = (interface.mtu, seen.get(&Key::Mtu)) {
        report.key = Some(Key::Mtu);
        let inside = interface.addresses.iter().chain(peers.iter().flat_map(|peer| &peer.allowed_ips));
        if mtu.get() < 576 {
            report.at(place, Code::SmallMtu);
        } else if mtu.get() < 1280 && inside.into_iter().any(|network| !network.is_ipv4()) {
            report.at(place, Code::MtuTooSmallForIpv6);
        }
        report.key = None;
    }
}
