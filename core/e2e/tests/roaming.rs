//! A laptop changes networks, a router forgets its mapping: whoever holds the key is the peer, wherever it sends from.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::{Device, Ends, Family, Host, Implementation, Lab, Side as _};
use anyhow::ensure;

const EVERY: Duration = Duration::from_millis(100);

#[test]
fn our_new_address_costs_at_most_two_pings() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("roaming to a new address")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &two, Implementation::WireguardGo, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&ours, &reference, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    let pings = one.start_pinging(&Host(2).inner(Family::V4).to_string(), 30, EVERY, &lab.file("pings"))?;
    pings.wait_until_answered(10)?;
    one.ip("addr add 10.77.0.11/24 dev eth0")?;
    one.ip("addr del 10.77.0.1/24 dev eth0")?;
    let pings = pings.finish()?;
    ensure!(pings.received + 2 >= pings.sent, "the move cost too much: {pings:?}");

    let learned = reference.endpoint_of(&ends.initiator.public)?;
    ensure!(learned == SocketAddr::from(([10, 77, 0, 11], Host(1).port())).to_string(), "the reference stayed with {learned}");
    Ok(())
}

#[test]
fn our_new_port_costs_at_most_two_pings() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("roaming to a new port")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &two, Implementation::WireguardGo, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&ours, &reference, Family::V6)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    let pings = one.start_pinging(&Host(2).inner(Family::V4).to_string(), 30, EVERY, &lab.file("pings"))?;
    pings.wait_until_answered(10)?;
    ours.wg("set", "listen-port 40000")?;
    let pings = pings.finish()?;
    ensure!(pings.received + 2 >= pings.sent, "the move cost too much: {pings:?}");

    let learned = reference.endpoint_of(&ends.initiator.public)?;
    ensure!(learned == SocketAddr::new(Host(1).outer(Family::V6), 40000).to_string(), "the reference stayed with {learned}");
    Ok(())
}

#[test]
fn we_follow_a_peer_that_moves_with_its_first_packet_from_there() -> anyhow::Result<()> {
    follow(Implementation::WireguardGo)?;
    follow(Implementation::AditWg)
}

fn follow(who_moves: Implementation) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a peer that roams")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let peer = Device::start(&lab, &two, who_moves, Host(2))?;
    let ends = Ends::generate(true)?;
    ends.configure(&ours, &peer, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    two.ip("addr add 10.77.0.12/24 dev eth0")?;
    two.ip("addr del 10.77.0.2/24 dev eth0")?;
    peer.wg("set", "listen-port 40002")?;
    peer.ping_all_answered(Host(1).inner(Family::V4))?;
    let learned = ours.endpoint_of(&ends.responder.public)?;
    ensure!(learned == "10.77.0.12:40002", "ours stayed with {learned}");
    ours.ping_all_answered(Host(2).inner(Family::V4))
}

#[test]
fn a_router_that_forgets_us_and_returns_with_another_address_is_survived() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("network address translation")? else { return Ok(()) };
    let (home, router, server) = (lab.namespace("home")?, lab.namespace("router")?, lab.namespace("server")?);
    home.link("eth0", "10.1.0.2/24", &router, "lan", "10.1.0.1/24")?;
    router.link("wan", "10.77.0.7/24", &server, "eth0", &Host(2).outer_networks())?;
    home.ip("route add default via 10.1.0.1")?;
    router.masquerade("10.1.0.0/24", "wan")?;
    let ours = Device::start(&lab, &home, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &server, Implementation::WireguardGo, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&ours, &reference, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;
    ensure!(
        reference.endpoint_of(&ends.initiator.public)?.starts_with("10.77.0.7:"),
        "the server does not see the router's address"
    );

    router.ip("addr add 10.77.0.8/24 dev wan")?;
    router.ip("addr del 10.77.0.7/24 dev wan")?;
    wait_for("traffic through the router's new address", Duration::from_secs(10), || {
        home.reaches(&Host(2).inner(Family::V4).to_string()).ok().filter(|answered| *answered)
    })?;
    ensure!(reference.endpoint_of(&ends.initiator.public)?.starts_with("10.77.0.8:"), "the server stayed with the old address");
    Ok(())
}
