//! Chooses and runs the user's editor.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// Editors to try, in this order, if neither variable names one.
const USUAL: [&str; 4] = ["sensible-editor", "nano", "vi", "vim"];

/// A shell command that takes a file as its last argument.
pub(crate) struct Editor(OsString);

/// Returns the editor of `$VISUAL` or `$EDITOR`, else the first installed one of [`USUAL`].
pub(crate) fn choose() -> anyhow::Result<Editor> {
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
    /// Runs the editor on `file` until it ends. The command may have arguments, as in `code --wait`, so the shell splits it.
    pub(crate) fn run(&self, file: &Path) -> anyhow::Result<()> {
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
