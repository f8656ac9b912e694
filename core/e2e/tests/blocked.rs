//! With a kill switch, nothing gets out past a full tunnel that is to be up. A sniffer at the other end of the link checks
//! every state, both families, DNS and pings. It also checks before and after, to show that it can see the packets.
#![forbid(unsafe_code)]

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use adit_api::{ApiError, TunnelId, TunnelState};
use adit_e2e::capture::Capture;
use adit_e2e::leaks::name_server::answer_all;
use adit_e2e::leaks::{CLEAR, INTERNET, everything_is_seen, nothing_is_seen, probe, seen};
use adit_e2e::process::wait_for;
use adit_e2e::{FullTunnel, How, Lab, Namespace, Service};
use anyhow::{Context as _, ensure};

/// Addresses of the host on the same link.
const LOCAL: [&str; 2] = ["10.77.0.2", "fd77::2"];
/// `vpn.adit.test` in DNS wire format.
const NAME: &[u8] = b"\x03vpn\x04adit\x04test\x00";
const PATIENCE: Duration = Duration::from_secs(20);

/// Verifies that pings to the local network get no answer. With a tunnel, the server could be reached through it.
fn the_local_network_is_closed(client: &Namespace, when: &str) -> anyhow::Result<()> {
    for address in LOCAL {
        let ping = client.ping(address, 1, Duration::from_millis(100), Duration::from_secs(1))?;
        ensure!(ping.received == 0, "{when}: {address} on the local network answers");
    }
    Ok(())
}

fn wait_until_blocked(service: &Service<'_>, id: TunnelId) -> anyhow::Result<ApiError> {
    wait_for("the tunnel to be blocked", PATIENCE, || match service.state(id) {
        Ok(TunnelState::Blocked { cause, .. }) => Some(*cause),
        _ => None,
    })
}

fn wait_until_looked_up(service: &Service<'_>, id: TunnelId) -> anyhow::Result<()> {
    wait_for("the name to be looked up", PATIENCE, || {
        matches!(service.state(id), Ok(TunnelState::Connecting { step: adit_api::Step::Resolve, .. })).then_some(())
    })
}

#[test]
fn nothing_passes_by_a_tunnel_that_is_up_breaks_and_is_killed_until_somebody_takes_it_down() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("nothing passes by the tunnel")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let control = service.client()?;
    control.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    tunnel.the_client_is_as_before()?;
    everything_is_seen(&lab, &server, &client)?;

    let count = seen(&lab, &server, &client, || service.connect(id))?;
    ensure!(count == 0, "coming up and up: {count} packets in clear");
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    let count = seen(&lab, &server, &client, || {
        client.ip(&format!("link del {}", tunnel.interface))?;
        // The tunnel is blocked only for a moment.
        wait_for("it to be noticed", PATIENCE, || (service.log_lines("removed_from_outside").ok()? == 1).then_some(()))
    })?;
    ensure!(count == 0, "its interface was removed: {count} packets in clear");
    drop(control);
    let count = seen(&lab, &server, &client, || service.wait_until_up(id))?;
    ensure!(count == 0, "it comes back: {count} packets in clear");
    ensure!(service.log_lines("tried_again")? >= 1, "it was not brought back");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let count = seen(&lab, &server, &client, || service.kill())?;
    ensure!(count == 0, "killed: {count} packets in clear");
    the_local_network_is_closed(&client, "killed")?;
    let count = seen(&lab, &server, &client, || {
        service.again()?;
        service.wait_until_up(id)
    })?;
    ensure!(count == 0, "started again: {count} packets in clear");
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    service.terminate()?;
    nothing_is_seen(&lab, &server, &client, "between two runs")?;
    service.again()?;
    service.wait_until_up(id)?;
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    everything_is_seen(&lab, &server, &client)
}

#[test]
fn a_name_is_asked_for_by_the_service_alone_and_nothing_else_gets_out_meanwhile() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("nothing gets out while a name is looked up")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let text = std::fs::read_to_string(&tunnel.conf)?;
    let endpoint = text.lines().find(|line| line.starts_with("Endpoint")).context("an endpoint")?;
    let port = endpoint.rsplit(':').next().context("a port")?;
    lab.write(&format!("{}.conf", tunnel.interface), &text.replace(endpoint, &format!("Endpoint = vpn.adit.test:{port}")))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    let waiting = service.client()?;
    std::thread::scope(|scope| {
        let connecting = scope.spawn(move || waiting.connect(id, false));
        wait_until_looked_up(&service, id)?;
        nothing_is_seen(&lab, &server, &client, "while the name is looked up")?;
        the_local_network_is_closed(&client, "while the name is looked up")?;
        let cause = wait_until_blocked(&service, id)?;
        ensure!(matches!(cause, ApiError::Unresolved { .. }), "{cause:?}");
        ensure!(connecting.join().is_ok_and(|outcome| outcome.is_err()), "it came up");
        nothing_is_seen(&lab, &server, &client, "the name is not known")
    })?;
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    everything_is_seen(&lab, &server, &client)?;
    service.terminate()
}

/// Answers every query with the server's address.
fn name_server(server: &Namespace, questions: &AtomicUsize, ends: &AtomicBool) -> anyhow::Result<()> {
    answer_all(server, format!("{}:53", INTERNET[0]).parse()?, Ipv4Addr::new(10, 77, 0, 2), questions, ends)
}

#[test]
fn a_name_is_found_past_the_blockade_and_nobody_but_the_service_asks_there() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a name is found past the blockade")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let text = std::fs::read_to_string(&tunnel.conf)?;
    lab.write(&format!("{}.conf", tunnel.interface), &text.replace("Endpoint = 10.77.0.2:", "Endpoint = vpn.adit.test:"))?;
    client.etc("resolv.conf", &format!("nameserver {}\n", INTERNET[0]))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    let waiting = service.client()?;
    let (questions, ends) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let connecting = scope.spawn(move || waiting.connect(id, false));
        wait_until_looked_up(&service, id)?;
        let sniffer =
            Capture::start(&lab, &server, "eth0", &format!("({CLEAR}) and not (udp port 53 and host {})", INTERNET[0]))?;
        // No name server answers yet. The service asks, and only its queries get out.
        probe(&client)?;
        let names = scope.spawn(|| name_server(&server, &questions, &ends));
        let outcome = connecting.join().map_err(|_| anyhow::anyhow!("the caller panicked"))?;
        ends.store(true, Ordering::Relaxed);
        names.join().map_err(|_| anyhow::anyhow!("the name server panicked"))??;
        let frames = sniffer.finish()?.frames;
        let others = frames.iter().filter(|frame| !frame.windows(NAME.len()).any(|part| part == NAME)).count();
        ensure!(others == 0 && !frames.is_empty(), "of {} packets {others} are no questions of the service's", frames.len());
        outcome.with_context(|| service.process().printed())
    })?;
    ensure!(questions.load(Ordering::Relaxed) > 0, "nobody asked");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    nothing_is_seen(&lab, &server, &client, "up")?;
    service.client()?.disconnect(id)?;
    service.terminate()
}

#[test]
fn a_tunnel_without_a_network_comes_back_with_it_and_nothing_gets_out_meanwhile() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a tunnel comes back with the network")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let text = std::fs::read_to_string(&tunnel.conf)?;
    lab.write(&format!("{}.conf", tunnel.interface), &text.replace("Endpoint = 10.77.0.2:", "Endpoint = vpn.adit.test:"))?;
    client.etc("resolv.conf", &format!("nameserver {}\n", INTERNET[0]))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    client.ip("link set eth0 down")?;
    let error = service.client()?.connect(id, false).err().context("it came up without a network")?;
    wait_for("it to be tried again", PATIENCE, || (service.log_lines("tried_again").ok()? >= 2).then_some(()))?;
    let is_waiting = || match service.state(id) {
        Ok(TunnelState::Blocked { retry_at: Some(at), .. }) => Some(at),
        _ => None,
    };
    wait_for("a time to try again", PATIENCE, is_waiting).with_context(|| format!("{error:?}"))?;
    let (questions, ends) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let names = scope.spawn(|| name_server(&server, &questions, &ends));
        let sniffer =
            Capture::start(&lab, &server, "eth0", &format!("({CLEAR}) and not (udp port 53 and host {})", INTERNET[0]))?;
        let back = || -> anyhow::Result<()> {
            client.ip("link set eth0 up")?;
            client.ip("route add default via 10.77.0.2")?;
            probe(&client)?;
            service.wait_until_up(id)
        };
        let back = back();
        ends.store(true, Ordering::Relaxed);
        names.join().map_err(|_| anyhow::anyhow!("the name server panicked"))??;
        let count = sniffer.finish()?.frames.len();
        back?;
        ensure!(count == 0, "{count} packets in clear");
        Ok(())
    })?;
    client.ping_all_answered(INTERNET[0])?;
    nothing_is_seen(&lab, &server, &client, "up")?;
    service.client()?.disconnect(id)?;
    service.terminate()
}

#[test]
fn what_was_left_closed_by_a_tunnel_that_cannot_be_read_any_more_stays_closed_until_it_is_given_up() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a broken tunnel stays closed")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    service.connect(id)?;
    service.kill()?;
    let file = lab.file("state").join("tunnels").join(format!("{id}.tunnel"));
    let mut bytes = std::fs::read(&file)?;
    bytes.last_mut().context("an empty file")?.clone_from(&0);
    std::fs::write(&file, bytes)?;
    service.again()?;
    let cause = wait_until_blocked(&service, id)?;
    ensure!(cause == ApiError::Broken, "{cause:?}");
    nothing_is_seen(&lab, &server, &client, "broken")?;
    service.client()?.disconnect(id)?;
    everything_is_seen(&lab, &server, &client)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}
