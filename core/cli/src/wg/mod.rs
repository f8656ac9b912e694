//! `adit wg …`: the verbs of wg(8), with the same syntax, messages and exit codes, so that habits and scripts keep working. They
//! reach any userspace WireGuard, Adit's included, through its UAPI socket.

mod addresses;
mod config_file;
mod set;
mod setconf;
mod usage;
mod value;

use std::fmt;
use std::io;
use std::process::ExitCode;

use adit_foreground::interfaces::strerror;
use clap::Subcommand;

use crate::keys;
use crate::output::tell;
use crate::show;

pub(crate) use usage::misread;

/// The arguments of `adit wg`.
#[derive(clap::Args, Debug)]
pub(crate) struct WgArgs {
    #[command(subcommand)]
    verb: Option<WgVerb>,
}

#[derive(Subcommand, Debug)]
enum WgVerb {
    /// Show interfaces, or one field of them
    #[command(override_usage = usage::SHOW)]
    Show(show::ShowArgs),
    /// Print the configuration of an interface as a file for `setconf`
    #[command(override_usage = usage::SHOWCONF)]
    Showconf(show::ShowconfArgs),
    /// Change an interface, or add, change and remove its peers
    #[command(override_usage = usage::SET)]
    Set(Raw),
    /// Replace the configuration of an interface by the one in a file
    #[command(override_usage = usage::SETCONF)]
    Setconf(Raw),
    /// Add the settings and peers in a file to an interface
    #[command(override_usage = usage::ADDCONF)]
    Addconf(Raw),
    /// Make an interface match a file without interrupting peers that stay
    #[command(override_usage = usage::SYNCCONF)]
    Syncconf(Raw),
    /// Generate a private key
    Genkey,
    /// Generate a preshared key
    Genpsk,
    /// Read a private key from standard input and print its public key
    Pubkey,
}

/// Words that are read as wg reads them.
#[derive(clap::Args, Debug)]
struct Raw {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    words: Vec<String>,
}

/// `adit wg`: 0 when it was done, else 1, as wg has it.
pub(crate) fn wg(arguments: &WgArgs) -> ExitCode {
    match &arguments.verb {
        None => show::show(&show::ShowArgs { interface: None, field: None, json: false }),
        Some(WgVerb::Show(arguments)) => show::show(arguments),
        Some(WgVerb::Showconf(arguments)) => show::showconf(arguments),
        Some(WgVerb::Set(raw)) => finish(set::set(&raw.words)),
        Some(WgVerb::Setconf(raw)) => finish(setconf::run(usage::SETCONF, setconf::How::Replace, &raw.words)),
        Some(WgVerb::Addconf(raw)) => finish(setconf::run(usage::ADDCONF, setconf::How::Add, &raw.words)),
        Some(WgVerb::Syncconf(raw)) => finish(setconf::run(usage::SYNCCONF, setconf::How::Sync, &raw.words)),
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
