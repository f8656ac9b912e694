//! Leaks of a family that the configuration leaves out (IPv6), and of networks that it names.

use std::net::IpAddr;

use adit_e2e::leaks::scene::{LOCAL, PUBLIC, PUBLIC6, Scene};
use adit_e2e::leaks::table::{Measured, row};
use adit_e2e::service::{close_first, reboot};
use anyhow::Context as _;

#[test]
fn ipv6_beside_a_tunnel_for_ipv4() -> anyhow::Result<()> {
    let ipv4_only = |text: &str| text.replace(", fd99::1/64", "").replace("0.0.0.0/0, ::/0", "0.0.0.0/0");
    row("IPv6 beside a tunnel that takes all IPv4 and no IPv6").and_adit_up().configured(ipv4_only).run(|scene| {
        scene.up()?;
        let [four, six]: [IpAddr; 2] = [PUBLIC.parse()?, PUBLIC6.parse()?];
        // IPv4 is measured separately: a probe of one family must not hide one of the other.
        let ipv6 = scene.measure(&[six], &[])?;
        Ok(ipv6.and(scene.measure(&[four], &[four])?))
    })
}

#[test]
fn hosts_of_the_local_network() -> anyhow::Result<()> {
    row("A host on the local network, which is not allowed: tunnel up, then the service killed").kill_switch_only().run(|scene| {
        scene.up()?;
        let victim: IpAddr = LOCAL.parse()?;
        let up = scene.measure(&[victim], &[])?;
        scene.kill()?;
        Ok(up.and(scene.measure(&[victim], &[])?))
    })
}

/// Adds private networks to the configuration. They contain hosts that the router has too.
pub(crate) fn named(text: &str) -> String {
    text.replace("10.99.0.1/24, fd99::1/64", "10.8.0.2/24").replace("0.0.0.0/0, ::/0", "0.0.0.0/0, 10.20.0.0/16")
}

pub(crate) fn named_hosts(scene: &Scene<'_>) -> anyhow::Result<[IpAddr; 2]> {
    let hosts = ["10.20.1.5", "10.8.0.1"];
    for host in hosts {
        scene.router.ip(&format!("addr add {host} dev lo"))?;
    }
    // The server must know the client by its address in that network.
    let server = &scene.tunnel.server;
    let shown = server.wg("show", "allowed-ips")?;
    let key = shown.split_whitespace().next().context("the server has no peer")?;
    server.wg("set", &format!("peer {key} allowed-ips 10.8.0.2/32"))?;
    scene.router.ip(&format!("route add 10.8.0.2/32 dev {}", server.interface()))?;
    Ok([hosts[0].parse()?, hosts[1].parse()?])
}

#[test]
fn networks_of_the_configuration_while_up() -> anyhow::Result<()> {
    row("Private networks of the configuration (Address, AllowedIPs), tunnel up").and_adit_up().configured(named).run(|scene| {
        let hosts = named_hosts(scene)?;
        scene.up()?;
        scene.measure(&hosts, &hosts)
    })
}

#[test]
fn networks_of_the_configuration_while_not_up() -> anyhow::Result<()> {
    row("Private networks of the configuration: early boot, service killed, restarting").kill_switch_only().configured(named).run(
        |scene| {
            let hosts = named_hosts(scene)?;
            let boot = early_boot(scene, &hosts)?;
            scene.up()?;
            scene.kill()?;
            let killed = scene.measure(&hosts, &[])?;
            let restarting = scene.measure_canary(&hosts, Scene::again)?;
            Ok(boot.and(killed).and(restarting))
        },
    )
}

/// Measures in early boot: the computer has started, and the service has not.
pub(crate) fn early_boot(scene: &mut Scene<'_>, targets: &[IpAddr]) -> anyhow::Result<Measured> {
    scene.import()?;
    if scene.service.is_some() {
        let (service, id) = scene.service()?;
        service.client()?.set_start_at_boot(id, true)?;
        service.terminate()?;
        let state = scene.lab.file("state");
        reboot(scene.client, &state)?;
        close_first(scene.client, &state)?;
    }
    let measured = scene.measure(targets, &[])?;
    if scene.service.is_some() {
        let started = scene.measure_canary(targets, Scene::again)?;
        return Ok(measured.and(started));
    }
    Ok(measured)
}
