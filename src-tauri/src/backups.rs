//! The backup that the user restores in the window: chosen, then opened and compared, then restored. Its keys stay in this program.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_api::{
    ApiError, BackupChoice, BackupOpening, BackupProblem, BlockingClient, BlockingTransport, CallError, Passphrase,
    RestoreOutcome, RestorePlan, RestoreResult, TunnelName,
};
use adit_backup::restore::{NotRestored, Step, carry_out, plan};
use adit_backup::{ArchiveError, Backup, BackupError, Sealed, UnlockKey, limits};
use adit_bridge::RpcError;
use adit_words::DialogText;

use crate::exports::name;
use crate::requests::Program;

/// The backup between the requests of the page.
#[derive(Debug, Default)]
pub(crate) struct OpenBackup(Mutex<Slot>);

#[derive(Debug, Default)]
struct Slot {
    /// Counts what was closed. What was taken before that does not come back.
    generation: u64,
    state: Option<State>,
}

#[derive(Debug)]
enum State {
    /// The encrypted file.
    Chosen(Arc<[u8]>),
    /// The tunnels, compared with those of this computer.
    Compared(Vec<Step>),
}

impl OpenBackup {
    /// Lets the user choose a file.
    pub(crate) async fn choose(&self, program: &Program) -> Result<BackupChoice, RpcError> {
        let Some(path) = program.open(program.words().dialog(&DialogText::ChooseBackup)).await? else {
            return Ok(BackupChoice::Cancelled);
        };
        let generation = self.close();
        Ok(match read(&path) {
            Ok(file) => {
                self.set_if(generation, State::Chosen(file.into()))?;
                BackupChoice::Chosen { name: name(&path) }
            }
            Err(problem) => BackupChoice::Refused { name: name(&path), problem },
        })
    }

    /// Decrypts the chosen file, and compares it with the tunnels of this computer. A wrong passphrase leaves the file chosen.
    pub(crate) async fn open(&self, program: &Program, passphrase: Passphrase) -> Result<BackupOpening, RpcError> {
        let (generation, Some(State::Chosen(file))) = self.take() else { return Err(nothing_open()) };
        let (state, answer) = match compare(program, Arc::clone(&file), passphrase).await {
            Ok(Ok((plan, steps))) => (State::Compared(steps), Ok(BackupOpening::Opened { plan })),
            Ok(Err(problem)) => (State::Chosen(file), Ok(BackupOpening::Refused { problem })),
            // The user can try again when the service answers.
            Err(error) => (State::Chosen(file), Err(error)),
        };
        self.set_if(generation, state)?;
        answer
    }

    /// Restores tunnels as the plan says, and closes the backup.
    pub(crate) async fn restore(&self, program: &Program, wanted: Vec<TunnelName>) -> Result<Vec<RestoreResult>, RpcError> {
        let (_, Some(State::Compared(steps))) = self.take() else { return Err(nothing_open()) };
        program.ask(move |service| Ok(restore(service, &steps, &wanted))).await
    }

    /// Forgets the backup, and returns the generation of the next one.
    pub(crate) fn close(&self) -> u64 {
        let mut slot = self.slot();
        *slot = Slot { generation: slot.generation + 1, state: None };
        slot.generation
    }

    /// Keeps `state`, unless the backup of this generation was closed.
    fn set_if(&self, generation: u64, state: State) -> Result<(), RpcError> {
        let mut slot = self.slot();
        if slot.generation != generation {
            return Err(nothing_open());
        }
        slot.state = Some(state);
        Ok(())
    }

    fn take(&self) -> (u64, Option<State>) {
        let mut slot = self.slot();
        (slot.generation, slot.state.take())
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decrypts a file, and compares it with the tunnels of this computer.
async fn compare(
    program: &Program,
    file: Arc<[u8]>,
    passphrase: Passphrase,
) -> Result<Result<(RestorePlan, Vec<Step>), BackupProblem>, RpcError> {
    let Backup { made_at, made_by, tunnels } = match program.work(move || unlock(&file, &passphrase)).await? {
        Ok(backup) => backup,
        Err(problem) => return Ok(Err(problem)),
    };
    let steps = program.ask(move |service| plan(Some(service), tunnels)).await?;
    let tunnels = steps.iter().map(|step| step.view.clone()).collect();
    Ok(Ok((RestorePlan { made_at, made_by, tunnels }, steps)))
}

/// Restores the wanted tunnels one after the other, until one has a failure that all further ones would have.
fn restore<T: BlockingTransport>(service: &BlockingClient<T>, steps: &[Step], wanted: &[TunnelName]) -> Vec<RestoreResult> {
    let mut has_ended = false;
    let mut outcome = |step: &Step| {
        if has_ended || !wanted.contains(&step.saved.name) {
            return RestoreOutcome::Unchanged;
        }
        match carry_out(service, step) {
            Ok(restored) => restored.into(),
            Err(failed) => {
                let outcome = failure(&failed);
                has_ended = failed.into_end().is_some();
                outcome
            }
        }
    };
    steps.iter().map(|step| RestoreResult { name: step.saved.name.clone(), outcome: outcome(step) }).collect()
}

fn failure<E>(failed: &NotRestored<E>) -> RestoreOutcome {
    let refusal = |error: &CallError<E>| match error {
        CallError::Refused(error) => Some(error.clone()),
        CallError::Transport(_) | CallError::WrongAnswer => None,
    };
    let remains = failed.remains.iter().map(refusal).collect::<Option<Vec<_>>>();
    match (refusal(&failed.failure), remains) {
        (Some(error), Some(remains)) => RestoreOutcome::Failed { error, remains },
        _ => RestoreOutcome::Unsure,
    }
}

/// Reads a file that a passphrase opens.
fn read(path: &Path) -> Result<Vec<u8>, BackupProblem> {
    let unreadable = |error: std::io::Error| BackupProblem::Unreadable { detail: error.to_string() };
    // Opening a pipe would wait for its other end.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(BackupProblem::NotABackup);
    }
    let most = u64::try_from(limits::FILE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    let sealed = Sealed::parse(&bytes).map_err(|error| problem(&error))?;
    if sealed.has_passphrase() { Ok(bytes) } else { Err(BackupProblem::NeedsIdentity) }
}

fn unlock(file: &[u8], passphrase: &Passphrase) -> Result<Backup, BackupProblem> {
    // No backup has an empty passphrase, or one that is too long.
    let key = UnlockKey::passphrase(passphrase.dangerously_reveal()).map_err(|_| BackupProblem::WrongPassphrase)?;
    Sealed::parse(file).and_then(|sealed| sealed.open(&key)).map_err(|error| problem(&error))
}

fn problem(error: &BackupError) -> BackupProblem {
    match error {
        BackupError::TooLarge => BackupProblem::TooLarge,
        BackupError::NotAge => BackupProblem::NotABackup,
        BackupError::Header | BackupError::Damaged => BackupProblem::Damaged,
        BackupError::NeedsIdentity => BackupProblem::NeedsIdentity,
        BackupError::WrongPassphrase => BackupProblem::WrongPassphrase,
        BackupError::Work(_) => BackupProblem::TooMuchWork,
        BackupError::Archive(ArchiveError::Newer { .. }) => BackupProblem::Newer,
        BackupError::Archive(_) | BackupError::NeedsPassphrase | BackupError::WrongIdentity | BackupError::Encrypt => {
            BackupProblem::Content { detail: error.to_string() }
        }
    }
}

fn nothing_open() -> RpcError {
    RpcError::Refused { error: ApiError::BadRequest { detail: "no backup is open".to_owned() } }
}

#[cfg(test)]
mod tests {
    use adit_api::{ConfigText, Request, Response};
    use adit_backup::{Lock, SavedTunnel, Settings, seal};

    use super::*;

    fn saved(name: &str) -> SavedTunnel {
        let config = ConfigText::new("[Interface]\n".to_owned());
        SavedTunnel { name: name.parse().unwrap(), interface: name.parse().unwrap(), settings: Settings::default(), config }
    }

    #[test]
    fn a_backup_is_read_again_with_its_passphrase_alone_and_other_files_are_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let backup = Backup { made_at: 1, made_by: "adit 0".to_owned(), tunnels: vec![saved("office")] };
        let sealed = seal(&backup, &Lock::passphrase("correct horse").unwrap()).unwrap();
        let bytes = read(&file("adit.age", &sealed)).unwrap();
        let with = |passphrase: &str| unlock(&bytes, &Passphrase::new(passphrase.to_owned()));
        assert_eq!(with("correct horse"), Ok(backup.clone()));
        assert_eq!(with("correct mule"), Err(BackupProblem::WrongPassphrase));
        assert_eq!(with(""), Err(BackupProblem::WrongPassphrase));

        let recipient = "age1l38kaywtl8fj8n3qufu64f9phlvuwf2pjjy5glu3wvne8sz5m3yqydu5c6";
        let other = seal(&backup, &Lock::recipients([recipient]).unwrap()).unwrap();
        assert_eq!(read(&file("other.age", &other)), Err(BackupProblem::NeedsIdentity));
        assert_eq!(read(&file("cut.age", &sealed[..60])), Err(BackupProblem::Damaged));
        assert_eq!(read(&file("office.conf", b"[Interface]\n")), Err(BackupProblem::NotABackup));
        assert_eq!(read(folder.path()), Err(BackupProblem::NotABackup));
        assert!(matches!(read(&folder.path().join("none")), Err(BackupProblem::Unreadable { .. })));
    }

    #[test]
    fn a_backup_that_was_closed_while_it_was_opened_stays_closed() {
        let backup = OpenBackup::default();
        let chosen = || State::Chosen(b"sealed".as_slice().into());
        backup.set_if(backup.close(), chosen()).unwrap();
        let (generation, state) = backup.take();
        assert!(matches!(state, Some(State::Chosen(_))));
        backup.set_if(generation, chosen()).unwrap();
        backup.close();
        assert_eq!(backup.set_if(generation, chosen()), Err(nothing_open()));
        assert!(backup.take().1.is_none());
    }

    /// A service that refuses the first tunnel that is added, and breaks the connection at the second.
    struct Breaking;

    impl BlockingTransport for Breaking {
        type Error = &'static str;

        fn call(&self, request: Request) -> Result<Result<Response, ApiError>, Self::Error> {
            match request {
                Request::Import { name, .. } if name.as_str() == "one" => Ok(Err(ApiError::Busy)),
                _ => Err("the connection is broken"),
            }
        }
    }

    #[test]
    fn a_refusal_concerns_one_tunnel_and_a_broken_connection_all_that_follow() {
        let steps = plan(None::<&BlockingClient<Breaking>>, ["left", "one", "two", "three"].map(saved).into()).unwrap();
        let steps: Vec<Step> = steps.into_iter().map(as_new).collect();
        let wanted = ["one", "two", "three"].map(|name| name.parse().unwrap());
        let results = restore(&BlockingClient(Breaking), &steps, &wanted);
        let outcomes: Vec<RestoreOutcome> = results.into_iter().map(|result| result.outcome).collect();
        let refused = RestoreOutcome::Failed { error: ApiError::Busy, remains: Vec::new() };
        assert_eq!(outcomes, [RestoreOutcome::Unchanged, refused, RestoreOutcome::Unsure, RestoreOutcome::Unchanged]);
    }

    fn as_new(mut step: Step) -> Step {
        step.view.action = adit_api::RestoreAction::New { interface: step.saved.interface.clone() };
        step
    }
}
