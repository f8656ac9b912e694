//! The built `aditd` in a namespace, and connections to it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adit_api::{BlockingClient, ConfigText, KillSwitch, LogLevel, TunnelId, TunnelState};
use adit_ipc::local::ConnectError;
use adit_ipc::{Blocking, Connection};
use adit_platform::linux::control_socket::connect_to;
use anyhow::{Context as _, bail, ensure};
use rustix::process::Signal;

use crate::full_tunnel::FullTunnel;
use crate::lab::{Lab, built};
use crate::namespace::Namespace;
use crate::process::{Process, output_of, wait_for};

/// Time that a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `aditd --close-first` on the service's state folder, as its unit does before the network starts. Returns the output.
pub fn close_first(client: &Namespace, state: &Path) -> anyhow::Result<String> {
    let mut command = client.command(built("aditd")?);
    let output = output_of(command.arg("--close-first").arg("--state-dir").arg(state))?;
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{printed}");
    Ok(printed)
}

/// Simulates a reboot: only the state on the disk remains.
pub fn reboot(client: &Namespace, state: &Path) -> anyhow::Result<()> {
    client.shell("nft flush ruleset")?;
    Ok(std::fs::remove_file(state.join("boot-id"))?)
}

/// Options for starting the service.
#[derive(Clone, Debug)]
pub struct How {
    /// The state folder.
    pub state: PathBuf,
    /// Path of the control socket.
    pub socket: PathBuf,
    /// Additional arguments.
    pub arguments: Vec<String>,
    /// Additional environment variables.
    pub environment: Vec<(String, String)>,
    /// A wrapper program with its arguments, which starts the service.
    pub through: Vec<OsString>,
}

/// The file that the stand-in for `resolvconf` writes.
const RESOLVERS: &str = "resolvconf.told";
/// Runs a command for which `resolvconf` is the script `$0`. No other process sees it: `ip netns exec` gives each command its
/// own mounts.
const WITH_RESOLVCONF: &str =
    "mount -t tmpfs adit /usr/local/sbin && install -m 755 \"$0\" /usr/local/sbin/resolvconf && exec \"$@\"";

impl How {
    /// Uses the defaults, with files in the lab's scratch folder.
    pub fn plain(lab: &Lab) -> Self {
        Self {
            state: lab.file("state"),
            socket: lab.file("adit.sock"),
            arguments: Vec::new(),
            environment: Vec::new(),
            through: Vec::new(),
        }
    }

    /// Adds a `resolvconf` that records its calls ([`resolvers`]).
    pub fn with_resolvconf(mut self, lab: &Lab) -> anyhow::Result<Self> {
        let script = format!("#!/bin/sh\necho \"$@\" >>{0}\ncat >>{0}\n", lab.file(RESOLVERS).display());
        let script = lab.write("resolvconf", &script)?;
        self.through = vec!["sh".into(), "-c".into(), WITH_RESOLVCONF.into(), script.into_os_string()];
        Ok(self)
    }

    /// Returns program and arguments.
    pub fn command(&self) -> anyhow::Result<Vec<OsString>> {
        let own = [
            built("aditd")?.into_os_string(),
            "--state-dir".into(),
            self.state.clone().into_os_string(),
            "--socket".into(),
            self.socket.clone().into_os_string(),
        ];
        Ok(self.through.iter().cloned().chain(own).chain(self.arguments.iter().map(OsString::from)).collect())
    }
}

/// Returns the recorded calls of a service that was started [`How::with_resolvconf`]: for each the arguments, then the input.
pub fn resolvers(lab: &Lab) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(lab.file(RESOLVERS))?)
}

/// A running `aditd`.
pub struct Service<'lab> {
    lab: &'lab Lab,
    namespace: &'lab Namespace,
    how: How,
    process: Process,
}

impl<'lab> Service<'lab> {
    /// Starts the service and waits until it answers.
    pub fn start(lab: &'lab Lab, namespace: &'lab Namespace, how: How) -> anyhow::Result<Self> {
        let mut service = Self::spawn(lab, namespace, how)?;
        service.wait_until_it_answers()?;
        Ok(service)
    }

    /// Starts the service without waiting.
    pub fn spawn(lab: &'lab Lab, namespace: &'lab Namespace, how: How) -> anyhow::Result<Self> {
        let process = spawn(lab, namespace, &how)?;
        Ok(Self { lab, namespace, how, process })
    }

    /// Waits until the service answers at its socket.
    pub fn wait_until_it_answers(&mut self) -> anyhow::Result<()> {
        let answers = wait_for("the service to answer", PATIENCE, || {
            let ended = self.process.ended().ok().flatten();
            (ended.is_some() || self.client().is_ok()).then_some(ended)
        });
        match answers {
            Ok(None) => Ok(()),
            Ok(Some(status)) => bail!("aditd ended with {status}:\n{}", self.process.printed()),
            Err(error) => Err(error.context(format!("aditd printed:\n{}", self.process.printed()))),
        }
    }

    /// Returns the running program.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Connects to the service.
    pub fn client(&self) -> Result<BlockingClient<Blocking>, ConnectError> {
        client_of(&self.how.socket, &[0])
    }

    /// Sends SIGKILL.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill()
    }

    /// Sends SIGTERM; the service must end successfully.
    pub fn terminate(&mut self) -> anyhow::Result<()> {
        self.process.signal(Signal::TERM)?;
        let status = self.process.wait(PATIENCE)?;
        ensure!(status.success(), "aditd ended with {status}:\n{}", self.process.printed());
        Ok(())
    }

    /// Starts the service again, after it has ended.
    pub fn again(&mut self) -> anyhow::Result<()> {
        self.spawn_again()?;
        self.wait_until_it_answers()
    }

    /// Does the same without waiting.
    pub fn spawn_again(&mut self) -> anyhow::Result<()> {
        self.process = spawn(self.lab, self.namespace, &self.how)?;
        Ok(())
    }

    /// Imports the tunnel's configuration.
    pub fn import(&self, tunnel: &FullTunnel<'_>) -> anyhow::Result<TunnelId> {
        self.import_file(&tunnel.interface, &tunnel.conf)
    }

    /// Imports a configuration for this interface.
    pub fn import_file(&self, interface: &str, conf: &Path) -> anyhow::Result<TunnelId> {
        let text = ConfigText::new(std::fs::read_to_string(conf)?);
        let imported = self.client()?.import(interface.parse()?, interface.parse()?, text)?;
        Ok(imported.id)
    }

    /// Brings a tunnel up.
    pub fn connect(&self, id: TunnelId) -> anyhow::Result<()> {
        self.client()?.connect(id, false).with_context(|| self.process.printed())
    }

    /// Turns a tunnel's kill switch on, without access to the local network, or off.
    pub fn kill_switch(&self, id: TunnelId, on: bool) -> anyhow::Result<()> {
        let strength = if on { KillSwitch::Block } else { KillSwitch::Off };
        Ok(self.client()?.set_kill_switch(id, strength, false)?)
    }

    /// Returns the state of a tunnel.
    pub fn state(&self, id: TunnelId) -> anyhow::Result<TunnelState> {
        Ok(self.client()?.tunnel(id)?.state)
    }

    /// Returns the number of lines with this code in its event log.
    pub fn log_lines(&self, code: &str) -> anyhow::Result<usize> {
        let page = self.client()?.logs(0, LogLevel::Debug, 1_000)?;
        Ok(page.lines.iter().filter(|line| line.code.name() == code).count())
    }

    /// Waits until the tunnel is up.
    pub fn wait_until_up(&self, id: TunnelId) -> anyhow::Result<()> {
        let is_up = || matches!(self.state(id), Ok(TunnelState::Up(_)));
        let up = wait_for("the tunnel to be up", PATIENCE, || is_up().then_some(()));
        up.with_context(|| format!("{:?}; aditd printed:\n{}", self.state(id), self.process.printed()))
    }
}

/// Connects to the service that listens at `socket` as one of the users `trusted`.
pub fn client_of(socket: &Path, trusted: &[u32]) -> Result<BlockingClient<Blocking>, ConnectError> {
    let connect = async {
        let stream = connect_to(socket, trusted)?;
        Ok(Connection::open(stream, "a test").await?)
    };
    Blocking::open(connect).map(BlockingClient)
}

fn spawn(lab: &Lab, namespace: &Namespace, how: &How) -> anyhow::Result<Process> {
    let command = how.command()?;
    let (program, arguments) = command.split_first().context("a program to start")?;
    let environment: Vec<(&str, &str)> = how.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    namespace.start(program, arguments, &environment, &lab.file("aditd.log"))
}
