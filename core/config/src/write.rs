//! Writes a typed configuration as text in one canonical form.
//!
//! All content comes from values that cannot hold a line break, so no value can add a key that the configuration does not have.
//! To change a file that a person wrote, edit its [`Document`](crate::syntax::Document) instead, because this form has no
//! comments.

use std::fmt::Display;
use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::asked;
use crate::config::{Config, Interface, Peer};
use crate::extension;
use crate::keyword::{Key, Section};
use crate::value::{Hook, Table};

/// Maximum number of items per line, which keeps lines far below the limit of 64 KiB.
const ITEMS_PER_LINE: usize = 256;

/// Returns the text with the private key, which the caller must keep secret. [`crate::parse::config`] reads it back as the same
/// configuration, provided that it is readable (each public key once, allowed IPs without host bits, a private key, at most 1
/// MiB).
pub fn config(config: &Config) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(size(config)));
    interface(&mut text, &config.interface);
    for one in &config.peers {
        text.push('\n');
        peer(&mut text, one);
    }
    text
}

/// Returns a sufficient capacity in bytes, so that the text is never moved and leaves no copy of the key behind.
fn size(config: &Config) -> usize {
    let Interface { addresses, dns_servers, dns_search, hooks, .. } = &config.interface;
    let items = addresses.len() + dns_servers.len() + config.peers.iter().map(|peer| peer.allowed_ips.len()).sum::<usize>();
    let further: usize = config.peers.iter().map(|peer| peer.further_endpoints.len()).sum();
    let commands: usize = hooks.iter().map(|hook| hook.as_str().len() + 16).sum();
    1024 + items * 48 + dns_search.len() * 260 + commands + config.peers.len() * 1024 + further * 300
}

fn interface(text: &mut String, interface: &Interface) {
    let Interface {
        private_key,
        asks_for,
        listen_port,
        fwmark,
        addresses,
        dns_servers,
        dns_search,
        mtu,
        table,
        save_config,
        hooks,
    } = interface;
    header(text, Section::Interface);
    if let Some(private_key) = private_key {
        line(text, Key::PrivateKey, private_key.dangerously_reveal_base64().as_str());
    } else if let Some(asked) = asks_for {
        let _ = writeln!(text, "{}", asked::comment(asked));
    }
    optional(text, Key::ListenPort, listen_port.as_ref());
    optional(text, Key::FwMark, fwmark.as_ref());
    list(text, Key::Address, addresses);
    list(text, Key::Dns, dns_servers);
    list(text, Key::Dns, dns_search);
    optional(text, Key::Mtu, mtu.as_ref());
    optional(text, Key::Table, Some(table).filter(|table| **table != Table::Auto));
    optional(text, Key::SaveConfig, Some("true").filter(|_| *save_config));
    let mut commands = |key, hooks: &[Hook]| hooks.iter().for_each(|hook| line(text, key, hook));
    commands(Key::PreUp, &hooks.pre_up);
    commands(Key::PostUp, &hooks.post_up);
    commands(Key::PreDown, &hooks.pre_down);
    commands(Key::PostDown, &hooks.post_down);
}

fn peer(text: &mut String, peer: &Peer) {
    let Peer { name, public_key, preshared_key, endpoint, further_endpoints, allowed_ips, persistent_keepalive } = peer;
    header(text, Section::Peer);
    if let Some(name) = name {
        let _ = writeln!(text, "# Name = {name}");
    }
    line(text, Key::PublicKey, public_key);
    if let Some(preshared_key) = preshared_key {
        line(text, Key::PresharedKey, preshared_key.dangerously_reveal_base64().as_str());
    }
    optional(text, Key::Endpoint, endpoint.as_ref());
    for further in further_endpoints {
        let _ = writeln!(text, "{}", extension::endpoint(further));
    }
    list(text, Key::AllowedIps, allowed_ips);
    optional(text, Key::PersistentKeepalive, persistent_keepalive.as_ref());
}

fn header(text: &mut String, section: Section) {
    let _ = writeln!(text, "{section}");
}

fn line(text: &mut String, key: Key, value: impl Display) {
    let _ = writeln!(text, "{key} = {value}");
}

fn optional(text: &mut String, key: Key, value: Option<impl Display>) {
    if let Some(value) = value {
        line(text, key, value);
    }
}

fn list(text: &mut String, key: Key, values: &[impl Display]) {
    for chunk in values.chunks(ITEMS_PER_LINE) {
        let items: Vec<String> = chunk.iter().map(ToString::to_string).collect();
        line(text, key, items.join(", "));
    }
}
