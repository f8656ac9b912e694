//! Runs the commands of a configuration. They come from its author and would run as root, so that only approved commands run.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use adit_config::settings::HookSettings;
use adit_platform::commands::{CommandEnd, Commands};
use aws_lc_rs::digest::{Context, SHA256};

use super::error::ActivationError;
use super::progress::{Progress, Reporter};
use super::shutdown::Shutdown;
use super::stderr;

/// Time that a command may take while the tunnel goes down, which must come to an end. On the way up the user can end the
/// command.
const DOWN_DEADLINE: Duration = Duration::from_secs(60);
/// Interval at which a running command is checked.
const STEP: Duration = Duration::from_millis(20);

/// The permission to run commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum HookPolicy {
    /// No command runs.
    #[default]
    Never,
    /// All commands run: the caller has just asked for that.
    AllowAll,
    /// Commands run only if they are exactly the approved ones.
    Approved(HookDigest),
}

impl HookPolicy {
    /// Returns true if all of `hooks` may run.
    pub fn allows(&self, hooks: &HookSettings) -> bool {
        match self {
            Self::Never => false,
            Self::AllowAll => true,
            Self::Approved(digest) => *digest == HookDigest::of(hooks),
        }
    }
}

/// SHA-256 of the exact text of all commands and of the moment of each.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HookDigest([u8; 32]);

impl HookDigest {
    /// Computes the digest of these commands, as they would run.
    pub fn of(hooks: &HookSettings) -> Self {
        let mut hash = Context::new(&SHA256);
        for (when, commands) in by_moment(hooks) {
            for command in commands {
                // The length is hashed too, so that no two lists of commands look alike.
                hash.update(&(when.len() as u64).to_le_bytes());
                hash.update(when.as_bytes());
                hash.update(&(command.len() as u64).to_le_bytes());
                hash.update(command.as_bytes());
            }
        }
        let mut digest = [0; 32];
        digest.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
        Self(digest)
    }
}

impl HookDigest {
    /// Returns the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for HookDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for HookDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Returns keyword and commands of each moment, in the order in which they would run.
pub(super) fn by_moment(hooks: &HookSettings) -> [(&'static str, &[String]); 4] {
    let HookSettings { pre_up, post_up, pre_down, post_down } = hooks;
    [("PreUp", pre_up), ("PostUp", post_up), ("PreDown", pre_down), ("PostDown", post_down)]
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The command could not be started.
    #[error("cannot run `{command}`")]
    Start {
        /// The command as in the file.
        command: String,
        /// The error.
        #[source]
        error: io::Error,
    },
    /// The command reported a failure.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command as in the file.
        command: String,
        /// The exit status, in the system's words.
        status: String,
        /// The end of its standard error, without possible secrets. Empty if standard error went to the terminal.
        stderr: String,
    },
    /// The command did not end on the way down, and was killed.
    #[error("`{command}` did not end within {} s and was killed", DOWN_DEADLINE.as_secs())]
    TimedOut {
        /// The command as in the file.
        command: String,
    },
    /// The command's result could not be determined.
    #[error("waiting for `{command}`")]
    Wait {
        /// The command as in the file.
        command: String,
        /// The error.
        #[source]
        error: io::Error,
    },
}

/// Runs the commands one after the other, up to the first that fails. `shutdown` ends the running command too.
pub fn run(
    lines: &[String],
    commands: &dyn Commands,
    shutdown: &Shutdown,
    reporter: &dyn Reporter,
) -> Result<(), ActivationError> {
    lines.iter().try_for_each(|line| run_one(line, commands, Some(shutdown), DOWN_DEADLINE, reporter))
}

/// Runs all commands one after the other, even if one fails, each for at most [`DOWN_DEADLINE`].
pub(super) fn run_all(lines: &[String], commands: &dyn Commands, reporter: &dyn Reporter) {
    for line in lines {
        if let Err(error) = run_one(line, commands, None, DOWN_DEADLINE, reporter) {
            reporter.report(&Progress::NotTakenBack(error));
        }
    }
}

/// Runs one command. `down_deadline` applies only without `shutdown`.
fn run_one(
    line: &str,
    commands: &dyn Commands,
    shutdown: Option<&Shutdown>,
    down_deadline: Duration,
    reporter: &dyn Reporter,
) -> Result<(), ActivationError> {
    reporter.report(&Progress::Command(line.to_owned()));
    let begun = Instant::now();
    let command = || line.to_owned();
    let mut child = commands.start(line).map_err(|error| CommandError::Start { command: command(), error })?;
    loop {
        match child.try_wait().map_err(|error| CommandError::Wait { command: command(), error })? {
            Some(CommandEnd::Success) => return Ok(()),
            Some(CommandEnd::Failure { status, stderr }) => {
                let stderr = stderr::without_secrets(line, &stderr);
                return Err(CommandError::Failed { command: command(), status, stderr }.into());
            }
            None => {}
        }
        match shutdown {
            None if begun.elapsed() >= down_deadline => {
                child.kill();
                return Err(CommandError::TimedOut { command: command() }.into());
            }
            None => std::thread::sleep(STEP),
            Some(shutdown) => {
                if let Err(ended) = shutdown.sleep(STEP) {
                    child.kill();
                    return Err(ended);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use adit_platform::fake::RecordingCommands;

    use super::super::progress::Nobody;
    use super::super::shutdown::End;
    use super::*;

    #[test]
    fn the_first_command_that_fails_ends_the_row_on_the_way_up_and_none_does_on_the_way_down() {
        let lines = ["first".to_owned(), "exit 1".into(), "third".into()];
        let commands = RecordingCommands::default();
        let error = run(&lines, &commands, &Shutdown::default(), &Nobody).unwrap_err();
        assert_eq!(error.to_string(), "`exit 1` failed (exit status: 1)");
        assert_eq!(commands.lines(), ["first", "exit 1"]);
        run_all(&lines, &commands, &Nobody);
        assert_eq!(commands.lines()[2..], lines);
    }

    #[test]
    fn a_command_that_hangs_is_ended_when_it_is_time_to_go() {
        let shutdown = Shutdown::default();
        shutdown.end(End::Asked);
        let error = run(&["sleep".to_owned()], &RecordingCommands::default(), &shutdown, &Nobody).unwrap_err();
        assert!(matches!(error, ActivationError::Ended(End::Asked)), "{error}");
    }

    #[test]
    fn a_command_that_hangs_on_the_way_down_is_ended_after_a_while() {
        let error = run_one("sleep", &RecordingCommands::default(), None, STEP, &Nobody).unwrap_err();
        assert_eq!(error.to_string(), "`sleep` did not end within 60 s and was killed");
    }

    #[test]
    fn an_approval_is_for_one_text_at_one_moment() {
        let hooks = |up: &[&str], down: &[&str]| HookSettings {
            post_up: up.iter().map(ToString::to_string).collect(),
            pre_down: down.iter().map(ToString::to_string).collect(),
            ..HookSettings::default()
        };
        let approved = HookPolicy::Approved(HookDigest::of(&hooks(&["a", "b"], &[])));
        assert!(approved.allows(&hooks(&["a", "b"], &[])));
        for other in [hooks(&["ab"], &[]), hooks(&["a"], &["b"]), hooks(&["b", "a"], &[]), hooks(&["a", "b "], &[])] {
            assert!(!approved.allows(&other), "{other:?}");
            assert!(!HookPolicy::Never.allows(&other) && HookPolicy::AllowAll.allows(&other));
        }
    }
}
