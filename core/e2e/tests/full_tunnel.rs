//! Everything goes through the tunnel, and when it is over the host is as it was: by `wg-quick` with our `adit-wg`, and by `adit up`.
#![forbid(unsafe_code)]

use std::net::UdpSocket;
use std::path::PathBuf;
use std::time::Duration;

use adit_e2e::process::{Process, wait_for};
use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Namespace, Side as _, built, program, skip};
use anyhow::{Context as _, ensure};
use rustix::process::Signal;

/// Two addresses on the far side that the client reaches by its ordinary default route too.
const INTERNET: [&str; 2] = ["203.0.113.9", "2001:db8::9"];

/// A client with a default route and a configuration, and a server that stands for the whole Internet.
struct World<'lab> {
    client: &'lab Namespace,
    _server: Device<'lab>,
    interface: String,
    conf: PathBuf,
    before: String,
}

impl<'lab> World<'lab> {
    /// `more` is added to the `[Interface]` section of the client's configuration.
    fn new(lab: &'lab Lab, client: &'lab Namespace, server: &'lab Namespace, more: &str) -> anyhow::Result<Self> {
        for address in INTERNET {
            server.ip(&format!("addr add {address} dev lo"))?;
        }
        client.ip("route add default via 10.77.0.2")?;
        client.ip("-6 route add default via fd77::2")?;
        let device = Device::start(lab, server, Implementation::WireguardGo, Host(2))?;
        let ends = Ends::generate(true)?;
        device.setconf(&ends.conf(&ends.responder, Host(2), &ends.initiator, Host(1), None))?;
        let interface = lab.interface_name();
        let text = format!(
            "[Interface]\nPrivateKey = {}\nAddress = {}\n{more}\n\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nEndpoint = {}\nAllowedIPs = 0.0.0.0/0, ::/0\n",
            ends.initiator.private,
            Host(1).inner_networks().replace(' ', ", "),
            ends.responder.public,
            ends.preshared.as_deref().unwrap_or_default(),
            Host(2).endpoint(Family::V4)
        );
        let conf = lab.write(&format!("{interface}.conf"), &text)?;
        Ok(Self { client, _server: device, interface, conf, before: client.snapshot()? })
    }

    /// `adit up FILE`, until pings go through it.
    fn adit_up(&self, lab: &Lab) -> anyhow::Result<Process> {
        let mut process =
            self.client.start(built("adit")?, ["up".into(), self.conf.clone().into_os_string()], &[], &lab.file("adit-up"))?;
        let up = wait_for("traffic through `adit up`", Duration::from_secs(10), || {
            let through = self.client.ping("-c 1 -W 1", &Host(2).inner(Family::V4).to_string()).is_ok_and(|ping| ping.complete());
            let ended = process.ended().ok().flatten();
            (through || ended.is_some()).then_some(ended)
        });
        match up {
            Ok(None) => Ok(process),
            _ => anyhow::bail!("`adit up` did not come up; it printed:\n{}", process.printed()),
        }
    }

    /// Pings reach the Internet, and none of them is seen on the cable.
    fn everything_goes_through_the_tunnel(&self, lab: &Lab) -> anyhow::Result<()> {
        let in_clear = Capture::start(lab, self.client, "eth0", "icmp or (icmp6 and ip6[40] == 128)")?;
        for address in INTERNET {
            let ping = self.client.ping("-c 5 -i 0.05 -W 2", address)?;
            ensure!(ping.complete(), "{address}: {ping:?}");
        }
        let leaked = in_clear.finish()?.frames.len();
        ensure!(leaked == 0, "{leaked} pings went in clear");
        Ok(())
    }

    fn the_client_is_as_before(&self) -> anyhow::Result<()> {
        let after = self.client.snapshot()?;
        ensure!(after == self.before, "left behind; before:\n{}\nafter:\n{after}", self.before);
        Ok(())
    }
}

#[test]
fn wg_quick_brings_our_engine_up_and_down() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("wg-quick with adit-wg")? else { return Ok(()) };
    let Some(wg_quick) = program("wg-quick") else {
        skip("wg-quick with adit-wg: no wg-quick");
        return Ok(());
    };
    let (client, server) = lab.two_hosts()?;
    let world = World::new(&lab, &client, &server, "")?;
    let adit_wg = Implementation::AditWg.program().context("adit-wg is not built")?;
    let wg_quick = |verb: &str| {
        let line = format!(
            "WG_QUICK_USERSPACE_IMPLEMENTATION={} {} {verb} {} 2>&1",
            adit_wg.display(),
            wg_quick.display(),
            world.conf.display()
        );
        client.shell(&line)
    };
    wg_quick("up")?;
    world.everything_goes_through_the_tunnel(&lab)?;
    let shown = client.shell("wg show all dump")?;
    ensure!(shown.contains(&world.interface), "`wg show` does not see it:\n{shown}");
    wg_quick("down")?;
    world.the_client_is_as_before()
}

#[test]
fn adit_up_takes_everything_and_undoes_all_of_it_on_sigterm() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit up")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let world = World::new(&lab, &client, &server, "")?;
    let mut up = world.adit_up(&lab)?;
    world.everything_goes_through_the_tunnel(&lab)?;
    up.signal(Signal::TERM)?;
    let status = up.wait(Duration::from_secs(5))?;
    ensure!(status.success(), "`adit up` ended with {status}:\n{}", up.printed());
    world.the_client_is_as_before()
}

#[test]
fn after_kill_9_the_next_adit_up_works_and_leaves_nothing_of_either() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("kill -9 of adit up")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let world = World::new(&lab, &client, &server, "")?;
    let mut up = world.adit_up(&lab)?;
    up.kill()?;
    ensure!(client.ip(&format!("link show {}", world.interface)).is_err(), "the interface outlived its program");

    let mut up = world.adit_up(&lab)?;
    world.everything_goes_through_the_tunnel(&lab)?;
    up.signal(Signal::INT)?;
    up.wait(Duration::from_secs(5))?;
    world.the_client_is_as_before()
}

#[test]
fn after_kill_9_adit_down_leaves_nothing() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit down after kill -9")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let world = World::new(&lab, &client, &server, "")?;
    world.adit_up(&lab)?.kill()?;
    client.shell(&format!("{} down {} 2>&1", built("adit")?.display(), world.conf.display()))?;
    world.the_client_is_as_before()
}

#[test]
fn adit_down_ends_a_running_adit_up() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit down")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let world = World::new(&lab, &client, &server, "")?;
    let mut up = world.adit_up(&lab)?;
    client.shell(&format!("{} down {} 2>&1", built("adit")?.display(), world.conf.display()))?;
    up.wait(Duration::from_secs(5))?;
    world.the_client_is_as_before()
}

#[test]
fn an_adit_up_that_cannot_succeed_says_why_and_changes_nothing() -> anyhow::Result<()> {
    for (more, named) in [("ListenPort = 40000", "40000"), ("ListenPort = 40001", "40001"), ("MTU = fourteen", "MTU")] {
        let Some(lab) = Lab::open("adit up that fails")? else { return Ok(()) };
        let (client, server) = lab.two_hosts()?;
        let _taken = client.within(|| Ok((UdpSocket::bind("0.0.0.0:40000")?, UdpSocket::bind("[::]:40001")?)))?;
        let world = World::new(&lab, &client, &server, more)?;
        let answer = client.try_shell(&format!("{} up {} 2>&1", built("adit")?.display(), world.conf.display()))?;
        let printed = String::from_utf8_lossy(&answer.stdout);
        ensure!(answer.status.code() == Some(1), "{more}: ended with {}:\n{printed}", answer.status);
        ensure!(printed.contains(named), "{more}: the message does not name {named}:\n{printed}");
        world.the_client_is_as_before()?;
    }
    Ok(())
}
