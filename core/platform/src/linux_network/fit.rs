//! Fits a plan to this computer, and builds the rules of the kill switch around it.

use std::net::SocketAddr;

use adit_config::InterfaceName;

use super::host::Host;
use super::plan::{Plan, private_networks_inside};
use super::spec::{DnsNames, KillSwitchRules, Lan};
use crate::network::{Closed, Ipv6LeftOut, Lockdown, NetworkError, Picture, is_private};

/// Limits the plan. Local networks stay open only as far as the kill switch allows, and IPv6 only if it may leave outside the
/// tunnel or the computer has none. Removes what this computer cannot do, as long as nothing leaves outside the tunnel because
/// of that.
///
/// # Errors
/// When the system does not report its local networks.
pub(super) fn limit(plan: &mut Plan, picture: &Picture, host: &dyn Host) -> Result<(), NetworkError> {
    let lockdown = picture.lockdown.as_ref();
    if plan.routes.policy.is_some() {
        plan.routes.lan = lan(lockdown, &plan.name, host)?;
    }
    if picture.allow_ipv6_outside || !host.has_ipv6() {
        plan.allow_ipv6_outside();
    }
    leave_out_ipv6(plan, lockdown, picture.allow_ipv6_outside, host);
    if plan.dns.as_ref().is_some_and(|dns| dns.names != DnsNames::All) && !host.can_split_dns() {
        plan.leave_out_split_dns();
    }
    Ok(())
}

/// Removes IPv6 from the plan if the tunnel's interface cannot have it and no IPv6 packet that belongs into the tunnel can
/// leave over another interface: none has IPv6, the kill switch blocks it, or it is allowed outside. Otherwise the plan keeps
/// IPv6, and the system reports that it cannot be set.
fn leave_out_ipv6(plan: &mut Plan, lockdown: Option<&Lockdown>, allow_ipv6_outside: bool, host: &dyn Host) {
    if !plan.has_ipv6() {
        return;
    }
    let Some(because) = host.why_no_ipv6(plan.mtu) else { return };
    let is_elsewhere = host.has_ipv6();
    let is_closed = lockdown.is_some() && plan.routes.policy.is_some();
    if !is_elsewhere || is_closed || allow_ipv6_outside || !plan.has_ipv6_routes() {
        plan.leave_out_ipv6(Ipv6LeftOut { because, is_elsewhere });
    }
}

/// Returns the local networks that stay reachable outside the tunnel `name`.
pub(super) fn lan(lockdown: Option<&Lockdown>, name: &InterfaceName, host: &dyn Host) -> Result<Lan, NetworkError> {
    let mut networks = host.local_networks(name)?;
    let Some(lockdown) = lockdown else {
        networks.retain(|local| !is_private(&local.network));
        return Ok(Lan::Private(networks));
    };
    networks.retain(|local| local.is_tunnel || lockdown.allow_lan);
    Ok(Lan::Only(networks))
}

/// Builds the kill switch around a tunnel whose packets go to the endpoints of `lockdown`.
pub(super) fn around(lockdown: &Lockdown, plan: &Plan, picture: &Picture) -> KillSwitchRules {
    KillSwitchRules {
        owner: lockdown.owner.clone(),
        mark: plan.mark,
        endpoints: lockdown.endpoints.clone(),
        lan: match &plan.routes.lan {
            Lan::Private(_) => Vec::new(),
            Lan::Only(networks) => networks.clone(),
        },
        inside: private_networks_inside(picture).collect(),
        resolving: lockdown.resolving,
        home_probe: lockdown.home_probe,
        portal: None,
    }
}

/// Builds the closed kill switch of a tunnel that is not up.
pub(super) fn closed(closed: &Closed, name: &InterfaceName, host: &dyn Host) -> KillSwitchRules {
    let nothing = KillSwitchRules {
        owner: closed.owner.clone(),
        mark: 0,
        endpoints: Vec::<SocketAddr>::new(),
        lan: Vec::new(),
        inside: Vec::new(),
        resolving: false,
        home_probe: closed.home_probe,
        portal: None,
    };
    let Some(picture) = &closed.lan_of else { return nothing };
    // If the system does not report local networks, they stay closed.
    let mut lan = host.local_networks(name).unwrap_or_default();
    // Networks behind other tunnels stay closed: the encrypted packets of those tunnels cannot get out either.
    lan.retain(|local| !local.is_tunnel);
    KillSwitchRules { lan, inside: private_networks_inside(picture).collect(), ..nothing }
}
