//! Rule R17: a program that sends to an address without a route gets an error at once instead of waiting.
#![forbid(unsafe_code)]

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use adit_e2e::process::output_of;
use adit_e2e::{Device, Ends, Host, Implementation, Lab, Side as _};
use anyhow::{Context as _, ensure};

/// The peer without a known endpoint, and addresses that belong to no peer, over both families.
const NOWHERE: [(&str, &str); 4] = [
    ("10.99.0.2", "the peer has no endpoint"),
    ("fd99::2", "the peer has no endpoint"),
    ("10.99.0.77", "no peer"),
    ("fd99::77", "no peer"),
];

#[test]
fn packets_to_nowhere_are_answered_at_once() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("unreachable")? else { return Ok(()) };
    let (one, _two) = lab.two_hosts()?;
    let device = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let ends = Ends::generate(false)?;
    device.setconf(&ends.conf(&ends.initiator, Host(1), &ends.responder, Host(2), None))?;
    for (address, why) in NOWHERE {
        let printed = output_of(one.command("ping").args(["-n", "-c", "1", "-W", "2", address]))?;
        let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
        ensure!(
            printed.contains("Destination Host Unreachable") || printed.contains("Destination unreachable: Address unreachable"),
            "ping {address} ({why}) printed:\n{printed}"
        );
        let took = one.within(|| fastest_refusal(address.parse()?))?;
        ensure!(took < Duration::from_millis(10), "{address} ({why}) was refused after {took:?}");
    }
    Ok(())
}

/// Returns the shortest of several attempts: the others measure how busy this machine is.
fn fastest_refusal(address: IpAddr) -> anyhow::Result<Duration> {
    let mut fastest = Duration::MAX;
    for _ in 0..10 {
        let start = Instant::now();
        let error = TcpStream::connect_timeout(&SocketAddr::new(address, 9), Duration::from_secs(2)).err();
        fastest = fastest.min(start.elapsed());
        let error = error.context("somebody answered")?;
        ensure!(error.kind() == std::io::ErrorKind::HostUnreachable, "{address}: {error}");
    }
    Ok(fastest)
}
