//! Help and usage errors of `adit wg`, with the exit codes and the wording of wg(8).

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};

use crate::exit;
use crate::output::{print, tell, visible};

pub(super) const SHOW: &str = "adit wg show { <interface> | all | interfaces } [public-key | private-key | listen-port | fwmark | \
    peers | preshared-keys | endpoints | allowed-ips | latest-handshakes | transfer | persistent-keepalive | dump]";
pub(super) const SHOWCONF: &str = "adit wg showconf <interface>";
pub(super) const SET: &str = "adit wg set <interface> [listen-port <port>] [fwmark <mark>] [private-key <file path>] [peer <base64 \
    public key> [remove] [preshared-key <file path>] [endpoint <ip>:<port>] [persistent-keepalive <interval seconds>] [allowed-ips \
    <ip1>/<cidr1>[,<ip2>/<cidr2>]...] ]...";
pub(super) const SETCONF: &str = "adit wg setconf <interface> <configuration filename>";
pub(super) const ADDCONF: &str = "adit wg addconf <interface> <configuration filename>";
pub(super) const SYNCCONF: &str = "adit wg syncconf <interface> <configuration filename>";

/// Ends after a command line of `adit wg` that clap did not accept; `words` are those after `wg`. As with wg(8), the code is 0 for
/// general help, help on `show` and the version, and otherwise 1: also for help on another subcommand, which goes to standard error.
pub(crate) fn misread(error: &clap::Error, words: &[String]) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelp;
    match words.first().map(String::as_str) {
        None | Some("help" | "--help" | "-h") => printed(&help()),
        Some("version" | "--version" | "-v") => printed(concat!("adit ", env!("CARGO_PKG_VERSION"), "\n")),
        Some("show") if is_help => printed(&error.to_string()),
        Some(_) if is_help => failed(&error.to_string()),
        Some(verb) => match definition().find_subcommand_mut(verb) {
            Some(verb) => failed(&verb.render_usage().to_string()),
            None => failed(&format!("Invalid subcommand: `{}'\n{}", visible(verb), help())),
        },
    }
}

/// Returns the definition of `adit wg`.
fn definition() -> Command {
    let mut program = crate::Arguments::command();
    program.build();
    program.find_subcommand("wg").cloned().unwrap_or_default()
}

fn help() -> String {
    definition().render_help().to_string()
}

fn printed(text: &str) -> ExitCode {
    exit::outcome(print(text).map_err(Into::into))
}

fn failed(text: &str) -> ExitCode {
    tell(text.trim_end());
    ExitCode::FAILURE
}
