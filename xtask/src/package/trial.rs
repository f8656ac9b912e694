//! `cargo xtask package --test`: installs, upgrades and removes the packages that were just made.

use std::path::Path;
use std::process::Command;

use anyhow::ensure;

use super::{fresh, pack};
use crate::machine::{self, Needed};
use crate::summary::Summary;
use crate::{boots, root};

/// A version that is newer than every real one.
const NEWER: &str = "99.0.0";

/// Programs that make the systems to install into, and look at windows there.
const NEEDED: &[Needed] = &[("mmdebstrap", "mmdebstrap"), ("Xvfb", "xvfb"), ("xwininfo", "x11-utils"), ("file", "file")];

/// Tests the packages of `version` in `folder`.
pub(super) fn test(folder: &Path, version: &str, is_small: bool) -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    machine::install(boots::NEEDED)?;
    let newer = fresh(&root().join("target/package-newer"))?;
    pack(folder, NEWER, &newer, false)?;
    let mut summary = Summary::default();
    summary.outcome("equal programs give equal packages", repeat(folder, version, is_small));
    let mut script = Command::new(root().join("tools/lab/packages/packages"));
    summary.tests("packages in a Debian in a folder", script.arg("run").arg(folder).arg(&newer))?;
    let mut script = Command::new(root().join("tools/lab/boots/boots"));
    summary.tests("packages on a computer with systemd", script.arg("packages").arg(folder).arg(&newer))?;
    summary.finish()
}

/// Makes the packages once more, and compares them.
fn repeat(folder: &Path, version: &str, is_small: bool) -> anyhow::Result<()> {
    let again = fresh(&root().join("target/package-again"))?;
    pack(folder, version, &again, is_small)?;
    let mut count = 0;
    for entry in again.read_dir()? {
        let name = entry?.file_name();
        let is_equal = std::fs::read(folder.join(&name))? == std::fs::read(again.join(&name))?;
        ensure!(is_equal, "{} differs from what was made before", name.display());
        count += 1;
    }
    ensure!(count == 4, "{count} packages, not 4");
    std::fs::remove_dir_all(again)?;
    Ok(())
}
