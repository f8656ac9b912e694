//! On-demand rules with the real service and real packets: the computer goes from a café home and back. A sniffer at the other end of
//! the link sees everything at home, and nothing in clear in the café, whatever happens to the service.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_api::{OnDemandCause, RuleSource, TunnelState};
use adit_e2e::leaks::{everything_is_seen, nothing_is_seen, seen};
use adit_e2e::process::{output_of, wait_for};
use adit_e2e::router::{CAFE, HOME, enter, leave};
use adit_e2e::{FullTunnel, How, Lab, Service, built};
use anyhow::{Context as _, ensure};

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_computer_goes_from_the_cafe_home_and_back_and_nothing_passes_by_the_tunnel_in_the_cafe() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the tunnel follows the networks")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    leave(&server)?;
    enter(&server, CAFE)?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    everything_is_seen(&lab, &server, &client)?;
    let name = service.client()?.tunnel(id)?.name;
    let text = format!(
        "\"At home\": when gateway {HOME} then down, kill switch off\notherwise up {name} everything, kill switch only when untrusted\n"
    );
    let rules = lab.write("rules.txt", &text)?;
    let adit = |arguments: &[&str]| -> anyhow::Result<String> {
        let mut command = client.command(built("adit")?);
        let output = output_of(command.arg("rules").args(arguments).arg("--socket").arg(lab.file("adit.sock")))?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "adit rules {arguments:?}: {out}{err}");
        Ok(out.into_owned())
    };
    adit(&["import", rules.to_str().context("a path")?])?;
    service.wait_until_up(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    nothing_is_seen(&lab, &server, &client, "in the café")?;
    ensure!(adit(&["test", "--kind", "ethernet", "--gateway-mac", HOME])?.starts_with("rule 1 (At home)"));

    leave(&server)?;
    enter(&server, HOME)?;
    wait_for("the tunnel to be down at home", PATIENCE, || {
        matches!(service.state(id), Ok(TunnelState::Down { .. })).then_some(())
    })
    .with_context(|| adit(&["why"]).unwrap_or_default())?;
    everything_is_seen(&lab, &server, &client)?;
    everything_is_seen(&lab, &client, &client)?;
    tunnel.the_client_is_as_before()?;
    let why = adit(&["why"])?;
    ensure!(why.contains(&format!("gateway {HOME}: matches ({HOME})")), "{why}");
    let cause = service.client()?.tunnel(id)?.on_demand.context("governed by the rules")?.cause;
    ensure!(cause == OnDemandCause::Rule { by: RuleSource::Rule { index: 0, name: Some("At home".into()) } }, "{cause:?}");

    leave(&server)?;
    wait_for("the tunnel to be wanted without a network", PATIENCE, || {
        (!matches!(service.state(id), Ok(TunnelState::Down { .. }))).then_some(())
    })?;
    // At the client's end of the link, because a sniffer needs an interface that is up.
    let count = seen(&lab, &client, &client, || {
        enter(&server, CAFE)?;
        service.wait_until_up(id)
    })?;
    ensure!(count == 0, "back in the café: {count} packets in clear");
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    let count = seen(&lab, &server, &client, || service.kill())?;
    ensure!(count == 0, "killed: {count} packets in clear");
    let count = seen(&lab, &server, &client, || {
        service.again()?;
        service.wait_until_up(id)
    })?;
    ensure!(count == 0, "started again: {count} packets in clear");
    service.client()?.disconnect(id)?;
    wait_for("everything to be open", PATIENCE, || everything_is_seen(&lab, &server, &client).ok())?;
    adit(&["resume"])?;
    service.wait_until_up(id)?;
    nothing_is_seen(&lab, &server, &client, "the rules decide again")?;
    service.terminate()
}
