//! The simulated service (`core/simulation`), for the window.

use std::io::{self, BufRead as _, BufReader};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::{cargo, root, run};

/// The socket of the installed service.
const SERVICE: &str = "/run/adit/adit.sock";

/// Whether the installed service runs.
#[derive(Debug)]
pub(crate) enum Installed {
    Runs,
    /// Nobody listens on its socket.
    Absent,
    /// It may be there, and this user cannot connect to it: it is not in the group of the operators, for example.
    Unreachable(io::Error),
}

/// Asks the installed service.
pub(crate) fn installed_service() -> Installed {
    service_at(Path::new(SERVICE))
}

fn service_at(socket: &Path) -> Installed {
    match UnixStream::connect(socket) {
        Ok(_) => Installed::Runs,
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Installed::Absent,
            _ => Installed::Unreachable(error),
        },
    }
}

/// The folder of the simulation that the app starts.
fn folder() -> PathBuf {
    root().join("target/simulation")
}

/// The socket of that simulation, unless the user names another.
pub(crate) fn socket() -> PathBuf {
    folder().join("adit.sock")
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
    /// Builds and starts the simulation, which listens on `socket`. Its tunnels are kept in `target/simulation`.
    pub(crate) fn start(socket: PathBuf) -> anyhow::Result<Self> {
        build()?;
        let folder = folder();
        std::fs::create_dir_all(&folder)?;
        let mut command = Command::new(program());
        command.arg("--socket").arg(&socket).arg("--state-dir").arg(folder.join("state")).arg("--until-eof");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start the simulation")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let simulation = Self { socket, child };
        let is_ready = lines.next().transpose()?.is_some_and(|line| line.starts_with("socket: "));
        ensure!(is_ready, "the simulation does not run; does something else use {}?", simulation.socket.display());
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

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_service_that_runs_one_that_does_not_and_one_that_cannot_be_reached_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("adit.sock");
        assert!(matches!(service_at(&socket), Installed::Absent));
        let listener = UnixListener::bind(&socket).expect("bound");
        assert!(matches!(service_at(&socket), Installed::Runs));
        drop(listener);
        // The socket of a service that was killed.
        assert!(socket.exists() && matches!(service_at(&socket), Installed::Absent));
        // The kernel refuses to enter what is no folder; to a user without rights it refuses a socket in the same way.
        std::fs::write(folder.path().join("file"), "").expect("written");
        assert!(matches!(service_at(&folder.path().join("file/adit.sock")), Installed::Unreachable(_)));
    }
}
