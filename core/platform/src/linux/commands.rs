//! Runs the commands of a configuration. Each command has a process group of its own, so that its child processes can be killed
//! with it. The shell is bash, as in wg-quick(8), or `/bin/sh` where bash is not installed.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};

use super::{helper, runner, tool};
use crate::commands::{CommandEnd, Commands, RunningCommand, ShellKind};

/// The options that wg-quick(8) sets before it evaluates a command: the first failure ends the command, also within a pipeline,
/// and extended patterns are on.
const BASH_OPTIONS: [&str; 5] = ["-e", "-o", "pipefail", "-O", "extglob"];

/// Runs `bash -c LINE`, through the helper process if there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shell;

impl Commands for Shell {
    fn shell(&self) -> ShellKind {
        if tool::find("bash").is_some() { ShellKind::Bash } else { ShellKind::Sh }
    }

    fn start(&self, line: &str) -> io::Result<Box<dyn RunningCommand>> {
        match helper::running() {
            Some(helper) => helper.start_shell(line),
            None => Ok(Box::new(spawn(line, |_| {})?)),
        }
    }
}

/// Starts a command as a child of this process. `prepare` may adjust it first.
pub(super) fn spawn(line: &str, prepare: impl FnOnce(&mut Command)) -> io::Result<Group> {
    let mut command = match tool::find("bash") {
        Some(bash) => {
            let mut command = Command::new(bash);
            command.args(BASH_OPTIONS);
            // bash would run the file that this variable names first.
            command.env_remove("BASH_ENV");
            command
        }
        None => {
            let mut command = Command::new(PathBuf::from("/bin/sh"));
            command.arg("-e");
            command
        }
    };
    // As in wg-quick(8).
    command.env("LC_ALL", "C").args(["-c", line]).stdin(Stdio::null()).process_group(0);
    prepare(&mut command);
    command.spawn().map(Group)
}

/// A child process that leads its process group.
pub(super) struct Group(Child);

impl Group {
    /// Returns the process id.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Takes the pipe of its standard error, if `prepare` set one up.
    pub(super) fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.0.stderr.take()
    }
}

impl RunningCommand for Group {
    fn try_wait(&mut self) -> io::Result<Option<CommandEnd>> {
        let end = |status: std::process::ExitStatus| {
            if status.success() {
                CommandEnd::Success
            } else {
                CommandEnd::Failure { status: status.to_string(), stderr: String::new() }
            }
        };
        Ok(self.0.try_wait()?.map(end))
    }

    fn kill(&mut self) {
        runner::kill_group(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::linux::noted;

    fn end_of(line: &str) -> CommandEnd {
        let mut command = Shell.start(line).unwrap();
        loop {
            if let Some(end) = command.try_wait().unwrap() {
                return end;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn failure(status: &str) -> CommandEnd {
        CommandEnd::Failure { status: status.into(), stderr: String::new() }
    }

    #[test]
    fn how_a_command_ended_is_told() {
        assert_eq!(end_of("exit 0"), CommandEnd::Success);
        assert_eq!(end_of("exit 3"), failure("exit status: 3"));
    }

    #[test]
    fn commands_run_in_bash_with_the_options_of_wg_quick() {
        if Shell.shell() == ShellKind::Sh {
            println!("SKIPPED: commands in bash: it is not installed");
            return;
        }
        for line in [
            // The example in wg-quick(8).
            "read -r key < <(echo key) && [[ $key == key ]]",
            "[[ $(echo {a,b}) == 'a b' ]]",
            "[[ abab == +(ab) ]]",
        ] {
            assert_eq!(end_of(line), CommandEnd::Success, "{line}");
        }
        for line in ["false; true", "false | true"] {
            assert_eq!(end_of(line), failure("exit status: 1"), "{line}");
        }
    }

    #[test]
    fn programs_that_a_hook_started_end_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (processes, lived) = (folder.path().join("processes"), folder.path().join("lived"));
        let mut command = Shell.start(&noted::two_that_stay(&processes, &lived)).unwrap();
        noted::wait_until_noted(&processes, 2);
        command.kill();
        noted::wait_until_gone(&processes);
        assert!(!lived.exists());
    }
}
