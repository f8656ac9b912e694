//! Commands of configurations, for a daemon that is not root: they are written for root, and a part of what they want would fail half
//! way.

use std::io;

use adit_platform::commands::{Commands, RunningCommand, ShellKind};

/// Runs nothing; for commands of this shell.
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
