//! Detaches a background process from the terminal.

use std::fs::File;
use std::io;

/// Starts a new session, so that the terminal's signals do not reach this process. A process group leader stays in its session.
pub fn start() -> io::Result<()> {
    match rustix::process::setsid() {
        Ok(_) | Err(rustix::io::Errno::PERM) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Redirects standard output, and standard error unless `keep_errors`, to `/dev/null`, so that their readers see the end of the
/// stream.
pub fn silence(keep_errors: bool) -> io::Result<()> {
    let null = File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&null)?;
    if !keep_errors {
        rustix::stdio::dup2_stderr(&null)?;
    }
    Ok(())
}
