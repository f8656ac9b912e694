//! What rules decide about networks, and why.

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use super::{DayTime, HomeAnswer, LinkKind, RuleAction, RuleKillSwitch, WifiSecurity};

/// What rules decide about networks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulesDecision {
    /// The action for the tunnels. All names are those of existing tunnels.
    pub action: RuleAction,
    /// The origin of the action.
    pub by: RuleSource,
    /// The kill switch. None: as each tunnel is set.
    pub kill_switch: Option<RuleKillSwitch>,
    /// The origin of the kill switch.
    pub kill_switch_by: RuleSource,
    /// True if the rules do not trust the network.
    pub is_untrusted: bool,
    /// True if every fact that mattered was known. If not, the most protective of all possible consequences holds.
    pub is_certain: bool,
    /// Tunnels that the chosen consequence names and that do not exist.
    pub missing: Vec<String>,
    /// The result of every condition, network by network; never empty.
    pub trace: Vec<NetworkTrace>,
}

/// The origin of a consequence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RuleSource {
    /// A rule.
    Rule {
        /// Its index, from 0.
        index: u32,
        /// Its name.
        name: Option<String>,
    },
    /// The line `otherwise`.
    Otherwise,
    /// There are rules without `otherwise`: the chosen tunnel takes everything.
    FailSecure,
    /// There are no rules.
    NoRules,
}

/// The decision about one network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NetworkTrace {
    /// The interface; None if the computer is in no network, or its networks are unknown.
    pub interface: Option<String>,
    /// The rules up to the first that matches.
    pub rules: Vec<RuleTrace>,
    /// The possible consequences; the last one is that of the rule that matched, or the default.
    pub possible: Vec<RuleSource>,
}

/// How a rule came out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleTrace {
    /// The index of the rule, from 0.
    pub index: u32,
    /// Whether all conditions hold.
    pub verdict: Verdict,
    /// The conditions, in their order.
    pub conditions: Vec<ConditionTrace>,
}

/// How a condition came out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConditionTrace {
    /// The condition in the language of the rules, such as `not wifi "Home"`.
    pub condition: String,
    /// Whether it holds, a negation included.
    pub verdict: Verdict,
    /// The fact that it was compared with.
    pub seen: SeenFact,
}

/// Whether a condition or a rule holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Verdict {
    /// It holds.
    Matched,
    /// It does not hold.
    NotMatched,
    /// A fact that it needs is unknown.
    Unknown,
}

/// A fact that a condition was compared with. What nobody knows is None.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SeenFact {
    /// Nothing is known about the networks.
    NoFacts,
    /// The computer is in no network.
    NoNetwork,
    /// The computer is in a network.
    Network,
    /// The kind of the link.
    Link {
        /// The kind.
        link: LinkKind,
    },
    /// The name of the Wi-Fi network.
    WifiName {
        /// The name.
        name: Option<String>,
    },
    /// The hardware address of the access point.
    AccessPoint {
        /// The address.
        address: Option<String>,
    },
    /// The protection of the radio link.
    WifiSecurity {
        /// The protection.
        security: Option<WifiSecurity>,
    },
    /// The hardware address of the default gateway.
    Gateway {
        /// The address.
        address: Option<String>,
    },
    /// The networks of the link's addresses.
    Subnets {
        /// The networks; empty if the link has no address yet.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        networks: Vec<Cidr>,
    },
    /// The announced DNS suffixes.
    DnsSuffixes {
        /// The suffixes.
        suffixes: Option<Vec<String>>,
    },
    /// Whether traffic costs money.
    Metered {
        /// True if it does.
        metered: Option<bool>,
    },
    /// The local time.
    Time {
        /// The time.
        at: DayTime,
    },
    /// Whether a VPN of another program is up.
    OtherVpn {
        /// True if there is one.
        is_up: Option<bool>,
    },
    /// The answer of the home probe.
    HomeProbe {
        /// The answer.
        answer: HomeAnswer,
    },
}
