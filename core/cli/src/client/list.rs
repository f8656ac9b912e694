//! `adit list`: all tunnels, one on each line.

use adit_api::{TunnelState, TunnelView};
use adit_words::{StatusLabel, StatusText};

use super::{Daemon, Failure, Options};
use crate::output::{Tone, coloured, look, now, table, words};

/// The arguments of `adit list`.
#[derive(clap::Args, Debug)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit list`.
pub(crate) fn list(arguments: &ListArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let tunnels = Daemon::reach(options)?.tunnels()?;
    if options.json {
        return options.show_json(&tunnels);
    }
    options.show(&text(&tunnels, coloured()))
}

/// Formats the list for people.
pub(super) fn text(tunnels: &[TunnelView], coloured: bool) -> String {
    if tunnels.is_empty() {
        return words().status_for_terminal(&StatusText::NoTunnels) + "\n";
    }
    let now = now();
    let titles = [
        StatusLabel::Name,
        StatusLabel::State,
        StatusLabel::KillSwitch,
        StatusLabel::Handshake,
        StatusLabel::Received,
        StatusLabel::Sent,
    ];
    let mut rows = vec![titles.map(|title| (words().status_label(title).to_uppercase(), Tone::Faint)).to_vec()];
    rows.extend(tunnels.iter().map(|tunnel| row(tunnel, now)));
    table(&rows, coloured)
}

fn row(tunnel: &TunnelView, now: u64) -> Vec<(String, Tone)> {
    let look = look(&tunnel.state, now);
    let mut row = vec![
        (tunnel.name.to_string(), Tone::Strong),
        (format!("{} {}", look.mark, look.word), look.tone),
        (words().kill_switch(tunnel.kill_switch), Tone::Plain),
    ];
    let more = match &tunnel.state {
        TunnelState::Up(up) => {
            let handshake = words().last(up.last_handshake, now);
            [handshake, words().bytes(up.counters.received), words().bytes(up.counters.sent)]
        }
        TunnelState::Down { .. }
        | TunnelState::Connecting { .. }
        | TunnelState::Disconnecting { .. }
        | TunnelState::Paused { .. }
        | TunnelState::Blocked { .. } => Default::default(),
    };
    row.extend(more.map(|text| (text, Tone::Plain)));
    row
}
