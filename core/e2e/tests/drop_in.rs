//! `adit-wg` in place of `wireguard-go`: the arguments it accepts, the leftovers it removes, and the limits it enforces.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use adit_e2e::process::Process;
use adit_e2e::{Device, Ends, Family, Host, Implementation, Lab, Namespace, Side as _};
use anyhow::{Context as _, ensure};

/// Starts `adit-wg -f NAME`, which must end by itself. Returns its exit code and output.
fn refused(lab: &Lab, namespace: &Namespace, interface: &str) -> anyhow::Result<(Option<i32>, String)> {
    let program = Implementation::AditWg.program().context("adit-wg is not built")?;
    let mut process: Process = namespace.start(program, ["-f", interface], &[], &lab.file("refused"))?;
    let status = process.wait(Duration::from_secs(5))?;
    Ok((status.code(), process.printed()))
}

#[test]
fn an_interface_name_in_use_is_refused_and_its_owner_undisturbed() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("interface name taken")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let other = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    Ends::generate(false)?.configure(&ours, &other, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    for taken in [ours.interface(), "eth0"] {
        let (code, printed) = refused(&lab, &one, taken)?;
        ensure!(code == Some(1), "{taken}: exit code {code:?}, printed:\n{printed}");
        ensure!(printed.contains(taken), "{taken}: the message does not name it:\n{printed}");
    }
    ours.ping_all_answered(Host(2).inner(Family::V4))
}

#[test]
fn a_port_in_use_is_refused_and_the_tunnel_keeps_the_one_it_has() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("port taken")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let _taken = one.within(|| Ok(UdpSocket::bind("0.0.0.0:40000")?))?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let other = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    Ends::generate(false)?.configure(&ours, &other, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;

    let answer = ours.try_wg("set", "listen-port 40000")?;
    let message = String::from_utf8_lossy(&answer.stderr);
    ensure!(!answer.status.success() && message.contains("Address already in use"), "{} {message}", answer.status);
    ensure!(ours.wg("show", "listen-port")?.trim() == Host(1).port().to_string(), "it gave up its own port");
    ours.ping_all_answered(Host(2).inner(Family::V4))
}

#[test]
fn it_leaves_when_its_socket_or_its_interface_is_removed() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("socket or interface removed")? else { return Ok(()) };
    let host = lab.namespace("host")?;
    for removal in ["rm /var/run/wireguard/NAME.sock", "ip link del NAME"] {
        let mut device = Device::start(&lab, &host, Implementation::AditWg, Host(1))?;
        let name = device.interface().to_owned();
        host.shell(&removal.replace("NAME", &name))?;
        device.wait_for_end(Duration::from_secs(5)).with_context(|| format!("after `{removal}`"))?;
        ensure!(host.ip(&format!("link show {name}")).is_err(), "after `{removal}` the interface is still there");
        ensure!(!device.socket().exists(), "after `{removal}` the socket is still there");
    }
    Ok(())
}

#[test]
fn ten_thousand_peers_are_configured_listed_and_served() -> anyhow::Result<()> {
    const PEERS: u16 = 10_000;
    let Some(lab) = Lab::open("10,000 peers")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let reference = Device::start(&lab, &two, Implementation::WireguardGo, Host(2))?;
    let ends = Ends::generate(false)?;
    ends.configure(&ours, &reference, Family::V4)?;
    let idle = ours.process().resident_bytes()?;

    let mut conf = ends.conf(&ends.initiator, Host(1), &ends.responder, Host(2), Some(Host(2).endpoint(Family::V4)));
    for number in 1..PEERS {
        let [high, low] = number.to_be_bytes();
        write!(conf, "[Peer]\nPublicKey = {}\nAllowedIPs = 10.200.{high}.{low}/32\n", made_up_key(number))?;
    }
    let start = Instant::now();
    ours.setconf(&conf)?;
    let set = start.elapsed();
    let start = Instant::now();
    let listed = ours.wg("show", "allowed-ips")?.lines().count();
    let get = start.elapsed();
    ensure!(listed == usize::from(PEERS), "{listed} peers are listed");
    ours.ping_all_answered(Host(2).inner(Family::V4))?;
    let full = ours.process().resident_bytes()?;
    println!("10,000 peers: set {set:?}, get {get:?}; memory {} KiB idle, {} KiB full", idle / 1024, full / 1024);
    ensure!(full < 24 << 20, "10,000 peers take {full} bytes");
    Ok(())
}

/// Returns the number in base64's own alphabet, followed by zeros: a valid public key that nobody has.
fn made_up_key(number: u16) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |shift: u16| char::from(ALPHABET[usize::from(number >> shift & 63)]);
    format!("x{}{}{}{}=", digit(12), digit(6), digit(0), "A".repeat(39))
}

#[test]
fn killed_without_warning_it_comes_back_under_the_same_name() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("kill -9 and start again")? else { return Ok(()) };
    let host = lab.namespace("host")?;
    let mut device = Device::start(&lab, &host, Implementation::AditWg, Host(1))?;
    for _ in 0..5 {
        device.restart()?;
        ensure!(device.wg("show", "listen-port").is_ok(), "it does not answer after its restart");
    }
    Ok(())
}

#[test]
fn no_thread_of_it_can_start_a_program() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit-wg starts no program")? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start(&lab, &one, Implementation::AditWg, Host(1))?;
    let other = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    Ends::generate(false)?.configure(&ours, &other, Family::V4)?;
    ours.ping_all_answered(Host(2).inner(Family::V4))?;
    for task in std::fs::read_dir(format!("/proc/{}/task", ours.process().id()))? {
        let status = std::fs::read_to_string(task?.path().join("status"))?;
        ensure!(status.contains("\nSeccomp:\t2\n") && status.contains("\nNoNewPrivs:\t1\n"), "{status}");
    }
    Ok(())
}
