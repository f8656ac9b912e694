//! Keys change under traffic, and nobody notices.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Side as _};
use anyhow::ensure;

/// First byte of a handshake initiation.
const INITIATION: u8 = 1;

#[test]
fn rekeying_under_traffic_loses_no_packet_with_the_reference() -> anyhow::Result<()> {
    rekeying_under_traffic(Implementation::WireguardGo)
}

#[test]
fn rekeying_under_traffic_loses_no_packet_among_ourselves() -> anyhow::Result<()> {
    rekeying_under_traffic(Implementation::AditHasty)
}

fn rekeying_under_traffic(responder: Implementation) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("rekeying under traffic")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditHasty, Host(1))?;
    let other = Device::start(&lab, &two, responder, Host(2))?;
    Ends::generate(true)?.configure(&ours, &other, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    let capture = Capture::start(&lab, &one, "eth0", "udp and len < 250")?;
    let pings = one
        .start_pinging(&Host(2).inner(Family::V4).to_string(), 4000, Duration::from_millis(2), &lab.file("pings"))?
        .finish()?;
    let initiations = capture.finish()?.udp_payloads().iter().filter(|datagram| datagram.first() == Some(&INITIATION)).count();
    ensure!(
        initiations >= 4,
        "{initiations} handshakes in eight seconds: the keys did not change often enough to prove anything"
    );
    ensure!(pings.complete(), "{pings:?} over {initiations} handshakes");
    println!("{} pings over {initiations} handshakes", pings.received);
    Ok(())
}
