//! The service runs the commands of a configuration in bash, as wg-quick does, and the output of a failing one reaches the
//! user.
#![forbid(unsafe_code)]

use adit_api::HooksView;
use adit_e2e::process::output_of;
use adit_e2e::{FullTunnel, How, Lab, Service, built, program, skip};
use anyhow::{Context as _, ensure};

/// Brings up a tunnel with these commands through the service, after they were approved. Returns whether that succeeded, the
/// output, and the log.
fn up(lab: &Lab, hooks: &str) -> anyhow::Result<(bool, String, String)> {
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(lab, &client, &server, hooks)?;
    let service = Service::start(lab, &client, How::plain(lab))?;
    let id = service.import(&tunnel)?;
    let caller = service.client()?;
    let HooksView::NotApproved { hash } = caller.tunnel(id)?.hooks else { anyhow::bail!("they are approved of already") };
    caller.approve_hooks(id, hash)?;
    let adit = |arguments: &[&str]| {
        let mut command = client.command(built("adit")?);
        let output = output_of(command.args(arguments).env("ADIT_SOCKET", lab.file("adit.sock")))?;
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        anyhow::Ok((output.status.success(), said))
    };
    let (success, said) = adit(&["up", &tunnel.interface])?;
    let (_, log) = adit(&["logs"])?;
    Ok((success, said, log))
}

#[test]
fn commands_run_in_bash_as_with_wg_quick() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("commands in bash")? else { return Ok(()) };
    if program("bash").is_none() {
        skip("commands in bash: it is not installed");
        return Ok(());
    }
    let note = lab.file("note");
    let hook = format!("PostUp = [[ %i == ae* ]] && cat <(echo {{a,b}}) >{}", note.display());
    let (success, said, log) = up(&lab, &hook)?;
    ensure!(success, "{said}\n{log}");
    ensure!(std::fs::read_to_string(&note)? == "a b\n");
    Ok(())
}

#[test]
fn what_a_failing_command_prints_reaches_whoever_asked_and_the_log_without_secrets() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a command fails")? else { return Ok(()) };
    let key = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
    let hook = format!(
        "PostUp = echo 'the disk is full' >&2; echo \"a key: {key}\" >&2; false --token=hunter42 || echo no hunter42 >&2; exit 3"
    );
    let (success, said, log) = up(&lab, &hook)?;
    ensure!(!success, "it came up: {said}");
    ensure!(said.contains("exit code 3") && said.contains("\n  the disk is full\n  a key: (hidden)=\n  no (hidden)"), "{said}");
    let line = log.lines().find(|line| line.contains("could not be brought up")).context("a line in the log")?;
    ensure!(line.contains("the disk is full; a key: (hidden)=; no (hidden)"), "{line}");
    for text in [&said, &log] {
        ensure!(
            !text.contains("hunter42") && !text.contains(&key[..20]) && !text.contains("\\u{a}") && !text.contains("\\n"),
            "{text}"
        );
    }
    Ok(())
}
