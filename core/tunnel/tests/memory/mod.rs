//! A tunnel that exists only as its own state in memory, for tests of code that controls a tunnel.

use std::collections::HashMap;
use std::sync::Mutex;

use adit_protocol::PublicKey;
use adit_tunnel::update::MAX_PEERS;
use adit_tunnel::{AllowedIp, Control, DeviceUpdate, DeviceView, PeerUpdate, PeerView, UpdateError};

/// Applies updates to a [`DeviceView`].
#[derive(Default)]
pub(crate) struct MemoryTunnel {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    view: DeviceView,
    owners: HashMap<AllowedIp, PublicKey>,
}

impl Control for MemoryTunnel {
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        if let Some(port @ 1..1024) = update.listen_port {
            return Err(UpdateError::Bind { port, error: std::io::Error::from_raw_os_error(98) });
        }
        if update.peers.len() > MAX_PEERS {
            return Err(UpdateError::TooManyPeers);
        }
        let mut state = self.state.lock().unwrap();
        if let Some(key) = update.private_key {
            state.view.private_key = key;
        }
        state.view.listen_port = update.listen_port.unwrap_or(state.view.listen_port);
        state.view.fwmark = update.fwmark.unwrap_or(state.view.fwmark);
        if update.replace_peers {
            state.view.peers.clear();
            state.owners.clear();
        }
        let own = state.view.private_key.as_ref().map(adit_protocol::PrivateKey::public);
        for peer in update.peers {
            if Some(peer.public_key) != own {
                state.apply_peer(peer);
            }
        }
        Ok(())
    }

    fn view(&self) -> DeviceView {
        self.state.lock().unwrap().view.clone()
    }
}

impl State {
    fn apply_peer(&mut self, update: PeerUpdate) {
        let key = update.public_key;
        let found = self.view.peers.iter().position(|peer| peer.public_key == key);
        if update.remove || (found.is_none() && update.update_only) {
            self.view.peers.retain(|peer| peer.public_key != key);
            self.owners.retain(|_, owner| *owner != key);
            return;
        }
        let index = found.unwrap_or_else(|| {
            self.view.peers.push(PeerView::new(key));
            self.view.peers.len() - 1
        });
        let peer = &mut self.view.peers[index];
        peer.preshared_key = update.preshared_key.unwrap_or(peer.preshared_key.clone());
        peer.endpoint = update.endpoint.or(peer.endpoint);
        peer.persistent_keepalive = update.persistent_keepalive.unwrap_or(peer.persistent_keepalive);
        if update.replace_allowed_ips {
            peer.allowed_ips.clear();
            self.owners.retain(|_, owner| *owner != key);
        }
        for (network, add) in update.allowed_ips {
            let owner = self.owners.get(&network).copied();
            match (add, owner) {
                (true, Some(owner)) if owner == key => {}
                (true, owner) => {
                    if let Some(owner) = owner {
                        self.take(owner, network);
                    }
                    self.owners.insert(network, key);
                    self.view.peers[index].allowed_ips.push(network);
                }
                (false, Some(owner)) if owner == key => {
                    self.owners.remove(&network);
                    self.take(owner, network);
                }
                (false, _) => {}
            }
        }
    }

    fn take(&mut self, from: PublicKey, network: AllowedIp) {
        for peer in self.view.peers.iter_mut().filter(|peer| peer.public_key == from) {
            peer.allowed_ips.retain(|other| *other != network);
        }
    }
}
