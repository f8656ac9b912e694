//! `adit report`: writes what one end of a tunnel knows, for the person who runs the other end, and compares the reports of two
//! ends. WireGuard tells neither end what the other sees, so most mistakes show only when both reports are compared.

mod facts;
mod verdict;

use std::fs::File;
use std::io::{self, Read};

use adit_api::{LogCode, LogLevel, PeerView, TunnelView};
use adit_words::FindingText;
use anyhow::{Context, anyhow};
use serde::Serialize;

use super::{Daemon, Failure, Options};
use crate::output::{Tone, coloured, now, paint, visible, words};
use facts::Facts;
use verdict::{Finding, Weight};

/// The longest report that is read, bytes. Real reports are far smaller.
const LIMIT: u64 = 64 << 10;
/// Lines of the log in one answer of the service.
const PAGE: u32 = 1000;
/// The age up to which dropped packets explain a present problem, milliseconds.
const RECENT: u64 = 3_600_000;

/// The arguments of `adit report`.
#[derive(clap::Args, Debug)]
pub(crate) struct ReportArgs {
    /// Name of the tunnel
    name: String,
    /// Compare with the report of the other end in this file, and list mismatches; `-` is standard input
    #[arg(long, value_name = "FILE")]
    with: Option<String>,
    /// Peer that gets the report, by name or public key; optional if there is only one. Other peers are left out of the report
    #[arg(long, value_name = "PEER", conflicts_with = "with")]
    peer: Option<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The result of a comparison, as JSON.
#[derive(Serialize)]
struct Compared {
    /// True if no finding keeps the tunnel from working.
    fits: bool,
    findings: Vec<Finding>,
}

/// `adit report`. Exit code 0: the report was made, or the two reports fit; 1: they do not fit.
pub(crate) fn report(arguments: &ReportArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let theirs = arguments.with.as_deref().map(read).transpose()?;
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.view_with_all_peers(&daemon.find(&arguments.name)?)?;
    let dropped = dropped(&daemon, &tunnel)?;
    let now = now();
    let Some(theirs) = theirs else {
        let peer = peer(&tunnel, arguments.peer.as_deref())?;
        let facts = Facts::of(&tunnel, &[peer], &dropped, now);
        return if options.json { options.show_json(&facts) } else { options.show(&facts.to_string()) };
    };
    let peers: Vec<&PeerView> = tunnel.peers.iter().collect();
    let findings = verdict::compare(&Facts::of(&tunnel, &peers, &dropped, now), &theirs);
    let fits = findings.iter().all(|finding| finding.weight != Weight::Wrong);
    if options.json {
        options.show_json(&Compared { fits, findings })?;
    } else {
        options.show(&text(&findings, fits))?;
    }
    if fits { Ok(()) } else { Err(Failure::Reported) }
}

fn text(findings: &[Finding], fits: bool) -> String {
    let line = |Finding { weight, text, .. }: &Finding| {
        let (mark, tone) = match weight {
            Weight::Wrong => ("✕", Tone::Bad),
            Weight::Suspicious => ("▲", Tone::Careful),
            Weight::Note => ("-", Tone::Plain),
        };
        format!("{} {text}\n", paint(mark, tone, coloured()))
    };
    let end = match (fits, findings.is_empty()) {
        (true, true) => words().finding(&FindingText::None) + "\n",
        (true, false) => words().finding(&FindingText::NoneElse) + "\n",
        (false, _) => String::new(),
    };
    findings.iter().map(line).collect::<String>() + &end
}

/// Finds the one peer that the report is for. The report must not reveal the others.
fn peer<'a>(tunnel: &'a TunnelView, wanted: Option<&str>) -> Result<&'a PeerView, Failure> {
    let label = |peer: &PeerView| peer.name.as_deref().map_or_else(|| peer.public_key.to_string(), visible);
    let labels = || tunnel.peers.iter().map(label).collect::<Vec<_>>().join(", ");
    match (wanted, tunnel.peers.as_slice()) {
        (None, [one]) => Ok(one),
        (_, []) => Err(Failure::Usage(format!("{} has no peers", tunnel.name))),
        (None, _) => Err(Failure::Usage(format!("say which peer the report is for, with --peer: {}", labels()))),
        (Some(wanted), peers) => {
            let is_it = |peer: &&PeerView| peer.name.as_deref() == Some(wanted) || peer.public_key.to_string() == wanted;
            let found = peers.iter().find(is_it);
            found.ok_or_else(|| Failure::Usage(format!("{} has no peer {}; it has: {}", tunnel.name, visible(wanted), labels())))
        }
    }
}

/// Returns the reason of each handshake message that was dropped lately.
fn dropped(daemon: &Daemon, tunnel: &TunnelView) -> Result<Vec<String>, Failure> {
    let since = now().saturating_sub(RECENT);
    let (mut after, mut reasons) = (0, Vec::new());
    loop {
        let page = daemon.ask(|client| client.logs(after, LogLevel::Debug, PAGE))?;
        let recent = page.lines.iter().filter(|line| line.tunnel == Some(tunnel.id) && line.at >= since);
        reasons.extend(recent.filter_map(|line| match line.code {
            LogCode::HandshakeDropped { reason, .. } => Some(reason.as_str().to_owned()),
            _ => None,
        }));
        if page.lines.is_empty() || page.last <= after {
            return Ok(reasons);
        }
        after = page.last;
    }
}

/// Reads the report of the other end.
fn read(source: &str) -> Result<Facts, Failure> {
    let shown = if source == "-" { "standard input".to_owned() } else { visible(source) };
    let mut bytes = Vec::new();
    let read = match source {
        "-" => io::stdin().lock().take(LIMIT).read_to_end(&mut bytes),
        path => File::open(path).and_then(|file| file.take(LIMIT).read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read {shown}"))?;
    let text = String::from_utf8_lossy(&bytes);
    text.parse().map_err(|error| anyhow!("{shown}: {error}").into())
}
