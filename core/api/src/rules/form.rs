//! Rules as an editor's form, and edits of a text of rules. `docs/RULES.md` describes the language.

use adit_config::Cidr;
use serde::{Deserialize, Serialize};

use super::{LinkKind, WifiSecurity};
use crate::PublicKey;

/// One rule as an editor shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleForm {
    /// The name of the rule, for people.
    pub name: Option<String>,
    /// The conditions, at least one; the rule matches if all of them hold.
    pub conditions: Vec<RuleCondition>,
    /// The consequence.
    pub then: RuleConsequence,
}

/// One condition of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleCondition {
    /// True if the condition holds where the matcher does not.
    pub not: bool,
    /// The comparison.
    pub is: RuleMatcher,
}

/// A comparison with the facts about a network. Of several values, one must match.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RuleMatcher {
    /// The kind of the link.
    Link {
        /// The kinds.
        kinds: Vec<LinkKind>,
    },
    /// The name of the Wi-Fi network.
    WifiName {
        /// Patterns: `*` stands for any characters, `?` for one, `!` at the beginning excludes names, `\` before a wildcard is the
        /// wildcard itself, `\xNN` a byte.
        names: Vec<String>,
    },
    /// The hardware address of the access point.
    AccessPoint {
        /// Addresses such as `aa:bb:cc:dd:ee:ff`.
        addresses: Vec<String>,
    },
    /// The protection of the radio link.
    WifiSecurity {
        /// The protections.
        kinds: Vec<WifiSecurity>,
    },
    /// The hardware address of the default gateway.
    Gateway {
        /// Addresses such as `aa:bb:cc:dd:ee:ff`.
        addresses: Vec<String>,
    },
    /// An address of the link is in this network.
    Subnet {
        /// The networks.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        networks: Vec<Cidr>,
    },
    /// The network announced this DNS suffix or one below it.
    DnsSuffix {
        /// Suffixes such as `corp.example`.
        suffixes: Vec<String>,
    },
    /// Traffic costs money.
    Metered,
    /// The local time is in the window.
    Time {
        /// Windows such as `mon-fri 22:00-06:00`; days and times may each be left out.
        windows: Vec<String>,
    },
    /// A VPN of another program is up.
    OtherVpn,
    /// The owner of this key answered the home probe.
    HomeProbe {
        /// The keys.
        keys: Vec<PublicKey>,
    },
    /// The computer is in no network.
    NoNetwork,
}

/// What follows from a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleConsequence {
    /// The action for the tunnels.
    pub action: RuleAction,
    /// The kill switch. None: as the settings of the rules say, and otherwise as each tunnel is set.
    pub kill_switch: Option<RuleKillSwitch>,
}

/// The action for the tunnels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RuleAction {
    /// These tunnels are up, and all other tunnels that the rules name are down.
    Up {
        /// The tunnels, at least one.
        tunnels: Vec<RuleTunnel>,
    },
    /// All tunnels that the rules name are down.
    Down,
    /// All tunnels stay as they are.
    Leave,
}

/// A tunnel that is up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleTunnel {
    /// Its name, compared regardless of case. The tunnel may not exist (yet).
    pub name: String,
    /// The traffic that goes through it.
    pub mode: RuleMode,
}

/// What goes through a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RuleMode {
    /// The allowed IPs of its configuration.
    AsConfigured,
    /// All traffic, IPv4 and IPv6.
    Everything,
    /// All traffic except that to the private networks that the computer is in.
    ExceptLan,
    /// Traffic to private addresses.
    Private,
    /// Traffic to these networks.
    Only {
        /// The networks, at least one.
        #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
        networks: Vec<Cidr>,
    },
}

/// When traffic outside the tunnels is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RuleKillSwitch {
    /// Never, unless an administrator has set lockdown.
    Off,
    /// On networks on which a tunnel takes everything, everything of one address family, or everything except this LAN.
    WhenUntrusted,
    /// Always, also while the tunnels are down.
    Always,
}

/// The settings of the rules.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RulesSettings {
    /// The kill switch for rules that do not say their own. None: as each tunnel is set.
    pub kill_switch: Option<RuleKillSwitch>,
    /// The longest time in seconds (5 to 604,800) for which a manual choice holds. None: until the network changes.
    pub manual_choice_seconds: Option<u32>,
    /// The steps when a server does not answer. None: nothing happens.
    pub failover: Option<FailoverSettings>,
}

/// What happens when a server does not answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FailoverSettings {
    /// Seconds (5 to 604,800) before the first step and between steps.
    pub after_seconds: u32,
    /// The steps, at least one, tried in turn.
    pub steps: Vec<FailoverStep>,
}

/// An attempt to get an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FailoverStep {
    /// The next endpoint of the same tunnel.
    NextEndpoint,
    /// Another tunnel in its place.
    Up {
        /// The name of the other tunnel.
        tunnel: String,
    },
    /// No tunnel in its place.
    Down,
}

/// An edit of a text of rules. Everything else of the text stays byte for byte, also comments. Indexes count from 0.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RulesEdit {
    /// Inserts a rule, which gets this index.
    Insert {
        /// At most the number of rules.
        index: u32,
        /// The rule.
        rule: RuleForm,
    },
    /// Puts another rule in the place of this one.
    Replace {
        /// The index.
        index: u32,
        /// The rule.
        rule: RuleForm,
    },
    /// Removes a rule.
    Remove {
        /// The index.
        index: u32,
    },
    /// Moves a rule, which then has the index `to`.
    Move {
        /// The index before.
        from: u32,
        /// The index afterwards.
        to: u32,
    },
    /// Sets what holds if no rule matches; None removes it.
    SetOtherwise {
        /// The consequence.
        then: Option<RuleConsequence>,
    },
    /// Sets the settings.
    SetSettings {
        /// The settings.
        settings: RulesSettings,
    },
    /// Inserts the rule that turns tunnels off in the present network, as the first one.
    TrustThisNetwork,
    /// Replaces the whole text by ready-made rules.
    Preset {
        /// The rules.
        preset: RulesPreset,
        /// The name of the tunnel for them.
        tunnel: String,
    },
}

/// Ready-made rules.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RulesPreset {
    /// The tunnel is up on every network.
    Always,
    /// The tunnel is up on every network except the present one.
    EverywhereExceptHere,
    /// The tunnel is up on every Wi-Fi except the present one, and down without Wi-Fi.
    WifiThatIsNotMine,
    /// The tunnel is up on Wi-Fi without a password, with WEP, and with an unknown protection.
    OpenWifi,
}
