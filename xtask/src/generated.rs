//! `cargo xtask gen`: files that are made from the code, and kept in the repository for those who build without Rust.

use std::process::Command;

use crate::summary::Summary;
use crate::{cargo, run};

const TYPESCRIPT: &str = "ui/src/lib/api/generated.ts";

/// Writes them.
pub(crate) fn write() -> anyhow::Result<()> {
    run(typescript().arg(TYPESCRIPT))
}

/// Fails where one is not what the code says.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    summary.check("the contract in TypeScript", typescript().args(["--check", TYPESCRIPT]))
}

fn typescript() -> Command {
    let mut command = cargo("run");
    let features = ["--features", "typescript", "--bin", "adit-api-typescript"];
    command.args(["--quiet", "--package", "adit-api"]).args(features).arg("--");
    command
}
