//! The sources of the private key of a tunnel that asks for it: a file, the keyring, the terminal.

use adit_api::{ApiError, PublicKey, SecretKey, TunnelView};
use adit_manager::secrets::SecretError;
use adit_protocol::PrivateKey;

use super::keyring::Keyring;
use crate::client::{Daemon, Failure};
use crate::{output, secret_input};

/// The most attempts to type the right key.
const ATTEMPTS: u32 = 3;

/// The places to look in.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct KeySource {
    /// File with the private key of a tunnel that asks for it; `-` is standard input [default: your keyring, then the terminal]
    #[arg(long, value_name = "FILE")]
    key_file: Option<String>,
    #[arg(skip)]
    not_in_keyring: bool,
}

impl KeySource {
    /// Returns true if the user named a file.
    pub(crate) fn is_given(&self) -> bool {
        self.key_file.is_some()
    }

    /// Returns the same source without the keyring.
    pub(super) fn without_keyring(&self) -> Self {
        Self { not_in_keyring: true, ..self.clone() }
    }

    /// Finds the key of a tunnel of the service.
    pub(crate) fn find(&self, daemon: &Daemon, tunnel: &TunnelView) -> Result<SecretKey, Failure> {
        let refused = |error: ApiError| {
            let sentence = daemon.explain(&error, Some(tunnel));
            Failure::Refused { error: Box::new(error), sentence }
        };
        let public = tunnel.public_key.ok_or_else(|| super::no_key(tunnel))?;
        match self.look(tunnel.name.as_str(), &public)? {
            Found::Key(key) => Ok(key.into()),
            Found::Other => Err(refused(ApiError::WrongKey { public_key: public })),
            Found::Nothing => Err(refused(ApiError::NeedsKey { public_key: public })),
        }
    }

    /// Finds the key for the tunnel of a file.
    pub(crate) fn find_for_file(&self, name: &str, public: &PublicKey) -> Result<PrivateKey, Failure> {
        match self.look(name, public)? {
            Found::Key(key) => Ok(key),
            Found::Other => Err(Failure::NoKey(format!("that is not the private key of {name}, whose public key is {public}"))),
            Found::Nothing => Err(Failure::NoKey(format!(
                "{name} asks for its private key, and there is no terminal to ask on; give it with --key-file FILE (`-` is standard input)"
            ))),
        }
    }

    fn look(&self, name: &str, public: &PublicKey) -> Result<Found, Failure> {
        if let Some(file) = &self.key_file {
            let key = secret_input::from_file(file)?;
            return Ok(if is_its(&key, public) { Found::Key(key) } else { Found::Other });
        }
        if !self.not_in_keyring {
            match Keyring::of(public).load() {
                Ok(Some(key)) if is_its(&key, public) => return Ok(Found::Key(key)),
                Ok(Some(_)) => crate::output::warn(format!("the key in your keyring is not the private key of {name}")),
                Ok(None) | Err(SecretError::NoKeyring(_)) => {}
                Err(error) => crate::output::warn(error.to_string()),
            }
        }
        if !output::can_ask() {
            return Ok(Found::Nothing);
        }
        for _ in 0..ATTEMPTS {
            let question = format!("Private key of {} ({}):", output::visible(name), public.short());
            let Some(text) = secret_input::ask(&question)? else { return Ok(Found::Nothing) };
            match text.parse::<PrivateKey>() {
                Ok(key) if is_its(&key, public) => return Ok(Found::Key(key)),
                Ok(_) => crate::output::tell(format!("That is another key than that of {}.", output::visible(name))),
                Err(_) => crate::output::tell("That is no key: it has 44 characters, the last one `=`."),
            }
        }
        Ok(Found::Other)
    }
}

enum Found {
    Key(PrivateKey),
    /// A key that is not the tunnel's.
    Other,
    /// No key: no terminal to ask at, or the user gave up.
    Nothing,
}

fn is_its(key: &PrivateKey, public: &PublicKey) -> bool {
    PublicKey::from(key.public()) == *public
}
