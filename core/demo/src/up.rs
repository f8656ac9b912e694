//! `adit up`, run as a person would run it: another process of this program.

use std::io::{BufRead, BufReader};
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use adit_platform::native::process::{Process, end_with_this_thread};
use anyhow::{Context, bail};

use crate::namespaces::Computer;

/// How long it may take to undo what it did.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process. Dropping this asks it to take the tunnel down, and waits until it has.
pub(crate) struct Up {
    process: Process,
    ended: Receiver<()>,
}

/// The lines of its standard error, until it ends.
pub(crate) struct Said(Receiver<String>);

impl Up {
    /// Runs `adit up FILE` on `computer`.
    pub(crate) fn start(computer: &Computer, file: &Path) -> anyhow::Result<(Self, Said)> {
        let mut command = Command::new(std::env::current_exe().context("finding this program")?);
        command.arg("up").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        end_with_this_thread(&mut command).context("running `adit up`")?;
        let (started, process) = channel();
        let (say, said) = channel();
        let (end, ended) = channel();
        let computer = computer.clone();
        let keep = move || {
            // How it ended shows in what it said, and in what works.
            let _ = computer.within(|| keep(command, &started, &say));
            let _ = end.send(());
        };
        thread::Builder::new().name("adit-up".into()).spawn(keep).context("starting a thread")?;
        let process = process.recv().context("running `adit up`")?;
        Ok((Self { process, ended }, Said(said)))
    }
}

/// The life of the process, on a thread that it must not outlive.
fn keep(mut command: Command, started: &Sender<Process>, say: &Sender<String>) -> anyhow::Result<()> {
    let mut child = command.spawn()?;
    // Nobody has waited for it yet, so that its number is still its own.
    let opened = NonZeroU32::new(child.id()).map(Process::open).transpose()?.flatten();
    let _ = started.send(opened.context("it has no process")?);
    if let Some(errors) = child.stderr.take() {
        for line in BufReader::new(errors).lines() {
            // Read on when nobody listens, so that it is never stopped by a full pipe.
            let _ = say.send(line?);
        }
    }
    child.wait()?;
    Ok(())
}

impl Drop for Up {
    fn drop(&mut self) {
        for end in [Process::terminate, Process::kill] {
            // An answer, or that nobody can answer any more: it has ended, and its number may be another's.
            if self.ended.try_recv() != Err(std::sync::mpsc::TryRecvError::Empty) {
                return;
            }
            let _ = end(&self.process);
            if self.ended.recv_timeout(PATIENCE).is_ok() {
                return;
            }
        }
    }
}

impl Said {
    /// Reads on until the peer has answered, and gives how long that took; `hear` is told each line.
    pub(crate) fn handshake(&self, hear: impl Fn(&str)) -> anyhow::Result<Duration> {
        let mut last = String::new();
        while let Ok(line) = self.0.recv_timeout(2 * PATIENCE) {
            hear(&line);
            if let Some(took) = answered_within(&line) {
                return Ok(took);
            }
            if line.contains("did not answer") {
                break;
            }
            last = line;
        }
        bail!("`adit up` did not reach the peer: {last}")
    }
}

/// The time in a line like `[#] peer demo at 192.0.2.1:51820 answered within 0.8 ms`.
fn answered_within(line: &str) -> Option<Duration> {
    let (_, time) = line.split_once(" answered within ")?;
    let milliseconds: f64 = time.strip_suffix(" ms")?.parse().ok()?;
    Duration::try_from_secs_f64(milliseconds / 1e3).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_handshake_is_read_from_what_adit_up_says() {
        assert_eq!(answered_within("[#] peer demo at 192.0.2.1:9 answered within 0.8 ms"), Some(Duration::from_micros(800)));
        assert_eq!(answered_within("[#] peer demo at 192.0.2.1:9 answered within 20 ms"), Some(Duration::from_millis(20)));
        for other in ["[#] demo1 is up", "[#] peer demo answered within -1 ms", "[#] peer demo answered within a moment"] {
            assert_eq!(answered_within(other), None);
        }
    }
}
