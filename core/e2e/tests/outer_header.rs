//! Rule P9 on the wire. Outgoing: handshakes are marked AF41; data carries no DSCP, but the inner packet's ECN. Incoming:
//! congestion marked on the way reaches the receiver, as a mark or, if the packet cannot carry one, as a loss.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::thread::sleep;
use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Namespace, Recording, Side as _};
use anyhow::{Context as _, bail, ensure};
use rustix::net::sockopt::{set_ip_tos, set_ipv6_tclass};

/// DSCP AF41.
const HANDSHAKE: u8 = 0x88;
/// Length of a transport message without payload, bytes.
const KEEPALIVE_BYTES: usize = 32;

#[test]
fn the_outer_header_tells_of_ecn_and_of_nothing_else() -> anyhow::Result<()> {
    outwards(Family::V4)
}

#[test]
fn the_outer_ipv6_header_tells_of_ecn_and_of_nothing_else() -> anyhow::Result<()> {
    outwards(Family::V6)
}

/// Inner and outer packets are of the same family.
fn outwards(family: Family) -> anyhow::Result<()> {
    let Some(lab) = Lab::open("outer header")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (first, second) = (
        Device::start(&lab, &one, Implementation::AditWg, Host(1))?,
        Device::start(&lab, &two, Implementation::AditWg, Host(2))?,
    );
    let socket = one.within(|| Ok(UdpSocket::bind((Host(1).inner(family), 0))?))?;
    for ecn in 0..=3 {
        let filter = format!("udp and port 51802 and src host {}", Host(1).outer(family));
        let capture = Capture::start(&lab, &two, "eth0", &filter)?;
        // New keys, so that each recording contains a handshake.
        Ends::generate(false)?.configure(&first, &second, family)?;
        for dscp in 0..64 {
            mark(&socket, family, dscp << 2 | ecn)?;
            socket.send_to(b"to a port where nobody listens", (Host(2).inner(family), 9))?;
            // Packets that wait for a session are sent together, and the recording must show each.
            sleep(Duration::from_millis(5));
        }
        wait_for("64 packets on the cable", Duration::from_secs(10), || {
            let payloads = capture.so_far().ok()?.udp_payloads();
            (payloads.iter().filter(|payload| is_data(payload)).count() >= 64).then_some(())
        })?;
        check(&capture.finish()?, ecn)?;
    }
    Ok(())
}

fn is_data(payload: &[u8]) -> bool {
    payload.first() == Some(&4) && payload.len() > KEEPALIVE_BYTES
}

fn check(recording: &Recording, ecn: u8) -> anyhow::Result<()> {
    let (mut handshakes, mut data) = (0, 0);
    for (frame, payload) in recording.frames.iter().zip(recording.udp_payloads()) {
        let first = frame.get(14..16).context("a frame without an IP header")?;
        let tos = if first[0] >> 4 == 4 { first[1] } else { first[0] << 4 | first[1] >> 4 };
        match payload.first() {
            Some(1 | 2) => {
                ensure!(tos == HANDSHAKE, "a handshake message with {tos:#04x}");
                handshakes += 1;
            }
            Some(4) if payload.len() == KEEPALIVE_BYTES => ensure!(tos == 0, "a keepalive with {tos:#04x}"),
            Some(4) => {
                ensure!(tos == ecn, "data of ECN {ecn} with {tos:#04x}");
                data += 1;
            }
            other => bail!("a message of type {other:?}"),
        }
    }
    ensure!(handshakes > 0 && data >= 32, "{handshakes} handshake messages and {data} data messages recorded");
    Ok(())
}

fn mark(socket: &UdpSocket, family: Family, traffic_class: u8) -> anyhow::Result<()> {
    match family {
        Family::V4 => set_ip_tos(socket, traffic_class)?,
        Family::V6 => set_ipv6_tclass(socket, traffic_class.into())?,
    }
    Ok(())
}

#[test]
fn congestion_on_the_way_reaches_who_can_be_told_and_drops_for_who_cannot() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("congestion")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (first, second) = (
        Device::start(&lab, &one, Implementation::AditWg, Host(1))?,
        Device::start(&lab, &two, Implementation::AditWg, Host(2))?,
    );
    for outer in [Family::V4, Family::V6] {
        Ends::generate(false)?.configure(&first, &second, outer)?;
        first.ping_all_answered(Host(2).inner(Family::V4))?;
        for inner in [Family::V4, Family::V6] {
            let socket = one.within(|| Ok(UdpSocket::bind((Host(1).inner(inner), 0))?))?;
            let receiver = two.within(|| Ok(UdpSocket::bind((Host(2).inner(inner), 9))?))?;
            let end = two.within(|| Ok(UdpSocket::bind((Host(2).inner(inner), 10))?))?;
            receiver.set_read_timeout(Some(Duration::from_secs(3)))?;
            end.set_read_timeout(Some(Duration::from_secs(3)))?;
            for (congested, ecn) in (0..8).map(|case| (case >= 4, case % 4)) {
                watch(&two, second.interface(), congested)?;
                mark(&socket, inner, ecn)?;
                for _ in 0..PACKETS {
                    socket.send_to(b"how is the road?", (Host(2).inner(inner), 9))?;
                    // Spaced out, so that few of them are joined on the way.
                    sleep(Duration::from_millis(2));
                }
                let story = format!("outside {outer:?}, inside {inner:?}, ECN {ecn}, congested: {congested}");
                let expected = if congested && ecn == 0 { 0 } else { PACKETS };
                let mut received = 0;
                while received < expected {
                    receiver.recv(&mut [0; 64]).with_context(|| format!("{story}: {received} of {expected} arrived"))?;
                    received += 1;
                }
                // A last packet, marked ECT(1) so that it arrives even with congestion, follows all others.
                let (last, behind) = (one.within(|| Ok(UdpSocket::bind((Host(1).inner(inner), 0))?))?, Host(2).inner(inner));
                mark(&last, inner, 1)?;
                last.send_to(b"that is all", (behind, 10))?;
                end.recv(&mut [0; 64]).with_context(|| format!("{story}: the last packet"))?;
                // Only the kinds are compared: the kernel takes packets that arrive together from the tunnel as one.
                let seen: Vec<usize> =
                    arrived(&two)?.iter().enumerate().filter(|(_, count)| **count > 0).map(|(ecn, _)| ecn).collect();
                let allowed = match (congested, ecn) {
                    (true, 0) => vec![],
                    (true, _) => vec![3],
                    (false, _) => vec![usize::from(ecn)],
                };
                ensure!(seen == allowed, "{story}: arrived with ECN {seen:?}, not {allowed:?}");
            }
        }
        watch(&two, second.interface(), false)?;
        first.ping_all_answered(Host(2).inner(Family::V6))?;
    }
    Ok(())
}

/// Number of packets sent with each mark.
const PACKETS: u64 = 20;

/// Restarts counting the packets from the tunnel by their ECN. If `congested`, all packets to the tunnel are first marked CE.
fn watch(namespace: &Namespace, tunnel: &str, congested: bool) -> anyhow::Result<()> {
    let mark = if congested { "udp dport 51802 ip ecn set ce; udp dport 51802 ip6 ecn set ce;" } else { "" };
    let counters: String = (0..4).map(|ecn| format!("counter e{ecn} {{ }}; ")).collect();
    let count: String = (0..4)
        .flat_map(|ecn| {
            ["ip", "ip6"].map(|family| format!("iifname {tunnel} udp dport 9 {family} ecn {ecn} counter name e{ecn}; "))
        })
        .collect();
    namespace
        .shell("nft 'table netdev adit_way; delete table netdev adit_way; table inet adit_seen; delete table inet adit_seen'")?;
    namespace.shell(&format!(
        "nft 'table netdev adit_way {{ chain in {{ type filter hook ingress device eth0 priority 0; {mark} }}; }}; \
         table inet adit_seen {{ {counters} chain in {{ type filter hook input priority 0; {count} }}; }}'"
    ))?;
    Ok(())
}

/// Returns the counts of Not-ECT, ECT(1), ECT(0), CE.
fn arrived(namespace: &Namespace) -> anyhow::Result<[u64; 4]> {
    let mut counts = [0; 4];
    for (ecn, count) in counts.iter_mut().enumerate() {
        let text = namespace.shell(&format!("nft list counter inet adit_seen e{ecn}"))?;
        let number = text.split_whitespace().skip_while(|word| *word != "packets").nth(1).context("no count")?;
        *count = number.parse()?;
    }
    Ok(counts)
}
