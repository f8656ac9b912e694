//! A client, its router, and the program that carries the client's traffic: Adit in one of its modes, the stock wg-quick, or
//! none.

use std::net::IpAddr;
use std::time::Duration;

use adit_api::TunnelId;
use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

use super::probe::{self, Key};
use super::table::Measured;
use crate::capture::{Capture, Recording};
use crate::device::Implementation;
use crate::full_tunnel::FullTunnel;
use crate::lab::{Lab, program, skip};
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};
use crate::service::{How, Service};

/// A public address behind the router.
pub const PUBLIC: &str = super::INTERNET[0];
/// A public IPv6 address behind the router.
pub const PUBLIC6: &str = super::INTERNET[1];
/// The server's endpoint, a public address behind the router.
pub const ENDPOINT: &str = "203.0.113.77";
/// A host on the client's local network.
pub const LOCAL: &str = "10.77.0.9";

const PATIENCE: Duration = Duration::from_secs(20);
/// Time that a probe may take through the tunnel.
const THROUGH: Duration = Duration::from_secs(2);
/// The number of times a probe is sent before it counts as missing in the tunnel.
const ATTEMPTS: u32 = 3;

/// The software that carries the client's traffic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// Nothing: the sniffer must see each probe.
    Control,
    /// The service, with the tunnel's kill switch on and without access to the local network.
    KillSwitch,
    /// The service, without a kill switch.
    Without,
    /// `adit up FILE`.
    AditUp,
    /// The stock wg-quick, with wireguard-go or, where that is missing, `adit-wg`.
    WgQuick,
}

/// One laboratory with one of the columns.
pub struct Scene<'lab> {
    /// The lab.
    pub lab: &'lab Lab,
    /// The namespace of the applications.
    pub client: &'lab Namespace,
    /// The client's router, which also is the Internet and the tunnel's other end.
    pub router: &'lab Namespace,
    /// The configuration, and the tunnel's other end.
    pub tunnel: FullTunnel<'lab>,
    /// The software that carries the client's traffic.
    pub column: Column,
    /// The service, once it was started.
    pub service: Option<Service<'lab>>,
    /// Id of the tunnel in the service.
    pub id: Option<TunnelId>,
    up: Option<Process>,
}

/// Sets everything up, with a configuration changed by `configure`, and runs the test. None if this machine cannot.
pub fn play<T>(
    story: &str,
    column: Column,
    configure: &dyn Fn(&str) -> String,
    scene: impl FnOnce(&mut Scene<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<Option<T>> {
    let Some(lab) = Lab::open(story)? else { return Ok(None) };
    let missing: Vec<&str> = ["busybox", "socat"].into_iter().filter(|name| program(name).is_none()).collect();
    if !missing.is_empty() {
        skip(&format!("{story}: not installed: {}", missing.join(", ")));
        return Ok(None);
    }
    let (client, router) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &router, "")?;
    router.ip(&format!("addr add {LOCAL}/24 dev eth0"))?;
    router.ip(&format!("addr add {ENDPOINT} dev lo"))?;
    // The server must answer from the address that the client knows, so that its endpoint stays the same.
    router.ip(&format!("route replace 10.77.0.0/24 dev eth0 src {ENDPOINT}"))?;
    let text = std::fs::read_to_string(&tunnel.conf)?.replace("Endpoint = 10.77.0.2:", &format!("Endpoint = {ENDPOINT}:"));
    std::fs::write(&tunnel.conf, configure(&text))?;
    let mut stage = Scene { lab: &lab, client: &client, router: &router, tunnel, column, service: None, id: None, up: None };
    let outcome = scene(&mut stage);
    let printed = stage.service.as_mut().map(|service| service.process().printed()).unwrap_or_default();
    let outcome = outcome.with_context(|| format!("{story}, {column:?}; aditd printed:\n{printed}"));
    stage.end();
    outcome.map(Some)
}

impl<'lab> Scene<'lab> {
    /// Starts the service, if the column has one, and imports the tunnel.
    pub fn import(&mut self) -> anyhow::Result<()> {
        let on = match self.column {
            Column::KillSwitch => true,
            Column::Without => false,
            Column::Control | Column::AditUp | Column::WgQuick => return Ok(()),
        };
        let service = Service::start(self.lab, self.client, How::plain(self.lab).with_resolvconf(self.lab)?)?;
        let id = service.import(&self.tunnel)?;
        service.kill_switch(id, on)?;
        (self.service, self.id) = (Some(service), Some(id));
        Ok(())
    }

    /// Brings the tunnel up and waits until a packet has passed through it and back.
    pub fn up(&mut self) -> anyhow::Result<()> {
        match self.column {
            Column::Control => return Ok(()),
            Column::KillSwitch | Column::Without => {
                if self.service.is_none() {
                    self.import()?;
                }
                let (service, id) = self.service()?;
                service.connect(id)?;
            }
            Column::AditUp => self.up = Some(self.tunnel.adit_up(self.lab)?),
            Column::WgQuick => drop(self.wg_quick("up")?),
        }
        self.wait_until_it_carries()
    }

    /// Waits until a packet passes through the tunnel and back.
    pub fn wait_until_it_carries(&self) -> anyhow::Result<()> {
        if self.column == Column::Control {
            return Ok(());
        }
        let inside = Capture::start(self.lab, self.router, self.tunnel.server.interface(), "icmp")?;
        let carries = wait_for("the tunnel to carry packets", PATIENCE, || {
            let answered = self.client.reaches(PUBLIC).is_ok_and(|answered| answered);
            (answered && inside.so_far().is_ok_and(|recording| !recording.frames.is_empty())).then_some(())
        });
        drop(inside);
        carries.with_context(|| self.client.shell("ip rule; ip route get 203.0.113.9; nft list ruleset").unwrap_or_default())
    }

    /// Returns the service and the tunnel's id.
    pub fn service(&mut self) -> anyhow::Result<(&mut Service<'lab>, TunnelId)> {
        Ok((self.service.as_mut().context("no service runs")?, self.id.context("no tunnel was imported")?))
    }

    /// Kills the program that carries packets with SIGKILL.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        match self.column {
            Column::Control => Ok(()),
            Column::KillSwitch | Column::Without => self.service()?.0.kill(),
            Column::AditUp => self.up.as_mut().context("not up")?.kill(),
            // The kernel's WireGuard has no program.
            Column::WgQuick if self.kill_the_implementation()? == 0 => return Ok(()),
            Column::WgQuick => Ok(()),
        }?;
        self.wait_until_the_interface_is_gone()
    }

    /// Stops the service or `adit up` as a shutdown does (SIGTERM), or wg-quick as its unit does (`wg-quick down`).
    pub fn stop(&mut self) -> anyhow::Result<()> {
        match self.column {
            Column::Control => return Ok(()),
            Column::WgQuick => drop(self.wg_quick("down")?),
            Column::KillSwitch | Column::Without => self.service()?.0.terminate()?,
            Column::AditUp => {
                let up = self.up.as_mut().context("not up")?;
                up.signal(Signal::TERM)?;
                up.wait(PATIENCE)?;
            }
        }
        self.wait_until_the_interface_is_gone()
    }

    fn wait_until_the_interface_is_gone(&self) -> anyhow::Result<()> {
        wait_for("the interface to go with its program", PATIENCE, || {
            self.client.ip(&format!("link show {}", self.tunnel.interface)).is_err().then_some(())
        })
    }

    /// Starts the killed or stopped program again, and waits until the tunnel is up.
    pub fn again(&mut self) -> anyhow::Result<()> {
        match self.column {
            Column::Control => return Ok(()),
            Column::KillSwitch | Column::Without => {
                let (service, id) = self.service()?;
                service.again()?;
                service.wait_until_up(id)?;
            }
            Column::AditUp => self.up = Some(self.tunnel.adit_up(self.lab)?),
            Column::WgQuick if self.client.ip(&format!("link show {}", self.tunnel.interface)).is_ok() => {}
            Column::WgQuick => drop(self.wg_quick("up")?),
        }
        self.wait_until_it_carries()
    }

    /// Runs `wg-quick VERB`.
    pub fn wg_quick(&self, verb: &str) -> anyhow::Result<String> {
        let engine = Implementation::WireguardGo.program().or_else(|| Implementation::AditWg.program());
        let engine = engine.context("neither wireguard-go nor adit-wg")?;
        let wg_quick = program("wg-quick").context("no wg-quick")?;
        self.client.shell(&format!(
            "LOG_LEVEL=error WG_QUICK_USERSPACE_IMPLEMENTATION={} {} {verb} {} >{log} 2>&1 || {{ cat {log}; exit 1; }}",
            engine.display(),
            wg_quick.display(),
            self.tunnel.conf.display(),
            log = self.lab.file("wg-quick.log").display(),
        ))
    }

    /// Kills the userspace implementation. Returns the number of processes killed.
    fn kill_the_implementation(&self) -> anyhow::Result<usize> {
        let pids = crate::process::text_of(std::process::Command::new("ip").args(["netns", "pids", self.client.name()]))?;
        let mut killed = 0;
        for pid in pids.lines().filter_map(|line| line.trim().parse::<i32>().ok()) {
            let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            if command.split(|byte| *byte == 0).any(|word| word == self.tunnel.interface.as_bytes()) {
                kill_process(Pid::from_raw(pid).context("a process")?, Signal::KILL)?;
                killed += 1;
            }
        }
        Ok(killed)
    }

    /// Starts to record, at the router, all packets on the client's link, among them those in clear.
    pub fn sniff(&self) -> anyhow::Result<Capture> {
        Capture::start(self.lab, self.router, "eth0", "ip or ip6 or arp")
    }

    /// Ends such a recording, once it contains everything that was sent before this call.
    pub fn finish(&self, sniffer: Capture) -> anyhow::Result<Recording> {
        let socket = self.router.within(|| {
            let socket = std::net::UdpSocket::bind("10.77.0.2:0")?;
            socket.set_broadcast(true)?;
            Ok(socket)
        })?;
        sniffer.finish_after(|fence| {
            socket.send_to(fence, "10.77.0.255:9")?;
            Ok(())
        })
    }

    /// Sends the five kinds of probes to each of `targets` and counts those that the router sees in clear. The tunnel is up and
    /// must carry the probes to `inside`.
    pub fn measure(&self, targets: &[IpAddr], inside: &[IpAddr]) -> anyhow::Result<Measured> {
        self.measure_with(targets, inside, targets.len() * probe::KINDS, || probe::send(self.client, targets))
    }

    /// Does the same with `count` other probes, which `send` sends.
    pub fn measure_with(
        &self,
        targets: &[IpAddr],
        inside: &[IpAddr],
        count: usize,
        send: impl Fn() -> anyhow::Result<()>,
    ) -> anyhow::Result<Measured> {
        let inside: &[IpAddr] = if self.column == Column::Control { &[] } else { inside };
        let tunnel = Capture::start(self.lab, self.router, self.tunnel.server.interface(), "ip or ip6")?;
        let clear = self.sniff()?;
        let expected = count / targets.len() * inside.len();
        let arrived = || tunnel.so_far().map(|recording| probe::seen(&recording, inside).len()).unwrap_or_default();
        // A packet that the tunnel loses is no leak. Each probe is sent again before it counts as missing.
        for _ in 0..ATTEMPTS {
            send()?;
            if wait_for("probes in the tunnel", THROUGH, || (arrived() >= expected).then_some(())).is_ok() {
                break;
            }
        }
        let arrived = arrived();
        let seen: std::collections::BTreeSet<Key> = probe::seen(&self.finish(clear)?, targets);
        let through = (!inside.is_empty()).then_some((arrived, expected));
        Ok(Measured { sent: count, clear: seen.len(), through, story: format!("{seen:?}") })
    }

    /// Sends canaries at a thousand packets per second to `targets` while `meanwhile` runs, and counts those in clear.
    pub fn measure_canary(
        &mut self,
        targets: &[IpAddr],
        meanwhile: impl FnOnce(&mut Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<Measured> {
        let (client, sniffer) = (self.client, self.sniff()?);
        let (sent, ()) = super::canary::sing(client, targets, || meanwhile(self))?;
        let clear = probe::canaries(&self.finish(sniffer)?, targets);
        Ok(Measured { sent, clear, through: None, story: String::new() })
    }

    fn end(&mut self) {
        // Processes that cannot be ended are killed with the namespace.
        if let Some(service) = &mut self.service {
            let _ = service.kill();
        }
        if self.column == Column::WgQuick {
            let _ = self.kill_the_implementation();
        }
        let _ = std::fs::remove_file(std::path::Path::new(crate::lab::SOCKETS).join(format!("{}.sock", self.tunnel.interface)));
    }
}
