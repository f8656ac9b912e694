//! The configuration file that a demo writes, and then parses like any other file.

use std::fs;
use std::path::PathBuf;

use adit_config::{Config, Document, InterfaceName, parse};
use adit_foreground::words::complaint;
use anyhow::{Context, bail};
use zeroize::Zeroizing;

/// A configuration file named after an interface.
pub(crate) struct ConfFile {
    pub(crate) path: PathBuf,
    pub(crate) interface: InterfaceName,
}

impl ConfFile {
    /// Parses the file.
    pub(crate) fn read(&self) -> anyhow::Result<Config> {
        let name = self.path.display().to_string();
        let bytes = Zeroizing::new(fs::read(&self.path).with_context(|| format!("reading {name}"))?);
        match parse::config(&Document::parse(&bytes)?) {
            Ok((config, _)) => Ok(config),
            Err(diagnostics) => {
                let complaints: Vec<String> = diagnostics.iter().map(|one| complaint(&name, one)).collect();
                bail!("the file is not understood:\n{}", complaints.join("\n"))
            }
        }
    }
}
