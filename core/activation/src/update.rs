//! Turns a configuration into an update of the engine: a complete one for a new tunnel, only the differences for a running one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::SocketAddr;

use adit_config::Config;
use adit_protocol::{PresharedKey, PublicKey};
use adit_tunnel::{AllowedIp, DeviceUpdate, DeviceView, PeerUpdate, PeerView};

/// Returns the whole configuration as one update. `endpoints` are resolved; `mark` (0: none) is for the tunnel's own packets.
///
/// A preshared key that the file lacks and a command may set stays as it is, as does a private key.
pub fn whole_update(config: &Config, endpoints: &[(PublicKey, SocketAddr)], mark: u32) -> DeviceUpdate {
    let absent = (!config.interface.commands_set("preshared-key")).then(PresharedKey::none);
    let peers = config.remote_peers().map(|peer| PeerUpdate {
        preshared_key: peer.preshared_key.clone().or_else(|| absent.clone()),
        endpoint: endpoints.iter().find(|(key, _)| *key == peer.public_key).map(|(_, endpoint)| *endpoint),
        persistent_keepalive: Some(peer.persistent_keepalive.and_then(|keepalive| keepalive.seconds()).map_or(0, u16::from)),
        replace_allowed_ips: true,
        allowed_ips: peer
            .allowed_ips
            .iter()
            .map(|network| (AllowedIp { address: network.address(), prefix: network.prefix() }, true))
            .collect(),
        ..PeerUpdate::new(peer.public_key)
    });
    DeviceUpdate {
        private_key: config.interface.private_key.clone().map(Some),
        listen_port: config.interface.listen_port,
        fwmark: Some(mark),
        replace_peers: true,
        peers: peers.collect(),
    }
}

/// Returns the update for a tunnel with the state `view`, to which `before` was applied as a whole, that makes it equal to one
/// with `after` applied as a whole. Peers that stay keep their sessions and queues. A peer that has roamed keeps its address
/// unless its configured endpoint changes. A listen port that the system chose stays; a configured port that is dropped is
/// released.
pub fn difference(view: &DeviceView, before: &DeviceUpdate, after: &DeviceUpdate) -> DeviceUpdate {
    let known: HashMap<&PublicKey, &PeerView> = view.peers.iter().map(|peer| (&peer.public_key, peer)).collect();
    let wanted: HashSet<&PublicKey> = after.peers.iter().map(|peer| &peer.public_key).collect();
    let told: HashMap<&PublicKey, &PeerUpdate> = before.peers.iter().map(|peer| (&peer.public_key, peer)).collect();
    let mut networks = owners(after);
    let removed = view.peers.iter().filter(|peer| !wanted.contains(&peer.public_key));
    let removed = removed.map(|peer| PeerUpdate { remove: true, ..PeerUpdate::new(peer.public_key) });
    let changed = after.peers.iter().filter_map(|peer| {
        let networks = networks.remove(&peer.public_key).unwrap_or_default();
        let Some(known) = known.get(&peer.public_key) else {
            let allowed_ips = networks.into_iter().map(|network| (network, true)).collect();
            return Some(PeerUpdate { allowed_ips, ..peer.clone() });
        };
        let change = peer_difference(known, told.get(&peer.public_key).copied(), peer, &networks);
        (change != PeerUpdate::new(peer.public_key)).then_some(change)
    });
    DeviceUpdate {
        private_key: after.private_key.clone().filter(|key| *key != view.private_key),
        listen_port: match (asked_port(before), asked_port(after)) {
            (_, Some(port)) => (port != view.listen_port).then_some(port),
            // The port is released for other programs.
            (Some(_), None) => Some(0),
            (None, None) => None,
        },
        fwmark: after.fwmark.filter(|mark| *mark != view.fwmark),
        replace_peers: false,
        peers: removed.chain(changed).collect(),
    }
}

/// Returns the configured port, or None if the system chooses.
fn asked_port(update: &DeviceUpdate) -> Option<u16> {
    update.listen_port.filter(|port| *port != 0)
}

/// Maps each peer to its allowed IPs. A network that several peers name belongs to the last of them.
fn owners(update: &DeviceUpdate) -> HashMap<PublicKey, BTreeSet<AllowedIp>> {
    let mut owner: HashMap<AllowedIp, PublicKey> = HashMap::new();
    for peer in &update.peers {
        owner.extend(peer.allowed_ips.iter().map(|(network, _)| (*network, peer.public_key)));
    }
    let mut networks: HashMap<PublicKey, BTreeSet<AllowedIp>> = HashMap::new();
    for (network, key) in owner {
        networks.entry(key).or_default().insert(network);
    }
    networks
}

fn peer_difference(
    known: &PeerView,
    before: Option<&PeerUpdate>,
    wanted: &PeerUpdate,
    networks: &BTreeSet<AllowedIp>,
) -> PeerUpdate {
    let present: BTreeSet<AllowedIp> = known.allowed_ips.iter().copied().collect();
    let gone = present.difference(networks).map(|network| (*network, false));
    let new = networks.difference(&present).map(|network| (*network, true));
    let endpoint_before = before.and_then(|before| before.endpoint);
    // Removes a preshared key that the file had and no longer has.
    let taken_out = || before?.preshared_key.as_ref().filter(|key| !key.is_none()).map(|_| PresharedKey::none());
    PeerUpdate {
        preshared_key: wanted.preshared_key.clone().or_else(taken_out).filter(|key| *key != known.preshared_key),
        endpoint: wanted.endpoint.filter(|_| wanted.endpoint != endpoint_before || known.endpoint.is_none()),
        persistent_keepalive: wanted.persistent_keepalive.filter(|seconds| *seconds != known.persistent_keepalive),
        allowed_ips: gone.chain(new).collect(),
        ..PeerUpdate::new(wanted.public_key)
    }
}

#[cfg(test)]
mod tests {
    use adit_config::{Document, parse};

    use super::*;

    #[test]
    fn a_preshared_key_that_a_command_sets_stays_and_one_that_the_file_had_goes_with_it() {
        let command = "PostUp = wg set %i peer X preshared-key /etc/wireguard/psk";
        let secret = "PresharedKey = FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=";
        let by_command = update(command, &[(ONE, "AllowedIPs = 10.0.0.0/24")]);
        let mut running = view(&by_command);
        running.peers[0].preshared_key = PresharedKey::from_bytes([7; 32]);
        let edited = update(command, &[(ONE, "AllowedIPs = 10.0.0.0/16")]);
        assert_eq!(difference(&running, &by_command, &edited).peers[0].preshared_key, None);
        let from_file = update(command, &[(ONE, secret)]);
        let change = difference(&view(&from_file), &from_file, &by_command);
        assert_eq!(change.peers[0].preshared_key, Some(PresharedKey::none()));
        let without_commands = update("", &[(ONE, "AllowedIPs = 10.0.0.0/24")]);
        let change = difference(&running, &without_commands, &without_commands);
        assert_eq!(change.peers[0].preshared_key, Some(PresharedKey::none()), "nobody but an outsider set it");
    }

    const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    const ONE: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    const TWO: &str = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

    /// Builds an update from `[Interface]` lines and, for each peer, its key and its other lines.
    fn update(interface: &str, peers: &[(&str, &str)]) -> DeviceUpdate {
        let mut text = format!("[Interface]\nPrivateKey = {OWN}\n{interface}\n");
        for (key, lines) in peers {
            text += &format!("[Peer]\nPublicKey = {key}\n{lines}\n");
        }
        let (config, _) = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap();
        let endpoints: Vec<_> = config
            .remote_peers()
            .filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?.to_string().parse().ok()?)))
            .collect();
        whole_update(&config, &endpoints, 0)
    }

    /// Returns the engine's view after `update` on a new tunnel.
    fn view(update: &DeviceUpdate) -> DeviceView {
        let owners = owners(update);
        let peers = update.peers.iter().map(|peer| PeerView {
            preshared_key: peer.preshared_key.clone().unwrap_or_else(PresharedKey::none),
            endpoint: peer.endpoint,
            persistent_keepalive: peer.persistent_keepalive.unwrap_or_default(),
            allowed_ips: owners.get(&peer.public_key).into_iter().flatten().copied().collect(),
            ..PeerView::new(peer.public_key)
        });
        DeviceView {
            private_key: update.private_key.clone().flatten(),
            listen_port: update.listen_port.unwrap_or(40_000),
            fwmark: 0,
            peers: peers.collect(),
        }
    }

    #[test]
    fn a_configuration_that_is_already_applied_is_no_change_even_if_two_peers_name_one_network() {
        let peers = [(ONE, "AllowedIPs = 10.0.0.0/8, 10.1.0.0/16\nEndpoint = 192.0.2.1:1"), (TWO, "AllowedIPs = 10.0.0.0/8")];
        let update = update("", &peers);
        assert_eq!(difference(&view(&update), &update, &update), DeviceUpdate::default());
    }

    #[test]
    fn a_port_that_is_asked_for_no_more_is_given_back_and_one_that_the_system_chose_stays() {
        let (asked, free) = (update("ListenPort = 7", &[]), update("", &[]));
        let to = |before: &DeviceUpdate, after: &DeviceUpdate| difference(&view(before), before, after).listen_port;
        assert_eq!((to(&asked, &free), to(&free, &free), to(&free, &asked), to(&asked, &asked)), (Some(0), None, Some(7), None));
    }

    #[test]
    fn only_what_differs_is_named() {
        let before = update("ListenPort = 7", &[(ONE, "AllowedIPs = 10.0.0.0/8, fd00::/8\nPersistentKeepalive = 5")]);
        let after = update("ListenPort = 8", &[(ONE, "AllowedIPs = fd00::/8, 10.0.0.0/9\nPersistentKeepalive = 5")]);
        let change = difference(&view(&before), &before, &after);
        let network = |text: &str, add| {
            let (address, prefix) = text.split_once('/').unwrap();
            (AllowedIp { address: address.parse().unwrap(), prefix: prefix.parse().unwrap() }, add)
        };
        let one = before.peers[0].public_key;
        let expected =
            PeerUpdate { allowed_ips: vec![network("10.0.0.0/8", false), network("10.0.0.0/9", true)], ..PeerUpdate::new(one) };
        assert_eq!(change, DeviceUpdate { listen_port: Some(8), peers: vec![expected], ..DeviceUpdate::default() });
    }

    #[test]
    fn a_peer_that_goes_is_removed_and_one_that_comes_is_whole() {
        let before = update("", &[(ONE, "AllowedIPs = 10.0.0.0/8")]);
        let after = update("", &[(TWO, "AllowedIPs = 10.0.0.0/8\nEndpoint = 192.0.2.1:1")]);
        let change = difference(&view(&before), &before, &after);
        assert_eq!(change.peers.len(), 2);
        assert!(change.peers[0].remove && change.peers[0].public_key == before.peers[0].public_key);
        assert_eq!(change.peers[1], after.peers[0]);
    }

    #[test]
    fn a_peer_that_has_roamed_stays_where_it_is_until_the_file_says_otherwise() {
        let before = update("", &[(ONE, "Endpoint = 192.0.2.1:1")]);
        let mut roamed = view(&before);
        roamed.peers[0].endpoint = Some("198.51.100.9:9".parse().unwrap());
        assert_eq!(difference(&roamed, &before, &before), DeviceUpdate::default());
        let after = update("", &[(ONE, "Endpoint = 192.0.2.2:1")]);
        assert_eq!(difference(&roamed, &before, &after).peers[0].endpoint, Some("192.0.2.2:1".parse().unwrap()));
    }
}
