//! The commands in the file. They come from whoever wrote the file and would run as root: shown always, run only when allowed.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use adit_config::settings::HookSettings;
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use super::events::Events;
use super::{say, tell, warn};

/// How often a running command is looked at.
const STEP: Duration = Duration::from_millis(20);

/// Shows the commands that will not run.
pub(super) fn show(hooks: &HookSettings) {
    let all =
        [("PreUp", &hooks.pre_up), ("PostUp", &hooks.post_up), ("PreDown", &hooks.pre_down), ("PostDown", &hooks.post_down)];
    let commands: Vec<String> =
        all.iter().flat_map(|(when, commands)| commands.iter().map(move |command| format!("      {when} = {command}"))).collect();
    if !commands.is_empty() {
        warn("the file has commands, which are NOT run; read them, and if they are what you want, add --allow-hooks:");
        commands.iter().for_each(tell);
    }
}

/// Runs the commands one after the other; the first that fails ends it. When it is time to go, so is it for the command.
pub(super) fn run(commands: &[String], events: &Events) -> anyhow::Result<()> {
    commands.iter().try_for_each(|command| run_one(command, Some(events)))
}

/// Runs the commands one after the other, also after one that fails.
pub(super) fn run_all(commands: &[String]) -> anyhow::Result<()> {
    for command in commands {
        if let Err(error) = run_one(command, None) {
            warn(format!("{error:#}"));
        }
    }
    Ok(())
}

fn run_one(command: &str, events: Option<&Events>) -> anyhow::Result<()> {
    say(command);
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot run `{command}`"))?;
    loop {
        if let Some(status) = child.try_wait().with_context(|| format!("waiting for `{command}`"))? {
            if !status.success() {
                bail!("`{command}` failed ({status})");
            }
            return Ok(());
        }
        match events {
            None => std::thread::sleep(STEP),
            Some(events) => {
                if let Err(stopped) = events.sleep(STEP) {
                    end_group(&child);
                    let _ = child.wait();
                    return Err(stopped);
                }
            }
        }
    }
}

/// The shell and all that it started.
fn end_group(child: &Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_command_that_fails_ends_the_row() {
        let folder = tempfile::tempdir().unwrap();
        let touch = |name: &str| format!("touch {}", folder.path().join(name).display());
        let commands = [touch("first"), "exit 3".into(), touch("third")];
        let error = run(&commands, &Events::quiet()).unwrap_err();
        assert_eq!(error.to_string(), "`exit 3` failed (exit status: 3)");
        assert!(folder.path().join("first").exists() && !folder.path().join("third").exists());
        run_all(&commands).unwrap();
        assert!(folder.path().join("third").exists());
    }

    #[test]
    fn a_command_that_hangs_is_ended_when_it_is_time_to_go() {
        let events = Events::quiet();
        events.sender().send(super::super::events::End::Terminated).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let sign = folder.path().join("lived");
        let command = format!("(sleep 0.3; touch {0}) & sleep 600; touch {0}", sign.display());
        assert!(run(&[command], &events).is_err());
        std::thread::sleep(Duration::from_millis(500));
        assert!(!sign.exists(), "what the shell had started is ended too");
    }
}
