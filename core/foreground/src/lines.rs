//! Prints lines for the person at the terminal: steps and warnings on standard error, results on standard output.

use std::io::{self, Write};

/// Prints a step that begins or is done.
pub fn say(text: impl AsRef<str>) {
    tell(format!("[#] {}", text.as_ref()));
}

/// Prints a warning that stops nothing.
pub fn warn(text: impl AsRef<str>) {
    tell(format!("[!] {}", text.as_ref()));
}

/// Prints a line on standard error. Ignores errors: if `eprintln` panicked on a closed terminal, a tunnel would not be undone.
pub fn tell(line: impl AsRef<str>) {
    let _ = io::stderr().write_all(format!("{}\n", line.as_ref()).as_bytes());
}

/// Prints text on standard output. Fails if the reader has closed it.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
