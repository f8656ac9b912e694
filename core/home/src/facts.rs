//! The facts that rules decide about, made of the system's description of the networks and the answers of homes.

use adit_platform::network_facts as seen;
use adit_protocol::PublicKey;
use adit_rules::RuleSet;
use adit_rules::facts::{Facts, Known, Link, LinkKind, LocalTime, Mac, Portal, ProbeResult, Security, Ssid, Wifi};
use adit_rules::rule::Matcher;

/// Combines the description of the networks with the local time and the answers of homes. The links with the preferred default
/// route come first.
pub fn facts(networks: &seen::Facts, at: LocalTime, home: impl Fn(&seen::Link) -> ProbeResult) -> Facts {
    let (preferred, others): (Vec<&seen::Link>, Vec<&seen::Link>) = networks.links.iter().partition(|link| link.is_default);
    let links = preferred.into_iter().chain(others).map(|described| link(described, home(described))).collect();
    Facts { links, at, other_vpn: known(networks.other_vpn) }
}

/// Returns the keys of all home probes of the rules, each once, in the order of the rules.
pub fn home_keys(rules: &RuleSet) -> Vec<PublicKey> {
    let mut keys = Vec::new();
    for condition in rules.rules.iter().flat_map(|rule| rule.when.iter()) {
        let Matcher::Home(homes) = &condition.is else { continue };
        for home in homes {
            if !keys.contains(&home.0) {
                keys.push(home.0);
            }
        }
    }
    keys
}

fn link(described: &seen::Link, home: ProbeResult) -> Link {
    let seen::Link { interface, carrier_changes: _, kind, is_default, wifi, gateway_mac, subnets, dns_suffixes, metered, portal } =
        described;
    Link {
        interface: interface.clone(),
        kind: match kind {
            seen::LinkKind::Wifi => LinkKind::Wifi,
            seen::LinkKind::Ethernet => LinkKind::Ethernet,
            seen::LinkKind::Cellular => LinkKind::Cellular,
            seen::LinkKind::Other => LinkKind::Other,
        },
        is_default: *is_default,
        wifi: wifi.as_ref().map(|wifi| Wifi {
            ssid: wifi.ssid.as_ref().and_then(|ssid| Ssid::new(ssid.as_bytes()).ok()),
            bssid: wifi.bssid.map(mac),
            security: wifi.security.map(security),
        }),
        gateway_mac: gateway_mac.map(mac),
        subnets: subnets.clone(),
        dns_suffixes: known(dns_suffixes.clone()),
        metered: known(*metered),
        home,
        portal: match portal {
            seen::Portal::Unknown => Portal::Unknown,
            seen::Portal::None => Portal::None,
            seen::Portal::Captive => Portal::Captive,
        },
    }
}

fn known<T>(value: seen::Known<T>) -> Known<T> {
    match value {
        seen::Known::Unknown => Known::Unknown,
        seen::Known::Known(value) => Known::Known(value),
    }
}

const fn mac(mac: seen::Mac) -> Mac {
    Mac::new(mac.0)
}

const fn security(security: seen::Security) -> Security {
    match security {
        seen::Security::Open => Security::Open,
        seen::Security::Wep => Security::Wep,
        seen::Security::Wpa => Security::Wpa,
        seen::Security::Wpa2 => Security::Wpa2,
        seen::Security::Wpa3 => Security::Wpa3,
        seen::Security::Enterprise => Security::Enterprise,
    }
}

#[cfg(test)]
mod tests;
