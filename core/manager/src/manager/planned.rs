//! The look ahead, as the contract tells it.

use std::sync::Arc;

use adit_api::{
    ApiError, Caller, Conflict, HookPhase, HookView, KillSwitch, MtuSource, PlannedDns, PlannedFilter, PlannedRoute, PlannedRule,
    Preview, PreviewWarning, Role, TunnelId,
};
use adit_config::{Cidr, Host, Peer};
use adit_platform::host::{HostError, Limits, MAIN_TABLE, MtuTooLarge, Plan, ResolverTool, Warning};

use super::profile::understand;
use super::state::State;
use super::{Manager, page, refusal};
use adit_activation::{Advice, CommandPreview, KillSwitchRequest, MtuFollows, OwnTablePreview, Patience, PolicyPreview, Request};

impl Manager {
    pub(super) fn look_ahead(&self, caller: &Caller, id: TunnelId) -> Result<Preview, ApiError> {
        let inner = &self.inner;
        let tunnel = inner.store().get(id, inner.unix_time()).map_err(refusal::of_store)?;
        let (config, diagnostics) = understand(&tunnel.text)?;
        let usable = inner.refresh(id)?.usable.ok_or(ApiError::Busy)?;
        let settings = &tunnel.summary.settings;
        let blocks = settings.kill_switch != KillSwitch::Off;
        let request = Request {
            config,
            name: tunnel.summary.interface,
            hooks: usable.policy,
            patience: Patience::Retries(0),
            kill_switch: blocks.then(|| KillSwitchRequest { owner: id.to_string(), allow_lan: settings.allow_lan }),
            allow_ipv6_outside: settings.allow_ipv6_outside,
        };
        let asks_network = caller.role >= Role::Operate;
        let has_name = |peer: &Peer| matches!(&peer.endpoint, Some(endpoint) if matches!(endpoint.host, Host::Name(_)));
        let looked = if !asks_network {
            adit_activation::look_ahead(&request, &inner.platform.without_look_ups())
        } else if request.config.remote_peers().any(has_name) {
            let resolver = inner.look_ups.take(caller.peer.as_ref())?.around(Arc::clone(&inner.platform.resolver));
            adit_activation::look_ahead(&request, &inner.platform.with_resolver(resolver))
        } else {
            adit_activation::look_ahead(&request, &inner.platform)
        };
        let (preview, check) = looked.map_err(|error| refusal::of_activation(&error))?;
        let (mut conflicts, is_up, no_filter) = {
            let tunnels = inner.lock();
            let (is_up, no_filter) = match &tunnels.get(id)?.state {
                // Of a tunnel that is up the computer is not asked again whether it has a packet filter.
                State::Up(up) => (true, up.applied.plan.limits.packet_filter),
                State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => {
                    (false, false)
                }
            };
            (tunnels.conflicts(id, &usable.needs), is_up, no_filter)
        };
        // Its own interface and rules are no obstacle to a tunnel that is up.
        if !is_up {
            conflicts.extend(check.as_ref().err().and_then(obstacle));
        }
        let mut warnings: Vec<PreviewWarning> = preview.advice.iter().filter_map(warning).collect();
        warnings.extend(no_filter.then_some(PreviewWarning::NoFirewall));
        let policy = preview.policy;
        // What is not in the tunnel does not get out at all.
        warnings.retain(|warning| !(blocks && *warning == PreviewWarning::Ipv6Outside));
        if !blocks && policy.is_some_and(|policy| policy.ipv6 && !policy.ipv4) {
            warnings.push(PreviewWarning::Ipv4Outside);
        }
        if tunnel.exposed
            && let crate::store::Source::File(path) = &tunnel.summary.source
        {
            warnings.push(PreviewWarning::FileReadableByOthers { path: path.display().to_string() });
        }
        let endpoints = request.config.remote_peers().filter_map(|peer| peer.endpoint.as_ref());
        for (endpoint, peer) in endpoints.zip(preview.peers.iter().filter(|peer| peer.endpoint.is_some())) {
            if let (Host::Name(name), None) = (&endpoint.host, peer.address) {
                let host = name.as_str().to_owned();
                warnings.push(if asks_network {
                    PreviewWarning::Unresolved { host }
                } else {
                    PreviewWarning::NotLookedUp { host }
                });
            }
        }
        Ok(Preview {
            id,
            interface: preview.interface,
            addresses: preview.addresses,
            mtu: preview.mtu,
            mtu_source: match preview.mtu_follows {
                MtuFollows::File => MtuSource::Configured,
                MtuFollows::Route => MtuSource::Route,
                MtuFollows::Nothing => MtuSource::Assumed,
            },
            route_count: u32::try_from(preview.routes.len()).unwrap_or(u32::MAX),
            routes: page::fitting(preview.routes.iter().map(|route| PlannedRoute { network: route.network, table: route.table })),
            rules: policy
                .map(|policy| rules(policy, &preview.local_networks))
                .into_iter()
                .chain(preview.own_table.as_ref().map(rules_around_endpoints))
                .flatten()
                .collect(),
            dns: preview.dns.map(|dns| PlannedDns {
                servers: dns.servers,
                search: dns.search,
                only: dns.only,
                by: match inner.platform.host.resolver_tool() {
                    Some(ResolverTool::Resolved) => Some("systemd-resolved".into()),
                    Some(ResolverTool::Resolvconf) => Some("resolvconf".into()),
                    Some(ResolverTool::File) => Some("writing /etc/resolv.conf, which is put back afterwards".into()),
                    None => None,
                },
            }),
            firewall: filters(preview.firewall.is_some() && !no_filter, policy.is_some() && blocks),
            hooks: preview.commands.into_iter().filter_map(|command| hook(command, caller)).collect(),
            takes_all_ipv4: policy.is_some_and(|policy| policy.ipv4),
            takes_all_ipv6: policy.is_some_and(|policy| policy.ipv6) && !preview.closes_ipv6,
            conflicts,
            diagnostics,
            warnings,
        })
    }
}

/// Only a tunnel with rules of its own has any.
fn filters(guards: bool, blocks: bool) -> Vec<PlannedFilter> {
    let all =
        [(guards, PlannedFilter::GuardAddresses), (guards, PlannedFilter::MarkAnswers), (blocks, PlannedFilter::KillSwitch)];
    all.into_iter().filter_map(|(on, filter)| on.then_some(filter)).collect()
}

/// As the system is given them: for each network narrower routes of the main table first, then the tunnel's.
fn rules_around_endpoints(own: &OwnTablePreview) -> Vec<PlannedRule> {
    let family = |ipv6: bool| {
        let networks = own.networks.iter().filter(move |network| network.is_ipv4() != ipv6);
        let narrower =
            networks.map(move |network| PlannedRule { ipv6, to: Some(*network), unless_mark: None, table: MAIN_TABLE });
        let tunnel = PlannedRule { ipv6, to: None, unless_mark: Some(own.mark), table: own.table };
        let has_any = own.networks.iter().any(|network| network.is_ipv4() != ipv6);
        narrower.chain(has_any.then_some(tunnel))
    };
    family(false).chain(family(true)).collect()
}

/// As the system is given them, in the order in which they are asked.
fn rules(policy: PolicyPreview, local_networks: &[Cidr]) -> Vec<PlannedRule> {
    let families = [(false, policy.ipv4), (true, policy.ipv6)].into_iter().filter_map(|(ipv6, on)| on.then_some(ipv6));
    families
        .flat_map(|ipv6| {
            // Asked before those for local networks, too, for what the configuration names; there is no more to be said of that.
            let tunnel = PlannedRule { ipv6, to: None, unless_mark: Some(policy.mark), table: policy.table };
            let local = local_networks.iter().filter(move |network| network.is_ipv4() != ipv6).map(move |network| PlannedRule {
                ipv6,
                to: Some(*network),
                unless_mark: None,
                table: MAIN_TABLE,
            });
            local.chain([tunnel])
        })
        .collect()
}

fn hook(command: CommandPreview, caller: &Caller) -> Option<HookView> {
    let phase = match command.when {
        "PreUp" => HookPhase::PreUp,
        "PostUp" => HookPhase::PostUp,
        "PreDown" => HookPhase::PreDown,
        "PostDown" => HookPhase::PostDown,
        _ => return None,
    };
    Some(HookView { phase, command: (caller.role >= Role::Administer).then_some(command.command) })
}

fn warning(advice: &Advice) -> Option<PreviewWarning> {
    match advice {
        Advice::HooksNotRun(_) => Some(PreviewWarning::HooksNotApproved),
        Advice::Ipv6Outside => Some(PreviewWarning::Ipv6Outside),
        Advice::Ipv6Closed => Some(PreviewWarning::Ipv6Closed),
        Advice::Host(Warning::NoFirewall) => Some(PreviewWarning::NoFirewall),
        Advice::HooksInSh => Some(PreviewWarning::HooksInSh),
        Advice::MtuTooLarge(MtuTooLarge { mtu, fits }) => Some(PreviewWarning::MtuTooLarge { mtu: *mtu, fits: *fits }),
        // It is among the diagnostics.
        Advice::SearchWithoutServer(_) => None,
        Advice::SplitDnsLeftOut(domains) => Some(PreviewWarning::SplitDnsLeftOut { domains: domains.clone() }),
        Advice::Ipv6LeftOut { because } => Some(PreviewWarning::Ipv6LeftOut { because: because.clone() }),
    }
}

/// What a tunnel that is up does not do of its configuration.
pub(super) fn warnings(plan: &Plan) -> Vec<PreviewWarning> {
    let Limits { ipv6, split_dns, search_without_server, packet_filter, mtu } = &plan.limits;
    let listed = |domains: &[String]| Some(domains.to_vec()).filter(|domains| !domains.is_empty());
    let all = [
        listed(search_without_server).map(|domains| PreviewWarning::SearchWithoutServer { domains }),
        listed(split_dns).map(|domains| PreviewWarning::SplitDnsLeftOut { domains }),
        ipv6.as_ref().map(|left_out| PreviewWarning::Ipv6LeftOut { because: left_out.because.clone() }),
        packet_filter.then_some(PreviewWarning::NoFirewall),
        mtu.map(|MtuTooLarge { mtu, fits }| PreviewWarning::MtuTooLarge { mtu, fits }),
    ];
    all.into_iter().flatten().collect()
}

fn obstacle(error: &HostError) -> Option<Conflict> {
    match error {
        HostError::InterfaceExists(interface) | HostError::WireGuardExists(interface) => {
            Some(Conflict::InterfaceExists { interface: interface.clone() })
        }
        HostError::OtherFullTunnel { table, .. } => Some(Conflict::OtherVpn { interface: format!("table {table}") }),
        HostError::LocalNetwork { network, interface } => {
            Some(Conflict::LocalNetwork { interface: interface.clone(), network: *network })
        }
        // Said by `by`.
        HostError::NoResolver => None,
        HostError::NoPacketFilter
        | HostError::CannotCloseIpv6 { .. }
        | HostError::NoIpv6ForTunnel { .. }
        | HostError::InterfaceGone(_)
        | HostError::Kernel { .. }
        | HostError::Program { .. } => None,
    }
}
