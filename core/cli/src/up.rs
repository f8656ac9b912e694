//! `adit up`: brings a tunnel up in the foreground, as wg-quick(8) would, and takes everything back when it ends, however it ends.

mod dry_run;
mod report;
mod signals;
mod source;
mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::{env, io, thread};

use adit_activation::{End, HookPolicy, Mailbox, Patience, Platform, Reporter, Request, Signal, SystemResolver, Userspace};
use adit_platform::devices::{ClaimError, Owner};
use adit_platform::native;
use adit_platform::native::clock_changes::{ClockChange, ClockChanges};
use anyhow::anyhow;
use clap::Args;

use crate::client::key::source::KeySource;
use crate::client::target::Target;
use crate::client::wait::WaitArgs;
use crate::client::{self, Failure, Options};

pub(crate) use report::{needs_root, outcome, print, say, tell, warn};
pub(crate) use signals::listen;
pub(crate) use source::{Source, interface_name, path, read_at_most, read_file};
pub(crate) use words::Terminal;

/// As in wg(8): how often a resolver that is not ready is asked again, or `infinity`.
const RETRIES: &str = "WG_ENDPOINT_RESOLUTION_RETRIES";

/// What `adit up` is asked.
#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// A tunnel of the Adit service, a configuration file NAME.conf, or the NAME of one in /etc/wireguard
    #[arg(value_name = "NAME|FILE")]
    config: String,
    /// Run the file's PreUp, PostUp, PreDown and PostDown commands, as root (those of a tunnel: `adit approve`)
    #[arg(long)]
    allow_hooks: bool,
    /// Let IPv6 leave past the tunnel of a file that takes all of IPv4 and none of IPv6 (of a tunnel: `adit ipv6`)
    #[arg(long)]
    allow_ipv6: bool,
    /// Show what would change on this computer, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Bring a tunnel up also where it is in conflict with another
    #[arg(long)]
    despite_conflicts: bool,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// What `adit preview` is asked.
#[derive(Args, Debug)]
pub(crate) struct PreviewArgs {
    /// A tunnel of the Adit service, a configuration file NAME.conf, or the NAME of one in /etc/wireguard
    #[arg(value_name = "NAME|FILE")]
    config: String,
    /// As if the file's commands were allowed
    #[arg(long)]
    allow_hooks: bool,
    /// As if IPv6 were allowed to leave past the tunnel of the file
    #[arg(long)]
    allow_ipv6: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit up`. A file is kept up in the foreground: 0 when it was up and was asked to end, 1 when it could not be brought up or broke.
/// With `--dry-run`: 0 when it could be brought up.
pub(crate) fn up(arguments: &UpArgs) -> Result<(), Failure> {
    let UpArgs { config, allow_hooks, allow_ipv6, dry_run, despite_conflicts, key, wait, options } = arguments;
    match Target::of(config, options)? {
        Target::Tunnel(_, tunnel) if *allow_hooks => Err(Failure::Usage(format!(
            "the commands of {} run once they are approved of, so --allow-hooks is for files only; see: adit approve",
            tunnel.name
        ))),
        Target::Tunnel(_, tunnel) if *allow_ipv6 => Err(Failure::Usage(format!(
            "--allow-ipv6 is for files only; for {0} it is kept: adit ipv6 {0} allow",
            tunnel.name
        ))),
        Target::Tunnel(daemon, tunnel) if *dry_run => client::preview::preview(&daemon, &tunnel, options),
        Target::Tunnel(daemon, tunnel) => client::switch::up(&daemon, &tunnel, *despite_conflicts, key, wait, options),
        Target::File { .. } if *despite_conflicts || wait.wait.is_some() => Err(Failure::Usage(
            "--wait and --despite-conflicts are for tunnels of the Adit service; a file is kept up by this program, which waits anyway"
                .to_owned(),
        )),
        Target::File { .. } if options.json && !dry_run => Err(Failure::Usage("for a file, --json goes with --dry-run".to_owned())),
        Target::File { is_unknown } => {
            if is_unknown && !dry_run {
                let path = path(config);
                options.warn(format!("the Adit service has no tunnel {config}: this program keeps that of {} up", path.display()));
            }
            foreground(config, Allowed { hooks: *allow_hooks, ipv6: *allow_ipv6 }, *dry_run, key, options.json)
        }
    }
}

/// `adit preview`.
pub(crate) fn preview(arguments: &PreviewArgs) -> Result<(), Failure> {
    let PreviewArgs { config, allow_hooks, allow_ipv6, options } = arguments;
    match Target::of(config, options)? {
        Target::Tunnel(daemon, tunnel) => client::preview::preview(&daemon, &tunnel, options),
        Target::File { .. } => {
            foreground(config, Allowed { hooks: *allow_hooks, ipv6: *allow_ipv6 }, true, &KeySource::default(), options.json)
        }
    }
}

/// What a tunnel of a file may do because the command line says so.
#[derive(Clone, Copy)]
struct Allowed {
    hooks: bool,
    ipv6: bool,
}

fn foreground(argument: &str, allowed: Allowed, dry_run: bool, key: &KeySource, json: bool) -> Result<(), Failure> {
    let source = Source::read(argument)?;
    let mut config = source.understand()?;
    match config.interface.asks_for {
        Some(public) if !dry_run => {
            needs_root("up", argument)?;
            config.interface.private_key = Some(key.find_for_file(source.name.as_str(), &public.into())?);
        }
        Some(_) | None if key.is_given() => {
            return Err(Failure::Usage("--key-file is for a tunnel that asks for its private key".to_owned()));
        }
        Some(_) | None => {}
    }
    let request = Request {
        config,
        name: source.name.clone(),
        hooks: if allowed.hooks { HookPolicy::AllowAll } else { HookPolicy::Never },
        patience: patience(),
        kill_switch: None,
        allow_ipv6_outside: allowed.ipv6,
        yields: false,
    };
    let platform = Platform {
        network: native::network().map_err(anyhow::Error::from)?,
        engine: Arc::new(Userspace {
            devices: native::devices().map_err(anyhow::Error::from)?,
            timestamps: state_directory().join("timestamps"),
        }),
        commands: native::shell().map_err(anyhow::Error::from)?,
        resolver: Arc::new(SystemResolver),
    };
    if dry_run {
        return Ok(dry_run::show(&request, &platform, json)?);
    }
    needs_root("up", argument)?;
    Ok(serve(request, &source, &platform)?)
}

/// How long to wait for a resolver that is not ready.
pub(crate) fn patience() -> Patience {
    Patience::from_wg(env::var(RETRIES).ok().as_deref())
}

/// Brings the tunnel up, keeps it up until it is time to go, and takes everything back.
fn serve(request: Request, source: &Source, platform: &Platform) -> anyhow::Result<()> {
    let shutdown = signals::listen()?;
    let name = request.name.clone();
    let _claim = native::devices()?.claim(&name, Owner::Foreground).map_err(already_up)?;
    let reporter: Arc<dyn Reporter> = Arc::new(words::Terminal);
    platform.network.on_resolvers_overwritten(Box::new(|name, result| match (name, result) {
        (Some(name), Ok(())) => {
            warn(format!("another program changed /etc/resolv.conf; the resolvers of {name} were written there again"));
        }
        (None, Ok(())) => {}
        (_, Err(error)) => warn(format!("another program changed /etc/resolv.conf: {error}")),
    }));
    let mailbox = Mailbox::new(&shutdown);
    let mut active = adit_activation::bring_up(request, platform, &shutdown, &reporter, mailbox.observer())?;
    watch_sleep(mailbox.clone());
    let end = active.keep_up(&mailbox);
    words::explain(end, &name);
    // As wg-quick does, when somebody asked for the end.
    if active.config().interface.save_config && matches!(end, End::Asked | End::Interrupted) {
        match source.follow(&active.applied_config(), &active.view()) {
            Ok(false) => {}
            Ok(true) => say(format!("write what ran into {}", source.path().display())),
            Err(error) => warn(format!("what ran was not written into the file: {error:#}")),
        }
    }
    Ok(())
}

/// Has the tunnel hear when the computer wakes up. Where that cannot be known, what the network announces then has to do.
pub(crate) fn watch_sleep(mailbox: Mailbox) {
    let watch = move || -> io::Result<()> {
        let mut changes = ClockChanges::new()?;
        loop {
            if let ClockChange::Slept(_) = changes.wait()? {
                mailbox.push(Signal::Woke);
            }
        }
    };
    let told = |error: &io::Error| warn(format!("it will not be noticed when the computer wakes up from sleep: {error}"));
    let watch = move || drop(watch().inspect_err(told));
    if let Err(error) = thread::Builder::new().name("sleep".into()).spawn(watch) {
        told(&error);
    }
}

/// What to do about it when another process runs a tunnel of that name.
pub(crate) fn already_up(error: ClaimError) -> anyhow::Error {
    match &error {
        ClaimError::Held { name, owner: Owner::Foreground, .. } => anyhow!("{error}; take it down with: adit down {name}"),
        ClaimError::Held { owner: Owner::Service, .. } => anyhow!("{error}; that is the Adit service: disconnect it there"),
        ClaimError::Io { .. } => error.into(),
    }
}

/// What outlives a tunnel; `ADIT_STATE_DIR` names another place. Not the service's folder, which is not root's.
fn state_directory() -> PathBuf {
    let named = env::var_os("ADIT_STATE_DIR").filter(|directory| !directory.is_empty());
    named.map_or_else(|| "/var/lib/adit-root".into(), PathBuf::from)
}
