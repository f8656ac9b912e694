//! Turns a configuration file of wg(8) into the change that it requests. wg rejects each line that only wg-quick understands.

use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, PeerUpdate};
use zeroize::Zeroizing;

use super::{WgError, addresses, value};

enum Place {
    Nowhere,
    Interface,
    Peer(Peer),
}

/// A peer whose `PublicKey` line may come after other lines.
struct Peer {
    key: Option<PublicKey>,
    update: PeerUpdate,
}

impl Peer {
    fn new() -> Self {
        let update = PeerUpdate { replace_allowed_ips: true, ..PeerUpdate::new(PublicKey::from_bytes([0; 32])) };
        Self { key: None, update }
    }
}

/// Parses the text into a change. If `add` is true, settings that the text does not name stay; else they are removed.
pub(super) fn read(text: &str, add: bool) -> Result<DeviceUpdate, WgError> {
    let mut update = DeviceUpdate::default();
    if !add {
        update.replace_peers = true;
        (update.private_key, update.listen_port, update.fwmark) = (Some(None), Some(0), Some(0));
    }
    let (mut place, mut peers) = (Place::Nowhere, Vec::new());
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let mut bare = Zeroizing::new(String::with_capacity(line.len()));
        bare.extend(line.chars().filter(|character| !value::is_space(*character)));
        if bare.is_empty() {
            continue;
        }
        let next = match bare.to_ascii_lowercase().as_str() {
            "[interface]" => Some(Place::Interface),
            "[peer]" => Some(Place::Peer(Peer::new())),
            _ => None,
        };
        match next {
            Some(next) => peers.extend(peer(std::mem::replace(&mut place, next))),
            None => of_line(&mut update, &mut place, &bare)
                .map_err(|WgError(text)| WgError(format!("{text}\nConfiguration parsing error")))?,
        }
    }
    peers.extend(peer(place));
    for Peer { key, update: mut peer } in peers {
        let Some(key) = key else { return Err(WgError::new("A peer is missing a public key\nInvalid configuration")) };
        peer.public_key = key;
        update.peers.push(peer);
    }
    Ok(update)
}

fn peer(place: Place) -> Option<Peer> {
    match place {
        Place::Peer(peer) => Some(peer),
        Place::Nowhere | Place::Interface => None,
    }
}

fn of_line(update: &mut DeviceUpdate, place: &mut Place, line: &str) -> Result<(), WgError> {
    // The text after the `=` may be a key, so the error does not repeat it.
    let unknown = |shown: &str| WgError::new(format!("Line unrecognized: `{shown}'"));
    let Some((key, value)) = line.split_once('=') else { return Err(unknown(line)) };
    match (key.to_ascii_lowercase().as_str(), place) {
        // As in wg: a setting without a value is not recognized.
        _ if value.is_empty() => return Err(unknown(line)),
        ("listenport", Place::Interface) => update.listen_port = Some(value::port(value)?),
        ("fwmark", Place::Interface) => update.fwmark = Some(value::fwmark(value)?),
        ("privatekey", Place::Interface) => update.private_key = Some(value::private_key(value)?),
        ("publickey", Place::Peer(peer)) => peer.key = Some(value::public_key(value)?),
        ("endpoint", Place::Peer(peer)) => peer.update.endpoint = Some(addresses::endpoint(value)?),
        ("persistentkeepalive", Place::Peer(peer)) => peer.update.persistent_keepalive = Some(value::keepalive(value)?),
        ("presharedkey", Place::Peer(peer)) => peer.update.preshared_key = Some(value::preshared_key(value)?),
        ("allowedips", Place::Peer(peer)) => value::allowed_ips(&mut peer.update, value)?,
        _ => return Err(unknown(&format!("{key}=..."))),
    }
    Ok(())
}
