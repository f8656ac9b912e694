//! `cargo xtask fuzz`: lets libFuzzer search for inputs that break one of the targets of `core/fuzz`.

mod corpus;
pub(crate) mod instrument;
mod outcome;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use outcome::Outcome;

use crate::{cargo, machine, root, run};

/// Longest input, bytes. Shorter inputs reach nearly all code of a parser.
const LONGEST_INPUT: &str = "4096";
/// Longest time for an input, seconds. An input that takes longer has broken its target.
const TIMEOUT: &str = "25";
/// Largest memory of a target, MiB; more counts as broken. An archive may unpack to 64 MiB, a picture may take 128.
const MEMORY: &str = "1024";

/// The request of the command line.
struct Wanted {
    minutes: u64,
    jobs: usize,
    keep: bool,
    targets: Vec<String>,
}

/// Runs targets for some minutes each, several at a time, and prints a table. Fails if an input broke a target. The input is
/// then in the target's corpus, so that the tests fail too until the target is fixed.
pub(crate) fn fuzz(arguments: &[String]) -> anyhow::Result<()> {
    let wanted = wanted(arguments)?;
    machine::install(&[("g++", "g++")])?;
    ensure!(machine::find("g++").is_some() || machine::find("clang++").is_some(), "libFuzzer needs a C++ compiler");
    build()?;
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        while let Some(target) = wanted.targets.get(next.fetch_add(1, Ordering::Relaxed)) {
            println!("=== {target}: {} minutes", wanted.minutes);
            let outcome = one(target, wanted.minutes).and_then(|outcome| {
                if wanted.keep && !outcome.is_broken() {
                    corpus::keep(target, &program(target), &working(target), &committed(target))?;
                }
                Ok(outcome)
            });
            let outcome = outcome.with_context(|| format!("fuzzing {target}"));
            outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outcome);
        }
    };
    thread::scope(|scope| (0..wanted.jobs).for_each(|_| drop(scope.spawn(work))));
    let outcomes = outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut outcomes = outcomes.into_iter().collect::<anyhow::Result<Vec<Outcome>>>()?;
    outcomes.sort_by(|one, other| one.target.cmp(&other.target));
    println!("\n{}", outcome::table(&outcomes));
    let broken: Vec<&str> = outcomes.iter().filter(|outcome| outcome.is_broken()).map(|outcome| &*outcome.target).collect();
    ensure!(broken.is_empty(), "inputs that break {}: in core/fuzz/corpus, called regression-…", broken.join(", "));
    Ok(())
}

fn wanted(arguments: &[String]) -> anyhow::Result<Wanted> {
    let mut wanted = Wanted { minutes: 10, jobs: 0, keep: false, targets: Vec::new() };
    let known = targets()?;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|word| word.parse().ok()).filter(|number| *number > 0);
        match word.as_str() {
            "--minutes" => wanted.minutes = number().context("--minutes needs a number from 1 on")?,
            "--jobs" => wanted.jobs = usize::try_from(number().context("--jobs needs a number from 1 on")?)?,
            "--keep" => wanted.keep = true,
            target if known.iter().any(|known| known == target) => wanted.targets.push(target.to_owned()),
            unknown => bail!("no option or target `{unknown}`; targets: {}", known.join(", ")),
        }
    }
    if wanted.targets.is_empty() {
        wanted.targets = known;
    }
    if wanted.jobs == 0 {
        wanted.jobs = thread::available_parallelism().map_or(1, usize::from);
    }
    Ok(wanted)
}

/// Returns all targets, by the names of their files.
fn targets() -> anyhow::Result<Vec<String>> {
    let folder = root().join("core/fuzz/targets");
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        targets.extend(entry?.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

/// Builds all targets with libFuzzer. Only our own crates are instrumented, so that libFuzzer sees which of their code an input
/// reaches. Sanitizers are not used: they need a nightly compiler, and only `core/platform` has unsafe code.
fn build() -> anyhow::Result<()> {
    let mut command = cargo("build");
    command.args(["--package", "adit-fuzz", "--features", "libfuzzer", "--bins"]);
    // Without incremental compilation: instrumented code must not be reused in tests or programs.
    command.env("CARGO_INCREMENTAL", "0");
    command.env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe()?).env(instrument::VARIABLE, "1");
    run(&mut command)
}

fn program(target: &str) -> PathBuf {
    root().join("target/debug").join(target)
}

/// Returns the folder of the inputs that a run finds.
fn working(target: &str) -> PathBuf {
    root().join("target/fuzz/corpus").join(target)
}

/// Returns the folder of the inputs that the tests replay.
fn committed(target: &str) -> PathBuf {
    root().join("core/fuzz/corpus").join(target)
}

/// Runs one target until its time is over or an input breaks it.
fn one(target: &str, minutes: u64) -> anyhow::Result<Outcome> {
    let (working, committed) = (working(target), committed(target));
    let crashes = root().join("target/fuzz/crashes").join(target);
    for folder in [&working, &committed, &crashes] {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    corpus::forget_crashes(&crashes)?;
    let log = root().join("target/fuzz").join(format!("{target}.log"));
    let mut command = Command::new(program(target));
    command.arg(format!("-max_total_time={}", minutes * 60));
    command.args([format!("-max_len={LONGEST_INPUT}"), format!("-timeout={TIMEOUT}"), format!("-rss_limit_mb={MEMORY}")]);
    command.arg("-print_final_stats=1").arg(format!("-artifact_prefix={}/", crashes.display()));
    command.arg(&working).arg(&committed);
    command.stdout(Stdio::null()).stderr(std::fs::File::create(&log).with_context(|| format!("writing {}", log.display()))?);
    let status = wait(command.spawn().with_context(|| format!("starting {}", program(target).display()))?, minutes)?;
    let said = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let crashes = corpus::take_crashes(&crashes, &committed)?;
    Ok(Outcome::read(target, minutes, &said, status, crashes, corpus::count(&working)?))
}

/// Waits for the fuzzer. It ends by itself, because it checks the clock between inputs, unless an input hangs unnoticed.
fn wait(mut child: Child, minutes: u64) -> anyhow::Result<bool> {
    let grace = 5 * 60;
    for _ in 0..minutes * 60 + grace {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        thread::sleep(Duration::from_secs(1));
    }
    child.kill()?;
    child.wait()?;
    Ok(false)
}
