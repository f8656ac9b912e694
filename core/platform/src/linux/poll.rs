//! Waiting for devices and for a [`Stop`] at once.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

use super::stop::EventStop;
use crate::device::{Ready, Stop};

/// How often a [`Stop`] without a descriptor is looked at.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// Blocks until one of two devices has something to read or to say (the answer's two flags), or until `stop` is set.
/// A [`Stop`] of another adapter serves as well, less promptly.
pub(super) fn wait(first: BorrowedFd<'_>, second: Option<BorrowedFd<'_>>, stop: &dyn Stop) -> io::Result<(Ready, [bool; 2])> {
    let event = stop.as_any().downcast_ref::<EventStop>();
    let patience = if event.is_none() { Some(&LOOK_EVERY) } else { None };
    // What is missing is stood in for by `first`: the call then always has the same shape.
    let fds = [Some(first), second, event.map(AsFd::as_fd)];
    let mut fds = fds.map(|fd| PollFd::from_borrowed_fd(fd.unwrap_or(first), PollFlags::IN));
    loop {
        if stop.is_stopped() {
            return Ok((Ready::Stopped, [false; 2]));
        }
        retry_on_intr(|| poll(&mut fds, patience))?;
        let ready = [!fds[0].revents().is_empty(), second.is_some() && !fds[1].revents().is_empty()];
        if ready != [false; 2] && !stop.is_stopped() {
            return Ok((Ready::Readable, ready));
        }
    }
}

/// Blocks until `device` can be written, at most for `patience`; `false` when it still cannot.
pub(super) fn wait_writable(device: BorrowedFd<'_>, patience: Timespec) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(device, PollFlags::OUT)];
    Ok(retry_on_intr(|| poll(&mut fds, Some(&patience)))? > 0)
}
