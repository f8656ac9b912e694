//! `adit restore`: shows how the tunnels of a backup differ from those of this computer, asks, and restores them. Each tunnel is
//! restored completely, or stays as it was.

mod apply;
mod plan;

use std::path::{Path, PathBuf};

use adit_backup::{Backup, BackupError, Sealed, UnlockKey, limits};
use adit_foreground::read_at_most;
use anyhow::{Context, anyhow};
use serde::Serialize;

use super::{Daemon, Failure, Options};
use crate::output::{self, visible};
use crate::secret_input;
use apply::NotRestored;
use plan::{Action, Step};

/// The most attempts to type the passphrase.
const ATTEMPTS: u32 = 3;
/// Maximum size of a file with secret keys in bytes.
const IDENTITY_BYTES: u64 = 64 << 10;

/// The arguments of `adit restore`.
#[derive(clap::Args, Debug)]
pub(crate) struct RestoreArgs {
    /// File of `adit backup`
    file: PathBuf,
    /// Secret key of the recipient, in a file of age-keygen
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// Read the passphrase from the first line of this file, such as /dev/fd/3; `-` is standard input [default: the terminal]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<String>,
    /// Read the whole backup and show what it would change, without changing anything
    #[arg(long, conflicts_with_all = ["yes", "replace"])]
    check: bool,
    /// Add the tunnels that are missing here without asking; others stay as they are
    #[arg(long, short)]
    yes: bool,
    /// Replace tunnels that differ from the backup, too
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The result as JSON.
#[derive(Serialize)]
struct Report<'a> {
    /// When the backup was made, Unix milliseconds.
    made_at: u64,
    made_by: &'a str,
    tunnels: &'a [Entry<'a>],
}

/// One tunnel of the backup, as JSON.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    step: &'a Step<'a>,
    /// The result; none with `--check`.
    outcome: Option<Outcome>,
    /// The reason why it was not restored.
    error: Option<String>,
}

/// The result for one tunnel of the backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It was added.
    Added,
    /// The tunnel of this computer was replaced.
    Replaced,
    /// Nothing: it was the same.
    Unchanged,
    /// Nothing, because the user did not want it.
    Left,
    /// Nothing, because it failed.
    Failed,
}

/// `adit restore`.
pub(crate) fn restore(arguments: &RestoreArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    if options.json && !arguments.check && !arguments.yes {
        return Err(Failure::Usage("--json cannot ask a question; add --check or --yes".to_owned()));
    }
    let backup = read(arguments)?;
    if arguments.check {
        // A backup can be checked on a computer without the service.
        let daemon = Daemon::reach_if_there(options)?;
        let steps = plan::plan(daemon.as_ref(), &backup)?;
        let entries: Vec<_> = steps.iter().map(|step| Entry { step, outcome: None, error: None }).collect();
        if !options.json {
            options.show(&text(&backup, &steps))?;
            let absent = if daemon.is_none() { "; the Adit service does not run, so it was compared with nothing" } else { "" };
            options.done(format!("The backup is complete{absent}. Nothing was changed."))?;
        }
        report(options, &backup, &entries)?;
        return verdict(&entries);
    }
    let daemon = Daemon::reach(options)?;
    let steps = plan::plan(Some(&daemon), &backup)?;
    if !options.json {
        options.show(&text(&backup, &steps))?;
    }
    let wanted = ask(arguments, &steps)?;
    let (entries, end) = carry_out_all(options, &steps, &wanted, |step, wanted| carry_out(&daemon, options, step, wanted));
    let reported = report(options, &backup, &entries);
    match end {
        Some(failure) => Err(failure),
        None => reported.and_then(|()| verdict(&entries)),
    }
}

/// Reads and decrypts the file.
fn read(arguments: &RestoreArgs) -> Result<Backup, Failure> {
    let file = arguments.file.display().to_string();
    let limit = u64::try_from(limits::FILE_BYTES + 1).unwrap_or(u64::MAX);
    let bytes = read_at_most(&file, &arguments.file, limit, "a backup has at most 65 MiB")?;
    let refused = |error: BackupError| refused(&file, &error);
    let sealed = Sealed::parse(&bytes).map_err(refused)?;
    if let Some(path) = &arguments.identity {
        return Ok(sealed.open(&identities(path)?).map_err(refused)?);
    }
    if !sealed.has_passphrase() {
        return Err(refused(BackupError::NeedsIdentity).into());
    }
    if let Some(file) = &arguments.passphrase_file {
        let key = UnlockKey::passphrase(&secret_input::passphrase_from(file)?).map_err(anyhow::Error::from)?;
        return Ok(sealed.open(&key).map_err(refused)?);
    }
    if !output::can_ask() {
        return Err(Failure::Usage(
            "there is no terminal for the passphrase; give it with --passphrase-file FILE (`-` is standard input)".to_owned(),
        ));
    }
    for _ in 0..ATTEMPTS {
        let Some(text) = secret_input::ask_passphrase("Passphrase of the backup:")? else {
            return Err(anyhow!("no passphrase was given, and nothing was restored").into());
        };
        match UnlockKey::passphrase(&text).map(|key| sealed.open(&key)) {
            Ok(Err(BackupError::WrongPassphrase)) | Err(_) => output::tell("That is not the passphrase."),
            Ok(opened) => return Ok(opened.map_err(refused)?),
        }
    }
    Err(refused(BackupError::WrongPassphrase).into())
}

/// The error contains names from the file, which may be from an attacker.
fn refused(file: &str, error: &BackupError) -> anyhow::Error {
    anyhow!("{}: {}", visible(file), visible(&error.to_string()))
}

fn identities(path: &Path) -> anyhow::Result<UnlockKey> {
    let shown = path.display().to_string();
    let bytes = read_at_most(&shown, path, IDENTITY_BYTES, "a file with secret keys has less than 64 KiB")?;
    let text = std::str::from_utf8(&bytes).map_err(|_| anyhow!("{shown} is not text"))?;
    UnlockKey::identities(text).with_context(|| shown.clone())
}

fn text(backup: &Backup, steps: &[Step<'_>]) -> String {
    let head = format!("Backup of {}, made by {}\n", output::utc(backup.made_at), visible(&backup.made_by));
    head + &steps.iter().map(ToString::to_string).collect::<String>()
}

/// Returns for each step whether the user wants it.
fn ask(arguments: &RestoreArgs, steps: &[Step<'_>]) -> Result<Vec<bool>, Failure> {
    let count = |wanted: fn(&Action) -> bool| steps.iter().filter(|step| wanted(&step.action)).count();
    let (new, different) = (count(Action::adds), count(Action::replaces));
    if arguments.yes || new + different == 0 {
        return Ok(steps.iter().map(|step| step.action.adds() || arguments.replace).collect());
    }
    if !output::can_ask() {
        return Err(Failure::Usage(
            "there is no terminal for the question; add --yes to add the new tunnels without asking, and --replace to replace those \
             that differ"
                .to_owned(),
        ));
    }
    let adds = new > 0 && {
        let question = if new == 1 { "Add the new tunnel?".to_owned() } else { format!("Add the {new} new tunnels?") };
        output::ask(&question, &['y', 'n'])? == 'y'
    };
    let replaces = |step: &Step<'_>| {
        let question = format!("Replace {}? (adit undo restores its present configuration)", step.saved.name);
        Ok::<bool, Failure>(arguments.replace || output::ask(&question, &['n', 'y'])? == 'y')
    };
    steps.iter().map(|step| if step.action.replaces() { replaces(step) } else { Ok(adds && step.action.adds()) }).collect()
}

/// Restores the tunnels one after the other, until one has a failure that all further ones would have: that is returned as well.
fn carry_out_all<'a>(
    options: &Options,
    steps: &'a [Step<'a>],
    wanted: &[bool],
    restore: impl Fn(&Step<'_>, bool) -> Result<(Outcome, Option<String>), NotRestored>,
) -> (Vec<Entry<'a>>, Option<Failure>) {
    let mut entries = Vec::with_capacity(steps.len());
    for (step, wanted) in steps.iter().zip(wanted) {
        let end = match restore(step, *wanted) {
            Ok((outcome, error)) => {
                entries.push(Entry { step, outcome: Some(outcome), error });
                announce(options, step, outcome).err()
            }
            Err(failed) => {
                entries.push(Entry { step, outcome: Some(Outcome::Failed), error: Some(failed.sentence()) });
                failed.into_end()
            }
        };
        if end.is_some() {
            return (entries, end);
        }
    }
    (entries, None)
}

/// Restores one tunnel. Returns what became of it, and the reason if the backup's tunnel cannot be restored.
fn carry_out(
    daemon: &Daemon,
    options: &Options,
    step: &Step<'_>,
    wanted: bool,
) -> Result<(Outcome, Option<String>), NotRestored> {
    let outcome = match &step.action {
        Action::Same => Outcome::Unchanged,
        Action::Refused { reason } => return Ok((Outcome::Failed, Some(reason.clone()))),
        Action::New { .. } | Action::Different { .. } | Action::Unknown if !wanted => Outcome::Left,
        Action::New { interface } => {
            apply::add(daemon, options, step.saved, interface)?;
            Outcome::Added
        }
        Action::Different { .. } | Action::Unknown => {
            apply::replace(daemon, options, step)?;
            Outcome::Replaced
        }
    };
    Ok((outcome, None))
}

fn announce(options: &Options, step: &Step<'_>, outcome: Outcome) -> Result<(), Failure> {
    let name = &step.saved.name;
    match outcome {
        Outcome::Added => options.done(format!("{name} is added")),
        Outcome::Replaced => options.done(format!("{name} is replaced")),
        Outcome::Unchanged | Outcome::Left | Outcome::Failed => Ok(()),
    }
}

/// Reports what was not restored, and everything as JSON.
fn report(options: &Options, backup: &Backup, entries: &[Entry<'_>]) -> Result<(), Failure> {
    for entry in entries.iter().filter(|_| !options.json) {
        let name = &entry.step.saved.name;
        match (entry.outcome, &entry.error) {
            (_, Some(error)) => output::tell(format!("adit: {name} was not restored: {error}")),
            (Some(Outcome::Left), None) if entry.step.action.replaces() => {
                options.done(format!("{name} differs and stays as it is (--replace replaces it)"))?;
            }
            (Some(Outcome::Left), None) => options.done(format!("{name} was not added"))?,
            (_, None) => {}
        }
    }
    if options.json {
        options.show_json(&Report { made_at: backup.made_at, made_by: &backup.made_by, tunnels: entries })?;
    }
    Ok(())
}

/// Fails if not all tunnels are as in the backup.
fn verdict(entries: &[Entry<'_>]) -> Result<(), Failure> {
    let is_refused = |entry: &Entry<'_>| matches!(entry.step.action, Action::Refused { .. });
    let failed = entries.iter().filter(|entry| entry.error.is_some() || is_refused(entry)).count();
    let left = entries.iter().filter(|entry| entry.outcome == Some(Outcome::Left)).count();
    let total = entries.len();
    match (failed, left) {
        (0, 0) => Ok(()),
        (failed, 0) if failed == total => Err(Failure::Reported),
        _ => Err(Failure::Partly),
    }
}

#[cfg(test)]
mod tests {
    use adit_api::ConfigText;
    use adit_backup::{SavedTunnel, Settings, unpack};
    use adit_ipc::ClientError;

    use super::*;

    #[test]
    fn names_of_a_hostile_archive_do_not_reach_the_terminal_as_they_are() {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        archive.append_data(&mut header, "\u{1b}[2Jtunnels", &b""[..]).unwrap();
        let error = unpack(&archive.into_inner().unwrap()).unwrap_err();
        assert!(error.to_string().contains('\u{1b}'), "{error:?}");
        let shown = refused("\u{7}all.age", &error.into()).to_string();
        assert!(shown.ends_with("\\u{1b}[2Jtunnels") && !shown.contains(char::is_control), "{shown:?}");
    }

    #[test]
    fn a_broken_connection_ends_the_work_and_what_was_done_is_still_reported() {
        let tunnel = |name: &str| SavedTunnel {
            name: name.parse().unwrap(),
            interface: name.parse().unwrap(),
            settings: Settings::default(),
            config: ConfigText::new(String::new()),
        };
        let tunnels = ["one", "two", "three"].map(tunnel).into();
        let backup = Backup { made_at: 0, made_by: String::new(), tunnels };
        let steps = plan::plan(None, &backup).unwrap();
        let options = Options { socket: None, json: true, quiet: true };
        let (entries, end) = carry_out_all(&options, &steps, &[true; 3], |step, _| match step.saved.name.as_str() {
            "one" => Ok((Outcome::Added, None)),
            _ => Err(Failure::Unsure(ClientError::Closed).into()),
        });
        let outcomes: Vec<_> = entries.iter().map(|entry| (entry.outcome, entry.error.is_some())).collect();
        assert_eq!(outcomes, [(Some(Outcome::Added), false), (Some(Outcome::Failed), true)]);
        assert!(matches!(end, Some(Failure::Unsure(_))), "{end:?}");
    }
}
