//! Finds the owner of a process, and ends a process without hitting a later one that reuses its id.

use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::os::fd::OwnedFd;
use std::process::Command;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal, test_kill_process};

use super::child;

/// A process that is held by a descriptor, so that its id cannot come to mean another process.
#[derive(Debug)]
pub struct Process {
    descriptor: OwnedFd,
    number: NonZeroU32,
}

impl Process {
    /// Opens the process with this id. None if there is none.
    pub fn open(number: NonZeroU32) -> io::Result<Option<Self>> {
        let Some(pid) = pid(number) else { return Ok(None) };
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(descriptor) => Ok(Some(Self { descriptor, number })),
            Err(Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns true if its real, effective and saved user are each root or this process's user.
    pub fn is_of_root_or_ours(&self) -> io::Result<bool> {
        let own = rustix::process::geteuid().as_raw();
        let status = fs::read_to_string(format!("/proc/{}/status", self.number))?;
        Ok(users(&status).is_some_and(|users| users.iter().all(|user| *user == 0 || *user == own)))
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) -> io::Result<()> {
        Ok(pidfd_send_signal(&self.descriptor, Signal::TERM)?)
    }

    /// Sends SIGKILL.
    pub fn kill(&self) -> io::Result<()> {
        Ok(pidfd_send_signal(&self.descriptor, Signal::KILL)?)
    }
}

/// Does the same as [`child::end_with_this_thread`].
pub fn end_with_this_thread(command: &mut Command) -> io::Result<()> {
    child::end_with_this_thread(command);
    Ok(())
}

/// Returns true if no process of any user has this id. Does not use `/proc`, which may show only our own processes
/// (`ProtectProc=`).
pub fn is_gone(number: NonZeroU32) -> io::Result<bool> {
    Ok(pid(number).is_none_or(|pid| test_kill_process(pid) == Err(Errno::SRCH)))
}

fn pid(number: NonZeroU32) -> Option<Pid> {
    Pid::from_raw(number.get().try_into().ok()?)
}

/// Returns the start time of the process with this id, in clock ticks since boot. None if there is no such process, or only a
/// zombie.
pub(super) fn start_time(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // proc_pid_stat(5): id, name in parentheses (which may contain some), state (the third field), ... start time (the 22nd).
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let start = fields.nth(18)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(start)
}

/// Returns the real, effective and saved user of the line `Uid:` of `/proc/PID/status`.
fn users(status: &str) -> Option<[u32; 3]> {
    let mut users = status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_ascii_whitespace().map(str::parse);
    let mut next = || users.next()?.ok();
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_has_ended_has_no_start_time() {
        let own = start_time(std::process::id()).unwrap();
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        assert!(start_time(child.id()).unwrap() >= own);
        child.kill().unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        // The process has ended but is still a zombie.
        while start_time(child.id()).is_some() {
            assert!(std::time::Instant::now() < deadline, "it has ended");
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert_eq!(start_time(child.id()), None);
    }

    #[test]
    fn a_process_is_ours_only_with_all_of_its_users() {
        assert!(Process::open(NonZeroU32::new(std::process::id()).unwrap()).unwrap().unwrap().is_of_root_or_ours().unwrap());
        assert_eq!(users("Name:\tx\nUid:\t0\t998\t0\t0\n"), Some([0, 998, 0]));
        assert_eq!(users("Name:\tx\nUid:\t0\n"), None);
    }
}
