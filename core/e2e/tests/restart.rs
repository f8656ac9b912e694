//! One side is killed and comes back without any memory of the session.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::{Device, Ends, Family, Host, Implementation, Lab, Side as _};

/// The other side hears nothing for 10 s + 5 s, then begins a handshake (whitepaper, section 6.5), and may need a second
/// attempt.
const UNTIL_THE_OTHER_SIDE_NOTICES: Duration = Duration::from_secs(25);

#[test]
fn after_our_own_death_the_first_packet_brings_the_tunnel_back() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("restart of the initiator")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let mut ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &two, Implementation::WireguardGo, Host(2))?;
    let ends = Ends::generate(true)?;
    ends.configure(&ours, &reference, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    ours.restart()?;
    ours.setconf(&ends.conf(&ends.initiator, Host(1), &ends.responder, Host(2), Some(Host(2).endpoint(Family::V4))))?;
    ours.ping_all_answered(Host(2).inner(Family::V4))
}

#[test]
fn we_notice_that_the_peer_forgot_us() -> anyhow::Result<()> {
    forgotten(Implementation::AditWg, Implementation::WireguardGo)
}

#[test]
fn the_reference_notices_that_we_forgot_it() -> anyhow::Result<()> {
    forgotten(Implementation::WireguardGo, Implementation::AditWg)
}

fn forgotten(stays: Implementation, forgets: Implementation) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("restart of the responder")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let stays = Device::start(&lab, &one, stays, Host(1))?;
    let mut forgets = Device::start(&lab, &two, forgets, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&stays, &forgets, Family::V6)?;
    stays.ping_all_answered(Host(2).inner(Family::V4))?;

    forgets.restart()?;
    forgets.setconf(&ends.conf(&ends.responder, Host(2), &ends.initiator, Host(1), None))?;
    wait_for("traffic after the restart", UNTIL_THE_OTHER_SIDE_NOTICES, || {
        one.reaches(&Host(2).inner(Family::V4).to_string()).ok().filter(|answered| *answered)
    })?;
    Ok(())
}
