//! The client of the helper process, used by the main process.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, sendmsg, socketpair,
};

use super::server::{ARGUMENT, READY};
use super::wire::{Answer, GO, Request};
use crate::commands::{CommandEnd, RunningCommand};
use crate::linux::runner::{self, Failure, Finished};

/// Time that an answer may take beyond the program's own deadline.
const MARGIN: Duration = Duration::from_secs(5);
/// Time that the helper may take to start.
const START: Duration = Duration::from_secs(10);

/// A running helper process. It ends when this value is dropped.
#[derive(Debug)]
pub(in crate::linux) struct Helper {
    /// Carries one end of a new socket for each request. The other side is closed when the helper has ended.
    control: OwnedFd,
    #[cfg(test)]
    process: rustix::process::Pid,
}

impl Helper {
    /// Starts this executable as the helper process and waits until it reports that it is ready.
    pub(super) fn start() -> io::Result<Self> {
        // Standard output and error stay connected: commands of configurations print there.
        let mut command = Command::new("/proc/self/exe");
        command.arg0("aditd").arg(ARGUMENT);
        Self::start_with(command)
    }

    pub(super) fn start_with(mut command: Command) -> io::Result<Self> {
        let (control, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        let _child = command.stdin(Stdio::from(theirs)).spawn()?;
        // `command` holds the helper's end of the socket.
        drop(command);
        if !is_readable(&control, START)? {
            return Err(io::Error::new(ErrorKind::TimedOut, "it does not answer"));
        }
        let mut greeting = [0];
        match rustix::io::read(&control, &mut greeting)? {
            1 if greeting == [READY] => Ok(Self {
                control,
                #[cfg(test)]
                process: rustix::process::Pid::from_child(&_child),
            }),
            _ => Err(io::Error::new(ErrorKind::ConnectionAborted, "it ended at once")),
        }
    }

    #[cfg(test)]
    pub(super) fn process(&self) -> rustix::process::Pid {
        self.process
    }

    /// Blocks until the helper has ended.
    pub(super) fn wait_for_its_end(&self) {
        let mut fds = [PollFd::from_borrowed_fd(self.control.as_fd(), PollFlags::empty())];
        while retry_on_intr(|| poll(&mut fds, None)).is_ok() {
            if fds.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR)) {
                return;
            }
        }
    }

    /// Runs a program. `started` gets its process id before the program gets its input.
    pub(in crate::linux) fn run(
        &self,
        program: &Path,
        arguments: &[&str],
        input: &str,
        started: impl FnOnce(u32),
    ) -> Result<Finished, Failure> {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let talk = || -> io::Result<Result<Finished, Failure>> {
            let patience = runner::deadline(&name) + MARGIN;
            let mut stream = self.ask(&Request::Program { name, arguments, input: input.to_owned() })?;
            stream.set_read_timeout(Some(patience))?;
            match Answer::read(&mut stream)? {
                Answer::Started(process) => {
                    started(process);
                    stream.write_all(&[GO])?;
                }
                Answer::Failed(failure) => return Ok(Err(failure)),
                Answer::Finished(_) => return Err(out_of_turn()),
            }
            match Answer::read(&mut stream)? {
                Answer::Finished(finished) => Ok(Ok(finished)),
                Answer::Failed(failure) => Ok(Err(failure)),
                Answer::Started(_) => Err(out_of_turn()),
            }
        };
        talk().map_err(|error| Failure::new("the helper process does not answer", error.to_string()))?
    }

    /// Starts a command of a configuration.
    pub(in crate::linux) fn start_shell(&self, line: &str) -> io::Result<Box<dyn RunningCommand>> {
        let mut stream = self.ask(&Request::Shell { line: line.to_owned() })?;
        stream.set_read_timeout(Some(MARGIN))?;
        match Answer::read(&mut stream)? {
            Answer::Started(_) => Ok(Box::new(RemoteCommand(stream))),
            Answer::Failed(Failure { message, .. }) => Err(io::Error::other(message)),
            Answer::Finished(_) => Err(out_of_turn()),
        }
    }

    /// Sends a request and returns the socket for its answers. Each request has a socket of its own.
    fn ask(&self, request: &Request) -> io::Result<UnixStream> {
        let (mut ours, theirs) = UnixStream::pair()?;
        let descriptors = [theirs.as_fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(ErrorKind::OutOfMemory.into());
        }
        retry_on_intr(|| sendmsg(&self.control, &[IoSlice::new(&[0])], &mut ancillary, SendFlags::NOSIGNAL))?;
        drop(theirs);
        request.write(&mut ours)?;
        Ok(ours)
    }
}

fn out_of_turn() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "an answer out of turn")
}

/// Waits up to `patience` until the descriptor is readable or closed at the other side.
fn is_readable(fd: impl AsFd, patience: Duration) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN)];
    let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
    Ok(retry_on_intr(|| poll(&mut fds, Some(&timeout)))? > 0)
}

/// A command that the helper runs. Dropping this kills the command.
struct RemoteCommand(UnixStream);

impl RunningCommand for RemoteCommand {
    fn try_wait(&mut self) -> io::Result<Option<CommandEnd>> {
        if !is_readable(&self.0, Duration::ZERO)? {
            return Ok(None);
        }
        match Answer::read(&mut self.0)? {
            Answer::Finished(Finished { success: true, .. }) => Ok(Some(CommandEnd::Success)),
            Answer::Finished(Finished { status, stderr, .. }) => {
                Ok(Some(CommandEnd::Failure { status, stderr: String::from_utf8_lossy(&stderr).into_owned() }))
            }
            Answer::Failed(Failure { message, .. }) => Err(io::Error::other(message)),
            Answer::Started(_) => Err(out_of_turn()),
        }
    }

    fn kill(&mut self) {
        // The helper kills the command at this sign, and closes its end when the command has ended.
        let _ = self.0.shutdown(Shutdown::Write);
        let _ = self.0.read_to_end(&mut Vec::new());
    }
}
