//! `adit wg setconf`, `addconf` and `syncconf`: change an interface from a file.

use std::io::Read;

use adit_protocol::PresharedKey;
use adit_tunnel::{DeviceUpdate, DeviceView, PeerUpdate};
use zeroize::Zeroizing;

use super::{WgError, config_file, value};
use crate::show;

/// The longest file, bytes. No real configuration is longer.
const MAX_FILE: u64 = 1 << 20;

/// The treatment of peers and settings that the file does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// They are removed, and all peers lose their sessions.
    Replace,
    /// They stay.
    Add,
    /// They are removed, and the remaining peers keep their sessions.
    Sync,
}

/// Changes an interface from a file. `words` are the interface and the file.
pub(super) fn run(usage: &str, how: How, words: &[String]) -> Result<(), WgError> {
    let [interface, file] = words else {
        return Err(WgError::new(format!("Usage: {usage}")));
    };
    let text = read(file)?;
    let mut update = config_file::read(&text, how == How::Add)?;
    if how == How::Sync && !update.peers.is_empty() {
        let failed = |error| WgError::new(format!("Unable to retrieve current interface configuration: {error}"));
        let view = show::state(interface).map_err(failed)?;
        sync(&mut update, &view);
    }
    value::apply(interface, &update).map_err(|error| WgError::new(format!("Unable to modify interface: {error}")))
}

fn read(file: &str) -> Result<Zeroizing<String>, WgError> {
    let opened = std::fs::File::open(file).map_err(|error| WgError::system("fopen", &error))?;
    let mut text = Zeroizing::new(String::with_capacity(4096));
    let read = opened.take(MAX_FILE + 1).read_to_string(&mut text).map_err(|error| WgError::system("getline", &error))?;
    if u64::try_from(read).is_ok_and(|read| read > MAX_FILE) {
        return Err(WgError::new("Configuration parsing error"));
    }
    Ok(text)
}

/// Changes an update that replaces all peers into one that removes the peers that the file lacks, and resets what it does not set
/// for the others.
fn sync(update: &mut DeviceUpdate, view: &DeviceView) {
    if view.peers.is_empty() {
        return;
    }
    update.replace_peers = false;
    let mut gone = Vec::new();
    for running in &view.peers {
        let wanted: Vec<&mut PeerUpdate> = update.peers.iter_mut().filter(|peer| peer.public_key == running.public_key).collect();
        if wanted.is_empty() {
            gone.push(PeerUpdate { remove: true, ..PeerUpdate::new(running.public_key) });
        }
        for peer in wanted {
            if !running.preshared_key.is_none() && peer.preshared_key.is_none() {
                peer.preshared_key = Some(PresharedKey::none());
            }
            if running.persistent_keepalive != 0 && peer.persistent_keepalive.is_none() {
                peer.persistent_keepalive = Some(0);
            }
        }
    }
    update.peers.splice(0..0, gone);
}

#[cfg(test)]
mod tests {
    use adit_protocol::PublicKey;
    use adit_tunnel::PeerView;

    use super::*;

    #[test]
    fn syncing_removes_who_is_gone_and_resets_what_is_no_longer_said() {
        let key = |byte| PublicKey::from_bytes([byte; 32]);
        let running = |byte| PeerView {
            preshared_key: PresharedKey::from_bytes([9; 32]),
            persistent_keepalive: 25,
            ..PeerView::new(key(byte))
        };
        let view = DeviceView { peers: vec![running(1), running(2)], ..DeviceView::default() };
        let mut update = DeviceUpdate {
            replace_peers: true,
            peers: vec![PeerUpdate::new(key(2)), PeerUpdate::new(key(3))],
            ..DeviceUpdate::default()
        };
        sync(&mut update, &view);
        assert!(!update.replace_peers);
        assert_eq!(
            update.peers.iter().map(|peer| (peer.public_key, peer.remove)).collect::<Vec<_>>(),
            [(key(1), true), (key(2), false), (key(3), false)]
        );
        assert_eq!(
            (update.peers[1].preshared_key.clone(), update.peers[1].persistent_keepalive),
            (Some(PresharedKey::none()), Some(0))
        );
        assert_eq!((update.peers[2].preshared_key.clone(), update.peers[2].persistent_keepalive), (None, None));
    }
}
