//! Rule R7: expired secrets are erased. A scripted peer knows every secret of a session; soon after the session's end none of
//! them is in the memory of the process.
#![forbid(unsafe_code)]

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::Duration;

use adit_e2e::memory::{Found, find};
use adit_e2e::process::{text_of, wait_for};
use adit_e2e::short_timers::SHORT;
use adit_e2e::{Device, Family, Host, Implementation, Keys, Lab, Namespace, Process, Scripted, Side as _, skip};
use adit_protocol::{PresharedKey, PrivateKey};
use adit_testkit::probe::Secret;
use anyhow::{Context as _, ensure};
use rustix::process::Signal;

/// Longest time that a secret may stay after its end.
const SOON: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    PeerRemoved,
    InterfaceDown,
    NewPrivateKey,
    Expiry,
}

#[test]
fn a_removed_peer_leaves_no_key_behind() -> anyhow::Result<()> {
    nothing_stays_after(End::PeerRemoved)
}

#[test]
fn an_interface_that_is_down_holds_no_session_key() -> anyhow::Result<()> {
    nothing_stays_after(End::InterfaceDown)
}

/// Sessions of the old key still receive until they expire, and then their keys are erased too.
#[test]
fn a_new_private_key_ends_the_old_one_at_once_and_all_that_came_of_it_in_the_end() -> anyhow::Result<()> {
    nothing_stays_after(End::NewPrivateKey)
}

#[test]
fn expired_sessions_leave_no_key_behind() -> anyhow::Result<()> {
    nothing_stays_after(End::Expiry)
}

/// The scripted peer begins the session and, in a second run, the process under test does.
fn nothing_stays_after(end: End) -> anyhow::Result<()> {
    let Some(lab) = Lab::open(&format!("memory after {end:?}"))? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let takes_time = matches!(end, End::Expiry | End::NewPrivateKey);
    let implementation = if takes_time { Implementation::ShortTimers } else { Implementation::AditWg };
    for we_start in [true, false] {
        let device = Device::start(&lab, &two, implementation, Host(2))?;
        let own = Keys::generate()?;
        let mut scripted = Scripted::bind(&one, &own.public)?;
        device.setconf(&conf(&own, &scripted))?;
        // Showing the configuration makes copies too.
        device.wg("show", "dump")?;
        let transport = if we_start {
            scripted.start_session()?
        } else {
            let ping = two.start_pinging(&Host(1).inner(Family::V4).to_string(), 1, Duration::from_secs(1), &lab.file("ping"))?;
            let transport = scripted.answer_session()?;
            drop(ping);
            transport
        };
        let session_keys = transport.keys_of_the_other();
        let alive = find(device.process().id(), &session_keys)?;
        for (name, _) in &session_keys {
            ensure!(alive.iter().any(|found| found.name == *name), "the {name} of a living session is not found: {alive:?}");
        }
        finish(end, &lab, &two, &device, &scripted)?;
        let mut secrets: Vec<Secret> = [&session_keys[..], &transport.handshake_secrets].concat();
        if end == End::PeerRemoved {
            secrets.push(("preshared key", scripted.preshared_key()));
        }
        if end == End::NewPrivateKey {
            let old = ("old private key", *own.private.parse::<PrivateKey>()?.dangerously_reveal());
            let left = left_after(SOON, &device, std::slice::from_ref(&old))?;
            ensure!(left.is_empty(), "the old private key is still there: {left:#?}");
            secrets.push(old);
        }
        let time = if end == End::NewPrivateKey { SHORT.erase_after() + Duration::from_secs(10) } else { SOON };
        let left = left_after(time, &device, &secrets)?;
        ensure!(left.is_empty(), "{end:?}, started by the scripted peer: {we_start}; still there: {left:#?}");
    }
    Ok(())
}

fn conf(own: &Keys, scripted: &Scripted) -> String {
    format!(
        "[Interface]\nPrivateKey = {}\nListenPort = {}\n\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nAllowedIPs = {}\nEndpoint = {}\n",
        own.private,
        Host(2).port(),
        scripted.public_key(),
        PresharedKey::from_bytes(scripted.preshared_key()).dangerously_reveal_base64().as_str(),
        Host(1).allowed_ips(),
        Host(1).endpoint(Family::V4)
    )
}

/// Ends the session, and returns when it has ended.
fn finish(end: End, lab: &Lab, two: &Namespace, device: &Device<'_>, scripted: &Scripted) -> anyhow::Result<()> {
    match end {
        End::PeerRemoved => device.wg("set", &format!("peer {} remove", scripted.public_key())).map(drop),
        End::InterfaceDown => two.ip(&format!("link set {} down", device.interface())).map(drop),
        End::NewPrivateKey => {
            let file = lab.write("new-private-key", &Keys::generate()?.private)?;
            device.wg("set", &format!("private-key {}", file.display())).map(drop)
        }
        End::Expiry => {
            let limit = SHORT.erase_after() + Duration::from_secs(10);
            wait_for("the keys to be erased", limit, || device.process().printed().contains("KeysErased").then_some(()))
        }
    }
}

/// Returns the secrets that are still found after `time`. Returns earlier if none is left.
fn left_after(time: Duration, device: &Device<'_>, secrets: &[Secret]) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut look = || -> anyhow::Result<bool> {
        found = find(device.process().id(), secrets)?;
        Ok(found.is_empty())
    };
    // Secrets that remain when the time is over are the result.
    let gone = wait_for("the secrets to go", time, || look().map(|gone| gone.then_some(())).transpose());
    match gone {
        Ok(looked) => looked?,
        Err(_) => drop(look()?),
    }
    Ok(found)
}

#[test]
fn a_crash_leaves_no_image_of_the_memory() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("core dump")? else { return Ok(()) };
    let (one, _two) = lab.two_hosts()?;
    if !std::fs::read_to_string("/proc/sys/kernel/core_pattern")?.trim().eq("core") {
        skip("core dump: this machine does not write core files into the current folder");
        return Ok(());
    }
    let folder = lab.file("crashed");
    std::fs::create_dir(&folder)?;
    ensure!(crashes_with_image(&one, &lab, &folder, "sleep", "100", |_| Ok(()))?, "even sleep leaves no image here");
    let interface = lab.interface_name();
    let program = Implementation::AditWg.program().context("adit-wg is not built")?;
    let left = crashes_with_image(&one, &lab, &folder, &program.to_string_lossy(), &format!("-f {interface}"), |process| {
        wait_for("the interface", Duration::from_secs(10), || one.ip(&format!("link show {interface}")).ok())?;
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id()))?;
        let limit = limits.lines().find(|line| line.starts_with("Max core file size")).context("no such limit")?;
        ensure!(limit.split_whitespace().nth(4) == Some("0"), "{limit}");
        // The limit alone does not protect: whoever may crash the process with a signal may also raise it.
        text_of(std::process::Command::new("prlimit").args(["--pid", &process.id().to_string(), "--core=unlimited"]))?;
        Ok(())
    })?;
    // Its socket's file stays behind, as after any crash.
    let _ = std::fs::remove_file(format!("/var/run/wireguard/{interface}.sock"));
    ensure!(!left, "adit-wg left an image of its memory");
    Ok(())
}

/// Returns true if a program that ends with SIGABRT leaves a core file.
fn crashes_with_image(
    namespace: &Namespace,
    lab: &Lab,
    folder: &Path,
    program: &str,
    arguments: &str,
    before: impl FnOnce(&Process) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let line = format!("cd {} && ulimit -c unlimited && exec {program} {arguments}", folder.display());
    let mut process = namespace.start("sh", ["-c", &line], &[], &lab.file("crash.log"))?;
    let name = Path::new(program).file_name().context("a program has a name")?.to_string_lossy().into_owned();
    let comm = format!("/proc/{}/comm", process.id());
    wait_for("the program to start", Duration::from_secs(10), || {
        std::fs::read_to_string(&comm).is_ok_and(|comm| comm.trim() == name).then_some(())
    })?;
    before(&process)?;
    process.signal(Signal::ABORT)?;
    Ok(process.wait(Duration::from_secs(20))?.core_dumped())
}
