//! Runs one program to its end, with a deadline and a limit on its output.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{ioctl_fionbio, retry_on_intr};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};

/// The deadline of `nft`: it loads the rules of a tunnel with 10,000 peers in a second or two.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);
/// The deadline of `resolvconf`. It restarts name servers, which can wait for the service that called it, and then never ends.
const RESOLVCONF_DEADLINE: Duration = Duration::from_secs(5);
/// The longest standard output, bytes. The listing of a table of a tunnel with 10,000 peers has 2 MiB.
const MAX_OUTPUT: usize = 16 * 1024 * 1024;
/// The number of bytes of the standard error that are kept.
const MAX_ERRORS: usize = 64 * 1024;
/// The interval at which the child is polled on a kernel without pidfd_open(2) (before Linux 5.3).
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Returns how long the program `name` may take before it is killed.
pub(super) fn deadline(name: &str) -> Duration {
    if name == "resolvconf" { RESOLVCONF_DEADLINE } else { DEADLINE }
}

/// The end of a program and its output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Finished {
    /// True if its exit status was 0.
    pub(super) success: bool,
    /// The exit code or signal, in the system's words.
    pub(super) status: String,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// The reason why a program did not run to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Failure {
    pub(super) status: String,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(status: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status: status.into(), message: message.into() }
    }

    /// The failure of a program that could not be started.
    pub(super) fn start(error: &io::Error) -> Self {
        Self::new("it could not be started", error.to_string())
    }
}

/// Runs `command`, which must be the leader of its process group, with `input` on its standard input. `started` is called with
/// the process id before the command gets any input. After `deadline` the command is killed with its descendants
/// ([`kill_group`]).
pub(super) fn run(
    command: &mut Command,
    input: &[u8],
    deadline: Duration,
    started: impl FnOnce(u32) -> io::Result<()>,
) -> Result<Finished, Failure> {
    let deadline_at = Instant::now() + deadline;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = Group(Some(command.spawn().map_err(|error| Failure::start(&error))?));
    let lost = |error: io::Error| Failure::new("it was killed", error.to_string());
    let Some(child) = &mut group.0 else { return Err(Failure::start(&ErrorKind::NotFound.into())) };
    started(child.id()).map_err(lost)?;
    let mut talk = Talk::with(child, input).map_err(lost)?;
    let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let end = process.and_then(|process| pidfd_open(process, PidfdFlags::empty()).ok());
    loop {
        talk.go_on().map_err(lost)?;
        if talk.stdout.is_too_long {
            return Err(Failure::new("it was killed", format!("it printed more than {MAX_OUTPUT} bytes")));
        }
        if let Some(status) = child.try_wait().map_err(lost)? {
            // Reads the output between the last look and the end.
            talk.go_on().map_err(lost)?;
            group.0 = None;
            let Talk { stdout, stderr, .. } = talk;
            return Ok(Finished {
                success: status.success(),
                status: status.to_string(),
                stdout: stdout.bytes,
                stderr: stderr.bytes,
            });
        }
        let left = deadline_at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::new("it was killed", format!("it did not end within {} s", deadline.as_secs_f32())));
        }
        talk.wait(end.as_ref(), left).map_err(lost)?;
    }
}

/// A child that is killed with its process group when this is dropped, unless it was taken out after its end.
struct Group(Option<Child>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            kill_group(child);
        }
    }
}

/// Kills a child with its process group, whose leader it is, and the process groups of descendants that have left the group;
/// waits for the child. A daemon whose parent has ended is not a descendant any more and survives.
pub(super) fn kill_group(child: &mut Child) {
    if let Some(leader) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let family = stop_family(leader);
        let _ = kill_process_group(leader, Signal::KILL);
        for process in family {
            let _ = kill_process(process, Signal::KILL);
        }
    }
    let _ = child.wait();
}

/// Stops a process and all its descendants, so that none of them can start another one, and returns the descendants.
fn stop_family(leader: Pid) -> Vec<Pid> {
    let mut family = vec![leader];
    let mut stopped = 0;
    while stopped < family.len() {
        for process in family.iter().skip(stopped) {
            let _ = kill_process(*process, Signal::STOP);
        }
        stopped = family.len();
        let more: Vec<Pid> = children_of(&family).into_iter().filter(|child| !family.contains(child)).collect();
        family.extend(more);
    }
    family.split_off(1)
}

/// Returns the children of all `parents` that procfs shows.
fn children_of(parents: &[Pid]) -> Vec<Pid> {
    let is_child = |process: &Pid| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // proc_pid_stat(5): number, name in parentheses (which may contain some), state, parent.
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok().and_then(Pid::from_raw)?;
        parents.contains(&parent).then_some(())
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw));
    processes.filter(|process| is_child(process).is_some()).collect()
}

/// The three pipes of a child, all non-blocking.
struct Talk<'input> {
    stdin: Option<ChildStdin>,
    left: &'input [u8],
    stdout: Output,
    stderr: Output,
}

impl<'input> Talk<'input> {
    fn with(child: &mut Child, input: &'input [u8]) -> io::Result<Self> {
        let stdin = child.stdin.take();
        if let Some(stdin) = &stdin {
            ioctl_fionbio(stdin, true)?;
        }
        let stdout = Output::new(child.stdout.take().map(OwnedFd::from), MAX_OUTPUT)?;
        let stderr = Output::new(child.stderr.take().map(OwnedFd::from), MAX_ERRORS)?;
        Ok(Self { stdin, left: input, stdout, stderr })
    }

    /// Writes and reads as much as possible without blocking.
    fn go_on(&mut self) -> io::Result<()> {
        self.write()?;
        self.stdout.read()?;
        self.stderr.read()
    }

    fn write(&mut self) -> io::Result<()> {
        while let Some(stdin) = &mut self.stdin {
            if self.left.is_empty() {
                self.stdin = None;
                return Ok(());
            }
            match stdin.write(self.left) {
                Ok(written) => self.left = self.left.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The exit status of a program that does not read its input says whether that is an error.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => self.stdin = None,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until one of the pipes or `end`, the child's pidfd, is ready.
    fn wait(&self, end: Option<&OwnedFd>, left: Duration) -> io::Result<()> {
        let mut fds = Vec::with_capacity(4);
        fds.extend(self.stdin.as_ref().map(|stdin| PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::OUT)));
        let readable = [self.stdout.pipe.as_ref(), self.stderr.pipe.as_ref(), end];
        fds.extend(readable.into_iter().flatten().map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN)));
        let patience = if end.is_some() { left } else { left.min(LOOK_EVERY) };
        let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
        retry_on_intr(|| poll(&mut fds, Some(&timeout)))?;
        Ok(())
    }
}

/// The output of a child on one stream, up to a limit; the rest is read and dropped.
struct Output {
    pipe: Option<OwnedFd>,
    bytes: Vec<u8>,
    limit: usize,
    is_too_long: bool,
}

impl Output {
    fn new(pipe: Option<OwnedFd>, limit: usize) -> io::Result<Self> {
        if let Some(pipe) = &pipe {
            ioctl_fionbio(pipe, true)?;
        }
        Ok(Self { pipe, bytes: Vec::new(), limit, is_too_long: false })
    }

    fn read(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        while let Some(pipe) = &self.pipe {
            match rustix::io::read(pipe, &mut buffer).map_err(io::Error::from) {
                Ok(0) => self.pipe = None,
                Ok(read) => {
                    let room = self.limit - self.bytes.len();
                    self.is_too_long |= read > room;
                    let kept = buffer.get(..read.min(room)).unwrap_or_default();
                    self.bytes.extend_from_slice(kept);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.is_too_long {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;

    use super::*;
    use crate::linux::noted;

    fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]).process_group(0);
        command
    }

    fn run_line(line: &str, input: &[u8], deadline: Duration) -> Result<Finished, Failure> {
        run(&mut shell(line), input, deadline, |_| Ok(()))
    }

    #[test]
    fn long_input_and_long_output_pass_at_once() {
        let input = vec![b'x'; 3_000_000];
        let finished = run_line("cat; echo oops >&2; exit 3", &input, DEADLINE).unwrap();
        assert_eq!((finished.success, &*finished.status, &*finished.stderr), (false, "exit status: 3", &b"oops\n"[..]));
        assert!(finished.stdout == input);
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_with_its_process_group() {
        let folder = tempfile::tempdir().unwrap();
        let (processes, lived) = (folder.path().join("processes"), folder.path().join("lived"));
        let begun = Instant::now();
        let failure = run_line(&noted::two_that_stay(&processes, &lived), b"", Duration::from_secs(1)).unwrap_err();
        assert_eq!(failure, Failure::new("it was killed", "it did not end within 1 s"));
        assert!(begun.elapsed() < Duration::from_secs(5));
        noted::wait_until_noted(&processes, 2);
        noted::wait_until_gone(&processes);
        assert!(!lived.exists());
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_with_descendants_in_sessions_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let processes = folder.path().join("processes");
        let line = format!(
            "setsid sh -c 'echo $$ >>{0}; setsid sh -c \"echo \\$\\$ >>{0}; sleep 600\"; :' & sleep 600",
            processes.display()
        );
        let failure = run_line(&line, b"", Duration::from_secs(1)).unwrap_err();
        assert_eq!(failure.message, "it did not end within 1 s");
        noted::wait_until_noted(&processes, 2);
        noted::wait_until_gone(&processes);
    }

    #[test]
    fn a_program_that_leaves_a_process_behind_has_ended() {
        let finished = run_line("echo done; sleep 5 &", b"", Duration::from_secs(3)).unwrap();
        assert_eq!((finished.success, &*finished.stdout), (true, &b"done\n"[..]));
    }

    #[test]
    fn endless_output_ends_the_program_and_endless_errors_are_cut() {
        let failure = run_line("yes", b"", DEADLINE).unwrap_err();
        assert!(failure.message.starts_with("it printed more than"), "{failure:?}");
        let finished = run_line("yes | head -c 10000000 >&2", b"", DEADLINE).unwrap();
        assert_eq!(finished.stderr.len(), MAX_ERRORS);
    }

    #[test]
    fn the_process_id_is_known_before_the_program_gets_input() {
        let folder = tempfile::tempdir().unwrap();
        let sign = folder.path().join("acted");
        let mut command = shell(&format!("read line; touch {}", sign.display()));
        let started = |_| {
            // No event says that a program got no input; a program with input would have acted by now.
            std::thread::sleep(Duration::from_millis(100));
            assert!(!sign.exists());
            Ok(())
        };
        assert!(run(&mut command, b"go\n", DEADLINE, started).unwrap().success);
        assert!(sign.exists());
    }
}
