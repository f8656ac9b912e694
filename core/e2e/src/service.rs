//! The built `aditd` in a namespace, and the connection that programs have to it.

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

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `aditd --close-first` on the service's state folder, as its unit does before the network is there. Returns what it printed.
pub fn close_first(client: &Namespace, state: &Path) -> anyhow::Result<String> {
    let mut command = client.command(built("aditd")?);
    let output = output_of(command.arg("--close-first").arg("--state-dir").arg(state))?;
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{printed}");
    Ok(printed)
}

/// Leaves of the computer's state only what is on the disk, as turning it off and on does.
pub fn reboot(client: &Namespace, state: &Path) -> anyhow::Result<()> {
    client.shell("nft flush ruleset")?;
    Ok(std::fs::remove_file(state.join("boot-id"))?)
}

/// How the service is started.
#[derive(Clone, Debug)]
pub struct How {
    /// Where its state is.
    pub state: PathBuf,
    /// Where programs connect.
    pub socket: PathBuf,
    /// More arguments.
    pub arguments: Vec<String>,
    /// More of its environment.
    pub environment: Vec<(String, String)>,
    /// A program, with its arguments, that starts it.
    pub through: Vec<OsString>,
}

/// Where the stand-in for `resolvconf` writes.
const RESOLVERS: &str = "resolvconf.told";
/// Runs a command where `resolvconf` is the script `$0`, which no other process sees: what `ip netns exec` starts has mounts of its own.
const WITH_RESOLVCONF: &str =
    "mount -t tmpfs adit /usr/local/sbin && install -m 755 \"$0\" /usr/local/sbin/resolvconf && exec \"$@\"";

impl How {
    /// Plainly, with files in the lab's scratch folder.
    pub fn plain(lab: &Lab) -> Self {
        Self {
            state: lab.file("state"),
            socket: lab.file("adit.sock"),
            arguments: Vec::new(),
            environment: Vec::new(),
            through: Vec::new(),
        }
    }

    /// With a `resolvconf` that writes down what it is told ([`resolvers`]).
    pub fn with_resolvconf(mut self, lab: &Lab) -> anyhow::Result<Self> {
        let script = format!("#!/bin/sh\necho \"$@\" >>{0}\ncat >>{0}\n", lab.file(RESOLVERS).display());
        let script = lab.write("resolvconf", &script)?;
        self.through = vec!["sh".into(), "-c".into(), WITH_RESOLVCONF.into(), script.into_os_string()];
        Ok(self)
    }

    /// Program and arguments.
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

/// What a service that was started [`How::with_resolvconf`] has told it: arguments, then the input.
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
    /// Starts it and waits until it answers.
    pub fn start(lab: &'lab Lab, namespace: &'lab Namespace, how: How) -> anyhow::Result<Self> {
        let mut service = Self::spawn(lab, namespace, how)?;
        service.wait_until_it_answers()?;
        Ok(service)
    }

    /// Starts it and waits for nothing.
    pub fn spawn(lab: &'lab Lab, namespace: &'lab Namespace, how: How) -> anyhow::Result<Self> {
        let process = spawn(lab, namespace, &how)?;
        Ok(Self { lab, namespace, how, process })
    }

    /// Waits until somebody answers at its socket.
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

    /// The running program.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// A connection to it.
    pub fn client(&self) -> Result<BlockingClient<Blocking>, ConnectError> {
        client_of(&self.how.socket, &[0])
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill()
    }

    /// SIGTERM; it must end well.
    pub fn terminate(&mut self) -> anyhow::Result<()> {
        self.process.signal(Signal::TERM)?;
        let status = self.process.wait(PATIENCE)?;
        ensure!(status.success(), "aditd ended with {status}:\n{}", self.process.printed());
        Ok(())
    }

    /// Starts it again, once it has ended.
    pub fn again(&mut self) -> anyhow::Result<()> {
        self.spawn_again()?;
        self.wait_until_it_answers()
    }

    /// The same, and waits for nothing.
    pub fn spawn_again(&mut self) -> anyhow::Result<()> {
        self.process = spawn(self.lab, self.namespace, &self.how)?;
        Ok(())
    }

    /// Gives it the tunnel's configuration.
    pub fn import(&self, tunnel: &FullTunnel<'_>) -> anyhow::Result<TunnelId> {
        self.import_file(&tunnel.interface, &tunnel.conf)
    }

    /// Gives it a configuration of this interface.
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

    /// How a tunnel is.
    pub fn state(&self, id: TunnelId) -> anyhow::Result<TunnelState> {
        Ok(self.client()?.tunnel(id)?.state)
    }

    /// How many lines of that code its log has.
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

/// A connection to the service that listens at `socket`, which is one of the users `trusted`.
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
