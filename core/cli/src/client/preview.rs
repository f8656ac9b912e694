//! `adit preview NAME`: what bringing a tunnel up would change on this computer.

use adit_api::{
    Cidr, DnsBackend, HookPhase, MtuSource, PlannedDns, PlannedFilter, PlannedRoute, PlannedRule, Preview, PreviewWarning,
    TunnelView,
};

use super::sentence::{Context, argument, at_odds, complaint};
use super::{Daemon, Failure, Options};
use crate::planned::{Lines, Mtu};
use crate::terminal::visible;

/// `adit preview NAME`, and `adit up NAME --dry-run`.
pub(crate) fn preview(daemon: &Daemon, tunnel: &TunnelView, options: &Options) -> Result<(), Failure> {
    let preview = daemon.ask_about(tunnel, |client, id| client.preview(id))?;
    if options.json {
        return options.show_json(&preview);
    }
    let tunnels = daemon.tunnels()?;
    let context = Context { tunnels: &tunnels, tunnel: Some(tunnel.name.as_str()) };
    preview.warnings.iter().for_each(|warning| options.warn(warned(warning, &context)));
    preview.conflicts.iter().for_each(|conflict| options.warn(format!("in conflict: {}", at_odds(conflict, &context))));
    preview.diagnostics.iter().for_each(|diagnostic| options.warn(complaint(diagnostic)));
    options.show(&text(&preview))
}

fn text(preview: &Preview) -> String {
    let mtu = match preview.mtu_source {
        MtuSource::Configured => Mtu::Configured,
        MtuSource::Route => Mtu::Route,
        MtuSource::Assumed => Mtu::Assumed,
    };
    let mut lines = Lines::new(&preview.interface, preview.mtu, &mtu);
    preview.addresses.iter().for_each(|address| lines.add("address", &address.to_string()));
    preview.routes.iter().for_each(|PlannedRoute { network, table }| lines.route(network, *table));
    let left_out = (preview.route_count as usize).saturating_sub(preview.routes.len());
    if left_out > 0 {
        lines.add("", &format!("and {left_out} more routes"));
    }
    let outside: Vec<Cidr> = preview.rules.iter().filter_map(|rule| rule.to).collect();
    let to_table = || preview.rules.iter().filter(|rule| rule.to.is_none());
    if preview.takes_all_ipv4 || preview.takes_all_ipv6 {
        for PlannedRule { ipv6, unless_mark, table, .. } in to_table() {
            lines.rule(!ipv6, unless_mark.unwrap_or_default(), *table, &outside);
        }
    } else if let Some(PlannedRule { unless_mark, table, .. }) = to_table().next() {
        lines.around_endpoints(unless_mark.unwrap_or_default(), *table, &outside);
    }
    if let Some(PlannedDns { servers, search, only, by }) = &preview.dns {
        let by = match by {
            DnsBackend::Resolved => "by systemd-resolved",
            DnsBackend::Resolvconf => "by resolvconf",
            DnsBackend::File => "by writing /etc/resolv.conf, which is put back afterwards",
            DnsBackend::Missing => "NOTHING here can set it, so the tunnel will not come up",
        };
        let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
        let only = if only.is_empty() {
            String::new()
        } else {
            format!(" for names in {} alone", visible(&[&only[..], search].concat().join(", ")))
        };
        lines.add("DNS", &format!("{}{only} ({by})", servers.join(", ")));
        if !search.is_empty() {
            lines.add("search", &visible(&search.join(" ")));
        }
    }
    for filter in &preview.firewall {
        match filter {
            PlannedFilter::GuardAddresses => lines.guard(),
            PlannedFilter::MarkAnswers => lines.mark_answers(),
            PlannedFilter::KillSwitch => lines.add("firewall", "lets nothing out that does not go through the tunnel"),
        }
    }
    let approved = !preview.warnings.contains(&PreviewWarning::HooksNotApproved);
    for hook in &preview.hooks {
        let phase = match hook.phase {
            HookPhase::PreUp => "PreUp",
            HookPhase::PostUp => "PostUp",
            HookPhase::PreDown => "PreDown",
            HookPhase::PostDown => "PostDown",
        };
        let command = hook.command.as_deref().map_or("(hidden; see it with sudo)".to_owned(), visible);
        lines.command(phase, &command, approved);
    }
    lines.text()
}

pub(super) fn warned(warning: &PreviewWarning, context: &Context<'_>) -> String {
    match warning {
        PreviewWarning::Ipv6Outside => "IPv6 leaves PAST this tunnel, because that is allowed (or this computer has no IPv6); \
                                        AllowedIPs has 0.0.0.0/0 but not ::/0"
            .to_owned(),
        PreviewWarning::Ipv6Closed => {
            let name = context.tunnel.map_or_else(|| "NAME".to_owned(), argument);
            format!(
                "IPv6 is closed while the tunnel is up: AllowedIPs has 0.0.0.0/0 but not ::/0. Add ::/0 to send IPv6 through the tunnel, \
                 or let it leave past the tunnel with: sudo adit ipv6 {name} allow"
            )
        }
        PreviewWarning::Ipv4Outside => {
            "IPv4 goes PAST this tunnel: AllowedIPs has ::/0 but not 0.0.0.0/0. Add 0.0.0.0/0 to send it through".to_owned()
        }
        PreviewWarning::NoFirewall => {
            "nft is not installed, so nothing keeps others from sending to the tunnel's addresses; install nftables".to_owned()
        }
        PreviewWarning::HooksNotApproved => {
            let name = context.tunnel.map_or_else(|| "NAME".to_owned(), argument);
            format!("the commands are not approved of, so it will not come up; read them with: adit approve {name}")
        }
        PreviewWarning::HooksInSh => {
            "bash is not installed, so the commands run in sh: what only bash understands, such as <(...) and \
                                      [[ ... ]], fails; install bash"
                .to_owned()
        }
        PreviewWarning::SearchWithoutServer { domains } => {
            format!(
                "DNS has search domains ({}) but no server, so they are not set (as in wg-quick)",
                visible(&domains.join(", "))
            )
        }
        PreviewWarning::SplitDnsLeftOut { domains } => format!(
            "this computer cannot ask the tunnel's DNS servers for {} alone, so they are asked for ALL names; systemd-resolved can do it, \
             and openresolv with dnsmasq or unbound",
            visible(&domains.join(", "))
        ),
        PreviewWarning::MtuTooLarge { mtu, fits } => format!(
            "MTU = {mtu} is too large for the path to the peer: packets of that size are lost. Write MTU = {fits}, or remove the line"
        ),
        PreviewWarning::Ipv6LeftOut { because } => {
            format!("the tunnel has no IPv6 here and comes up with IPv4 alone, because {}", visible(because))
        }
        PreviewWarning::Unresolved { host } => {
            format!("the address of {} is not to be found at this moment; it will be looked for again", visible(host))
        }
        PreviewWarning::NotLookedUp { host } => {
            format!("the address of {} is not looked up for users who may only look", visible(host))
        }
        PreviewWarning::FileReadableByOthers { path } => {
            format!("others can read {0}, which has keys in it; put that right with: chmod 600 {0}", visible(path))
        }
    }
}
