//! Formats the state for people: indented, with units and, on a terminal, with colours.

use std::fmt::Write as _;
use std::io::{self, Write};

use adit_foreground::interfaces::Device;
use adit_protocol::{PresharedKey, PrivateKey};
use adit_tunnel::PeerView;
use zeroize::Zeroizing;

use super::text;

/// The style of the output.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Use terminal escape sequences.
    pub(super) coloured: bool,
    /// Show private and preshared keys.
    pub(super) reveal: bool,
    /// The present time, Unix seconds.
    pub(super) now: u64,
}

const RESET: &str = "\x1b[0m";
const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const CYAN: &str = "\x1b[36m";

/// Writes one interface; the peers with the latest handshakes come first.
pub(super) fn write(out: &mut dyn Write, device: &Device, style: Style) -> io::Result<()> {
    let view = &device.view;
    write!(out, "{}", style.sequence(RESET))?;
    style.heading(out, GREEN, "interface", &device.name)?;
    if let Some(key) = &view.private_key {
        style.line(out, "public key", &key.public().to_string())?;
        style.line(out, "private key", &style.masked(key, PrivateKey::dangerously_reveal_base64))?;
    }
    if view.listen_port != 0 {
        style.line(out, "listening port", &view.listen_port.to_string())?;
    }
    if view.fwmark != 0 {
        style.line(out, "fwmark", &format!("{:#x}", view.fwmark))?;
    }
    let mut peers: Vec<_> = view.peers.iter().collect();
    peers.sort_by_key(|peer| std::cmp::Reverse(peer.last_handshake));
    for peer in peers {
        writeln!(out)?;
        write_peer(out, peer, style)?;
    }
    Ok(())
}

fn write_peer(out: &mut dyn Write, peer: &PeerView, style: Style) -> io::Result<()> {
    style.heading(out, YELLOW, "peer", &peer.public_key.to_string())?;
    if !peer.preshared_key.is_none() {
        style.line(out, "preshared key", &style.masked(&peer.preshared_key, PresharedKey::dangerously_reveal_base64))?;
    }
    if let Some(endpoint) = peer.endpoint {
        style.line(out, "endpoint", &text::endpoint(endpoint))?;
    }
    style.line(out, "allowed ips", &style.networks(peer))?;
    if peer.last_handshake.as_secs() != 0 {
        style.line(out, "latest handshake", &style.ago(peer.last_handshake.as_secs()))?;
    }
    if peer.rx_bytes != 0 || peer.tx_bytes != 0 {
        let transfer = format!("{} received, {} sent", style.bytes(peer.rx_bytes), style.bytes(peer.tx_bytes));
        style.line(out, "transfer", &transfer)?;
    }
    if peer.persistent_keepalive != 0 {
        style.line(out, "persistent keepalive", &format!("every {}", style.duration(peer.persistent_keepalive.into())))?;
    }
    Ok(())
}

impl Style {
    fn sequence(self, sequence: &'static str) -> &'static str {
        if self.coloured { sequence } else { "" }
    }

    fn painted(self, colour: &'static str, text: &str) -> String {
        format!("{}{text}{}", self.sequence(colour), self.sequence(RESET))
    }

    fn heading(self, out: &mut dyn Write, colour: &'static str, label: &str, value: &str) -> io::Result<()> {
        let label = self.painted(BOLD, label);
        writeln!(out, "{}{label}: {}", self.sequence(colour), self.painted(colour, value))
    }

    fn line(self, out: &mut dyn Write, label: &str, value: &str) -> io::Result<()> {
        writeln!(out, "  {}: {value}", self.painted(BOLD, label))
    }

    fn masked<K>(self, key: &K, text: impl FnOnce(&K) -> Zeroizing<String>) -> Zeroizing<String> {
        if self.reveal { text(key) } else { Zeroizing::new("(hidden)".to_owned()) }
    }

    fn networks(self, peer: &PeerView) -> String {
        let slash = self.painted(CYAN, "/");
        let networks: Vec<_> = peer
            .allowed_ips
            .iter()
            .map(|network| format!("{}{slash}{}", text::address(network.address), network.prefix))
            .collect();
        if networks.is_empty() { "(none)".to_owned() } else { networks.join(", ") }
    }

    fn ago(self, then: u64) -> String {
        match self.now.checked_sub(then) {
            Some(0) => "Now".to_owned(),
            Some(seconds) => format!("{} ago", self.duration(seconds)),
            None => format!("({})", self.painted(RED, "System clock wound backward; connection problems may ensue.")),
        }
    }

    /// Formats `1 hour, 2 minutes, 3 seconds`, without units that are zero; a year has 365 days.
    fn duration(self, seconds: u64) -> String {
        let units = [
            (seconds / 31_536_000, "year"),
            (seconds / 86_400 % 365, "day"),
            (seconds / 3600 % 24, "hour"),
            (seconds / 60 % 60, "minute"),
            (seconds % 60, "second"),
        ];
        let mut text = String::new();
        for (count, unit) in units.into_iter().filter(|(count, _)| *count != 0) {
            let separator = if text.is_empty() { "" } else { ", " };
            let unit = if count == 1 { unit.to_owned() } else { format!("{unit}s") };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}{count} {}", self.painted(CYAN, &unit));
        }
        text
    }

    /// Formats an amount in the largest binary unit of which there is at least one.
    fn bytes(self, bytes: u64) -> String {
        const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
        let step = (bytes.checked_ilog2().unwrap_or(0) / 10).min(4);
        let unit = self.painted(CYAN, UNITS[step as usize]);
        if step == 0 { format!("{bytes} {unit}") } else { format!("{:.2} {unit}", bytes as f64 / f64::from(step * 10).exp2()) }
    }
}
