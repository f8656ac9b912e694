//! `cargo xtask windows`: builds for Windows with MinGW, runs the tests under Wine, starts the built service there, and carries
//! packets between the built `adit-wg.exe` under Wine and Linux.
//!
//! `docs/PLATFORMS.md` says what Wine can show and what only Windows itself can.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::summary::Summary;
use crate::test::{clippy, lint};
use crate::{cargo, cross, machine, root};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// What runs programs for Windows, and what links them.
const TOOLS: &[machine::Needed] = &[("/usr/lib/wine/wine64", "wine64"), ("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-posix")];

/// The crates whose tests run under Wine. Those of the other crates are type-checked only (`cargo xtask check`).
const CRATES: &[&str] = &[
    "adit-activation",
    "adit-api",
    "adit-config",
    "adit-import",
    "adit-ipc",
    "adit-manager",
    "adit-platform",
    "adit-protocol",
    "adit-rules",
    "adit-tunnel",
    "adit-words",
];

/// The packages of `adit` and `adit-wg`, which run in the tests of the tunnel and of the service, and of the service with its tests.
const PROGRAMS: &[&str] = &["adit", "adit-daemon"];
const SERVICE: &str = "adit-daemon";

/// The tests that cannot run under Wine, each with the reason.
const EXCEPTIONS: &str = "tools/cross/not-under-wine";

/// Sets up the toolchain and Wine, then runs everything.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    match cross::set_up(summary, &[TARGET])? {
        Some(folder) => run(summary, &folder),
        None => Ok(()),
    }
}

/// Installs Wine and MinGW if they are missing. Returns what is still missing.
fn tools() -> anyhow::Result<Option<&'static str>> {
    machine::install(TOOLS)?;
    Ok(TOOLS.iter().find(|(program, _)| machine::find(program).is_none()).map(|(program, _)| *program))
}

/// Runs everything, with the toolchain in `folder`.
pub(crate) fn run(summary: &mut Summary, folder: &Path) -> anyhow::Result<()> {
    if let Some(missing) = tools()? {
        summary.skip(format!("programs for Windows: no `{missing}`"));
        return Ok(());
    }
    let status = Command::new(cross::tool("windows.sh")).arg(folder).status().context("cannot start windows.sh")?;
    if !status.success() {
        bail!("tools/cross/windows.sh ended with {status}");
    }
    let tests = || {
        let mut command = cross::command(folder, TARGET, "test");
        command.args(["--no-fail-fast", "--lib", "--bins", "--tests"]).args(CRATES.iter().flat_map(|name| ["--package", name]));
        command
    };
    let exceptions = exceptions()?;
    let skips = exceptions.iter().flat_map(|test| ["--skip".to_owned(), test.clone()]);
    let arguments: Vec<String> = std::iter::once("--exact".to_owned()).chain(skips).collect();
    summary.cargo_tests("tests for Windows, under Wine", tests, &arguments)?;
    let mut programs = cross::command(folder, TARGET, "build");
    programs.args(["--quiet", "--bins"]).args(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    summary.check("programs for Windows", &mut programs)?;
    let service = || {
        let mut command = cross::command(folder, TARGET, "test");
        command.args(["--package", SERVICE, "--test", "windows"]);
        command
    };
    summary.cargo_tests("the service under Wine", service, &[])?;
    tunnel(summary, folder)
}

/// Runs the tests of the tunnel between the built `adit-wg.exe` under Wine and Linux.
fn tunnel(summary: &mut Summary, folder: &Path) -> anyhow::Result<()> {
    // The selection of `cargo xtask test`, which has compiled most of this; and a test of `adit`, whose programs come with it.
    let clippy = clippy()?;
    let selected = || {
        let mut command = cargo("test");
        lint(&mut command, &clippy);
        command.args(["--workspace", "--exclude", "adit-app", "--features", "adit-e2e/window,adit-e2e/windows"]);
        command
    };
    crate::run(selected().args(["--no-run", "--test", "windows", "--test", "show_like_wg"]))?;
    let programs = folder.join("target/runs").join(TARGET).join("debug");
    let tests = || {
        let mut command = selected();
        command.args(["--test", "windows"]);
        command.env("ADIT_WINDOWS_PROGRAMS", &programs).env("ADIT_WINE", folder.join("wine"));
        command
    };
    summary.cargo_tests("a tunnel between Wine and Linux", tests, &[])
}

/// Reads the names of the tests that cannot run under Wine.
fn exceptions() -> anyhow::Result<Vec<String>> {
    parse_exceptions(&std::fs::read_to_string(root().join(EXCEPTIONS)).with_context(|| format!("cannot read {EXCEPTIONS}"))?)
}

/// Each line: the whole name of a test, ` -- `, the reason.
fn parse_exceptions(text: &str) -> anyhow::Result<Vec<String>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let names = lines.map(|(index, line)| {
        let (name, reason) = line.split_once(" -- ").unwrap_or((line, ""));
        ensure!(!name.is_empty() && !reason.trim().is_empty(), "{EXCEPTIONS}:{}: want `TEST -- REASON`", index + 1);
        Ok(name.to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_exception_names_one_test_and_a_reason() {
        assert_eq!(parse_exceptions("# text\n\na::b -- Wine has none\n").unwrap(), ["a::b"]);
        for bad in ["a::b", "a::b -- ", " -- reason"] {
            assert!(parse_exceptions(bad).is_err(), "{bad:?}");
        }
        exceptions().unwrap();
    }

    #[test]
    fn the_pinned_wintun_is_the_one_in_the_package() {
        use sha2::{Digest as _, Sha256};
        let metadata = cargo_metadata::MetadataCommand::new().manifest_path(root().join("Cargo.toml")).exec().unwrap();
        let package = metadata.packages.iter().find(|package| package.name.as_str() == "wintun-bindings").unwrap();
        let source = std::fs::read_to_string(root().join("core/platform/src/windows/tun/library.rs")).unwrap();
        for processor in ["amd64", "arm64"] {
            let library = package.manifest_path.with_file_name("wintun").join("bin").join(processor).join("wintun.dll");
            let digest: String =
                Sha256::digest(std::fs::read(library).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(source.contains(&digest), "{processor}: {digest}");
        }
    }
}
