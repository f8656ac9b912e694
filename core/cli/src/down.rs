//! `adit down`: ends the process of `adit up` that holds this name, and removes what a killed one left behind.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use adit_config::InterfaceName;
use adit_foreground::{NotAllowed, interface_name, needs_root};
use adit_platform::devices::Owner;
use adit_platform::native::claim::{Held, LockFile};
use adit_platform::native::process::Process;
use adit_platform::native::{self, privilege, uapi_client};
use adit_platform::uapi_listener::DIRECTORY;
use anyhow::{Context, bail};
use clap::Args;

use crate::client::target::Target;
use crate::client::{self, Daemon, Failure, Options};
use crate::output::say;
use crate::repair::still_closed;

/// The longest wait for the process. Undoing its changes is quick; commands (`PostDown`) may take longer.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// The arguments of `adit down`.
#[derive(Args, Debug)]
pub(crate) struct DownArgs {
    /// Tunnel of the Adit service, or interface or file of a tunnel in the foreground
    #[arg(value_name = "NAME|FILE")]
    name: String,
    /// Take it down after this time instead, such as 90m; `never` takes that back. For tunnels of the service
    #[arg(long, value_name = "DURATION", value_parser = later)]
    after: Option<Later>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The time after which a tunnel goes down; None: it does not.
#[derive(Clone, Copy, Debug)]
struct Later(Option<u32>);

fn later(text: &str) -> Result<Later, String> {
    if text == "never" {
        return Ok(Later(None));
    }
    client::switch::seconds(text).map(|seconds| Later(Some(seconds))).map_err(|error| error.to_string())
}

/// `adit down`. Exit code 0: the tunnel is down. For a tunnel of `adit up FILE`, 1: there was none. Without a service also 1 if a
/// kill switch is still closed.
pub(crate) fn down(arguments: &DownArgs) -> Result<(), Failure> {
    match target(arguments) {
        Ok(Target::Tunnel(daemon, tunnel)) => match arguments.after {
            Some(Later(after)) => client::switch::down_after(&daemon, &tunnel, after, &arguments.options),
            None => client::switch::down(&daemon, &tunnel, &arguments.options),
        },
        Ok(Target::File { .. }) if arguments.after.is_some() => {
            Err(Failure::Usage("--after is for tunnels of the service".to_owned()))
        }
        Ok(Target::File { .. }) => Ok(run(&arguments.name, &arguments.options)?),
        // The named service does not run, and its kill switches may still be closed.
        Err(Failure::NoDaemon(sentence)) => {
            check_for_kill_switches(&arguments.options)?;
            Err(Failure::NoDaemon(sentence))
        }
        Err(failure) => Err(failure),
    }
}

/// Finds the tunnel. A tunnel of `adit up FILE` may run without its file, and with or without a service.
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

fn run(argument: &str, options: &Options) -> anyhow::Result<()> {
    let name = interface_name(argument)?;
    if !privilege::is_administrator() && matches!(Daemon::answers(options), Ok(false)) {
        let advice = format!(
            "the Adit service does not run: only root can take {name} down and see whether a kill switch still blocks; try: sudo adit \
             down {argument}"
        );
        return Err(NotAllowed(advice).into());
    }
    needs_root("down", argument)?;
    let was_there = take_down(&name)?;
    check_for_kill_switches(options)?;
    if !was_there {
        bail!("{name} is not up (an interface that `wg-quick` or others made is theirs to take down)");
    }
    Ok(())
}

/// Fails if kill switches are closed and no service runs that could open them. Only root can check this.
fn check_for_kill_switches(options: &Options) -> anyhow::Result<()> {
    if !privilege::is_administrator() {
        return Ok(());
    }
    let standing = match native::network()?.kill_switches() {
        Ok(standing) if standing.is_empty() => return Ok(()),
        Ok(standing) => standing,
        Err(error) => {
            options.warn(format!("whether a kill switch still blocks cannot be seen: {error}"));
            return Ok(());
        }
    };
    match Daemon::answers(options) {
        Ok(true) => Ok(()),
        Ok(false) => bail!(still_closed(&standing, "the Adit service, which would open it, does not run")),
        Err(_) => bail!(still_closed(&standing, "the Adit service, which would open it, does not answer")),
    }
}

/// Takes the tunnel down. Returns true if there was anything to take down or to remove.
fn take_down(name: &InterfaceName) -> anyhow::Result<bool> {
    match claim(name)? {
        Held::By { process, owner: Owner::Foreground } => end(name, process).map(|()| true),
        Held::By { process, owner: Owner::Service } => {
            bail!("{name} is run by the Adit service (process {process}), which goes on without it: disconnect it there")
        }
        Held::Ours(_lock) => {
            let mut removed = native::network()?.recover(name)?;
            removed.extend(abandoned_socket(name));
            if removed.is_empty() {
                return Ok(false);
            }
            say(format!("removed settings that a killed {name} left behind: {}", removed.join(", ")));
            Ok(true)
        }
    }
}

fn claim(name: &InterfaceName) -> anyhow::Result<Held> {
    Ok(LockFile::try_take(name, Owner::Foreground)?)
}

fn still_has_it(name: &InterfaceName, process: NonZeroU32) -> anyhow::Result<bool> {
    Ok(matches!(claim(name)?, Held::By { process: still, .. } if still == process))
}

/// Removes the socket of a process that has ended; a socket with a listener stays.
fn abandoned_socket(name: &InterfaceName) -> Option<String> {
    let removed = uapi_client::remove_stale(Path::new(DIRECTORY), name.as_str());
    removed.is_ok_and(|removed| removed).then(|| "its configuration socket".to_owned())
}

fn end(name: &InterfaceName, process: NonZeroU32) -> anyhow::Result<()> {
    let opened = Process::open(process).with_context(|| format!("cannot find process {process}"))?;
    // The process has just ended by itself; the next call removes what it could not undo.
    let Some(opened) = opened else { return Ok(()) };
    // The process number was read before the process was opened: only if it still holds the lock was the right process opened.
    if !still_has_it(name, process)? {
        return Ok(());
    }
    if !opened.is_of_root_or_ours().with_context(|| format!("cannot read the owner of process {process}"))? {
        bail!("the lock of {name} is held by process {process}, which belongs to another user; it was not ended");
    }
    opened.terminate().with_context(|| format!("cannot end process {process}"))?;
    let deadline = Instant::now() + PATIENCE;
    while still_has_it(name, process)? {
        if Instant::now() >= deadline {
            bail!("{name} (process {process}) was asked to end and has not within {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(STEP);
    }
    say(format!("{name} is down"));
    Ok(())
}
