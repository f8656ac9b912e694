//! An attacker on the network has recorded everything and sends it again, unchanged or changed: nothing happens.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::time::Duration;

use adit_e2e::{Capture, Device, Ends, Family, Faults, Host, Implementation, Lab, Side as _};
use anyhow::ensure;

const INTERVAL: Duration = Duration::from_millis(10);

#[test]
fn recorded_and_mutated_datagrams_are_neither_answered_nor_delivered() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("replay")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let reference = Device::start(&lab, &one, Implementation::WireguardGo, Host(1))?;
    let ours = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    let ends = Ends::generate(true)?;
    let capture = Capture::start(&lab, &two, "eth0", "udp and port 51802")?;
    ends.configure(&reference, &ours, Family::V4)?;
    reference.ping_all_answered(Host(2).inner(Family::V4))?;
    ours.ping_all_answered(Host(1).inner(Family::V6))?;
    let recorded = capture.finish()?.udp_payloads();
    let kinds: Vec<u8> = (1..=4).filter(|kind| recorded.iter().any(|datagram| datagram.first() == Some(kind))).collect();
    ensure!(kinds == [1, 2, 4], "recorded kinds {kinds:?}: not the handshake and the data that the test is about");

    one.ip("addr add 10.77.0.66/24 dev eth0")?;
    let attacker = one.within(|| Ok(UdpSocket::bind("10.77.0.66:0")?))?;
    attacker.connect(Host(2).endpoint(Family::V4))?;
    let delivered_before = two.packets_received(ours.interface())?;
    let transfer_before = ours.show("transfer", &ends.initiator.public)?;
    let mut sent = 0;
    for datagram in recorded.iter().flat_map(|datagram| std::iter::once(datagram.clone()).chain(mutations(datagram))) {
        // A port unreachable for an earlier datagram may come back; that would be an answer too, which is looked for below.
        attacker.send(&datagram)?;
        sent += 1;
        if sent % 64 == 0 {
            std::thread::sleep(Duration::from_millis(1)); // more than this at once fills the receiver's queue unseen
        }
    }
    attacker.set_read_timeout(Some(Duration::from_millis(500)))?;
    let answer = attacker.recv(&mut [0; 2048]);
    ensure!(answer.is_err(), "{sent} datagrams, and an answer of {answer:?} bytes");

    ensure!(two.packets_received(ours.interface())? == delivered_before, "something was delivered");
    ensure!(ours.show("transfer", &ends.initiator.public)? == transfer_before, "something was counted as received or sent");
    let endpoint = ours.endpoint_of(&ends.initiator.public)?;
    ensure!(endpoint == Host(1).endpoint(Family::V4).to_string(), "the endpoint was moved to {endpoint}");
    reference.ping_all_answered(Host(2).inner(Family::V4))?;
    println!("{} recorded datagrams became {sent}", recorded.len());
    Ok(())
}

/// Returns copies with a flipped bit in each byte, cut at each length, and with a byte appended.
fn mutations(datagram: &[u8]) -> Vec<Vec<u8>> {
    let flipped = (0..datagram.len()).map(|at| {
        let mut changed = datagram.to_vec();
        changed[at] ^= 1 << (at % 8);
        changed
    });
    let cut = (0..datagram.len()).map(|length| datagram[..length].to_vec());
    let longer = [[datagram, &[0]].concat(), [datagram, datagram].concat()];
    flipped.chain(cut).chain(longer).collect()
}

#[test]
fn a_lossy_and_duplicating_network_loses_what_it_loses_and_duplicates_nothing_inside() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("loss and duplication")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &two, Implementation::WireguardGo, Host(2))?;
    Ends::generate(false)?.configure(&ours, &reference, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    let (there, back) = (Faults::on(&one, "eth0"), Faults::on(&two, "eth0"));
    there.duplicate(30)?;
    back.duplicate(30)?;
    let ping = one.ping(&Host(2).inner(Family::V4).to_string(), 100, INTERVAL, Duration::from_secs(5))?;
    ensure!(ping.complete() && ping.duplicates == 0, "datagrams sent twice: {ping:?}");

    there.heal()?;
    back.heal()?;
    there.lose(20)?;
    back.lose(20)?;
    let ping = one.ping(&Host(2).inner(Family::V4).to_string(), 200, INTERVAL, Duration::from_secs(5))?;
    // 200 x 0.8 x 0.8 = 128 are expected, with a standard deviation of 6.8.
    ensure!((88..=168).contains(&ping.received) && ping.duplicates == 0, "a fifth lost each way: {ping:?}");
    Ok(())
}
