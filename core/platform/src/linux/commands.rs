//! Commands by `/bin/sh`, each in a process group of its own, so that what it started can be ended with it.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::{helper, runner};
use crate::commands::{CommandEnd, Commands, RunningCommand};

/// `/bin/sh -c LINE`, by the helper process where there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shell;

impl Commands for Shell {
    fn start(&self, line: &str) -> io::Result<Box<dyn RunningCommand>> {
        match helper::running() {
            Some(helper) => helper.start_shell(line),
            None => Ok(Box::new(spawn(line, |_| {})?)),
        }
    }
}

/// Starts a command that is a child of this process, after `prepare` has changed how.
pub(super) fn spawn(line: &str, prepare: impl FnOnce(&mut Command)) -> io::Result<Group> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]).stdin(Stdio::null()).process_group(0);
    prepare(&mut command);
    command.spawn().map(Group)
}

/// A child that is the leader of its process group.
pub(super) struct Group(Child);

impl Group {
    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl RunningCommand for Group {
    fn try_wait(&mut self) -> io::Result<Option<CommandEnd>> {
        let status = self.0.try_wait()?;
        Ok(status.map(|status| if status.success() { CommandEnd::Success } else { CommandEnd::Failure(status.to_string()) }))
    }

    fn kill(&mut self) {
        runner::kill_group(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn end_of(command: &mut dyn RunningCommand) -> CommandEnd {
        loop {
            if let Some(end) = command.try_wait().unwrap() {
                return end;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn how_a_command_ended_is_told() {
        assert_eq!(end_of(&mut *Shell.start("exit 0").unwrap()), CommandEnd::Success);
        assert_eq!(end_of(&mut *Shell.start("exit 3").unwrap()), CommandEnd::Failure("exit status: 3".into()));
    }

    #[test]
    fn what_the_shell_had_started_is_ended_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let sign = folder.path().join("lived");
        let mut command = Shell.start(&format!("(sleep 0.3; touch {0}) & sleep 600; touch {0}", sign.display())).unwrap();
        command.kill();
        std::thread::sleep(Duration::from_millis(500));
        assert!(!sign.exists());
    }
}
