//! Ready-made rules, and rules made from the network that the computer is in now.

use crate::facts::{Facts, Link, LinkKind, Mac, Security};
use crate::rule::{Action, Alternatives, Condition, Glob, KillSwitch, Matcher, Name, Rule, RuleSet, Then};

/// The reason why the present network cannot be trusted by a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TrustError {
    /// The computer is in no network.
    #[error("the computer is in no network now")]
    NoNetwork,
    /// The hardware address of the gateway is unknown, and nothing else distinguishes the network from others of its kind.
    #[error("nothing is known about this network that distinguishes it from others")]
    NothingKnown,
    /// The hardware address of the Wi-Fi network's gateway is not known yet. A rule without it would trust every network that has the
    /// same name.
    #[error("the gateway of this Wi-Fi network has not answered yet, and its name alone proves nothing; try again in a moment")]
    GatewayUnknown,
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

/// Returns the rule that turns tunnels off in the present network. It knows the network by the hardware address of the gateway, and
/// a Wi-Fi network also by its name and protection, if they are known. With several networks at once it means the first of those with
/// a default route.
pub fn trust_this_network(facts: &Facts) -> Result<Rule, TrustError> {
    let link = facts.deciding_links().next().ok_or(TrustError::NoNetwork)?;
    let gateway = link.gateway_mac.ok_or(match link.kind {
        LinkKind::Wifi => TrustError::GatewayUnknown,
        LinkKind::Ethernet | LinkKind::Cellular | LinkKind::Other => TrustError::NothingKnown,
    })?;
    let then = Then { action: Action::Down, kill_switch: Some(KillSwitch::Off) };
    Ok(Rule { label: None, when: identity(link, gateway), then })
}

/// Returns the conditions that distinguish the network of a link from others.
fn identity(link: &Link, gateway: Mac) -> Alternatives<Condition> {
    let wifi = link.wifi.as_ref().filter(|_| link.kind == LinkKind::Wifi);
    let name = match wifi.and_then(|wifi| wifi.ssid.as_ref()) {
        Some(ssid) => Matcher::Ssid(Alternatives::one(Glob::literal(ssid))),
        None => Matcher::Kind(Alternatives::one(link.kind)),
    };
    let security = wifi.and_then(|wifi| wifi.security).map(|security| Matcher::Security(Alternatives::one(security)));
    let gateway = Matcher::Gateway(Alternatives::one(gateway));
    let others = security.into_iter().chain([gateway]).map(Condition::is);
    others.fold(Alternatives::one(Condition::is(name)), Alternatives::and)
}
