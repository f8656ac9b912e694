//! Whose a process is, and how it is told to end without hitting another one that has its number meanwhile.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A process that is held by a descriptor, so that its number cannot come to mean another one.
#[derive(Debug)]
pub struct Process {
    descriptor: OwnedFd,
    pid: Pid,
}

impl Process {
    /// Opens the process of this number; None where there is none.
    pub fn open(pid: Pid) -> io::Result<Option<Self>> {
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(descriptor) => Ok(Some(Self { descriptor, pid })),
            Err(Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it belongs to root or to this process's user, with its real, effective and saved user.
    pub fn is_of_root_or_ours(&self) -> io::Result<bool> {
        let own = rustix::process::geteuid().as_raw();
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid.as_raw_nonzero()))?;
        Ok(users(&status).is_some_and(|users| users.iter().all(|user| *user == 0 || *user == own)))
    }

    /// Asks it to end (SIGTERM).
    pub fn terminate(&self) -> io::Result<()> {
        Ok(pidfd_send_signal(&self.descriptor, Signal::TERM)?)
    }
}

/// The real, effective and saved user of the line `Uid:` of `/proc/PID/status`.
fn users(status: &str) -> Option<[u32; 3]> {
    let mut users = status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_ascii_whitespace().map(str::parse);
    let mut next = || users.next()?.ok();
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_ours_only_with_all_of_its_users() {
        assert!(Process::open(rustix::process::getpid()).unwrap().unwrap().is_of_root_or_ours().unwrap());
        assert_eq!(users("Name:\tx\nUid:\t0\t998\t0\t0\n"), Some([0, 998, 0]));
        assert_eq!(users("Name:\tx\nUid:\t0\n"), None);
    }
}
