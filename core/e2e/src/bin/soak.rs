//! `cargo xtask soak [MINUTES]`: rekeying at the protocol's real 120 s under traffic, with each side as initiator once.
//! Default: seven minutes.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Side as _};
use anyhow::{Context as _, ensure};

const INTERVAL: Duration = Duration::from_millis(5);
/// First byte of a handshake initiation.
const INITIATION: u8 = 1;

fn main() -> ExitCode {
    let Some(minutes) =
        std::env::args().nth(1).map_or(Some(7), |argument| argument.parse::<u32>().ok().filter(|minutes| *minutes > 2))
    else {
        eprintln!("usage: soak [MINUTES], more than 2");
        return ExitCode::from(2);
    };
    let pairs = [(Implementation::AditWg, Implementation::WireguardGo), (Implementation::WireguardGo, Implementation::AditWg)];
    let pairs =
        pairs.map(|(initiator, responder)| thread::spawn(move || (initiator, responder, soak(initiator, responder, minutes))));
    let mut all_well = true;
    for pair in pairs {
        match pair.join() {
            Ok((initiator, responder, Ok(told))) => println!("ok: {initiator:?} to {responder:?}: {told}"),
            Ok((initiator, responder, Err(error))) => {
                println!("FAILED: {initiator:?} to {responder:?}: {error:#}");
                all_well = false;
            }
            Err(_) => all_well = false,
        }
    }
    if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn soak(initiator: Implementation, responder: Implementation, minutes: u32) -> anyhow::Result<String> {
    let lab = Lab::open("soak")?.context("this machine cannot")?;
    let (one, two) = lab.two_hosts()?;
    let first = Device::start(&lab, &one, initiator, Host(1))?;
    let second = Device::start(&lab, &two, responder, Host(2))?;
    Ends::generate(true)?.configure(&first, &second, Family::V4)?;
    first.ping_all_answered(Host(2).inner(Family::V4))?;

    let memory = || -> anyhow::Result<[u64; 2]> {
        Ok([first.process().resident_bytes()? / 1024, second.process().resident_bytes()? / 1024])
    };
    let before = memory()?;
    let capture = Capture::start(&lab, &one, "eth0", "udp and udp[8] = 1")?;
    let count = minutes * 60 * 1000 / 5;
    let pings = one.start_pinging(&Host(2).inner(Family::V4).to_string(), count, INTERVAL, &lab.file("pings"))?.finish()?;
    let after = memory()?;
    let initiations = capture.finish()?.udp_payloads().iter().filter(|datagram| datagram.first() == Some(&INITIATION)).count();
    ensure!(initiations + 1 >= (minutes / 2) as usize, "{initiations} handshakes in {minutes} minutes");
    ensure!(pings.complete(), "{pings:?} over {initiations} handshakes");
    Ok(format!("{} pings over {initiations} handshakes, none lost; memory {before:?} KiB, then {after:?}", pings.received))
}
