//! Writes the contract in TypeScript, or with `--check` fails if the file is out of date: `adit-api-typescript [--check] FILE`.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (check, file) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--check", file] => (true, file),
        [file] => (false, file),
        _ => bail!("usage: adit-api-typescript [--check] FILE"),
    };
    let text = adit_api::typescript::generate();
    if check {
        let written = fs::read_to_string(file).with_context(|| format!("{file} cannot be read; run `cargo xtask gen`"))?;
        if written != text {
            bail!("{file} is not what core/api says; run `cargo xtask gen` and commit the result");
        }
        return Ok(());
    }
    if let Some(folder) = Path::new(file).parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("cannot write {file}"))
}
