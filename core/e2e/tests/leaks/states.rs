//! Sends every kind of probe to every kind of host, in each state of a tunnel with a kill switch.

use std::net::IpAddr;
use std::time::Duration;

use adit_api::{ConfigText, TunnelState};
use adit_e2e::leaks::scene::{Column, LOCAL, PUBLIC, PUBLIC6, Scene};
use adit_e2e::leaks::table::row;
use adit_e2e::process::wait_for;
use anyhow::ensure;

use crate::families::{early_boot, named, named_hosts};

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn every_kind_of_probe_in_every_state() -> anyhow::Result<()> {
    row("UDP, TCP and pings to the Internet, the local network and named networks: early boot, up, blocked, killed while blocked, starting")
        .kill_switch_only()
        .configured(named)
        .run(|scene| {
            let named = named_hosts(scene)?;
            let targets: [IpAddr; 5] = [PUBLIC.parse()?, PUBLIC6.parse()?, LOCAL.parse()?, named[0], named[1]];
            let boot = early_boot(scene, &targets)?;
            if scene.service.is_none() {
                scene.up()?;
            }
            // Packets to the local network and IPv6 do not go into this tunnel, and must not go anywhere else.
            let up = scene.measure(&targets, &[targets[0], named[0], named[1]])?;
            block(scene)?;
            let blocked = scene.measure(&targets, &[])?;
            let measured = boot.and(up).and(blocked);
            if scene.service.is_none() {
                return Ok(measured);
            }
            scene.service()?.0.kill()?;
            let killed = scene.measure(&targets, &[])?;
            let starting = scene.measure_canary(&targets, |scene| {
                scene.service()?.0.again()?;
                wait_until_blocked(scene)
            })?;
            Ok(measured.and(killed).and(starting))
        })
}

/// Changes the endpoint to a name that does not resolve, and connects again.
fn block(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    if scene.service.is_none() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&scene.tunnel.conf)?.replace("Endpoint = 203.0.113.77:", "Endpoint = nobody.adit.test:");
    let (service, id) = scene.service()?;
    let control = service.client()?;
    control.disconnect(id)?;
    let version = control.tunnel(id)?.version;
    control.replace_config(id, ConfigText::new(text), version)?;
    ensure!(control.connect(id, false).is_err(), "it came up with an unknown server");
    wait_until_blocked(scene)
}

/// Waits until the tunnel is blocked or, without a kill switch, down.
fn wait_until_blocked(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    if scene.column != Column::KillSwitch {
        return Ok(());
    }
    let (service, id) = scene.service()?;
    wait_for("the tunnel to be blocked", PATIENCE, || matches!(service.state(id), Ok(TunnelState::Blocked { .. })).then_some(()))
}
