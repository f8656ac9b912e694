//! A second, slow and plain implementation of decisions, written without a look at the first.
//!
//! It knows only certain facts: a condition holds or does not. Unknown facts are tested by comparing with it under every
//! completion.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;
use adit_rules::controller::Switch;
use adit_rules::facts::{Facts, Known, Link, LinkKind, ProbeResult};
use adit_rules::rule::{Action, KillSwitch, Matcher, Mode, RuleSet, Then, TunnelUse};
use adit_rules::{Coverage, Tunnels};

/// Decides with certain facts: the first rule that matches, for the link with the most protective outcome.
pub(crate) fn outcome(rules: &RuleSet, facts: &Facts, tunnels: &Tunnels) -> (Coverage, Switch) {
    let mut links: Vec<Option<&Link>> = facts.links.iter().filter(|link| link.is_default).map(Some).collect();
    if links.is_empty() {
        links = facts.links.iter().map(Some).collect();
    }
    if links.is_empty() {
        links.push(None);
    }
    let outcomes: Vec<Then> = links.into_iter().map(|link| first_match(rules, facts, link)).collect();
    let coverage = outcomes.iter().map(|then| coverage(&then.action, tunnels)).max().unwrap();
    let kill_switch = outcomes.iter().map(|then| switch(then.kill_switch, coverage)).max().unwrap();
    (coverage, kill_switch)
}

/// What a kill switch does on a network with so much protection.
pub(crate) fn switch(policy: Option<KillSwitch>, coverage: Coverage) -> Switch {
    let is_untrusted = [Coverage::OneFamily, Coverage::ExceptLan, Coverage::Everything].contains(&coverage);
    match policy {
        None => Switch::AsTunnel,
        Some(KillSwitch::Off) => Switch::Open,
        Some(KillSwitch::Always) => Switch::Closed,
        Some(KillSwitch::WhenUntrusted) if is_untrusted => Switch::Closed,
        Some(KillSwitch::WhenUntrusted) => Switch::Open,
    }
}

fn first_match(rules: &RuleSet, facts: &Facts, link: Option<&Link>) -> Then {
    for rule in &rules.rules {
        if rule.when.iter().all(|condition| holds(&condition.is, facts, link) != condition.not) {
            return with_default(rules, rule.then.clone());
        }
    }
    if let Some(then) = &rules.otherwise {
        return with_default(rules, then.clone());
    }
    let Some(first) = rules.tunnels().first().copied().filter(|_| !rules.rules.is_empty()).cloned() else {
        let policy = if rules.rules.is_empty() { None } else { rules.kill_switch };
        return Then { action: Action::Leave, kill_switch: policy };
    };
    let policy = if rules.kill_switch == Some(KillSwitch::Always) { KillSwitch::Always } else { KillSwitch::WhenUntrusted };
    Then { kill_switch: Some(policy), ..Then::everything(first) }
}

fn with_default(rules: &RuleSet, then: Then) -> Then {
    Then { kill_switch: then.kill_switch.or(rules.kill_switch), ..then }
}

pub(crate) fn coverage(action: &Action, tunnels: &Tunnels) -> Coverage {
    let Action::Up(uses) = action else {
        return if *action == Action::Down { Coverage::Nothing } else { Coverage::Untouched };
    };
    let configured = |tunnel: &adit_rules::Name| match tunnels.known.iter().find(|known| known.name == *tunnel) {
        Some(known) => (known.full.ipv4, known.full.ipv6),
        None => (true, true),
    };
    let one = |used: &TunnelUse| {
        let (ipv4, ipv6) = match &used.mode {
            Mode::Everything => return Coverage::Everything,
            Mode::ExceptLan => return Coverage::ExceptLan,
            Mode::Private => return Coverage::Private,
            Mode::AsConfigured => configured(&used.tunnel),
            Mode::Only(networks) => (contains_all(networks.as_slice(), true), contains_all(networks.as_slice(), false)),
        };
        match (ipv4, ipv6) {
            (true, true) => Coverage::Everything,
            (true, false) | (false, true) => Coverage::OneFamily,
            (false, false) => Coverage::Some,
        }
    };
    uses.iter().map(one).max().unwrap()
}

/// Whether every address of a family is in one of the networks: the first is, and so is the one after the end of each network.
fn contains_all(networks: &[Cidr], is_ipv4: bool) -> bool {
    let has = |address: IpAddr| networks.iter().any(|network| network.contains(address));
    let family: Vec<&Cidr> = networks.iter().filter(|network| network.is_ipv4() == is_ipv4).collect();
    let after = |network: &Cidr| match network.network().address() {
        IpAddr::V4(first) => {
            let size = 1_u64 << (32 - network.prefix());
            u32::try_from(u64::from(u32::from(first)) + size).ok().map(|next| IpAddr::V4(next.into()))
        }
        IpAddr::V6(first) => {
            let size = 1_u128.checked_shl(128 - u32::from(network.prefix()));
            size.and_then(|size| u128::from(first).checked_add(size)).map(|next| IpAddr::V6(next.into()))
        }
    };
    let first: IpAddr = if is_ipv4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    has(first) && family.into_iter().filter_map(after).all(has)
}

fn holds(matcher: &Matcher, facts: &Facts, link: Option<&Link>) -> bool {
    match matcher {
        Matcher::Time(windows) => return windows.iter().any(|window| window.contains(facts.at)),
        Matcher::OtherVpn => return facts.other_vpn == Known::Known(true),
        Matcher::NoNetwork => return link.is_none(),
        _ => {}
    }
    let Some(link) = link else { return false };
    let wifi = link.wifi.as_ref().filter(|_| link.kind == LinkKind::Wifi);
    match matcher {
        Matcher::Kind(kinds) => kinds.iter().any(|kind| *kind == link.kind),
        Matcher::Ssid(globs) => {
            let Some(ssid) = wifi.and_then(|wifi| wifi.ssid.as_ref()) else { return false };
            let (negative, positive): (Vec<_>, Vec<_>) = globs.iter().partition(|glob| glob.is_negative());
            let is_wanted = positive.is_empty() || positive.iter().any(|glob| glob_matches(&glob.to_string(), ssid.bytes()));
            is_wanted && !negative.iter().any(|glob| glob_matches(&glob.to_string()[1..], ssid.bytes()))
        }
        Matcher::Bssid(macs) => macs.iter().any(|mac| wifi.and_then(|wifi| wifi.bssid) == Some(*mac)),
        Matcher::Security(kinds) => kinds.iter().any(|kind| wifi.and_then(|wifi| wifi.security) == Some(*kind)),
        Matcher::Gateway(macs) => macs.iter().any(|mac| link.gateway_mac == Some(*mac)),
        Matcher::Subnet(networks) => link.subnets.iter().any(|subnet| {
            networks.iter().any(|network| network.contains(subnet.address()) && network.prefix() <= subnet.prefix())
        }),
        Matcher::DnsSuffix(suffixes) => {
            Option::from(link.dns_suffixes.clone()).unwrap_or_else(Vec::new).iter().any(|domain: &String| {
                let domain = format!(".{}", domain.trim_end_matches('.').to_lowercase());
                suffixes.iter().any(|suffix| domain.ends_with(&format!(".{suffix}")))
            })
        }
        Matcher::Metered => link.metered == Known::Known(true),
        Matcher::Home(homes) => homes.iter().any(|home| link.home == ProbeResult::Answered { key: home.0 }),
        Matcher::Time(_) | Matcher::OtherVpn | Matcher::NoNetwork => unreachable!("compared above"),
    }
}

/// Matches by trying everything: exponential, and obviously right.
fn glob_matches(pattern: &str, name: &[u8]) -> bool {
    let Some(first) = pattern.chars().next() else { return name.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => (0..=name.len()).any(|taken| glob_matches(rest, &name[taken..])),
        '?' => {
            let length = name.utf8_chunks().next().map_or(1, |chunk| match chunk.valid().chars().next() {
                Some(character) => character.len_utf8(),
                None => 1,
            });
            !name.is_empty() && glob_matches(rest, &name[length..])
        }
        '\\' if rest.starts_with('x') => {
            name.first() == u8::from_str_radix(&rest[1..3], 16).ok().as_ref() && glob_matches(&rest[3..], &name[1..])
        }
        '\\' => {
            let escaped = rest.chars().next().unwrap();
            name.first() == Some(&(escaped as u8)) && glob_matches(&rest[escaped.len_utf8()..], &name[1..])
        }
        character => {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).as_bytes();
            name.starts_with(bytes) && glob_matches(rest, &name[bytes.len()..])
        }
    }
}
