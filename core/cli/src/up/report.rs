//! What the person at the terminal is told: on standard error, one line for each step.

use std::process::ExitCode;

use anyhow::bail;

/// A step, as it begins or when it is done.
pub(crate) fn say(text: impl AsRef<str>) {
    eprintln!("[#] {}", text.as_ref());
}

/// Something to know, that does not stop us.
pub(crate) fn warn(text: impl AsRef<str>) {
    eprintln!("[!] {}", text.as_ref());
}

/// 0, or the error on standard error and 1.
pub(crate) fn outcome(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("adit: {error:#}");
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
