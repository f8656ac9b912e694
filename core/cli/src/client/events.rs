//! `adit events`: all that happens, as it happens, for programs (`--json`: one object on each line; `--run`: one program for each) and for
//! people.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use adit_api::{Event, Notice, TunnelId, TunnelView};
use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::Serialize;

use super::words::{look, now, words};
use super::{Daemon, Failure, Options, log_words};

/// What `adit events` is asked.
#[derive(clap::Args, Debug)]
pub(crate) struct EventsArgs {
    /// Also what goes through, each second
    #[arg(long)]
    traffic: bool,
    /// Only what the log tells under this code, such as no_answer; can be given several times
    #[arg(long, value_name = "CODE")]
    only: Vec<String>,
    /// Run a program for each event, with the event as JSON on its standard input, and what it is in ADIT_EVENT, ADIT_TUNNEL and
    /// ADIT_CODE. One runs at a time
    #[arg(long, value_name = "PROGRAM")]
    run: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit events`: until Ctrl-C, or until the daemon ends.
pub(crate) fn events(arguments: &EventsArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let notices = daemon.subscribe()?;
    let mut tunnels = daemon.tunnels()?;
    for notice in notices {
        let notice = notice.map_err(Failure::Lost)?;
        if arguments.is_wanted(&notice.event) {
            match &arguments.run {
                Some(program) => run(program, &notice, &tunnels).unwrap_or_else(|error| options.warn(format!("{error:#}"))),
                None if options.json => line(options, &notice)?,
                None => options.show(&format!("{}  {}\n", clock(now()), text(&notice.event, &tunnels)))?,
            }
        }
        if let Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } = notice.event {
            tunnels.retain(|known| known.id != tunnel.id);
            tunnels.push(*tunnel);
        }
    }
    Ok(())
}

impl EventsArgs {
    fn is_wanted(&self, event: &Event) -> bool {
        match event {
            Event::Traffic { .. } => self.traffic && self.only.is_empty(),
            Event::Log { line } => self.only.is_empty() || self.only.iter().any(|code| code == line.code.name()),
            Event::KeyIsOld { .. } => self.only.is_empty() || self.only.iter().any(|code| code == "key_is_old"),
            Event::TunnelAdded { .. } | Event::TunnelChanged { .. } | Event::TunnelRemoved { .. } => self.only.is_empty(),
        }
    }
}

/// Runs a program to its end. That it fails is its own affair, and told.
fn run(program: &Path, notice: &Notice, tunnels: &[TunnelView]) -> anyhow::Result<()> {
    let (kind, id, code) = match &notice.event {
        Event::TunnelAdded { tunnel } => ("tunnel_added", Some(tunnel.id), ""),
        Event::TunnelChanged { tunnel } => ("tunnel_changed", Some(tunnel.id), ""),
        Event::TunnelRemoved { id } => ("tunnel_removed", Some(*id), ""),
        Event::Traffic { id, .. } => ("traffic", Some(*id), ""),
        Event::KeyIsOld { id, .. } => ("key_is_old", Some(*id), ""),
        Event::Log { line } => ("log", line.tunnel, line.code.name()),
    };
    let tunnel = id.map(|id| name(&id, tunnels)).unwrap_or_default();
    let mut child = Command::new(program)
        .envs([("ADIT_EVENT", kind), ("ADIT_TUNNEL", &tunnel), ("ADIT_CODE", code)])
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let text = serde_json::to_string(notice)? + "\n";
    if let Some(mut input) = child.stdin.take() {
        // It need not read it.
        let _ = input.write_all(text.as_bytes());
    }
    let status = child.wait().with_context(|| format!("waiting for {}", program.display()))?;
    if !status.success() {
        bail!("{} failed: {status}", program.display());
    }
    Ok(())
}

fn name(id: &TunnelId, tunnels: &[TunnelView]) -> String {
    let known = tunnels.iter().find(|tunnel| tunnel.id == *id);
    known.map_or_else(|| id.to_string(), |tunnel| tunnel.name.to_string())
}

/// An event in words.
fn text(event: &Event, tunnels: &[TunnelView]) -> String {
    match event {
        Event::TunnelAdded { tunnel } => format!("{} is new", tunnel.name),
        Event::TunnelChanged { tunnel } => format!("{}: {}", tunnel.name, look(&tunnel.state, now()).word),
        Event::TunnelRemoved { id } => format!("{} is removed", name(id, tunnels)),
        Event::Traffic { id, sample } => {
            format!("{}: {} received, {} sent", name(id, tunnels), words().bytes(sample.received), words().bytes(sample.sent))
        }
        Event::KeyIsOld { id, peer: None, .. } => format!("{}: its key is old; give it a new one", name(id, tunnels)),
        Event::KeyIsOld { id, peer: Some(peer), .. } => {
            format!("{}: its preshared key with {} is old; give both a new one", name(id, tunnels), peer.short())
        }
        Event::Log { line } => log_words::line(line, tunnels),
    }
}

/// An object on a line of its own.
pub(super) fn line(options: &Options, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(anyhow::Error::from)?;
    options.show(&(text + "\n"))
}

/// A time as `2025-01-31 13:05:09Z`: the same for everybody who compares logs.
pub(super) fn clock(unix_milliseconds: u64) -> String {
    let seconds = i64::try_from(unix_milliseconds / 1000).ok();
    // A time behind the year 9999 is shown as the last one before it.
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX);
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_at_the_edges_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_400, "2000-02-29 00:00:00Z"),
            (951_868_799, "2000-02-29 23:59:59Z"),
            (1_700_000_000, "2023-11-14 22:13:20Z"),
            (4_107_542_400, "2100-03-01 00:00:00Z"),
        ] {
            assert_eq!(clock(seconds * 1000), text);
        }
    }
}
