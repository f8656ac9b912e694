//! `adit strip`: prints the file without the keys that only wg-quick(8) understands, for `wg setconf`.

use std::process::ExitCode;

use adit_config::detect;
use adit_foreground::Source;
use anyhow::{Context, bail};
use clap::Args;

use crate::exit::outcome;
use crate::output::print;

/// The arguments of `adit strip`.
#[derive(Args, Debug)]
pub(crate) struct StripArgs {
    /// Configuration file NAME.conf, or NAME of one in /etc/wireguard
    #[arg(value_name = "FILE|NAME")]
    config: String,
}

/// `adit strip`: prints byte for byte what `wg-quick strip` prints.
pub(crate) fn strip(arguments: &StripArgs) -> ExitCode {
    outcome(run(arguments))
}

fn run(arguments: &StripArgs) -> anyhow::Result<()> {
    let document = Source::read(&arguments.config)?.document()?;
    if let Some(foreign) = detect::text(&document) {
        bail!("{} is {foreign}, not a WireGuard configuration", arguments.config);
    }
    let text = adit_config::strip::strip(&document);
    print(&text).context("writing the configuration")
}
