//! `adit backup`: writes all tunnels, with their keys and settings, into one encrypted file.

use std::path::PathBuf;

use adit_api::TunnelView;
use adit_backup::restore::saved;
use adit_backup::{Backup, Lock, seal};
use anyhow::Context;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Daemon, Failure, Options};
use crate::{output, private_file, secret_input};

/// Length in characters from which on a passphrase is long enough to be no easy guess.
const LONG_ENOUGH: usize = 12;

/// The arguments of `adit backup`.
#[derive(clap::Args, Debug)]
pub(crate) struct BackupArgs {
    /// File to write, such as adit.age
    file: PathBuf,
    /// Encrypt for the owner of this public key of age-keygen, which begins with age1; may be repeated [default: with a passphrase]
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Vec<String>,
    /// Read the passphrase from the first line of this file, such as /dev/fd/3; `-` is standard input [default: the terminal]
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    passphrase_file: Option<String>,
    /// Replace FILE if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The result as JSON.
#[derive(Serialize)]
struct Written<'a> {
    file: String,
    /// When it was made, Unix milliseconds.
    made_at: u64,
    /// The names of the tunnels in it.
    tunnels: Vec<&'a str>,
}

/// `adit backup`.
pub(crate) fn backup(arguments: &BackupArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    private_file::is_free(&arguments.file, arguments.force)?;
    let recipients = match arguments.recipient.as_slice() {
        [] => None,
        some => Some(Lock::recipients(some.iter().map(String::as_str)).map_err(|error| Failure::Usage(error.to_string()))?),
    };
    let daemon = Daemon::reach(options)?;
    let tunnels = daemon.tunnels()?;
    if tunnels.is_empty() {
        return Err(anyhow::anyhow!("there is no tunnel to back up").into());
    }
    let lock = match recipients {
        Some(lock) => lock,
        None => Lock::passphrase(&new_passphrase(arguments)?).map_err(anyhow::Error::from)?,
    };
    tunnels.iter().for_each(|tunnel| warn_of_missing_keys(tunnel, options));
    let made_at = output::now();
    let saved = |tunnel| saved(daemon.client(), tunnel).map_err(|error| daemon.failure(error, Some(tunnel)));
    let saved = tunnels.iter().map(saved).collect::<Result<_, _>>()?;
    let backup = Backup { made_at, made_by: concat!("adit ", env!("CARGO_PKG_VERSION")).to_owned(), tunnels: saved };
    let sealed = seal(&backup, &lock).context("no backup was made")?;
    private_file::write(&arguments.file, &sealed, arguments.force)?;
    let names: Vec<&str> = tunnels.iter().map(|tunnel| tunnel.name.as_str()).collect();
    let file = output::visible(&arguments.file.display().to_string());
    if options.json {
        return options.show_json(&Written { file, made_at, tunnels: names });
    }
    let counted = if names.len() == 1 { "1 tunnel".to_owned() } else { format!("{} tunnels", names.len()) };
    options.done(format!("{file} is written: {counted}, encrypted"))
}

fn warn_of_missing_keys(tunnel: &TunnelView, options: &Options) {
    if tunnel.asks_for_key {
        options.warn(format!("{} asks for its private key, so the backup lacks it", tunnel.name));
    }
    if tunnel.rotation.is_some() {
        options.warn(format!(
            "the new key of {0} is not in the backup until it replaces the old one; see: adit rotate {1}",
            tunnel.name,
            adit_words::argument(tunnel.name.as_str())
        ));
    }
}

/// Returns the passphrase of the file, or asks for it twice.
fn new_passphrase(arguments: &BackupArgs) -> Result<Zeroizing<String>, Failure> {
    if let Some(file) = &arguments.passphrase_file {
        return Ok(secret_input::passphrase_from(file)?);
    }
    if !output::can_ask() {
        return Err(Failure::Usage(
            "there is no terminal for the passphrase; give it with --passphrase-file FILE (`-` is standard input), or encrypt for \
             --recipient"
                .to_owned(),
        ));
    }
    let given_up = || Failure::Other(anyhow::anyhow!("no passphrase was given, and no backup was made"));
    loop {
        let passphrase = secret_input::ask_passphrase("Passphrase of the backup:")?.ok_or_else(given_up)?;
        if passphrase.is_empty() {
            output::tell("An empty passphrase protects nothing.");
            continue;
        }
        if *secret_input::ask_passphrase("The same again:")?.ok_or_else(given_up)? != *passphrase {
            output::tell("The passphrases differ.");
            continue;
        }
        if passphrase.chars().count() < LONG_ENOUGH {
            output::warn("whoever gets this file can try short passphrases; several words in a row are hard to guess");
        }
        return Ok(passphrase);
    }
}
