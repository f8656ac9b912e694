//! The trait behind which a system runs the commands of a configuration file (`PostUp` and so on).

use std::io;

/// Runs commands in the system's shell.
pub trait Commands: Send + Sync + 'static {
    /// Returns the kind of shell that runs the commands.
    fn shell(&self) -> ShellKind;

    /// Starts a command line with empty standard input.
    fn start(&self, line: &str) -> io::Result<Box<dyn RunningCommand>>;
}

/// A command that was started.
pub trait RunningCommand {
    /// Returns how the command ended, or None while it runs.
    fn try_wait(&mut self) -> io::Result<Option<CommandEnd>>;

    /// Kills the command and all processes that it started, and waits for its end.
    fn kill(&mut self);
}

/// The kind of shell that runs commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShellKind {
    /// bash, as in wg-quick(8).
    Bash,
    /// The system's `/bin/sh`, used where bash is not installed. Syntax that only bash knows, such as `<(...)` and `[[ ... ]]`,
    /// fails.
    Sh,
}

/// The end of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommandEnd {
    /// The command succeeded.
    Success,
    /// The command failed.
    Failure {
        /// The exit status, in the system's words.
        status: String,
        /// The last few KiB of its standard error, unchanged. Empty if standard error went to the terminal.
        stderr: String,
    },
}
