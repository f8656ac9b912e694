//! Runs in place of rustc when cargo builds our own crates for the fuzzer, and adds the flags that make LLVM count the code
//! reached. These are the flags of cargo-fuzz; stable rustc supports all but the sanitizers.

use std::process::{Command, ExitCode};

/// Environment variable that makes this program run as rustc.
pub(crate) const VARIABLE: &str = "ADIT_XTASK_INSTRUMENTS";

const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // Folded branches could not be distinguished.
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
];

/// Runs rustc, whose path cargo passes as the first argument, with the additional flags.
pub(crate) fn rustc(arguments: &[String]) -> ExitCode {
    let Some((rustc, arguments)) = arguments.split_first() else { return ExitCode::FAILURE };
    match Command::new(rustc).args(arguments).args(flags(arguments)).status() {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("xtask: cannot start {rustc}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the additional flags for these arguments of rustc. A build script gets none: it is linked without libFuzzer, which defines
/// the functions that the instrumented code calls.
fn flags(arguments: &[String]) -> &'static [&'static str] {
    let is_build_script = arguments.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1].starts_with("build_script_"));
    if is_build_script { &[] } else { FLAGS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_scripts_are_not_instrumented() {
        let arguments = |name: &str| ["--crate-name", name, "--edition=2024"].map(String::from);
        assert!(flags(&arguments("build_script_build")).is_empty());
        assert_eq!(flags(&arguments("adit_words")), FLAGS);
    }
}
