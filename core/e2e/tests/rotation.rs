//! `adit rotate` replaces a tunnel's key under traffic, in the order that it prints: the service has the key, and wireguard-go
//! is the peer.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_e2e::process::text_of;
use adit_e2e::{Family, FullTunnel, Host, How, Lab, Service, built};
use anyhow::{Context as _, ensure};

/// Intervals of the pings: from the client, and from the other side, whose replies wait in the same queue.
const EVERY: Duration = Duration::from_millis(10);
const EVERY_FROM_THERE: Duration = Duration::from_millis(40);
const LENGTH: Duration = Duration::from_secs(6);

#[test]
fn no_ping_is_lost_while_both_sides_take_a_new_key_as_adit_rotate_says() -> anyhow::Result<()> {
    rotate(false)
}

/// The case in which the other side begins the handshake.
#[test]
fn no_ping_is_lost_in_either_direction_while_both_sides_take_a_new_key_as_adit_rotate_says() -> anyhow::Result<()> {
    rotate(true)
}

fn rotate(both_directions: bool) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a key is rotated under pings")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    let (here, there) = (Host(1).inner(Family::V4).to_string(), Host(2).inner(Family::V4).to_string());
    client.ping_all_answered(&there)?;

    let name = tunnel.interface.as_str();
    let adit =
        |arguments: &[&str]| text_of(client.command(built("adit")?).args(arguments).env("ADIT_SOCKET", lab.file("adit.sock")));
    let printed = adit(&["rotate", name, "begin"])?;
    let command = printed.lines().find(|line| line.trim_start().starts_with("wg set INTERFACE")).context("no command")?;
    let command = command.replace("INTERFACE", tunnel.server.interface());
    ensure!(!tunnel.secrets.iter().any(|secret| printed.contains(secret)), "{printed}");
    let old = service.client()?.tunnel(id)?.public_key.context("a public key")?.to_string();

    let count = |every: Duration| u32::try_from(LENGTH.as_millis() / every.as_millis()).context("a count");
    let from_here = client.start_pinging(&there, count(EVERY)?, EVERY, &lab.file("from-here"))?;
    let from_there = both_directions
        .then(|| server.start_pinging(&here, count(EVERY_FROM_THERE)?, EVERY_FROM_THERE, &lab.file("from-there")))
        .transpose()?;
    from_here.wait_until_answered(100)?;
    adit(&["rotate", name, "finish", "--despite-silence"])?;
    text_of(server.command("bash").args(["-c", &command]))?;
    let mut series = vec![from_here.finish()?];
    if let Some(pings) = from_there {
        series.push(pings.finish()?);
    }
    ensure!(series.iter().all(|pings| pings.complete()), "from here, and from there: {series:?}");

    let peers = tunnel.server.wg("show", "peers")?;
    let new = service.client()?.tunnel(id)?.public_key.context("a public key")?.to_string();
    ensure!(peers.contains(&new) && !peers.contains(&old), "{peers}");
    Ok(())
}
