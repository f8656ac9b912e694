//! The running tunnel or the computer's rules change, while a program sends a thousand packets per second.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use adit_api::ConfigText;
use adit_e2e::leaks::scene::{Column, PUBLIC, PUBLIC6, Scene};
use adit_e2e::leaks::table::{Measured, row};
use adit_e2e::process::wait_for;
use adit_e2e::service::resolvers;
use anyhow::{Context as _, ensure};

const CHANGES: u64 = 500;
const PATIENCE: Duration = Duration::from_secs(20);

fn everybody() -> anyhow::Result<[IpAddr; 2]> {
    Ok([PUBLIC.parse()?, PUBLIC6.parse()?])
}

#[test]
fn five_hundred_changes_of_the_configuration() -> anyhow::Result<()> {
    row("500 changes of allowed IPs, endpoint and DNS under 1,000 packets/s (wg-quick: `wg set`)").run(|scene| {
        let targets = everybody()?;
        scene.up()?;
        let text = std::fs::read_to_string(&scene.tunnel.conf)?;
        let measured = scene.measure_canary(&targets, |scene| match scene.column {
            Column::Control => Ok(()),
            Column::WgQuick => change_by_wg(scene, &text),
            Column::KillSwitch | Column::Without | Column::AditUp => {
                let (service, id) = scene.service()?;
                let control = service.client()?;
                for change in 0..CHANGES {
                    let version = control.tunnel(id)?.version;
                    control.replace_config(id, ConfigText::new(changed(&text, change)), version)?;
                }
                Ok(())
            }
        })?;
        if scene.service.is_some() {
            let told = resolvers(scene.lab)?;
            let (set, removed) = (told.matches("nameserver 10.99.0.1\n").count(), told.matches("-d ").count());
            ensure!(set as u64 >= CHANGES / 4 && removed > 0, "resolvers were set {set} and removed {removed} times");
        }
        let inside = scene.measure(&targets, &targets)?;
        Ok(measured.and(inside))
    })
}

/// Returns the configuration with other allowed IPs, every second time with another endpoint of the same server, and twice in
/// four times with a DNS server. The last one equals the first.
fn changed(text: &str, change: u64) -> String {
    let left = CHANGES - 1 - change;
    let more = if left == 0 { String::new() } else { format!(", 192.0.2.{}/32", left % 250) };
    let text = text.replace("0.0.0.0/0, ::/0", &format!("0.0.0.0/0, ::/0{more}"));
    let text = if left % 4 >= 2 { text.replace("[Peer]", "DNS = 10.99.0.1\n[Peer]") } else { text };
    if left % 2 == 1 { text.replace("203.0.113.77:", "10.77.0.2:") } else { text }
}

fn change_by_wg(scene: &Scene<'_>, text: &str) -> anyhow::Result<()> {
    let key = text.lines().find_map(|line| line.strip_prefix("PublicKey = ")).unwrap_or_default();
    let name = &scene.tunnel.interface;
    scene.client.shell(&format!(
        "for i in $(seq {CHANGES}); do \
         wg set {name} peer {key} allowed-ips 0.0.0.0/0,::/0,192.0.2.$((i % 250))/32 endpoint 203.0.113.77:51802; done"
    ))?;
    Ok(())
}

#[test]
fn the_packet_filter_is_flushed_while_up() -> anyhow::Result<()> {
    row("`nft flush ruleset` while the tunnel is up").run(|scene| tampered(scene, "nft flush ruleset"))
}

#[test]
fn the_routing_rules_are_flushed_while_up() -> anyhow::Result<()> {
    // The kernel's own rules go with all others.
    let flush = "ip rule flush; ip rule add lookup main pref 32766; ip -6 rule flush; ip -6 rule add lookup main pref 32766";
    row("`ip rule flush` while the tunnel is up").kill_switch_only().run(|scene| tampered(scene, flush))
}

/// Longest time that a removed setting may be missing.
const EXPOSED: Duration = Duration::from_secs(1);
/// Number of attempts until it is restored in time: a busy computer delays the service, too.
const ATTEMPTS: usize = 4;

fn tampered(scene: &mut Scene<'_>, command: &str) -> anyhow::Result<Measured> {
    let targets = everybody()?;
    scene.up()?;
    scene.measure_canary(&targets, |scene| {
        let mut took = Vec::new();
        while took.len() < ATTEMPTS && took.last().is_none_or(|took| *took > EXPOSED) {
            took.push(undone(scene, command)?);
        }
        ensure!(took.last().is_some_and(|took| *took <= EXPOSED), "{command}: put back after {took:?}");
        Ok(())
    })
}

/// Runs the command and returns how long the service takes to restore its settings. Without a service nobody restores them.
fn undone(scene: &Scene<'_>, command: &str) -> anyhow::Result<Duration> {
    let look = || scene.client.shell("nft list tables | sort; { ip rule; ip -6 rule; } | grep ^510 | sort");
    let before = look()?;
    scene.client.shell(command)?;
    let begun = Instant::now();
    let limit = if scene.service.is_some() { PATIENCE } else { EXPOSED / 2 };
    let back = wait_for("what was removed to be there again", limit, || (look().ok()? == before).then_some(()));
    match scene.service {
        Some(_) => back.map(|()| begun.elapsed()).with_context(|| format!("{command}; before:\n{before}")),
        None => Ok(Duration::ZERO),
    }
}

#[test]
fn the_interface_is_removed_while_up() -> anyhow::Result<()> {
    row("Somebody removes the tunnel's interface; until the service has brought it back").kill_switch_only().run(|scene| {
        let targets = everybody()?;
        scene.up()?;
        scene.measure_canary(&targets, |scene| {
            if scene.column == Column::Control {
                return Ok(());
            }
            let column = scene.column;
            scene.client.ip(&format!("link del {}", scene.tunnel.interface))?;
            if scene.service.is_some() {
                let (service, id) = scene.service()?;
                wait_for("it to be noticed", PATIENCE, || (service.log_lines("removed_from_outside").ok()? == 1).then_some(()))?;
                // Without a kill switch it stays down.
                if column == Column::KillSwitch {
                    service.wait_until_up(id)?;
                }
            }
            Ok(())
        })
    })
}
