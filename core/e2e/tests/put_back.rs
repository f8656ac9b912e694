//! Another program empties our packet filter, rules, routes or addresses while a tunnel is up or blocked. The service restores
//! them and reports that. A canary sends all the time, and a sniffer at the other end of the link counts its packets in clear:
//! during the repair, and afterwards, when there must be none.
#![forbid(unsafe_code)]

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use adit_api::{ConfigText, TunnelId, TunnelState};
use adit_e2e::capture::Capture;
use adit_e2e::leaks::canary::sing_until;
use adit_e2e::leaks::{CLEAR, INTERNET};
use adit_e2e::process::wait_for;
use adit_e2e::{FullTunnel, How, Lab, Namespace, Service};
use anyhow::{Context as _, ensure};

const PATIENCE: Duration = Duration::from_secs(20);
/// Longest time that a removed kill switch may be missing.
const EXPOSED: Duration = Duration::from_secs(1);
/// Number of attempts until it is restored in time: a busy computer delays the service, too.
const ATTEMPTS: usize = 4;
/// Packets that the canary sends after the repair, none of which may get out.
const AFTERWARDS: usize = 200;

struct Scene<'lab> {
    lab: &'lab Lab,
    client: &'lab Namespace,
    server: &'lab Namespace,
    service: Service<'lab>,
    interface: String,
}

impl Scene<'_> {
    /// Returns our settings that others can change, in an order that does not depend on the order in which they were set.
    fn picture(&self) -> anyhow::Result<String> {
        self.client.shell(&format!(
            "for table in aditblock adit; do nft -s list table inet $table-{0} 2>/dev/null; done; \
             ip rule show; ip -6 rule show; \
             for family in -4 -6; do ip $family route show table all dev {0} proto 173 2>/dev/null | sort; done; \
             ip -o addr show dev {0} scope global 2>/dev/null | sed 's/^[0-9]*://; s/valid_lft.*//' | sort; true",
            self.interface
        ))
    }

    /// Runs a command that removes settings. They must be restored and reported, and nothing may be in clear afterwards.
    /// Returns the number of packets in clear meanwhile, and the time.
    fn undone_by(&self, command: &str) -> anyhow::Result<(usize, Duration)> {
        let before = self.picture()?;
        let told = self.service.log_lines("put_back")?;
        let (ends, count) = (AtomicBool::new(false), AtomicUsize::new(0));
        let targets: Vec<IpAddr> = INTERNET.iter().map(|address| address.parse()).collect::<Result<_, _>>()?;
        std::thread::scope(|scope| {
            let sniffer = Capture::start(self.lab, self.server, "eth0", CLEAR)?;
            let sender = scope.spawn(|| sing_until(self.client, &targets, &ends, &count));
            let undo = || -> anyhow::Result<Duration> {
                self.client.shell(command)?;
                let begun = Instant::now();
                wait_for("it to be put back", PATIENCE, || (self.picture().ok()? == before).then_some(()))
                    .with_context(|| format!("{command}; before:\n{before}\nafter:\n{}", self.picture().unwrap_or_default()))?;
                Ok(begun.elapsed())
            };
            let undone = undo();
            let meanwhile = sniffer.finish().map(|recording| recording.frames.len());
            let after = Capture::start(self.lab, self.server, "eth0", CLEAR).and_then(|sniffer| {
                let enough = count.load(Ordering::Relaxed) + AFTERWARDS;
                wait_for("more packets of the canary", PATIENCE, || (count.load(Ordering::Relaxed) >= enough).then_some(()))?;
                sniffer.finish()
            });
            ends.store(true, Ordering::Relaxed);
            sender.join().map_err(|_| anyhow::anyhow!("the canary panicked"))??;
            let (took, meanwhile, after) = (undone?, meanwhile?, after?.frames.len());
            println!("{command}: put back after {took:?}, {meanwhile} packets in clear until then, {after} afterwards");
            ensure!(after == 0, "{command}: {after} packets in clear after it was put back");
            wait_for("it to be told", PATIENCE, || (self.service.log_lines("put_back").ok()? > told).then_some(()))?;
            Ok((meanwhile, took))
        })
    }
}

fn blocking<'lab>(
    lab: &'lab Lab,
    client: &'lab Namespace,
    server: &'lab Namespace,
    tunnel: &FullTunnel<'lab>,
) -> anyhow::Result<(Scene<'lab>, TunnelId)> {
    let service = Service::start(lab, client, How::plain(lab))?;
    let id = service.import(tunnel)?;
    service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    service.connect(id)?;
    Ok((Scene { lab, client, server, service, interface: tunnel.interface.clone() }, id))
}

#[test]
fn whatever_others_empty_while_a_tunnel_is_up_is_put_back_and_nothing_gets_out_afterwards() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("what others empty is put back")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let (mut scene, id) = blocking(&lab, &client, &server, &tunnel)?;
    let name = &tunnel.interface;
    let rules = client.ip("rule show")?;
    let table = rules
        .lines()
        .find_map(|line| line.strip_prefix("5103:")?.rsplit("lookup ").next()?.split(' ').next())
        .context(rules.clone())?
        .trim();
    // The tunnel's rules and routes stay, so that packets go into it even without the packet filter.
    for command in [
        "nft flush ruleset".to_owned(),
        format!("nft delete table inet aditblock-{name}"),
        format!("nft insert rule inet aditblock-{name} output accept"),
        format!("nft delete table inet adit-{name}"),
        // The kernel's own rules are flushed with all others, so that the command restores them.
        "ip rule flush && ip rule add lookup main pref 32766 && ip rule add lookup default pref 32767 && \
         ip -6 rule flush && ip -6 rule add lookup main pref 32766"
            .to_owned(),
        format!("ip route flush table {table} && ip -6 route flush table {table}"),
        format!("ip addr flush dev {name} scope global"),
    ] {
        let mut took = Vec::new();
        while took.len() < ATTEMPTS && took.last().is_none_or(|took| *took > EXPOSED) {
            let (count, time) = scene.undone_by(&command)?;
            ensure!(count == 0, "{command}: {count} packets in clear");
            took.push(time);
            // The service treats faster changes as a fight, and measures that in real time.
            tunnel.everything_goes_through_the_tunnel(&lab)?;
            std::thread::sleep(Duration::from_secs(2));
        }
        ensure!(took.last().is_some_and(|took| *took <= EXPOSED), "{command}: put back after {took:?}");
    }
    scene.service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    scene.service.terminate()
}

#[test]
fn a_blockade_that_is_removed_while_its_tunnel_is_blocked_is_put_back_and_who_goes_on_is_told_of() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a blockade is put back")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let (mut scene, id) = blocking(&lab, &client, &server, &tunnel)?;
    // Nobody approved the command, so that the service does not retry.
    let text = std::fs::read_to_string(&tunnel.conf)?.replace("[Interface]", "[Interface]\nPostUp = true");
    let control = scene.service.client()?;
    control.replace_config(id, ConfigText::new(text), 1)?;
    client.ip(&format!("link del {}", tunnel.interface))?;
    wait_for("it to be blocked for good", PATIENCE, || {
        matches!(scene.service.state(id), Ok(TunnelState::Blocked { retry_at: None, .. })).then_some(())
    })?;
    for command in ["nft flush ruleset".to_owned(), format!("nft delete table inet aditblock-{}", tunnel.interface)] {
        // There is no tunnel for the packets: until the kill switch is restored, everything gets out.
        let mut took = Vec::new();
        while took.len() < ATTEMPTS && took.last().is_none_or(|took| *took > EXPOSED) {
            took.push(scene.undone_by(&command)?.1);
        }
        ensure!(took.last().is_some_and(|took| *took <= EXPOSED), "{command}: put back after {took:?}");
    }
    for _ in 0..8 {
        scene.undone_by("nft flush ruleset")?;
        if scene.service.log_lines("fought_with")? > 0 {
            break;
        }
    }
    let before = scene.picture()?;
    for _ in 0..8 {
        client.shell("nft flush ruleset")?;
        wait_for("it to be put back", PATIENCE, || (scene.picture().ok()? == before).then_some(()))?;
    }
    ensure!(scene.service.log_lines("fought_with")? > 0, "nobody was told of");
    control.disconnect(id)?;
    drop(control);
    tunnel.the_client_is_as_before()?;
    scene.service.terminate()
}
