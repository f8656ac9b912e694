//! The restrictions that `aditd` puts on itself at its start: no starting of programs, no unusual system calls, no files that
//! are not its own.
//!
//! An intruder who controls the process that carries packets can do none of this. A helper process, which is started first,
//! runs programs.

use std::path::Path;
use std::thread;

use adit_platform::native::sandbox::{self, Restriction};
use adit_platform::native::{Part, System, helper};
use anyhow::Context;
use tracing::level_filters::LevelFilter;

use crate::arguments::Arguments;
use crate::service;

/// The helper process that was started.
pub(crate) struct Helper(());

/// Starts the helper process and gives up the right to start programs. Must be called by the first thread, before other threads
/// start and before any key or configuration is read. None on a system that needs no helper, because it has no programs for the
/// service to run.
///
/// # Errors
/// Fails if the helper process does not start: without it there is no packet filter. A kernel without seccomp is not an error,
/// and is logged.
pub(crate) fn leave_programs_to_helper() -> anyhow::Result<Option<Helper>> {
    let helper = match helper::start() {
        Err(_) if !Part::Helper.is_on(System::THIS) => None,
        started => Some(started.map(Helper).context("cannot start the helper process that runs nft")?),
    };
    if let Err(error) = sandbox::give_up_starting_programs() {
        tracing::warn!("an intruder could start programs: {error}");
    }
    Ok(helper)
}

/// Starts a thread that ends this process when the helper process ends.
pub(crate) fn watch(Helper(()): Helper) -> anyhow::Result<()> {
    thread::Builder::new().name("helper".into()).spawn(end_with_helper).context("cannot start a thread")?;
    Ok(())
}

/// Waits for the end of the helper process and ends this process: a new helper cannot be started, so the service manager
/// restarts the whole service. The kill switch stays as it is, and tunnels that were up come up again.
fn end_with_helper() {
    helper::wait_for_its_end();
    tracing::error!(
        "the helper process that runs nft has ended, and aditd cannot go on without it: it ends, for the service manager to start it anew"
    );
    std::process::exit(1);
}

/// Restricts file access with Landlock to reading system files and writing Adit's own. Must be called on the thread that starts
/// all others.
pub(crate) fn leave_other_files(arguments: &Arguments, state: &Path) {
    let socket = arguments.socket.parent().unwrap_or(Path::new("/"));
    match sandbox::keep_files_of_tunnels(&[state, socket, &arguments.conf_files]) {
        Ok(Restriction::Full | Restriction::Partial) => {}
        Ok(Restriction::None) => tracing::info!("the kernel has no Landlock: an intruder could read what this user can"),
        Err(error) => tracing::warn!("an intruder could read what this user can: {error}"),
    }
}

/// Runs as the helper process until the main process ends.
pub(crate) fn help() -> anyhow::Result<()> {
    crate::log::start(LevelFilter::WARN, None::<&service::Manager>);
    helper::serve().context("the helper process")
}
