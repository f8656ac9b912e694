//! `cargo xtask test`: runs everything that can be tested on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::summary::Summary;
use crate::{app, cargo, cargo_fmt, deny, generated, machine, run, window};

/// Sets up the machine, then runs formatting, lints, all tests, the tunnels in network namespaces, the desktop app, the window's
/// checks, and the licence checks.
pub(crate) fn everything() -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    machine::install_peers()?;
    machine::unpack()?;
    let mut summary = Summary::default();
    summary.check("formatting", cargo_fmt().arg("--check"))?;
    generated::check(&mut summary)?;
    let has_app = app::set_up();
    if has_app.is_ok() {
        app::check(&mut summary)?;
    }
    let clippy = clippy()?;
    // One command: another selection of packages would have other features, and dependencies would be built once more.
    let all = || {
        let mut command = cargo("test");
        command.args(["--workspace", "--exclude", "adit-app", "--no-fail-fast"]);
        if has_app.is_ok() {
            command.args(["--features", "adit-e2e/window"]);
        }
        lint(&mut command, &clippy);
        command
    };
    // Benchmarks too, which only this compiles.
    summary.check("lints", all().args(["--all-targets", "--no-run"]))?;
    summary.cargo_tests("tests, also of tunnels in network namespaces", all, &[])?;
    if let Err(why) = has_app {
        summary.skip(format!("the desktop app: {why:#}"));
    }
    window::check(&mut summary)?;
    deny::check(&mut summary)?;
    summary.finish()
}

/// `cargo SUBCOMMAND` with clippy as the compiler: lints and compiles at once. Checking apart from that would go through all
/// dependencies a second time.
pub(crate) fn linted(subcommand: &str) -> anyhow::Result<Command> {
    let mut command = cargo(subcommand);
    lint(&mut command, &clippy()?);
    Ok(command)
}

pub(crate) fn lint(command: &mut Command, clippy: &Path) {
    command.env("RUSTC_WORKSPACE_WRAPPER", clippy).env("CLIPPY_ARGS", "-Dwarnings");
}

pub(crate) fn clippy() -> anyhow::Result<PathBuf> {
    machine::find("clippy-driver").context("clippy is not installed (`rustup component add clippy`)")
}

/// Runs only the tunnels in network namespaces. `filter` selects tests by name.
pub(crate) fn only_e2e(filter: &[String]) -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    machine::install_peers()?;
    machine::unpack()?;
    let mut summary = Summary::default();
    tunnels(&mut summary, filter)?;
    summary.finish()
}

/// Kills the service at random moments, as often as `arguments` say. Each time its successor must restore order.
pub(crate) fn kills(arguments: &[String]) -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    build_commands()?;
    let count = arguments.first().map_or("200", String::as_str);
    run(cargo("test").args(["--package", "adit-e2e", "--test", "daemon_kills", "--", "--nocapture"]).env("ADIT_KILLS", count))
}

/// Measures how a user who abuses the control socket affects the data path, the memory and other users. Optimized, as the
/// programs are used.
pub(crate) fn abuse(arguments: &[String]) -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    machine::install(&[("iperf3", "iperf3")])?;
    let packages = ["--package", "adit", "--package", "adit-daemon", "--package", "adit-e2e"];
    run(cargo("build").args(["--release", "--bins"]).args(packages))?;
    run(cargo("run").args(["--quiet", "--release", "--package", "adit-e2e", "--bin", "abuse", "--"]).args(arguments))
}

/// Runs random operations of three users on the service, as many as `arguments` say, and compares each with a model.
pub(crate) fn orders(arguments: &[String]) -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    build_commands()?;
    let count = arguments.first().map_or("10000", String::as_str);
    run(cargo("test").args(["--package", "adit-e2e", "--test", "orders", "--", "--nocapture"]).env("ADIT_ORDERS", count))
}

/// Runs the tests that take minutes because they wait for the protocol's real timers.
pub(crate) fn soak(arguments: &[String]) -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    machine::install_peers()?;
    build_commands()?;
    run(cargo("run").args(["--quiet", "--package", "adit-e2e", "--bin", "soak", "--"]).args(arguments))
}

fn tunnels(summary: &mut Summary, filter: &[String]) -> anyhow::Result<()> {
    build_commands()?;
    let tunnels = || {
        let mut command = cargo("test");
        command.args(["--package", "adit-e2e", "--no-fail-fast"]);
        command
    };
    summary.cargo_tests("tunnels in network namespaces", tunnels, filter)
}

/// Builds the programs: the tunnels run the built `adit`, `adit-wg` and `aditd`, not their code as a library.
pub(crate) fn build_commands() -> anyhow::Result<()> {
    run(cargo("build").args(["--package", "adit", "--package", "adit-daemon", "--bins"]))
}
