//! `adit up`: brings a tunnel up in the foreground, as wg-quick(8) does, and undoes all its changes however it ends.

mod dry_run;

use adit_foreground::{Allowed, Source, keep_up, needs_root, path};
use clap::Args;

use crate::client::key::source::KeySource;
use crate::client::target::Target;
use crate::client::wait::WaitArgs;
use crate::client::{self, Failure, Options};

/// The arguments of `adit up`.
#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// Tunnel of the Adit service, configuration file NAME.conf, or NAME of one in /etc/wireguard
    #[arg(value_name = "NAME|FILE")]
    config: String,
    /// Run the PreUp, PostUp, PreDown and PostDown commands of a file as root (for a tunnel of the service: `adit approve`)
    #[arg(long)]
    allow_hooks: bool,
    /// Allow IPv6 outside the tunnel of a file that takes all of IPv4 and none of IPv6 (for a tunnel of the service: `adit ipv6`)
    #[arg(long)]
    allow_ipv6: bool,
    /// Show the changes that would be made, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Bring the tunnel up although it conflicts with another
    #[arg(long)]
    despite_conflicts: bool,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit preview`.
#[derive(Args, Debug)]
pub(crate) struct PreviewArgs {
    /// Tunnel of the Adit service, configuration file NAME.conf, or NAME of one in /etc/wireguard
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

/// `adit up`. A tunnel of a file is kept up in the foreground. Exit code 0: it was up and was asked to end; 1: it could not come
/// up or failed. With `--dry-run`, 0: it could be brought up.
pub(crate) fn up(arguments: &UpArgs) -> Result<(), Failure> {
    let UpArgs { config, allow_hooks, allow_ipv6, dry_run, despite_conflicts, key, wait, options } = arguments;
    match Target::of(config, options)? {
        Target::Tunnel(_, tunnel) if *allow_hooks => Err(Failure::Usage(format!(
            "the commands of {} run once they are approved, so --allow-hooks is for files only; see: adit approve",
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
    let request = adit_foreground::request(&source, config, allowed);
    let platform = adit_foreground::platform()?;
    if dry_run {
        return Ok(dry_run::show(&request, &platform, json)?);
    }
    needs_root("up", argument)?;
    Ok(keep_up(request, &source, &platform)?)
}
