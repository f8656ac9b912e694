//! The decision: what the rules say about the networks that the computer is in, and why.
//!
//! A condition holds, does not hold, or nobody knows. A rule with an unknown condition may match: then its consequence and that
//! of the rules after it are all possible, and the most protective of them counts, separately for the tunnels and for the kill
//! switch. In the same way, each network is decided for alone, and the most protective decision counts. So a decision with
//! unknown facts never protects less than the decision with any values in their place.

mod evaluate;

use serde::{Deserialize, Serialize};

use crate::facts::{Facts, Known, LinkKind, LocalTime, Mac, ProbeResult, Security, Ssid};
use crate::rule::{Action, Condition, KillSwitch, Name, Rule, RuleSet, Then, TunnelUse};
use crate::tunnels::{Coverage, Tunnels};
use adit_config::Cidr;

pub(crate) use evaluate::{Place, evaluate};

/// Whether a condition or a rule holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Matched,
    /// It does not hold.
    NotMatched,
    /// A fact that it needs is unknown.
    Unknown,
}

/// The origin of a consequence.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The rule of this index, counted from 0.
    Rule(usize),
    /// The default that the rules end with.
    Otherwise,
    /// The rules have no default: the chosen tunnel takes everything.
    FailSecure,
    /// There are no rules.
    NoRules,
}

/// What the rules say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// What happens to the tunnels. The names are those of existing tunnels, as they are spelled there.
    pub action: Action,
    /// The origin of the action.
    pub by: Source,
    /// The kill switch. `None`: as each tunnel is set.
    pub kill_switch: Option<KillSwitch>,
    /// The origin of the kill switch.
    pub kill_switch_by: Source,
    /// How much of the traffic the rules want to be protected, also if a tunnel that they name does not exist, so that the action
    /// protects less.
    pub coverage: Coverage,
    /// Whether every fact that mattered was known.
    pub is_certain: bool,
    /// Tunnels that the action names and that do not exist.
    pub missing: Vec<Name>,
    /// How every condition came out.
    pub trace: Vec<LinkTrace>,
}

/// The decision for one network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinkTrace {
    /// The interface; `None` if the computer is in no network, or its networks are unknown.
    pub interface: Option<String>,
    /// The rules up to the first that matches.
    pub rules: Vec<RuleTrace>,
    /// The consequences that are possible. The last one is that of the rule that matched, or the default.
    pub possible: Vec<Source>,
}

/// How one rule came out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleTrace {
    /// The index of the rule, counted from 0.
    pub rule: usize,
    /// Whether all conditions hold.
    pub verdict: Verdict,
    /// The conditions, in their order.
    pub conditions: Vec<ConditionTrace>,
}

/// How one condition came out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConditionTrace {
    /// Whether it holds, a negation included.
    pub verdict: Verdict,
    /// The fact that it was compared with.
    pub seen: Seen,
}

/// A fact that a condition was compared with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Nothing is known about networks at the moment.
    NoFacts,
    /// The computer is in no network.
    NoNetwork,
    /// The computer is in a network.
    Network,
    /// The kind of the link.
    Kind(LinkKind),
    /// The name of the Wi-Fi network.
    Ssid(Known<Ssid>),
    /// The hardware address of the access point.
    Bssid(Known<Mac>),
    /// The protection of the radio link.
    Security(Known<Security>),
    /// The hardware address of the gateway.
    Gateway(Known<Mac>),
    /// The networks of the link's addresses. Empty: it has no address yet.
    Subnets(Vec<Cidr>),
    /// The announced suffixes.
    DnsSuffixes(Known<Vec<String>>),
    /// Whether traffic costs money.
    Metered(Known<bool>),
    /// The local time.
    Time(LocalTime),
    /// Whether another VPN is up.
    OtherVpn(Known<bool>),
    /// The answer of the home probe.
    Home(ProbeResult),
}

/// Decides what holds now. `facts` is `None` while nothing is known about the networks, as after a suspend.
pub fn decide(rules: &RuleSet, facts: Option<&Facts>, tunnels: &Tunnels) -> Decision {
    let places = Place::all(facts);
    let traces: Vec<LinkTrace> = places.iter().map(|place| trace(rules, place)).collect();
    combine(rules, tunnels, traces)
}

/// Evaluates the rules at one place, up to the first that matches.
fn trace(rules: &RuleSet, place: &Place<'_>) -> LinkTrace {
    walk(rules, place.interface().map(str::to_owned), |condition| evaluate(condition, place))
}

/// Evaluates the rules with a verdict for each condition, up to the first rule that matches.
pub(crate) fn walk(rules: &RuleSet, interface: Option<String>, verdict: impl Fn(&Condition) -> ConditionTrace) -> LinkTrace {
    let mut trace = LinkTrace { interface, rules: Vec::new(), possible: Vec::new() };
    for (index, rule) in rules.rules.iter().enumerate() {
        let conditions: Vec<ConditionTrace> = rule.when.iter().map(&verdict).collect();
        let verdict = all_of(&conditions);
        trace.rules.push(RuleTrace { rule: index, verdict, conditions });
        match verdict {
            Verdict::NotMatched => {}
            Verdict::Unknown => trace.possible.push(Source::Rule(index)),
            Verdict::Matched => {
                trace.possible.push(Source::Rule(index));
                return trace;
            }
        }
    }
    trace.possible.push(match &rules.otherwise {
        Some(_) => Source::Otherwise,
        None if rules.is_empty() => Source::NoRules,
        None => Source::FailSecure,
    });
    trace
}

fn all_of(conditions: &[ConditionTrace]) -> Verdict {
    let any = |verdict| conditions.iter().any(|condition| condition.verdict == verdict);
    if any(Verdict::NotMatched) {
        Verdict::NotMatched
    } else if any(Verdict::Unknown) {
        Verdict::Unknown
    } else {
        Verdict::Matched
    }
}

/// Takes the most protective of all possible consequences.
pub(crate) fn combine(rules: &RuleSet, tunnels: &Tunnels, traces: Vec<LinkTrace>) -> Decision {
    let mut possible: Vec<Source> = traces.iter().flat_map(|trace| trace.possible.iter().copied()).collect();
    let is_certain = traces.iter().all(|trace| trace.possible.len() == 1);
    possible.dedup();
    let consequence = |source: Source| consequence(rules, tunnels, source);
    let wanted = possible.iter().map(|source| coverage(&consequence(*source).action, tunnels)).max();
    let wanted = wanted.unwrap_or(Coverage::Untouched);
    // Tunnels that do not exist protect nothing, so what can be done counts before what is wanted.
    let reach = |source: &Source| {
        let action = consequence(*source).action;
        (coverage(&resolve(rules, &action, tunnels).0, tunnels), coverage(&action, tunnels))
    };
    let drops = |source: &Source| strength(consequence(*source).kill_switch, wanted.is_untrusted());
    // `max_by_key` takes the last of equals, and the first is wanted: it belongs to the earlier rule and the preferred link.
    let by = possible.iter().rev().copied().max_by_key(reach);
    let kill_switch_by = possible.iter().rev().copied().max_by_key(drops);
    let by = by.unwrap_or(Source::NoRules);
    let kill_switch_by = kill_switch_by.unwrap_or(Source::NoRules);
    let chosen = consequence(by).action;
    let (action, missing) = resolve(rules, &chosen, tunnels);
    Decision {
        coverage: wanted,
        action,
        by,
        kill_switch: consequence(kill_switch_by).kill_switch,
        kill_switch_by,
        is_certain,
        missing,
        trace: traces,
    }
}

/// Returns the consequence that `source` stands for, with the set's kill switch filled in.
pub(crate) fn consequence(rules: &RuleSet, tunnels: &Tunnels, source: Source) -> Then {
    let then = match source {
        Source::Rule(index) => rules.rules.get(index).map(|rule: &Rule| rule.then.clone()),
        Source::Otherwise => rules.otherwise.clone(),
        Source::FailSecure => {
            let first = || rules.tunnels().first().copied().cloned();
            tunnels.chosen.clone().or_else(first).map(|tunnel| Then::fail_secure(tunnel, rules.kill_switch))
        }
        Source::NoRules => None,
    };
    let mut then = then.unwrap_or_else(|| Then::new(Action::Leave));
    if source != Source::NoRules {
        then.kill_switch = then.kill_switch.or(rules.kill_switch);
    }
    then
}

/// Returns how much of the traffic an action protects.
pub(crate) fn coverage(action: &Action, tunnels: &Tunnels) -> Coverage {
    match action {
        Action::Up(uses) => tunnels.coverage(uses.as_slice()),
        Action::Down => Coverage::Nothing,
        Action::Leave => Coverage::Untouched,
    }
}

/// Orders kill switches by what they drop on a network. The setting of a tunnel can be any, so it is between open and closed.
pub(crate) const fn strength(kill_switch: Option<KillSwitch>, is_untrusted: bool) -> u8 {
    match kill_switch {
        Some(KillSwitch::Off) => 0,
        Some(KillSwitch::WhenUntrusted) if !is_untrusted => 0,
        None => 1,
        Some(KillSwitch::WhenUntrusted) => 2,
        Some(KillSwitch::Always) => 3,
    }
}

/// Spells the tunnels of an action as they are called, and returns the names of those that do not exist. If none exists, the
/// tunnel of the default takes their place; if that does not exist either, the tunnels stay as they are.
fn resolve(rules: &RuleSet, action: &Action, tunnels: &Tunnels) -> (Action, Vec<Name>) {
    let Action::Up(uses) = action else { return (action.clone(), Vec::new()) };
    let mut missing = Vec::new();
    let mut found: Vec<TunnelUse> = Vec::new();
    for TunnelUse { tunnel, mode } in uses {
        match tunnels.get(tunnel) {
            Some(known) => tunnels.add(&mut found, TunnelUse { tunnel: known.name.clone(), mode: mode.clone() }),
            None => missing.push(tunnel.clone()),
        }
    }
    if found.is_empty() {
        let defaults = rules.otherwise.iter().flat_map(|then| then.action.uses()).map(|used| &used.tunnel).chain(&tunnels.chosen);
        let replacement = defaults.filter_map(|name| tunnels.get(name)).next();
        found.extend(replacement.map(|tunnel| TunnelUse { tunnel: tunnel.name.clone(), mode: uses.first().mode.clone() }));
    }
    (found.try_into().map_or(Action::Leave, Action::Up), missing)
}

impl Decision {
    /// Returns true if the rules do not trust the network.
    pub fn is_untrusted(&self) -> bool {
        self.coverage.is_untrusted()
    }
}
