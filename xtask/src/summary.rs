//! Counts what passed, failed and could not run, so that nothing is skipped silently and the last line gives the true result.
//!
//! A check that cannot run prints a line `SKIPPED: why`. Such a line in the output of `cargo test` turns a test that libtest
//! counts as passed into a skipped one. In continuous integration only listed checks may be skipped ([`Allowed`]). A test
//! marked `#[ignore = "run by another test"]` is the child process of another one, and is not counted.
//!
//! Many tests run real programs beside each other, and a busy machine can be too slow for one of them. A test of Rust that
//! failed is run once more, alone, and one of the window in a browser at once. If it passes then, it is reported as `FLAKY` with
//! its first output; more than [`MOST_FLAKY`] of them fail the run.

use std::io::{self, BufRead as _, BufReader, PipeReader, Write};
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::skips::Allowed;

/// The number of tests of one run that may fail first and pass when they are run again alone.
const MOST_FLAKY: usize = 3;

/// The counts so far.
#[derive(Default)]
pub(crate) struct Summary {
    passed: usize,
    failures: Vec<Failure>,
    skipped: Vec<String>,
    /// Tests that failed first and passed alone, with the output of the failure.
    flaky: Vec<Failure>,
}

/// A failed check, with its output if that is separate from the output of others.
#[derive(PartialEq, Eq, Debug)]
struct Failure {
    name: String,
    output: String,
}

impl Failure {
    fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), output: String::new() }
    }
}

impl Summary {
    /// Runs one check that passes or fails as a whole.
    pub(crate) fn check(&mut self, name: &str, command: &mut Command) -> anyhow::Result<()> {
        headline(name);
        let (status, _) = run_and_read(command, &mut std::io::stdout())?;
        if status.success() {
            self.passed += 1;
        } else {
            self.failures.push(Failure::of(name));
        }
        Ok(())
    }

    /// Counts and prints the outcome of a check that is not a command.
    pub(crate) fn outcome(&mut self, name: &str, outcome: anyhow::Result<()>) {
        headline(name);
        match outcome {
            Ok(()) => {
                println!("passed");
                self.passed += 1;
            }
            Err(error) => {
                println!("{error:#}");
                self.failures.push(Failure { name: name.to_owned(), output: format!("{error:#}\n") });
            }
        }
    }

    /// Runs a test program that prints as libtest does, and adds up its results.
    pub(crate) fn tests(&mut self, name: &str, command: &mut Command) -> anyhow::Result<()> {
        headline(name);
        self.count(name, run_and_read(command, &mut std::io::stdout())?);
        Ok(())
    }

    /// Runs tests by cargo, with `arguments` for the test programs (after `--`), adds up the results, and runs the tests that
    /// failed once more, alone.
    pub(crate) fn cargo_tests(&mut self, name: &str, command: impl Fn() -> Command, arguments: &[String]) -> anyhow::Result<()> {
        self.cargo_tests_on(&mut io::stdout(), name, command, arguments)
    }

    fn cargo_tests_on(
        &mut self,
        screen: &mut impl Write,
        name: &str,
        command: impl Fn() -> Command,
        arguments: &[String],
    ) -> anyhow::Result<()> {
        writeln!(screen, "\n=== {name}")?;
        let first = run_and_read(command().arg("--").args(arguments).arg("--show-output"), screen)?;
        let mut failed: Vec<String> = first.1.failures.iter().map(|failure| failure.name.clone()).collect();
        failed.sort();
        failed.dedup();
        // A program that crashed has named no test that could be run again.
        let crashed = first.1.failed_targets.saturating_sub(first.1.failed_results);
        if crashed > 0 && !failed.is_empty() {
            self.failures.push(Failure::of(format!("{name}: {crashed} of the test programs ended without a result")));
        }
        let known = self.failures.len();
        self.count(name, first);
        // Of more failures the machine's load is not the cause.
        if failed.is_empty() || failed.len() > MOST_FLAKY {
            return Ok(());
        }
        writeln!(screen, "\n=== {name}: what failed, once more")?;
        let alone = ["--exact", "--test-threads=1", "--show-output"];
        let again = run_and_read(command().arg("--").args(&failed).args(alone), screen)?;
        self.judge_again(known, &again);
        Ok(())
    }

    /// Turns those failures since the first `known` ones into flaky tests that have passed in a second run.
    fn judge_again(&mut self, known: usize, (status, tally): &(ExitStatus, Tally)) {
        let first = self.failures.split_off(known);
        let all_passed = status.success() && tally.failures.is_empty() && tally.skipped.is_empty() && tally.passed >= first.len();
        if all_passed { self.flaky.extend(first) } else { self.failures.extend(first) }
    }

    fn count(&mut self, name: &str, (status, tally): (ExitStatus, Tally)) {
        self.passed += tally.passed.saturating_sub(tally.skipped.len() + tally.flaky.len());
        self.flaky.extend(tally.flaky);
        if !status.success() && tally.failures.is_empty() {
            self.failures.push(Failure::of(format!("{name}: {status}")));
        } else if tally.passed == 0 && tally.failures.is_empty() && tally.skipped.is_empty() {
            self.failures.push(Failure::of(format!("{name}: no test ran")));
        }
        self.failures.extend(tally.failures);
        self.skipped.extend(tally.skipped);
    }

    /// Counts and prints a check that cannot run here.
    pub(crate) fn skip(&mut self, why: impl Into<String>) {
        let why = why.into();
        println!("SKIPPED: {why}");
        self.skipped.push(why);
    }

    /// Prints what was skipped and what failed, with the output of the failures, then a summary in one line. Fails if a check
    /// failed.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        println!();
        for why in &self.skipped {
            println!("SKIPPED: {why}");
        }
        self.judge_skips(&Allowed::here()?);
        self.judge_flaky();
        for Failure { name, output } in &self.flaky {
            println!("FLAKY: {name} failed first and passed the second time\n{output}");
        }
        for Failure { name, output } in &self.failures {
            println!("FAILED: {name}\n{output}");
        }
        // Their names once more: whoever sees only the end of a long output needs them most.
        for Failure { name, .. } in &self.failures {
            println!("FAILED: {name}");
        }
        // A flaky test is not counted among those that passed before.
        let passed = self.passed + self.flaky.len();
        println!("{passed} passed, {} failed, {} skipped", self.failures.len(), self.skipped.len());
        if self.failures.is_empty() { Ok(()) } else { bail!("{} failed", self.failures.len()) }
    }

    /// Turns the flaky tests into failures if they are too many.
    fn judge_flaky(&mut self) {
        if self.flaky.len() > MOST_FLAKY {
            self.failures.append(&mut self.flaky);
        }
    }

    /// Turns each skipped check that may not be skipped here into a failure.
    fn judge_skips(&mut self, allowed: &Allowed) {
        for why in self.skipped.iter().filter(|why| !allowed.allows(why)) {
            self.failures.push(Failure::of(format!("skipped, and not in the list of checks that may be: {why}")));
        }
    }
}

/// The end of libtest's line for a test that another test runs in a process of its own.
const CHILD: &str = " ... ignored, run by another test";

/// The results in the output of one command.
#[derive(Default)]
struct Tally {
    passed: usize,
    failures: Vec<Failure>,
    skipped: Vec<String>,
    /// Tests that failed first and passed when their runner ran them again. They count among those that passed.
    flaky: Vec<Failure>,
    /// Number of ignored tests of the running test program that other tests run.
    children: usize,
    /// Test programs that failed, as cargo counts them, and those of them that printed a result.
    failed_targets: usize,
    failed_results: usize,
    /// The test that the current lines of output belong to.
    speaker: Option<String>,
}

impl Tally {
    fn read(&mut self, line: &str) {
        let whole = line;
        let line = line.trim();
        if let Some(name) = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----")) {
            self.speaker = Some(name.to_owned());
        } else if line == "failures:" || line == "successes:" {
            self.speaker = None;
        } else if let Some(speaker) = &self.speaker
            && let Some(failure) = self.failures.iter_mut().chain(&mut self.flaky).find(|failure| failure.name == *speaker)
        {
            failure.output.push_str(whole.trim_end());
            failure.output.push('\n');
        }
        // With one test thread, libtest has begun the line already.
        let after_name = || line.strip_prefix("test ")?.split_once(" ... SKIPPED: ").map(|(_, why)| why);
        if let Some(why) = line.strip_prefix("SKIPPED: ").or_else(after_name) {
            self.skipped.push(why.to_owned());
        } else if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed_results += usize::from(counts.starts_with("FAILED"));
            let ignored = count(counts, "ignored").saturating_sub(std::mem::take(&mut self.children));
            self.skipped.extend((0..ignored).map(|_| "a test marked #[ignore]".to_owned()));
            self.passed += ignored; // `tests` takes each skipped one off again
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FLAKY")) {
            self.flaky.push(Failure::of(name));
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(Failure::of(name));
        } else if line.starts_with("test ") && line.ends_with(CHILD) {
            self.children += 1;
        } else if let Some(targets) = line.strip_prefix("error: ").and_then(|rest| rest.strip_suffix(" failed:")) {
            // `error: 2 targets failed:`
            let number = targets.strip_suffix(" targets").or_else(|| targets.strip_suffix(" target"));
            self.failed_targets += number.and_then(|number| number.parse::<usize>().ok()).unwrap_or(0);
        }
    }
}

/// Returns the number before `word` in libtest's `ok. 12 passed; 0 failed; 1 ignored; ...`.
fn count(counts: &str, word: &str) -> usize {
    let words: Vec<&str> = counts.split([' ', ';']).filter(|part| !part.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// How long after the end of a command its output is read, if another process has the pipe open.
const GRACE: Duration = Duration::from_secs(1);

/// An event of a running command.
enum Event {
    /// A line of its output.
    Line(Vec<u8>),
    /// No process has its output open any more, or reading failed.
    Closed(io::Result<()>),
    /// It has ended.
    Ended(io::Result<ExitStatus>),
}

/// Runs a command, copies its output to `screen` as it arrives, and parses each line. Processes that outlive the command do not
/// delay the result by more than [`GRACE`].
fn run_and_read(command: &mut Command, screen: &mut impl Write) -> anyhow::Result<(ExitStatus, Tally)> {
    let program = command.get_program().display().to_string();
    let (reader, writer) = io::pipe().context("cannot make a pipe")?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("cannot start {program}"))?;
    // The command keeps its copies of the pipe's write end. While they are open, the reading would not end.
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let (sender, events) = channel();
    let lines = sender.clone();
    thread::spawn(move || read_lines(reader, &lines));
    // The receiver is dropped only if this run has failed.
    thread::spawn(move || drop(sender.send(Event::Ended(child.wait()))));
    let mut tally = Tally::default();
    let (mut ended, mut is_closed) = (None, false);
    loop {
        let event = match &ended {
            Some(_) if is_closed => break,
            Some((_, end)) => events.recv_timeout(GRACE.saturating_sub(Instant::elapsed(end))),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match event {
            Ok(Event::Line(line)) => {
                screen.write_all(&line)?;
                tally.read(&String::from_utf8_lossy(&line));
            }
            Ok(Event::Closed(outcome)) => {
                outcome.with_context(|| format!("cannot read the output of {program}"))?;
                is_closed = true;
            }
            Ok(Event::Ended(status)) => ended = Some((status?, Instant::now())),
            Err(_) => {
                writeln!(screen, "{program} has ended, but a process that it started is still running and has its output open")?;
                break;
            }
        }
    }
    let (status, _) = ended.with_context(|| format!("{program} has no end"))?;
    Ok((status, tally))
}

fn read_lines(reader: PipeReader, events: &Sender<Event>) {
    let mut reader = BufReader::new(reader);
    loop {
        let mut line = Vec::new();
        let event = match reader.read_until(b'\n', &mut line) {
            Ok(0) => Event::Closed(Ok(())),
            Ok(_) => Event::Line(line),
            Err(error) => Event::Closed(Err(error)),
        };
        let is_last = matches!(event, Event::Closed(_));
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

fn headline(name: &str) {
    println!("\n=== {name}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally_of(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn results_of_several_test_binaries_add_up() {
        let tally = tally_of(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test rekey::under_traffic ... FAILED\n\
             test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n",
        );
        assert_eq!((tally.passed, tally.failures), (15, vec![Failure::of("rekey::under_traffic")]));
    }

    #[test]
    fn what_a_failed_test_printed_is_kept_and_what_the_others_printed_is_not() {
        let tally = tally_of(
            "test quiet ... ok\ntest roaming ... FAILED\n\nsuccesses:\n\n---- quiet stdout ----\nnothing to tell\n\n\
             successes:\n    quiet\n\nfailures:\n\n---- roaming stdout ----\nError: no answer\n    from 10.0.0.1\n\n\
             failures:\n    roaming\n",
        );
        assert_eq!(tally.failures[0].output.trim_end(), "Error: no answer\n    from 10.0.0.1");
    }

    /// Returns the summary of a test run with the output and exit code of this shell script.
    fn summary_of(script: &str) -> Summary {
        let mut summary = Summary::default();
        let mut screen = Vec::new(); // not ours: the run around this one would count these lines
        summary.count("a story", run_and_read(Command::new("sh").args(["-c", script]), &mut screen).expect("sh runs"));
        summary
    }

    #[test]
    fn a_test_that_says_why_it_cannot_run_is_not_counted_as_passed() {
        let summary = summary_of("echo 'SKIPPED: no root'; echo 'test result: ok. 2 passed; 0 failed; 1 ignored;'");
        assert_eq!((summary.passed, summary.skipped.len(), summary.failures.len()), (1, 2, 0));
    }

    #[test]
    fn a_process_that_outlives_the_tests_and_has_their_output_open_does_not_delay_the_summary() {
        let start = Instant::now();
        let summary = summary_of("sleep 30 & echo 'test result: ok. 2 passed; 0 failed;'; echo 'SKIPPED: late'");
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
        assert_eq!((summary.passed, summary.skipped.len()), (1, 1), "the last lines are read");
    }

    #[test]
    fn a_check_is_counted_as_skipped_with_one_test_thread_too() {
        let summary =
            summary_of("echo 'test metrics::promtool ... SKIPPED: no promtool'; echo ok; echo 'test result: ok. 1 passed;'");
        assert_eq!((summary.passed, summary.skipped), (0, vec!["no promtool".to_owned()]));
    }

    #[test]
    fn a_filter_that_no_test_matches_is_a_failure() {
        let summary = summary_of("echo 'test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out'");
        assert_eq!(summary.failures, [Failure::of("a story: no test ran")]);
    }

    #[test]
    fn results_of_the_window_s_tests_are_read() {
        let summary = summary_of(
            "echo 'test tests/a.test.ts: a > works ... ok (2 ms)'; echo 'test tests/a.test.ts: a > fails ... FAILED'; echo; \
             echo failures:; echo; echo '---- tests/a.test.ts: a > fails stdout ----'; echo 'AssertionError: 1 is not 2'; echo; \
             echo failures:; echo; echo 'test result: FAILED. 1 passed; 1 failed; 0 ignored'; exit 1",
        );
        assert_eq!((summary.passed, summary.skipped.len(), summary.failures.len()), (1, 0, 1));
        assert_eq!(summary.failures[0].name, "tests/a.test.ts: a > fails");
        assert_eq!(summary.failures[0].output.trim_end(), "AssertionError: 1 is not 2");
    }

    /// Returns the summary of a run of two tests, of which one failed and then did as the script `again` says.
    fn summary_of_flaky(again: &str) -> Summary {
        let mut summary =
            summary_of("echo 'test quiet ... FAILED'; echo 'test result: FAILED. 1 passed; 1 failed; 0 ignored;'; exit 101");
        let mut screen = Vec::new(); // as in `summary_of`
        let again = run_and_read(Command::new("sh").args(["-c", again]), &mut screen).expect("sh runs");
        summary.judge_again(0, &again);
        summary
    }

    #[test]
    fn a_test_that_fails_once_and_passes_alone_is_told_as_flaky() {
        let summary = summary_of_flaky("echo 'test quiet ... ok'; echo 'test result: ok. 1 passed; 0 failed; 0 ignored;'");
        assert_eq!((summary.passed, summary.failures.len(), summary.flaky.len()), (1, 0, 1));
    }

    #[test]
    fn a_test_that_fails_twice_or_is_not_found_again_is_a_failure() {
        let fails = "echo 'test quiet ... FAILED'; echo 'test result: FAILED. 0 passed; 1 failed; 0 ignored;'; exit 101";
        let is_not_there = "echo 'test result: ok. 0 passed; 0 failed; 0 ignored;'";
        let is_skipped = "echo 'SKIPPED: no root'; echo 'test result: ok. 1 passed; 0 failed; 0 ignored;'";
        for again in [fails, is_not_there, is_skipped, "exit 101"] {
            let summary = summary_of_flaky(again);
            assert_eq!((summary.failures.len(), summary.flaky.len()), (1, 0), "{again}");
        }
    }

    #[test]
    fn a_test_program_that_crashes_beside_a_flaky_test_fails_the_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("cargo-test");
        std::fs::write(
            &script,
            "case \"$*\" in *--exact*) echo 'test quiet ... ok'; echo 'test result: ok. 1 passed; 0 failed; 0 ignored;'; exit;; esac\n\
             echo 'test quiet ... FAILED'; echo 'test result: FAILED. 1 passed; 1 failed; 0 ignored;'\n\
             echo 'error: 2 targets failed:' >&2; exit 101\n",
        )
        .expect("a script");
        let command = || {
            let mut command = Command::new("sh");
            command.arg(&script);
            command
        };
        let (mut summary, mut screen) = (Summary::default(), Vec::new());
        summary.cargo_tests_on(&mut screen, "a story", command, &[]).expect("sh runs");
        assert_eq!((summary.failures.len(), summary.flaky.len()), (1, 1));
        assert!(summary.failures[0].name.contains("1 of the test programs ended without a result"), "{:?}", summary.failures);
    }

    #[test]
    fn a_test_that_its_runner_ran_twice_is_told_as_flaky_with_its_first_output() {
        let summary = summary_of(
            "echo 'test history ... FLAKY'; echo 'test search ... ok'; echo '---- history stdout ----'; echo 'two undone'; \
             echo; echo 'test result: ok. 2 passed; 0 failed; 0 ignored'",
        );
        assert_eq!((summary.passed, summary.failures.len()), (1, 0));
        assert_eq!(
            summary.flaky,
            [Failure { name: "history".into(), output: "two undone\n\ntest result: ok. 2 passed; 0 failed; 0 ignored\n".into() }]
        );
    }

    #[test]
    fn many_flaky_tests_fail_the_run() {
        let flaky = (0..=MOST_FLAKY).map(|number| Failure::of(number.to_string())).collect();
        let mut summary = Summary { flaky, ..Summary::default() };
        summary.judge_flaky();
        assert_eq!(summary.failures.len(), MOST_FLAKY + 1);
    }

    #[test]
    fn a_test_that_another_one_runs_is_not_counted() {
        let tally = tally_of(
            "test child ... ignored, run by another test\ntest killed ... ok\n\
             test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!((tally.passed - tally.skipped.len(), tally.skipped.len()), (3, 1));
    }

    #[test]
    fn a_skipped_check_that_is_not_listed_fails_the_run() {
        let mut summary = summary_of("echo 'SKIPPED: no root'; echo 'SKIPPED: old'; echo 'test result: ok. 2 passed; 0 failed;'");
        summary.judge_skips(&Allowed::Listed(vec!["old".to_owned()]));
        assert_eq!(summary.failures.len(), 1);
        assert!(summary.failures[0].name.ends_with(": no root"), "{:?}", summary.failures);
    }

    #[test]
    fn the_outcome_of_a_check_counts_and_its_error_is_kept() {
        let mut summary = Summary::default();
        summary.outcome("one", Ok(()));
        summary.outcome("two", Err(anyhow::anyhow!("a crate is too young")));
        assert_eq!((summary.passed, summary.failures.len()), (1, 1));
        assert_eq!(summary.failures[0].output, "a crate is too young\n");
    }

    #[test]
    fn a_test_run_that_dies_before_any_result_is_a_failure() {
        let summary = summary_of("exit 101");
        assert_eq!((summary.passed, summary.skipped.len(), summary.failures.len()), (0, 0, 1));
    }
}
