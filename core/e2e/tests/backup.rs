//! The built `adit` and `aditd`: a computer is lost with its disk, and its tunnels come back from the encrypted file and work.
#![forbid(unsafe_code)]

use std::path::Path;

use adit_api::{KillSwitch, TunnelView};
use adit_e2e::{FullTunnel, How, Lab, Service, adit, adit_succeeds};
use anyhow::ensure;

/// Returns the properties of a tunnel that a backup has.
fn kept(tunnel: &TunnelView) -> (String, String, bool, KillSwitch, bool, Option<u32>) {
    let TunnelView { name, interface, start_at_boot, kill_switch, allow_lan, key_reminder_days, .. } = tunnel;
    (name.to_string(), interface.to_string(), *start_at_boot, *kill_switch, *allow_lan, *key_reminder_days)
}

fn contains(path: &Path, secret: &str) -> anyhow::Result<bool> {
    Ok(std::fs::read(path)?.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()))
}

#[test]
fn tunnels_of_a_lost_computer_come_back_and_work() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("backup")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "MTU = 1400")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let control = service.client()?;
    control.set_start_at_boot(id, false)?;
    control.set_kill_switch(id, KillSwitch::Block, true)?;
    control.set_key_reminder(id, Some(180))?;
    let before = kept(&control.tunnel(id)?);
    let text = control.export(id)?;
    drop(control);
    let passphrase = lab.write("passphrase", "four words in a row\n")?;
    let (file, with) = (lab.file("all.age"), format!("--passphrase-file {}", passphrase.display()));
    adit_succeeds(&lab, &client, &format!("backup {} {with}", file.display()))?;
    for secret in &tunnel.secrets {
        ensure!(!contains(&file, secret)?, "a key is in the encrypted file");
    }
    service.terminate()?;

    std::fs::remove_dir_all(lab.file("state"))?;
    service.again()?;
    ensure!(service.client()?.all_tunnels()?.is_empty(), "the state was lost");
    let wrong = lab.write("wrong", "five words in a row\n")?;
    let wrong = format!("restore {} --yes --passphrase-file {}", file.display(), wrong.display());
    let (code, said) = adit(&lab, &client, &wrong)?;
    ensure!(code == 1 && said.contains("the passphrase is wrong"), "{code}: {said}");
    let said = adit_succeeds(&lab, &client, &format!("restore {} --yes {with}", file.display()))?;
    ensure!(said.contains("Kill switch: off -> on") && said.contains("is added"), "{said}");
    let restored = service.client()?.all_tunnels()?;
    ensure!(restored.iter().map(kept).collect::<Vec<_>>() == [before], "{restored:?}");
    let id = restored[0].id;
    ensure!(service.client()?.export(id)?.dangerously_reveal() == text.dangerously_reveal(), "the text differs");
    service.connect(id)?;
    service.wait_until_up(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    // While it is up, the same backup changes nothing, and an older one only what differs, without interrupting the tunnel.
    let said = adit_succeeds(&lab, &client, &format!("restore {} --yes {with}", file.display()))?;
    ensure!(said.contains("the same"), "{said}");
    service.client()?.set_key_reminder(id, None)?;
    adit_succeeds(&lab, &client, &format!("restore {} --yes --replace {with}", file.display()))?;
    ensure!(service.client()?.tunnel(id)?.key_reminder_days == Some(180), "it was not restored");
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.client()?.disconnect(id)?;
    service.terminate()
}
