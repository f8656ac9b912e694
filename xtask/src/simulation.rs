//! The simulated service (`core/simulation`), for the window.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::{cargo, root, run};

/// The socket of the installed service.
const SERVICE: &str = "/run/adit/adit.sock";

/// Time that the simulated service may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

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
        command.arg("--socket").arg(&socket).arg("--state-dir").arg(folder.join("state"));
        let mut simulation = Self { socket, child: command.spawn().context("cannot start the simulation")? };
        let begun = Instant::now();
        while UnixStream::connect(&simulation.socket).is_err() {
            ensure!(simulation.child.try_wait()?.is_none(), "the simulation ended at once");
            ensure!(begun.elapsed() < PATIENCE, "the simulation did not start");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(simulation)
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        // It may have ended, as with Ctrl-C.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
