//! A fake shell that only records commands.

use std::io;
use std::sync::{Arc, Mutex};

use super::lock;
use crate::commands::{CommandEnd, Commands, RunningCommand, ShellKind};

/// Records every command. A command that ends in `exit 1` fails, and `sleep` never ends by itself. Clones share one record.
#[derive(Clone, Debug, Default)]
pub struct RecordingCommands {
    lines: Arc<Mutex<Vec<String>>>,
}

impl RecordingCommands {
    /// Returns the started commands, in order.
    pub fn lines(&self) -> Vec<String> {
        lock(&self.lines).clone()
    }
}

impl Commands for RecordingCommands {
    fn shell(&self) -> ShellKind {
        ShellKind::Bash
    }

    fn start(&self, line: &str) -> io::Result<Box<dyn RunningCommand>> {
        lock(&self.lines).push(line.to_owned());
        Ok(Box::new(Noted(match line {
            "sleep" => None,
            line if line.ends_with("exit 1") => {
                Some(CommandEnd::Failure { status: "exit status: 1".into(), stderr: String::new() })
            }
            _ => Some(CommandEnd::Success),
        })))
    }
}

struct Noted(Option<CommandEnd>);

impl RunningCommand for Noted {
    fn try_wait(&mut self) -> io::Result<Option<CommandEnd>> {
        Ok(self.0.clone())
    }

    fn kill(&mut self) {}
}
