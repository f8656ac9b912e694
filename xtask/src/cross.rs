//! `cargo xtask check`: type-checks every crate for the platforms that it claims, on this Linux machine.
//!
//! A type-check shows that types, trait bounds, `cfg`s and names of the operating system's interfaces are right. It cannot show
//! that an adapter works on the real system: `docs/PLATFORMS.md` lists what runs on which system, and `cargo xtask windows` runs
//! what Wine can run. It also prints the missing adapters.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::summary::Summary;
use crate::{machine, root};

const TARGETS: &[&str] =
    &["x86_64-pc-windows-gnu", "aarch64-apple-darwin", "x86_64-apple-darwin", "aarch64-apple-ios", "aarch64-linux-android"];

/// The crates that claim every platform. Their code for only one system is behind one `cfg` line.
const EVERYWHERE: &[&str] =
    &["adit-protocol", "adit-config", "adit-rules", "adit-platform", "adit-testkit", "adit-tunnel", "adit-api"];

/// The crates that claim every platform, but whose tests use features of Linux.
const EVERYWHERE_WITHOUT_TESTS: &[&str] =
    &["adit-import", "adit-proxy", "adit-activation", "adit-manager", "adit-ipc", "adit-words", "adit-local"];

/// The programs, and the targets that they are for.
const PROGRAMS: &[&str] = &["adit", "adit-demo", "adit-daemon"];
const DESKTOPS: &[&str] = &["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// A target that checks one system for another processor, and the crates that can differ between processors: those that make
/// system calls, or whose types differ in size.
const OTHER_PROCESSOR: &str = "x86_64-apple-darwin";
const BY_PROCESSOR: &[&str] = &["adit-platform", "adit-tunnel"];

/// The exit code of tools/cross/setup.sh if apt does not know the toolchain's packages.
const NO_SUCH_PACKAGES: i32 = 3;

/// Checks the types for each target.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    let Some(folder) = set_up(summary, TARGETS)? else { return Ok(()) };
    for target in TARGETS {
        for (parts, crates) in checks(target) {
            let mut command = command(&folder, target, "check");
            command.args(["--quiet", parts]).args(crates.iter().flat_map(|name| ["--package", name]));
            summary.check(&format!("type-check for {target}, {parts}"), &mut command)?;
        }
    }
    print_missing()
}

/// Sets up the toolchain for these targets in a folder outside the repository (`$ADIT_CROSS`, otherwise `~/.cache/adit-cross`), and
/// returns that folder. `None` if this machine cannot have it.
pub(crate) fn set_up(summary: &mut Summary, targets: &[&str]) -> anyhow::Result<Option<PathBuf>> {
    let Some(folder) = folder() else {
        summary.skip("checks for other platforms: neither ADIT_CROSS nor HOME is set");
        return Ok(None);
    };
    for tool in ["apt-get", "dpkg", "as"] {
        if machine::find(tool).is_none() {
            summary.skip(format!("checks for other platforms: no `{tool}` (the toolchain is unpacked from Debian packages)"));
            return Ok(None);
        }
    }
    println!("\n=== toolchain in {}", folder.display());
    let status = Command::new(tool("setup.sh")).arg(&folder).args(targets).status().context("cannot start setup.sh")?;
    if status.code() == Some(NO_SUCH_PACKAGES) {
        summary.skip("checks for other platforms: this system's packages bring no Rust toolchain to unpack");
        return Ok(None);
    }
    if !status.success() {
        bail!("tools/cross/setup.sh ended with {status}");
    }
    Ok(Some(folder))
}

/// Creates `cargo SUBCOMMAND` of the toolchain in `folder`, for `target`.
pub(crate) fn command(folder: &Path, target: &str, subcommand: &str) -> Command {
    let mut command = Command::new(tool("check.sh"));
    command.current_dir(root()).arg(folder).args([target, subcommand, "--locked"]);
    command
}

/// Returns the path of a script for other platforms.
pub(crate) fn tool(name: &str) -> PathBuf {
    root().join("tools/cross").join(name)
}

/// Returns the checks of a target: an option of cargo that selects the parts, and the crates.
fn checks(target: &str) -> Vec<(&'static str, &'static [&'static str])> {
    if target == OTHER_PROCESSOR {
        return vec![("--lib", BY_PROCESSOR)];
    }
    let mut checks = vec![("--all-targets", EVERYWHERE), ("--lib", EVERYWHERE_WITHOUT_TESTS)];
    if DESKTOPS.contains(&target) {
        checks.push(("--bins", PROGRAMS));
    }
    checks
}

/// Prints the missing adapters of each system, from the table in `docs/PLATFORMS.md`. A test of `adit-platform` compares the
/// table with `platform::native`.
fn print_missing() -> anyhow::Result<()> {
    let path = root().join("docs/PLATFORMS.md");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    for (system, missing) in missing(&text) {
        println!("\n=== {system} has no adapter yet for:\n  {}", missing.join("\n  "));
    }
    Ok(())
}

/// Returns the systems with missing adapters, and those adapters.
fn missing(text: &str) -> Vec<(&str, Vec<&str>)> {
    let rows = text.lines().skip_while(|line| !line.starts_with("| Adapter |")).take_while(|line| line.starts_with('|'));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect();
    let systems = rows.first().into_iter().flatten().copied().enumerate().skip(1);
    let lacks = |column| rows.iter().filter(move |row| row.get(column) == Some(&"no")).filter_map(|row| row.first().copied());
    systems
        .map(|(column, system)| (system, lacks(column).collect()))
        .filter(|(_, missing): &(_, Vec<_>)| !missing.is_empty())
        .collect()
}

fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("ADIT_CROSS").map(PathBuf::from);
    given.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/adit-cross")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_a_row() {
        /// Crates of tests, which run on Linux alone, and of programs, which have the names of the programs.
        const ELSEWHERE: [&str; 6] = ["e2e", "fuzz", "loom", "testbus", "cli", "daemon"];
        let text = std::fs::read_to_string(root().join("docs/PLATFORMS.md")).unwrap();
        let crates = root().join("core").read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        for name in crates.filter(|name| !ELSEWHERE.contains(&name.as_str())) {
            let row = format!("| `{name}`");
            assert!(text.lines().any(|line| line.starts_with(&row)), "docs/PLATFORMS.md has no row for {name}");
        }
    }

    #[test]
    fn what_a_system_lacks_is_read_from_the_table() {
        let text =
            "# x\n\n| Adapter | Linux | Windows |\n|---|---|---|\n| TUN | yes | no |\n| files | yes | yes |\n\n| UDP | no |\n";
        assert_eq!(missing(text), [("Windows", vec!["TUN"])]);
        let ours = std::fs::read_to_string(root().join("docs/PLATFORMS.md")).unwrap();
        let systems: Vec<&str> = missing(&ours).iter().map(|(system, _)| *system).collect();
        assert_eq!(systems, ["Windows", "macOS", "iOS", "Android"]);
    }
}
