//! `adit strip`: the file without what only wg-quick(8) understands, for `wg setconf`.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::up::{Source, outcome, print};

/// What `adit strip` is asked.
#[derive(Args, Debug)]
pub(crate) struct StripArgs {
    /// A configuration file NAME.conf, or the NAME of one in /etc/wireguard
    #[arg(value_name = "FILE|NAME")]
    config: String,
}

/// `adit strip`: byte for byte what `wg-quick strip` prints.
pub(crate) fn strip(arguments: &StripArgs) -> ExitCode {
    outcome(run(arguments))
}

fn run(arguments: &StripArgs) -> anyhow::Result<()> {
    let document = Source::read(&arguments.config)?.document()?;
    let text = adit_config::strip::strip(&document);
    print(&text).context("writing the configuration")
}
