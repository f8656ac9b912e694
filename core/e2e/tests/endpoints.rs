//! A peer with several endpoints, of which only the second one answers: the tunnel goes on to it, and the kill switch lets nothing but
//! the endpoint in use out.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_e2e::leaks::{everything_is_seen, seen};
use adit_e2e::process::wait_for;
use adit_e2e::{Capture, FullTunnel, How, Lab, Service};
use anyhow::{Context as _, ensure};

/// The port at which nobody answers.
const SILENT: u16 = 51999;
const PATIENCE: Duration = Duration::from_secs(40);

#[test]
fn a_tunnel_without_rules_goes_on_to_the_endpoint_that_answers() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the next endpoint")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let text = std::fs::read_to_string(&tunnel.conf)?;
    let endpoint = text.lines().find_map(|line| line.strip_prefix("Endpoint = ")).context("an endpoint")?;
    let port: u16 = endpoint.rsplit_once(':').context("a port")?.1.parse()?;
    let silent = endpoint.replace(&format!(":{port}"), &format!(":{SILENT}"));
    let both = format!("Endpoint = {silent}\n# adit:Endpoint = {endpoint}");
    std::fs::write(&tunnel.conf, text.replace(&format!("Endpoint = {endpoint}"), &both))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    everything_is_seen(&lab, &server, &client)?;
    service.kill_switch(id, true)?;
    // So that the test need not wait for half a minute.
    service.client()?.set_rules("without answer for 5 s then next endpoint\n".into(), 0)?;

    let outside = Capture::start(&lab, &client, "eth0", "udp")?;
    let count = seen(&lab, &server, &client, || {
        service.connect(id)?;
        ensure!(filter(&client)?.contains(&SILENT.to_string()), "the first endpoint is open");
        wait_for("the next endpoint", PATIENCE, || (service.log_lines("endpoint_chosen").ok()? == 1).then_some(()))?;
        wait_for("the kill switch to follow", PATIENCE, || filter(&client).ok()?.contains(&port.to_string()).then_some(()))?;
        Ok(())
    })?;
    ensure!(count == 0, "{count} packets in clear");
    wait_for("an answer", PATIENCE, || client.reaches("203.0.113.9").is_ok_and(|answered| answered).then_some(()))?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let recording = outside.finish()?;
    let ports: Vec<u16> = recording.packets().filter_map(|packet| packet.port()).collect();
    ensure!(ports.contains(&SILENT) && ports.contains(&port), "sent to {ports:?}");
    let last = ports.iter().rposition(|sent| *sent == SILENT).context("sent to the first endpoint")?;
    let first = ports.iter().position(|sent| *sent == port).context("sent to the second endpoint")?;
    ensure!(last < first, "the first endpoint is left for good: {ports:?}");
    ensure!(!filter(&client)?.contains(&SILENT.to_string()), "the first endpoint is closed");
    service.terminate()
}

/// Returns the packet filter of the computer.
fn filter(client: &adit_e2e::Namespace) -> anyhow::Result<String> {
    client.shell("nft list ruleset")
}
