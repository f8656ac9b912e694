//! Rules as data: WHEN conditions hold THEN tunnels are up or down.

mod alternatives;
mod condition;
mod glob;
mod kind_set;
mod name;
mod networks;
mod seconds;
mod suffix;
mod window;

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

pub use alternatives::{Alternatives, EmptyAlternatives};
pub use condition::{Condition, Home, Matcher};
pub use glob::{Glob, GlobError};
pub(crate) use kind_set::LinkKindSet;
pub use name::{Name, NameError};
pub use seconds::{Seconds, SecondsError};
pub use suffix::{Suffix, SuffixError};
pub use window::{Days, Window, WindowError};

/// All rules of a computer. The first rule that matches wins. An empty set turns on-demand off: nothing is touched.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// The kill switch for rules that do not say their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill_switch: Option<KillSwitch>,
    /// The longest time for which a manual choice holds. It ends earlier when the network changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual: Option<Seconds>,
    /// What happens when a server does not answer. `None`: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Failover>,
    /// The rules, the first one first.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// What holds if no rule matches. `None`, although there are rules: the chosen tunnel is up and carries everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Then>,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name of the rule, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Name>,
    /// The conditions. The rule matches if all of them hold.
    pub when: Alternatives<Condition>,
    /// The consequence.
    pub then: Then,
}

/// The consequence of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// The tunnels.
    pub action: Action,
    /// The kill switch. `None`: as [`RuleSet::kill_switch`] says, and otherwise as each tunnel is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill_switch: Option<KillSwitch>,
}

/// The action for the tunnels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// These tunnels are up, and all other tunnels that the rules name are down.
    Up(Alternatives<TunnelUse>),
    /// All tunnels that the rules name are down.
    Down,
    /// All tunnels stay as they are.
    Leave,
}

/// One tunnel that is up, with its routing mode.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TunnelUse {
    /// The name of the tunnel, compared regardless of case.
    pub tunnel: Name,
    /// The traffic that goes through it.
    #[serde(default)]
    pub mode: Mode,
}

/// What goes through a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The allowed IPs of its configuration.
    #[default]
    AsConfigured,
    /// All traffic, IPv4 and IPv6.
    Everything,
    /// All traffic except that to the private and link-local networks that the computer is in.
    ExceptLan,
    /// Traffic to private addresses (RFC 1918, RFC 4193).
    Private,
    /// Traffic to these networks.
    Only(#[serde(deserialize_with = "networks::deserialize")] Alternatives<Cidr>),
}

/// When traffic outside the tunnels is dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KillSwitch {
    /// Never. A lockdown by an administrator still holds.
    Off,
    /// On networks that are not trusted: those on which a tunnel takes everything, everything of one address family, or everything
    /// except this LAN.
    WhenUntrusted,
    /// On every network, also while the tunnels are down.
    Always,
}

/// What happens when a tunnel in use gets no answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failover {
    /// How long packets go unanswered before the first step, and the shortest time between two steps.
    pub after: Seconds,
    /// The steps, tried in turn. The tunnel itself is tried again after the last one.
    pub steps: Alternatives<Step>,
}

/// One attempt to get an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The next endpoint of the same tunnel.
    NextEndpoint,
    /// Another tunnel in its place, with the same routing mode.
    Up(Name),
    /// No tunnel in its place. The kill switch stays as the rule says.
    Down,
}

impl RuleSet {
    /// Returns the set that keeps `tunnel` up on every network, for everything, with the kill switch on untrusted networks.
    pub fn fail_secure(tunnel: Name) -> Self {
        Self { otherwise: Some(Then::everything(tunnel)), ..Self::default() }
    }

    /// Returns true if the set says nothing about any network, so that on-demand is off.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.otherwise.is_none()
    }

    /// Returns the consequences in their order, the default last.
    pub fn consequences(&self) -> impl Iterator<Item = &Then> {
        self.rules.iter().map(|rule| &rule.then).chain(&self.otherwise)
    }

    /// Returns the names of all tunnels that the set names, in the order of their first mention, without repetitions.
    pub fn tunnels(&self) -> Vec<&Name> {
        let mut names: Vec<&Name> = Vec::new();
        let uses = self.consequences().flat_map(|then| then.action.uses()).map(|used| &used.tunnel);
        let steps = self.failover.iter().flat_map(|failover| failover.steps.iter()).filter_map(|step| match step {
            Step::Up(tunnel) => Some(tunnel),
            Step::NextEndpoint | Step::Down => None,
        });
        for name in uses.chain(steps) {
            if !names.iter().any(|known| known.is(name)) {
                names.push(name);
            }
        }
        names
    }
}

impl Then {
    /// Returns the consequence that `tunnel` takes everything, with the kill switch on untrusted networks.
    pub fn everything(tunnel: Name) -> Self {
        let used = TunnelUse { tunnel, mode: Mode::Everything };
        Self { action: Action::Up(Alternatives::one(used)), kill_switch: Some(KillSwitch::WhenUntrusted) }
    }

    /// Returns the consequence for rules that have no default: as [`Then::everything`], and a set that says `always` keeps that.
    pub(crate) fn fail_secure(tunnel: Name, of_set: Option<KillSwitch>) -> Self {
        let everything = Self::everything(tunnel);
        Self { kill_switch: everything.kill_switch.max(of_set), ..everything }
    }

    /// Returns a consequence that leaves the kill switch to the set.
    pub const fn new(action: Action) -> Self {
        Self { action, kill_switch: None }
    }
}

impl Action {
    /// Returns the tunnels that are up.
    pub fn uses(&self) -> &[TunnelUse] {
        match self {
            Self::Up(uses) => uses.as_slice(),
            Self::Down | Self::Leave => &[],
        }
    }
}
