//! `adit up --dry-run`: what would change, for a person or as JSON.

use adit_activation::{CommandPreview, MtuFollows, PeerPreview, Preview};
use anyhow::Context;
use serde::Serialize;

use super::{print, words};
use crate::planned::{Lines, Mtu};

/// Warnings are sentences here, and not kinds: whoever reads this shows them to a person.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    preview: &'a Preview,
    warnings: Vec<String>,
}

/// Prints it on standard output; warnings go to standard error, or into the JSON.
pub(super) fn show(preview: &Preview, json: bool) -> anyhow::Result<()> {
    if json {
        let warnings = preview.advice.iter().filter_map(words::sentence).collect();
        let text = serde_json::to_string_pretty(&Json { preview, warnings }).context("writing JSON")?;
        return Ok(print(&format!("{text}\n"))?);
    }
    preview.advice.iter().for_each(words::advise);
    Ok(print(&text(preview))?)
}

fn text(preview: &Preview) -> String {
    let mtu = match preview.mtu_follows {
        MtuFollows::File => Mtu::Configured,
        MtuFollows::Route => Mtu::Route,
        MtuFollows::Nothing => Mtu::Assumed,
    };
    let mut lines = Lines::new(&preview.interface, preview.mtu, &mtu);
    preview.addresses.iter().for_each(|address| lines.add("address", &address.to_string()));
    if let Some(port) = preview.listen_port {
        lines.add("listens", &format!("UDP port {port}"));
    }
    preview.peers.iter().for_each(|peer| lines.add("peer", &peer_text(peer)));
    preview.routes.iter().for_each(|route| lines.route(&route.network, route.table));
    if let Some(policy) = &preview.policy {
        for ipv4 in [(policy.ipv4, true), (policy.ipv6, false)].into_iter().filter_map(|(on, ipv4)| on.then_some(ipv4)) {
            lines.rule(ipv4, policy.mark, policy.table, &preview.local_networks);
        }
    }
    if let Some(own) = &preview.own_table {
        lines.around_endpoints(own.mark, own.table, &own.networks);
    }
    if let Some(dns) = &preview.dns {
        let only = if dns.only.is_empty() {
            String::new()
        } else {
            format!(" for names in {} alone", words::list(&[&dns.only[..], &dns.search].concat()))
        };
        lines.add("DNS", &format!("{}{only}", words::list(&dns.servers)));
        if !dns.search.is_empty() {
            lines.add("search", &dns.search.join(" "));
        }
    }
    if preview.firewall.is_some() {
        lines.guard();
        lines.mark_answers();
    }
    for CommandPreview { when, command, runs } in &preview.commands {
        lines.command(when, command, *runs);
    }
    lines.text()
}

fn peer_text(peer: &PeerPreview) -> String {
    let name = peer.name.as_deref().unwrap_or(&peer.public_key);
    match (&peer.endpoint, peer.address) {
        (None, _) => format!("{name}, waits for it to begin"),
        (Some(endpoint), Some(address)) if *endpoint == address.to_string() => format!("{name} at {endpoint}"),
        (Some(endpoint), Some(address)) => format!("{name} at {endpoint}, which is {address}"),
        (Some(endpoint), None) => format!("{name} at {endpoint}, which is not known at this moment"),
    }
}
