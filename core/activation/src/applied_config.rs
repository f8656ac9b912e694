//! Compares a running tunnel with the configuration that was applied to it. `wg set`, roaming and other clients of the engine
//! change it.

use std::collections::HashMap;

use adit_config::diff::{Change, Diff};
use adit_config::edit::{self, EditError};
use adit_config::{Cidr, Config, Document, Endpoint, FwMark, Interface, Keepalive, Peer};
use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, DeviceView, PeerUpdate, PeerView};

/// The configuration that was last applied to a tunnel.
#[derive(Clone)]
pub struct AppliedConfig {
    /// The configuration.
    pub config: Config,
    /// The same as an update of the engine, with resolved endpoints.
    pub update: DeviceUpdate,
    /// The UDP port that the tunnel came up with. The system chose it if the configuration has none.
    pub port: u16,
}

impl AppliedConfig {
    /// Returns the changes since the configuration was applied. An endpoint given by name is unchanged while it is the address
    /// that the name resolved to, as is a port that the system chose. An endpoint that has roamed is changed.
    pub fn since(&self, view: &DeviceView) -> Diff {
        Diff::between(&self.config, &self.as_it_runs(view))
    }

    /// Returns the document with the changes since then. All other bytes stay as they are.
    ///
    /// # Errors
    /// When the text would become too large, or has no `[Interface]`.
    pub fn write_into(&self, document: &Document, view: &DeviceView) -> Result<Document, EditError> {
        edit::follow(document, &self.since(&self.at_first_endpoints(view)))
    }

    /// Returns the view without the roaming of peers at a further endpoint, which is not the one that the document's `Endpoint` names.
    fn at_first_endpoints(&self, view: &DeviceView) -> DeviceView {
        let mut view = view.clone();
        for running in &mut view.peers {
            let told = self.config.peers.iter().find(|told| told.public_key == running.public_key);
            if told.is_some_and(|told| told.endpoint.as_ref().is_some_and(|used| told.further_endpoints.contains(used))) {
                let update = self.update.peers.iter().find(|update| update.public_key == running.public_key);
                running.endpoint = update.and_then(|update| update.endpoint);
            }
        }
        view
    }

    /// Returns true if the engine has another private key than the configuration.
    pub fn has_other_key(&self, view: &DeviceView) -> bool {
        self.since(view).changes().iter().any(|change| matches!(change, Change::PrivateKey(_)))
    }

    /// Returns the configuration that describes the running tunnel.
    pub fn as_it_runs(&self, view: &DeviceView) -> Config {
        let told = &self.config.interface;
        let is_chosen = told.listen_port.is_none_or(|port| port == 0) && view.listen_port == self.port;
        let interface = Interface {
            // A key that a command set is no part of the configuration.
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
        // The engine does not store a peer with its own public key.
        let own = self.config.peers.iter().filter(|peer| Some(peer.public_key) == told.public_key()).cloned();
        Config { interface, peers: own.chain(view.peers.iter().map(peer)).collect() }
    }
}

/// Describes a running peer. If `by_command`, a preshared key that the configuration lacks may come from a command, and is left
/// out.
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
        further_endpoints: told.map(|told| told.further_endpoints.clone()).unwrap_or_default(),
        allowed_ips: networks.collect(),
        persistent_keepalive: Some(Keepalive::from_seconds(running.persistent_keepalive))
            .filter(|_| running.persistent_keepalive != 0),
    }
}
