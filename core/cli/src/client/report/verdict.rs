//! Compares the reports of two ends. Each rule names the facts that contradict each other, and the change that would be right.

use std::net::IpAddr;

use adit_api::Cidr;
use serde::Serialize;

use super::facts::{Facts, PeerFacts};
use crate::output::{visible, words};

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
struct End<'a> {
    /// The name of this end in sentences.
    name: &'static str,
    facts: &'a Facts,
    /// The other end as a peer of this one.
    peer: &'a PeerFacts,
}

/// Compares the report of this end with that of the other one. Returns the findings, the most serious first.
pub(super) fn compare(ours: &Facts, theirs: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    if ours.public_key.is_some() && ours.public_key == theirs.public_key {
        let text = "both ends have the same public key: these are two reports of one end, or one private key is used at both, where \
                    each needs its own";
        return vec![wrong("same_key", text)];
    }
    for (name, facts) in [("this end", ours), ("the other end", theirs)] {
        if facts.up_since.is_none() {
            found.push(wrong("not_up", format!("{name} is not up")));
        }
    }
    let (ours_of_them, theirs_of_us) = (known(ours, theirs), known(theirs, ours));
    if ours_of_them.is_none() {
        found.extend(unknown("this end", ours, "the other end", theirs));
    }
    if theirs_of_us.is_none() {
        found.extend(unknown("the other end", theirs, "this end", ours));
    }
    if let (Some(them), Some(us)) = (ours_of_them, theirs_of_us) {
        let here = End { name: "this end", facts: ours, peer: them };
        let there = End { name: "the other end", facts: theirs, peer: us };
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

/// Reports that the end `name` has no such peer. If the other end has no key, that is the finding.
fn unknown(name: &str, facts: &Facts, other_name: &str, other: &Facts) -> Option<Finding> {
    let Some(key) = other.public_key else {
        return Some(wrong("no_key", format!("{other_name} has no private key of its own in its configuration")));
    };
    let has: Vec<String> = facts.peers.iter().map(|peer| peer.public_key.to_string()).collect();
    let has = if has.is_empty() { "it has no peer at all".to_owned() } else { format!("it has {}", has.join(", ")) };
    let text = format!("{name} does not know the public key of {other_name} ({has}); its [Peer] needs: PublicKey = {key}");
    Some(wrong("unknown_key", text))
}

/// Checks the rules that concern both ends.
fn together(here: &End<'_>, there: &End<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if here.peer.has_preshared_key != there.peer.has_preshared_key {
        let (with, without) = if here.peer.has_preshared_key { (here, there) } else { (there, here) };
        let text = format!("{} has a preshared key and {} has none: both need the same, or both none", with.name, without.name);
        found.push(wrong("preshared_key_on_one_end", text));
    }
    let is_there = |address: &IpAddr| there.facts.addresses.iter().any(|other| other.address() == *address);
    let addresses = here.facts.addresses.iter().map(Cidr::address).filter(is_there);
    let same: Vec<String> = addresses.map(|address| address.to_string()).collect();
    if !same.is_empty() {
        let text = format!("both ends have the address {} in the tunnel; each needs its own", same.join(", "));
        found.push(wrong("same_address", text));
    }
    let looks_nowhere = |end: &End<'_>| end.peer.configured.is_none() && end.peer.endpoint.is_none();
    if looks_nowhere(here) && looks_nowhere(there) {
        let text = "neither end knows where the other one is, so that none can begin: one needs an Endpoint, and the other one a \
                    ListenPort that is reached from outside (a router in front of it has to forward that UDP port). Where both are \
                    behind routers that nobody can set, as with addresses in 100.64.0.0/10, a third computer that both reach has to \
                    carry the packets";
        found.push(wrong("no_endpoint", text));
    }
    let never = here.peer.last_handshake.is_none() && there.peer.last_handshake.is_none();
    let refused = [here, there].iter().any(|end| end.facts.dropped.contains_key("handshake"));
    if never && refused && here.peer.has_preshared_key && there.peer.has_preshared_key {
        let text = "handshakes arrive and do not authenticate, and the public keys fit: the preshared keys are probably not the same; \
                    make one with adit genpsk and set it at both ends";
        found.push(wrong("preshared_keys_differ", text));
    }
    let apart = here.facts.made.abs_diff(there.facts.made);
    if apart > APART {
        let text = format!(
            "by the clocks of the two ends, the reports were made {} apart: if that was at the same time, one of the clocks is wrong",
            words().span(apart * 1_000)
        );
        found.push(Finding { weight: Weight::Note, code: "clocks", text });
    }
    if let (Some(one), Some(other)) = (here.facts.mtu, there.facts.mtu)
        && one != other
    {
        let text =
            format!("the MTU is {one} here and {other} there; where large packets get stuck, set {} at both", one.min(other));
        found.push(Finding { weight: Weight::Note, code: "mtu", text });
    }
    found
}

/// Checks the rules that concern the packets from one end to the other.
fn one_way(from: &End<'_>, to: &End<'_>) -> Vec<Finding> {
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
        let text = format!(
            "{} drops what {} sends from its address, and sends nothing there: the AllowedIPs of that peer lack {}",
            to.name,
            from.name,
            not_let_in.join(", ")
        );
        found.push(wrong("address_not_allowed", text));
    }
    if to.facts.dropped.contains_key("replayed_initiation") && from.peer.last_handshake.is_none() {
        let text = format!(
            "{} refuses handshakes that are older than an earlier one: the clock of {} was probably set back; set it right, or restart \
             the tunnel of {}",
            to.name, from.name, to.name
        );
        found.push(wrong("stale_timestamp", text));
    }
    found.extend(lost(from, to));
    let port = from.peer.configured.as_deref().and_then(|endpoint| endpoint.rsplit_once(':')?.1.parse::<u16>().ok());
    if let (Some(sends_to), Some(listens)) = (port, to.facts.port)
        && sends_to != listens
    {
        let text = format!(
            "{} sends to UDP port {sends_to}, and {} listens at {listens}: right only where a router in between forwards the one to the \
             other",
            from.name, to.name
        );
        found.push(Finding { weight: Weight::Suspicious, code: "port", text });
    }
    if let (None, None, Some(endpoint), Some(listens)) =
        (&from.peer.configured, to.peer.keepalive, from.peer.endpoint, to.facts.port)
        && endpoint.port() != listens
    {
        let text = format!(
            "{} is behind a router that translates (it is seen at {endpoint} and listens at {listens}): if {} has to be able to begin, \
             set PersistentKeepalive = 25 at {}",
            to.name, from.name, to.name
        );
        found.push(Finding { weight: Weight::Note, code: "keepalive", text });
    }
    found
}

/// Reports packets that one end sent and the other one never received.
fn lost(from: &End<'_>, to: &End<'_>) -> Option<Finding> {
    let is_running = from.facts.up_since.is_some() && to.facts.up_since.is_some();
    let arrives = to.peer.received > 0 || to.peer.last_handshake.is_some();
    if !is_running || from.peer.sent == 0 || arrives {
        return None;
    }
    let at = from.peer.endpoint.map_or_else(String::new, |endpoint| format!(" to {endpoint}"));
    let sent = words().bytes(from.peer.sent);
    if to.facts.dropped.is_empty() {
        let text = format!(
            "{} has sent {sent}{at}, and nothing of it reached {}: that address or port is not the right one, a firewall on the way lets \
             no UDP through, or a router in front of {} does not forward the port",
            from.name, to.name, to.name
        );
        return Some(wrong("nothing_arrives", text));
    }
    let reasons: Vec<String> =
        to.facts.dropped.iter().map(|(reason, count)| format!("{} {count} times", visible(reason))).collect();
    let text = format!(
        "{} has sent {sent}{at}, and {} took nothing of it, but dropped messages in the last hour: {}",
        from.name,
        to.name,
        reasons.join(", ")
    );
    Some(wrong("dropped", text))
}

fn wrong(code: &'static str, text: impl Into<String>) -> Finding {
    Finding { weight: Weight::Wrong, code, text: text.into() }
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
