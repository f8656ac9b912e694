//! Refuses to run hooks when the daemon is not root: hooks are written for root, and some of their commands would fail
//! half-way.

use std::io;

use adit_platform::commands::{Commands, RunningCommand, ShellKind};

/// A runner that runs no commands, for hooks of this shell.
pub(crate) struct NeedRoot(pub(crate) ShellKind);

impl Commands for NeedRoot {
    fn shell(&self) -> ShellKind {
        self.0
    }

    fn start(&self, _: &str) -> io::Result<Box<dyn RunningCommand>> {
        let reason = "the commands in configurations are run by root only, and aditd runs as another user; remove them from the \
                      configuration, or run aditd as root (docs/DAEMON.md says how)";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
    }
}
