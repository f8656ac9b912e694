//! `adit take-over`: moves tunnels of wg-quick to Adit.

use adit_api::{InterfaceName, TakeoverView};

use super::{Daemon, Failure, Options};
use crate::output::{visible, words};

/// The arguments of `adit take-over`.
#[derive(clap::Args, Debug)]
pub(crate) struct TakeOverArgs {
    /// Name of the interface, as in wg-quick@NAME [default: list the tunnels of wg-quick]
    name: Option<InterfaceName>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit take-over`.
pub(crate) fn take_over(arguments: &TakeOverArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let found = daemon.ask(|client| client.takeovers())?;
    if let Some(name) = &arguments.name {
        // Read before the take-over: afterwards wg-quick does not have the tunnel any more.
        let starts = found.iter().any(|one| one.name == *name && one.starts_at_boot);
        let imported = daemon.ask(|client| client.take_over(name.clone()))?;
        if options.json {
            return options.show_json(&imported);
        }
        options.done(format!("{name} is Adit's from now on; look at it with: adit status {name}"))?;
        let finish = format!("{} still starts with the computer; finish with: sudo systemctl disable {0}", service(name));
        return if starts { options.done(finish) } else { Ok(()) };
    }
    if options.json {
        return options.show_json(&found);
    }
    if found.is_empty() {
        return options.show("wg-quick has no tunnels here.\n");
    }
    options.show(&found.iter().map(line).collect::<String>())
}

/// Formats a line such as `wg0  up, by wg-quick@wg0.service, which comes up with the computer  (/etc/wireguard/wg0.conf)`.
fn line(one: &TakeoverView) -> String {
    format!("{}  {}  ({})\n", one.name, words().takeover(one, &service(&one.name)), visible(&one.path))
}

fn service(name: &InterfaceName) -> String {
    format!("wg-quick@{name}.service")
}
