//! `adit save` and `SaveConfig = true` write the changes of a running tunnel (`adit wg set`) into its configuration, and keep
//! every comment.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::{FullTunnel, How, Lab, Namespace, Service, adit, adit_succeeds};
use anyhow::{Context as _, ensure};
use rustix::process::Signal;

const PATIENCE: Duration = Duration::from_secs(20);

/// Adds comments to the tunnel's file.
fn with_comments(conf: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(conf)?.replace("AllowedIPs = ", "# all of it\nAllowedIPs =   ");
    let text = format!("# mine\n{text}# the end\n");
    fs::write(conf, &text)?;
    Ok(text)
}

/// Returns the expected file after `wg set`: with a keepalive, and another port.
fn expected(text: &str, port_behind: &str) -> String {
    let keepalive = "::/0\nPersistentKeepalive =   25\n";
    text.replace("::/0\n", keepalive).replace(port_behind, &format!("{port_behind}ListenPort = 40999\n"))
}

/// Changes the running tunnel with `wg set`.
fn set(lab: &Lab, client: &Namespace, tunnel: &FullTunnel<'_>, text: &str) -> anyhow::Result<()> {
    let peer = text.split("PublicKey = ").nth(1).and_then(|rest| rest.lines().next()).context("no peer")?;
    adit_succeeds(lab, client, &format!("wg set {} listen-port 40999 peer {peer} persistent-keepalive 25", tunnel.interface))
        .map(drop)
}

#[test]
fn what_runs_in_the_service_is_saved_as_a_new_version() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit save")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "MTU = 1400")?;
    let text = with_comments(&tunnel.conf)?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    service.import(&tunnel)?;
    let name = &tunnel.interface;
    adit_succeeds(&lab, &client, &format!("up {name} --wait=20"))?;
    let said = adit_succeeds(&lab, &client, &format!("save {name}"))?;
    ensure!(said.contains("there is nothing to save"), "{said}");
    set(&lab, &client, &tunnel, &text)?;
    let (code, said) = adit(&lab, &client, &format!("save {name}"))?;
    ensure!(code == 2 && said.contains("ListenPort: 40999") && said.contains("PersistentKeepalive"), "{code}: {said}");
    ensure!(adit_succeeds(&lab, &client, &format!("export {name}"))? == text, "a look saves nothing");
    adit_succeeds(&lab, &client, &format!("save {name} --yes"))?;
    let saved = adit_succeeds(&lab, &client, &format!("export {name}"))?;
    ensure!(saved == expected(&text, "MTU = 1400\n"), "{saved}");
    ensure!(adit_succeeds(&lab, &client, &format!("versions {name}"))?.contains("saved as it ran"), "not in the history");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    adit_succeeds(&lab, &client, &format!("undo {name}"))?;
    ensure!(adit_succeeds(&lab, &client, &format!("export {name}"))? == text, "undone");
    service.terminate()
}

#[test]
fn a_file_that_is_kept_up_without_a_service_is_saved_and_with_save_config_by_itself() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit save of a file")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "ListenPort = 40998")?;
    let text = with_comments(&tunnel.conf)?;
    let conf = tunnel.conf.display();
    let with_port = |text: &str| {
        text.replace("ListenPort = 40998", "ListenPort = 40999").replace("::/0\n", "::/0\nPersistentKeepalive =   25\n")
    };

    let mut up = tunnel.adit_up(&lab)?;
    ensure!(adit_succeeds(&lab, &client, &format!("save {conf}"))?.contains("there is nothing to save"), "something is new");
    set(&lab, &client, &tunnel, &text)?;
    let (code, said) = adit(&lab, &client, &format!("save {conf}"))?;
    ensure!(code == 2 && said.contains("ListenPort: 40999") && said.contains("PersistentKeepalive: 25"), "{code}: {said}");
    ensure!(fs::read_to_string(&tunnel.conf)? == text, "a look saves nothing");
    adit_succeeds(&lab, &client, &format!("save {conf} --yes"))?;
    let saved = fs::read_to_string(&tunnel.conf)?;
    ensure!(saved == with_port(&text), "{saved}");
    up.signal(Signal::TERM)?;
    up.wait(PATIENCE)?;
    ensure!(fs::read_to_string(&tunnel.conf)? == saved, "without SaveConfig going down changes nothing");

    let saving = text.replace("ListenPort = 40998", "ListenPort = 40998\nSaveConfig = true");
    fs::write(&tunnel.conf, &saving)?;
    let mut up = tunnel.adit_up(&lab)?;
    set(&lab, &client, &tunnel, &text)?;
    wait_for("the change", PATIENCE, || {
        let (_, said) = adit(&lab, &client, &format!("show {} listen-port", tunnel.interface)).ok()?;
        said.contains("40999").then_some(())
    })?;
    adit_succeeds(&lab, &client, &format!("down {conf}"))?;
    up.wait(PATIENCE)?;
    let saved = fs::read_to_string(&tunnel.conf)?;
    ensure!(saved == with_port(&saving), "{saved}");
    tunnel.the_client_is_as_before()
}
