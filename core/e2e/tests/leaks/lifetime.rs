//! The service starts, is killed, and stops, while a program sends a thousand packets per second.

use std::net::IpAddr;

use adit_e2e::leaks::scene::{PUBLIC, PUBLIC6};
use adit_e2e::leaks::table::row;

use crate::families::early_boot;

fn everybody() -> anyhow::Result<[IpAddr; 2]> {
    Ok([PUBLIC.parse()?, PUBLIC6.parse()?])
}

#[test]
fn early_boot_until_the_tunnel_is_up() -> anyhow::Result<()> {
    row("Early boot, until the service is there").kill_switch_only().run(|scene| early_boot(scene, &everybody()?))
}

#[test]
fn kills_and_restarts() -> anyhow::Result<()> {
    row("The program that carries packets is killed and started again, three times, under 1,000 packets/s")
        .kill_switch_only()
        .run(|scene| {
            let targets = everybody()?;
            scene.up()?;
            scene.measure_canary(&targets, |scene| {
                for _ in 0..3 {
                    scene.kill()?;
                    scene.again()?;
                }
                Ok(())
            })
        })
}

#[test]
fn the_service_stops_while_the_tunnel_is_wanted() -> anyhow::Result<()> {
    row("The service stops (shutdown, upgrade) while the tunnel is wanted").kill_switch_only().run(|scene| {
        let targets = everybody()?;
        scene.up()?;
        let stopping = scene.measure_canary(&targets, |scene| scene.stop())?;
        Ok(stopping.and(scene.measure(&targets, &[])?))
    })
}
