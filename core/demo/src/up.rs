//! Runs `adit up` as a person would: in another process of this program.

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

/// The longest wait until it has undone its changes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process. Dropping this asks it to take the tunnel down, and waits until it has done so.
pub(crate) struct Up {
    process: Process,
    ended: Receiver<()>,
}

/// The lines of the process's standard error, until it ends.
pub(crate) struct Said(Receiver<String>);

impl Up {
    /// Runs `adit up FILE` on `computer`.
    pub(crate) fn start(computer: &Computer, file: &Path) -> anyhow::Result<(Self, Said)> {
        let mut command = Command::new(std::env::current_exe().context("finding this program")?);
        command.arg("up").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        end_with_this_thread(&mut command).context("running `adit up`")?;
        let computer = computer.clone();
        Self::keep_on_a_thread(command, move |keep| computer.within(keep))
    }

    /// Starts the process on a new thread, which `within` may move to another namespace, and waits until the process runs.
    fn keep_on_a_thread(
        command: Command,
        within: impl FnOnce(Keep<'_>) -> anyhow::Result<()> + Send + 'static,
    ) -> anyhow::Result<(Self, Said)> {
        let (started, process) = channel();
        let (say, said) = channel();
        let (end, ended) = channel();
        let thread = move || {
            if let Err(error) = within(Box::new(|| keep(command, &started, &say))) {
                // Nothing receives the error of a process that was running: its lines and the next steps show how it ended.
                let _ = started.send(Err(error));
            }
            let _ = end.send(());
        };
        thread::Builder::new().name("adit-up".into()).spawn(thread).context("starting a thread")?;
        let process = process.recv().context("its thread has ended").flatten().context("running `adit up`")?;
        Ok((Self { process, ended }, Said(said)))
    }
}

/// Starts the process and waits for its end.
type Keep<'a> = Box<dyn FnOnce() -> anyhow::Result<()> + Send + 'a>;

/// Starts the process and waits for its end, on a thread that it must not outlive.
fn keep(mut command: Command, started: &Sender<anyhow::Result<Process>>, say: &Sender<String>) -> anyhow::Result<()> {
    let mut child = command.spawn().with_context(|| format!("starting {}", command.get_program().display()))?;
    // The process has not been waited for, so its number cannot belong to another process.
    let opened = NonZeroU32::new(child.id()).map(Process::open).transpose()?.flatten();
    let _ = started.send(Ok(opened.context("it has no process")?));
    if let Some(errors) = child.stderr.take() {
        for line in BufReader::new(errors).lines() {
            // The lines are read even without a receiver, so that a full pipe never stops the process.
            let _ = say.send(line?);
        }
    }
    child.wait()?;
    Ok(())
}

impl Drop for Up {
    fn drop(&mut self) {
        for end in [Process::terminate, Process::kill] {
            // Anything but Empty means that the process has ended and its number may belong to another process.
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
    /// Reads lines until the peer has answered, and returns how long that took; `hear` receives each line.
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

/// Parses the time of a line such as `[#] peer demo at 192.0.2.1:51820 answered within 0.8 ms`.
fn answered_within(line: &str) -> Option<Duration> {
    let (_, time) = line.split_once(" answered within ")?;
    let milliseconds: f64 = time.strip_suffix(" ms")?.parse().ok()?;
    Duration::try_from_secs_f64(milliseconds / 1e3).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_why_adit_up_cannot_be_started_is_told() {
        let missing = Up::keep_on_a_thread(Command::new("/nonexistent/adit"), |keep| keep()).err().unwrap();
        let missing = format!("{missing:#}");
        assert!(missing.starts_with("running `adit up`: starting /nonexistent/adit: No such file"), "{missing}");
        let elsewhere = Up::keep_on_a_thread(Command::new("true"), |_| bail!("no namespace")).err().unwrap();
        assert_eq!(format!("{elsewhere:#}"), "running `adit up`: no namespace");
    }

    #[test]
    fn the_time_of_the_handshake_is_read_from_what_adit_up_says() {
        assert_eq!(answered_within("[#] peer demo at 192.0.2.1:9 answered within 0.8 ms"), Some(Duration::from_micros(800)));
        assert_eq!(answered_within("[#] peer demo at 192.0.2.1:9 answered within 20 ms"), Some(Duration::from_millis(20)));
        for other in ["[#] demo1 is up", "[#] peer demo answered within -1 ms", "[#] peer demo answered within a moment"] {
            assert_eq!(answered_within(other), None);
        }
    }
}
