//! Ready-made rules, and rules made from the network that the computer is in now.

use crate::facts::{Facts, Link, LinkKind, Security};
use crate::rule::{Action, Alternatives, Condition, Glob, KillSwitch, Matcher, Name, Rule, RuleSet, Then};

/// The reason why the present network cannot be trusted by a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TrustError {
    /// The computer is in no network.
    #[error("the computer is in no network now")]
    NoNetwork,
    /// Neither a Wi-Fi name nor the hardware address of a gateway is known, so that nothing distinguishes the network from others.
    #[error("nothing is known about this network that distinguishes it from others")]
    NothingKnown,
}

/// Returns "Always": the tunnel is up on every network.
pub fn always(tunnel: Name) -> RuleSet {
    RuleSet::fail_secure(tunnel)
}

/// Returns "Everywhere except at home": the present network is trusted, and the tunnel is up on all others.
pub fn everywhere_except_here(facts: &Facts, tunnel: Name) -> Result<RuleSet, TrustError> {
    Ok(RuleSet { rules: vec![trust_this_network(facts)?], ..always(tunnel) })
}

/// Returns "On any Wi-Fi that is not mine": the present network is trusted, the tunnel is up on every other Wi-Fi, and down
/// without Wi-Fi.
pub fn wifi_that_is_not_mine(facts: &Facts, tunnel: Name) -> Result<RuleSet, TrustError> {
    let on_wifi = Rule {
        label: None,
        when: Alternatives::one(Condition::is(Matcher::Kind(Alternatives::one(LinkKind::Wifi)))),
        then: Then::everything(tunnel),
    };
    let rules = vec![trust_this_network(facts)?, on_wifi];
    Ok(RuleSet { rules, otherwise: Some(Then::new(Action::Down)), ..RuleSet::default() })
}

/// Returns "On open Wi-Fi": the tunnel is up on Wi-Fi without a password or with WEP, and where the protection is unknown.
pub fn open_wifi(tunnel: Name) -> RuleSet {
    let weak = Alternatives::one(Security::Open).and(Security::Wep);
    let on_open =
        Rule { label: None, when: Alternatives::one(Condition::is(Matcher::Security(weak))), then: Then::everything(tunnel) };
    RuleSet { rules: vec![on_open], otherwise: Some(Then::new(Action::Down)), ..RuleSet::default() }
}

/// Returns the rule that turns tunnels off in the present network. It knows the network by everything that distinguishes it: the
/// Wi-Fi name, its protection, and the hardware address of the gateway. With several networks at once it means the first of those
/// with a default route.
pub fn trust_this_network(facts: &Facts) -> Result<Rule, TrustError> {
    let link = facts.deciding_links().next().ok_or(TrustError::NoNetwork)?;
    let conditions = Alternatives::try_from(identity(link)).map_err(|_| TrustError::NothingKnown)?;
    let then = Then { action: Action::Down, kill_switch: Some(KillSwitch::Off) };
    Ok(Rule { label: None, when: conditions, then })
}

/// Returns the conditions that distinguish the network of a link from others, or none.
fn identity(link: &Link) -> Vec<Condition> {
    let name = link.ssid().filter(|_| link.kind == LinkKind::Wifi);
    if name.is_none() && link.gateway_mac.is_none() {
        return Vec::new();
    }
    let mut conditions = Vec::new();
    match (name, link.kind) {
        (Some(ssid), _) => conditions.push(Matcher::Ssid(Alternatives::one(Glob::literal(ssid)))),
        (None, kind) => conditions.push(Matcher::Kind(Alternatives::one(kind))),
    }
    let security = link.wifi.as_ref().and_then(|wifi| wifi.security);
    conditions.extend(security.map(|security| Matcher::Security(Alternatives::one(security))));
    conditions.extend(link.gateway_mac.map(|mac| Matcher::Gateway(Alternatives::one(mac))));
    conditions.into_iter().map(Condition::is).collect()
}
