//! `adit wg set`: changes an interface from the command line.

use adit_tunnel::{DeviceUpdate, PeerUpdate};

use super::usage::SET;
use super::{WgError, addresses, value};

/// `adit wg set`.
pub(super) fn set(words: &[String]) -> Result<(), WgError> {
    let Some((interface, changes)) = words.split_first().filter(|(_, changes)| !changes.is_empty()) else {
        return Err(WgError::new(format!("Usage: {SET}")));
    };
    let update = read(changes)?;
    value::apply(interface, &update).map_err(|error| WgError::new(format!("Unable to modify interface: {error}")))
}

fn read(words: &[String]) -> Result<DeviceUpdate, WgError> {
    let mut update = DeviceUpdate::default();
    let mut words = words.iter().map(String::as_str).peekable();
    while let Some(word) = words.next() {
        let wrong = || WgError::new(format!("Invalid argument: {word}"));
        if word == "remove" {
            update.peers.last_mut().ok_or_else(wrong)?.remove = true;
            continue;
        }
        let mut next = || words.next().ok_or_else(wrong);
        match (word, update.peers.last_mut()) {
            ("listen-port", None) => update.listen_port = Some(value::port(next()?)?),
            ("fwmark", None) => update.fwmark = Some(value::fwmark(next()?)?),
            ("private-key", None) => update.private_key = Some(value::private_key_file(next()?)?),
            ("peer", _) => update.peers.push(PeerUpdate::new(value::public_key(next()?)?)),
            ("endpoint", Some(peer)) => peer.endpoint = Some(addresses::endpoint(next()?)?),
            ("allowed-ips", Some(peer)) => {
                let list: String = next()?.chars().filter(|character| !value::is_space(*character)).collect();
                value::allowed_ips(peer, &list)?;
            }
            ("persistent-keepalive", Some(peer)) => peer.persistent_keepalive = Some(value::keepalive(next()?)?),
            ("preshared-key", Some(peer)) => peer.preshared_key = Some(value::preshared_key_file(next()?)?),
            _ => return Err(wrong()),
        }
    }
    Ok(update)
}
