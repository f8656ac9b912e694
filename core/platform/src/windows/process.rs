//! Finds the user of a process, and ends a process. The handle keeps the process's id from coming to mean another process.

use std::io;
use std::num::NonZeroU32;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::process::Command;

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, WAIT_TIMEOUT};
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE, TerminateProcess, WaitForSingleObject,
};

use super::signals;
use super::token::{Token, checked};
use crate::native::{Part, Unsupported};

/// The exit code of a process that was ended by force.
const KILLED: u32 = 137;

/// An open process.
#[derive(Debug)]
pub struct Process {
    handle: OwnedHandle,
    number: NonZeroU32,
}

impl Process {
    /// Opens the process with this id. None if there is none.
    pub fn open(number: NonZeroU32) -> io::Result<Option<Self>> {
        let open = open(number, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE)?;
        let process = open.map(|handle| Self { handle, number });
        Ok(process.filter(Self::is_running))
    }

    /// Returns true until the process has ended. While it runs, no other process has its id.
    pub fn is_running(&self) -> bool {
        // SAFETY: the handle is open, and has the right to wait.
        unsafe { WaitForSingleObject(self.handle.as_raw_handle(), 0) == WAIT_TIMEOUT }
    }

    /// Returns true if it is the system's, an administrator's, or of this process's user.
    pub fn is_of_root_or_ours(&self) -> io::Result<bool> {
        let theirs = Token::of_process(&self.handle)?;
        Ok(theirs.user()? == Token::of_this_process()?.user()? || theirs.is_administrator()?)
    }

    /// Asks the process to end: a process of Adit that listens for [`Signal::Terminate`](crate::signals::Signal::Terminate).
    ///
    /// # Errors
    /// `NotFound` if the process does not listen.
    pub fn terminate(&self) -> io::Result<()> {
        signals::ask_to_end(self.number)
    }

    /// Ends the process by force.
    pub fn kill(&self) -> io::Result<()> {
        // The handle of this value keeps the id from being used again meanwhile.
        let Some(handle) = open(self.number, PROCESS_TERMINATE)? else { return Ok(()) };
        // SAFETY: the handle is open, and has the right to end the process.
        checked(unsafe { TerminateProcess(handle.as_raw_handle(), KILLED) }).or_else(|error| match self.is_running() {
            true => Err(error),
            false => Ok(()),
        })
    }
}

fn open(number: NonZeroU32, rights: u32) -> io::Result<Option<OwnedHandle>> {
    // SAFETY: it has no conditions.
    let handle = unsafe { OpenProcess(rights, 0, number.get()) };
    if handle.is_null() {
        let error = io::Error::last_os_error();
        let is_none = error.raw_os_error().map(i32::cast_unsigned) == Some(ERROR_INVALID_PARAMETER);
        return if is_none { Ok(None) } else { Err(error) };
    }
    // SAFETY: the handle is new, and nobody else knows it.
    Ok(Some(unsafe { OwnedHandle::from_raw_handle(handle) }))
}

/// Fails: [`Unsupported`].
pub fn end_with_this_thread(_: &mut Command) -> io::Result<()> {
    Err(Unsupported(Part::ChildProcess).into())
}

/// Returns true if no process of any user has this id.
pub fn is_gone(number: NonZeroU32) -> io::Result<bool> {
    match Process::open(number) {
        Ok(process) => Ok(process.is_none()),
        // Somebody else's process.
        Err(error) if error.raw_os_error().map(i32::cast_unsigned) == Some(ERROR_ACCESS_DENIED) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> std::process::Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "windows::process::tests::sleeps_when_it_is_the_child", "--nocapture"])
            .env(IS_THE_CHILD, "1")
            .spawn()
            .unwrap()
    }

    const IS_THE_CHILD: &str = "ADIT_TEST_SLEEPS";

    #[test]
    fn sleeps_when_it_is_the_child() {
        if std::env::var_os(IS_THE_CHILD).is_some() {
            std::thread::sleep(std::time::Duration::from_secs(60));
        }
    }

    #[test]
    fn a_process_is_found_while_it_runs_and_can_be_ended() {
        let mut child = sleeper();
        let number = NonZeroU32::new(child.id()).unwrap();
        let process = Process::open(number).unwrap().unwrap();
        assert!(process.is_running() && !is_gone(number).unwrap());
        assert!(process.is_of_root_or_ours().unwrap());
        process.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(137));
        assert!(!process.is_running());
        // The test's own handle keeps the id in use.
        assert!(is_gone(number).unwrap());
        process.kill().unwrap();
    }
}
