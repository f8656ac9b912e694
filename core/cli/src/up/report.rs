//! What the person at the terminal is told: on standard error, one line for each step.

use std::io::{self, Write};
use std::process::ExitCode;

use adit_platform::native::privilege;

use crate::exit::{Exit, NotAllowed};

/// A step, as it begins or when it is done.
pub(crate) fn say(text: impl AsRef<str>) {
    tell(format!("[#] {}", text.as_ref()));
}

/// Something to know, that does not stop us.
pub(crate) fn warn(text: impl AsRef<str>) {
    tell(format!("[!] {}", text.as_ref()));
}

/// A line. A terminal that was closed must not keep anybody from undoing what was done, as a panic of `eprintln` would.
pub(crate) fn tell(line: impl AsRef<str>) {
    let _ = io::stderr().write_all(format!("{}\n", line.as_ref()).as_bytes());
}

/// Text on standard output. Whoever reads it may have seen enough.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// 0, or the error on standard error and what it comes to.
pub(crate) fn outcome(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(format!("adit: {error:#}"));
            Exit::from(&error).into()
        }
    }
}

/// Fails for everybody but root, with what to type.
pub(crate) fn needs_root(verb: &str, argument: &str) -> anyhow::Result<()> {
    if !privilege::is_administrator() {
        let advice = format!("changing the network needs root; try: sudo adit {verb} {argument}");
        return Err(NotAllowed(advice.trim_end().to_owned()).into());
    }
    Ok(())
}
