//! `cargo xtask boots`: tests the installed service on an emulated computer with systemd, which boots three times.

use std::process::Command;

use crate::machine::{self, Needed};
use crate::summary::Summary;
use crate::{cargo, root, run};

/// Programs that build and emulate the computer.
pub(crate) const NEEDED: &[Needed] =
    &[("qemu-system-x86_64", "qemu-system-x86"), ("mmdebstrap", "mmdebstrap"), ("mke2fs", "e2fsprogs")];

/// Builds what would be installed, and tests it with `tools/lab/boots`.
pub(crate) fn boots() -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    run(cargo("build").args(["--release", "--package", "adit", "--package", "adit-daemon", "--bins"]))?;
    let mut summary = Summary::default();
    let mut script = Command::new(root().join("tools/lab/boots/boots"));
    summary.tests("a computer with systemd", script.arg("run").arg(root().join("target/release")))?;
    summary.finish()
}
