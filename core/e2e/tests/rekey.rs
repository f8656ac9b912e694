//! Sessions are replaced under traffic, as the traffic sees it: with short timers, on real devices.
#![forbid(unsafe_code)]

use std::thread;
use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::short_timers::SHORT;
use adit_e2e::{Account, Device, Ends, Family, Host, Implementation, Keys, Lab, Namespace, Side as _, Stream, skip};
use anyhow::{anyhow, ensure};

/// The number of times a session is replaced while the streams run.
const REKEYS: usize = 5;

#[test]
fn no_datagram_is_lost_while_sessions_replace_each_other() -> anyhow::Result<()> {
    rekey_under_traffic(Implementation::ShortTimers)
}

#[test]
fn no_datagram_is_lost_while_sessions_with_the_reference_replace_each_other() -> anyhow::Result<()> {
    if Implementation::WireguardGo.program().is_none() {
        skip("rekeying with the reference: wireguard-go is not installed");
        return Ok(());
    }
    rekey_under_traffic(Implementation::WireguardGo)
}

/// The first end begins every session; the second, whichever implementation it is, answers.
fn rekey_under_traffic(responder: Implementation) -> anyhow::Result<()> {
    let Some(lab) = Lab::open(&format!("rekeying with {responder:?}"))? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::ShortTimers, Host(1))?;
    let other = Device::start(&lab, &two, responder, Host(2))?;
    Ends::generate(true)?.configure(&ours, &other, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    let length = SHORT.rekey_after * (REKEYS as u32 + 1) + Duration::from_secs(2);
    let stream = |from: (&Namespace, Host), to: (&Namespace, Host), family| {
        let (from, to) = ((from.0, from.1.inner(family)), (to.0, to.1.inner(family)));
        Stream { from, to, every: Duration::from_millis(4), length, size: 300 }.run()
    };
    let (there, back) = thread::scope(|threads| {
        let there = threads.spawn(|| stream((&one, Host(1)), (&two, Host(2)), Family::V4));
        let back = threads.spawn(|| stream((&two, Host(2)), (&one, Host(1)), Family::V6));
        let of = |stream: thread::ScopedJoinHandle<'_, anyhow::Result<Account>>| {
            stream.join().map_err(|_| anyhow!("a stream panicked"))?
        };
        Ok::<_, anyhow::Error>((of(there)?, of(back)?))
    })?;
    let sessions = completed(&ours, true);
    ensure!(sessions > REKEYS, "only {sessions} sessions; {}", ours.process().printed());
    if responder == Implementation::ShortTimers {
        let answered = completed(&other, false);
        ensure!(answered > REKEYS, "only {answered} sessions answered; {}", other.process().printed());
    }
    ensure!(there.complete() && back.complete(), "with {sessions} sessions: there {there:?}, back {back:?}");
    println!("{} datagrams there and {} back crossed {sessions} sessions", there.sent, back.sent);
    Ok(())
}

#[test]
fn a_quiet_pair_forgets_its_keys_and_the_next_packet_makes_new_ones() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("expiry")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (first, second) = (
        Device::start(&lab, &one, Implementation::ShortTimers, Host(1))?,
        Device::start(&lab, &two, Implementation::ShortTimers, Host(2))?,
    );
    Ends::generate(false)?.configure(&first, &second, Family::V6)?;
    first.ping_all_answered(Host(2).inner(Family::V4))?;
    let limit = SHORT.erase_after() + Duration::from_secs(10);
    for device in [&first, &second] {
        wait_for("the keys to be erased", limit, || device.process().printed().contains("KeysErased").then_some(()))?;
    }
    let before = completed(&first, true) + completed(&first, false);
    second.ping_all_answered(Host(1).inner(Family::V4))?;
    let after = completed(&first, true) + completed(&first, false);
    ensure!(after == before + 1, "{before} sessions before the pause, {after} after it");
    Ok(())
}

/// Returns the number of sessions of a device with short timers: those that it began, or those that it answered.
fn completed(device: &Device<'_>, initiator: bool) -> usize {
    let end = format!("initiator: {initiator} }}");
    device.process().printed().lines().filter(|line| line.starts_with("HandshakeCompleted") && line.ends_with(&end)).count()
}

/// Returns two of our devices with a session.
fn connected<'lab>(
    lab: &'lab Lab,
    one: &'lab Namespace,
    two: &'lab Namespace,
) -> anyhow::Result<(Device<'lab>, Device<'lab>, Ends)> {
    let ours = Device::start(lab, one, Implementation::AditWg, Host(1))?;
    let other = Device::start(lab, two, Implementation::AditWg, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&ours, &other, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;
    Ok((ours, other, ends))
}

/// The other side learns the new key after this one has it. The first packet after that must not wait for a retry.
#[test]
fn the_first_ping_after_a_new_private_key_is_answered_within_a_second() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a new private key")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (ours, other, ends) = connected(&lab, &one, &two)?;
    let new = Keys::generate()?;
    let file = lab.write("new-key", &new.private)?;
    ours.wg("set", &format!("private-key {}", file.display()))?;
    let allowed = Host(1).allowed_ips().replace(' ', "");
    other.wg("set", &format!("peer {} allowed-ips {allowed} peer {} remove", new.public, ends.initiator.public))?;
    ensure!(one.reaches(&Host(2).inner(Family::V4).to_string())?, "no answer within a second");
    Ok(())
}

/// The other side learns the new key between the pings, right after this one has it.
#[test]
fn pings_right_before_and_right_after_a_new_private_key_are_all_answered() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a new private key between pings")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let (ours, other, _) = connected(&lab, &one, &two)?;
    let new = Keys::generate()?;
    let file = lab.write("new-key", &new.private)?;
    // The address moves to the new key at the same moment, so that only the two commands interrupt the pings.
    let allowed = Host(1).allowed_ips().replace(' ', "");
    let (every, there) = (Duration::from_millis(5), Host(2).inner(Family::V4).to_string());
    let before = one.start_pinging(&there, 100, every, &lab.file("before"))?.finish()?;
    ensure!(before.complete(), "{before:?}");
    let both = format!(
        "wg set {0} private-key {1} && wg set {2} peer {3} allowed-ips {allowed}",
        ours.interface(),
        file.display(),
        other.interface(),
        new.public
    );
    one.shell(&both)?;
    let after = one.start_pinging(&there, 200, every, &lab.file("after"))?.finish()?;
    ensure!(after.complete(), "{after:?}");
    Ok(())
}
