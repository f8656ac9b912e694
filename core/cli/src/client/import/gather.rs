//! Reads the sources of the command line into memory. No other code of an import opens files.

use std::path::Path;

use adit_api::ImportReason;
use adit_foreground::{place, read_at_most};
use adit_import::limits::ARCHIVE_BYTES;
use adit_local::{conf_files, read_secret};
use anyhow::{Context, anyhow};
use zeroize::Zeroizing;

use super::web;
use crate::output::words;

/// The read limit, bytes: one more than an import accepts, so that a larger file is detected.
pub(super) const LIMIT: usize = ARCHIVE_BYTES + 1;
/// The file name that is assumed for standard input.
const NAMELESS: &str = "wg.conf";

/// A file that was read, and where it came from.
pub(super) struct Handed {
    /// The source as shown to the user.
    pub(super) shown: String,
    /// The file name from which the tunnel's name is derived.
    pub(super) file_name: String,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Warnings about the file's location.
    pub(super) warnings: Vec<String>,
}

/// A file that was read, or the name of a source that cannot be read and the reason.
pub(super) type Gathered = Result<Handed, (String, anyhow::Error)>;

/// Reads all files of `source`.
pub(super) fn gather(source: &str) -> Vec<Gathered> {
    if source == "-" {
        return vec![stdin().map_err(|error| ("standard input".to_owned(), error))];
    }
    if source.contains("://") {
        return vec![from_web(source).map_err(|error| (web::without_secrets(source), error))];
    }
    let path = Path::new(source);
    if !path.is_dir() {
        return vec![from_file(path)];
    }
    match conf_files(path) {
        Ok(files) => files.iter().map(|file| from_file(file)).collect(),
        Err(error) => vec![Err((source.to_owned(), anyhow!(words().import_reason(&ImportReason::from(&error)))))],
    }
}

fn stdin() -> anyhow::Result<Handed> {
    let bytes = read_secret(std::io::stdin().lock(), LIMIT).context("cannot be read")?;
    Ok(Handed { shown: "standard input".to_owned(), file_name: NAMELESS.to_owned(), bytes, warnings: Vec::new() })
}

fn from_web(address: &str) -> anyhow::Result<Handed> {
    let web::Page { file_name, bytes } = web::fetch(address)?;
    let shown = web::without_secrets(address);
    let warning = format!("{shown}: the operator of this server knows the private key that it sent");
    Ok(Handed { shown, file_name, bytes, warnings: vec![warning] })
}

fn from_file(path: &Path) -> Gathered {
    let shown = crate::output::visible(&path.display().to_string());
    let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX);
    // Removes the path from the error's text; the caller adds it.
    let strip = |error: anyhow::Error| {
        let text = format!("{error:#}");
        let short = text.replace(&format!("cannot read {}: ", path.display()), "").replace(&format!("{} ", path.display()), "");
        (shown.clone(), anyhow!(short))
    };
    let bytes = read_at_most(&shown, path, limit, "at most 16 MiB are taken").map_err(strip)?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| NAMELESS.to_owned());
    Ok(Handed { warnings: place::warnings(path), shown, file_name, bytes })
}
