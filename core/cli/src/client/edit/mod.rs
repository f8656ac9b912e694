//! `adit edit`: opens a tunnel's configuration in an editor, then shows its errors and its changes, and applies it after a
//! question. A text that is not applied is kept, and its path is printed, so that no edit is lost.

mod editor;
mod workshop;

use std::io::Read;
use std::path::Path;

use adit_api::{ConfigCheck, ConfigReplaced, ConfigText, Severity, TunnelView};
use adit_foreground::read_file;
use anyhow::{Context, bail};
use zeroize::Zeroizing;

use super::versions::{tell_left_out, tell_replaced};
use super::{Daemon, Failure, Options, export};
use crate::output::{self, words};
pub(super) use editor::choose as choose_editor;
pub(super) use workshop::Workshop;

/// The arguments of `adit edit`.
#[derive(clap::Args, Debug)]
pub(crate) struct EditArgs {
    /// Name of the tunnel
    name: String,
    /// Read the new configuration from this file instead of an editor; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<String>,
    /// Save without asking
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit edit`.
pub(crate) fn edit(arguments: &EditArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    // The version is read before the text: a change in between is then detected when the text is saved.
    let tunnel = daemon.view(&daemon.find(&arguments.name)?)?;
    let before = export::text(&daemon, &tunnel)?;
    let editing = Editing { daemon, tunnel, before, arguments };
    match &arguments.from {
        Some(from) => editing.from(from),
        None => editing.by_hand(),
    }
}

struct Editing<'a> {
    daemon: Daemon,
    tunnel: TunnelView,
    before: Zeroizing<String>,
    arguments: &'a EditArgs,
}

/// The user's decision about an edited text.
enum Verdict {
    Apply,
    EditAgain,
    GiveUp,
}

impl Editing<'_> {
    fn options(&self) -> &Options {
        &self.arguments.options
    }

    /// Takes the text from the file `from`, without an editor.
    fn from(&self, from: &str) -> Result<(), Failure> {
        let text = read(from)?;
        if *text == *self.before {
            return self.unchanged();
        }
        let check = self.check(&text)?;
        let errors = errors(&check);
        if errors > 0 {
            self.show_complaints(&check);
            return Err(Failure::Invalid(format!("{} and nothing was changed", counted(errors))));
        }
        if !self.arguments.yes && !self.options().json {
            self.show_complaints(&check);
            self.show_changes(&check);
            if !output::can_ask() {
                return Err(Failure::Usage(
                    "there is no terminal for the question; add --yes to change it without asking".to_owned(),
                ));
            }
            if output::ask("Change it?", &['y', 'n'])? != 'y' {
                return self.options().done("nothing was changed");
            }
        } else if !self.arguments.yes {
            return Err(Failure::Usage("--json cannot ask a question; add --yes".to_owned()));
        }
        self.apply(&text).map(drop)
    }

    /// Opens the text in an editor, again and again until it is valid or the user gives up.
    fn by_hand(&self) -> Result<(), Failure> {
        let editor = choose_editor()?;
        let workshop = Workshop::open(&format!("{}.conf", self.tunnel.interface), &self.before)?;
        loop {
            if let Err(error) = editor.run(workshop.file()) {
                let kept = self.keep(workshop, None);
                return Err(anyhow::anyhow!("{error:#}; nothing was changed{kept}").into());
            }
            let text = match workshop.read() {
                Ok(text) => text,
                Err(error) => {
                    let place = workshop.keep();
                    return Err(error.context(format!("nothing was changed; your text is in {}", place.display())).into());
                }
            };
            if *text == *self.before {
                return self.unchanged();
            }
            let check = match self.check(&text) {
                Ok(check) => check,
                Err(failure) => return Err(self.and_kept(failure, workshop, &text)),
            };
            match self.judge(&check)? {
                Verdict::EditAgain => {}
                Verdict::GiveUp => {
                    let kept = self.keep(workshop, Some(&text));
                    if errors(&check) > 0 {
                        return Err(Failure::Invalid(format!("{}, so nothing was changed{kept}", counted(errors(&check)))));
                    }
                    return self.options().done(format!("nothing was changed{kept}"));
                }
                Verdict::Apply => {
                    return match self.apply(&text) {
                        Ok(_) => Ok(()),
                        Err(failure @ Failure::OutputClosed) => Err(failure),
                        Err(failure) => Err(self.and_kept(failure, workshop, &text)),
                    };
                }
            }
        }
    }

    fn unchanged(&self) -> Result<(), Failure> {
        if self.options().json {
            let version = self.tunnel.version;
            let (applied, needs_restart, diagnostics) = (Vec::new(), Vec::new(), Vec::new());
            return self.options().show_json(&ConfigReplaced {
                version,
                applied,
                needs_restart,
                changes_left_out: 0,
                diagnostics,
            });
        }
        self.options().done(format!("{} is as it was", self.tunnel.name))
    }

    fn check(&self, text: &str) -> Result<ConfigCheck, Failure> {
        let text = ConfigText::new(text.to_owned());
        self.daemon.ask_about(&self.tunnel, |client, id| client.check_config(Some(id), text))
    }

    fn judge(&self, check: &ConfigCheck) -> Result<Verdict, Failure> {
        self.show_complaints(check);
        let errors = errors(check);
        if errors > 0 {
            if !output::can_ask() {
                return Ok(Verdict::GiveUp);
            }
            let question = format!("{}. Edit it again?", counted(errors));
            return Ok(if output::ask(&question, &['y', 'n'])? == 'y' { Verdict::EditAgain } else { Verdict::GiveUp });
        }
        if self.arguments.yes {
            return Ok(Verdict::Apply);
        }
        self.show_changes(check);
        if !output::can_ask() {
            crate::output::tell("adit: there is no terminal for the question; add --yes to change it without asking");
            return Ok(Verdict::GiveUp);
        }
        Ok(match output::ask("Change it? (e: edit it again)", &['y', 'e', 'n'])? {
            'y' => Verdict::Apply,
            'e' => Verdict::EditAgain,
            _ => Verdict::GiveUp,
        })
    }

    fn show_complaints(&self, check: &ConfigCheck) {
        check
            .diagnostics
            .iter()
            .for_each(|diagnostic| crate::output::tell(format!("{}: {}", self.tunnel.name, words().diagnostic(diagnostic))));
    }

    fn show_changes(&self, check: &ConfigCheck) {
        crate::output::tell(format!("Changes to {}:", self.tunnel.name));
        for one in &check.changes {
            crate::output::tell(format!("  {} ({})", words().change(&self.tunnel, one), words().change_effect(one.effect)));
        }
        tell_left_out(check);
    }

    fn apply(&self, text: &str) -> Result<ConfigReplaced, Failure> {
        let (config, version) = (ConfigText::new(text.to_owned()), self.tunnel.version);
        let replaced = self.daemon.ask_about(&self.tunnel, |client, id| client.replace_config(id, config, version))?;
        if self.options().json {
            self.options().show_json(&replaced)?;
        } else {
            self.options().done(format!("{} is changed, version {}", self.tunnel.name, replaced.version))?;
            tell_replaced(&self.tunnel, &replaced, self.options())?;
        }
        Ok(replaced)
    }

    /// Keeps the text if it differs from the text before the edit, and returns a sentence with its path.
    fn keep(&self, workshop: Workshop, text: Option<&str>) -> String {
        let read = workshop.read().ok();
        let text = text.or(read.as_ref().map(|text| text.as_str()));
        if text.is_some_and(|text| text == self.before.as_str()) {
            return String::new();
        }
        format!("; your text is in {}", workshop.keep().display())
    }

    fn and_kept(&self, failure: Failure, workshop: Workshop, text: &str) -> Failure {
        let kept = self.keep(workshop, Some(text));
        if let Failure::Refused { error, sentence } = failure {
            return Failure::Refused { error, sentence: format!("{sentence}{kept}") };
        }
        crate::output::tell(format!("adit: the change may not have been made{kept}"));
        failure
    }
}

fn errors(check: &ConfigCheck) -> usize {
    check.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
}

fn counted(errors: usize) -> String {
    if errors == 1 { "there is 1 error".to_owned() } else { format!("there are {errors} errors") }
}

fn read(from: &str) -> anyhow::Result<Zeroizing<String>> {
    let bytes = if from == "-" {
        let limit = adit_config::syntax::MAX_BYTES + 1;
        let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("cannot read standard input")?;
        if bytes.len() >= limit {
            bail!("standard input has more than the 1 MiB that a configuration can have");
        }
        bytes
    } else {
        read_file(from, Path::new(from))?
    };
    let text = std::str::from_utf8(&bytes).with_context(|| format!("{from} is not a text in UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}
