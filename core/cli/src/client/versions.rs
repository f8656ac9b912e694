//! `adit versions` and `adit undo`: list the earlier texts of a tunnel's configuration, and restore one of them.

use adit_api::{ConfigCheck, ConfigReplaced, TunnelView, VersionView};

use super::{Daemon, Failure, Options};
use crate::output::{now, words};

/// The arguments of `adit versions`.
#[derive(clap::Args, Debug)]
pub(crate) struct VersionsArgs {
    /// Name of the tunnel
    name: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The arguments of `adit undo`.
#[derive(clap::Args, Debug)]
pub(crate) struct UndoArgs {
    /// Name of the tunnel
    name: String,
    /// Version to restore [default: the previous one]
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit versions`.
pub(crate) fn versions(arguments: &VersionsArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let versions = daemon.ask_about(&tunnel, |client, id| client.versions(id))?;
    if options.json {
        return options.show_json(&versions);
    }
    options.show(&versions.iter().map(|version| described(&tunnel, version)).collect::<String>())
}

fn described(tunnel: &TunnelView, version: &VersionView) -> String {
    let head = format!("{:>4}  {}\n", version.version, words().version(version, now()));
    let changes = version.changes.iter().map(|one| format!("        {}\n", words().change(tunnel, one)));
    head + &changes.collect::<String>()
}

/// `adit undo`.
pub(crate) fn undo(arguments: &UndoArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let version = match arguments.to {
        Some(version) => version,
        None => {
            let versions = daemon.ask_about(&tunnel, |client, id| client.versions(id))?;
            let earlier = versions.iter().map(|version| version.version).find(|version| *version < tunnel.version);
            earlier.ok_or_else(|| Failure::Other(anyhow::anyhow!("{} has no earlier version to go back to", tunnel.name)))?
        }
    };
    let replaced = daemon.ask_about(&tunnel, |client, id| client.restore_version(id, version))?;
    if options.json {
        return options.show_json(&replaced);
    }
    options.done(format!("{} is as in version {version} again, which is version {} now", tunnel.name, replaced.version))?;
    tell_replaced(&tunnel, &replaced, options)
}

/// Reports how many changes the answer leaves out because they are too many.
pub(super) fn tell_left_out(check: &ConfigCheck) {
    if check.changes_left_out > 0 {
        crate::output::tell(format!("  {}", words().more_changes(check.changes_left_out)));
    }
}

/// Reports how the changes took effect.
pub(super) fn tell_replaced(tunnel: &TunnelView, replaced: &ConfigReplaced, options: &Options) -> Result<(), Failure> {
    for one in replaced.applied.iter() {
        options.done(format!("  {}", words().change(tunnel, one)))?;
    }
    for one in replaced.needs_restart.iter() {
        options.done(format!("  {} ({})", words().change(tunnel, one), words().change_effect(one.effect)))?;
    }
    if replaced.changes_left_out > 0 {
        options.done(format!("  {}", words().more_changes(replaced.changes_left_out)))?;
    }
    if !replaced.needs_restart.is_empty() {
        let argument = adit_words::argument(tunnel.name.as_str());
        options.done(format!("apply the other changes with: adit restart {argument}"))?;
    }
    Ok(())
}
