//! `adit up --dry-run`: what would change, for a person or as JSON.

use adit_manager::activation::{CommandPreview, PeerPreview, Preview};
use adit_platform::host::MAIN_TABLE;
use anyhow::Context;
use serde::Serialize;

use super::{print, words};

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
    let mut text = format!("would create the interface {} with MTU {}\n", preview.interface, preview.mtu);
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    preview.addresses.iter().for_each(|address| line(format!("  address   {address}")));
    if let Some(port) = preview.listen_port {
        line(format!("  listens   UDP port {port}"));
    }
    preview.peers.iter().for_each(|peer| line(format!("  peer      {}", peer_text(peer))));
    for route in &preview.routes {
        let table = if route.table == MAIN_TABLE { "main".to_owned() } else { route.table.to_string() };
        line(format!("  route     {} (table {table})", route.network));
    }
    if let Some(policy) = &preview.policy {
        for (on, family) in [(policy.ipv4, "IPv4"), (policy.ipv6, "IPv6")] {
            if on {
                let (mark, table) = (policy.mark, policy.table);
                line(format!(
                    "  rule      {family} without mark {mark:#x} to table {table}, except to private networks that are here"
                ));
            }
        }
    }
    if let Some(own) = &preview.own_table {
        let networks = words::list(&own.networks);
        let (mark, table) = (own.mark, own.table);
        line(format!("  rule      to {networks}: narrower routes of the main table first"));
        line(format!("  rule      without mark {mark:#x} to table {table}, so that encrypted packets stay out of the tunnel"));
    }
    if let Some(dns) = &preview.dns {
        line(format!("  DNS       {}", words::list(&dns.servers)));
        if !dns.search.is_empty() {
            line(format!("  search    {}", dns.search.join(" ")));
        }
    }
    if let Some(firewall) = &preview.firewall {
        line(format!("  firewall  drops what comes for {} over other interfaces", words::list(&firewall.addresses)));
    }
    for CommandPreview { when, command, runs } in &preview.commands {
        line(format!("  {}  {when} = {command}", if *runs { "runs    " } else { "not run " }));
    }
    text
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
