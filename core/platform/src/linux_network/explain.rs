//! Describes a plan in the types of `network`, which are the same on every system.

use super::change::Told;
use super::host::ResolverTool;
use super::plan::Plan;
use super::spec::{FirewallPolicy, InterfaceSpec, Lan, MAIN_TABLE, Route, RouteSpec};
use crate::network::{AllTraffic, Effect, MtuSource, Outside, RoutesSet, Routing, Status, TakesAll};

/// Returns the changes that bringing the tunnel up makes.
pub(super) fn effects(told: &Told, tool: Option<ResolverTool>, has_tables: bool) -> Vec<Effect> {
    let Told { plan, interface, path_mtu, .. } = told;
    let mtu_source = match (plan.mtu, path_mtu) {
        (Some(_), _) => MtuSource::Configured,
        (None, Some(_)) => MtuSource::Path,
        (None, None) => MtuSource::Assumed,
    };
    let mut effects = vec![Effect::Interface { name: interface.name.clone(), mtu: interface.mtu, mtu_source }];
    effects.extend(interface.addresses.iter().copied().map(Effect::Address));
    effects.extend(plan.routes_to_add().map(|Route { network, table }| Effect::Route {
        network,
        detail: match (table, has_tables) {
            (_, false) => "with the lowest metric".to_owned(),
            (MAIN_TABLE, true) => "main table".to_owned(),
            (table, true) => format!("table {table}"),
        },
    }));
    effects.extend(plan.routes.policy.map(|policy| Effect::All {
        ipv4: policy.ipv4,
        ipv6: policy.ipv6,
        closes_ipv6: plan.closes_ipv6,
        outside: outside(&plan.routes.lan),
        detail: if has_tables {
            format!("table {} for packets without mark {:#x}", policy.table, policy.mark)
        } else {
            WITHOUT_TABLES.to_owned()
        },
    }));
    effects.extend(around_endpoints(plan, has_tables));
    effects.extend(plan.dns.clone().map(|spec| Effect::Dns { spec, detail: tool.map(means) }));
    if let FirewallPolicy::FullTunnel(guard) = &plan.firewall {
        effects.push(Effect::GuardAddresses { addresses: guard.addresses.clone() });
    }
    effects
}

fn outside(lan: &Lan) -> Outside {
    match lan {
        Lan::Private(public) => Outside::PrivateAnd(public.iter().map(|local| local.network).collect()),
        Lan::Only(networks) => Outside::Only(networks.iter().map(|local| local.network).collect()),
    }
}

fn means(tool: ResolverTool) -> String {
    match tool {
        ResolverTool::Resolved => "systemd-resolved",
        ResolverTool::Resolvconf => "resolvconf",
        ResolverTool::File => "writing /etc/resolv.conf, which is put back afterwards",
        #[cfg(any(windows, test))]
        ResolverTool::Windows => "the servers of the interface, and the Name Resolution Policy Table",
    }
    .to_owned()
}

/// The means of a system with one routing table.
const WITHOUT_TABLES: &str = "routes with the lowest metric, and sockets that are kept on another interface";

fn by_table(table: u32, has_tables: bool) -> String {
    if has_tables { format!("table {table}") } else { WITHOUT_TABLES.to_owned() }
}

fn around_endpoints(plan: &Plan, has_tables: bool) -> Option<Effect> {
    let own = plan.routes.own_table.as_ref()?;
    let is_taken = |ipv4: bool| plan.routes.policy.is_some_and(|policy| if ipv4 { policy.ipv4 } else { policy.ipv6 });
    let networks: Vec<_> = own.networks.iter().copied().filter(|network| !is_taken(network.is_ipv4())).collect();
    let (table, mark) = (own.table, own.mark);
    let detail = if has_tables {
        format!("narrower routes of the main table first, then table {table} for packets without mark {mark:#x}")
    } else {
        WITHOUT_TABLES.to_owned()
    };
    (!networks.is_empty()).then_some(Effect::AroundEndpoints { networks, detail })
}

/// Returns the settings that the tunnel got.
pub(super) fn status(plan: &Plan, interface: &InterfaceSpec, has_tables: bool) -> Status {
    let routes = &plan.routes;
    let all = routes.policy.map(|policy| TakesAll {
        ipv4: policy.ipv4,
        ipv6: policy.ipv6,
        closes_ipv6: plan.closes_ipv6,
        by: if has_tables { format!("routing table {}", policy.table) } else { WITHOUT_TABLES.to_owned() },
        inside: routes
            .routes
            .iter()
            .filter(|route| route.table == policy.table && route.network.prefix() > 0)
            .map(|route| route.network)
            .collect(),
        outside: routes.lan.networks(),
    });
    Status {
        addresses: interface.addresses.clone(),
        mtu: interface.mtu,
        limits: plan.limits.clone(),
        routing: Routing {
            all,
            networks: routes.routes.iter().filter(|route| route.table == MAIN_TABLE).map(|route| route.network).collect(),
            around_endpoints: routes.own_table.as_ref().map(|own| own.networks.clone()).unwrap_or_default(),
        },
    }
}

/// Describes the routes and rules to be set.
pub(super) fn routes_set(routes: &RouteSpec, has_tables: bool) -> RoutesSet {
    let all = routes.policy.map(|policy| AllTraffic {
        ipv4: policy.ipv4,
        ipv6: policy.ipv6,
        by: by_table(policy.table, has_tables),
        outside: outside(&routes.lan),
    });
    RoutesSet {
        networks: routes.routes.iter().map(|route| route.network).collect(),
        all,
        keeps_endpoints_outside: routes.own_table.as_ref().map(|own| by_table(own.table, has_tables)),
    }
}
