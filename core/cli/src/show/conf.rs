//! Formats the state as a configuration file that `wg setconf` accepts.

use std::io::{self, Write};

use adit_tunnel::{DeviceView, PeerView};

use super::text;

/// Writes `view` in the format of `wg showconf`, with secret keys.
pub(super) fn write(out: &mut dyn Write, view: &DeviceView) -> io::Result<()> {
    writeln!(out, "[Interface]")?;
    if view.listen_port != 0 {
        writeln!(out, "ListenPort = {}", view.listen_port)?;
    }
    if view.fwmark != 0 {
        writeln!(out, "FwMark = {:#x}", view.fwmark)?;
    }
    if let Some(key) = &view.private_key {
        writeln!(out, "PrivateKey = {}", *key.dangerously_reveal_base64())?;
    }
    writeln!(out)?;
    for (index, peer) in view.peers.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_peer(out, peer)?;
    }
    Ok(())
}

fn write_peer(out: &mut dyn Write, peer: &PeerView) -> io::Result<()> {
    writeln!(out, "[Peer]\nPublicKey = {}", peer.public_key)?;
    if !peer.preshared_key.is_none() {
        writeln!(out, "PresharedKey = {}", *peer.preshared_key.dangerously_reveal_base64())?;
    }
    if !peer.allowed_ips.is_empty() {
        let networks: Vec<_> = peer.allowed_ips.iter().map(text::network).collect();
        writeln!(out, "AllowedIPs = {}", networks.join(", "))?;
    }
    if let Some(endpoint) = peer.endpoint {
        writeln!(out, "Endpoint = {}", text::endpoint(endpoint))?;
    }
    if peer.persistent_keepalive != 0 {
        writeln!(out, "PersistentKeepalive = {}", peer.persistent_keepalive)?;
    }
    Ok(())
}
