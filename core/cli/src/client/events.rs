//! `adit events`: prints all events as they happen, for programs (`--json`: one object on each line; `--run`: starts a program
//! for each event) and for people.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use adit_api::{Event, Notice, TunnelId, TunnelView};
use anyhow::{Context, bail};

use super::{Daemon, Failure, Options, log_words};
use crate::output::{json_line, now, utc, words};

/// The arguments of `adit events`.
#[derive(clap::Args, Debug)]
pub(crate) struct EventsArgs {
    /// Include the traffic of each tunnel, once a second
    #[arg(long)]
    traffic: bool,
    /// Print only log events with this code, such as no_answer; may be repeated
    #[arg(long, value_name = "CODE")]
    only: Vec<String>,
    /// Run this program for each event, one at a time. It gets the event as JSON on standard input, and its kind, tunnel and code
    /// in ADIT_EVENT, ADIT_TUNNEL and ADIT_CODE
    #[arg(long, value_name = "PROGRAM")]
    run: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit events`: runs until Ctrl-C, or until the service ends.
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
                None if options.json => options.show_json_line(&notice)?,
                None => options.show(&format!("{}  {}\n", utc(now()), text(&notice.event, &tunnels)))?,
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
            Event::RulesChanged { .. } => self.only.is_empty() || self.only.iter().any(|code| code == "rules_changed"),
            Event::PortalChanged { .. } => self.only.is_empty() || self.only.iter().any(|code| code == "portal_changed"),
            Event::TunnelAdded { .. } | Event::TunnelChanged { .. } | Event::TunnelRemoved { .. } => self.only.is_empty(),
        }
    }
}

/// Runs a program to its end. A failure of the program is reported and ends nothing.
fn run(program: &Path, notice: &Notice, tunnels: &[TunnelView]) -> anyhow::Result<()> {
    let (kind, id, code) = match &notice.event {
        Event::TunnelAdded { tunnel } => ("tunnel_added", Some(tunnel.id), ""),
        Event::TunnelChanged { tunnel } => ("tunnel_changed", Some(tunnel.id), ""),
        Event::TunnelRemoved { id } => ("tunnel_removed", Some(*id), ""),
        Event::Traffic { id, .. } => ("traffic", Some(*id), ""),
        Event::KeyIsOld { id, .. } => ("key_is_old", Some(*id), ""),
        Event::RulesChanged { .. } => ("rules_changed", None, ""),
        Event::PortalChanged { .. } => ("portal_changed", None, ""),
        Event::Log { line } => ("log", line.tunnel, line.code.name()),
    };
    let tunnel = id.map(|id| name(&id, tunnels)).unwrap_or_default();
    let mut child = Command::new(program)
        .envs([("ADIT_EVENT", kind), ("ADIT_TUNNEL", &tunnel), ("ADIT_CODE", code)])
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let text = json_line(notice)?;
    if let Some(mut input) = child.stdin.take() {
        // Errors are ignored: the program need not read its input.
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

/// Formats an event for people.
fn text(event: &Event, tunnels: &[TunnelView]) -> String {
    match event {
        Event::Log { line } => log_words::line(line, tunnels),
        Event::TunnelAdded { .. }
        | Event::TunnelChanged { .. }
        | Event::TunnelRemoved { .. }
        | Event::Traffic { .. }
        | Event::RulesChanged { .. }
        | Event::PortalChanged { .. }
        | Event::KeyIsOld { .. } => words().event(event, &adit_words::Context { tunnels, tunnel: None }, now()),
    }
}
