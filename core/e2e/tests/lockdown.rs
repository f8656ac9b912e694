//! Under lockdown nothing gets out past a tunnel, whether it is up or down, until an administrator ends lockdown; packets to
//! local networks only if these are allowed. A sniffer at the other end of the link checks that, also before and after, to show
//! that it can see the packets.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::time::Duration;

use adit_api::{ApiError, KillSwitch, TunnelId, TunnelState};
use adit_e2e::leaks::{everything_is_seen, nothing_is_seen};
use adit_e2e::service::{close_first, reboot};
use adit_e2e::{FullTunnel, How, Lab, Service};
use anyhow::ensure;

/// Address of the host on the same link.
const NEIGHBOUR: &str = "10.77.0.2";

fn is_locked_down(service: &Service<'_>, id: TunnelId, when: &str) -> anyhow::Result<()> {
    match service.state(id)? {
        TunnelState::Blocked { cause, .. } if *cause == ApiError::Lockdown => Ok(()),
        state => anyhow::bail!("{when}: {state:?}"),
    }
}

#[test]
fn lockdown_opens_for_nobody_but_an_administrator_over_down_crash_stop_and_reboot() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("lockdown holds")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    everything_is_seen(&lab, &server, &client)?;

    service.client()?.set_kill_switch(id, KillSwitch::Lockdown, false)?;
    is_locked_down(&service, id, "never up")?;
    nothing_is_seen(&lab, &server, &client, "never up")?;
    service.connect(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.client()?.disconnect(id)?;
    is_locked_down(&service, id, "taken down")?;
    nothing_is_seen(&lab, &server, &client, "taken down")?;
    service.kill()?;
    nothing_is_seen(&lab, &server, &client, "killed")?;
    service.again()?;
    is_locked_down(&service, id, "started again")?;
    nothing_is_seen(&lab, &server, &client, "started again")?;
    service.terminate()?;
    nothing_is_seen(&lab, &server, &client, "stopped")?;

    reboot(&client, &lab.file("state"))?;
    everything_is_seen(&lab, &server, &client)?;
    close_first(&client, &lab.file("state"))?;
    nothing_is_seen(&lab, &server, &client, "before the service has started")?;
    service.again()?;
    is_locked_down(&service, id, "after a reboot")?;
    nothing_is_seen(&lab, &server, &client, "after a reboot")?;

    service.client()?.set_kill_switch(id, KillSwitch::Off, false)?;
    everything_is_seen(&lab, &server, &client)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}

#[test]
fn local_networks_answer_only_where_they_are_allowed_and_their_name_servers_never() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("local networks under lockdown")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let answers = || client.reaches(NEIGHBOUR);
    let name_server = || client.within(|| Ok(UdpSocket::bind("0.0.0.0:0")?.send_to(b"question", (NEIGHBOUR, 53)).is_ok()));
    ensure!(answers()? && name_server()?, "without a kill switch both are reached");
    for allow_lan in [false, true, false] {
        service.client()?.set_kill_switch(id, KillSwitch::Lockdown, allow_lan)?;
        ensure!(answers()? == allow_lan, "allowed: {allow_lan}");
        ensure!(!name_server()?, "allowed: {allow_lan}, and a question for a name leaves in clear");
        nothing_is_seen(&lab, &server, &client, "public addresses")?;
    }
    service.client()?.set_kill_switch(id, KillSwitch::Off, false)?;
    let ping = client.ping(NEIGHBOUR, 1, Duration::from_secs(1), Duration::from_secs(1))?;
    ensure!(ping.complete(), "{ping:?}");
    tunnel.the_client_is_as_before()?;
    service.terminate()
}
