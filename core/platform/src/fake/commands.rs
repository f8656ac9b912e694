//! Commands that are only noted down.

use std::io;
use std::sync::{Arc, Mutex};

use super::lock;
use crate::commands::{CommandEnd, Commands, RunningCommand, ShellKind};

/// Notes every command. One that ends in `exit 1` fails, one that is `sleep` never ends by itself. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct RecordingCommands {
    lines: Arc<Mutex<Vec<String>>>,
}

impl RecordingCommands {
    /// The commands that were started, in order.
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
