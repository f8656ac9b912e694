//! Describes a plan in the types of `network`, which are the same on every system.

use adit_config::Cidr;

use super::plan::Plan;
use crate::network::{AllTraffic, Effect, MtuSource, Outside, Picture, RoutesSet, Routing, Status, TakesAll};

/// The means that sends all traffic into the tunnel.
const HALVES: &str = "two routes for half of all addresses each";
/// The means that keeps encrypted packets outside.
const BOUND: &str = "sockets that are bound to the interface of the default route";

/// Returns the changes that bringing the tunnel up makes.
pub(super) fn effects(plan: &Plan, picture: &Picture, path_mtu: Option<u32>) -> Vec<Effect> {
    let mtu_source = match (picture.mtu, path_mtu) {
        (Some(_), _) => MtuSource::Configured,
        (None, Some(_)) => MtuSource::Path,
        (None, None) => MtuSource::Assumed,
    };
    let mut effects = vec![Effect::Interface { name: plan.name.clone(), mtu: plan.mtu, mtu_source }];
    effects.extend(plan.addresses.iter().copied().map(Effect::Address));
    let narrow = plan.networks.iter().copied().filter(|network| !network.is_default());
    effects.extend(narrow.map(|network| Effect::Route { network, detail: "routing table".to_owned() }));
    if plan.takes_all() {
        effects.push(Effect::All {
            ipv4: plan.takes_ipv4,
            ipv6: plan.takes_ipv6,
            closes_ipv6: plan.closes_ipv6,
            outside: Outside::PrivateAnd(Vec::new()),
            detail: format!("{HALVES}, and {BOUND}"),
        });
        effects.push(Effect::GuardAddresses { addresses: plan.addresses.iter().map(Cidr::address).collect() });
    }
    let detail = Some("SystemConfiguration".to_owned());
    effects.extend(plan.dns.clone().map(|spec| Effect::Dns { spec, detail }));
    effects
}

/// Returns the settings that the tunnel got.
pub(super) fn status(plan: &Plan) -> Status {
    let all = plan.takes_all().then(|| TakesAll {
        ipv4: plan.takes_ipv4,
        ipv6: plan.takes_ipv6,
        closes_ipv6: plan.closes_ipv6,
        by: HALVES.to_owned(),
        inside: plan.inside.clone(),
        outside: Vec::new(),
    });
    let networks = plan.networks.iter().copied().filter(|network| !network.is_default()).collect();
    Status {
        addresses: plan.addresses.clone(),
        mtu: plan.mtu,
        limits: plan.limits.clone(),
        routing: Routing { all, networks, around_endpoints: Vec::new() },
    }
}

/// Describes the routes to be set.
pub(super) fn routes_set(plan: &Plan) -> RoutesSet {
    let all = plan.takes_all().then(|| AllTraffic {
        ipv4: plan.takes_ipv4,
        ipv6: plan.takes_ipv6,
        by: HALVES.to_owned(),
        outside: Outside::PrivateAnd(Vec::new()),
    });
    RoutesSet { networks: plan.routes.clone(), all, keeps_endpoints_outside: Some(BOUND.to_owned()) }
}
