//! Fits a plan to this computer, and makes the rules of the kill switch around it.

use std::net::SocketAddr;

use adit_config::InterfaceName;

use super::host::Host;
use super::plan::{Plan, private_networks_inside};
use super::spec::{DnsNames, KillSwitchRules, Lan};
use crate::network::{Closed, Ipv6LeftOut, Lockdown, NetworkError, Picture, is_private};

/// Leaves open only what the kill switch allows of local networks, and IPv6 only where that is allowed or there is none; and leaves out what
/// cannot be done here, as far as nothing leaves past the tunnel because of that.
///
/// # Errors
/// When the system does not tell which local networks there are.
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

/// Where the tunnel's interface cannot have IPv6, while nothing that belongs into the tunnel could leave over another interface: none has
/// IPv6, the kill switch closes it, or it may. Otherwise the plan keeps its IPv6, and the system says that it cannot be carried out.
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

/// Which local networks stay reachable past the tunnel `name`.
pub(super) fn lan(lockdown: Option<&Lockdown>, name: &InterfaceName, host: &dyn Host) -> Result<Lan, NetworkError> {
    let mut networks = host.local_networks(name)?;
    let Some(lockdown) = lockdown else {
        networks.retain(|local| !is_private(&local.network));
        return Ok(Lan::Private(networks));
    };
    networks.retain(|local| local.is_tunnel || lockdown.allow_lan);
    Ok(Lan::Only(networks))
}

/// The kill switch around a tunnel whose packets go to the endpoints of `lockdown`.
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
    }
}

/// The kill switch of a tunnel that is not there.
pub(super) fn closed(closed: &Closed, name: &InterfaceName, host: &dyn Host) -> KillSwitchRules {
    let nothing = KillSwitchRules {
        owner: closed.owner.clone(),
        mark: 0,
        endpoints: Vec::<SocketAddr>::new(),
        lan: Vec::new(),
        inside: Vec::new(),
        resolving: false,
    };
    let Some(picture) = &closed.lan_of else { return nothing };
    // A system that does not tell them leaves them closed.
    let mut lan = host.local_networks(name).unwrap_or_default();
    // The encrypted packets of other tunnels have no way out either.
    lan.retain(|local| !local.is_tunnel);
    KillSwitchRules { lan, inside: private_networks_inside(picture).collect(), ..nothing }
}
