//! `adit take-over`: tunnels of wg-quick that Adit can carry.

use super::{Daemon, Failure, Options};
use crate::terminal::visible;

/// What `adit take-over` is asked.
#[derive(clap::Args, Debug)]
pub(crate) struct TakeOverArgs {
    /// As in wg-quick@NAME; without it, all that there are are listed
    name: Option<adit_config::InterfaceName>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit take-over`.
pub(crate) fn take_over(arguments: &TakeOverArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    if let Some(name) = &arguments.name {
        let found = daemon.ask(|client| client.takeovers())?;
        let imported = daemon.ask(|client| client.take_over(name.clone()))?;
        if options.json {
            return options.show_json(&imported);
        }
        options.done(format!("{name} is Adit's from now on; look at it with: adit status {name}"))?;
        if found.iter().any(|one| one.name == *name && one.starts_at_boot) {
            options.done(starts_twice(name))?;
        }
        return Ok(());
    }
    let found = daemon.ask(|client| client.takeovers())?;
    if options.json {
        return options.show_json(&found);
    }
    if found.is_empty() {
        return options.show("wg-quick has no tunnels here.\n");
    }
    let line = |one: &adit_api::TakeoverView| {
        let state = if one.active { "up" } else { "off" };
        let boot = if one.starts_at_boot { ", comes up with the computer" } else { "" };
        format!("{}  {state}{boot}  ({})\n", one.name, visible(&one.path))
    };
    options.show(&found.iter().map(line).collect::<String>())
}

/// Only root can tell systemd, and the service is not asked to.
fn starts_twice(name: &adit_config::InterfaceName) -> String {
    format!("wg-quick would still bring it up with the computer; keep it from that with: sudo systemctl disable wg-quick@{name}")
}
