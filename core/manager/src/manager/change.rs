//! Converts the differences of two configurations to the contract's types. Neither value of a difference contains a secret.

use std::fmt::Display;

use adit_api::{ChangeEffect, ConfigChange, ConfigField};
use adit_config::diff::{Change, Diff, PeerChange};
use adit_config::{Config, Interface, Keepalive, Peer};
use adit_protocol::PublicKey;

/// Returns the differences from `old` to `new`. `same_text` is true if the texts are identical.
pub(super) fn between(old: &Config, new: &Config, same_text: bool) -> Vec<ConfigChange> {
    let diff = Diff::between(old, new);
    if diff.is_empty() && !same_text {
        return vec![ConfigChange {
            peer: None,
            field: ConfigField::Text,
            before: None,
            after: None,
            effect: ChangeEffect::None,
        }];
    }
    diff.changes().iter().flat_map(|change| changes(change, old, new)).collect()
}

fn changes(change: &Change, old: &Config, new: &Config) -> Vec<ConfigChange> {
    let of_interface = |field, effect, text: fn(&Interface) -> Option<String>| {
        let (before, after) = (text(&old.interface), text(&new.interface));
        vec![ConfigChange { peer: None, field, before, after, effect }]
    };
    match change {
        // Reported as the change of the private key.
        Change::AsksFor(_) if old.interface.private_key != new.interface.private_key => Vec::new(),
        Change::PrivateKey(_) | Change::AsksFor(_) => {
            of_interface(ConfigField::PrivateKey, ChangeEffect::Live, |interface| text(interface.public_key()))
        }
        Change::ListenPort(_) => of_interface(ConfigField::ListenPort, ChangeEffect::Live, |interface| {
            interface.listen_port.map(|port| port.to_string())
        }),
        Change::FwMark(_) => of_interface(ConfigField::FwMark, ChangeEffect::Live, |interface| text(interface.fwmark)),
        Change::Addresses { .. } => {
            of_interface(ConfigField::Addresses, ChangeEffect::Live, |interface| list(&interface.addresses))
        }
        Change::Dns { .. } => of_interface(ConfigField::Dns, ChangeEffect::Live, |interface| {
            let servers = interface.dns_servers.iter().map(ToString::to_string);
            list(&servers.chain(interface.dns_search.iter().map(ToString::to_string)).collect::<Vec<_>>())
        }),
        Change::Mtu(_) => of_interface(ConfigField::Mtu, ChangeEffect::Live, |interface| text(interface.mtu)),
        Change::Table(_) => of_interface(ConfigField::Table, ChangeEffect::Live, |interface| Some(interface.table.to_string())),
        Change::SaveConfig(_) => {
            of_interface(ConfigField::SaveConfig, ChangeEffect::None, |interface| Some(interface.save_config.to_string()))
        }
        // Hooks may contain secrets. Users who may read them read the configuration.
        Change::Hooks(_) => of_interface(ConfigField::Hooks, ChangeEffect::Restart, |_| None),
        Change::PeerAdded(peer) => vec![of_peer(peer.public_key, ConfigField::PeerAdded, None, peer.name.as_ref().map(text_of))],
        Change::PeerRemoved(key) => {
            let name = find(old, key).and_then(|peer| peer.name.as_ref()).map(text_of);
            vec![of_peer(*key, ConfigField::PeerRemoved, name, None)]
        }
        Change::PeerChanged { public_key, changes } => {
            changes.iter().map(|change| peer_change(change, *public_key, find(old, public_key), find(new, public_key))).collect()
        }
    }
}

fn peer_change(change: &PeerChange, key: PublicKey, old: Option<&Peer>, new: Option<&Peer>) -> ConfigChange {
    let both = |field, text: fn(&Peer) -> Option<String>| of_peer(key, field, old.and_then(text), new.and_then(text));
    match change {
        PeerChange::Name(_) => {
            ConfigChange { effect: ChangeEffect::None, ..both(ConfigField::PeerName, |peer| peer.name.as_ref().map(text_of)) }
        }
        PeerChange::PresharedKey(_) => both(ConfigField::PresharedKey, |_| None),
        PeerChange::Endpoint(_) => both(ConfigField::Endpoint, |peer| peer.endpoint.as_ref().map(text_of)),
        PeerChange::FurtherEndpoints(_) => both(ConfigField::FurtherEndpoints, |peer| list(&peer.further_endpoints)),
        PeerChange::AllowedIps { .. } => both(ConfigField::AllowedIps, |peer| list(&peer.allowed_ips)),
        PeerChange::PersistentKeepalive(_) => {
            both(ConfigField::PersistentKeepalive, |peer| peer.persistent_keepalive.and_then(Keepalive::seconds).map(text_of))
        }
    }
}

fn of_peer(key: PublicKey, field: ConfigField, before: Option<String>, after: Option<String>) -> ConfigChange {
    ConfigChange { peer: Some(key.into()), field, before, after, effect: ChangeEffect::Live }
}

fn find<'a>(config: &'a Config, key: &PublicKey) -> Option<&'a Peer> {
    config.peers.iter().find(|peer| peer.public_key == *key)
}

fn text<T: Display>(value: Option<T>) -> Option<String> {
    value.map(text_of)
}

fn text_of(value: impl Display) -> String {
    value.to_string()
}

fn list<T: Display>(items: &[T]) -> Option<String> {
    (!items.is_empty()).then(|| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}
