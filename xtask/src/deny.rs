//! `cargo xtask deny`: licences, bans and sources of everything we build with, and known vulnerabilities where the database
//! of advisories can be had.

use std::process::{Command, Stdio};

use crate::summary::Summary;
use crate::{cargo, machine, root, run};

/// Checks against `deny.toml`, with cargo-deny installed first where it is missing.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    let Some(program) = cargo_deny() else {
        summary
            .skip("licences, bans, sources, advisories: cargo-deny could not be installed (cargo install --locked cargo-deny)");
        return Ok(());
    };
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.current_dir(root()).args(arguments);
        command
    };
    summary.check("licences, bans, sources", &mut deny(&["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    // Fetched by itself, so that a machine that cannot reach the database is told apart from a crate with a vulnerability.
    let fetched = deny(&["fetch", "db"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    if fetched {
        summary.check("advisories", &mut deny(&["check", "--disable-fetch", "advisories"]))?;
    } else {
        summary.skip("advisories: the database of advisories cannot be fetched from here");
    }
    Ok(())
}

fn cargo_deny() -> Option<std::path::PathBuf> {
    if machine::find("cargo-deny").is_none() {
        println!("\n=== cargo install --locked --debug cargo-deny");
        run(cargo().args(["install", "--locked", "--debug", "--quiet", "cargo-deny"])).ok()?;
    }
    machine::find("cargo-deny")
}
