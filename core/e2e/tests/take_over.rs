//! Takes over a tunnel from the stock `wg-quick` to the service. If the tunnel cannot come up there, wg-quick gets it back.
#![forbid(unsafe_code)]

use adit_api::{ApiError, CallError, TunnelState};
use adit_e2e::{FullTunnel, How, Implementation, Lab, Namespace, Service, program, skip};
use anyhow::{Context as _, ensure};

/// Returns the options of a service whose wg-quick uses our engine, with the lab's scratch folder as `/etc/wireguard`.
fn how(lab: &Lab, tunnel: &FullTunnel<'_>) -> anyhow::Result<How> {
    let folder = tunnel.conf.parent().context("a folder")?.display().to_string();
    let environment = vec![("WG_QUICK_USERSPACE_IMPLEMENTATION".to_owned(), adit_wg()?)];
    Ok(How { arguments: vec!["--conf-files".into(), folder], environment, ..How::plain(lab) })
}

fn adit_wg() -> anyhow::Result<String> {
    Ok(Implementation::AditWg.program().context("adit-wg is not built")?.display().to_string())
}

fn wg_quick(client: &Namespace, verb: &str, tunnel: &FullTunnel<'_>) -> anyhow::Result<String> {
    client.shell(&format!("WG_QUICK_USERSPACE_IMPLEMENTATION={} wg-quick {verb} {} 2>&1", adit_wg()?, tunnel.conf.display()))
}

#[test]
fn what_wg_quick_carries_becomes_the_services_and_goes_without_a_trace() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("taking over from wg-quick")? else { return Ok(()) };
    if program("wg-quick").is_none() {
        skip("taking over from wg-quick: no wg-quick");
        return Ok(());
    }
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    wg_quick(&client, "up", &tunnel)?;
    let mut service = Service::start(&lab, &client, how(&lab, &tunnel)?)?;
    let control = service.client()?;
    let found = control.takeovers()?;
    ensure!(found.len() == 1 && found[0].active && !found[0].by_service, "{found:?}");
    ensure!(found[0].name.as_str() == tunnel.interface, "{found:?}");
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    let id = control.take_over(found[0].name.clone())?.id;
    ensure!(matches!(service.state(id)?, TunnelState::Up(_)), "{:?}", service.state(id)?);
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    ensure!(control.takeovers()?.is_empty(), "it is still wg-quick's");
    control.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}

#[test]
fn what_cannot_be_up_here_goes_back_to_wg_quick() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("giving back to wg-quick")? else { return Ok(()) };
    if program("wg-quick").is_none() {
        skip("giving back to wg-quick: no wg-quick");
        return Ok(());
    }
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    wg_quick(&client, "up", &tunnel)?;
    let mut service = Service::start(&lab, &client, how(&lab, &tunnel)?)?;
    let control = service.client()?;
    // A rule of another program, beside which no second full tunnel is possible.
    client.ip("route add default dev lo table 777")?;
    client.ip("rule add not fwmark 777 lookup 777 priority 40000")?;
    let refused = control.take_over(tunnel.interface.parse()?);
    ensure!(matches!(refused, Err(CallError::Refused(ApiError::Conflict { .. }))), "{refused:?}");
    ensure!(control.takeovers()?.len() == 1, "wg-quick does not have it back");
    client.ip("rule del not fwmark 777 lookup 777 priority 40000")?;
    client.ip("route del default dev lo table 777")?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.terminate()?;
    wg_quick(&client, "down", &tunnel)?;
    tunnel.the_client_is_as_before()
}
