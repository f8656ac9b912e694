//! `adit restore`: shows how the tunnels of a backup differ from those of this computer, asks, and restores them. Each tunnel is
//! restored completely, or stays as it was.

mod words;

use std::path::{Path, PathBuf};

use adit_api::{ApiError, BlockingClient, RestoreAction};
use adit_backup::restore::{self, Restored, Step, plan};
use adit_backup::{Backup, BackupError, SavedTunnel, Sealed, UnlockKey, limits};
use adit_foreground::read_at_most;
use adit_ipc::{Blocking, ClientError};
use anyhow::{Context, anyhow};
use serde::Serialize;
use serde_json::Value;

use super::{Daemon, Failure, Options};
use crate::output::{self, visible};
use crate::secret_input;

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
    /// The time at which the backup was made, Unix milliseconds.
    made_at: u64,
    made_by: &'a str,
    tunnels: &'a [Entry<'a>],
}

/// One tunnel of the backup, as JSON.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    plan: Value,
    #[serde(skip)]
    step: &'a Step,
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

/// The work: what was read, and the service.
struct Work<'a> {
    options: &'a Options,
    daemon: Option<&'a Daemon>,
    made_at: u64,
    made_by: &'a str,
    steps: &'a [Step],
}

/// `adit restore`.
pub(crate) fn restore(arguments: &RestoreArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    if options.json && !arguments.check && !arguments.yes {
        return Err(Failure::Usage("--json cannot ask a question; add --check or --yes".to_owned()));
    }
    let Backup { made_at, made_by, tunnels } = read(arguments)?;
    // A backup can be checked on a computer without the service.
    let daemon = if arguments.check { Daemon::reach_if_there(options)? } else { Some(Daemon::reach(options)?) };
    let steps = match &daemon {
        Some(daemon) => plan(Some(daemon.client()), tunnels).map_err(|error| daemon.failure(error, None))?,
        None => unknown(tunnels)?,
    };
    let work = Work { options, daemon: daemon.as_ref(), made_at, made_by: &made_by, steps: &steps };
    if !options.json {
        options.show(&work.text())?;
    }
    let Some(daemon) = daemon.as_ref().filter(|_| !arguments.check) else { return work.check() };
    let wanted = ask(arguments, &steps)?;
    let (entries, end) = work.carry_out_all(&wanted, |step, wanted| carry_out(daemon, options, step, wanted));
    let reported = work.report(&entries);
    match end {
        Some(failure) => Err(failure),
        None => reported.and_then(|()| verdict(&entries)),
    }
}

/// Plans without a service.
fn unknown(tunnels: Vec<SavedTunnel>) -> Result<Vec<Step>, Failure> {
    plan(None::<&BlockingClient<Blocking>>, tunnels).map_err(|error| Failure::Other(error.into()))
}

impl<'a> Work<'a> {
    fn text(&self) -> String {
        let head = format!("Backup of {}, made by {}\n", output::utc(self.made_at), visible(self.made_by));
        head + &self.steps.iter().map(|step| words::text(self.daemon, step)).collect::<String>()
    }

    fn entry(&self, step: &'a Step, outcome: Option<Outcome>, error: Option<String>) -> Entry<'a> {
        Entry { plan: words::json(self.daemon, step), step, outcome, error }
    }

    /// Says what the backup has, and that nothing was changed.
    fn check(&self) -> Result<(), Failure> {
        let entries: Vec<_> = self.steps.iter().map(|step| self.entry(step, None, None)).collect();
        if !self.options.json {
            let absent =
                if self.daemon.is_none() { "; the Adit service does not run, so it was compared with nothing" } else { "" };
            self.options.done(format!("The backup is complete{absent}. Nothing was changed."))?;
        }
        self.report(&entries)?;
        verdict(&entries)
    }

    /// Restores the tunnels one after the other, until one has a failure that all further ones would have: that is returned as
    /// well.
    fn carry_out_all(
        &self,
        wanted: &[bool],
        restore: impl Fn(&Step, bool) -> Result<Outcome, NotRestored>,
    ) -> (Vec<Entry<'a>>, Option<Failure>) {
        let mut entries = Vec::with_capacity(self.steps.len());
        for (step, wanted) in self.steps.iter().zip(wanted) {
            let end = match restore(step, *wanted) {
                Ok(outcome) => {
                    let error = words::refusal(self.daemon, step);
                    entries.push(self.entry(step, Some(outcome), error));
                    announce(self.options, step, outcome).err()
                }
                Err(failed) => {
                    entries.push(self.entry(step, Some(Outcome::Failed), Some(failed.sentence())));
                    failed.into_end()
                }
            };
            if end.is_some() {
                return (entries, end);
            }
        }
        (entries, None)
    }

    /// Reports what was not restored, and everything as JSON.
    fn report(&self, entries: &[Entry<'_>]) -> Result<(), Failure> {
        let options = self.options;
        for entry in entries.iter().filter(|_| !options.json) {
            let name = &entry.step.saved.name;
            match (entry.outcome, &entry.error) {
                (_, Some(error)) => output::tell(format!("adit: {name} was not restored: {error}")),
                (Some(Outcome::Left), None) if entry.step.replaces().is_some() => {
                    options.done(format!("{name} differs and stays as it is (--replace replaces it)"))?;
                }
                (Some(Outcome::Left), None) => options.done(format!("{name} was not added"))?,
                (_, None) => {}
            }
        }
        if options.json {
            options.show_json(&Report { made_at: self.made_at, made_by: self.made_by, tunnels: entries })?;
        }
        Ok(())
    }
}

/// The reason why a tunnel was not restored.
#[derive(Debug)]
struct NotRestored {
    failure: Failure,
    /// The reasons why the steps before the failure could not be undone.
    remains: Vec<Failure>,
}

impl NotRestored {
    fn new(daemon: &Daemon, step: &Step, failed: restore::NotRestored<ClientError>) -> Self {
        let failure = |error| match (daemon.failure(error, step.replaces()), step.replaces()) {
            // A request that adds a tunnel concerns no present one, and may have been carried out as well.
            (Failure::Lost(error), None) => Failure::Unsure(error),
            (failure, _) => failure,
        };
        Self { failure: failure(failed.failure), remains: failed.remains.into_iter().map(failure).collect() }
    }

    /// Returns the sentence for people.
    fn sentence(&self) -> String {
        let sentence = |failure: &Failure| failure.sentence().unwrap_or_default();
        self.remains.iter().fold(sentence(&self.failure), |text, undoing| {
            format!("{text}; and the steps before it could not be undone: {}", sentence(undoing))
        })
    }

    /// Returns the failure that all further tunnels would have as well, if there is one.
    fn into_end(self) -> Option<Failure> {
        let is_for_all = |failure: &Failure| match failure {
            Failure::Lost(_) | Failure::Unsure(_) | Failure::OutputClosed => true,
            Failure::Refused { error, .. } => matches!(**error, ApiError::NotAllowed { .. }),
            _ => false,
        };
        std::iter::once(self.failure).chain(self.remains).find(is_for_all)
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

/// Returns for each step whether the user wants it.
fn ask(arguments: &RestoreArgs, steps: &[Step]) -> Result<Vec<bool>, Failure> {
    let new = steps.iter().filter(|step| step.adds()).count();
    let different = steps.iter().filter(|step| step.replaces().is_some()).count();
    if arguments.yes || new + different == 0 {
        return Ok(steps.iter().map(|step| step.adds() || arguments.replace).collect());
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
    let replaces = |step: &Step| {
        let question = format!("Replace {}? (adit undo restores its present configuration)", step.saved.name);
        Ok::<bool, Failure>(arguments.replace || output::ask(&question, &['n', 'y'])? == 'y')
    };
    steps.iter().map(|step| if step.replaces().is_some() { replaces(step) } else { Ok(adds && step.adds()) }).collect()
}

/// Restores one tunnel. Returns what became of it.
fn carry_out(daemon: &Daemon, options: &Options, step: &Step, wanted: bool) -> Result<Outcome, NotRestored> {
    match &step.view.action {
        RestoreAction::Same { .. } => return Ok(Outcome::Unchanged),
        RestoreAction::Invalid { .. } | RestoreAction::Refused { .. } => return Ok(Outcome::Failed),
        RestoreAction::New { .. } | RestoreAction::Different { .. } | RestoreAction::Unknown if !wanted => {
            return Ok(Outcome::Left);
        }
        RestoreAction::New { .. } | RestoreAction::Different { .. } | RestoreAction::Unknown => {}
    }
    let restored = restore::carry_out(daemon.client(), step).map_err(|failed| NotRestored::new(daemon, step, failed))?;
    advise(options, step, restored).map_err(|failure| NotRestored { failure, remains: Vec::new() })?;
    Ok(match restored {
        Restored::Added { .. } => Outcome::Added,
        Restored::Replaced { .. } => Outcome::Replaced,
        Restored::Unchanged => Outcome::Unchanged,
    })
}

/// Says what the user has to do so that the tunnel works as in the backup.
fn advise(options: &Options, step: &Step, restored: Restored) -> Result<(), Failure> {
    let (needs_restart, has_commands) = match restored {
        Restored::Added { has_commands } => (false, has_commands),
        Restored::Replaced { has_commands, needs_restart } => (needs_restart, has_commands),
        Restored::Unchanged => (false, false),
    };
    let name = &step.replaces().map_or(&step.saved.name, |tunnel| &tunnel.name);
    let argument = adit_words::argument(name.as_str());
    if needs_restart {
        options.done(format!("apply the changes of {name} with: adit restart {argument}"))?;
    }
    if has_commands {
        options.warn(format!("{name} has commands, which run only after you approved them: adit approve {argument}"));
    }
    Ok(())
}

fn announce(options: &Options, step: &Step, outcome: Outcome) -> Result<(), Failure> {
    let name = &step.saved.name;
    match outcome {
        Outcome::Added => options.done(format!("{name} is added")),
        Outcome::Replaced => options.done(format!("{name} is replaced")),
        Outcome::Unchanged | Outcome::Left | Outcome::Failed => Ok(()),
    }
}

/// Fails if not all tunnels are as in the backup.
fn verdict(entries: &[Entry<'_>]) -> Result<(), Failure> {
    let is_refused =
        |entry: &Entry<'_>| matches!(entry.step.view.action, RestoreAction::Invalid { .. } | RestoreAction::Refused { .. });
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
    use adit_api::{ConfigText, Role};
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
        let steps = unknown(["one", "two", "three"].map(tunnel).into()).unwrap();
        let options = Options { socket: None, json: true, quiet: true };
        let work = Work { options: &options, daemon: None, made_at: 0, made_by: "", steps: &steps };
        let (entries, end) = work.carry_out_all(&[true; 3], |step, _| match step.saved.name.as_str() {
            "one" => Ok(Outcome::Added),
            _ => Err(NotRestored { failure: Failure::Unsure(ClientError::Closed), remains: Vec::new() }),
        });
        let outcomes: Vec<_> = entries.iter().map(|entry| (entry.outcome, entry.error.is_some())).collect();
        assert_eq!(outcomes, [(Some(Outcome::Added), false), (Some(Outcome::Failed), true)]);
        assert!(matches!(end, Some(Failure::Unsure(_))), "{end:?}");
    }
    #[test]
    fn a_failure_to_undo_is_reported_and_hides_no_failure_of_all_tunnels() {
        let refused =
            |error: ApiError, sentence: &str| Failure::Refused { error: Box::new(error), sentence: sentence.to_owned() };
        let one = NotRestored { failure: refused(ApiError::Internal, "it is wrong"), remains: Vec::new() };
        assert_eq!(one.sentence(), "it is wrong");
        assert!(one.into_end().is_none());

        let remains = vec![Failure::Lost(ClientError::Closed)];
        let lost = NotRestored { failure: Failure::Unsure(ClientError::Closed), remains };
        assert!(
            lost.sentence().contains("may have been carried out; and the steps before it could not be undone: the connection")
        );
        assert!(matches!(lost.into_end(), Some(Failure::Unsure(_))));

        let remains = vec![Failure::Lost(ClientError::Closed)];
        let lost_later = NotRestored { failure: refused(ApiError::Internal, "a"), remains };
        assert!(matches!(lost_later.into_end(), Some(Failure::Lost(_))));

        let not_allowed = refused(ApiError::NotAllowed { needs: Role::Administer, action: None }, "a");
        let not_allowed = NotRestored { failure: not_allowed, remains: vec![refused(ApiError::Internal, "b")] };
        assert_eq!(not_allowed.sentence(), "a; and the steps before it could not be undone: b");
        assert!(matches!(not_allowed.into_end(), Some(Failure::Refused { sentence, .. }) if sentence == "a"));
    }
}
