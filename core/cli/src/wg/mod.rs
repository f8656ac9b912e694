//! `adit wg …`: the verbs of wg(8), with the same syntax, messages and exit codes, so that habits and scripts keep working. They
//! reach any userspace WireGuard, Adit's included, through its UAPI socket.

mod addresses;
mod config_file;
mod set;
mod setconf;
mod value;

use std::fmt;
use std::io;
use std::process::ExitCode;

use adit_foreground::interfaces::strerror;
use clap::Subcommand;

use crate::keys;
use crate::output::tell;
use crate::show;

/// The arguments of `adit wg`.
#[derive(clap::Args, Debug)]
pub(crate) struct WgArgs {
    #[command(subcommand)]
    verb: Option<WgVerb>,
}

#[derive(Subcommand, Debug)]
enum WgVerb {
    /// Shows the current configuration and device information
    Show(show::ShowArgs),
    /// Shows the current configuration of a given interface, for use with `setconf`
    Showconf(show::ShowconfArgs),
    /// Changes the current configuration, adds peers, removes peers, or changes peers
    Set(Raw),
    /// Applies a configuration file to an interface
    Setconf(Raw),
    /// Appends a configuration file to an interface
    Addconf(Raw),
    /// Applies a configuration file to an interface without disturbing peers that stay
    Syncconf(Raw),
    /// Makes a private key
    Genkey,
    /// Makes a preshared key
    Genpsk,
    /// Reads a private key from standard input and writes its public key
    Pubkey,
}

/// Words that are read as wg reads them.
#[derive(clap::Args, Debug)]
struct Raw {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// `adit wg`: 0 when it was done, else 1, as wg has it.
pub(crate) fn wg(arguments: &WgArgs) -> ExitCode {
    match &arguments.verb {
        None => show::show(&show::ShowArgs { interface: None, field: None, json: false }),
        Some(WgVerb::Show(arguments)) => show::show(arguments),
        Some(WgVerb::Showconf(arguments)) => show::showconf(arguments),
        Some(WgVerb::Set(raw)) => finish(set::set(&raw.words)),
        Some(WgVerb::Setconf(raw)) => finish(setconf::run("setconf", setconf::How::Replace, &raw.words)),
        Some(WgVerb::Addconf(raw)) => finish(setconf::run("addconf", setconf::How::Add, &raw.words)),
        Some(WgVerb::Syncconf(raw)) => finish(setconf::run("syncconf", setconf::How::Sync, &raw.words)),
        Some(WgVerb::Genkey) => keys::genkey(),
        Some(WgVerb::Genpsk) => keys::genpsk(),
        Some(WgVerb::Pubkey) => keys::pubkey(),
    }
}

/// An error message with the wording of wg. Never contains a key.
#[derive(Debug)]
struct WgError(String);

impl WgError {
    fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string())
    }

    /// Formats an error of the system as `perror` does.
    fn system(doing: &str, error: &io::Error) -> Self {
        Self(format!("{doing}: {}", strerror(error)))
    }
}

fn finish(outcome: Result<(), WgError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(WgError(text)) => {
            tell(text);
            ExitCode::FAILURE
        }
    }
}
