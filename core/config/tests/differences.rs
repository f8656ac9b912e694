//! Tests what counts as a difference between two configurations.

use std::collections::BTreeSet;

use adit_config::diff::{Change, Diff, PeerChange};
use adit_config::{Cidr, Config, Document, Peer, parse};
use adit_protocol::{PresharedKey, PrivateKey, PublicKey};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const BASE: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.0.0.2/24\nDNS = 10.0.0.1\n\
    [Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.0.0.0/24, fd00::/64\nEndpoint = 192.0.2.1:51820\n";

fn config(text: &str) -> Config {
    parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap().0
}

/// Returns the difference from `BASE` to `BASE` with one part replaced.
fn change(from: &str, to: &str) -> Diff {
    assert!(BASE.contains(from));
    Diff::between(&config(BASE), &config(&BASE.replacen(from, to, 1)))
}

#[test]
fn comments_order_and_spelling_are_no_difference() {
    for (from, to) in [
        ("[Peer]", "# hello\n[pEER]"),
        ("10.0.0.0/24, fd00::/64", "fd00::/64\nAllowedIPs = 10.0.0.9/24"),
        ("[Peer]", "ListenPort = 0\n[Peer]"),
        ("[Peer]", "Table = auto\nSaveConfig = false\n[Peer]"),
        ("Endpoint", "PersistentKeepalive = off\nEndpoint"),
    ] {
        let diff = change(from, to);
        assert!(diff.is_empty(), "{to}: {diff:?}");
    }
}

#[test]
fn each_change_of_meaning_is_one_change() {
    for (from, to) in [
        ("yAnz5T", "yAnz5U"),
        ("[Peer]", "ListenPort = 51820\n[Peer]"),
        ("[Peer]", "FwMark = 7\n[Peer]"),
        ("192.0.2.1", "192.0.2.2"),
        ("Endpoint", "PersistentKeepalive = 25\nEndpoint"),
        ("Endpoint", "PresharedKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\nEndpoint"),
        ("[Peer]", "[Peer]\nPublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\n[Peer]"),
        ("10.0.0.0/24, ", "10.0.0.0/24, 10.1.0.0/24, "),
        ("10.0.0.2/24", "10.0.0.3/24"),
        ("10.0.0.1\n", "10.0.0.1, corp.example\n"),
        ("[Peer]", "MTU = 1400\n[Peer]"),
        ("[Peer]", "Table = off\n[Peer]"),
        ("[Peer]", "PostUp = true\n[Peer]"),
        ("[Peer]", "SaveConfig = true\n[Peer]"),
        ("[Peer]", "[Peer]\n# Name = Office"),
    ] {
        let diff = change(from, to);
        assert_eq!(diff.changes().len(), 1, "{to}: {diff:?}");
    }
}

#[test]
fn a_network_that_moves_between_peers_changes_both() {
    let second = "[Peer]\nPublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\n";
    let before = format!("{BASE}{second}");
    let after = format!("{BASE}{second}AllowedIPs = fd00::/64\n");
    let diff = Diff::between(&config(&before), &config(&after));
    assert_eq!(diff.changes().len(), 2, "one loses what the other gets: {diff:?}");
}

#[test]
fn a_peer_that_becomes_this_end_is_gone() {
    let own = "[Peer]\nPublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\n";
    let before = config(&format!("{BASE}{own}"));
    let mut after = before.clone();
    let key = PrivateKey::from_bytes([9; 32]);
    after.peers[1].public_key = key.public();
    after.interface.private_key = Some(key);
    let diff = Diff::between(&before, &after);
    assert!(matches!(diff.changes(), [Change::PrivateKey(Some(_)), Change::PeerRemoved(_)]), "{diff:?}");
}

#[test]
fn a_difference_shows_no_key() {
    let old = config(BASE);
    let mut new = old.clone();
    new.interface.private_key = Some(PrivateKey::from_bytes([9; 32]));
    new.peers[0].preshared_key = Some(PresharedKey::from_bytes([8; 32]));
    let shown = format!("{:?}", Diff::between(&old, &new));
    assert_eq!(shown.matches("[redacted]").count(), 2);
    for secret in [[9; 32], [8; 32]] {
        assert!(!shown.contains(&*PresharedKey::from_bytes(secret).dangerously_reveal_base64()));
    }
}

/// Applies a difference to its old configuration.
fn apply(diff: &Diff, config: &Config) -> Config {
    let (mut interface, mut peers) = (config.interface.clone(), config.remote_peers().cloned().collect::<Vec<_>>());
    // A network belongs to the last peer that lists it.
    for index in 0..peers.len() {
        let later: Vec<Cidr> = peers[index + 1..].iter().flat_map(|peer| &peer.allowed_ips).map(Cidr::network).collect();
        let own = peers[index].allowed_ips.iter().map(Cidr::network).filter(|network| !later.contains(network)).collect();
        peers[index].allowed_ips = own;
    }
    for change in diff.changes() {
        match change.clone() {
            Change::PrivateKey(key) => interface.private_key = key,
            Change::AsksFor(key) => interface.asks_for = key,
            Change::ListenPort(port) => interface.listen_port = port,
            Change::FwMark(mark) => interface.fwmark = mark,
            Change::Addresses { added, removed } => exchange(&mut interface.addresses, &added, &removed),
            Change::Dns { servers, search } => (interface.dns_servers, interface.dns_search) = (servers, search),
            Change::Mtu(mtu) => interface.mtu = mtu,
            Change::Table(table) => interface.table = table,
            Change::SaveConfig(save) => interface.save_config = save,
            Change::Hooks(hooks) => interface.hooks = hooks,
            Change::PeerAdded(peer) => peers.push(peer),
            Change::PeerRemoved(key) => peers.retain(|peer| peer.public_key != key),
            Change::PeerChanged { public_key, changes } => {
                let peer = peers.iter_mut().find(|peer| peer.public_key == public_key).unwrap();
                changes.into_iter().for_each(|change| apply_to_peer(change, peer));
            }
        }
    }
    Config { interface, peers }
}

fn apply_to_peer(change: PeerChange, peer: &mut Peer) {
    match change {
        PeerChange::Name(name) => peer.name = name,
        PeerChange::PresharedKey(key) => peer.preshared_key = key,
        PeerChange::Endpoint(endpoint) => peer.endpoint = endpoint,
        PeerChange::FurtherEndpoints(endpoints) => peer.further_endpoints = endpoints,
        PeerChange::AllowedIps { added, removed } => exchange(&mut peer.allowed_ips, &added, &removed),
        PeerChange::PersistentKeepalive(keepalive) => peer.persistent_keepalive = keepalive,
    }
}

fn exchange(list: &mut Vec<Cidr>, added: &BTreeSet<Cidr>, removed: &BTreeSet<Cidr>) {
    list.retain(|item| !removed.contains(item));
    list.extend(added);
}

prop_compose! {
    /// Generates few different values, so that two configurations often agree in part.
    fn peer()(
        key in 1u8..5,
        name in option::of("[ab]"),
        preshared in option::of(1u8..3),
        endpoint in option::of("192\\.0\\.2\\.[12]:[12]"),
        further in vec("192\\.0\\.2\\.[34]:[12]", 0..3),
        networks in vec("(10\\.[0-3]\\.0\\.0/16|0\\.0\\.0\\.0/0)", 0..4),
        keepalive in option::of("off|25|30"),
    ) -> Peer {
        Peer {
            name: name.map(|name| name.parse().unwrap()),
            preshared_key: preshared.map(|byte| PresharedKey::from_bytes([byte; 32])),
            endpoint: endpoint.map(|endpoint| endpoint.parse().unwrap()),
            further_endpoints: further.iter().map(|endpoint| endpoint.parse().unwrap()).collect(),
            allowed_ips: networks.iter().map(|network| network.parse().unwrap()).collect(),
            persistent_keepalive: keepalive.map(|keepalive| keepalive.parse().unwrap()),
            ..Peer::new(key_of(key).public())
        }
    }
}

fn key_of(byte: u8) -> PrivateKey {
    PrivateKey::from_bytes([byte; 32])
}

prop_compose! {
    fn any_config()(
        key in option::of(1u8..3),
        port in option::of(0u16..3),
        mark in option::of("off|7"),
        addresses in vec("10\\.0\\.0\\.[1-3]/24", 0..3),
        dns in vec("10\\.0\\.0\\.[12]", 0..3),
        search in vec("[ab]\\.example", 0..2),
        mtu in option::of("1[34]00"),
        table in "auto|off|7",
        save_config: bool,
        command in vec("true|false", 0..2),
        peers in vec(peer(), 0..5),
    ) -> Config {
        let mut config = Config::default();
        let interface = &mut config.interface;
        interface.private_key = key.map(key_of);
        interface.listen_port = port;
        interface.fwmark = mark.map(|mark| mark.parse().unwrap());
        interface.addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        interface.dns_servers = dns.iter().map(|server| server.parse().unwrap()).collect();
        interface.dns_search = search.iter().map(|domain| domain.parse().unwrap()).collect();
        interface.mtu = mtu.map(|mtu| mtu.parse().unwrap());
        interface.table = table.parse().unwrap();
        interface.save_config = save_config;
        interface.hooks.post_up = command.iter().map(|command| command.parse().unwrap()).collect();
        let mut seen = std::collections::HashSet::<PublicKey>::new();
        config.peers = peers.into_iter().filter(|peer| seen.insert(peer.public_key)).collect();
        config
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_configuration_does_not_differ_from_itself(config in any_config()) {
        let diff = Diff::between(&config, &config);
        prop_assert!(diff.is_empty());
    }

    #[test]
    fn the_changes_lead_from_the_one_to_the_other(old in any_config(), new in any_config()) {
        let diff = Diff::between(&old, &new);
        let there = apply(&diff, &old);
        let left = Diff::between(&there, &new);
        prop_assert!(left.is_empty(), "{:?}", left);
        let back = Diff::between(&new, &old);
        prop_assert_eq!(diff.is_empty(), back.is_empty());
        let nothing = |change: &Change| matches!(change, Change::PeerChanged { changes, .. } if changes.is_empty());
        prop_assert!(!diff.changes().iter().any(nothing));
        let overlap = |change: &Change| matches!(change, Change::PeerChanged { changes, .. } if changes.iter().any(
            |change| matches!(change, PeerChange::AllowedIps { added, removed } if !added.is_disjoint(removed))));
        prop_assert!(!diff.changes().iter().any(overlap));
    }

    #[test]
    fn configurations_without_a_difference_have_the_same_settings(old in any_config(), new in any_config()) {
        let settings = |config: &Config| {
            let mut settings = adit_config::InterfaceSettings::from(config, "wg0".parse().unwrap());
            settings.addresses.sort();
            settings.routes.sort();
            settings.endpoints.addresses.sort();
            settings
        };
        let same = apply(&Diff::between(&old, &new), &old);
        prop_assert_eq!(settings(&same), settings(&new));
    }
}
