//! `adit down`: ends the `adit up` of that name, wherever it runs, and removes what a killed one left behind.

use std::path::Path;
use std::time::{Duration, Instant};

use adit_config::InterfaceName;
use adit_platform::devices::Owner;
use adit_platform::host::Host;
use adit_platform::linux::claim::{Held, LockFile};
use adit_platform::linux::host::LinuxHost;
use adit_platform::linux::process::Process;
use adit_platform::linux::uapi_socket::{DIRECTORY, UapiSocket};
use anyhow::{Context, bail};
use clap::Args;
use rustix::process::Pid;

use crate::client::target::Target;
use crate::client::{self, Failure, Options};
use crate::up::{interface_name, needs_root, say};

/// Taking everything back takes a moment; commands (`PostDown`) may take longer.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// What `adit down` is asked.
#[derive(Args, Debug)]
pub(crate) struct DownArgs {
    /// A tunnel of the Adit service, or the interface or the file that `adit up FILE` was given
    #[arg(value_name = "NAME|FILE")]
    name: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit down`: 0 when the tunnel is down. Of one that `adit up FILE` keeps: 1 when there was none.
pub(crate) fn down(arguments: &DownArgs) -> Result<(), Failure> {
    match target(arguments)? {
        Target::Tunnel(daemon, tunnel) => client::switch::down(&daemon, &tunnel, &arguments.options),
        Target::File { .. } => Ok(run(&arguments.name)?),
    }
}

/// What `adit up FILE` keeps is there whether the file is or not, and whether a daemon is or not.
fn target(arguments: &DownArgs) -> Result<Target, Failure> {
    let may_be_ours = || {
        let name = interface_name(&arguments.name).ok();
        name.is_some_and(|name| Path::new(DIRECTORY).join(format!("{name}.sock")).exists())
    };
    match Target::of(&arguments.name, &arguments.options) {
        Err(Failure::NoTunnel { .. }) if may_be_ours() => Ok(Target::File { is_unknown: true }),
        Err(Failure::NoDaemon(_)) if arguments.options.socket.is_none() && interface_name(&arguments.name).is_ok() => {
            Ok(Target::File { is_unknown: false })
        }
        target => target,
    }
}

fn run(argument: &str) -> anyhow::Result<()> {
    let name = interface_name(argument)?;
    needs_root("down", argument)?;
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
    let number = process.as_raw_nonzero();
    let opened = Process::open(process).with_context(|| format!("cannot find process {number}"))?;
    // It ended by itself just now; what it could not take back is the next call's business.
    let Some(opened) = opened else { return Ok(()) };
    // The number was read before the process was opened: only if it still has the lock is it the one that was opened.
    if !still_has_it(name, process)? {
        return Ok(());
    }
    if !opened.is_of_root_or_ours().with_context(|| format!("cannot find out whose process {number} is"))? {
        bail!("the lock of {name} is held by process {number}, which is not root's; it was not ended");
    }
    opened.terminate().with_context(|| format!("cannot end process {number}"))?;
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
