//! Converts a preview of bringing a tunnel up to the contract's types, for a tunnel of the service and for a file alike.

use adit_activation::{Advice, CommandPreview};
use adit_api::{Effect, HookPhase, MtuSource, PlannedPeer, Preview, PreviewWarning, PublicKey};
use adit_config::{Cidr, InterfaceName};
use adit_platform::network::{self, DnsNames, Limits, MtuTooLarge, Outside, Warning};

use crate::manager::fitting_in;

/// Maximum size of a preview's lists in bytes of JSON. Together with the rest they fit into one answer.
const PEERS_BYTES: usize = 128 * 1024;
const EFFECTS_BYTES: usize = 256 * 1024;

/// Maximum number of networks in one effect.
const NETWORKS: usize = 256;

/// The conditions that determine the contract's answer in addition to the findings.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// True if the tunnel has a kill switch.
    pub has_kill_switch: bool,
    /// True if the text of hooks is shown.
    pub shows_commands: bool,
    /// True if names are looked up.
    pub asks_network: bool,
}

/// Converts the findings about the tunnel `name`. Conflicts and diagnostics of the configuration are not included.
pub fn preview(name: InterfaceName, found: adit_activation::Preview, circumstances: Circumstances) -> Preview {
    let Circumstances { has_kill_switch, asks_network, .. } = circumstances;
    let mut preview = Preview {
        interface: name,
        addresses: Vec::new(),
        mtu: 0,
        mtu_source: MtuSource::Assumed,
        listen_port: found.listen_port,
        peers: Vec::new(),
        peer_count: count(found.peers.len()),
        effects: Vec::new(),
        effect_count: 0,
        takes_all_ipv4: false,
        takes_all_ipv6: false,
        conflicts: Vec::new(),
        diagnostics: Vec::new(),
        warnings: found.advice.iter().filter_map(warning).collect(),
    };
    let routes_all_ipv6 = found.effects.iter().any(|effect| matches!(effect, network::Effect::All { ipv6: true, .. }));
    let changes: Vec<Effect> = found.effects.into_iter().flat_map(|effect| take(&mut preview, effect)).collect();
    let takes_all = preview.takes_all_ipv4 || routes_all_ipv6;
    // The kill switch blocks IPv6 outside the tunnel.
    preview.warnings.retain(|warning| !(has_kill_switch && *warning == PreviewWarning::Ipv6Outside));
    if !has_kill_switch && preview.takes_all_ipv6 && !preview.takes_all_ipv4 {
        preview.warnings.push(PreviewWarning::Ipv4Outside);
    }
    let unknown = found.peers.iter().filter(|peer| peer.address.is_none()).filter_map(|peer| peer.host.clone());
    preview.warnings.extend(unknown.map(|host| match asks_network {
        true => PreviewWarning::Unresolved { host },
        false => PreviewWarning::NotLookedUp { host },
    }));
    let peers = found.peers.into_iter().map(|peer| PlannedPeer {
        public_key: PublicKey::from(peer.public_key),
        name: peer.name,
        endpoint: peer.endpoint,
        address: peer.address,
    });
    preview.peers = fitting_in(PEERS_BYTES, peers);
    let kill_switch = (has_kill_switch && takes_all).then_some(Effect::KillSwitch);
    let commands: Vec<Effect> =
        found.commands.iter().filter_map(|command| command_effect(command, circumstances.shows_commands)).collect();
    let (before, after): (Vec<Effect>, Vec<Effect>) =
        commands.into_iter().partition(|effect| matches!(effect, Effect::Command { phase: HookPhase::PreUp, .. }));
    let effects: Vec<Effect> = kill_switch.into_iter().chain(before).chain(changes).chain(after).collect();
    preview.effect_count = count(effects.len());
    preview.effects = fitting_in(EFFECTS_BYTES, effects);
    preview
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Adds a network effect to the preview. Returns the entries for its list of effects.
fn take(preview: &mut Preview, effect: network::Effect) -> Vec<Effect> {
    match effect {
        network::Effect::Interface { name, mtu, mtu_source } => {
            (preview.interface, preview.mtu) = (name, mtu);
            preview.mtu_source = match mtu_source {
                network::MtuSource::Configured => MtuSource::Configured,
                network::MtuSource::Path => MtuSource::Route,
                network::MtuSource::Assumed => MtuSource::Assumed,
            };
            Vec::new()
        }
        network::Effect::Address(address) => {
            preview.addresses.push(address);
            Vec::new()
        }
        network::Effect::Route { network, detail } => vec![Effect::Route { network, detail }],
        network::Effect::All { ipv4, ipv6, closes_ipv6, outside, detail } => {
            (preview.takes_all_ipv4, preview.takes_all_ipv6) = (ipv4, ipv6 && !closes_ipv6);
            let families = [(ipv4, false), (ipv6, true)].into_iter().filter_map(|(on, ipv6)| on.then_some(ipv6));
            families.map(|ipv6| takes_all(ipv6, &outside, detail.clone())).collect()
        }
        network::Effect::AroundEndpoints { networks, detail } => networks
            .chunks(NETWORKS)
            .map(|networks| Effect::EndpointsOutside { networks: networks.to_vec(), detail: detail.clone() })
            .collect(),
        network::Effect::Dns { spec, detail } => vec![Effect::Dns {
            servers: spec.servers,
            search: spec.search,
            only: match spec.names {
                DnsNames::All => Vec::new(),
                DnsNames::Only(domains) => domains,
            },
            detail,
        }],
        network::Effect::GuardAddresses { addresses } => {
            vec![Effect::AddressesGuarded { addresses }, Effect::AnswersAccepted]
        }
    }
}

fn takes_all(ipv6: bool, outside: &Outside, detail: String) -> Effect {
    let (except_private, networks) = match outside {
        Outside::PrivateAnd(networks) => (true, networks),
        Outside::Only(networks) => (false, networks),
    };
    let except: Vec<Cidr> = networks.iter().copied().filter(|network| network.is_ipv4() != ipv6).collect();
    Effect::TakesAll { ipv6, except_private, except, detail }
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
        Advice::Network(Warning::NoFirewall) => Some(PreviewWarning::NoFirewall),
        Advice::HooksInSh => Some(PreviewWarning::HooksInSh),
        Advice::MtuTooLarge(MtuTooLarge { mtu, fits }) => Some(PreviewWarning::MtuTooLarge { mtu: *mtu, fits: *fits }),
        // The diagnostics contain this advice.
        Advice::SearchWithoutServer(_) => None,
        Advice::SplitDnsLeftOut(domains) => Some(PreviewWarning::SplitDnsLeftOut { domains: domains.clone() }),
        Advice::Ipv6LeftOut { because } => Some(PreviewWarning::Ipv6LeftOut { because: because.clone() }),
    }
}

/// Returns warnings about the parts of its configuration that a running tunnel does not implement.
pub(crate) fn warnings(limits: &Limits) -> Vec<PreviewWarning> {
    let Limits { ipv6, split_dns, search_without_server, packet_filter, mtu } = limits;
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
