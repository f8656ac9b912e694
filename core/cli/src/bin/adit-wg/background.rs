//! Runs the tunnel in the background by starting a copy of this program; a fork is unsafe in a process that may have threads.
//! [`start`] returns when the copy has its interface and its socket, or has reported why it failed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::arguments::REPORT;

/// The line that the copy writes to standard output when it is ready.
pub(crate) const READY: &str = "ready";

/// Starts the copy that serves the interface `name`.
pub(crate) fn start(name: &str) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("finding this program's own file")?;
    let mut copy = Command::new(program)
        .args(["--foreground", name])
        .env(REPORT, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting in the background")?;
    let mut report = String::new();
    if let Some(stdout) = copy.stdout.take() {
        BufReader::new(stdout).read_line(&mut report).context("hearing from the process in the background")?;
    }
    if report.trim_end() == READY {
        return Ok(());
    }
    let status = copy.wait().context("waiting for the process in the background")?;
    bail!("{name} was not started: the process in the background ended with {status}")
}
