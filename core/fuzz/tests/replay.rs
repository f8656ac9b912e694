//! Replays every input in `corpus` on its target.
#![forbid(unsafe_code)]

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use adit_fuzz::{TARGETS, Target};

/// Maximum size of all inputs together in bytes, so that the repository stays small.
const MOST_BYTES: u64 = 1 << 20;

fn here(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn names(folder: &str, of: impl Fn(&Path) -> Option<&std::ffi::OsStr>) -> Vec<String> {
    let name = |path: &PathBuf| Some(of(path)?.to_str()?.to_owned());
    files(&here(folder)).iter().filter_map(name).collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let expected: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names("targets", Path::file_stem), expected);
    assert_eq!(names("corpus", Path::file_name), expected);
    let mut total = 0;
    for (name, _) in TARGETS {
        let inputs = files(&here("corpus").join(name));
        assert!(!inputs.is_empty(), "the corpus of {name} is empty");
        total += inputs.iter().map(|input| fs::metadata(input).expect("a file").len()).sum::<u64>();
    }
    assert!(total <= MOST_BYTES, "the corpus has {total} bytes");
}

/// Runs several inputs at a time, because some of them take long.
#[test]
fn every_input_of_the_corpus_is_survived() {
    let inputs = |target: &'static Target| files(&here("corpus").join(target.0)).into_iter().map(move |input| (target, input));
    let work: Vec<(&Target, PathBuf)> = TARGETS.iter().flat_map(inputs).collect();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(((_, check), input)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let bytes = fs::read(input).expect("an input can be read");
                    if catch_unwind(|| check(&bytes)).is_err() {
                        failed.lock().expect("not while it is held").push(input);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("not while it is held");
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Tests the shortest inputs, and some that no fuzzer has chosen.
#[test]
fn short_inputs_are_survived() {
    for (_, check) in TARGETS {
        check(&[]);
        for byte in 0..=u8::MAX {
            check(&[byte]);
            check(&[byte; 50]);
        }
    }
}
