//! `adit key`: sets whether the service stores a tunnel's private key or asks for it whenever the tunnel comes up, and handles
//! the key in the user's own keyring.

pub(crate) mod keyring;
pub(crate) mod source;

use std::path::PathBuf;

use adit_api::{ConfigText, PublicKey, SecretKey, Source, TunnelView};
use adit_config::{Document, edit};
use adit_manager::secrets::SecretError;
use adit_protocol::PrivateKey;
use anyhow::Context;
use zeroize::Zeroizing;

use super::switch::tell;
use super::{Daemon, Failure, Options, export};
use crate::private_file;
use keyring::Keyring;
use source::KeySource;

/// The arguments of `adit key`.
#[derive(clap::Args, Debug)]
pub(crate) struct KeyArgs {
    /// Name of the tunnel
    name: String,
    /// ask: move the private key from the service to your keyring; keep: give the key back to the service; remember: store the
    /// key in your keyring; forget: remove it from there
    step: KeyStep,
    /// With ask: store the key in this new file, readable by its owner alone, instead of the keyring
    #[arg(long, value_name = "OUT")]
    file: Option<PathBuf>,
    #[command(flatten)]
    key: KeySource,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum KeyStep {
    Ask,
    Keep,
    Remember,
    Forget,
}

/// `adit key`.
pub(crate) fn key(arguments: &KeyArgs) -> Result<(), Failure> {
    let KeyArgs { name, step, file, key, options } = arguments;
    if file.is_some() && *step != KeyStep::Ask {
        return Err(Failure::Usage("--file goes with ask".to_owned()));
    }
    if key.is_given() && !matches!(step, KeyStep::Keep | KeyStep::Remember) {
        return Err(Failure::Usage("--key-file goes with keep and remember".to_owned()));
    }
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.view(&daemon.find(name)?)?;
    let public = tunnel.public_key.ok_or_else(|| no_key(&tunnel))?;
    match step {
        KeyStep::Ask => ask(&daemon, &tunnel, file.as_ref(), options),
        KeyStep::Keep if !tunnel.asks_for_key => tell(&daemon, &tunnel, options, "has its private key in the service already"),
        KeyStep::Keep => {
            let key = key.find(&daemon, &tunnel)?;
            keep(&daemon, &tunnel, &key)?;
            tell(&daemon, &tunnel, options, "does not ask for its private key any more: the service keeps it")
        }
        KeyStep::Remember => {
            let key = key.without_keyring().find(&daemon, &tunnel)?;
            let words = match Keyring::of(&public).keep(key.dangerously_reveal()) {
                Ok(true) => "has its private key in your keyring",
                Ok(false) => "has its private key in your keyring already",
                Err(error) => return Err(anyhow::Error::from(error).into()),
            };
            tell(&daemon, &tunnel, options, words)
        }
        KeyStep::Forget => {
            let words = match Keyring::of(&public).forget() {
                Ok(true) => "has no private key in your keyring any more",
                Ok(false) => "has no private key in your keyring",
                Err(error) => return Err(anyhow::Error::from(error).into()),
            };
            tell(&daemon, &tunnel, options, words)
        }
    }
}

fn no_key(tunnel: &TunnelView) -> Failure {
    Failure::Other(anyhow::anyhow!(
        "{} has no private key of its own: a command sets it, or its configuration has errors",
        tunnel.name
    ))
}

/// Makes the service ask for the key. The key is stored elsewhere before the service forgets it.
fn ask(daemon: &Daemon, tunnel: &TunnelView, file: Option<&PathBuf>, options: &Options) -> Result<(), Failure> {
    if tunnel.asks_for_key {
        return tell(daemon, tunnel, options, "asks for its private key already");
    }
    if let Source::File { path } = &tunnel.source {
        let path = crate::output::visible(path);
        return Err(Failure::Other(anyhow::anyhow!(
            "{} lives in {path}, where its private key stays; import that file to have Adit ask for the key",
            tunnel.name
        )));
    }
    let text = export::text(daemon, tunnel)?;
    let document = Document::parse(text.as_bytes()).with_context(|| tunnel.name.to_string())?;
    let (_, key) = edit::take_key_out(&document).map_err(anyhow::Error::from)?;
    let key = key.ok_or_else(|| no_key(tunnel))?;
    let public = PublicKey::from(key.public());
    let (place, is_new) = match file {
        Some(out) => {
            let line = Zeroizing::new(format!("{}\n", key.dangerously_reveal_base64().as_str()));
            private_file::write(out, line.as_bytes(), false)?;
            (out.display().to_string(), false)
        }
        None => ("your keyring".to_owned(), Keyring::of(&public).keep(&key).map_err(or_file)?),
    };
    if let Err(failure) = daemon.ask_about(tunnel, |client, id| client.forget_key(id, public)) {
        if is_new {
            // The service still has the key, so the copy in the keyring is removed again.
            let _ = Keyring::of(&public).forget();
        }
        return Err(failure);
    }
    let at_boot = if tunnel.start_at_boot { ", and does not come up with the computer any more" } else { "" };
    tell(daemon, tunnel, options, &format!("asks for its private key from now on{at_boot}; the key is in {place}"))
}

fn or_file(error: SecretError) -> Failure {
    Failure::Other(anyhow::anyhow!("{error}; or have it written into a file: --file OUT"))
}

fn keep(daemon: &Daemon, tunnel: &TunnelView, key: &SecretKey) -> Result<(), Failure> {
    let text = export::text(daemon, tunnel)?;
    let document = Document::parse(text.as_bytes()).with_context(|| tunnel.name.to_string())?;
    let with_key = edit::put_key_in(&document, key.dangerously_reveal()).map_err(anyhow::Error::from)?;
    let config = ConfigText::new(with_key.text().to_owned());
    daemon.ask_about(tunnel, |client, id| client.replace_config(id, config, tunnel.version)).map(drop)
}

/// Removes the private key from a configuration, for a tunnel whose key the service must not store. The key goes into the
/// keyring, unless its owner keeps it (`keeps_it_himself`). Also returns the key if the keyring did not have it before.
pub(super) fn taken_out(text: &str, keeps_it_himself: bool) -> anyhow::Result<(Zeroizing<String>, Option<PrivateKey>)> {
    let document = Document::parse(text.as_bytes())?;
    let (without, key) = edit::take_key_out(&document)?;
    let key = key.context("it has no private key that could be asked for")?;
    let is_new = !keeps_it_himself
        && Keyring::of(&key.public().into())
            .keep(&key)
            .map_err(|error| anyhow::anyhow!("{error}; or keep the key yourself: --no-keyring"))?;
    Ok((Zeroizing::new(without.text().to_owned()), is_new.then_some(key)))
}
