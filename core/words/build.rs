//! Lists the files of `messages/`, so that a language is added by adding its file, without a line of Rust.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let messages = manifest.join("messages");
    println!("cargo::rerun-if-changed={}", messages.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("languages.rs"), table(&messages)?)
}

/// Returns the table `&[("en", include_str!("…/en.ftl")), …]`, sorted by language tag.
fn table(folder: &Path) -> io::Result<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ftl"));
    files.sort();
    let mut text = String::from("&[");
    for file in files {
        let tag = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let _ = write!(text, "({tag:?}, include_str!({:?})), ", file.display().to_string());
    }
    text.push(']');
    Ok(text)
}
