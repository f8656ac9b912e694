//! Writes rules as text.

use std::fmt::{Display, Write as _};

use super::parse::RESERVED;
use crate::escape::{self, Unit};
use crate::facts::{LinkKind, Security};
use crate::rule::{Action, Alternatives, Condition, KillSwitch, Matcher, Mode, Name, Rule, RuleSet, Step, Then, TunnelUse};

/// Writes a whole set, settings first. The text is read back as an equal set.
pub fn write(set: &RuleSet) -> String {
    let mut text = String::new();
    for (_, line) in settings(set) {
        if let Some(line) = line {
            let _ = writeln!(text, "{line}");
        }
    }
    for each in &set.rules {
        let _ = writeln!(text, "{}", rule(each));
    }
    if let Some(default) = &set.otherwise {
        let _ = writeln!(text, "{}", otherwise(default));
    }
    text
}

/// Returns each kind of setting: the word that its line begins with, and the line, if there is one.
pub(super) fn settings(set: &RuleSet) -> [(&'static str, Option<String>); 3] {
    let failover = set.failover.as_ref();
    let failover =
        failover.map(|failover| format!("without answer for {} then {}", failover.after, joined(&failover.steps, ", ", step)));
    [
        ("kill", set.kill_switch.map(|policy| kill_switch(policy).to_owned())),
        ("manual", set.manual.map(|time| format!("manual choice for {time}"))),
        ("without", failover),
    ]
}

/// Writes the default.
pub(super) fn otherwise(default: &Then) -> String {
    format!("otherwise {}", then(default))
}

/// Writes one rule, without a line feed.
pub fn rule(rule: &Rule) -> String {
    let label = rule.label.as_ref().map(|label| format!("{}: ", quoted(label))).unwrap_or_default();
    format!("{label}when {} then {}", joined(&rule.when, " and ", condition), then(&rule.then))
}

/// Writes a consequence.
pub(super) fn then(then: &Then) -> String {
    let action = match &then.action {
        Action::Up(uses) => format!("up {}", joined(uses, " and ", tunnel_use)),
        Action::Down => "down".to_owned(),
        Action::Leave => "leave".to_owned(),
    };
    match then.kill_switch {
        Some(policy) => format!("{action}, {}", kill_switch(policy)),
        None => action,
    }
}

const fn kill_switch(policy: KillSwitch) -> &'static str {
    match policy {
        KillSwitch::Off => "kill switch off",
        KillSwitch::WhenUntrusted => "kill switch only when untrusted",
        KillSwitch::Always => "kill switch always",
    }
}

/// Writes one condition.
pub fn condition(condition: &Condition) -> String {
    let matcher = match &condition.is {
        Matcher::Kind(kinds) => joined(kinds, " or ", |kind| link_kind(*kind).to_owned()),
        Matcher::Ssid(globs) => format!("wifi {}", joined(globs, " or ", |glob| format!("\"{glob}\""))),
        Matcher::Bssid(macs) => format!("bssid {}", alternatives(macs)),
        Matcher::Security(kinds) => format!("wifi {}", joined(kinds, " or ", |kind| security(*kind).to_owned())),
        Matcher::Gateway(macs) => format!("gateway {}", alternatives(macs)),
        Matcher::Subnet(networks) => format!("subnet {}", alternatives(networks)),
        Matcher::DnsSuffix(suffixes) => format!("dns suffix {}", alternatives(suffixes)),
        Matcher::Metered => "metered".to_owned(),
        Matcher::Time(windows) => format!("time {}", alternatives(windows)),
        Matcher::OtherVpn => "other vpn".to_owned(),
        Matcher::Home(homes) => format!("home probe {}", joined(homes, " or ", |home| home.0.to_string())),
        Matcher::NoNetwork => "no network".to_owned(),
    };
    if condition.not { format!("not {matcher}") } else { matcher }
}

const fn link_kind(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Wifi => "wifi",
        LinkKind::Ethernet => "ethernet",
        LinkKind::Cellular => "cellular",
        LinkKind::Other => "other network",
    }
}

const fn security(security: Security) -> &'static str {
    match security {
        Security::Open => "open",
        Security::Wep => "wep",
        Security::Wpa => "wpa",
        Security::Wpa2 => "wpa2",
        Security::Wpa3 => "wpa3",
        Security::Enterprise => "enterprise",
    }
}

fn tunnel_use(used: &TunnelUse) -> String {
    let name = name(&used.tunnel);
    match &used.mode {
        Mode::AsConfigured => name,
        Mode::Everything => format!("{name} everything"),
        Mode::ExceptLan => format!("{name} except this lan"),
        Mode::Private => format!("{name} private ranges"),
        Mode::Only(networks) => format!("{name} only {}", joined(networks, ", ", ToString::to_string)),
    }
}

fn step(step: &Step) -> String {
    match step {
        Step::NextEndpoint => "next endpoint".to_owned(),
        Step::Up(tunnel) => format!("up {}", name(tunnel)),
        Step::Down => "down".to_owned(),
    }
}

/// Writes a tunnel's name, in quotation marks if it is not one plain word.
pub(super) fn name(name: &Name) -> String {
    let text = name.as_str();
    let is_plain = text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.'));
    if is_plain && !RESERVED.contains(&text.to_ascii_lowercase().as_str()) { text.to_owned() } else { quoted(name) }
}

fn quoted(name: &Name) -> String {
    let mut text = "\"".to_owned();
    for character in name.as_str().chars() {
        let _ = escape::write(&mut text, Unit::Char(character), "\"\\");
    }
    text + "\""
}

fn alternatives<T: Display>(values: &Alternatives<T>) -> String {
    joined(values, " or ", ToString::to_string)
}

fn joined<T>(values: &Alternatives<T>, separator: &str, write: impl Fn(&T) -> String) -> String {
    values.iter().map(write).collect::<Vec<_>>().join(separator)
}
