//! Waiting for devices and for a [`Stop`] at once.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

use super::stop::EventStop;
use crate::device::{Ready, Stop};

/// How often a [`Stop`] without a descriptor is looked at.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// Blocks until one of the devices has something to read or to say (the answer's flags), or until `stop` is set.
/// A [`Stop`] of another adapter serves as well, less promptly.
pub(super) fn wait<const N: usize>(devices: [Option<BorrowedFd<'_>>; N], stop: &dyn Stop) -> io::Result<(Ready, [bool; N])> {
    let event = stop.as_any().downcast_ref::<EventStop>();
    let patience = if event.is_none() { Some(&LOOK_EVERY) } else { None };
    let mut fds = Vec::with_capacity(N + 1);
    fds.extend(devices.iter().flatten().chain(&event.map(AsFd::as_fd)).map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)));
    loop {
        if stop.is_stopped() {
            return Ok((Ready::Stopped, [false; N]));
        }
        retry_on_intr(|| poll(&mut fds, patience))?;
        let mut spoke = fds.iter().map(|fd| !fd.revents().is_empty());
        let ready = devices.map(|device| device.is_some() && spoke.next() == Some(true));
        if ready != [false; N] && !stop.is_stopped() {
            return Ok((Ready::Readable, ready));
        }
    }
}

/// Blocks until `device` can be written, at most for `patience`; `false` when it still cannot.
pub(super) fn wait_writable(device: BorrowedFd<'_>, patience: Timespec) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(device, PollFlags::OUT)];
    Ok(retry_on_intr(|| poll(&mut fds, Some(&patience)))? > 0)
}
