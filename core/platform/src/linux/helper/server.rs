//! The helper process.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{ChildStderr, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::net::sockopt::{socket_peercred, socket_type};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketType, recvmsg};
use rustix::process::{getppid, set_parent_process_death_signal};

use super::allowed;
use super::wire::{Answer, GO, Request};
use crate::commands::{CommandEnd, RunningCommand};
use crate::linux::runner::{self, Failure, Finished};
use crate::linux::sandbox::system_calls;
use crate::linux::{child, commands, dns, inherited, memory, tool};

/// The first argument of the executable that makes it the helper. It is not for users.
pub const ARGUMENT: &str = "--run-programs-for-parent";

/// The byte that the helper sends when it is ready.
pub(super) const READY: u8 = b'r';
/// The most requests that are served at once; others wait.
const AT_ONCE: usize = 256;
/// The interval at which a running command of a configuration is polled.
const STEP: Timespec = Timespec { tv_sec: 0, tv_nsec: 5_000_000 };
/// The number of bytes of a command's standard error that are kept: the last ones.
const STDERR_TAIL: usize = 4096;
/// The longest wait for the rest of a command's standard error after the command has ended. It comes at once, unless a process
/// that the command left behind keeps the pipe open.
const STDERR_DRAIN: Duration = Duration::from_millis(200);
/// The longest wait for one part of a request from the main process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves the process that started this one, through standard input, and returns when that process has ended.
///
/// # Errors
/// If standard input is not a socket that the parent process has made: only `aditd` may start the helper.
pub fn serve() -> io::Result<()> {
    let control = io::stdin();
    belongs_to_parent(control.as_fd())?;
    // Signals to the process group or control group reach the helper too; the main process needs it until all tunnels are down.
    [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT].into_iter().collect::<SigSet>().thread_block()?;
    // For example the socket that systemd listens on for the main process.
    inherited::keep_from_children();
    let _ = rustix::thread::set_name(c"aditd-helper");
    memory::keep_private()?;
    let may_run_commands = rustix::process::geteuid().is_root();
    // Commands that root has approved may do everything that root may.
    if !may_run_commands && let Err(error) = system_calls::give_up_the_unusual() {
        tracing::warn!("programs that are run may make all system calls: {error}");
    }
    rustix::io::write(&control, &[READY])?;
    let slots = Arc::new(Slots::default());
    while let Some(stream) = next_request(control.as_fd())? {
        let slot = Slots::take(&slots);
        let work = move || {
            let _slot = slot;
            // Fails if the main process has closed the socket.
            let _ = answer(UnixStream::from(stream), may_run_commands);
        };
        thread::Builder::new().name("request".into()).spawn(work)?;
    }
    Ok(())
}

/// Makes the kernel kill the helper with its parent process. Fails if the parent did not make the socket.
fn belongs_to_parent(control: BorrowedFd<'_>) -> io::Result<()> {
    let is_parent = || getppid().is_some() && socket_peercred(control).ok().map(|peer| peer.pid) == getppid();
    if !socket_type(control).is_ok_and(|kind| kind == SocketType::SEQPACKET) || !is_parent() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "this is started by aditd alone, for itself"));
    }
    set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // If it is not, the parent ended before the kernel was asked.
    if is_parent() { Ok(()) } else { Err(ErrorKind::BrokenPipe.into()) }
}

/// Receives the socket of the next request; None when the main process has ended.
fn next_request(control: BorrowedFd<'_>) -> io::Result<Option<OwnedFd>> {
    loop {
        let mut byte = [0];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received =
            retry_on_intr(|| recvmsg(control, &mut [IoSliceMut::new(&mut byte)], &mut ancillary, RecvFlags::CMSG_CLOEXEC))?;
        if received.bytes == 0 {
            return Ok(None);
        }
        let descriptor = ancillary.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        if descriptor.is_some() {
            return Ok(descriptor);
        }
    }
}

fn answer(mut stream: UnixStream, may_run_commands: bool) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match Request::read(&mut stream)? {
        Request::Program { name, arguments, input } => {
            let answer = match run(&mut stream, &name, &arguments, &input) {
                Ok(finished) => Answer::Finished(finished),
                Err(failure) => Answer::Failed(failure),
            };
            answer.write(&mut stream)
        }
        Request::Shell { line } if may_run_commands => run_command(&mut stream, &line),
        Request::Shell { .. } => {
            let message = "commands of configurations are run by root only";
            Answer::Failed(Failure::new("refused", message)).write(&mut stream)
        }
    }
}

fn run(stream: &mut UnixStream, name: &str, arguments: &[String], input: &str) -> Result<Finished, Failure> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    allowed::check(name, &arguments, input).map_err(|why| Failure::new("refused by the helper process", why))?;
    if name == dns::REQUEST {
        return work_on_resolv_conf(stream, &arguments, input);
    }
    let program = tool::find(name).ok_or_else(|| Failure::start(&ErrorKind::NotFound.into()))?;
    let mut command = tool::command(&program, &arguments);
    child::end_with_this_thread(&mut command);
    runner::run(&mut command, input.as_bytes(), runner::deadline(name), |process| begin(stream, process))
}

/// Sends the process id, and waits until the main process has recorded it.
fn begin(stream: &mut UnixStream, process: u32) -> io::Result<()> {
    Answer::Started(process).write(stream)?;
    let mut go = [0];
    stream.read_exact(&mut go)?;
    if go == [GO] { Ok(()) } else { Err(ErrorKind::InvalidData.into()) }
}

/// Serves a request that runs no program: it changes files that only the helper may change.
fn work_on_resolv_conf(stream: &mut UnixStream, arguments: &[&str], input: &str) -> Result<Finished, Failure> {
    let failed = |error: io::Error| Failure::new("it failed", error.to_string());
    begin(stream, std::process::id()).map_err(failed)?;
    let stdout = dns::serve(arguments, input).map_err(failed)?.into_bytes();
    Ok(Finished { success: true, status: String::new(), stdout, stderr: Vec::new() })
}

fn run_command(stream: &mut UnixStream, line: &str) -> io::Result<()> {
    let prepare = |command: &mut Command| {
        command.stderr(Stdio::piped());
        child::end_with_this_thread(command);
    };
    let mut command = match commands::spawn(line, prepare) {
        Ok(command) => command,
        Err(error) => return Answer::Failed(Failure::start(&error)).write(stream),
    };
    let stderr = match command.take_stderr().map(StderrTail::follow).transpose() {
        Ok(stderr) => stderr,
        Err(error) => {
            command.kill();
            return Answer::Failed(Failure::start(&error)).write(stream);
        }
    };
    let started = Answer::Started(command.id()).write(stream);
    let end = started.and_then(|()| wait_for_command(stream, &mut command));
    match end {
        Ok(Some(end)) => {
            let (success, status) = match end {
                CommandEnd::Success => (true, String::new()),
                CommandEnd::Failure { status, .. } => (false, status),
            };
            let stderr = stderr.filter(|_| !success).map(|stderr| stderr.so_far()).unwrap_or_default();
            Answer::Finished(Finished { success, status, stdout: Vec::new(), stderr }).write(stream)
        }
        Ok(None) => {
            command.kill();
            Ok(())
        }
        Err(error) => {
            command.kill();
            Err(error)
        }
    }
}

/// The standard error of a command, which is passed on to the log. The last part of it is kept.
#[derive(Clone, Default)]
struct StderrTail(Arc<(Mutex<TailBuffer>, Condvar)>);

#[derive(Default)]
struct TailBuffer {
    bytes: VecDeque<u8>,
    /// True if the beginning was dropped, so that the first line is incomplete.
    is_cut: bool,
    has_ended: bool,
}

impl StderrTail {
    /// Reads until every process has closed the pipe. A process that the command leaves behind may print as long as it lives.
    fn follow(mut pipe: ChildStderr) -> io::Result<Self> {
        let stderr = Self::default();
        let Self(shared) = stderr.clone();
        let follow = move || {
            let (tail, news) = &*shared;
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                let bytes = buffer.get(..read).unwrap_or_default();
                // An error of the log must not block the command.
                let _ = io::stderr().write_all(bytes);
                let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
                tail.bytes.extend(bytes);
                let excess = tail.bytes.len().saturating_sub(STDERR_TAIL);
                tail.is_cut |= excess > 0;
                tail.bytes.drain(..excess);
            }
            tail.lock().unwrap_or_else(PoisonError::into_inner).has_ended = true;
            news.notify_all();
        };
        thread::Builder::new().name("standard error".into()).spawn(follow)?;
        Ok(stderr)
    }

    /// Returns the output of the ended command, in whole lines.
    fn so_far(&self) -> Vec<u8> {
        let (tail, news) = &*self.0;
        let tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = news.wait_timeout_while(tail, STDERR_DRAIN, |tail| !tail.has_ended);
        let (tail, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let cut = if tail.is_cut {
            tail.bytes.iter().position(|byte| *byte == b'\n').map_or(tail.bytes.len(), |end| end + 1)
        } else {
            0
        };
        tail.bytes.iter().skip(cut).copied().collect()
    }
}

/// Waits for the end of the command. Returns None if the main process cancels the request.
fn wait_for_command(stream: &mut UnixStream, command: &mut impl RunningCommand) -> io::Result<Option<CommandEnd>> {
    loop {
        if let Some(end) = command.try_wait()? {
            return Ok(Some(end));
        }
        let mut fds = [PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::IN)];
        if retry_on_intr(|| poll(&mut fds, Some(&STEP)))? > 0 {
            return Ok(None);
        }
    }
}

/// Limits the number of threads.
#[derive(Default)]
struct Slots {
    taken: Mutex<usize>,
    freed: Condvar,
}

struct Slot(Arc<Slots>);

impl Slots {
    fn take(slots: &Arc<Self>) -> Slot {
        let taken = slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = slots.freed.wait_while(taken, |taken| *taken >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        *taken += 1;
        drop(taken);
        Slot(slots.clone())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.freed.notify_one();
    }
}
