//! The editor of whoever sits there.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// Tried where nobody says which.
const USUAL: [&str; 4] = ["sensible-editor", "nano", "vi", "vim"];

/// A command of the shell's that is given a file.
pub(super) struct Editor(OsString);

/// `$VISUAL`, `$EDITOR`, or one that is there.
pub(super) fn choose() -> anyhow::Result<Editor> {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(editor) = named("VISUAL").or_else(|| named("EDITOR")) {
        return Ok(Editor(editor));
    }
    let folders: Vec<_> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let is_there = |name: &&&str| folders.iter().any(|folder: &std::path::PathBuf| folder.join(name).is_file());
    match USUAL.iter().find(is_there) {
        Some(name) => Ok(Editor((*name).into())),
        None => bail!("there is no editor: name one in $EDITOR, or give the text with --from FILE"),
    }
}

impl Editor {
    /// Runs it until it ends. It may have arguments, as in `code --wait`, so that the shell takes it apart.
    pub(super) fn run(&self, file: &Path) -> anyhow::Result<()> {
        let name = self.0.to_string_lossy().into_owned();
        let mut script = self.0.clone();
        script.push(" \"$@\"");
        let status = Command::new("/bin/sh").arg("-c").arg(&script).arg(&self.0).arg(file).status();
        let status = status.with_context(|| format!("cannot run the editor `{name}`"))?;
        if !status.success() {
            bail!("the editor `{name}` failed ({status})");
        }
        Ok(())
    }
}
