//! Reads the passwords of the proxies' users from a file or the environment, never from arguments, which every user of this
//! computer can read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::output::warn;
use adit_platform::native::owner_file;
use adit_proxy::Credentials;
use anyhow::{Context, bail};
use zeroize::Zeroizing;

const VARIABLE: &str = "ADIT_PROXY_AUTH";

/// The longest file, bytes.
const LONGEST: u64 = 64 * 1024;

/// Reads the users and passwords. A file takes precedence over the variable. None: the proxies ask for no password.
pub(super) fn read(file: Option<&Path>) -> anyhow::Result<Option<Credentials>> {
    let (text, place) = match (file, std::env::var(VARIABLE)) {
        (Some(path), _) => (read_file(path)?, path.display().to_string()),
        (None, Ok(text)) => (Zeroizing::new(text), VARIABLE.to_owned()),
        (None, Err(std::env::VarError::NotPresent)) => return Ok(None),
        (None, Err(std::env::VarError::NotUnicode(_))) => bail!("{VARIABLE} is not text"),
    };
    Ok(Some(Credentials::parse(&text).with_context(|| place)?))
}

fn read_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let cannot = || format!("cannot read {}", path.display());
    let file = File::open(path).with_context(cannot)?;
    let metadata = file.metadata().with_context(cannot)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        bail!("{} is not a file of at most {LONGEST} bytes", path.display());
    }
    if owner_file::is_open_to_everybody(&file).unwrap_or(false) {
        warn(format!("{0} has passwords in it that everybody can read; put that right with: chmod 600 {0}", path.display()));
    }
    // The buffer never grows, so that no copy of the text stays behind in memory.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
    file.take(LONGEST).read_to_string(&mut text).with_context(cannot)?;
    Ok(text)
}
