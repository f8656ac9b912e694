//! The simulated service (`core/simulation`), for the window.

use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::{cargo, root, run};

/// The socket of the installed service.
const SERVICE: &str = "/run/adit/adit.sock";

/// Returns true if the installed service runs.
pub(crate) fn a_service_runs() -> bool {
    UnixStream::connect(SERVICE).is_ok()
}

/// The built program.
pub(crate) fn program() -> PathBuf {
    root().join("target/debug/adit-simulation")
}

/// Builds the program.
pub(crate) fn build() -> anyhow::Result<()> {
    run(cargo("build").args(["--package", "adit-simulation"]))
}

/// A simulated service that runs. Dropping it ends it.
pub(crate) struct Simulation {
    /// Its control socket.
    pub(crate) socket: PathBuf,
    child: Child,
}

impl Simulation {
    /// Builds and starts the simulation. Its tunnels are kept in `target/simulation`.
    pub(crate) fn start() -> anyhow::Result<Self> {
        build()?;
        let folder = root().join("target/simulation");
        std::fs::create_dir_all(&folder)?;
        let socket = folder.join("adit.sock");
        let mut command = Command::new(program());
        command.arg("--socket").arg(&socket).arg("--state-dir").arg(folder.join("state")).arg("--until-eof");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start the simulation")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let simulation = Self { socket, child };
        let is_ready = lines.next().transpose()?.is_some_and(|line| line.starts_with("socket: "));
        ensure!(is_ready, "the simulation does not run; is another one open?");
        Ok(simulation)
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended, as with Ctrl-C.
        let _ = self.child.wait();
    }
}
