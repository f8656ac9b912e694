//! Programs of the system that know something the kernel does not: `nft`, `resolvconf`, `resolvectl`.

use std::collections::VecDeque;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::host::HostError;

/// Where programs that root runs are looked for: `PATH` is somebody else's word.
const DIRECTORIES: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Processes that we started last, the newest last.
static STARTED: Mutex<VecDeque<u32>> = Mutex::new(VecDeque::new());
/// Far more than can be at work at once, and far fewer than process numbers there are before one comes again.
const REMEMBERED: usize = 256;

/// Whether a process of that number is, or was lately, one of ours.
pub(super) fn was_ours(process: u32) -> bool {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner).contains(&process)
}

fn remember(process: u32) {
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if started.len() == REMEMBERED {
        started.pop_front();
    }
    started.push_back(process);
}

/// The program called `name`, if it is installed.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    DIRECTORIES.iter().map(|directory| Path::new(directory).join(name)).find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Runs `program` and returns what it prints. It is in a process group of its own: Ctrl-C on the terminal is for us to handle, also
/// while we undo.
pub(super) fn run(program: &Path, arguments: &[&str], input: &str) -> Result<String, HostError> {
    let shown = || {
        std::iter::once(program.display().to_string())
            .chain(arguments.iter().map(ToString::to_string))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let output = spawn(program, arguments, input).map_err(|error| HostError::Program {
        command: shown(),
        status: "it could not be started".into(),
        message: error.to_string(),
    })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(HostError::Program { command: shown(), status: output.status.to_string(), message });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn spawn(program: &Path, arguments: &[&str], input: &str) -> std::io::Result<Output> {
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    // Before it gets to know what to do.
    remember(child.id());
    // A program that does not read its input shows by its exit status whether it minds.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}
