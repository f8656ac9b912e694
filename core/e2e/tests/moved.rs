//! `ip link set NAME netns OTHER` confines programs to a tunnel: the interface moves to another network namespace, and its
//! encrypted packets still leave from the one in which it was created.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_api::TunnelState;
use adit_e2e::process::wait_for;
use adit_e2e::{Device, Ends, Family, FullTunnel, Host, How, Implementation, Lab, Namespace, Service};
use anyhow::{Context as _, ensure};

const PATIENCE: Duration = Duration::from_secs(10);

/// Gives the interface, which is down in `namespace`, its inner IPv4 address, and sets it up.
fn turn_on(namespace: &Namespace, interface: &str) -> anyhow::Result<()> {
    namespace.set_up(interface, &format!("{}/24", Host(1).inner(Family::V4)))
}

#[test]
fn a_moved_interface_goes_on_working_and_ends_only_when_it_is_removed() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("an interface moved to another namespace")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let confined = lab.namespace("confined")?;
    let mut ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let other = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    Ends::generate(false)?.configure(&ours, &other, Family::V4)?;
    let (name, there) = (ours.interface().to_owned(), Host(2).inner(Family::V4).to_string());
    one.ping_all_answered(&there)?;

    one.ip(&format!("link set {name} netns {}", confined.name()))?;
    turn_on(&confined, &name)?;
    confined.ping_all_answered(&there)?;
    confined.ip(&format!("link set {name} down"))?;
    confined.ip(&format!("link set {name} up"))?;
    confined.ping_all_answered(&there)?;

    // Another interface takes its name in the old namespace, and is removed again.
    one.ip(&format!("link add {name} type veth peer name cable"))?;
    one.ip(&format!("link del {name}"))?;
    confined.ip(&format!("link set {name} down"))?;
    confined.ip(&format!("link set {name} name renamed"))?;
    confined.ip("link set renamed up")?;
    confined.ping_all_answered(&there)?;

    confined.ip(&format!("link set renamed netns {}", one.name()))?;
    turn_on(&one, "renamed")?;
    one.ping_all_answered(&there)?;

    one.ip(&format!("link set renamed netns {}", confined.name()))?;
    confined.ip("link del renamed")?;
    ensure!(ours.wait_for_end(PATIENCE)?.success(), "it ends by itself");
    ensure!(!ours.socket().exists(), "its socket is left");
    Ok(())
}

#[test]
fn the_service_takes_back_what_leads_into_a_moved_interface_and_sets_it_again_when_it_is_back() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("an interface of the service is moved")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let confined = lab.namespace("confined")?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    let name = &tunnel.interface;
    let there = Host(2).inner(Family::V4).to_string();
    client.ping_all_answered(&there)?;
    let rules = |priority: &str| -> anyhow::Result<bool> { Ok(client.ip("rule show")?.contains(priority)) };
    let is_moved = || match service.state(id) {
        Ok(TunnelState::Up(up)) => Some(up.in_other_namespace),
        _ => None,
    };
    ensure!(rules("5103:")? && is_moved() == Some(false), "before");

    client.ip(&format!("link set {name} netns {}", confined.name()))?;
    wait_for("the rules to go", PATIENCE, || rules("510").is_ok_and(|there| !there).then_some(()))?;
    ensure!(is_moved() == Some(true), "{:?}", service.state(id));
    let is_open = || client.shell("nft list tables").is_ok_and(|tables| tables.trim().is_empty()).then_some(());
    wait_for("the packet filter to go", PATIENCE, is_open)?;
    ensure!(client.reaches(&Host(2).outer(Family::V4).to_string())?, "the computer has its own way out");
    turn_on(&confined, name)?;
    confined.ping_all_answered(&there)?;

    confined.ip(&format!("link set {name} netns {}", client.name()))?;
    wait_for("the rules to come back", PATIENCE, || rules("5103:").is_ok_and(|there| there).then_some(()))?;
    let sees = || client.reaches(&there).is_ok_and(|answered| answered).then_some(());
    wait_for("traffic to go through it again", PATIENCE, sees)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    ensure!(is_moved() == Some(false), "{:?}", service.state(id));
    service.client()?.disconnect(id).context("down")?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}
