//! Rules as the on-demand rules of iOS and macOS (`NEOnDemandRule`), which the system evaluates itself.
//!
//! The system knows the kind of the link, exact Wi-Fi names and the DNS search domain. Every situation that these can tell apart is
//! decided with everything else unknown, so that the compiled rules never protect less than the original. A last rule is for links of
//! any other kind, such as a USB adapter: without it the system would leave the tunnel as it is there. `NEOnDemandRule` can also
//! ask a URL; it is not used, because everybody could answer in the place of a home probe.

use serde::{Deserialize, Serialize};

use crate::decide::{ConditionTrace, Seen, Verdict, combine, walk};
use crate::facts::{LinkKind, Ssid};
use crate::rule::{Action, Condition, KillSwitch, Matcher, Mode, Name, RuleSet};
use crate::tunnels::Tunnels;

/// The other kind of link of a device, besides Wi-Fi.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondLink {
    /// Phones and tablets.
    Cellular,
    /// Macs.
    Ethernet,
}

/// One rule for the system (`NEOnDemandRule`). All criteria must match; the first rule that matches wins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OnDemandRule {
    /// What the system does.
    pub action: OnDemandAction,
    /// The kind of link (`interfaceTypeMatch`).
    pub interface: OnDemandInterface,
    /// The Wi-Fi names, compared exactly (`ssidMatch`). Empty: any.
    pub ssids: Vec<String>,
    /// The DNS search domains, compared exactly (`dnsSearchDomainMatch`). Empty: any.
    pub dns_search_domains: Vec<String>,
}

/// The action of a rule for the system.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDemandAction {
    /// `NEOnDemandRuleConnect`.
    Connect,
    /// `NEOnDemandRuleDisconnect`.
    Disconnect,
    /// `NEOnDemandRuleIgnore`.
    Ignore,
}

/// The kind of link of a rule for the system.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDemandInterface {
    /// Every kind.
    Any,
    /// Wi-Fi.
    Wifi,
    /// Cellular.
    Cellular,
    /// Ethernet.
    Ethernet,
}

/// The rules for the system, and what they leave out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Compiled {
    /// The rules in their order.
    pub rules: Vec<OnDemandRule>,
    /// What the system cannot express.
    pub left_out: Vec<LeftOut>,
}

/// Something that the system cannot express.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftOut {
    /// The rule of this index, counted from 0; `None` for the default or a setting.
    pub rule: Option<usize>,
    /// What it is.
    pub what: LeftOutKind,
}

/// What the system cannot express.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutKind {
    /// The condition of this index. It counts as unknown, so that the more protective consequence holds.
    Condition(usize),
    /// A DNS suffix. The system compares the default domain exactly, without names below it and without other domains.
    SubDomains(usize),
    /// Another tunnel than the one that the rules are compiled for: the system switches one tunnel on and off.
    OtherTunnel(Name),
    /// A routing mode. The tunnel's own process has to set it.
    Mode,
    /// A kill switch that differs between networks.
    KillSwitch,
    /// What happens when a server does not answer. The tunnel's own process has to do it.
    Failover,
    /// The end of a manual choice.
    ManualChoice,
}

/// One situation that the system can tell apart. `None` stands for every other name or domain.
#[derive(Clone, Copy, Debug)]
struct Situation<'a> {
    /// The kinds of link that it may be.
    kinds: &'a [LinkKind],
    ssid: Option<&'a Ssid>,
    domain: Option<&'a str>,
}

/// Compiles the rules for one tunnel.
pub fn compile(rules: &RuleSet, tunnel: &Name, tunnels: &Tunnels, second: SecondLink) -> Compiled {
    let names = exact_names(rules);
    let domains = domains(rules);
    let decide = |situation: Situation<'_>| {
        let trace = walk(rules, None, |condition| evaluate(condition, &situation));
        action(&combine(rules, tunnels, vec![trace]).action, tunnel, tunnels)
    };
    let (second_kind, third_kind, second_interface) = match second {
        SecondLink::Cellular => (LinkKind::Cellular, LinkKind::Ethernet, OnDemandInterface::Cellular),
        SecondLink::Ethernet => (LinkKind::Ethernet, LinkKind::Cellular, OnDemandInterface::Ethernet),
    };
    let by_domain = |kinds: &[LinkKind], ssid: Option<&Ssid>| {
        let general = decide(Situation { kinds, ssid, domain: None });
        let special = domains.iter().map(|domain| (decide(Situation { kinds, ssid, domain: Some(domain) }), domain.clone()));
        (special.filter(|(action, _)| *action != general).collect::<Vec<_>>(), general)
    };
    let mut wifi = Vec::new();
    let unnamed = by_domain(&[LinkKind::Wifi], None);
    for name in &names {
        let named = by_domain(&[LinkKind::Wifi], Some(name));
        if named != unnamed {
            push_all(&mut wifi, OnDemandInterface::Wifi, Some(name), named);
        }
    }
    let has_names = !wifi.is_empty();
    push_all(&mut wifi, OnDemandInterface::Wifi, None, unnamed);
    let mut other = Vec::new();
    push_all(&mut other, second_interface, None, by_domain(&[second_kind], None));
    let mut rest = Vec::new();
    push_all(&mut rest, OnDemandInterface::Any, None, by_domain(&[third_kind, LinkKind::Other], None));
    Compiled { rules: arrange(wifi, other, rest, has_names), left_out: left_out(rules, tunnel, second_kind) }
}

/// Adds the rules of one name: those for domains first. Names with the same action share a rule.
fn push_all(
    rules: &mut Vec<OnDemandRule>,
    interface: OnDemandInterface,
    ssid: Option<&Ssid>,
    (special, general): (Vec<(OnDemandAction, String)>, OnDemandAction),
) {
    let ssids: Vec<String> = ssid.into_iter().map(ToString::to_string).collect();
    for (action, domain) in special {
        match rules.last_mut() {
            Some(last) if last.action == action && last.ssids == ssids && !last.dns_search_domains.is_empty() => {
                last.dns_search_domains.push(domain);
            }
            _ => rules.push(OnDemandRule { action, interface, ssids: ssids.clone(), dns_search_domains: vec![domain] }),
        }
    }
    match rules.last_mut() {
        Some(last)
            if last.action == general && !last.ssids.is_empty() && !ssids.is_empty() && last.dns_search_domains.is_empty() =>
        {
            last.ssids.extend(ssids);
        }
        _ => rules.push(OnDemandRule { action: general, interface, ssids, dns_search_domains: Vec::new() }),
    }
}

/// Orders the rules of both kinds of link, which never match together, as the official app does, and appends those for any other
/// kind. Joins them where all agree.
fn arrange(wifi: Vec<OnDemandRule>, other: Vec<OnDemandRule>, rest: Vec<OnDemandRule>, has_names: bool) -> Vec<OnDemandRule> {
    if let ([wifi], [other]) = (wifi.as_slice(), other.as_slice()) {
        if let [rest] = rest.as_slice()
            && wifi.action == other.action
            && rest.action == other.action
        {
            return vec![rest.clone()];
        }
        if !has_names && other.action == OnDemandAction::Connect && wifi.action != other.action {
            return [vec![other.clone(), wifi.clone()], rest].concat();
        }
    }
    [wifi, other, rest].concat()
}

/// Returns the Wi-Fi names that the rules name exactly and that the system can compare.
fn exact_names(rules: &RuleSet) -> Vec<Ssid> {
    let mut names: Vec<Ssid> = Vec::new();
    for condition in rules.rules.iter().flat_map(|rule| &rule.when) {
        let Matcher::Ssid(globs) = &condition.is else { continue };
        for name in globs.iter().filter_map(crate::rule::Glob::only_name) {
            if is_text(&name) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Returns true for names that are text, and not bytes that only an escape can write.
fn is_text(name: &Ssid) -> bool {
    std::str::from_utf8(name.bytes()).is_ok_and(|text| text == name.to_string())
}

fn domains(rules: &RuleSet) -> Vec<String> {
    let mut domains: Vec<String> = Vec::new();
    for condition in rules.rules.iter().flat_map(|rule| &rule.when) {
        let Matcher::DnsSuffix(suffixes) = &condition.is else { continue };
        for suffix in suffixes {
            if !domains.iter().any(|domain| domain == suffix.as_str()) {
                domains.push(suffix.as_str().to_owned());
            }
        }
    }
    domains
}

/// Returns the verdict of a condition as far as the situation tells.
fn evaluate(condition: &Condition, situation: &Situation<'_>) -> ConditionTrace {
    let is_wifi = situation.kinds == [LinkKind::Wifi];
    let verdict = match &condition.is {
        Matcher::Kind(kinds) => kind_matches(kinds.as_slice(), situation.kinds),
        Matcher::Ssid(_) | Matcher::Bssid(_) | Matcher::Security(_) if !is_wifi => Some(false),
        Matcher::Ssid(globs) => ssid_matches(globs.as_slice(), situation.ssid),
        // The system compares only the default domain, and exactly. Other domains of the network and names below the suffix match
        // the original rule too, so no domain says that the condition does not hold.
        Matcher::DnsSuffix(suffixes) => {
            situation.domain.and_then(|domain| suffixes.iter().any(|suffix| suffix.covers(domain)).then_some(true))
        }
        Matcher::NoNetwork => Some(false),
        Matcher::Bssid(_)
        | Matcher::Security(_)
        | Matcher::Gateway(_)
        | Matcher::Subnet(_)
        | Matcher::Metered
        | Matcher::Time(_)
        | Matcher::OtherVpn
        | Matcher::Home(_) => None,
    };
    let verdict = match verdict {
        None => Verdict::Unknown,
        Some(matches) if matches != condition.not => Verdict::Matched,
        Some(_) => Verdict::NotMatched,
    };
    ConditionTrace { verdict, seen: Seen::NoFacts }
}

/// Compares the kinds of link that it may be.
fn kind_matches(wanted: &[LinkKind], possible: &[LinkKind]) -> Option<bool> {
    let mut matches = possible.iter().map(|kind| wanted.contains(kind));
    let first = matches.next()?;
    matches.all(|other| other == first).then_some(first)
}

/// Compares a name, or every name that no rule names exactly: patterns with wildcards may or may not match such a name.
fn ssid_matches(globs: &[crate::rule::Glob], ssid: Option<&Ssid>) -> Option<bool> {
    let matches = |glob: &crate::rule::Glob| match (ssid, glob.only_name()) {
        (Some(ssid), _) => Some(glob.matches(ssid)),
        (None, Some(name)) if is_text(&name) => Some(false),
        (None, _) if glob.to_string().trim_start_matches('!') == "*" => Some(true),
        (None, _) => None,
    };
    let any = |negative: bool| {
        let found: Vec<Option<bool>> = globs.iter().filter(|glob| glob.is_negative() == negative).map(matches).collect();
        match found {
            found if found.is_empty() => Some(!negative),
            found if found.contains(&Some(true)) => Some(true),
            found if found.contains(&None) => None,
            _ => Some(false),
        }
    };
    match (any(false), any(true)) {
        (Some(false), _) | (_, Some(true)) => Some(false),
        (Some(true), Some(false)) => Some(true),
        _ => None,
    }
}

fn action(action: &Action, tunnel: &Name, tunnels: &Tunnels) -> OnDemandAction {
    let own = tunnels.get(tunnel).map_or(tunnel, |known| &known.name);
    match action {
        Action::Up(uses) if uses.iter().any(|used| used.tunnel.is(own)) => OnDemandAction::Connect,
        Action::Up(_) | Action::Down => OnDemandAction::Disconnect,
        Action::Leave => OnDemandAction::Ignore,
    }
}

fn left_out(rules: &RuleSet, tunnel: &Name, second: LinkKind) -> Vec<LeftOut> {
    let mut found = Vec::new();
    for (index, rule) in rules.rules.iter().enumerate() {
        let conditions = rule.when.iter().enumerate().filter_map(|(at, condition)| condition_left_out(at, &condition.is, second));
        found.extend(conditions.map(|what| LeftOut { rule: Some(index), what }));
    }
    let rule_of = |index: usize| (index < rules.rules.len()).then_some(index);
    for (index, then) in rules.consequences().enumerate() {
        for used in then.action.uses() {
            if !used.tunnel.is(tunnel) {
                found.push(LeftOut { rule: rule_of(index), what: LeftOutKind::OtherTunnel(used.tunnel.clone()) });
            }
            if used.mode != Mode::AsConfigured {
                found.push(LeftOut { rule: rule_of(index), what: LeftOutKind::Mode });
            }
        }
    }
    let kill_switches: Vec<Option<KillSwitch>> =
        rules.consequences().map(|then| then.kill_switch.or(rules.kill_switch)).collect();
    let differs = kill_switches.windows(2).any(|pair| pair[0] != pair[1]);
    let mut add = |what| found.push(LeftOut { rule: None, what });
    if differs || kill_switches.contains(&Some(KillSwitch::WhenUntrusted)) {
        add(LeftOutKind::KillSwitch);
    }
    if rules.failover.is_some() {
        add(LeftOutKind::Failover);
    }
    if rules.manual.is_some() {
        add(LeftOutKind::ManualChoice);
    }
    found
}

fn condition_left_out(at: usize, matcher: &Matcher, second: LinkKind) -> Option<LeftOutKind> {
    match matcher {
        Matcher::Kind(kinds) => {
            let is_told_apart = |kind: &LinkKind| *kind == LinkKind::Wifi || *kind == second;
            (!kinds.iter().all(is_told_apart)).then_some(LeftOutKind::Condition(at))
        }
        Matcher::Ssid(globs) => {
            let is_exact = |glob: &crate::rule::Glob| glob.only_name().is_some_and(|name| is_text(&name));
            let is_known = |glob: &crate::rule::Glob| is_exact(glob) || glob.to_string().trim_start_matches('!') == "*";
            (!globs.iter().all(is_known)).then_some(LeftOutKind::Condition(at))
        }
        Matcher::DnsSuffix(_) => Some(LeftOutKind::SubDomains(at)),
        Matcher::Bssid(_)
        | Matcher::Security(_)
        | Matcher::Gateway(_)
        | Matcher::Subnet(_)
        | Matcher::Metered
        | Matcher::Time(_)
        | Matcher::OtherVpn
        | Matcher::Home(_)
        | Matcher::NoNetwork => Some(LeftOutKind::Condition(at)),
    }
}
