//! Runs programs of the system for tasks that the kernel does not offer by itself: `nft` and `resolvconf`.
//!
//! A process runs them itself, or through its [`helper`] once it has started that.

use std::collections::VecDeque;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::runner::{Failure, Finished};
use super::{helper, runner};
use crate::network::NetworkError;

/// The folders in which programs that root runs are searched: `PATH` is not trusted.
const DIRECTORIES: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Ids of the processes that we started last, the newest last.
static STARTED: Mutex<VecDeque<u32>> = Mutex::new(VecDeque::new());
/// Far more processes than run at once, and far fewer than there are process ids before one is reused.
const REMEMBERED: usize = 256;

/// Returns true if the process id is, or recently was, that of one of our processes.
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

/// Returns the path of the program `name`, if it is installed.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    DIRECTORIES.iter().map(|directory| Path::new(directory).join(name)).find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Runs `program`, a path from [`find`], and returns its output.
pub(super) fn run(program: &Path, arguments: &[&str], input: &str) -> Result<String, NetworkError> {
    let failed = |Failure { status, message }| {
        let words = std::iter::once(program.display().to_string()).chain(arguments.iter().map(ToString::to_string));
        NetworkError::Program { command: words.collect::<Vec<_>>().join(" "), status, message }
    };
    let started = |process| {
        remember(process);
        Ok(())
    };
    let finished = match helper::running() {
        Some(helper) => helper.run(program, arguments, input, remember),
        None => {
            let name = program.file_name().unwrap_or_default().to_string_lossy();
            runner::run(&mut command(program, arguments), input.as_bytes(), runner::deadline(&name), started)
        }
    };
    let Finished { success, status, stdout, stderr } = finished.map_err(failed)?;
    if !success {
        return Err(failed(Failure::new(status, String::from_utf8_lossy(&stderr).trim())));
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// Creates a command with an empty environment. It has a process group of its own, because Ctrl-C on the terminal is for us to
/// handle, even while changes are being undone.
pub(super) fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("PATH", DIRECTORIES.join(":")).env("LC_ALL", "C").process_group(0);
    command
}
