//! Who can talk to whom: starting and answering, over IPv4 and IPv6, with and without a preshared key.
#![forbid(unsafe_code)]

use adit_e2e::{Device, Family, Host, Implementation, KernelPeer, Lab, they_talk_in_every_way};

/// The laboratory itself: were this to fail, the failures of ours would prove nothing.
#[test]
fn the_reference_talks_to_itself() -> anyhow::Result<()> {
    pair(Implementation::WireguardGo, Implementation::WireguardGo)
}

/// As above, for the emulated machine.
#[test]
fn the_reference_talks_to_the_kernel() -> anyhow::Result<()> {
    with_the_kernel(Implementation::WireguardGo)
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

fn with_the_kernel(implementation: Implementation) -> anyhow::Result<()> {
    let Some(lab) = Lab::open(&format!("{implementation:?} with the kernel's WireGuard"))? else { return Ok(()) };
    let host = lab.namespace("kernel")?;
    let Some(kernel) = KernelPeer::start(&lab, &host)? else { return Ok(()) };
    for outer in [Family::V4, Family::V6] {
        let device = Device::start(&lab, &host, implementation, Host(1))?;
        they_talk_in_every_way(&device, &kernel, outer)?;
    }
    Ok(())
}
