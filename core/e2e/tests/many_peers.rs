//! A tunnel with as many peers as WireGuard allows: all tunnels can still be listed, inspected and taken down.
#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::fmt::Write as _;
use std::process::Command;

use adit_api::{PEERS_IN_VIEW, TunnelState};
use adit_e2e::process::text_of;
use adit_e2e::{How, Lab, Service, built};
use adit_protocol::PublicKey;
use anyhow::{Context as _, ensure};

/// Number of peers in the configuration, which has at most 1 MiB.
const CONFIGURED: u32 = 4_000;
/// Number of all peers, with those that are added while the tunnel is up.
const ALL: u32 = 65_536;

#[test]
fn a_tunnel_with_65_536_peers_is_listed_shown_and_taken_down_and_so_are_others() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("65,536 peers")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let how = How::plain(&lab);
    let service = Service::start(&lab, &client, how.clone())?;
    let interface = lab.interface_name();
    let peers: String = (0..CONFIGURED).map(peer).collect();
    let conf =
        lab.write("many.conf", &format!("[Interface]\nPrivateKey = {}\nAddress = 10.0.0.1/8\n\n{peers}", key(u32::MAX)))?;
    let many = service.import_file(&interface, &conf)?;
    let small = lab.interface_name();
    let conf = lab.write("small.conf", &format!("[Interface]\nPrivateKey = {}\nAddress = 10.9.0.1/32\n", key(u32::MAX - 1)))?;
    let other = service.import_file(&small, &conf)?;
    service.connect(many)?;
    service.connect(other)?;
    let more: String = (CONFIGURED..ALL).map(peer).collect();
    text_of(client.command("wg").arg("addconf").arg(&interface).arg(lab.write("more.conf", &more)?))?;

    let api = service.client()?;
    let tunnels = api.all_tunnels()?;
    ensure!(tunnels.len() == 2, "{} tunnels are listed", tunnels.len());
    let view = api.tunnel(many)?;
    let up = view.state.up().context("it is not up")?;
    ensure!((view.peer_count, up.peer_count) == (CONFIGURED, ALL), "{} and {} peers", view.peer_count, up.peer_count);
    ensure!(view.peers.len() == PEERS_IN_VIEW && up.peers.len() == PEERS_IN_VIEW);
    let configured: HashSet<_> = view.peers.iter().map(|peer| peer.public_key).collect();
    ensure!(up.peers.iter().all(|peer| configured.contains(&peer.public_key)), "the two halves of the view are of other peers");
    let all = api.all_peers(many)?;
    let distinct: HashSet<_> = all.running.iter().map(|peer| peer.public_key).collect();
    ensure!((all.configured.len(), distinct.len()) == (CONFIGURED as usize, ALL as usize) && all.running.len() == ALL as usize);

    let adit = |arguments: &[&str]| {
        let mut command = Command::new(built("adit")?);
        text_of(command.args(arguments).arg("--socket").arg(&how.socket))
    };
    ensure!(adit(&["list"])?.contains(&small));
    let shown = adit(&["status", &interface])?;
    let rest = format!("{} more peers; see them with: adit status --all-peers {interface}", ALL - 16);
    ensure!(shown.contains(&rest), "{shown}");
    ensure!(adit(&["status", "--all-peers", &interface])?.matches("\nPeer ").count() == ALL as usize);
    adit(&["preview", &interface])?;
    adit(&["down", &small])?;
    adit(&["down", &interface])?;
    ensure!(matches!(service.state(many)?, TunnelState::Down { .. }));
    ensure!(client.ip(&format!("link show {interface}")).is_err(), "the interface is still there");
    Ok(())
}

fn peer(number: u32) -> String {
    let mut text = String::new();
    let [_, high, middle, low] = number.to_be_bytes();
    let _ = write!(text, "[Peer]\nPublicKey = {}\nAllowedIPs = 10.{high}.{middle}.{low}/32\n", key(number));
    text
}

/// Returns a key that is different for each number. It is also a valid private key.
fn key(number: u32) -> String {
    let mut bytes = [0x40; 32];
    bytes[4..8].copy_from_slice(&number.to_be_bytes());
    PublicKey::from_bytes(bytes).to_string()
}
