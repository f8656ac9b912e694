//! Commands of a configuration file (`PostUp` and the like), as a seam: what runs them differs from system to system.

use std::io;

/// Runs commands as the system's shell would.
pub trait Commands: Send + Sync + 'static {
    /// The shell that runs them.
    fn shell(&self) -> ShellKind;

    /// Starts a command line with nothing on its standard input.
    fn start(&self, line: &str) -> io::Result<Box<dyn RunningCommand>>;
}

/// A command that was started.
pub trait RunningCommand {
    /// How it ended, or None while it runs.
    fn try_wait(&mut self) -> io::Result<Option<CommandEnd>>;

    /// Ends it and all that it has started, and waits for it.
    fn kill(&mut self);
}

/// A shell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShellKind {
    /// bash, as in wg-quick(8).
    Bash,
    /// The system's `/bin/sh`, where bash is not installed: what only bash understands, such as `<(...)` and `[[ ... ]]`, fails.
    Sh,
}

/// How a command ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommandEnd {
    /// Well.
    Success,
    /// Not well.
    Failure {
        /// Its exit status in the system's words.
        status: String,
        /// The end of its standard error, a few KiB, as it printed it; empty where that went to the terminal.
        stderr: String,
    },
}
