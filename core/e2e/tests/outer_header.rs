//! Rule P9 on the wire, outwards: handshakes are marked AF41, data carries no DSCP and the inner packet's ECN.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::thread::sleep;
use std::time::Duration;

use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Recording};
use anyhow::{Context as _, bail, ensure};
use rustix::net::sockopt::set_ip_tos;

/// DSCP AF41.
const HANDSHAKE: u8 = 0x88;
/// Of a transport message without anything in it.
const KEEPALIVE_BYTES: usize = 32;

#[test]
fn the_outer_header_tells_of_ecn_and_of_nothing_else() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("outer header")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (first, second) = (
        Device::start(&lab, &one, Implementation::AditWg, Host(1))?,
        Device::start(&lab, &two, Implementation::AditWg, Host(2))?,
    );
    let socket = one.within(|| Ok(UdpSocket::bind((Host(1).inner(Family::V4), 0))?))?;
    for ecn in 0..=3 {
        let capture = Capture::start(&lab, &two, "eth0", "udp and port 51802 and src host 10.77.0.1")?;
        // New keys, so that each recording holds a handshake.
        Ends::generate(false)?.configure(&first, &second, Family::V4)?;
        for dscp in 0..64 {
            set_ip_tos(&socket, dscp << 2 | ecn)?;
            socket.send_to(b"to a port where nobody listens", (Host(2).inner(Family::V4), 9))?;
            sleep(Duration::from_millis(5));
        }
        sleep(Duration::from_millis(200));
        check(&capture.finish()?, ecn)?;
    }
    Ok(())
}

fn check(recording: &Recording, ecn: u8) -> anyhow::Result<()> {
    let (mut handshakes, mut data) = (0, 0);
    for (frame, payload) in recording.frames.iter().zip(recording.udp_payloads()) {
        let tos = *frame.get(15).context("a frame without an IP header")?;
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
