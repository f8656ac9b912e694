//! Writes a tunnel's state, or an update of it, with the keys of the UAPI in the order of the reference implementation.

use std::io::{self, Write};

use zeroize::Zeroizing;

use crate::{DeviceUpdate, DeviceView, PeerUpdate, PeerView};

/// Bytes that are collected before they are written.
const CHUNK: usize = 64 << 10;
/// Bytes of spare capacity: more than the longest line, so that the buffer never grows and leaves no copy of a key behind.
const SPARE: usize = 256;

/// Writes all lines of `view`, without the `errno` that ends an answer. Unset values are left out, as in the reference
/// implementation.
pub fn write_view(to: &mut impl Write, view: &DeviceView) -> io::Result<()> {
    let mut out = Out { to, buffer: Zeroizing::new(Vec::with_capacity(CHUNK + SPARE)) };
    if let Some(key) = &view.private_key {
        out.key("private_key", key.dangerously_reveal())?;
    }
    if view.listen_port != 0 {
        out.line(format_args!("listen_port={}", view.listen_port))?;
    }
    if view.fwmark != 0 {
        out.line(format_args!("fwmark={}", view.fwmark))?;
    }
    for peer in &view.peers {
        write_peer(&mut out, peer)?;
    }
    out.flush()
}

fn write_peer(out: &mut Out<'_, impl Write>, peer: &PeerView) -> io::Result<()> {
    out.key("public_key", peer.public_key.as_bytes())?;
    out.key("preshared_key", peer.preshared_key.dangerously_reveal())?;
    out.line(format_args!("protocol_version=1"))?;
    if let Some(endpoint) = peer.endpoint {
        out.line(format_args!("endpoint={endpoint}"))?;
    }
    out.line(format_args!("last_handshake_time_sec={}", peer.last_handshake.as_secs()))?;
    out.line(format_args!("last_handshake_time_nsec={}", peer.last_handshake.subsec_nanos()))?;
    out.line(format_args!("tx_bytes={}", peer.tx_bytes))?;
    out.line(format_args!("rx_bytes={}", peer.rx_bytes))?;
    out.line(format_args!("persistent_keepalive_interval={}", peer.persistent_keepalive))?;
    for network in &peer.allowed_ips {
        out.line(format_args!("allowed_ip={}/{}", network.address, network.prefix))?;
    }
    Ok(())
}

/// Writes the request for an update, with the blank line that ends it.
pub fn write_update(to: &mut impl Write, update: &DeviceUpdate) -> io::Result<()> {
    const NO_KEY: [u8; 32] = [0; 32];
    let mut out = Out { to, buffer: Zeroizing::new(Vec::with_capacity(CHUNK + SPARE)) };
    let DeviceUpdate { private_key, listen_port, fwmark, replace_peers, peers } = update;
    out.line(format_args!("set=1"))?;
    if let Some(key) = private_key {
        out.key("private_key", key.as_ref().map_or(&NO_KEY, |key| key.dangerously_reveal()))?;
    }
    if let Some(port) = listen_port {
        out.line(format_args!("listen_port={port}"))?;
    }
    if let Some(mark) = fwmark {
        out.line(format_args!("fwmark={mark}"))?;
    }
    if *replace_peers {
        out.line(format_args!("replace_peers=true"))?;
    }
    peers.iter().try_for_each(|peer| write_peer_update(&mut out, peer))?;
    out.line(format_args!(""))?;
    out.flush()
}

fn write_peer_update(out: &mut Out<'_, impl Write>, peer: &PeerUpdate) -> io::Result<()> {
    out.key("public_key", peer.public_key.as_bytes())?;
    if peer.remove {
        return out.line(format_args!("remove=true"));
    }
    if peer.update_only {
        out.line(format_args!("update_only=true"))?;
    }
    if let Some(key) = &peer.preshared_key {
        out.key("preshared_key", key.dangerously_reveal())?;
    }
    if let Some(endpoint) = peer.endpoint {
        out.line(format_args!("endpoint={endpoint}"))?;
    }
    if let Some(seconds) = peer.persistent_keepalive {
        out.line(format_args!("persistent_keepalive_interval={seconds}"))?;
    }
    if peer.replace_allowed_ips {
        out.line(format_args!("replace_allowed_ips=true"))?;
    }
    for (network, add) in &peer.allowed_ips {
        let sign = if *add { "" } else { "-" };
        out.line(format_args!("allowed_ip={sign}{}/{}", network.address, network.prefix))?;
    }
    Ok(())
}

struct Out<'a, W> {
    to: &'a mut W,
    buffer: Zeroizing<Vec<u8>>,
}

impl<W: Write> Out<'_, W> {
    fn key(&mut self, name: &str, key: &[u8; 32]) -> io::Result<()> {
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.push(b'=');
        for byte in key {
            write!(*self.buffer, "{byte:02x}")?;
        }
        self.line(format_args!(""))
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) -> io::Result<()> {
        self.buffer.write_fmt(text)?;
        self.buffer.push(b'\n');
        if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}
