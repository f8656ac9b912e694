//! `cargo xtask gen`: writes the files that are generated from the code. They are in the repository for builds without Rust.

use std::process::Command;

use crate::summary::Summary;
use crate::{cargo, run};

const TYPESCRIPT: &str = "ui/src/lib/api/generated.ts";

/// Writes the generated files.
pub(crate) fn write() -> anyhow::Result<()> {
    run(typescript().arg(TYPESCRIPT))
}

/// Fails if a generated file is stale.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    summary.check("the contract in TypeScript", typescript().args(["--check", TYPESCRIPT]))
}

fn typescript() -> Command {
    let mut command = cargo("run");
    let features = ["--features", "typescript", "--bin", "adit-api-typescript"];
    command.args(["--quiet", "--package", "adit-api"]).args(features).arg("--");
    command
}
