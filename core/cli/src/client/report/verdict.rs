//! Compares the reports of two ends. Each rule names the facts that contradict each other, and the change that would be right.

use std::net::IpAddr;

use adit_api::{Cidr, PublicKey};
use adit_words::{End, FindingText};
use serde::Serialize;

use super::facts::{Facts, PeerFacts};
use crate::output::words;

/// The difference in time, in seconds, from which on two reports were not made at the same time, or the clocks differ.
const APART: u64 = 120;

/// The severity of a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Weight {
    /// The tunnel cannot carry packets both ways.
    Wrong,
    /// The tunnel may not carry packets both ways.
    Suspicious,
    /// Information only.
    Note,
}

/// One contradiction, or one thing worth knowing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) weight: Weight,
    /// A code for programs, which never changes.
    pub(super) code: &'static str,
    /// The sentence in English, with the change that would be right.
    pub(super) text: String,
}

/// One end, and its view of the other end.
struct Side<'a> {
    end: End,
    facts: &'a Facts,
    /// The other end as a peer of this one.
    peer: &'a PeerFacts,
}

/// Compares the report of this end with that of the other one. Returns the findings, the most serious first.
pub(super) fn compare(ours: &Facts, theirs: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    if ours.public_key.is_some() && ours.public_key == theirs.public_key {
        return vec![wrong("same_key", &FindingText::SameKey)];
    }
    for (end, facts) in [(End::Here, ours), (End::There, theirs)] {
        if facts.up_since.is_none() {
            found.push(wrong("not_up", &FindingText::NotUp(end)));
        }
    }
    let (ours_of_them, theirs_of_us) = (known(ours, theirs), known(theirs, ours));
    if ours_of_them.is_none() {
        found.push(unknown(End::Here, ours, End::There, theirs));
    }
    if theirs_of_us.is_none() {
        found.push(unknown(End::There, theirs, End::Here, ours));
    }
    if let (Some(them), Some(us)) = (ours_of_them, theirs_of_us) {
        let here = Side { end: End::Here, facts: ours, peer: them };
        let there = Side { end: End::There, facts: theirs, peer: us };
        found.extend(together(&here, &there));
        found.extend(one_way(&here, &there));
        found.extend(one_way(&there, &here));
    }
    found.sort_by_key(|finding| match finding.weight {
        Weight::Wrong => 0,
        Weight::Suspicious => 1,
        Weight::Note => 2,
    });
    found
}

fn known<'a>(end: &'a Facts, other: &Facts) -> Option<&'a PeerFacts> {
    end.peers.iter().find(|peer| Some(peer.public_key) == other.public_key)
}

/// Reports that `end` does not have the other end as a peer. If the other end has no key, that is the finding.
fn unknown(end: End, facts: &Facts, other_end: End, other: &Facts) -> Finding {
    let Some(key) = other.public_key else { return wrong("no_key", &FindingText::NoKey(other_end)) };
    let has: Vec<PublicKey> = facts.peers.iter().map(|peer| peer.public_key).collect();
    wrong("unknown_key", &FindingText::UnknownKey { end, has: &has, key })
}

/// Checks the rules that concern both ends.
fn together(here: &Side<'_>, there: &Side<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if here.peer.has_preshared_key != there.peer.has_preshared_key {
        let with = if here.peer.has_preshared_key { here } else { there };
        found.push(wrong("preshared_key_on_one_end", &FindingText::PresharedKeyOnOneEnd(with.end)));
    }
    let is_there = |address: &IpAddr| there.facts.addresses.iter().any(|other| other.address() == *address);
    let addresses = here.facts.addresses.iter().map(Cidr::address).filter(is_there);
    let same: Vec<String> = addresses.map(|address| address.to_string()).collect();
    if !same.is_empty() {
        found.push(wrong("same_address", &FindingText::SameAddress(&same)));
    }
    let looks_nowhere = |side: &Side<'_>| side.peer.configured.is_none() && side.peer.endpoint.is_none();
    if looks_nowhere(here) && looks_nowhere(there) {
        found.push(wrong("no_endpoint", &FindingText::NoEndpoint));
    }
    let never = here.peer.last_handshake.is_none() && there.peer.last_handshake.is_none();
    let refused = [here, there].iter().any(|side| side.facts.dropped.contains_key("handshake"));
    if never && refused && here.peer.has_preshared_key && there.peer.has_preshared_key {
        found.push(wrong("preshared_keys_differ", &FindingText::PresharedKeysDiffer));
    }
    let apart = here.facts.made.abs_diff(there.facts.made);
    if apart > APART {
        found.push(finding(Weight::Note, "clocks", &FindingText::Clocks(apart.saturating_mul(1_000))));
    }
    if let (Some(here), Some(there)) = (here.facts.mtu, there.facts.mtu)
        && here != there
    {
        found.push(finding(Weight::Note, "mtu", &FindingText::Mtu { here, there }));
    }
    found
}

/// Checks the rules that concern the packets from one end to the other.
fn one_way(from: &Side<'_>, to: &Side<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let outside = |address: &Cidr| !to.peer.allowed_ips.iter().any(|network| network.contains(address.address()));
    let not_let_in: Vec<String> = from
        .facts
        .addresses
        .iter()
        .filter(|address| outside(address))
        .map(|address| Cidr::host(address.address()).to_string())
        .collect();
    if !not_let_in.is_empty() {
        let text = FindingText::AddressNotAllowed { from: from.end, addresses: &not_let_in };
        found.push(wrong("address_not_allowed", &text));
    }
    if to.facts.dropped.contains_key("replayed_initiation") && from.peer.last_handshake.is_none() {
        found.push(wrong("stale_timestamp", &FindingText::StaleTimestamp { from: from.end }));
    }
    found.extend(lost(from, to));
    let port = from.peer.configured.as_deref().and_then(|endpoint| endpoint.rsplit_once(':')?.1.parse::<u16>().ok());
    if let (Some(port), Some(listens)) = (port, to.facts.port)
        && port != listens
    {
        found.push(finding(Weight::Suspicious, "port", &FindingText::Port { from: from.end, port, listens }));
    }
    if let (None, None, Some(endpoint), Some(listens)) =
        (&from.peer.configured, to.peer.keepalive, from.peer.endpoint, to.facts.port)
        && endpoint.port() != listens
    {
        found.push(finding(Weight::Note, "keepalive", &FindingText::Keepalive { from: from.end, endpoint, listens }));
    }
    found
}

/// Reports packets that one end sent and the other one never received.
fn lost(from: &Side<'_>, to: &Side<'_>) -> Option<Finding> {
    let is_running = from.facts.up_since.is_some() && to.facts.up_since.is_some();
    let arrives = to.peer.received > 0 || to.peer.last_handshake.is_some();
    if !is_running || from.peer.sent == 0 || arrives {
        return None;
    }
    let (sent, endpoint) = (from.peer.sent, from.peer.endpoint);
    if to.facts.dropped.is_empty() {
        return Some(wrong("nothing_arrives", &FindingText::NothingArrives { from: from.end, sent, endpoint }));
    }
    let reasons = to.facts.dropped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    Some(wrong("dropped", &FindingText::Dropped { from: from.end, sent, endpoint, reasons }))
}

fn wrong(code: &'static str, text: &FindingText<'_>) -> Finding {
    finding(Weight::Wrong, code, text)
}

fn finding(weight: Weight, code: &'static str, text: &FindingText<'_>) -> Finding {
    Finding { weight, code, text: words().finding(text) }
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::near;
    use super::*;

    /// The report of the other end of [`near`].
    fn far() -> Facts {
        let near = near();
        let peer = PeerFacts {
            public_key: near.public_key.unwrap(),
            configured: None,
            endpoint: Some("198.51.100.7:1".parse().unwrap()),
            allowed_ips: vec!["10.8.0.2/32".parse().unwrap()],
            keepalive: None,
            ..near.peers[0].clone()
        };
        Facts {
            tunnel: "server".into(),
            public_key: Some(near.peers[0].public_key),
            addresses: vec!["10.8.0.1/24".parse().unwrap()],
            port: Some(51_820),
            peers: vec![peer],
            ..near
        }
    }

    fn codes(near: &Facts, far: &Facts) -> Vec<&'static str> {
        compare(near, far).into_iter().map(|finding| finding.code).collect()
    }

    /// The reports of two ends that never heard of each other.
    fn silent() -> (Facts, Facts) {
        let (mut near, mut far) = (near(), far());
        for facts in [&mut near, &mut far] {
            (facts.peers[0].last_handshake, facts.peers[0].received) = (None, 0);
        }
        (near, far)
    }

    #[test]
    fn two_ends_that_fit_have_no_findings() {
        assert_eq!(compare(&near(), &far()), []);
        assert_eq!(compare(&far(), &near()), []);
    }

    #[test]
    fn each_mistake_has_its_finding_seen_from_either_end() {
        type Mistake = fn(&mut Facts, &mut Facts);
        let mistakes: [(&str, Mistake); 12] = [
            ("not_up", |_, far| far.up_since = None),
            ("no_key", |_, far| far.public_key = None),
            ("unknown_key", |near, _| near.peers[0].public_key = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=".parse().unwrap()),
            ("unknown_key", |_, far| far.peers.clear()),
            ("same_key", |near, far| far.public_key = near.public_key),
            ("preshared_key_on_one_end", |near, _| near.peers[0].has_preshared_key = false),
            ("same_address", |_, far| far.addresses = vec!["10.8.0.2/32".parse().unwrap()]),
            ("address_not_allowed", |_, far| far.peers[0].allowed_ips = vec!["10.8.0.3/32".parse().unwrap()]),
            ("port", |near, _| near.peers[0].configured = Some("vpn.example:51821".into())),
            ("clocks", |near, _| near.made += 3_600),
            ("mtu", |near, _| near.mtu = Some(1280)),
            ("keepalive", |near, _| near.peers[0].keepalive = None),
        ];
        for (code, mistake) in mistakes {
            let (mut near, mut far) = (near(), far());
            mistake(&mut near, &mut far);
            assert!(codes(&near, &far).contains(&code), "{code}: {:?}", compare(&near, &far));
            assert!(codes(&far, &near).contains(&code), "{code}: {:?}", compare(&far, &near));
        }
    }

    #[test]
    fn silence_is_told_by_what_arrived_and_by_what_was_dropped() {
        let (near, mut far) = silent();
        assert_eq!(codes(&near, &far), ["nothing_arrives", "nothing_arrives"]);
        far.dropped.insert("handshake".into(), 3);
        assert_eq!(codes(&near, &far), ["preshared_keys_differ", "dropped", "nothing_arrives"]);
        far.dropped = [("replayed_initiation".to_owned(), 1)].into();
        assert!(codes(&near, &far).contains(&"stale_timestamp"));
        let (mut near, mut far) = silent();
        for facts in [&mut near, &mut far] {
            (facts.peers[0].configured, facts.peers[0].endpoint, facts.peers[0].sent) = (None, None, 0);
        }
        assert_eq!(codes(&near, &far), ["no_endpoint"]);
    }

    #[test]
    fn one_private_key_at_both_ends_is_not_taken_for_anything_else() {
        assert_eq!(codes(&near(), &near()), ["same_key"]);
    }
}
