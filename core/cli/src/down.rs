//! `adit down`: ends the `adit up` of that name, wherever it runs, and removes what a killed one left behind.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use adit_config::InterfaceName;
use adit_platform::devices::Owner;
use adit_platform::host::Host;
use adit_platform::linux::claim::{Held, LockFile};
use adit_platform::linux::host::LinuxHost;
use adit_platform::linux::uapi_socket::{DIRECTORY, UapiSocket};
use anyhow::{Context, bail};
use clap::Args;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::up::{interface_name, needs_root, outcome, say};

/// Taking everything back takes a moment; commands (`PostDown`) may take longer.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// What `adit down` is asked.
#[derive(Args, Debug)]
pub(crate) struct DownArgs {
    /// The interface's name, or the file that it was brought up with
    #[arg(value_name = "NAME|FILE")]
    name: String,
}

/// `adit down`: 0 when the tunnel is down, 1 when there was none.
pub(crate) fn down(arguments: &DownArgs) -> ExitCode {
    outcome(run(arguments))
}

fn run(arguments: &DownArgs) -> anyhow::Result<()> {
    let name = interface_name(&arguments.name)?;
    needs_root("down", &arguments.name)?;
    match claim(&name)? {
        Held::By { process, owner: Owner::Foreground } => end(&name, process),
        Held::By { process, owner: Owner::Service } => bail!(
            "{name} is run by the Adit service (process {}), which goes on without it: disconnect it there",
            process.as_raw_nonzero()
        ),
        Held::Ours(_lock) => {
            let mut removed = LinuxHost.clean_up(&name)?;
            removed.extend(abandoned_socket(&name));
            if removed.is_empty() {
                bail!("{name} is not up (an interface that `wg-quick` or others made is theirs to take down)");
            }
            say(format!("removed what a killed {name} left behind: {}", removed.join(", ")));
            Ok(())
        }
    }
}

fn claim(name: &InterfaceName) -> anyhow::Result<Held> {
    Ok(LockFile::try_take(name, Owner::Foreground)?)
}

fn still_has_it(name: &InterfaceName, process: Pid) -> anyhow::Result<bool> {
    Ok(matches!(claim(name)?, Held::By { process: still, .. } if still == process))
}

/// Removes the socket of a process that is no more; one that somebody listens on stays.
fn abandoned_socket(name: &InterfaceName) -> Option<String> {
    let file = Path::new(DIRECTORY).join(format!("{name}.sock"));
    let removed = file.exists() && UapiSocket::bind(Path::new(DIRECTORY), name.as_str()).is_ok();
    removed.then(|| "its configuration socket".to_owned())
}

fn end(name: &InterfaceName, process: Pid) -> anyhow::Result<()> {
    let handle = match pidfd_open(process, PidfdFlags::empty()) {
        // It ended by itself just now; what it could not take back is the next call's business.
        Err(Errno::SRCH) => return Ok(()),
        handle => handle.with_context(|| format!("cannot find process {}", process.as_raw_nonzero()))?,
    };
    // The number was read before the handle was there: only if the lock is still that process's is the handle its own.
    if !still_has_it(name, process)? {
        return Ok(());
    }
    pidfd_send_signal(&handle, Signal::TERM).with_context(|| format!("cannot end process {}", process.as_raw_nonzero()))?;
    let deadline = Instant::now() + PATIENCE;
    while still_has_it(name, process)? {
        if Instant::now() >= deadline {
            bail!("{name} (process {}) was asked to end and has not within {} s", process.as_raw_nonzero(), PATIENCE.as_secs());
        }
        std::thread::sleep(STEP);
    }
    say(format!("{name} is down"));
    Ok(())
}
