//! `adit home key`, and the file of a home's key.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use adit_platform::native::{owner_file, privilege};
use adit_protocol::PrivateKey;
use anyhow::{Context, anyhow, bail};
use serde::Serialize;
use zeroize::Zeroizing;

use super::Output;
use crate::client::Failure;
use crate::keys::random_key;
use crate::output::warn;
use crate::{private_file, secret_input};

/// The arguments of `adit home key`.
#[derive(clap::Args, Debug)]
pub(super) struct KeyArgs {
    #[command(flatten)]
    file: KeyFile,
    /// Replace the key: computers that know the old public key are no longer answered
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The file of a home's private key.
#[derive(clap::Args, Debug)]
pub(super) struct KeyFile {
    /// File of the home's private key [default: /etc/adit/home.key for root, ~/.config/adit/home.key for others]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer {
    public_key: String,
    file: String,
    /// False: the file was there.
    is_new: bool,
}

/// `adit home key`: makes the file unless it exists, and prints the public key.
pub(super) fn key(arguments: &KeyArgs) -> Result<(), Failure> {
    let file = arguments.file.path()?;
    let is_new = arguments.force || file.symlink_metadata().is_err();
    let private = if is_new { make(&file, arguments.force)? } else { read(&file)? };
    let answer = Answer { public_key: private.public().to_string(), file: file.display().to_string(), is_new };
    let options = arguments.output.options();
    if arguments.output.json {
        return options.show_json(&answer);
    }
    options.show(&format!("{}\n", answer.public_key))
}

fn make(file: &Path, replace: bool) -> anyhow::Result<PrivateKey> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).create(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let private = PrivateKey::from_bytes(*random_key()?);
    let line = Zeroizing::new(format!("{}\n", private.dangerously_reveal_base64().as_str()));
    private_file::write(file, line.as_bytes(), replace)?;
    Ok(private)
}

/// Reads the private key of a home. Warns if others can read it too.
pub(super) fn read(file: &Path) -> anyhow::Result<PrivateKey> {
    let open = owner_file::open_without_waiting(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => anyhow!("{} does not exist; make it with: adit home key", file.display()),
        _ => anyhow!(error).context(format!("cannot read {}", file.display())),
    })?;
    if owner_file::is_exposed(file, &open).unwrap_or(false) {
        warn(format!("every user can read or change {}; make it private with: chmod 600", file.display()));
    }
    let Some(name) = file.to_str() else { bail!("{} is not the name of a file", file.display()) };
    secret_input::from_file(name)
}

impl KeyFile {
    pub(super) fn path(&self) -> anyhow::Result<PathBuf> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        if privilege::is_administrator() {
            return Ok("/etc/adit/home.key".into());
        }
        let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let config = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")));
        let config = config.context("this user has no home folder; name the FILE of the key")?;
        Ok(config.join("adit/home.key"))
    }
}
