//! Formats lines of the log with the names of their tunnels.

use crate::output::words;
use adit_api::{LogLine, TunnelView};
use adit_words::Context;

/// Formats a line such as `[office] up`.
pub(super) fn line(line: &LogLine, tunnels: &[TunnelView]) -> String {
    let named = tunnels.iter().find(|tunnel| Some(tunnel.id) == line.tunnel).map(|tunnel| tunnel.name.as_str());
    let prefix = match (line.tunnel, named) {
        (Some(_), Some(name)) => format!("[{name}] "),
        (Some(_), None) => "[removed] ".to_owned(),
        (None, _) => String::new(),
    };
    prefix + &words().log_line(line, &Context { tunnels, tunnel: named })
}
