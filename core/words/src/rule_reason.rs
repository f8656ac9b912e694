//! The rule that decides, and its conditions in words, for the tray and for notifications.

use adit_api::{LinkKind, RuleCondition, RuleMatcher, RuleSource, WifiSecurity};

use crate::{Words, visible};

/// The most conditions, and the most values of a condition, that are named: a tray shows one line.
const MOST: usize = 3;

impl Words {
    /// Describes what decides: `rule 2: At home`, or its conditions if it has no name and they are known.
    pub fn rule_reason(&self, source: &RuleSource, conditions: Option<&[RuleCondition]>) -> String {
        let (index, name) = match source {
            RuleSource::Rule { index, name } => (index, name),
            RuleSource::Otherwise => return self.say("rules-reason-otherwise", &[]),
            RuleSource::FailSecure | RuleSource::NoRules => return self.rule_source(source),
        };
        let what = match (name, conditions) {
            (Some(name), _) => visible(name),
            (None, Some(conditions)) => Self::shortened(conditions.iter().map(|condition| self.rule_condition(condition))),
            (None, None) => return self.rule_source(source),
        };
        self.say("rules-reason", &[("number", index.saturating_add(1).to_string().into()), ("what", what.into())])
    }

    /// Describes a condition: `Wi-Fi name is “Home”`.
    fn rule_condition(&self, RuleCondition { not, is }: &RuleCondition) -> String {
        let quoted = |text: &String| self.say("ui-fact-quoted", &[("text", visible(text).into())]);
        let texts = |texts: &[String]| Self::shortened(texts.iter().map(|text| visible(text)));
        let without_value = |id: &str| self.say(&if *not { format!("{id}-not") } else { id.to_owned() }, &[]);
        let (what, value) = match is {
            RuleMatcher::Link { kinds } => {
                ("ui-match-link", Self::shortened(kinds.iter().map(|kind| self.say(link(*kind), &[]))))
            }
            RuleMatcher::WifiName { names } => ("ui-match-wifi-name", Self::shortened(names.iter().map(quoted))),
            RuleMatcher::AccessPoint { addresses } => ("ui-match-access-point", texts(addresses)),
            RuleMatcher::WifiSecurity { kinds } => {
                ("ui-match-wifi-security", Self::shortened(kinds.iter().map(|kind| self.say(security(*kind), &[]))))
            }
            RuleMatcher::Gateway { addresses } => ("ui-match-gateway", texts(addresses)),
            RuleMatcher::Subnet { networks } => ("ui-match-subnet", Self::shortened(networks.iter().map(ToString::to_string))),
            RuleMatcher::DnsSuffix { suffixes } => ("ui-match-dns-suffix", texts(suffixes)),
            RuleMatcher::Time { windows } => ("ui-match-time", texts(windows)),
            RuleMatcher::Metered => return without_value("ui-fact-metered"),
            RuleMatcher::OtherVpn => return without_value("ui-fact-other-vpn"),
            RuleMatcher::HomeProbe { .. } => return without_value("ui-fact-home-probe"),
            RuleMatcher::NoNetwork => return without_value("ui-fact-no-network"),
        };
        let fact = if *not { "ui-fact-not" } else { "ui-fact" };
        self.say(fact, &[("what", self.say(what, &[]).into()), ("value", value.into())])
    }

    /// Joins the first parts, and says that there are more.
    fn shortened(parts: impl ExactSizeIterator<Item = String>) -> String {
        let is_longer = parts.len() > MOST;
        let mut shown: Vec<String> = parts.take(MOST).collect();
        if is_longer {
            shown.push("…".to_owned());
        }
        shown.join(", ")
    }
}

const fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Wifi => "ui-link-wifi",
        LinkKind::Ethernet => "ui-link-ethernet",
        LinkKind::Cellular => "ui-link-cellular",
        LinkKind::Other => "ui-link-other",
    }
}

const fn security(kind: WifiSecurity) -> &'static str {
    match kind {
        WifiSecurity::Open => "ui-security-none",
        WifiSecurity::Wep => "ui-security-wep",
        WifiSecurity::Wpa => "ui-security-wpa",
        WifiSecurity::Wpa2 => "ui-security-wpa2",
        WifiSecurity::Wpa3 => "ui-security-wpa3",
        WifiSecurity::Enterprise => "ui-security-enterprise",
    }
}
