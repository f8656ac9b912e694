//! `adit repair`: undoes what killed processes of Adit left on this computer, and opens kill switches that belong to no running
//! service.

mod claims;
mod words;

use std::path::Path;

use adit_foreground::needs_root;
use adit_ipc::local::SOCKET;
use adit_platform::devices::Owner;
use adit_platform::native;
use adit_platform::native::leftovers::{self, Found, InUse, Leftover};
use adit_platform::network::NetworkError;
use clap::Args;
use serde_json::{Value, json};

use self::claims::{Claim, Claims};
use self::words::{ADVICE, as_json, closes_again, held_by_service, in_use_by, undo, would_undo};
use crate::client::{Daemon, Failure, Options};
use crate::output::tell;

pub(crate) use words::still_closed;

/// The arguments of `adit repair`.
#[derive(Args, Debug)]
pub(crate) struct RepairArgs {
    /// List the settings that would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit repair`. Exit code 0: nothing is left over; 1: something could not be undone. Settings of running processes of Adit are
/// not touched. With `--dry-run` always 0.
pub(crate) fn repair(arguments: &RepairArgs) -> Result<(), Failure> {
    let RepairArgs { dry_run, options } = arguments;
    needs_root("repair", if *dry_run { "--dry-run" } else { "" })?;
    if matches!(native::network().map_err(anyhow::Error::from)?.check_kill_switch(), Err(NetworkError::NoPacketFilter)) {
        options.warn("`nft` is not installed: kill switches and packet filters cannot be seen, and stay if there are any");
    }
    let in_use = in_use()?;
    let service = Service::find(options, &in_use)?;
    let Found { leftovers: found, unseen } = leftovers::find(socket(options)).map_err(anyhow::Error::from)?;
    let mut report = Report::new(options);
    unseen.iter().for_each(|error| report.unseen(error));
    for tunnel in &in_use {
        report.leave(in_use_by(tunnel), json!({ "what": "tunnel", "interface": tunnel.name.as_str() }))?;
    }
    if *dry_run {
        plan(&found, &in_use, &service, &mut report)?
    } else {
        carry_out(&found, &service, &mut report)?
    }
    report.end(*dry_run)
}

/// The state of the service. It owns its kill switches also while none of its tunnels is up.
pub(crate) enum Service {
    Runs,
    Absent,
    /// Something listens at the service's socket, and does not answer as the service does.
    Unclear(String),
}

impl Service {
    fn find(options: &Options, in_use: &[InUse]) -> Result<Self, Failure> {
        let answers = match Daemon::answers(options) {
            Ok(true) => return Ok(Self::Runs),
            answers => answers,
        };
        // A service that hangs, or that listens at another socket.
        let works = leftovers::running_service()?.is_some() || in_use.iter().any(|tunnel| tunnel.owner == Owner::Service);
        Ok(match answers {
            _ if works => Self::Runs,
            Err(failure) => Self::Unclear(failure.sentence().unwrap_or_default()),
            Ok(_) => Self::Absent,
        })
    }
}

fn in_use() -> Result<Vec<InUse>, Failure> {
    Ok(leftovers::in_use()?)
}

fn socket(options: &Options) -> &Path {
    options.socket.as_deref().unwrap_or_else(|| Path::new(SOCKET))
}

/// `--dry-run`: reports what a repair would undo.
fn plan(found: &[Leftover], in_use: &[InUse], service: &Service, report: &mut Report<'_>) -> Result<(), Failure> {
    for leftover in found {
        match leftover {
            Leftover::KillSwitch(_) => match service {
                Service::Absent => report.undone(would_undo(leftover), leftover)?,
                Service::Runs => report.leave(held_by_service(leftover), as_json(leftover))?,
                Service::Unclear(why) => report.fail(leftover, unclear(why)),
            },
            // Another process is bringing this tunnel up or taking it down at this moment.
            _ if in_use.iter().any(|tunnel| Some(&tunnel.name) == leftover.interface()) => {}
            _ => report.undone(would_undo(leftover), leftover)?,
        }
    }
    Ok(())
}

/// Undoes all leftovers. One that cannot be undone does not stop the others.
fn carry_out(found: &[Leftover], service: &Service, report: &mut Report<'_>) -> Result<(), Failure> {
    let mut claims = Claims::default();
    let mut setting_failed = false;
    for leftover in found {
        if let Leftover::KillSwitch(_) = leftover {
            open(leftover, service, &mut claims, report)?;
            continue;
        }
        match leftover.interface().map_or(Ok(Claim::Ours), |name| claims.take(name)) {
            Ok(Claim::Ours) => {}
            // Another process now runs a tunnel of this name, and the settings belong to it.
            Ok(Claim::Others) => continue,
            Err(error) => {
                report.fail(leftover, format!("{error:#}"));
                continue;
            }
        }
        if let Leftover::LockFile { name, .. } = leftover
            && !claims.release(name)
        {
            continue;
        }
        if setting_failed && matches!(leftover, Leftover::PacketFilter { .. }) {
            report.fail(leftover, "it remembers the setting that could not be put back".to_owned());
            leftover.interface().into_iter().for_each(|name| claims.keep(name));
            continue;
        }
        match leftovers::remove(leftover) {
            Ok(()) => report.undone(undo(leftover), leftover)?,
            Err(error) => {
                report.fail(leftover, error.to_string());
                setting_failed |= matches!(leftover, Leftover::MarkValidation(_));
                leftover.interface().into_iter().for_each(|name| claims.keep(name));
            }
        }
    }
    Ok(())
}

/// Opens a kill switch, unless a service owns it. A tunnel of the same name that `adit up` runs has no kill switch and loses
/// nothing.
fn open(leftover: &Leftover, service: &Service, claims: &mut Claims, report: &mut Report<'_>) -> Result<(), Failure> {
    let Some(name) = leftover.interface() else { return Ok(()) };
    // The claim only makes a starting service wait. If claiming fails, the kill switch is opened nevertheless.
    let _ = claims.take(name);
    // The service may have started since.
    let now = if matches!(service, Service::Absent) { &Service::find(report.options, &in_use()?)? } else { service };
    match now {
        Service::Runs => report.leave(held_by_service(leftover), as_json(leftover)),
        Service::Unclear(why) => {
            report.fail(leftover, unclear(why));
            Ok(())
        }
        Service::Absent => match leftovers::remove(leftover) {
            Ok(()) => {
                report.undone(undo(leftover), leftover)?;
                report.options.warn(closes_again(name));
                Ok(())
            }
            Err(error) => {
                report.fail(leftover, error.to_string());
                claims.keep(name);
                Ok(())
            }
        },
    }
}

fn unclear(why: &str) -> String {
    format!("the Adit service may run ({why}); {ADVICE}")
}

/// Prints and counts the outcome of each leftover.
struct Report<'a> {
    options: &'a Options,
    undone: Vec<Value>,
    left: Vec<Value>,
    failed: Vec<Value>,
}

impl<'a> Report<'a> {
    fn new(options: &'a Options) -> Self {
        Self { options, undone: Vec::new(), left: Vec::new(), failed: Vec::new() }
    }

    fn undone(&mut self, sentence: String, leftover: &Leftover) -> Result<(), Failure> {
        self.undone.push(as_json(leftover));
        self.options.done(sentence)
    }

    fn leave(&mut self, sentence: String, what: Value) -> Result<(), Failure> {
        self.left.push(what);
        self.options.done(format!("left alone: {sentence}"))
    }

    fn fail(&mut self, leftover: &Leftover, why: String) {
        if !self.options.json {
            tell(format!("adit: not undone: {leftover}: {why}"));
        }
        let mut failed = as_json(leftover);
        if let Value::Object(fields) = &mut failed {
            fields.insert("error".to_owned(), why.into());
        }
        self.failed.push(failed);
    }

    /// Reports that one kind of leftover could not be searched for.
    fn unseen(&mut self, error: &NetworkError) {
        if !self.options.json {
            tell(format!("adit: not looked for: {error}"));
        }
        self.failed.push(json!({ "what": "unseen", "error": error.to_string() }));
    }

    fn end(self, dry_run: bool) -> Result<(), Failure> {
        let Self { options, undone, left, failed } = self;
        if options.json {
            let key = if dry_run { "would_undo" } else { "undone" };
            options.show_json(&json!({ key: undone, "left_alone": left, "failed": failed }))?;
        }
        if undone.is_empty() && failed.is_empty() {
            options.done(if left.is_empty() { "nothing to repair" } else { "nothing else to repair" })?;
        }
        if !left.is_empty() {
            options.done(ADVICE)?;
        }
        if failed.is_empty() { Ok(()) } else { Err(Failure::Reported) }
    }
}
