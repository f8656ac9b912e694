//! The process at the other end of a Unix socket, as the kernel recorded it when the connection was made.

use std::ffi::c_int;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::peer::{Peer, Process};

/// Socket options of `asm-generic/socket.h` that libc lacks; the values hold for all architectures that Adit is built for.
const SO_PEERGROUPS: c_int = 59;
const SO_PEERPIDFD: c_int = 77;
/// The most groups of a user; Linux allows 65,536.
const MOST_GROUPS: usize = 65_536;

/// A user, as recorded when its process connected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The user's number.
    pub uid: u32,
    /// The numbers of all its groups.
    pub groups: Vec<u32>,
}

impl User {
    /// Returns true for root.
    pub fn is_administrator(&self) -> bool {
        self.uid == 0
    }
}

impl fmt::Display for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "uid {}", self.uid)
    }
}

/// A process by its number and a pidfd, which tells it from a later process with the same number.
#[derive(Debug)]
struct PeerProcess {
    /// The process's number.
    pid: u32,
    descriptor: OwnedFd,
}

impl PeerProcess {
    /// Returns true if the process has not ended. While it runs, no other process has its number.
    fn lives(&self) -> bool {
        let mut ended = [PollFd::new(&self.descriptor, PollFlags::IN)];
        poll(&mut ended, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) == Ok(0)
    }
}

/// Returns the process at the other end of a connected Unix socket.
pub fn peer(stream: impl AsFd) -> io::Result<Peer> {
    let stream = stream.as_fd();
    let credentials = credentials(stream)?;
    let mut groups = groups(stream)?;
    groups.push(credentials.gid);
    let process = process(stream, credentials.pid).map(|process| Process::new(process.pid, move || process.lives()));
    Ok(Peer { user: User { uid: credentials.uid, groups }, process })
}

/// Returns the user number of the other end; for a client's socket, that of the listening process.
pub fn uid(stream: impl AsFd) -> io::Result<u32> {
    credentials(stream.as_fd()).map(|credentials| credentials.uid)
}

fn credentials(stream: BorrowedFd<'_>) -> io::Result<libc::ucred> {
    let mut credentials = [libc::ucred { pid: 0, uid: u32::MAX, gid: u32::MAX }];
    match option(stream, libc::SO_PEERCRED, &mut credentials)? {
        1 => Ok(credentials[0]),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn groups(stream: BorrowedFd<'_>) -> io::Result<Vec<u32>> {
    let mut groups = vec![0_u32; 64];
    loop {
        match option(stream, SO_PEERGROUPS, &mut groups) {
            Ok(count) => {
                groups.truncate(count);
                return Ok(groups);
            }
            Err(error) if error.raw_os_error() == Some(libc::ERANGE) && groups.len() < MOST_GROUPS => {
                groups.resize(groups.len() * 4, 0);
            }
            Err(error) => return Err(error),
        }
    }
}

fn process(stream: BorrowedFd<'_>, pid: libc::pid_t) -> Option<PeerProcess> {
    let descriptor = match process_descriptor(stream) {
        Ok(descriptor) => descriptor,
        // Before Linux 6.5. A process that connected and ended at once could be confused with a later one with its number.
        Err(_) => pidfd_open(Pid::from_raw(pid)?, PidfdFlags::empty()).ok()?,
    };
    let process = PeerProcess { pid: u32::try_from(pid).ok()?, descriptor };
    process.lives().then_some(process)
}

fn process_descriptor(stream: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    let mut descriptor = [-1];
    match option(stream, SO_PEERPIDFD, &mut descriptor)? {
        // SAFETY: the kernel has just made this descriptor for us; nobody else knows it.
        1 if descriptor[0] >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(descriptor[0]) }),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Types for which every bit pattern is valid.
trait Plain: Copy {}
impl Plain for u32 {}
impl Plain for i32 {}
impl Plain for libc::ucred {}

/// Reads a socket option into `values`, and returns how many values were written completely.
fn option<T: Plain>(socket: BorrowedFd<'_>, name: c_int, values: &mut [T]) -> io::Result<usize> {
    let mut length = libc::socklen_t::try_from(size_of_val(values)).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the kernel writes at most `length` bytes, which is the size of `values`, into memory that is ours and of a type that any
    // bytes are valid for; `socket` is open for as long as it is borrowed.
    let result =
        unsafe { libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, name, values.as_mut_ptr().cast(), &raw mut length) };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok((length as usize / size_of::<T>()).min(values.len()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn a_peer_is_who_connected() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let found = peer(&ours).unwrap();
        assert_eq!(found.user.uid, rustix::process::geteuid().as_raw());
        let mut own: Vec<u32> = rustix::process::getgroups().unwrap().iter().map(|group| group.as_raw()).collect();
        let mut groups = found.user.groups.clone();
        own.push(rustix::process::getegid().as_raw());
        own.sort_unstable();
        groups.sort_unstable();
        assert_eq!(groups, own);
        assert_eq!(found.process.map(|process| process.pid), Some(std::process::id()));
    }

    #[test]
    fn a_process_that_has_ended_does_not_live() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let descriptor = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).unwrap();
        let process = PeerProcess { pid: child.id(), descriptor };
        assert!(process.lives());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!process.lives());
    }
}
