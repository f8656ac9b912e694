//! `adit down`: ends the `adit up` of that name, wherever it runs, and removes what a killed one left behind.

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

/// Taking everything back takes a moment; commands (`PostDown`) may take longer.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// The arguments of `adit down`.
#[derive(Args, Debug)]
pub(crate) struct DownArgs {
    /// A tunnel of the Adit service, or the interface or the file that `adit up FILE` was given
    #[arg(value_name = "NAME|FILE")]
    name: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit down`: 0 when the tunnel is down. Of one that `adit up FILE` keeps: 1 when there was none. Without a service also 1 when a kill
/// switch still stands.
pub(crate) fn down(arguments: &DownArgs) -> Result<(), Failure> {
    match target(arguments) {
        Ok(Target::Tunnel(daemon, tunnel)) => client::switch::down(&daemon, &tunnel, &arguments.options),
        Ok(Target::File { .. }) => Ok(run(&arguments.name, &arguments.options)?),
        // A service that was named is not there, and what it closed may stand.
        Err(Failure::NoDaemon(sentence)) => {
            check_for_kill_switches(&arguments.options)?;
            Err(Failure::NoDaemon(sentence))
        }
        Err(failure) => Err(failure),
    }
}

/// The tunnel of `adit up FILE` may run without its file, and with or without a daemon.
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

/// Fails where kill switches stand, and no service runs that would open them. Only root can see whether any do.
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

/// Whether there was anything to take down or to remove.
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
            say(format!("removed what a killed {name} left behind: {}", removed.join(", ")));
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

/// Removes the socket of a process that is no more; one that somebody listens on stays.
fn abandoned_socket(name: &InterfaceName) -> Option<String> {
    let removed = uapi_client::remove_stale(Path::new(DIRECTORY), name.as_str());
    removed.is_ok_and(|removed| removed).then(|| "its configuration socket".to_owned())
}

fn end(name: &InterfaceName, process: NonZeroU32) -> anyhow::Result<()> {
    let opened = Process::open(process).with_context(|| format!("cannot find process {process}"))?;
    // It ended by itself just now; what it could not take back is the next call's business.
    let Some(opened) = opened else { return Ok(()) };
    // The number was read before the process was opened: only if it still has the lock is it the one that was opened.
    if !still_has_it(name, process)? {
        return Ok(());
    }
    if !opened.is_of_root_or_ours().with_context(|| format!("cannot find out whose process {process} is"))? {
        bail!("the lock of {name} is held by process {process}, which is not root's; it was not ended");
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
