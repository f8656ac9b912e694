//! Stands in for rustc where cargo builds our own crates for the fuzzer, and adds the flags that make LLVM count what is reached. They are
//! those of cargo-fuzz, of which stable rustc knows all but the sanitizers.

use std::process::{Command, ExitCode};

/// Set where this program is to be rustc.
pub(crate) const VARIABLE: &str = "ADIT_XTASK_INSTRUMENTS";

const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // Branches that are folded cannot be told apart.
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
];

/// Runs the rustc that cargo names first.
pub(crate) fn rustc(arguments: &[String]) -> ExitCode {
    let Some((rustc, arguments)) = arguments.split_first() else { return ExitCode::FAILURE };
    match Command::new(rustc).args(arguments).args(FLAGS).status() {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("xtask: cannot start {rustc}: {error}");
            ExitCode::FAILURE
        }
    }
}
