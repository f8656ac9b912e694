//! A tunnel whose private key the service does not store: the built programs, a real handshake, and the contents of the
//! service's memory.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_api::{ApiError, DownReason, TunnelState};
use adit_e2e::memory::find;
use adit_e2e::process::wait_for;
use adit_e2e::{FullTunnel, How, Lab, Service, adit, adit_succeeds, built};
use adit_protocol::PrivateKey;
use anyhow::{Context as _, ensure};

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn the_service_has_the_key_while_the_tunnel_is_up_and_at_no_other_time() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a key that is asked for")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let secret = *tunnel.secrets[0].parse::<PrivateKey>()?.dangerously_reveal();
    let text = *tunnel.secrets[0].as_bytes().first_chunk().context("a key of less than 32 characters")?;
    let file = lab.write("private-key", &format!("{}\n", tunnel.secrets[0]))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let name = tunnel.interface.clone();

    let said = adit_succeeds(&lab, &client, &format!("import {} --ask --no-keyring", tunnel.conf.display()))?;
    ensure!(said.contains("which asks for its private key"), "{said}");
    let id = service.client()?.all_tunnels()?.first().context("no tunnel")?.id;
    let (code, said) = adit(&lab, &client, &format!("up {name}"))?;
    ensure!(code == 13 && said.contains("--key-file"), "{code}: {said}");
    tunnel.the_client_is_as_before()?;
    let exported = adit_succeeds(&lab, &client, &format!("export {name}"))?;
    ensure!(exported.contains("# AskForKey = ") && !exported.contains(&tunnel.secrets[0]), "{exported}");

    let pid = service.process().id();
    let found =
        |when: &str| find(pid, &[("private key", secret), ("private key in base64", text)]).with_context(|| when.to_owned());
    ensure!(found("before")?.is_empty(), "the service has a key that nobody gave it");
    adit_succeeds(&lab, &client, &format!("up {name} --wait=20 --key-file {}", file.display()))?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    ensure!(!found("while it is up")?.is_empty(), "the key of a tunnel that is up is not found");
    adit_succeeds(&lab, &client, &format!("restart {name} --wait=20"))?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    adit_succeeds(&lab, &client, &format!("down {name}"))?;
    tunnel.the_client_is_as_before()?;
    let gone = wait_for("the key to be gone", PATIENCE, || found("after").ok()?.is_empty().then_some(()));
    gone.with_context(|| format!("{:?}", found("after")))?;
    let (code, _) = adit(&lab, &client, &format!("up {name}"))?;
    ensure!(code == 13, "it comes up again without its key: {code}");

    let piped = format!("up {name} --wait=20 --key-file - <{}", file.display());
    adit_succeeds(&lab, &client, &piped)?;
    service.kill()?;
    service.again()?;
    let TunnelState::Down { reason: Some(DownReason::Failed { error }), .. } = service.state(id)? else {
        anyhow::bail!("{:?}", service.state(id)?)
    };
    ensure!(matches!(*error, ApiError::NeedsKey { .. }), "{error:?}");
    ensure!(adit_succeeds(&lab, &client, &format!("status {name}"))?.contains("asks for its private key"), "it does not say why");
    tunnel.the_client_is_as_before()?;
    adit_succeeds(&lab, &client, &piped)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    let log = std::fs::read_to_string(lab.file("aditd.log"))?;
    ensure!(!log.contains(&tunnel.secrets[0]), "a key in the log");
    service.terminate()?;
    tunnel.the_client_is_as_before()
}

#[test]
fn a_tunnel_that_blocks_lets_nothing_out_while_it_waits_for_its_key() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a blocked tunnel without its key")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let file = lab.write("private-key", &format!("{}\n", tunnel.secrets[0]))?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let name = tunnel.interface.clone();
    adit_succeeds(&lab, &client, &format!("import {} --ask --no-keyring", tunnel.conf.display()))?;
    let id = service.client()?.all_tunnels()?.first().context("no tunnel")?.id;
    adit_succeeds(&lab, &client, &format!("block {name} on"))?;
    let up = format!("up {name} --wait=20 --key-file {}", file.display());
    adit_succeeds(&lab, &client, &up)?;
    service.kill()?;
    service.again()?;
    let TunnelState::Blocked { cause, .. } = service.state(id)? else { anyhow::bail!("{:?}", service.state(id)?) };
    ensure!(matches!(*cause, ApiError::NeedsKey { .. }), "{cause:?}");
    ensure!(!client.reaches("203.0.113.9")?, "something gets out past a tunnel that waits for its key");
    adit_succeeds(&lab, &client, &up)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    adit_succeeds(&lab, &client, &format!("down {name}"))?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}

#[test]
fn a_file_that_asks_comes_up_without_a_service() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a file that asks for its key")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let public = tunnel.secrets[0].parse::<PrivateKey>()?.public();
    let file = lab.write("private-key", &format!("{}\n", tunnel.secrets[0]))?;
    let text = std::fs::read_to_string(&tunnel.conf)?;
    let asks = text.replace(&format!("PrivateKey = {}", tunnel.secrets[0]), &format!("# AskForKey = {public}"));
    std::fs::write(&tunnel.conf, asks)?;
    let (code, said) = adit(&lab, &client, &format!("up {}", tunnel.conf.display()))?;
    ensure!(code == 13 && said.contains("--key-file"), "{code}: {said}");
    let arguments = ["up".into(), tunnel.conf.clone().into_os_string(), "--key-file".into(), file.into_os_string()];
    let state = lab.file("state").display().to_string();
    let up = client.start(built("adit")?, arguments, &[("ADIT_STATE_DIR", &state)], &lab.file("adit-up"))?;
    wait_for("the peer to answer", PATIENCE, || up.printed().contains("answered within").then_some(()))
        .with_context(|| up.printed())?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    adit_succeeds(&lab, &client, &format!("down {}", tunnel.conf.display()))?;
    tunnel.the_client_is_as_before()
}
