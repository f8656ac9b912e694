//! Tests of pages: tunnels and peers that are too many for one answer.

use std::fmt::Write as _;

use adit_api::{PEERS_IN_VIEW, Service, TunnelName, all_peers};
use adit_protocol::PublicKey;

use super::bench::{Bench, OWN, us};

fn key(number: u32) -> PublicKey {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    PublicKey::from_bytes(bytes)
}

/// Returns a configuration with so many peers, the last key first.
fn conf(peers: u32) -> String {
    let mut text = format!("[Interface]\nPrivateKey = {OWN}\n\n");
    for number in (0..peers).rev() {
        let _ = write!(text, "[Peer]\nPublicKey = {}\nAllowedIPs = 10.8.{}.{}/32\n", key(number), number >> 8, number & 255);
    }
    text
}

#[test]
fn a_view_has_some_of_many_peers_and_pages_have_all() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(5_000));
    bench.manager().connect(&us(), id, false).unwrap();
    let view = bench.view(id);
    assert_eq!((view.peers.len(), view.peer_count), (PEERS_IN_VIEW, 5_000));
    assert_eq!(view.peers[0].public_key, key(4_999).into(), "the first ones of the configuration");
    let up = view.state.up().unwrap();
    assert_eq!((up.peers.len(), up.peer_count), (PEERS_IN_VIEW, 5_000));
    let mut pages = 0;
    let all = all_peers(|after| {
        pages += 1;
        bench.manager().peers(&us(), id, after)
    })
    .unwrap();
    assert!(pages > 1, "5,000 peers are more than one page");
    let keys: Vec<_> = (0..5_000).map(|number| key(number).into()).collect();
    assert_eq!(all.configured.iter().map(|peer| peer.public_key).collect::<Vec<_>>(), keys);
    assert_eq!(all.running.iter().map(|peer| peer.public_key).collect::<Vec<_>>(), keys);
    let down = bench.import("home", "[Interface]\nPrivateKey = AEwhgdgSg2oUlNfVZ1nCNAMbiWyN4fXHXA1j4pq3RXM=\n");
    let none = bench.manager().peers(&us(), down, None).unwrap();
    assert_eq!((none.configured.len(), none.running.len(), none.next), (0, 0, None));
}

#[test]
fn a_page_of_tunnels_begins_after_the_one_that_is_named_whatever_the_capitals() {
    let bench = Bench::new();
    for name in ["b", "A", "c"] {
        bench.import(name, "[Interface]\nPrivateKey = AEwhgdgSg2oUlNfVZ1nCNAMbiWyN4fXHXA1j4pq3RXM=\n");
    }
    let after = |name: Option<&str>| -> Vec<String> {
        let name = name.map(|name| name.parse::<TunnelName>().unwrap());
        let page = bench.manager().tunnels(&us(), name).unwrap();
        assert!(!page.more);
        page.tunnels.iter().map(|tunnel| tunnel.name.to_string()).collect()
    };
    assert_eq!(after(None), ["A", "b", "c"]);
    assert_eq!(after(Some("a")), ["b", "c"]);
    assert_eq!(after(Some("B")), ["c"]);
    assert_eq!(after(Some("z")), [""; 0]);
}
