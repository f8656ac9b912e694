//! Whether one condition holds at one place.

use adit_config::Cidr;

use super::{ConditionTrace, Seen, Verdict};
use crate::facts::{Facts, Known, Link, LinkKind, ProbeResult, Ssid, Wifi};
use crate::rule::{Alternatives, Condition, Glob, Matcher};

/// A network of the computer, or the statement that there is none or that nothing is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// Nothing is known.
    Unknown,
    /// No network.
    Nowhere(&'a Facts),
    /// One link.
    Link(&'a Facts, &'a Link),
}

impl<'a> Place<'a> {
    /// Returns the places that decisions are made for. There is always one.
    pub(crate) fn all(facts: Option<&'a Facts>) -> Vec<Self> {
        let Some(facts) = facts else { return vec![Self::Unknown] };
        let links: Vec<Self> = facts.deciding_links().map(|link| Self::Link(facts, link)).collect();
        if links.is_empty() { vec![Self::Nowhere(facts)] } else { links }
    }

    pub(crate) fn interface(&self) -> Option<&'a str> {
        match self {
            Self::Unknown | Self::Nowhere(_) => None,
            Self::Link(_, link) => Some(&link.interface),
        }
    }
}

/// Evaluates one condition.
pub(crate) fn evaluate(condition: &Condition, place: &Place<'_>) -> ConditionTrace {
    let (verdict, seen) = compare(&condition.is, place);
    ConditionTrace { verdict: if condition.not { opposite(verdict) } else { verdict }, seen }
}

const fn opposite(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Matched => Verdict::NotMatched,
        Verdict::NotMatched => Verdict::Matched,
        Verdict::Unknown => Verdict::Unknown,
    }
}

const fn verdict(matches: bool) -> Verdict {
    if matches { Verdict::Matched } else { Verdict::NotMatched }
}

/// Compares the facts of the whole computer, then those of the link.
fn compare(matcher: &Matcher, place: &Place<'_>) -> (Verdict, Seen) {
    let (facts, link) = match place {
        Place::Unknown => return (Verdict::Unknown, Seen::NoFacts),
        Place::Nowhere(facts) => (facts, None),
        Place::Link(facts, link) => (facts, Some(link)),
    };
    match (matcher, link) {
        (Matcher::Time(windows), _) => (verdict(windows.iter().any(|window| window.contains(facts.at))), Seen::Time(facts.at)),
        (Matcher::OtherVpn, _) => (known(facts.other_vpn, |is_up| is_up), Seen::OtherVpn(facts.other_vpn)),
        (Matcher::NoNetwork, None) => (Verdict::Matched, Seen::NoNetwork),
        (_, None) => (Verdict::NotMatched, Seen::NoNetwork),
        (Matcher::NoNetwork, Some(_)) => (Verdict::NotMatched, Seen::Network),
        (_, Some(link)) => compare_link(matcher, link),
    }
}

fn compare_link(matcher: &Matcher, link: &Link) -> (Verdict, Seen) {
    match matcher {
        Matcher::Kind(kinds) => (kind(kinds, link.kind), Seen::Kind(link.kind)),
        Matcher::Ssid(globs) => wifi(link, |wifi| wifi.ssid.clone(), |ssid| names(globs, &ssid), Seen::Ssid),
        Matcher::Bssid(macs) => wifi(link, |wifi| wifi.bssid, |bssid| contains(macs, &bssid), Seen::Bssid),
        Matcher::Security(kinds) => wifi(link, |wifi| wifi.security, |security| contains(kinds, &security), Seen::Security),
        Matcher::Gateway(macs) => {
            let gateway = Known::from(link.gateway_mac);
            (known(gateway, |mac| contains(macs, &mac)), Seen::Gateway(gateway))
        }
        Matcher::Subnet(networks) => (subnet(networks, &link.subnets), Seen::Subnets(link.subnets.clone())),
        Matcher::DnsSuffix(suffixes) => {
            let is_covered = |announced: &String| suffixes.iter().any(|suffix| suffix.covers(announced));
            let announced = link.dns_suffixes.clone();
            (known(announced.clone(), |announced| announced.iter().any(is_covered)), Seen::DnsSuffixes(announced))
        }
        Matcher::Metered => (known(link.metered, |is_metered| is_metered), Seen::Metered(link.metered)),
        Matcher::Home(homes) => {
            let verdict = match link.home {
                ProbeResult::NotAsked => Verdict::Unknown,
                ProbeResult::NoAnswer => Verdict::NotMatched,
                ProbeResult::Answered { key } => verdict(homes.iter().any(|home| home.0 == key)),
            };
            (verdict, Seen::Home(link.home))
        }
        // Compared before, because they are the same for every link.
        Matcher::Time(_) | Matcher::OtherVpn | Matcher::NoNetwork => (Verdict::Unknown, Seen::Network),
    }
}

fn kind(kinds: &Alternatives<LinkKind>, kind: LinkKind) -> Verdict {
    verdict(contains(kinds, &kind))
}

/// Compares a fact that only Wi-Fi has.
fn wifi<T: Clone>(
    link: &Link,
    fact: impl Fn(&Wifi) -> Option<T>,
    matches: impl Fn(T) -> bool,
    seen: impl Fn(Known<T>) -> Seen,
) -> (Verdict, Seen) {
    if link.kind != LinkKind::Wifi {
        return (Verdict::NotMatched, Seen::Kind(link.kind));
    }
    let fact = Known::from(link.wifi.as_ref().and_then(fact));
    (known(fact.clone(), matches), seen(fact))
}

fn known<T>(fact: Known<T>, matches: impl Fn(T) -> bool) -> Verdict {
    match fact {
        Known::Unknown => Verdict::Unknown,
        Known::Known(value) => verdict(matches(value)),
    }
}

fn contains<T: PartialEq>(values: &Alternatives<T>, value: &T) -> bool {
    values.as_slice().contains(value)
}

/// Some pattern without `!` matches, if there is one, and no pattern with `!` does.
fn names(globs: &Alternatives<Glob>, ssid: &Ssid) -> bool {
    let mut wanted = globs.iter().filter(|glob| !glob.is_negative()).peekable();
    let is_wanted = wanted.peek().is_none() || wanted.any(|glob| glob.matches(ssid));
    is_wanted && !globs.iter().any(|glob| glob.is_negative() && glob.matches(ssid))
}

/// Compares the link's addresses. IPv4 and IPv6 addresses arrive separately, so an address of one family does not say that there is
/// none of the other.
fn subnet(networks: &Alternatives<Cidr>, subnets: &[Cidr]) -> Verdict {
    let is_within = |subnet: &Cidr, network: &Cidr| network.prefix() <= subnet.prefix() && network.contains(subnet.address());
    let has_family_of = |network: &Cidr| subnets.iter().any(|subnet| subnet.is_ipv4() == network.is_ipv4());
    if subnets.iter().any(|subnet| networks.iter().any(|network| is_within(subnet, network))) {
        Verdict::Matched
    } else if networks.iter().all(has_family_of) {
        Verdict::NotMatched
    } else {
        Verdict::Unknown
    }
}
