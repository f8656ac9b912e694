//! A tunnel that is edited in the window while it carries packets.

use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::{FullTunnel, How, Service};
use anyhow::ensure;

use crate::setup::{INSIDE, PATIENCE, Setup};

/// An address in a network that the tunnel gets by the edit.
const ADDED: &str = "10.98.0.1";

#[test]
fn a_tunnel_that_is_up_is_edited_without_losing_a_packet_and_its_new_network_is_routed() -> anyhow::Result<()> {
    let Some(setup) = Setup::new("an edit in the desktop app")? else { return Ok(()) };
    let lab = &setup.lab;
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(lab, &client, &server, "")?;
    let text = std::fs::read_to_string(&tunnel.conf)?.replace("0.0.0.0/0, ::/0", "10.99.0.0/24");
    std::fs::write(&tunnel.conf, text)?;
    server.ip(&format!("addr add {ADDED} dev lo"))?;
    let service = Service::start(lab, &client, How::plain(lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    client.ping_all_answered(INSIDE)?;
    let is_routed = || client.ip(&format!("route get {ADDED}")).is_ok_and(|route| route.contains(&tunnel.interface));
    ensure!(!is_routed(), "the network is in the tunnel already");

    let app = setup.start(&client, &[], None)?;
    app.click("Edit")?;
    app.press("input[type=radio][value=form]")?;
    app.fill("AllowedIPs", "10.99.0.0/24, 10.98.0.0/24")?;
    app.fill("PersistentKeepalive", "7")?;
    let pinging = client.start_pinging(INSIDE, 600, Duration::from_millis(10), &lab.file("pings"))?;
    pinging.wait_until_answered(20)?;
    app.click("Review and save")?;
    app.wait_for_text("Save these changes?")?;
    for shown in ["10.98.0.0/24", "10.99.0.0/24", "7 s"] {
        app.wait_for_text(shown)?;
    }
    ensure!(!app.text()?.contains(&tunnel.secrets[0]), "the page shows the private key");
    app.click("Save")?;
    wait_for("the route of the new network", PATIENCE, || is_routed().then_some(()))?;
    ensure!(pinging.finish()?.complete(), "packets were lost by the edit");
    client.ping_all_answered(INSIDE)?;
    let view = service.client()?.tunnel(id)?;
    ensure!(view.state.up().is_some_and(|up| !up.differs), "the running tunnel differs: {view:#?}");
    let config = service.client()?.export(id)?;
    ensure!(config.dangerously_reveal().contains("PersistentKeepalive = 7"), "the keepalive is not saved");
    Ok(())
}
