//! Interoperability: as initiator and responder, over IPv4 and IPv6, with and without a preshared key.
#![forbid(unsafe_code)]

use adit_e2e::{
    Device, Ends, Family, Host, Implementation, KernelPeer, Keys, Lab, Side as _, skip, they_talk, they_talk_in_every_way,
};
use anyhow::ensure;

/// Verifies the laboratory itself: if this failed, failures of our programs would prove nothing.
#[test]
fn the_reference_talks_to_itself() -> anyhow::Result<()> {
    pair(Implementation::WireguardGo, Implementation::WireguardGo)
}

#[test]
fn we_talk_to_the_reference() -> anyhow::Result<()> {
    pair(Implementation::AditWg, Implementation::WireguardGo)
}

#[test]
fn we_talk_to_ourselves() -> anyhow::Result<()> {
    pair(Implementation::AditWg, Implementation::AditWg)
}

/// One boot for both: the reference shows that the emulated machine works.
#[test]
fn the_reference_and_we_talk_to_the_kernel() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("the kernel's WireGuard")? else { return Ok(()) };
    let host = lab.namespace("kernel")?;
    let Some(kernel) = KernelPeer::start(&lab, &host)? else { return Ok(()) };
    they_talk(&Device::start(&lab, &host, Implementation::WireguardGo, Host(1))?, &kernel, Family::V4, false)?;
    for outer in [Family::V4, Family::V6] {
        let ours = Device::start(&lab, &host, Implementation::AditWg, Host(1))?;
        they_talk_in_every_way(&ours, &kernel, outer)?;
    }
    Ok(())
}

#[test]
fn we_talk_to_boringtun() -> anyhow::Result<()> {
    if Implementation::Boringtun.program().is_none() {
        skip("AditWg with Boringtun: no boringtun-cli (cargo install --locked boringtun-cli@0.7.1)");
        return Ok(());
    }
    pair(Implementation::AditWg, Implementation::Boringtun)
}

#[test]
fn a_different_preshared_key_on_each_side_makes_no_tunnel() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("preshared keys that differ")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &two, Implementation::WireguardGo, Host(2))?;
    let ends = Ends::generate(true)?;
    ends.configure(&ours, &reference, Family::V4)?;
    let other = lab.write("other.psk", &Keys::preshared()?)?;
    ours.wg("set", &format!("peer {} preshared-key {}", ends.responder.public, other.display()))?;
    ensure!(!one.reaches(&Host(2).inner(Family::V4).to_string())?, "a ping was answered");
    ensure!(ours.show("latest-handshakes", &ends.responder.public)? == "0", "a handshake is reported");
    Ok(())
}

fn pair(first: Implementation, second: Implementation) -> anyhow::Result<()> {
    let Some(lab) = Lab::open(&format!("{first:?} with {second:?}"))? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    for outer in [Family::V4, Family::V6] {
        let first = Device::start(&lab, &one, first, Host(1))?;
        let second = Device::start(&lab, &two, second, Host(2))?;
        they_talk_in_every_way(&first, &second, outer)?;
    }
    Ok(())
}
