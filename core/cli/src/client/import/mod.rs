//! `adit import`: makes tunnels of files, folders, archives, pictures, standard input and web addresses. A source that cannot
//! become a tunnel is reported with the reason and does not stop the others.

mod gather;
mod web;

use adit_api::{ApiError, ConfigText, Diagnostic, Imported, InterfaceName, TunnelId, TunnelName};
use adit_import::{Draft, Import, Names};
use serde::Serialize;

use super::key::keyring::Keyring;
use super::{Daemon, Failure, Options, key};
use crate::output::{visible, words};
use gather::{Handed, gather};

/// The arguments of `adit import`.
#[derive(clap::Args, Debug)]
pub(crate) struct ImportArgs {
    /// Files (.conf, .zip, .tar, .tar.gz, pictures of QR codes), folders of .conf files, https:// addresses; `-` is standard input
    #[arg(value_name = "FILE|FOLDER|URL|-", required = true)]
    sources: Vec<String>,
    /// Name of the tunnel; only for a single tunnel
    #[arg(long)]
    name: Option<TunnelName>,
    /// Name of the interface; only for a single tunnel
    #[arg(long)]
    interface: Option<InterfaceName>,
    /// Store the private key in your keyring and not in the service; the tunnel asks for it when it comes up
    #[arg(long)]
    ask: bool,
    /// With --ask: do not store the private key in the keyring
    #[arg(long, requires = "ask")]
    no_keyring: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The result as JSON.
#[derive(Serialize, Default)]
struct Report {
    imported: Vec<Taken>,
    failed: Vec<Left>,
}

/// An imported tunnel, as JSON.
#[derive(Serialize)]
struct Taken {
    /// The file, and the entry if the file has several.
    source: String,
    id: TunnelId,
    name: TunnelName,
    /// True if the tunnel has another name than the source, because that name was taken.
    renamed: bool,
    interface: InterfaceName,
    asks_for_key: bool,
    diagnostics: Vec<Diagnostic>,
}

/// A source that did not become a tunnel, as JSON.
#[derive(Serialize)]
struct Left {
    /// The file, and the entry if the file has several.
    source: String,
    reason: String,
}

/// `adit import`. Exit code 0: everything became a tunnel; 12: some of it did; 1: nothing did.
pub(crate) fn import(arguments: &ImportArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let tunnels = daemon.tunnels()?;
    let mut names = Names::new(tunnels.iter().map(|tunnel| &tunnel.name), tunnels.iter().map(|tunnel| &tunnel.interface));
    let (mut drafts, mut report) = (Vec::new(), Report::default());
    for handed in arguments.sources.iter().flat_map(|source| gather(source)) {
        match handed {
            Ok(handed) => {
                handed.warnings.iter().for_each(|warning| options.warn(warning));
                let found = adit_import::import(&handed.file_name, &handed.bytes, &mut names);
                sort(found, &handed, &mut drafts, &mut report);
            }
            Err((source, error)) => report.failed.push(Left { source, reason: format!("{error:#}") }),
        }
    }
    let names_one = arguments.name.is_some() || arguments.interface.is_some();
    if names_one && drafts.len() > 1 {
        return Err(Failure::Usage(format!("--name and --interface are for one tunnel, and there are {}", drafts.len())));
    }
    for (source, draft) in drafts {
        let taken_out = arguments.ask.then(|| key::taken_out(&draft.text, arguments.no_keyring)).transpose();
        let (text, in_keyring) = match taken_out {
            Ok(Some((text, in_keyring))) => (text, in_keyring),
            Ok(None) => (draft.text.clone(), None),
            Err(error) => {
                report.failed.push(Left { source, reason: format!("{error:#}") });
                continue;
            }
        };
        let taken = take(&daemon, arguments, source.clone(), draft, &text);
        if let (Err(_), Some(key)) = (&taken, in_keyring) {
            // Removes the key from the keyring again: no tunnel asks for it.
            let _ = Keyring::of(&key.public().into()).forget();
        }
        match taken {
            Ok(taken) => report.imported.push(taken),
            Err(Failure::Refused { error, sentence }) if !matches!(*error, ApiError::NotAllowed { .. }) => {
                report.failed.push(Left { source, reason: sentence });
            }
            // The import stops here: the others would fail too, and each might ask for a password. The tunnels made so far are
            // reported first.
            Err(failure) => {
                if !report.imported.is_empty() {
                    tell(options, &report)?;
                }
                return Err(failure);
            }
        }
    }
    tell(options, &report)?;
    match (report.imported.is_empty(), report.failed.is_empty()) {
        (_, true) => Ok(()),
        (true, false) => Err(Failure::Reported),
        (false, false) => Err(Failure::Partly),
    }
}

/// Adds the drafts and the refusals of one file to those of all files, each with its source as shown to the user.
fn sort(found: Import, handed: &Handed, drafts: &mut Vec<(String, Draft)>, report: &mut Report) {
    let Import { drafts: new, refusals } = found;
    let place = |source: &str| match source.strip_prefix(handed.file_name.as_str()) {
        Some(rest) => format!("{}{}", handed.shown, visible(rest)),
        None => format!("{}: {}", handed.shown, visible(source)),
    };
    drafts.extend(new.into_iter().map(|draft| (place(&draft.source), draft)));
    report.failed.extend(
        refusals
            .iter()
            .map(|refusal| Left { source: place(&refusal.source), reason: words().import_reason(&(&refusal.reason).into()) }),
    );
}

fn take(daemon: &Daemon, arguments: &ImportArgs, source: String, draft: Draft, text: &str) -> Result<Taken, Failure> {
    let name = arguments.name.clone().unwrap_or_else(|| draft.name.clone());
    let interface = arguments.interface.clone().unwrap_or_else(|| draft.interface.clone());
    let text = ConfigText::new(text.to_owned());
    let imported = daemon.ask(|client| client.import(name.clone(), interface.clone(), text))?;
    let renamed = draft.renamed && arguments.name.is_none();
    let Imported { id, diagnostics } = imported;
    Ok(Taken { source, id, name, renamed, interface, asks_for_key: arguments.ask, diagnostics })
}

/// Reports tunnels on standard output, and refusals on standard error unless `--quiet` is set.
fn tell(options: &Options, report: &Report) -> Result<(), Failure> {
    if options.json {
        return options.show_json(report);
    }
    for taken in &report.imported {
        let renamed = if taken.renamed { " (its own name was taken)" } else { "" };
        let asks = if taken.asks_for_key { ", which asks for its private key" } else { "" };
        options.done(format!("{} -> {}{renamed}{asks}", taken.source, taken.name))?;
        taken
            .diagnostics
            .iter()
            .for_each(|diagnostic| options.warn(format!("{}: {}", taken.source, words().diagnostic(diagnostic))));
    }
    for left in &report.failed {
        crate::output::tell(format!("adit: {}: {}", left.source, left.reason));
    }
    let (imported, all) = (report.imported.len(), report.imported.len() + report.failed.len());
    match (imported, all) {
        (1, 1) => options.done("Imported 1 tunnel"),
        _ if imported == all => options.done(format!("Imported {all} tunnels")),
        _ => options.done(format!("Imported {imported} of {all}")),
    }
}
