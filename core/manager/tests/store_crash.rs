//! Tests of a program that is killed, or of a disk that fails, at any step of a change: afterwards there is the old tunnel or
//! the new one.
//!
//! `strace` runs this test program as a child that makes one change, and kills it or makes the system call fail at the first,
//! second, third … call of each kind, until there is no such call any more.
#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Output};

use adit_manager::secrets::{KeyFile, SecretStore as _};
use adit_manager::store::{Cause, FindingCode, Store, Summary};
use kit::{NOW, has, put, text};

mod kit;

const STEP: &str = "ADIT_TEST_STORE_STEP";
const FOLDER: &str = "ADIT_TEST_STORE_FOLDER";

/// All system calls with which the store changes the disk.
const CALLS: [&str; 12] = [
    "openat",
    "openat2",
    "mkdir",
    "mkdirat",
    "write",
    "pwrite64",
    "ftruncate",
    "fsync",
    "fchmod",
    "fchown",
    "renameat2",
    "unlinkat",
];

/// One change, with the state before and after it.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Step {
    FirstStart,
    Put,
    Replace,
    ReplaceInPlace,
    Remove,
    Migrate,
}

const STEPS: [Step; 6] = [Step::FirstStart, Step::Put, Step::Replace, Step::ReplaceInPlace, Step::Remove, Step::Migrate];

impl Step {
    fn prepare(self, folder: &Path) {
        let file = folder.join("wg7.conf");
        std::fs::write(&file, text("old")).unwrap();
        if self == Self::FirstStart {
            return;
        }
        let mut store = kit::open(&folder.join("state"), &key(folder, "store.key"));
        put(&mut store, "Bystander", "wg1", &text("bystander"));
        match self {
            Self::FirstStart | Self::Put => {}
            Self::Replace | Self::Remove | Self::Migrate => {
                put(&mut store, "Office", "wg0", &text("old"));
            }
            Self::ReplaceInPlace => {
                store.add_file(&file, "Office".parse().unwrap(), NOW).unwrap();
            }
        }
    }

    /// Makes the change, in the child process.
    fn take(self, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let (old, new) = (key(folder, "store.key"), key(folder, "new.key"));
        let state = folder.join("state");
        let (mut store, findings) =
            if self == Self::Migrate { Store::open(&state, &new, &[&old])? } else { Store::open(&state, &old, &[])? };
        if let Some(finding) = findings.first() {
            return Err(finding.code.to_string().into());
        }
        let office = store.list().find(|summary| summary.name.as_str() == "Office").map(|summary| (summary.id, summary.version));
        match (self, office) {
            (Self::FirstStart, _) => {}
            (Self::Put, _) => {
                store.put("Office".parse()?, "wg0".parse()?, &text("new"), Cause::Imported, NOW)?;
            }
            (Self::Replace | Self::ReplaceInPlace, Some((id, version))) => {
                store.replace(id, version, &text("new"), Cause::Edited, NOW)?;
            }
            (Self::Remove, Some((id, _))) => store.remove(id)?,
            (Self::Migrate, _) => {
                store.migrate(&old)?;
            }
            (Self::Replace | Self::ReplaceInPlace | Self::Remove, None) => return Err("no tunnel".into()),
        }
        Ok(())
    }

    /// Checks that the changed tunnel has one of its two texts and that everything else is as before. `is_done` is the child's
    /// result.
    fn check(self, folder: &Path, is_done: Option<bool>, what: &str) {
        let (old, new) = (key(folder, "store.key"), key(folder, "new.key"));
        let state = folder.join("state");
        let opened = if self == Self::Migrate { Store::open(&state, &new, &[&old]) } else { Store::open(&state, &old, &[]) };
        let (mut store, findings) = opened.unwrap_or_else(|error| panic!("{what}: {error}"));
        let only_leftovers = findings.iter().all(|finding| matches!(finding.code, FindingCode::Leftovers(1)));
        assert!(only_leftovers && findings.len() <= 1, "{what}: {findings:?}");
        let names: Vec<String> = kit::files(folder).into_iter().map(|(path, _)| path.display().to_string()).collect();
        assert!(!names.iter().any(|name| name.contains("adit-new")), "{what}: {names:?}");
        let summaries: Vec<Summary> = store.list().cloned().collect();
        let mut texts = |name: &str| {
            let found = summaries.iter().find(|summary| summary.name.as_str() == name)?;
            Some(store.get(found.id, NOW).unwrap_or_else(|error| panic!("{what}: {error}")).text.to_string())
        };
        let (office, bystander) = (texts("Office"), texts("Bystander"));
        let (before, after) = match self {
            Self::FirstStart => (None, None),
            Self::Put => (None, Some(text("new"))),
            Self::Replace | Self::ReplaceInPlace => (Some(text("old")), Some(text("new"))),
            Self::Remove => (Some(text("old")), None),
            Self::Migrate => (Some(text("old")), Some(text("old"))),
        };
        assert_eq!(bystander, (self != Self::FirstStart).then(|| text("bystander")), "{what}");
        match is_done {
            Some(true) => assert_eq!(office, after, "{what}"),
            Some(false) => assert_eq!(office, before, "{what}"),
            None => assert!(office == before || office == after, "{what}: {office:?}"),
        }
        if self == Self::Migrate {
            store.migrate(&old).unwrap();
            assert!(old.load().unwrap().is_none(), "{what}");
            drop(store);
            assert_eq!(kit::open(&state, &new).list().count(), 2, "{what}");
        }
    }
}

fn key(folder: &Path, name: &str) -> KeyFile {
    KeyFile::new(&folder.join("state"), name)
}

/// Makes the change and prints the result if this is the child process. Otherwise does nothing.
#[test]
#[ignore = "run by another test"]
fn child() {
    let Some(step) = std::env::var_os(STEP) else { return };
    let step = STEPS.into_iter().find(|known| step == *format!("{known:?}")).unwrap();
    match step.take(Path::new(&std::env::var_os(FOLDER).unwrap())) {
        Ok(()) => println!("RESULT done"),
        Err(error) => println!("RESULT {error}"),
    }
}

/// Runs the child with an accident at its `number`-th `call`. Returns None if it makes fewer such calls.
fn with_accident(step: Step, folder: &Path, call: &str, accident: &str, number: usize) -> Option<Output> {
    let mut child = kit::this_test("child");
    child.env(STEP, format!("{step:?}")).env(FOLDER, folder);
    let log = folder.join("strace.log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o"]).arg(&log).args(["-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:{accident}:when={number}")]);
    strace
        .arg(child.get_program())
        .args(child.get_args())
        .envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = strace.output().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let happened = log.contains("(INJECTED)") || output.status.signal() == Some(9) || log.contains("+++ killed by SIGKILL +++");
    happened.then_some(output)
}

fn accidents(accident: &str, calls: &[&str], judge: impl Fn(&Output) -> Option<bool>) {
    if !has("strace") {
        return println!("SKIPPED: strace is not installed");
    }
    for step in STEPS {
        let mut count = 0;
        for call in calls {
            for number in 1.. {
                let folder = tempfile::tempdir().unwrap();
                step.prepare(folder.path());
                let Some(output) = with_accident(step, folder.path(), call, accident, number) else { break };
                count += 1;
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                step.check(folder.path(), judge(&output), &format!("{step:?}, {accident} at {call} {number}: {said}"));
            }
        }
        assert!(count >= calls.len(), "{step:?}: only {count} accidents happened");
    }
}

#[test]
fn without_an_accident_every_step_is_done() {
    for step in STEPS {
        let folder = tempfile::tempdir().unwrap();
        step.prepare(folder.path());
        step.take(folder.path()).unwrap();
        step.check(folder.path(), Some(true), &format!("{step:?}"));
    }
}

#[test]
fn killed_at_any_call_there_is_the_old_tunnel_or_the_new_one() {
    accidents("signal=KILL", &CALLS, |_| None);
}

/// Returns the child's claim: an error means that the old tunnel is there, except for the one error that reports the new one.
fn word_of(output: &Output) -> Option<bool> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let result = said.split("RESULT ").nth(1)?.lines().next()?;
    match result {
        "done" => Some(true),
        error if error.contains("the disk did not confirm") => Some(true),
        _ => Some(false),
    }
}

#[test]
fn a_disk_that_fails_at_any_call_leaves_the_old_tunnel_and_it_is_said() {
    accidents("error=EIO", &["write", "fsync", "renameat2"], word_of);
}

#[test]
fn a_disk_that_is_full_at_any_call_leaves_the_old_tunnel_and_it_is_said() {
    accidents("error=ENOSPC", &["write", "openat2", "renameat2"], word_of);
}
