//! What bringing a tunnel up would do, in the contract's types: the same for a tunnel of the service and for a file.

use adit_activation::{Advice, CommandPreview, MtuFollows, OwnTablePreview, PolicyPreview, RoutePreview};
use adit_api::{Effect, HookPhase, MtuSource, PlannedPeer, Preview, PreviewWarning, PublicKey};
use adit_platform::host::{Limits, MAIN_TABLE, MtuTooLarge, Plan, ResolverTool, Warning};

use crate::manager::fitting_in;

/// The largest lists of a preview, bytes of JSON: together with all else they fit into one answer.
const PEERS_BYTES: usize = 128 * 1024;
const EFFECTS_BYTES: usize = 256 * 1024;

/// The networks that one effect lists at most.
const NETWORKS: usize = 256;

/// What the contract's answer needs to know beside what was found out.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// What sets DNS servers on this computer.
    pub resolver_tool: Option<ResolverTool>,
    /// The tunnel has a kill switch.
    pub has_kill_switch: bool,
    /// The text of commands is shown.
    pub shows_commands: bool,
    /// Names are looked up.
    pub asks_network: bool,
}

/// What was found out, without conflicts and without what there is to know about the configuration.
pub fn preview(found: adit_activation::Preview, circumstances: Circumstances) -> Preview {
    let Circumstances { has_kill_switch, asks_network, .. } = circumstances;
    let policy = found.policy;
    let mut warnings: Vec<PreviewWarning> = found.advice.iter().filter_map(warning).collect();
    // What is not in the tunnel does not get out at all.
    warnings.retain(|warning| !(has_kill_switch && *warning == PreviewWarning::Ipv6Outside));
    if !has_kill_switch && policy.is_some_and(|policy| policy.ipv6 && !policy.ipv4) {
        warnings.push(PreviewWarning::Ipv4Outside);
    }
    for (host, _) in
        found.peers.iter().filter_map(|peer| Some((peer.host.clone()?, peer))).filter(|(_, peer)| peer.address.is_none())
    {
        warnings.push(if asks_network { PreviewWarning::Unresolved { host } } else { PreviewWarning::NotLookedUp { host } });
    }
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let effects = effects(&found, circumstances);
    Preview {
        mtu: found.mtu,
        mtu_source: match found.mtu_follows {
            MtuFollows::File => MtuSource::Configured,
            MtuFollows::Route => MtuSource::Route,
            MtuFollows::Nothing => MtuSource::Assumed,
        },
        listen_port: found.listen_port,
        peer_count: count(found.peers.len()),
        peers: fitting_in(
            PEERS_BYTES,
            found.peers.into_iter().map(|peer| PlannedPeer {
                public_key: PublicKey::from(peer.public_key),
                name: peer.name,
                endpoint: peer.endpoint,
                address: peer.address,
            }),
        ),
        effect_count: count(effects.len()),
        effects: fitting_in(EFFECTS_BYTES, effects),
        takes_all_ipv4: policy.is_some_and(|policy| policy.ipv4),
        takes_all_ipv6: policy.is_some_and(|policy| policy.ipv6) && !found.closes_ipv6,
        conflicts: Vec::new(),
        diagnostics: Vec::new(),
        warnings,
        interface: found.interface,
        addresses: found.addresses,
    }
}

/// In the order in which they come about.
fn effects(found: &adit_activation::Preview, circumstances: Circumstances) -> Vec<Effect> {
    let commands = |up: bool| {
        let of_phase = found.commands.iter().filter(move |command| matches!(command.when, "PreUp" | "PostUp") == up);
        of_phase.filter_map(move |command| command_effect(command, circumstances.shows_commands))
    };
    let guard = found
        .firewall
        .iter()
        .flat_map(|guard| [Effect::AddressesGuarded { addresses: guard.addresses.clone() }, Effect::AnswersAccepted]);
    let kill_switch = (circumstances.has_kill_switch && found.policy.is_some()).then_some(Effect::KillSwitch);
    let (pre_up, post_up): (Vec<Effect>, Vec<Effect>) =
        commands(true).partition(|effect| matches!(effect, Effect::Command { phase: HookPhase::PreUp, .. }));
    let dns = found.dns.as_ref().map(|dns| Effect::Dns {
        servers: dns.servers.clone(),
        search: dns.search.clone(),
        only: dns.only.clone(),
        detail: circumstances.resolver_tool.map(|tool| {
            match tool {
                ResolverTool::Resolved => "systemd-resolved",
                ResolverTool::Resolvconf => "resolvconf",
                ResolverTool::File => "writing /etc/resolv.conf, which is put back afterwards",
            }
            .to_owned()
        }),
    });
    let all = kill_switch.into_iter().chain(pre_up).chain(guard).chain(routing(found)).chain(dns).chain(post_up);
    all.chain(commands(false)).collect()
}

fn routing(found: &adit_activation::Preview) -> impl Iterator<Item = Effect> {
    let routes = found.routes.iter().map(|RoutePreview { network, table }| Effect::Route {
        network: *network,
        detail: if *table == MAIN_TABLE { "main table".to_owned() } else { format!("table {table}") },
    });
    let takes_all = found.policy.into_iter().flat_map(move |policy: PolicyPreview| {
        let families = [(policy.ipv4, false), (policy.ipv6, true)];
        families.into_iter().filter_map(|(on, ipv6)| on.then_some(ipv6)).map(move |ipv6| Effect::TakesAll {
            ipv6,
            except_private: found.private_networks_outside,
            except: found.local_networks.iter().copied().filter(|network| network.is_ipv4() != ipv6).collect(),
            detail: format!("table {} for packets without mark {:#x}", policy.table, policy.mark),
        })
    });
    let outside = found.own_table.iter().flat_map(|OwnTablePreview { table, mark, networks }| {
        let detail = format!("narrower routes of the main table first, then table {table} for packets without mark {mark:#x}");
        networks
            .chunks(NETWORKS)
            .map(move |networks| Effect::EndpointsOutside { networks: networks.to_vec(), detail: detail.clone() })
    });
    routes.chain(takes_all).chain(outside)
}

fn command_effect(command: &CommandPreview, shows: bool) -> Option<Effect> {
    let phase = match command.when {
        "PreUp" => HookPhase::PreUp,
        "PostUp" => HookPhase::PostUp,
        "PreDown" => HookPhase::PreDown,
        "PostDown" => HookPhase::PostDown,
        _ => return None,
    };
    Some(Effect::Command { phase, command: shows.then(|| command.command.clone()), runs: command.runs })
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
pub(crate) fn warnings(plan: &Plan) -> Vec<PreviewWarning> {
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
