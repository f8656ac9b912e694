//! `cargo xtask boots`: the service as it is installed, on a computer with systemd that starts three times. The computer is emulated.

use std::process::Command;

use crate::machine::{self, Needed};
use crate::summary::Summary;
use crate::{cargo, root, run};

/// What the computer is made with, and emulated by.
const NEEDED: &[Needed] = &[("qemu-system-x86_64", "qemu-system-x86"), ("mmdebstrap", "mmdebstrap"), ("mke2fs", "e2fsprogs")];

/// Builds what would be installed, and has `tools/lab/boots` tell what becomes of it.
pub(crate) fn boots() -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    run(cargo("build").args(["--release", "--package", "adit", "--package", "adit-daemon", "--bins"]))?;
    let mut summary = Summary::default();
    let mut script = Command::new(root().join("tools/lab/boots/boots"));
    summary.tests("a computer with systemd", script.arg("run").arg(root().join("target/release")))?;
    summary.finish()
}
