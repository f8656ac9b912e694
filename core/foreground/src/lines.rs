//! Lines for the person at the terminal: steps and warnings on standard error, results on standard output.

use std::io::{self, Write};

/// A step, as it begins or when it is done.
pub fn say(text: impl AsRef<str>) {
    tell(format!("[#] {}", text.as_ref()));
}

/// Something to know, that does not stop us.
pub fn warn(text: impl AsRef<str>) {
    tell(format!("[!] {}", text.as_ref()));
}

/// A line. A terminal that was closed must not keep anybody from undoing what was done, as a panic of `eprintln` would.
pub fn tell(line: impl AsRef<str>) {
    let _ = io::stderr().write_all(format!("{}\n", line.as_ref()).as_bytes());
}

/// Text on standard output. Whoever reads it may have seen enough.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
