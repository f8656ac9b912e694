//! Computes how two configurations differ in meaning.
//!
//! The comparison follows WireGuard's semantics: a network that two peers list belongs to the later one, and a peer with the
//! interface's own key does not count. Otherwise the order of peers, addresses and allowed IPs has no meaning.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

use crate::config::{Config, Hooks, Interface, Peer};
use crate::value::{Cidr, Endpoint, FwMark, Keepalive, Mtu, PeerName, SearchDomain, Table};

/// All changes from one configuration to another: first those of the interface, then the peers in the order of their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Diff {
    changes: Vec<Change>,
}

/// One change, with the new value. `Debug` redacts keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Another private key, which changes this end's identity for its peers.
    PrivateKey(Option<PrivateKey>),
    /// Another private key is asked for when the tunnel comes up, or none.
    AsksFor(Option<PublicKey>),
    /// Another UDP port; 0 and `None` both mean "chosen by the system".
    ListenPort(Option<u16>),
    /// Another firewall mark.
    FwMark(Option<FwMark>),
    /// The interface's own addresses.
    Addresses {
        /// Added addresses, sorted.
        added: BTreeSet<Cidr>,
        /// Removed addresses, sorted.
        removed: BTreeSet<Cidr>,
    },
    /// Other DNS servers or search domains. Both have their new values, in order of preference.
    Dns {
        /// DNS servers.
        servers: Vec<IpAddr>,
        /// Search domains.
        search: Vec<SearchDomain>,
    },
    /// Another MTU.
    Mtu(Option<Mtu>),
    /// Another routing table.
    Table(Table),
    /// `SaveConfig`: bringing the tunnel down writes its state back.
    SaveConfig(bool),
    /// Other commands.
    Hooks(Hooks),
    /// A new peer.
    PeerAdded(Peer),
    /// A peer that was removed.
    PeerRemoved(PublicKey),
    /// A peer that exists in both configurations.
    PeerChanged {
        /// The peer's public key.
        public_key: PublicKey,
        /// Its changes, at least one.
        changes: Vec<PeerChange>,
    },
}

/// One change of a peer, with the new value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeerChange {
    /// Another name.
    Name(Option<PeerName>),
    /// Another preshared key, or none.
    PresharedKey(Option<PresharedKey>),
    /// Another endpoint.
    Endpoint(Option<Endpoint>),
    /// Other endpoints after the first one.
    FurtherEndpoints(Vec<Endpoint>),
    /// Other networks that belong to the peer.
    AllowedIps {
        /// Added networks, sorted.
        added: BTreeSet<Cidr>,
        /// Removed networks, sorted.
        removed: BTreeSet<Cidr>,
    },
    /// Another persistent keepalive; off and `None` are the same.
    PersistentKeepalive(Option<Keepalive>),
}

impl Diff {
    /// Computes the difference from `old` to `new`.
    ///
    /// # Example
    ///
    /// ```
    /// use adit_config::diff::{Change, Diff};
    /// use adit_config::{Config, Document, parse};
    ///
    /// fn read(text: &str) -> Config {
    ///     let document = Document::parse(text.as_bytes()).expect("it is text");
    ///     parse::config(&document).expect("it has no errors").0
    /// }
    ///
    /// let old = read("[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nListenPort = 51820\n");
    /// let new = read("[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nListenPort = 51821\n");
    /// assert!(matches!(Diff::between(&old, &new).changes(), [Change::ListenPort(Some(51821))]));
    /// assert!(Diff::between(&old, &old).is_empty());
    /// ```
    pub fn between(old: &Config, new: &Config) -> Self {
        let mut changes = interface(&old.interface, &new.interface);
        changes.extend(peers(old, new));
        Self { changes }
    }

    /// Returns all changes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Returns true if both configurations have the same meaning.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

fn interface(old: &Interface, new: &Interface) -> Vec<Change> {
    let Interface {
        private_key,
        asks_for,
        listen_port,
        fwmark,
        addresses,
        dns_servers,
        dns_search,
        mtu,
        table,
        save_config,
        hooks,
    } = new;
    let port = |port: Option<u16>| port.filter(|port| *port != 0);
    let dns_differs = (&old.dns_servers, &old.dns_search) != (dns_servers, dns_search);
    let addresses = sets(&old.addresses, addresses).map(|(added, removed)| Change::Addresses { added, removed });
    [
        (old.private_key != *private_key).then(|| Change::PrivateKey(private_key.clone())),
        (old.asks_for != *asks_for).then_some(Change::AsksFor(*asks_for)),
        (port(old.listen_port) != port(*listen_port)).then_some(Change::ListenPort(*listen_port)),
        (old.fwmark != *fwmark).then_some(Change::FwMark(*fwmark)),
        addresses,
        dns_differs.then(|| Change::Dns { servers: dns_servers.clone(), search: dns_search.clone() }),
        (old.mtu != *mtu).then_some(Change::Mtu(*mtu)),
        (old.table != *table).then_some(Change::Table(*table)),
        (old.save_config != *save_config).then_some(Change::SaveConfig(*save_config)),
        (old.hooks != *hooks).then(|| Change::Hooks(hooks.clone())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn peers(old: &Config, new: &Config) -> Vec<Change> {
    let by_key = |config| effective(config).into_iter().map(|peer| (peer.public_key, peer)).collect::<HashMap<_, _>>();
    let (old, new) = (by_key(old), by_key(new));
    let keys: BTreeSet<&PublicKey> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (old.get(key), new.get(key)) {
            (None, None) => None,
            (None, Some(peer)) => Some(Change::PeerAdded(peer.clone())),
            (Some(_), None) => Some(Change::PeerRemoved(*key)),
            (Some(old), Some(new)) => {
                let changes = peer(old, new);
                (!changes.is_empty()).then_some(Change::PeerChanged { public_key: *key, changes })
            }
        })
        .collect()
}

fn peer(old: &Peer, new: &Peer) -> Vec<PeerChange> {
    let Peer { name, public_key: _, preshared_key, endpoint, further_endpoints, allowed_ips, persistent_keepalive } = new;
    let secret = |key: &Option<PresharedKey>| key.clone().filter(|key| !key.is_none());
    let seconds = |keepalive: Option<Keepalive>| keepalive.and_then(Keepalive::seconds);
    let networks = sets(&old.allowed_ips, allowed_ips).map(|(added, removed)| PeerChange::AllowedIps { added, removed });
    [
        (old.name != *name).then(|| PeerChange::Name(name.clone())),
        (secret(&old.preshared_key) != secret(preshared_key)).then(|| PeerChange::PresharedKey(preshared_key.clone())),
        (old.endpoint != *endpoint).then(|| PeerChange::Endpoint(endpoint.clone())),
        (old.further_endpoints != *further_endpoints).then(|| PeerChange::FurtherEndpoints(further_endpoints.clone())),
        networks,
        (seconds(old.persistent_keepalive) != seconds(*persistent_keepalive))
            .then_some(PeerChange::PersistentKeepalive(*persistent_keepalive)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns what is only in `new` and what is only in `old`, or `None` if both are equal.
fn sets(old: &[Cidr], new: &[Cidr]) -> Option<(BTreeSet<Cidr>, BTreeSet<Cidr>)> {
    let (old, new): (BTreeSet<Cidr>, BTreeSet<Cidr>) = (old.iter().copied().collect(), new.iter().copied().collect());
    let only = |these: &BTreeSet<Cidr>, those| these.difference(those).copied().collect::<BTreeSet<Cidr>>();
    (old != new).then(|| (only(&new, &old), only(&old, &new)))
}

/// Returns the peers that WireGuard accepts, each with the networks that belong to it.
fn effective(config: &Config) -> Vec<Peer> {
    let mut peers: Vec<Peer> = config.remote_peers().cloned().collect();
    let mut taken = HashSet::new();
    for peer in peers.iter_mut().rev() {
        let mut own: Vec<Cidr> =
            peer.allowed_ips.iter().map(Cidr::network).rev().filter(|network| taken.insert(*network)).collect();
        own.reverse();
        peer.allowed_ips = own;
    }
    peers
}
