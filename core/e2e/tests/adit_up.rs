//! `adit up` carries all traffic and, however it ends, leaves the host as it was.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::time::Duration;

use adit_e2e::{FullTunnel, Lab, built};
use anyhow::ensure;
use rustix::process::Signal;

#[test]
fn adit_up_takes_everything_and_undoes_all_of_it_on_sigterm() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit up")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut up = tunnel.adit_up(&lab)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    up.signal(Signal::TERM)?;
    let status = up.wait(Duration::from_secs(5))?;
    ensure!(status.success(), "`adit up` ended with {status}:\n{}", up.printed());
    tunnel.the_client_is_as_before()
}

#[test]
fn after_kill_9_the_next_adit_up_works_and_leaves_nothing_of_either() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("kill -9 of adit up")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut up = tunnel.adit_up(&lab)?;
    up.kill()?;
    ensure!(client.ip(&format!("link show {}", tunnel.interface)).is_err(), "the interface outlived its program");

    let mut up = tunnel.adit_up(&lab)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    up.signal(Signal::INT)?;
    up.wait(Duration::from_secs(5))?;
    tunnel.the_client_is_as_before()
}

#[test]
fn after_kill_9_adit_down_leaves_nothing() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit down after kill -9")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    tunnel.adit_up(&lab)?.kill()?;
    client.shell(&format!("{} down {} 2>&1", built("adit")?.display(), tunnel.conf.display()))?;
    tunnel.the_client_is_as_before()
}

#[test]
fn adit_down_ends_a_running_adit_up() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit down")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut up = tunnel.adit_up(&lab)?;
    client.shell(&format!("{} down {} 2>&1", built("adit")?.display(), tunnel.conf.display()))?;
    up.wait(Duration::from_secs(5))?;
    tunnel.the_client_is_as_before()
}

#[test]
fn an_adit_up_that_cannot_succeed_says_why_and_changes_nothing() -> anyhow::Result<()> {
    for (more, named) in [("ListenPort = 40000", "40000"), ("ListenPort = 40001", "40001"), ("MTU = fourteen", "MTU")] {
        let Some(lab) = Lab::open("adit up that fails")? else { return Ok(()) };
        let (client, server) = lab.two_hosts()?;
        let _taken = client.within(|| Ok((UdpSocket::bind("0.0.0.0:40000")?, UdpSocket::bind("[::]:40001")?)))?;
        let tunnel = FullTunnel::new(&lab, &client, &server, more)?;
        let answer = client.try_shell(&format!("{} up {} 2>&1", built("adit")?.display(), tunnel.conf.display()))?;
        let printed = String::from_utf8_lossy(&answer.stdout);
        ensure!(answer.status.code() == Some(1), "{more}: ended with {}:\n{printed}", answer.status);
        ensure!(printed.contains(named), "{more}: the message does not name {named}:\n{printed}");
        tunnel.the_client_is_as_before()?;
    }
    Ok(())
}
