//! Which endpoint of each peer is in use: the first one, until the peer does not answer there.

use std::collections::BTreeMap;

use adit_config::{Config, Endpoint, Host, Peer};
use adit_protocol::PublicKey;

/// The peers at another endpoint than their first, each with the index of its endpoint in the list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Endpoints(BTreeMap<PublicKey, usize>);

impl Endpoints {
    /// Returns the number of endpoints of the peer that has the most.
    pub(super) fn most(config: &Config) -> usize {
        config.remote_peers().map(|peer| peer.endpoints().count()).max().unwrap_or(0)
    }

    /// Returns true if the peer is at another endpoint than its first.
    pub(super) fn has_moved(&self, peer: &PublicKey) -> bool {
        self.0.contains_key(peer)
    }

    /// Returns true if the peer is at the same endpoint of its list.
    pub(super) fn agree(&self, other: &Self, peer: &PublicKey) -> bool {
        self.0.get(peer) == other.0.get(peer)
    }

    /// Goes on to the next endpoint of a peer, from the last one to the first. Returns false if there is only one.
    pub(super) fn advance(&mut self, peer: &Peer) -> bool {
        let count = peer.endpoints().count();
        if count < 2 {
            return false;
        }
        let next = (self.0.get(&peer.public_key).copied().unwrap_or(0) + 1) % count;
        match next {
            0 => self.0.remove(&peer.public_key),
            next => self.0.insert(peer.public_key, next),
        };
        true
    }

    /// Goes back to the first endpoint of a peer.
    pub(super) fn go_back(&mut self, peer: &PublicKey) {
        self.0.remove(peer);
    }

    /// Goes on from the endpoints with this host, because its name is not known.
    pub(super) fn leave_host(&mut self, config: &Config, host: &str) {
        for peer in config.remote_peers() {
            let index = self.0.get(&peer.public_key).copied().unwrap_or(0);
            let is_there = |endpoint: &Endpoint| matches!(&endpoint.host, Host::Name(name) if name.as_str() == host);
            if peer.endpoints().nth(index).is_some_and(is_there) {
                self.advance(peer);
            }
        }
    }

    /// Returns true if a peer has another list of endpoints in the other configuration.
    pub(super) fn differ(before: &Config, after: &Config) -> bool {
        let lists = |config: &Config| -> BTreeMap<PublicKey, Vec<Endpoint>> {
            config.remote_peers().map(|peer| (peer.public_key, peer.endpoints().cloned().collect())).collect()
        };
        lists(before) != lists(after)
    }

    /// Returns the configuration with the endpoints in use; None if it is the same.
    pub(super) fn chosen(&self, config: &Config) -> Option<Config> {
        if self.0.is_empty() {
            return None;
        }
        let mut chosen = config.clone();
        for peer in &mut chosen.peers {
            if let Some(index) = self.0.get(&peer.public_key) {
                let endpoint = peer.endpoints().nth(*index).cloned();
                peer.endpoint = endpoint.or(peer.endpoint.take());
            }
        }
        Some(chosen)
    }

    /// Returns what is still true of another configuration: a peer whose list has changed is at its first endpoint.
    pub(super) fn still(&self, before: Option<&Config>, after: Option<&Config>) -> Self {
        let list = |config: Option<&Config>, key: &PublicKey| -> Option<Vec<Endpoint>> {
            let peer = config?.peers.iter().find(|peer| peer.public_key == *key)?;
            Some(peer.endpoints().cloned().collect())
        };
        let is_same = |key: &PublicKey| list(before, key).is_some_and(|endpoints| list(after, key) == Some(endpoints));
        Self(self.0.iter().filter(|(key, _)| is_same(key)).map(|(key, index)| (*key, *index)).collect())
    }
}
