//! A running userspace WireGuard, controlled by the stock `wg`.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::Signal;

use crate::lab::{Lab, SOCKETS, built, program};
use crate::namespace::Namespace;
use crate::peering::{Host, Side};
use crate::process::{Process, output_of, text_of, wait_for};

/// A WireGuard implementation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Implementation {
    /// Ours: `adit-wg -f NAME`, as just built, or the program that `$ADIT_WG` names.
    AditWg,
    /// Ours with much shorter timers: `short-timers-wg -f NAME`, which prints each event. See [`crate::short_timers`].
    ShortTimers,
    /// The reference implementation in user space: `wireguard -f NAME` (`go install`), or Debian's `wireguard-go`.
    WireguardGo,
    /// Cloudflare's `boringtun-cli`, if it is installed.
    Boringtun,
}

impl Implementation {
    /// Returns the program, if it is installed or built.
    pub fn program(self) -> Option<PathBuf> {
        match self {
            Self::AditWg => std::env::var_os("ADIT_WG").map(PathBuf::from).or_else(|| built("adit-wg").ok()),
            Self::ShortTimers => built("short-timers-wg").ok(),
            Self::WireguardGo => program("wireguard").or_else(|| program("wireguard-go")),
            Self::Boringtun => program("boringtun-cli"),
        }
    }

    fn arguments(self, interface: &str) -> Vec<&str> {
        match self {
            Self::AditWg | Self::ShortTimers | Self::WireguardGo => vec!["-f", interface],
            Self::Boringtun => vec!["-f", "--disable-drop-privileges", interface],
        }
    }
}

/// Options for starting a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Launch {
    /// Additional environment variables.
    pub environment: &'static [(&'static str, &'static str)],
    /// A wrapper program with its arguments, which starts the program.
    pub through: &'static [&'static str],
}

/// One WireGuard interface in one namespace.
pub struct Device<'lab> {
    lab: &'lab Lab,
    namespace: &'lab Namespace,
    implementation: Implementation,
    interface: String,
    host: Host,
    launch: Launch,
    process: Process,
}

impl<'lab> Device<'lab> {
    /// Starts the implementation on this host, with the host's inner addresses on its interface.
    pub fn start(lab: &'lab Lab, namespace: &'lab Namespace, implementation: Implementation, host: Host) -> anyhow::Result<Self> {
        Self::start_as(lab, namespace, implementation, host, Launch::default())
    }

    /// Does the same with options.
    pub fn start_as(
        lab: &'lab Lab,
        namespace: &'lab Namespace,
        implementation: Implementation,
        host: Host,
        launch: Launch,
    ) -> anyhow::Result<Self> {
        let interface = lab.interface_name();
        let process = start(lab, namespace, implementation, &interface, launch)?;
        let device = Self { lab, namespace, implementation, interface, host, launch, process };
        device.turn_on()?;
        Ok(device)
    }

    /// Returns the interface's name.
    pub fn interface(&self) -> &str {
        &self.interface
    }

    /// Returns the namespace of the host.
    pub fn namespace(&self) -> &'lab Namespace {
        self.namespace
    }

    /// Returns the current endpoint of the peer with this key.
    pub fn endpoint_of(&self, peer: &str) -> anyhow::Result<String> {
        self.show("endpoints", peer)
    }

    /// Returns the running program.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Kills the program with SIGKILL and starts it again under the same name, unconfigured.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        wait_for("the interface to go with its program", Duration::from_secs(2), || {
            self.namespace.ip(&format!("link show {}", self.interface)).is_err().then_some(())
        })?;
        self.process = start(self.lab, self.namespace, self.implementation, &self.interface, self.launch)?;
        self.turn_on()
    }

    fn turn_on(&self) -> anyhow::Result<()> {
        self.namespace.set_up(&self.interface, &self.host.inner_networks())?;
        if self.implementation == Implementation::WireguardGo {
            // wireguard-go opens its UDP socket when it learns that the interface is up. On a busy machine that may be after
            // its port was set and its first packets were sent, which are then lost.
            wait_for("wireguard-go's socket", Duration::from_secs(5), || {
                self.wg("show", "listen-port").ok().filter(|port| port.trim() != "0")
            })?;
        }
        Ok(())
    }

    /// Sends SIGTERM to the program and returns its exit status.
    pub fn terminate(&mut self) -> anyhow::Result<std::process::ExitStatus> {
        self.process.signal(Signal::TERM)?;
        self.process.wait(Duration::from_secs(5))
    }

    /// Waits until the program ends by itself.
    pub fn wait_for_end(&mut self, limit: Duration) -> anyhow::Result<std::process::ExitStatus> {
        self.process.wait(limit)
    }

    /// Returns the path of its configuration socket.
    pub fn socket(&self) -> PathBuf {
        socket(&self.interface)
    }

    /// Runs `wg COMMAND INTERFACE ...`, the stock tool, through the configuration socket. It must succeed.
    pub fn wg(&self, command: &str, arguments: &str) -> anyhow::Result<String> {
        let mut wg = self.namespace.command("wg");
        wg.args([command, &self.interface]).args(arguments.split_whitespace());
        text_of(&mut wg).with_context(|| format!("{:?} printed:\n{}", self.implementation, self.process.printed()))
    }

    /// Does the same, but returns the output of a failure too.
    pub fn try_wg(&self, command: &str, arguments: &str) -> anyhow::Result<std::process::Output> {
        let mut wg = self.namespace.command("wg");
        output_of(wg.args([command, &self.interface]).args(arguments.split_whitespace()))
    }
}

impl Drop for Device<'_> {
    fn drop(&mut self) {
        // A killed program leaves its socket's file behind. If the program ended by itself, both fail.
        let _ = self.process.kill();
        let _ = std::fs::remove_file(socket(&self.interface));
    }
}

fn socket(interface: &str) -> PathBuf {
    PathBuf::from(SOCKETS).join(format!("{interface}.sock"))
}

impl Side for Device<'_> {
    fn host(&self) -> Host {
        self.host
    }

    fn setconf(&self, text: &str) -> anyhow::Result<()> {
        let path = self.lab.write(&format!("{}.conf", self.interface), text)?;
        self.wg("setconf", &path.display().to_string()).map(drop)
    }

    fn show(&self, field: &str, peer: &str) -> anyhow::Result<String> {
        let text = self.wg("show", field)?;
        let line = text.lines().find_map(|line| line.strip_prefix(peer));
        Ok(line.with_context(|| format!("`wg show` has no {field} of {peer}:\n{text}"))?.trim().to_owned())
    }

    fn reports_a_handshake(&self, peer: &str) -> anyhow::Result<bool> {
        // Boringtun reports the handshake's age, not its time: 0 means a fresh handshake, and also none.
        Ok(self.implementation == Implementation::Boringtun || self.show("latest-handshakes", peer)? != "0")
    }

    fn ping_all_answered(&self, address: IpAddr) -> anyhow::Result<()> {
        let printed = || format!("{:?} at {:?} printed:\n{}", self.implementation, self.host, self.process.printed());
        self.namespace.ping_all_answered(&address.to_string()).with_context(printed)
    }
}

/// Starts the program and waits for its configuration socket.
fn start(
    lab: &Lab,
    namespace: &Namespace,
    implementation: Implementation,
    interface: &str,
    launch: Launch,
) -> anyhow::Result<Process> {
    let program =
        implementation.program().with_context(|| format!("{implementation:?} is not here (cargo xtask e2e sets it up)"))?;
    let log = lab.file(&format!("{interface}.log"));
    let mut command: Vec<OsString> = launch.through.iter().map(OsString::from).collect();
    command.push(program.into());
    command.extend(implementation.arguments(interface).iter().map(OsString::from));
    let (first, arguments) = command.split_first().context("a program to start")?;
    let environment = [&[("LOG_LEVEL", "error")], launch.environment].concat();
    let mut process = namespace.start(first, arguments, &environment, &log)?;
    let socket = socket(interface);
    let ready = wait_for("the configuration socket", Duration::from_secs(10), || {
        let ended = process.ended().ok().flatten();
        // The file alone is no proof: a killed program leaves it behind.
        let answers = || std::os::unix::net::UnixStream::connect(&socket).is_ok();
        (ended.is_some() || answers()).then_some(ended)
    });
    match ready {
        Ok(None) => Ok(process),
        Ok(Some(status)) => bail!("{implementation:?} ended with {status}:\n{}", process.printed()),
        Err(error) => Err(error.context(format!("{implementation:?} printed:\n{}", process.printed()))),
    }
}
