//! A second, slow and plain implementation of decisions, written without a look at the first.
//!
//! It knows only certain facts: a condition holds or does not. Unknown facts are tested by comparing with it under every
//! completion.

use adit_rules::facts::{Facts, Known, Link, LinkKind, ProbeResult};
use adit_rules::rule::{Action, KillSwitch, Matcher, Mode, RuleSet, Then};
use adit_rules::{Coverage, Tunnels};

/// Decides with certain facts: the first rule that matches, for the link with the most protective outcome.
pub(crate) fn outcome(rules: &RuleSet, facts: &Facts, tunnels: &Tunnels) -> (Coverage, Option<KillSwitch>) {
    let mut links: Vec<Option<&Link>> = facts.links.iter().filter(|link| link.is_default).map(Some).collect();
    if links.is_empty() {
        links = facts.links.iter().map(Some).collect();
    }
    if links.is_empty() {
        links.push(None);
    }
    let outcomes: Vec<Then> = links.into_iter().map(|link| first_match(rules, facts, link)).collect();
    let coverage = outcomes.iter().map(|then| coverage(&then.action, tunnels)).max().unwrap();
    let kill_switch = outcomes.iter().map(|then| then.kill_switch).max_by_key(|policy| strength(*policy)).unwrap();
    (coverage, kill_switch)
}

pub(crate) fn strength(policy: Option<KillSwitch>) -> usize {
    [Some(KillSwitch::Off), None, Some(KillSwitch::WhenUntrusted), Some(KillSwitch::Always)]
        .iter()
        .position(|other| *other == policy)
        .unwrap()
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
    Then::everything(first)
}

fn with_default(rules: &RuleSet, then: Then) -> Then {
    Then { kill_switch: then.kill_switch.or(rules.kill_switch), ..then }
}

pub(crate) fn coverage(action: &Action, tunnels: &Tunnels) -> Coverage {
    let Action::Up(uses) = action else {
        return if *action == Action::Down { Coverage::Nothing } else { Coverage::Untouched };
    };
    let one = |mode: &Mode, is_full: bool| match mode {
        Mode::Everything => Coverage::Everything,
        Mode::AsConfigured if is_full => Coverage::Everything,
        Mode::Only(networks) if networks.iter().any(|network| network.to_string().ends_with("/0")) => Coverage::Everything,
        Mode::ExceptLan => Coverage::ExceptLan,
        Mode::AsConfigured | Mode::Only(_) => Coverage::Some,
        Mode::Private => Coverage::Private,
    };
    let is_full = |tunnel: &adit_rules::Name| tunnels.known.iter().any(|known| known.name == *tunnel && known.is_full);
    uses.iter().map(|used| one(&used.mode, is_full(&used.tunnel))).max().unwrap()
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
