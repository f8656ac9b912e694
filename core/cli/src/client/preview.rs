//! `adit preview NAME`: what bringing a tunnel up would change on this computer.

use adit_api::{
    Cidr, HookPhase, MtuSource, PlannedDns, PlannedFilter, PlannedRoute, PlannedRule, Preview, PreviewWarning, TunnelView,
};
use adit_words::Context;

use super::words::words;
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
    preview.warnings.iter().for_each(|warning| options.warn(words().warning_for_terminal(warning, &context)));
    preview.conflicts.iter().for_each(|conflict| options.warn(format!("in conflict: {}", words().conflict(conflict, &context))));
    preview.diagnostics.iter().for_each(|diagnostic| options.warn(words().diagnostic(diagnostic)));
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
            Some(by) => format!("by {}", visible(by)),
            None => "NOTHING here can set it, so the tunnel will not come up".to_owned(),
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
