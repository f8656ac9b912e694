//! Reports every listening port, to a person or as JSON.

use adit_config::{Config, Mtu};
use adit_proxy::{Bound, Kind, Listening};
use serde::Serialize;

use super::ProxyArgs;
use crate::output::{json_line, print, say, warn};

/// The report of the start: one line of JSON.
#[derive(Serialize)]
struct Start {
    listening: Vec<Place>,
    addresses: Vec<String>,
    /// DNS servers that are asked through the tunnel; empty if there are none or this computer's resolver is used.
    dns: Vec<String>,
    resolve_here: bool,
    mtu: u16,
}

#[derive(Serialize)]
struct Place {
    kind: &'static str,
    address: String,
    target: Option<String>,
    password: bool,
}

/// Prints one line for each port; nothing if only standard input and output are forwarded.
pub(super) fn what_listens(bound: &Bound, arguments: &ProxyArgs, config: &Config, mtu: Mtu) -> anyhow::Result<()> {
    for listening in bound.listening() {
        say(line(listening));
        if listening.is_open_to_others() {
            warn(format!(
                "every program that can reach {} can use the tunnel; ask for a password with --auth-file",
                listening.address
            ));
        }
    }
    for ignored in ignored(config) {
        warn(ignored);
    }
    if arguments.json {
        print(&json_line(&start(bound, arguments, config, mtu))?)?;
    }
    Ok(())
}

fn line(Listening { kind, address, target, asks_for_password }: &Listening) -> String {
    let to = target.as_ref().map_or_else(String::new, |target| format!(" to {target}"));
    let password = if *asks_for_password { ", with password" } else { "" };
    format!("{kind} at {address}{to}{password}")
}

/// Returns the settings of the file that need root and are ignored.
fn ignored(config: &Config) -> Vec<&'static str> {
    let hooks = &config.interface.hooks;
    let has_hooks = [&hooks.pre_up, &hooks.post_up, &hooks.pre_down, &hooks.post_down].iter().any(|hooks| !hooks.is_empty());
    let notes = [
        (has_hooks, "PreUp, PostUp, PreDown and PostDown are not run: there is no interface that they could be about"),
        (config.interface.fwmark.is_some(), "FwMark is not set: that needs root"),
    ];
    notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect()
}

fn start(bound: &Bound, arguments: &ProxyArgs, config: &Config, mtu: Mtu) -> Start {
    let place = |listening: &Listening| Place {
        kind: match listening.kind {
            Kind::Socks5 => "socks5",
            Kind::Http => "http",
            Kind::Local => "local",
            Kind::LocalUdp => "local-udp",
            Kind::Remote => "remote",
        },
        address: listening.address.to_string(),
        target: listening.target.as_ref().map(ToString::to_string),
        password: listening.asks_for_password,
    };
    Start {
        listening: bound.listening().iter().map(place).collect(),
        addresses: config.interface.addresses.iter().map(|address| address.address().to_string()).collect(),
        dns: config.interface.dns_servers.iter().map(ToString::to_string).collect(),
        resolve_here: arguments.resolve_here,
        mtu: mtu.get(),
    }
}
