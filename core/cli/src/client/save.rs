//! `adit save NAME`: writes the running settings into the tunnel's configuration.

use adit_api::{ConfigReplaced, TunnelView};

use super::versions::{tell_left_out, tell_replaced};
use super::{Daemon, Failure, Options};
use crate::output::{self, words};

/// Shows the changes, and saves them.
pub(crate) fn save(daemon: &Daemon, tunnel: &TunnelView, yes: bool, options: &Options) -> Result<(), Failure> {
    // The version is read before the changes: a change in between is then detected when saving.
    let tunnel = daemon.view(tunnel)?;
    let check = daemon.ask_about(&tunnel, |client, id| client.check_running(id))?;
    if check.changes.is_empty() {
        if options.json {
            let (version, diagnostics) = (tunnel.version, check.diagnostics);
            return options.show_json(&ConfigReplaced {
                version,
                applied: Vec::new(),
                needs_restart: Vec::new(),
                changes_left_out: 0,
                diagnostics,
            });
        }
        return options.done(format!("{} runs as its configuration says; there is nothing to save", tunnel.name));
    }
    if !yes {
        if options.json {
            return Err(Failure::Usage("--json cannot ask a question; add --yes".to_owned()));
        }
        crate::output::tell(format!("Changes to the configuration of {}:", tunnel.name));
        check.changes.iter().for_each(|one| crate::output::tell(format!("  {}", words().change(&tunnel, one))));
        tell_left_out(&check);
        if !output::can_ask() {
            return Err(Failure::Usage("there is no terminal for the question; add --yes to save without asking".to_owned()));
        }
        if output::ask("Save it?", &['y', 'n'])? != 'y' {
            return options.done("nothing was saved");
        }
    }
    let version = tunnel.version;
    let replaced = daemon.ask_about(&tunnel, |client, id| client.save_running(id, version))?;
    if options.json {
        return options.show_json(&replaced);
    }
    options.done(format!("{} is saved as it runs, version {}", tunnel.name, replaced.version))?;
    tell_replaced(&tunnel, &replaced, options)
}
