//! The built `adit-wg.exe` under Wine speaks WireGuard with Linux. `cargo xtask windows` builds it and runs this.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use adit_e2e::short_timers::SHORT;
use adit_e2e::wine::{WindowsDevice, Wine};
use adit_e2e::{
    Account, Device, Ends, Family, Host, Implementation, Lab, Namespace, Side as _, Stream, they_talk_in_every_way, transfer,
};
use anyhow::{anyhow, ensure};

/// Bytes from each end to the other: 100 MB together.
const EACH_WAY: usize = 50_000_000;

/// The number of times a session is replaced while the streams run.
const REKEYS: usize = 3;

#[test]
fn both_families_pass_in_both_directions_whoever_begins() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("Wine and Linux")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let wine = Wine::copy(&lab, &one)?;
    let ours = WindowsDevice::start(&lab, &wine, Host(1))?;
    let linux = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    for outer in [Family::V4, Family::V6] {
        they_talk_in_every_way(&ours, &linux, outer)?;
    }
    Ok(())
}

#[test]
fn a_hundred_megabytes_arrive_unchanged() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("100 MB through Wine")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let wine = Wine::copy(&lab, &one)?;
    let ours = WindowsDevice::start(&lab, &wine, Host(1))?;
    let linux = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    Ends::generate(true)?.configure(&ours, &linux, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;
    transfer((&one, Host(1).inner(Family::V4)), (&two, Host(2).inner(Family::V4)), EACH_WAY)
}

#[test]
fn either_end_may_move() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("roaming of Wine and Linux")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let wine = Wine::copy(&lab, &one)?;
    let ours = WindowsDevice::start(&lab, &wine, Host(1))?;
    let linux = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&ours, &linux, Family::V4)?;
    let answers = || ours.ping_all_answered(Host(2).inner(Family::V4));
    answers()?;

    one.ip("addr add 10.77.0.11/24 dev eth0")?;
    one.ip("addr del 10.77.0.1/24 dev eth0")?;
    answers()?;
    let learned = linux.endpoint_of(&ends.initiator.public)?;
    ensure!(learned == SocketAddr::from(([10, 77, 0, 11], Host(1).port())).to_string(), "Linux stayed with {learned}");

    ours.set("listen-port 40000")?;
    answers()?;
    let learned = linux.endpoint_of(&ends.initiator.public)?;
    ensure!(learned == "10.77.0.11:40000", "Linux stayed with {learned}");

    linux.wg("set", "listen-port 40001")?;
    linux.ping_all_answered(Host(1).inner(Family::V4))?;
    let learned = ours.show("endpoints", &ends.responder.public)?;
    ensure!(learned == "10.77.0.2:40001", "Windows stayed with {learned}");
    answers()
}

#[test]
fn no_datagram_is_lost_while_sessions_replace_each_other() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("rekeying with Wine")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let wine = Wine::copy(&lab, &one)?;
    let ours = WindowsDevice::start(&lab, &wine, Host(1))?;
    let linux = Device::start(&lab, &two, Implementation::ShortTimers, Host(2))?;
    // Linux begins every session, because its timers are short.
    Ends::generate(true)?.configure(&linux, &ours, Family::V4)?;
    linux.ping_all_answered(Host(1).inner(Family::V4))?;

    let length = SHORT.rekey_after * (REKEYS as u32 + 1) + Duration::from_secs(2);
    let stream = |from: (&Namespace, Host), to: (&Namespace, Host), family| {
        let (from, to) = ((from.0, from.1.inner(family)), (to.0, to.1.inner(family)));
        Stream { from, to, every: Duration::from_millis(10), length, size: 300 }.run()
    };
    let (there, back) = thread::scope(|threads| {
        let there = threads.spawn(|| stream((&one, Host(1)), (&two, Host(2)), Family::V4));
        let back = threads.spawn(|| stream((&two, Host(2)), (&one, Host(1)), Family::V6));
        let of = |stream: thread::ScopedJoinHandle<'_, anyhow::Result<Account>>| {
            stream.join().map_err(|_| anyhow!("a stream panicked"))?
        };
        Ok::<_, anyhow::Error>((of(there)?, of(back)?))
    })?;
    let printed = linux.process().printed();
    let sessions = printed.lines().filter(|line| line.starts_with("HandshakeCompleted")).count();
    ensure!(sessions > REKEYS, "only {sessions} sessions; {printed}");
    ensure!(there.complete() && back.complete(), "with {sessions} sessions: there {there:?}, back {back:?}");
    Ok(())
}

#[test]
fn a_missing_or_altered_library_and_an_impossible_name_each_have_their_sentence() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("bad starts under Wine")? else { return Ok(()) };
    let alone = lab.namespace("alone")?;
    let mut wine = Wine::copy(&lab, &alone)?;
    let programs = lab.file("programs");
    wine.move_programs(&programs, &["adit-wg.exe", "adit.exe"])?;
    let fails = |arguments: &[&str], sentence: &str| -> anyhow::Result<()> {
        let output = wine.run("adit-wg.exe", arguments)?;
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.code() == Some(1) && printed.contains(sentence), "{arguments:?}: {output:?}");
        Ok(())
    };
    fails(&["-f", "office"], "wintun.dll is missing")?;
    std::fs::write(programs.join("wintun.dll"), "MZ, but not that one")?;
    fails(&["-f", "office"], "is not wintun.dll 0.14.1")?;
    fails(&["-f", r"a\b"], "is not the name of an interface")?;
    let output = wine.run("adit.exe", &["wg", "show", "nobody"])?;
    ensure!(output.status.code() == Some(1), "{output:?}");
    Ok(())
}
