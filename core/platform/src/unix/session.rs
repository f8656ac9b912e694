//! Letting go of the terminal, for a process that goes on in the background.

use std::fs::File;
use std::io;

/// Starts a session of its own, so that the terminal's signals stay away. A process that leads its group stays as it is.
pub fn start() -> io::Result<()> {
    match rustix::process::setsid() {
        Ok(_) | Err(rustix::io::Errno::PERM) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Points standard output, and standard error unless `keep_errors`, at `/dev/null`, so that whoever reads them sees their end.
pub fn silence(keep_errors: bool) -> io::Result<()> {
    let null = File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&null)?;
    if !keep_errors {
        rustix::stdio::dup2_stderr(&null)?;
    }
    Ok(())
}
