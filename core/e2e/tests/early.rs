//! From boot until the service runs, nothing gets out past a tunnel with a kill switch that starts at boot.
#![forbid(unsafe_code)]

use adit_e2e::leaks::{everything_is_seen, nothing_is_seen, seen};
use adit_e2e::process::wait_for;
use adit_e2e::service::{close_first, reboot};
use adit_e2e::{FullTunnel, How, Lab, Service};
use anyhow::ensure;

#[test]
fn nothing_gets_out_before_the_service_has_started_and_it_takes_over_from_there() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("nothing gets out before the service has started")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
    service.client()?.set_start_at_boot(id, true)?;
    service.terminate()?;

    reboot(&client, &lab.file("state"))?;
    everything_is_seen(&lab, &server, &client)?;
    for _ in 0..2 {
        close_first(&client, &lab.file("state"))?;
        nothing_is_seen(&lab, &server, &client, "before the service has started")?;
    }
    let count = seen(&lab, &server, &client, || {
        service.again()?;
        service.wait_until_up(id)
    })?;
    ensure!(count == 0, "the service starts: {count} packets in clear");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    close_first(&client, &lab.file("state"))?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;

    service.client()?.set_start_at_boot(id, false)?;
    service.terminate()?;
    reboot(&client, &lab.file("state"))?;
    close_first(&client, &lab.file("state"))?;
    everything_is_seen(&lab, &server, &client)?;
    service.again()?;
    service.terminate()
}

#[test]
fn where_it_is_not_known_what_blocks_nothing_gets_out_until_the_service_knows() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("what is not known is closed")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let list = lab.file("state").join("closes-first");
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.terminate()?;
    for boot in [false, true] {
        reboot(&client, &lab.file("state"))?;
        std::fs::write(&list, "adit closes first, 1\nwg0 ")?;
        let said = close_first(&client, &lab.file("state"))?;
        ensure!(said.contains("closes-first is damaged"), "{said}");
        nothing_is_seen(&lab, &server, &client, "not known")?;
        if boot {
            let count = seen(&lab, &server, &client, || {
                service.again()?;
                service.wait_until_up(id)
            })?;
            ensure!(count == 0, "it was to be closed all the while: {count} packets in clear");
            service.client()?.disconnect(id)?;
        } else {
            service.again()?;
            wait_for("it to be opened", std::time::Duration::from_secs(20), || {
                (service.log_lines("early_opened").ok()? == 1).then_some(())
            })?;
            service.client()?.set_kill_switch(id, adit_api::KillSwitch::Block, false)?;
            service.client()?.set_start_at_boot(id, true)?;
        }
        tunnel.the_client_is_as_before()?;
        everything_is_seen(&lab, &server, &client)?;
        service.terminate()?;
    }
    Ok(())
}
