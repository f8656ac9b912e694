//! The verbs that ask the service; each is a small client of the contract. A refusal of the service becomes a sentence and an
//! exit code, and an answer is formatted for people or printed unchanged (`--json`).

pub(crate) mod approve;
pub(crate) mod backup;
mod daemon;
pub(crate) mod edit;
pub(crate) mod events;
pub(crate) mod export;
mod failure;
pub(crate) mod import;
pub(crate) mod invite;
pub(crate) mod keep;
pub(crate) mod key;
pub(crate) mod list;
mod log_words;
pub(crate) mod logs;
pub(crate) mod portal;
pub(crate) mod preview;
pub(crate) mod remind;
pub(crate) mod report;
pub(crate) mod restore;
pub(crate) mod rotate;
pub(crate) mod route;
pub(crate) mod rules;
pub(crate) mod save;
pub(crate) mod status;
pub(crate) mod support;
pub(crate) mod switch;
pub(crate) mod take_over;
pub(crate) mod target;
pub(crate) mod versions;
pub(crate) mod wait;
pub(crate) mod watch;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use crate::exit::Exit;
use crate::output::{json_line, json_text, print, tell};

pub(crate) use daemon::Daemon;
pub(crate) use failure::Failure;

/// The options of every verb that asks the daemon.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// Socket of the service, if not the default one
    #[arg(long, value_name = "PATH", env = "ADIT_SOCKET", hide_env_values = true)]
    pub(crate) socket: Option<PathBuf>,
    /// Print JSON, including errors
    #[arg(long)]
    pub(crate) json: bool,
    /// Print only errors and requested output
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl Options {
    /// Reports on standard output that something was done, unless `--json` or `--quiet` is set.
    pub(crate) fn done(&self, sentence: impl AsRef<str>) -> Result<(), Failure> {
        if !self.json && !self.quiet {
            print(&format!("{}\n", sentence.as_ref()))?;
        }
        Ok(())
    }

    /// Prints a warning, unless `--quiet` is set.
    pub(crate) fn warn(&self, sentence: impl AsRef<str>) {
        if !self.quiet {
            crate::output::warn(sentence);
        }
    }

    /// Prints text that the user asked for. Fails with [`Failure::OutputClosed`] if the reader has closed standard output.
    pub(crate) fn show(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::OutputClosed,
            _ => error.into(),
        })
    }

    /// Prints the service's answer as JSON.
    pub(crate) fn show_json(&self, answer: &impl Serialize) -> Result<(), Failure> {
        self.show(&json_text(answer).map_err(anyhow::Error::from)?)
    }

    /// Prints one of several values as JSON, on its own line.
    pub(crate) fn show_json_line(&self, value: &impl Serialize) -> Result<(), Failure> {
        self.show(&json_line(value).map_err(anyhow::Error::from)?)
    }
}

/// Turns the outcome into an exit code, after reporting a failure.
pub(crate) fn finish(options: &Options, outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) | Err(Failure::OutputClosed) => Exit::Done.into(),
        Err(failure) => {
            if options.json {
                tell(failure.json().to_string());
            } else if let Some(sentence) = failure.sentence() {
                tell(format!("adit: {sentence}"));
            }
            failure.exit().into()
        }
    }
}
