//! What a running tunnel has become since it was told what to be: by `wg set`, by roaming, by whoever else speaks to its engine.

use std::collections::HashMap;

use adit_config::diff::{Change, Diff};
use adit_config::edit::{self, EditError};
use adit_config::{Cidr, Config, Document, Endpoint, FwMark, Interface, Keepalive, Peer};
use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, DeviceView, PeerUpdate, PeerView};

/// What a tunnel was told.
#[derive(Clone)]
pub struct AppliedConfig {
    /// As a configuration.
    pub config: Config,
    /// As its engine took it, with endpoints resolved.
    pub update: DeviceUpdate,
    /// The UDP port that it came up with, which the system chose where the configuration has none.
    pub port: u16,
}

impl AppliedConfig {
    /// What has changed since. An endpoint that is given by name and is where the name led has not; nor has a port that the system
    /// chose. One that has roamed has.
    pub fn since(&self, view: &DeviceView) -> Diff {
        Diff::between(&self.config, &self.as_it_runs(view))
    }

    /// The text with what has changed since, and every other byte as it was.
    ///
    /// # Errors
    /// Where the text would become too large, or has no `[Interface]`.
    pub fn write_into(&self, document: &Document, view: &DeviceView) -> Result<Document, EditError> {
        edit::follow(document, &self.since(view))
    }

    /// Whether somebody gave it another private key.
    pub fn has_other_key(&self, view: &DeviceView) -> bool {
        self.since(view).changes().iter().any(|change| matches!(change, Change::PrivateKey(_)))
    }

    /// The configuration that would make it what it is.
    pub fn as_it_runs(&self, view: &DeviceView) -> Config {
        let told = &self.config.interface;
        let is_chosen = told.listen_port.is_none_or(|port| port == 0) && view.listen_port == self.port;
        let interface = Interface {
            // One that a command sets is none of the configuration's.
            private_key: told.private_key.as_ref().map(|key| view.private_key.clone().unwrap_or_else(|| key.clone())),
            listen_port: if is_chosen { told.listen_port } else { Some(view.listen_port) },
            fwmark: if self.update.fwmark == Some(view.fwmark) { told.fwmark } else { Some(FwMark::new(view.fwmark)) },
            ..told.clone()
        };
        let known: HashMap<&PublicKey, (&Peer, Option<&PeerUpdate>)> = self
            .config
            .peers
            .iter()
            .map(|peer| {
                let update = self.update.peers.iter().find(|update| update.public_key == peer.public_key);
                (&peer.public_key, (peer, update))
            })
            .collect();
        let peer = |running: &PeerView| {
            let (told, update) = known.get(&running.public_key).copied().unzip();
            as_peer(running, told, update.flatten(), self.config.interface.commands_set("preshared-key"))
        };
        // Of those with its own key an engine knows nothing.
        let own = self.config.peers.iter().filter(|peer| Some(peer.public_key) == told.public_key()).cloned();
        Config { interface, peers: own.chain(view.peers.iter().map(peer)).collect() }
    }
}

/// `by_command`: a preshared key that the configuration does not have may be a command's, and is none of the configuration's.
fn as_peer(running: &PeerView, told: Option<&Peer>, update: Option<&PeerUpdate>, by_command: bool) -> Peer {
    let is_foreign = by_command && told.is_some_and(|told| told.preshared_key.is_none());
    let has_stayed = update.is_some_and(|update| update.endpoint == running.endpoint);
    let endpoint = || running.endpoint.and_then(|address| address.to_string().parse::<Endpoint>().ok());
    let networks = running.allowed_ips.iter().filter_map(|network| Cidr::new(network.address, network.prefix).ok());
    Peer {
        name: told.and_then(|told| told.name.clone()),
        public_key: running.public_key,
        preshared_key: Some(running.preshared_key.clone()).filter(|key| !key.is_none() && !is_foreign),
        endpoint: if has_stayed { told.and_then(|told| told.endpoint.clone()) } else { endpoint() },
        allowed_ips: networks.collect(),
        persistent_keepalive: Some(Keepalive::from_seconds(running.persistent_keepalive))
            .filter(|_| running.persistent_keepalive != 0),
    }
}
