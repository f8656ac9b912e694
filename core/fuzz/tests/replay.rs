//! Replays every input in `corpus` on its target.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

use adit_fuzz::TARGETS;

/// Bytes of all inputs together, so that the repository stays small.
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

/// Each on the threads of a few, since some of them take long.
#[test]
fn every_input_of_the_corpus_is_survived() {
    let work: Vec<(&str, fn(&[u8]), PathBuf)> = TARGETS
        .iter()
        .flat_map(|(name, check)| files(&here("corpus").join(name)).into_iter().map(move |input| (*name, *check, input)))
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let failed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((name, check, input)) = work.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    let bytes = fs::read(input).expect("an input can be read");
                    if std::panic::catch_unwind(|| check(&bytes)).is_err() {
                        failed.lock().expect("not while it is held").push(format!("{name}: {}", input.display()));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("not while it is held");
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The least inputs, and some that no fuzzer has chosen.
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
