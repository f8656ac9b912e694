//! Reads the sources of the command line into memory. No other code of an import opens files.

use std::io::Read;
use std::path::{Path, PathBuf};

use adit_foreground::{place, read_at_most};
use adit_import::limits::{ARCHIVE_BYTES, ARCHIVE_ENTRIES};
use anyhow::{Context, anyhow, bail};
use zeroize::Zeroizing;

use super::web;

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
    let failed = |error| vec![Err((source.to_owned(), error))];
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
    match folder(path) {
        Ok(files) if files.is_empty() => failed(anyhow!("there is no .conf file in this folder")),
        Ok(files) => files.iter().map(|file| from_file(file)).collect(),
        Err(error) => failed(error),
    }
}

fn stdin() -> anyhow::Result<Handed> {
    let mut bytes = Zeroizing::new(Vec::new());
    let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX);
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes).context("cannot be read")?;
    Ok(Handed { shown: "standard input".to_owned(), file_name: NAMELESS.to_owned(), bytes, warnings: Vec::new() })
}

fn from_web(address: &str) -> anyhow::Result<Handed> {
    let web::Page { file_name, bytes } = web::fetch(address)?;
    let shown = web::without_secrets(address);
    let warning = format!("{shown}: the operator of this server knows the private key that it sent");
    Ok(Handed { shown, file_name, bytes, warnings: vec![warning] })
}

/// Returns all files of the folder whose names end in `.conf`, without hidden ones, sorted by name.
fn folder(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in path.read_dir().context("cannot be read")? {
        let name = entry.context("cannot be read")?.file_name();
        let is_conf = name.to_string_lossy().strip_suffix(".conf").is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'));
        if is_conf {
            files.push(path.join(name));
        }
        if files.len() > ARCHIVE_ENTRIES {
            bail!("there are more than {ARCHIVE_ENTRIES} .conf files in this folder; import them in parts");
        }
    }
    files.sort();
    Ok(files)
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
