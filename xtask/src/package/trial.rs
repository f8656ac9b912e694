//! `cargo xtask package --test`: installs, upgrades and removes the packages that were just made.

use std::path::Path;
use std::process::Command;

use super::{fresh, pack};
use crate::machine::{self, Needed};
use crate::summary::Summary;
use crate::{boots, root};

/// A version that is newer than every real one.
const NEWER: &str = "99.0.0";

/// Programs that make the systems to install into, and look at windows there.
const NEEDED: &[Needed] =
    &[("mmdebstrap", "mmdebstrap"), ("rpm2cpio", "rpm2cpio"), ("cpio", "cpio"), ("Xvfb", "xvfb"), ("xwininfo", "x11-utils")];

/// Tests the packages in `folder`.
pub(super) fn test(folder: &Path) -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    machine::install(boots::NEEDED)?;
    let newer = fresh(&root().join("target/package-newer"))?;
    pack(folder, NEWER, &newer, false)?;
    let mut summary = Summary::default();
    let mut script = Command::new(root().join("tools/lab/packages/packages"));
    summary.tests("packages in a Debian without systemd running", script.arg("run").arg(folder).arg(&newer))?;
    let mut script = Command::new(root().join("tools/lab/boots/boots"));
    summary.tests("packages on a computer with systemd", script.arg("packages").arg(folder).arg(&newer))?;
    summary.finish()
}
