//! All traffic passes through the tunnel under the stock `wg-quick`, and afterwards the host is as it was.
#![forbid(unsafe_code)]

use adit_e2e::{FullTunnel, Implementation, Lab, program, skip};
use anyhow::{Context as _, ensure};

#[test]
fn wg_quick_brings_our_engine_up_and_down() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("wg-quick with adit-wg")? else { return Ok(()) };
    let Some(wg_quick) = program("wg-quick") else {
        skip("wg-quick with adit-wg: no wg-quick");
        return Ok(());
    };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let adit_wg = Implementation::AditWg.program().context("adit-wg is not built")?;
    let wg_quick = |verb: &str| {
        let line = format!(
            "WG_QUICK_USERSPACE_IMPLEMENTATION={} {} {verb} {} 2>&1",
            adit_wg.display(),
            wg_quick.display(),
            tunnel.conf.display()
        );
        client.shell(&line)
    };
    wg_quick("up")?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let shown = client.shell("wg show all dump")?;
    ensure!(shown.contains(&tunnel.interface), "`wg show` does not see it:\n{shown}");
    wg_quick("down")?;
    tunnel.the_client_is_as_before()
}
