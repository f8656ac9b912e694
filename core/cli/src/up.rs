//! `adit up`: brings a tunnel up in the foreground, as wg-quick(8) would, and takes everything back when it ends, however it ends.

mod dry_run;
mod report;
mod signals;
mod source;
mod words;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use adit_manager::activation::{self, Ground, HookPolicy, Patience, Reporter, Request, SystemResolver, Userspace};
use adit_platform::devices::{ClaimError, Devices, Owner};
use adit_platform::linux::commands::Shell;
use adit_platform::linux::devices::LinuxDevices;
use adit_platform::linux::host::LinuxHost;
use anyhow::anyhow;
use clap::Args;

pub(crate) use report::{needs_root, outcome, print, say, tell, warn};
pub(crate) use signals::listen;
pub(crate) use source::{Source, interface_name, path, read_file};
pub(crate) use words::Terminal;

/// As in wg(8): how often a resolver that is not ready is asked again, or `infinity`.
const RETRIES: &str = "WG_ENDPOINT_RESOLUTION_RETRIES";

/// What `adit up` is asked.
#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// A configuration file NAME.conf, or the NAME of one in /etc/wireguard
    #[arg(value_name = "FILE|NAME")]
    config: String,
    /// Run the file's PreUp, PostUp, PreDown and PostDown commands, as root
    #[arg(long)]
    allow_hooks: bool,
    /// Show what would change on this computer, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: as JSON
    #[arg(long, requires = "dry_run")]
    json: bool,
}

/// `adit up`: 0 when the tunnel was up and was asked to end, 1 when it could not be brought up or broke. With `--dry-run`: 0 when it
/// could be brought up.
pub(crate) fn up(arguments: &UpArgs) -> ExitCode {
    report::outcome(run(arguments))
}

fn run(arguments: &UpArgs) -> anyhow::Result<()> {
    let source = Source::read(&arguments.config)?;
    let config = source.understand()?;
    let request = Request {
        config,
        name: source.name.clone(),
        hooks: if arguments.allow_hooks { HookPolicy::AllowAll } else { HookPolicy::Never },
        patience: patience(),
        blockade: None,
    };
    let ground = Ground {
        host: Arc::new(LinuxHost),
        engine: Arc::new(Userspace { devices: Arc::new(LinuxDevices), timestamps: state_directory().join("timestamps") }),
        commands: Arc::new(Shell),
        resolver: Arc::new(SystemResolver),
    };
    if arguments.dry_run {
        return dry_run::show(&activation::preview(&request, &ground)?, arguments.json);
    }
    needs_root("up", &arguments.config)?;
    serve(request, &ground)
}

/// How long to wait for a resolver that is not ready.
pub(crate) fn patience() -> Patience {
    Patience::from_wg(env::var(RETRIES).ok().as_deref())
}

/// Brings the tunnel up, keeps it up until it is time to go, and takes everything back.
fn serve(request: Request, ground: &Ground) -> anyhow::Result<()> {
    let ends = signals::listen()?;
    let name = request.name.clone();
    let _claim = LinuxDevices.claim(&name, Owner::Foreground).map_err(already_up)?;
    let reporter: Arc<dyn Reporter> = Arc::new(words::Terminal);
    let active = activation::bring_up(request, ground, &ends, &reporter, Box::new(|_| {}))?;
    let end = active.greet().unwrap_or_else(|| ends.wait());
    words::explain(end, &name);
    Ok(())
}

/// What to do about it when another process runs a tunnel of that name.
pub(crate) fn already_up(error: ClaimError) -> anyhow::Error {
    match &error {
        ClaimError::Held { name, owner: Owner::Foreground, .. } => anyhow!("{error}; take it down with: adit down {name}"),
        ClaimError::Held { owner: Owner::Service, .. } => anyhow!("{error}; that is the Adit service: disconnect it there"),
        ClaimError::Io { .. } => error.into(),
    }
}

/// What outlives a tunnel; `ADIT_STATE_DIR` names another place.
fn state_directory() -> PathBuf {
    env::var_os("ADIT_STATE_DIR").filter(|directory| !directory.is_empty()).map_or_else(|| "/var/lib/adit".into(), PathBuf::from)
}
