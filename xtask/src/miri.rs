//! `cargo xtask miri`: runs tests of `core/platform` in the interpreter Miri, which fails on undefined behaviour: invalid pointers,
//! uninitialised memory, data races, leaks. Most unsafe code of that crate surrounds system calls that Miri cannot run.
//!
//! Miri is a component of nightly toolchains of rustup and not part of any package registry, so continuous integration does not
//! run it.

use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::{machine, root, run};

/// Modules whose tests Miri can run. The others make system calls that Miri does not know: netlink, `recvmmsg`, `ioctl`, timers.
const MODULES: &[&str] = &[
    "clock::tests::portable",
    "fake::",
    "linux::dns::tests",
    "linux::firewall::",
    "linux::helper::allowed::",
    "linux::inherited::",
    "linux::kill_switch::",
    "linux::netlink::",
    "linux::tun::backlog::",
    "linux::tun::virtio::",
    "linux::udp::control::",
];

/// Runs the tests of [`MODULES`].
///
/// # Errors
/// If there is no nightly toolchain with Miri, or a test fails.
pub(crate) fn miri() -> anyhow::Result<()> {
    ensure!(machine::find("rustup").is_some(), "Miri is a component of rustup's nightly toolchains, and there is no `rustup`");
    let is_installed = miri_of_nightly("--version").output().context("cannot start rustup")?.status.success();
    ensure!(is_installed, "Miri is missing: `rustup toolchain install nightly --component miri --component rust-src`");
    let mut command = miri_of_nightly("test");
    command.args(["--locked", "--package", "adit-platform", "--lib", "--"]).args(MODULES);
    // Miri does not interpret the machine code in which rustix makes system calls otherwise.
    command.env("RUSTFLAGS", "--cfg rustix_use_libc");
    // Tests read the clock and files. Integers that are cast to pointers come from the standard library's locks.
    command.env("MIRIFLAGS", "-Zmiri-disable-isolation -Zmiri-permissive-provenance");
    // Interpreted code is slow, and each case of a property runs the same unsafe code.
    command.env("PROPTEST_CASES", "8");
    run(&mut command)
}

/// `cargo +nightly miri SUBCOMMAND`, with a target folder of its own, because everything is compiled for the interpreter.
fn miri_of_nightly(subcommand: &str) -> Command {
    let mut command = Command::new("rustup");
    // Set by the toolchain that runs `cargo xtask`.
    command.env_remove("CARGO").env_remove("RUSTC");
    command
        .current_dir(root())
        .args(["run", "nightly", "cargo", "miri", subcommand])
        .env("CARGO_TARGET_DIR", root().join("target/miri"));
    command
}
