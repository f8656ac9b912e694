//! `cargo xtask test`: runs everything that can be tested on this machine.

use std::process::Command;

use crate::summary::Summary;
use crate::{cargo, cargo_fmt, deny, generated, machine, run, window};

/// Sets up the machine, then runs formatting, lints, all tests, the tunnels in network namespaces, the window's checks,
/// and the licence checks.
pub(crate) fn everything() -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    machine::install_peers()?;
    machine::unpack()?;
    let mut summary = Summary::default();
    summary.check("formatting", cargo_fmt().arg("--check"))?;
    summary.check(
        "lints",
        cargo("clippy").args(["--workspace", "--exclude", "adit-app", "--all-targets", "--", "-D", "warnings"]),
    )?;
    generated::check(&mut summary)?;
    // One command: another selection of packages would have other features, and dependencies would be built once more.
    summary.cargo_tests("tests, also of tunnels in network namespaces", all_tests, &[])?;
    window::check(&mut summary)?;
    deny::check(&mut summary)?;
    summary.finish()
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

fn all_tests() -> Command {
    let mut command = cargo("test");
    command.args(["--workspace", "--exclude", "adit-app", "--no-fail-fast"]);
    command
}

/// Builds the programs: the tunnels run the built `adit`, `adit-wg` and `aditd`, not their code as a library.
pub(crate) fn build_commands() -> anyhow::Result<()> {
    run(cargo("build").args(["--package", "adit", "--package", "adit-daemon", "--bins"]))
}
