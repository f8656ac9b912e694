//! The configuration of a tunnel changes while its packets flow.
#![forbid(unsafe_code)]

use adit_api::{ConfigText, TunnelState};
use adit_e2e::{FullTunnel, How, Lab, Service};
use anyhow::{bail, ensure};

#[test]
fn with_another_mark_and_table_the_mtu_is_still_that_of_the_path_outside() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("another mark and table")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    let text = std::fs::read_to_string(&tunnel.conf)?;
    let control = service.client()?;
    for (version, lines) in (1..).zip(["MTU = 1300", "FwMark = 77\nTable = 99", "MTU = 1300", "Table = 99", ""]) {
        let mtu = if lines.starts_with("MTU") { 1300 } else { 1420 };
        let changed = text.replacen("[Interface]", &format!("[Interface]\n{lines}"), 1);
        let replaced = control.replace_config(id, ConfigText::new(changed), version)?;
        ensure!(replaced.needs_restart.is_empty(), "{lines:?}: {replaced:?}");
        let TunnelState::Up(up) = service.state(id)? else { bail!("{lines:?}: it is not up") };
        ensure!(up.mtu == mtu, "{lines:?}: the MTU is {}", up.mtu);
    }
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()
}
