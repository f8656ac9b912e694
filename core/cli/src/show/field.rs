//! Formats one field of each interface or peer, separated by tabs, for scripts.

use std::io::{self, Write};

use adit_foreground::interfaces::Device;
use adit_protocol::{PresharedKey, PrivateKey};
use adit_tunnel::PeerView;
use zeroize::Zeroizing;

use super::text;

/// A field that `adit show INTERFACE FIELD` prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Field {
    PublicKey,
    PrivateKey,
    ListenPort,
    Fwmark,
    Peers,
    PresharedKeys,
    Endpoints,
    AllowedIps,
    LatestHandshakes,
    Transfer,
    PersistentKeepalive,
    Dump,
}

const NONE: &str = "(none)";

impl Field {
    /// Parses the field's name on the command line.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "public-key" => Self::PublicKey,
            "private-key" => Self::PrivateKey,
            "listen-port" => Self::ListenPort,
            "fwmark" => Self::Fwmark,
            "peers" => Self::Peers,
            "preshared-keys" => Self::PresharedKeys,
            "endpoints" => Self::Endpoints,
            "allowed-ips" => Self::AllowedIps,
            "latest-handshakes" => Self::LatestHandshakes,
            "transfer" => Self::Transfer,
            "persistent-keepalive" => Self::PersistentKeepalive,
            "dump" => Self::Dump,
            _ => return None,
        })
    }

    /// Writes the field. Each line begins with the interface's name if `named` is true.
    pub(super) fn write(self, out: &mut dyn Write, device: &Device, named: bool) -> io::Result<()> {
        let view = &device.view;
        let name = if named { format!("{}\t", device.name) } else { String::new() };
        let of_device = |out: &mut dyn Write, value: &str| writeln!(out, "{name}{value}");
        let of_peers = |out: &mut dyn Write, value: &dyn Fn(&PeerView) -> Zeroizing<String>| {
            view.peers.iter().try_for_each(|peer| writeln!(out, "{name}{}\t{}", peer.public_key, *value(peer)))
        };
        match self {
            Self::PublicKey => of_device(out, &public_key(view.private_key.as_ref())),
            Self::PrivateKey => of_device(out, &private_key(view.private_key.as_ref())),
            Self::ListenPort => of_device(out, &view.listen_port.to_string()),
            Self::Fwmark => of_device(out, &fwmark(view.fwmark)),
            Self::Peers => view.peers.iter().try_for_each(|peer| writeln!(out, "{name}{}", peer.public_key)),
            Self::PresharedKeys => of_peers(out, &|peer| preshared_key(&peer.preshared_key)),
            Self::Endpoints => {
                // `wg` prints the interface's name once here and not on each line; scripts rely on that.
                write!(out, "{name}")?;
                view.peers.iter().try_for_each(|peer| writeln!(out, "{}\t{}", peer.public_key, endpoint(peer)))
            }
            Self::AllowedIps => of_peers(out, &|peer| networks(peer, " ").into()),
            Self::LatestHandshakes => of_peers(out, &|peer| peer.last_handshake.as_secs().to_string().into()),
            Self::Transfer => of_peers(out, &|peer| format!("{}\t{}", peer.rx_bytes, peer.tx_bytes).into()),
            Self::PersistentKeepalive => of_peers(out, &|peer| keepalive(peer).into()),
            Self::Dump => dump(out, device, &name),
        }
    }
}

fn dump(out: &mut dyn Write, device: &Device, name: &str) -> io::Result<()> {
    let view = &device.view;
    let key = view.private_key.as_ref();
    writeln!(out, "{name}{}\t{}\t{}\t{}", *private_key(key), public_key(key), view.listen_port, fwmark(view.fwmark))?;
    for peer in &view.peers {
        writeln!(
            out,
            "{name}{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            peer.public_key,
            *preshared_key(&peer.preshared_key),
            endpoint(peer),
            networks(peer, ","),
            peer.last_handshake.as_secs(),
            peer.rx_bytes,
            peer.tx_bytes,
            keepalive(peer),
        )?;
    }
    Ok(())
}

fn public_key(key: Option<&PrivateKey>) -> String {
    key.map_or_else(|| NONE.to_owned(), |key| key.public().to_string())
}

fn private_key(key: Option<&PrivateKey>) -> Zeroizing<String> {
    key.map_or_else(|| NONE.to_owned().into(), PrivateKey::dangerously_reveal_base64)
}

fn preshared_key(key: &PresharedKey) -> Zeroizing<String> {
    if key.is_none() { NONE.to_owned().into() } else { key.dangerously_reveal_base64() }
}

fn endpoint(peer: &PeerView) -> String {
    peer.endpoint.map_or_else(|| NONE.to_owned(), text::endpoint)
}

fn networks(peer: &PeerView, separator: &str) -> String {
    let networks: Vec<_> = peer.allowed_ips.iter().map(text::network).collect();
    if networks.is_empty() { NONE.to_owned() } else { networks.join(separator) }
}

fn fwmark(mark: u32) -> String {
    if mark == 0 { "off".to_owned() } else { format!("{mark:#x}") }
}

fn keepalive(peer: &PeerView) -> String {
    if peer.persistent_keepalive == 0 { "off".to_owned() } else { peer.persistent_keepalive.to_string() }
}
