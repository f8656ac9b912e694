//! Warnings about rules: they are valid, but probably protect less than was intended.

use serde::{Deserialize, Serialize};

use crate::decide::{Source, consequence, coverage, strength};
use crate::facts::Security;
use crate::rule::{Condition, Glob, LinkKindSet, Matcher, Name, Rule, RuleSet};
use crate::tunnels::Tunnels;

/// A warning about a set of rules.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Warning {
    /// The rule of this index, counted from 0; `None` for a default or a setting.
    pub rule: Option<usize>,
    /// The problem.
    pub kind: WarningKind,
}

/// The problem of a warning.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// The rule relaxes protection on a Wi-Fi network that it knows by its name alone. Everybody can give a network that name; the
    /// hardware address of the gateway or the home probe would help.
    NameAlone,
    /// The rule relaxes protection on networks that it does not know at all, such as every Ethernet.
    AnyNetwork,
    /// The rule relaxes protection on Wi-Fi without a password, or with WEP.
    RelaxesOnOpen,
    /// An earlier rule matches wherever this one does.
    NeverReached {
        /// The index of the earlier rule.
        by: usize,
    },
    /// The conditions exclude each other, so that the rule never matches.
    NeverMatches,
    /// The rules name a tunnel that does not exist.
    TunnelUnknown(Name),
    /// There are rules, but no `otherwise`, and no tunnel that could be up instead.
    NoDefault,
}

/// Returns all warnings, in the order of the rules.
pub fn warnings(rules: &RuleSet, tunnels: &Tunnels) -> Vec<Warning> {
    let mut found = Vec::new();
    let relaxes = relaxing(rules, tunnels);
    for (index, rule) in rules.rules.iter().enumerate() {
        let mut warn = |kind| found.push(Warning { rule: Some(index), kind });
        if never_matches(rule) {
            warn(WarningKind::NeverMatches);
            continue;
        }
        if let Some(by) = rules.rules[..index].iter().position(|earlier| covers(earlier, rule)) {
            warn(WarningKind::NeverReached { by });
            continue;
        }
        if relaxes[index] {
            trust(rule).into_iter().for_each(&mut warn);
        }
        for tunnel in unknown_tunnels(rule.then.action.uses().iter().map(|used| &used.tunnel), tunnels) {
            warn(WarningKind::TunnelUnknown(tunnel));
        }
    }
    let in_rules: Vec<&Name> = rules.rules.iter().flat_map(|rule| rule.then.action.uses()).map(|used| &used.tunnel).collect();
    let elsewhere = rules.tunnels().into_iter().filter(|name| !in_rules.iter().any(|known| known.is(name)));
    found.extend(
        unknown_tunnels(elsewhere, tunnels)
            .into_iter()
            .map(|name| Warning { rule: None, kind: WarningKind::TunnelUnknown(name) }),
    );
    if !rules.is_empty() && rules.otherwise.is_none() && tunnels.chosen.is_none() && rules.tunnels().is_empty() {
        found.push(Warning { rule: None, kind: WarningKind::NoDefault });
    }
    found
}

fn unknown_tunnels<'a>(names: impl Iterator<Item = &'a Name>, tunnels: &Tunnels) -> Vec<Name> {
    names.filter(|name| tunnels.get(name).is_none()).cloned().collect()
}

/// Returns for each rule whether it protects less than a later rule or the default, so that what it matches is trusted.
fn relaxing(rules: &RuleSet, tunnels: &Tunnels) -> Vec<bool> {
    let protection = |source| {
        let then = consequence(rules, tunnels, source);
        let coverage = coverage(&then.action, tunnels);
        (coverage, strength(then.kill_switch, coverage.is_untrusted()))
    };
    // The most protection of all that comes later, for the tunnels and for the kill switch.
    let mut later = protection(if rules.otherwise.is_some() { Source::Otherwise } else { Source::FailSecure });
    let mut relaxes = vec![false; rules.rules.len()];
    for (index, relaxes) in relaxes.iter_mut().enumerate().rev() {
        let own = protection(Source::Rule(index));
        *relaxes = own.0 < later.0 || own.1 < later.1;
        later = (own.0.max(later.0), own.1.max(later.1));
    }
    relaxes
}

/// Returns what is weak about the trust of a rule that relaxes.
fn trust(rule: &Rule) -> Vec<WarningKind> {
    let positive = || rule.when.iter().filter(|condition| !condition.not).map(|condition| &condition.is);
    let mut found = Vec::new();
    if positive().any(|is| matches!(is, Matcher::Security(kinds) if kinds.iter().any(|kind| is_weak(*kind)))) {
        found.push(WarningKind::RelaxesOnOpen);
    }
    let is_proof = |is: &Matcher| matches!(is, Matcher::Gateway(_) | Matcher::Bssid(_) | Matcher::Home(_) | Matcher::NoNetwork);
    if !positive().any(is_proof) {
        let has_name = positive().any(|is| matches!(is, Matcher::Ssid(globs) if globs.iter().any(|glob| !glob.is_negative())));
        found.push(if has_name { WarningKind::NameAlone } else { WarningKind::AnyNetwork });
    }
    found
}

const fn is_weak(security: Security) -> bool {
    matches!(security, Security::Open | Security::Wep)
}

/// Returns true if two conditions of the rule can never hold together, as far as their kinds of link say.
fn never_matches(rule: &Rule) -> bool {
    let kinds = rule.when.iter().map(possible_kinds);
    kinds.fold(LinkKindSet::ALL, LinkKindSet::and).is_empty()
}

/// Returns the kinds of link on which a condition can hold.
fn possible_kinds(condition: &Condition) -> LinkKindSet {
    let kinds = match &condition.is {
        Matcher::Kind(kinds) => kinds.iter().fold(LinkKindSet::NONE, |set, kind| set.or(LinkKindSet::of(*kind))),
        Matcher::NoNetwork => LinkKindSet::NO_LINK,
        Matcher::Ssid(_) | Matcher::Bssid(_) | Matcher::Security(_) if !condition.not => return LinkKindSet::WIFI,
        Matcher::Gateway(_) | Matcher::Subnet(_) | Matcher::DnsSuffix(_) | Matcher::Metered | Matcher::Home(_)
            if !condition.not =>
        {
            return LinkKindSet::ALL.without(LinkKindSet::NO_LINK);
        }
        Matcher::Ssid(_)
        | Matcher::Bssid(_)
        | Matcher::Security(_)
        | Matcher::Gateway(_)
        | Matcher::Subnet(_)
        | Matcher::DnsSuffix(_)
        | Matcher::Metered
        | Matcher::Home(_)
        | Matcher::Time(_)
        | Matcher::OtherVpn => return LinkKindSet::ALL,
    };
    if condition.not { LinkKindSet::ALL.without(kinds) } else { kinds }
}

/// Returns true if the earlier rule matches wherever the later one does: each of its conditions follows from one of the later rule.
fn covers(earlier: &Rule, later: &Rule) -> bool {
    earlier.when.iter().all(|wanted| later.when.iter().any(|given| follows(given, wanted)))
}

/// Returns true if `wanted` holds wherever `given` does. False also means that it could not be shown.
fn follows(given: &Condition, wanted: &Condition) -> bool {
    if given == wanted {
        return true;
    }
    if let Matcher::Kind(_) | Matcher::NoNetwork = &wanted.is {
        return possible_kinds(given).without(possible_kinds(wanted)).is_empty();
    }
    if given.not != wanted.not {
        return false;
    }
    // For negations it is the other way round: what excludes more excludes less as well.
    let (narrow, wide) = if given.not { (&wanted.is, &given.is) } else { (&given.is, &wanted.is) };
    within(narrow, wide)
}

/// Returns true if everything that `narrow` matches is matched by `wide`.
fn within(narrow: &Matcher, wide: &Matcher) -> bool {
    fn all<T: PartialEq>(narrow: &crate::rule::Alternatives<T>, wide: &crate::rule::Alternatives<T>) -> bool {
        narrow.iter().all(|value| wide.as_slice().contains(value))
    }
    match (narrow, wide) {
        (Matcher::Ssid(narrow), Matcher::Ssid(wide)) => {
            let is_plain = narrow.iter().chain(wide).all(|glob| !glob.is_negative());
            let is_within = |narrow: &Glob, wide: &Glob| {
                narrow == wide || narrow.only_name().is_some_and(|name| wide.matches(&name)) || wide.to_string() == "*"
            };
            is_plain && narrow.iter().all(|narrow| wide.iter().any(|wide| is_within(narrow, wide)))
        }
        (Matcher::Bssid(narrow), Matcher::Bssid(wide)) | (Matcher::Gateway(narrow), Matcher::Gateway(wide)) => all(narrow, wide),
        (Matcher::Security(narrow), Matcher::Security(wide)) => all(narrow, wide),
        (Matcher::Subnet(narrow), Matcher::Subnet(wide)) => narrow
            .iter()
            .all(|narrow| wide.iter().any(|wide| wide.prefix() <= narrow.prefix() && wide.contains(narrow.address()))),
        (Matcher::DnsSuffix(narrow), Matcher::DnsSuffix(wide)) => {
            narrow.iter().all(|narrow| wide.iter().any(|wide| wide.covers(narrow.as_str())))
        }
        (Matcher::Time(narrow), Matcher::Time(wide)) => all(narrow, wide),
        (Matcher::Home(narrow), Matcher::Home(wide)) => all(narrow, wide),
        _ => false,
    }
}
