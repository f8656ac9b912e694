//! Routes that a hostile network pushes: they must not lead a packet past the tunnel.

use std::net::IpAddr;

use adit_e2e::leaks::advertisement::advertise;
use adit_e2e::leaks::dhcp::{Lease, lease};
use adit_e2e::leaks::table::row;

/// The network that the attacker claims, and the victim in it.
const CLAIMED: &str = "198.51.100.0/24";
const VICTIM: &str = "198.51.100.9";

#[test]
fn tunnel_vision_by_dhcp_option_121() -> anyhow::Result<()> {
    row("TunnelVision (CVE-2024-3661): DHCP option 121 routes the victim's network to the router").and_adit_up().run(|scene| {
        scene.router.ip(&format!("addr add {VICTIM} dev lo"))?;
        scene.up()?;
        lease(scene.lab, scene.client, scene.router, Lease { address: "10.77.0.60", router: "10.77.0.2", routes: &[CLAIMED] })?;
        scene.wait_until_it_carries()?;
        let victim: IpAddr = VICTIM.parse()?;
        scene.measure(&[victim], &[victim])
    })
}

#[test]
fn tunnel_vision_by_router_advertisement() -> anyhow::Result<()> {
    row("TunnelVision, IPv6: a router advertisement has a route to the victim's network").and_adit_up().run(|scene| {
        let victim: IpAddr = "2001:db8:1::9".parse()?;
        scene.router.ip(&format!("addr add {victim} dev lo"))?;
        scene.up()?;
        advertise(scene.client, scene.router, "2001:db8:1::".parse()?)?;
        scene.measure(&[victim], &[victim])
    })
}

#[test]
fn tunnel_crack_local_net() -> anyhow::Result<()> {
    let attack = "TunnelCrack LocalNet (CVE-2023-36672, CVE-2023-35838): the DHCP lease's network covers the victim";
    row(attack).and_adit_up().run(|scene| {
        for address in [VICTIM, "198.51.100.1"] {
            scene.router.ip(&format!("addr add {address}/24 dev eth0"))?;
        }
        scene.up()?;
        lease(scene.lab, scene.client, scene.router, Lease { address: "198.51.100.50", router: "198.51.100.1", routes: &[] })?;
        scene.wait_until_it_carries()?;
        let victim: IpAddr = VICTIM.parse()?;
        scene.measure(&[victim], &[victim])
    })
}

#[test]
fn a_private_network_pushed_by_dhcp() -> anyhow::Result<()> {
    row("DHCP option 121 routes a private network (10.66.0.0/16) to the router, local network not allowed")
        .kill_switch_only()
        .run(|scene| {
            let victim: IpAddr = "10.66.0.9".parse()?;
            scene.router.ip(&format!("addr add {victim} dev lo"))?;
            scene.up()?;
            let routes = &["10.66.0.0/16"];
            lease(scene.lab, scene.client, scene.router, Lease { address: "10.77.0.60", router: "10.77.0.2", routes })?;
            scene.wait_until_it_carries()?;
            scene.measure(&[victim], &[])
        })
}
