//! From what was named on the command line to bytes: files are opened here, and nowhere else in an import.

use std::io::Read;
use std::path::{Path, PathBuf};

use adit_foreground::{place, read_at_most};
use adit_import::limits::{ARCHIVE_BYTES, ARCHIVE_ENTRIES};
use anyhow::{Context, anyhow, bail};
use zeroize::Zeroizing;

use super::web;

/// One byte more than is taken shows that there is too much.
pub(super) const LIMIT: usize = ARCHIVE_BYTES + 1;
/// The name for standard input, which has none.
const NAMELESS: &str = "wg.conf";

/// A file, wherever it was.
pub(super) struct Handed {
    /// As people would call it.
    pub(super) shown: String,
    /// The tunnel's name is derived from this.
    pub(super) file_name: String,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Warnings about the place of the file.
    pub(super) warnings: Vec<String>,
}

/// A file, or what was to be one and why it is none.
pub(super) type Gathered = Result<Handed, (String, anyhow::Error)>;

/// Everything that `source` names.
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
    let warning = format!("{shown}: whoever runs that server knows the private key that came from there");
    Ok(Handed { shown, file_name, bytes, warnings: vec![warning] })
}

/// By name, all that end in `.conf`, and none that is hidden.
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
    // The error has the path already.
    let strip = |error: anyhow::Error| {
        let text = format!("{error:#}");
        let short = text.replace(&format!("cannot read {}: ", path.display()), "").replace(&format!("{} ", path.display()), "");
        (shown.clone(), anyhow!(short))
    };
    let bytes = read_at_most(&shown, path, limit, "at most 16 MiB are taken").map_err(strip)?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| NAMELESS.to_owned());
    Ok(Handed { warnings: place::warnings(path), shown, file_name, bytes })
}
