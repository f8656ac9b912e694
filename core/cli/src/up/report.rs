//! What the person at the terminal is told: on standard error, one line for each step.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::bail;

/// A step, as it begins or when it is done.
pub(crate) fn say(text: impl AsRef<str>) {
    write("[#]", text.as_ref());
}

/// Something to know, that does not stop us.
pub(crate) fn warn(text: impl AsRef<str>) {
    write("[!]", text.as_ref());
}

/// A terminal that was closed must not keep anybody from undoing what was done, as a panic of `eprintln` would.
fn write(mark: &str, text: &str) {
    let _ = writeln!(io::stderr(), "{mark} {text}");
}

/// 0, or the error on standard error and 1.
pub(crate) fn outcome(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "adit: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Fails for everybody but root, with what to type.
pub(crate) fn needs_root(verb: &str, argument: &str) -> anyhow::Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!("changing the network needs root; try: sudo adit {verb} {argument}");
    }
    Ok(())
}
