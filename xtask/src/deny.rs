//! `cargo xtask deny`: checks licences, bans, sources, age and known vulnerabilities of all dependencies.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::summary::Summary;
use crate::{advisories, ages, cargo, machine, root, run};

/// The version of cargo-deny that is used. It is fixed, so that a new release cannot change the result.
const VERSION: &str = "0.20.2";

/// Checks `Cargo.lock`, the ages of crates, and the rules of `deny.toml`. Installs this version of cargo-deny first if it is
/// missing.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    summary.check("Cargo.lock fits the manifests", cargo("tree").args(["--workspace", "--depth", "0"]))?;
    ages::check(summary)?;
    let program = match cargo_deny() {
        Ok(program) => program,
        Err(error) => {
            summary.outcome("licences, bans, sources, advisories", Err(error));
            return Ok(());
        }
    };
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(root()).arg("--locked").args(arguments);
        command
    };
    summary.check("licences, bans, sources", &mut deny(&["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    advisories::check(summary, deny)
}

/// Returns the path of cargo-deny [`VERSION`]: the user's installation, otherwise the one in `target/tools`.
fn cargo_deny() -> anyhow::Result<PathBuf> {
    let folder = root().join("target/tools");
    let ours = folder.join("bin/cargo-deny");
    if let Some(found) = machine::find("cargo-deny").into_iter().chain([ours.clone()]).find(|program| is_wanted(program)) {
        return Ok(found);
    }
    let package = format!("cargo-deny@{VERSION}");
    println!("\n=== cargo install --locked --debug {package}");
    run(cargo("install").args(["--debug", "--quiet", "--root"]).arg(&folder).arg(&package))
        .with_context(|| format!("{package} cannot be installed"))?;
    Ok(ours)
}

fn is_wanted(program: &Path) -> bool {
    let expected = format!("cargo-deny {VERSION}");
    Command::new(program).arg("--version").output().is_ok_and(|output| output.stdout.trim_ascii() == expected.as_bytes())
}
