//! `adit preview NAME|FILE`, and `adit up NAME|FILE --dry-run`: print the changes that bringing a tunnel up would make to this
//! computer.

use adit_api::{Preview, TunnelView};
use adit_words::{Context, Line};

use super::{Daemon, Failure, Options};
use crate::output::words;

/// Prints the preview of a tunnel of the service.
pub(crate) fn preview(daemon: &Daemon, tunnel: &TunnelView, options: &Options) -> Result<(), Failure> {
    let preview = daemon.ask_about(tunnel, |client, id| client.preview(id))?;
    if options.json {
        return options.show_json(&preview);
    }
    let tunnels = daemon.tunnels()?;
    let context = Context { tunnels: &tunnels, tunnel: Some(tunnel.name.as_str()) };
    preview.warnings.iter().for_each(|warning| options.warn(words().warning_for_terminal(warning, &context)));
    preview.conflicts.iter().for_each(|conflict| options.warn(format!("in conflict: {}", words().conflict(conflict, &context))));
    preview.diagnostics.iter().for_each(|diagnostic| options.warn(words().diagnostic(diagnostic)));
    options.show(&text(&preview))
}

/// Formats the preview: the interface, and a line for each change.
pub(crate) fn text(preview: &Preview) -> String {
    let lines = words().preview_lines(preview).into_iter().map(|Line { label, text }| format!("  {label:<10}{text}\n"));
    [words().preview_interface(preview), "\n".to_owned()].into_iter().chain(lines).collect()
}
