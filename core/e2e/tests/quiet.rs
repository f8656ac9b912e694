//! An idle pair costs nothing: no packet, no thread that wakes, and no memory that a burst has filled.
#![forbid(unsafe_code)]

use std::thread::sleep;
use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Side as _, transfer};
use anyhow::ensure;

/// Time after the last packet until all timers have run: a keepalive is due within 10 s, silence is noticed after at most 15.34
/// s.
const UNTIL_QUIET: Duration = Duration::from_secs(18);

#[test]
fn an_idle_pair_neither_sends_nor_wakes() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("idle")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (first, second) = (
        Device::start(&lab, &one, Implementation::AditWg, Host(1))?,
        Device::start(&lab, &two, Implementation::AditWg, Host(2))?,
    );
    for interface in [(&one, first.interface()), (&two, second.interface())] {
        // The kernel sends packets into any interface with IPv6: router solicitations, and reports of multicast groups.
        interface.0.ip(&format!("link set {} multicast off", interface.1))?;
        interface.0.shell(&format!("echo 0 >/proc/sys/net/ipv6/conf/{}/router_solicitations", interface.1))?;
    }
    Ends::generate(false)?.configure(&first, &second, Family::V4)?;
    first.ping_all_answered(Host(2).inner(Family::V4))?;
    // Nothing announces that the protocol's timers have run, and shortened timers would not test the real program.
    sleep(UNTIL_QUIET);

    let capture = Capture::start(&lab, &two, "eth0", "udp")?;
    let before = [first.process().times_slept()?, second.process().times_slept()?];
    // The time in which nothing may happen.
    sleep(Duration::from_secs(10));
    let after = [first.process().times_slept()?, second.process().times_slept()?];
    let sent = capture.finish()?.udp_payloads();
    ensure!(sent.is_empty(), "{} datagrams in ten idle seconds", sent.len());
    ensure!(before == after, "threads woke while nothing was due: {before:?} times before, {after:?} after");
    Ok(())
}

#[test]
fn memory_that_a_burst_has_filled_goes_back_when_it_is_over() -> anyhow::Result<()> {
    const BURST: usize = 64 << 20;
    const LITTLE: u64 = 1 << 20;
    let Some(lab) = Lab::open("memory after a burst")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (first, second) = (
        Device::start(&lab, &one, Implementation::AditWg, Host(1))?,
        Device::start(&lab, &two, Implementation::AditWg, Host(2))?,
    );
    Ends::generate(false)?.configure(&first, &second, Family::V4)?;
    let [near, far] = [Host(1), Host(2)].map(|host| host.inner(Family::V4));
    first.ping_all_answered(far)?;
    let both = [("first", &first), ("second", &second)];
    let before = both.map(|(_, side)| side.process().resident_bytes());
    transfer((&one, near), (&two, far), BURST)?;
    for ((name, side), before) in both.into_iter().zip(before) {
        let most = before? + LITTLE;
        wait_for(&format!("the {name} to give memory back"), Duration::from_secs(5), || {
            side.process().resident_bytes().ok().filter(|now| *now <= most)
        })?;
    }
    Ok(())
}
