//! Waits for devices and for a [`Stop`] at once.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

use super::stop::EventStop;
use crate::device::{Ready, Stop};

/// Interval at which a [`Stop`] without a descriptor is checked.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Blocks until one of the devices is readable or has an error (the returned flags), or until `stop` is set, for at most
/// `patience`. A [`Stop`] of another adapter works as well, with a delay.
pub(super) fn wait<const N: usize>(
    devices: [Option<BorrowedFd<'_>>; N],
    stop: &dyn Stop,
    patience: Option<Duration>,
) -> io::Result<(Ready, [bool; N])> {
    let event = stop.as_any().downcast_ref::<EventStop>();
    let look_every = if event.is_none() { Some(LOOK_EVERY) } else { None };
    let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
    let mut fds = Vec::with_capacity(N + 1);
    fds.extend(devices.iter().flatten().chain(&event.map(AsFd::as_fd)).map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)));
    loop {
        if stop.is_stopped() {
            return Ok((Ready::Stopped, [false; N]));
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.into_iter().chain(look_every).min().map(Timespec::try_from).transpose().map_err(io::Error::other)?;
        retry_on_intr(|| poll(&mut fds, timeout.as_ref()))?;
        let mut spoke = fds.iter().map(|fd| !fd.revents().is_empty());
        let ready = devices.map(|device| device.is_some() && spoke.next() == Some(true));
        if ready != [false; N] && !stop.is_stopped() {
            return Ok((Ready::Readable, ready));
        }
        if ready == [false; N] && left == Some(Duration::ZERO) {
            return Ok((Ready::Nothing, ready));
        }
    }
}

/// Blocks until `device` is writable, for at most `patience`. Returns false if it still is not.
pub(super) fn wait_writable(device: BorrowedFd<'_>, patience: Timespec) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(device, PollFlags::OUT)];
    Ok(retry_on_intr(|| poll(&mut fds, Some(&patience)))? > 0)
}

/// Returns true if `device` is writable now. A pending error does not count.
pub(super) fn is_writable(device: BorrowedFd<'_>) -> io::Result<bool> {
    let mut fds = [PollFd::from_borrowed_fd(device, PollFlags::OUT)];
    retry_on_intr(|| poll(&mut fds, Some(&Timespec::default())))?;
    Ok(fds.iter().any(|fd| fd.revents().contains(PollFlags::OUT)))
}

#[cfg(test)]
mod tests {
    use rustix::event::{EventfdFlags, eventfd};

    use super::*;
    use crate::fake::FakeStop;

    #[test]
    fn patience_ends_a_wait_for_nothing_and_what_is_there_is_found_without_any() {
        let own = EventStop::new().unwrap();
        let (device, others) = (eventfd(0, EventfdFlags::NONBLOCK).unwrap(), FakeStop::new());
        let (none, moment) = (Some(Duration::ZERO), Some(Duration::from_millis(50)));
        for stop in [&own as &dyn Stop, &others] {
            assert_eq!(wait([Some(device.as_fd())], stop, none).unwrap(), (Ready::Nothing, [false]));
            let begun = Instant::now();
            assert_eq!(wait([Some(device.as_fd())], stop, moment).unwrap(), (Ready::Nothing, [false]));
            assert!(begun.elapsed() >= Duration::from_millis(50));
        }
        rustix::io::write(&device, &1u64.to_ne_bytes()).unwrap();
        assert_eq!(wait([Some(device.as_fd())], &own, none).unwrap(), (Ready::Readable, [true]));
        assert_eq!(wait([Some(device.as_fd())], &own, Some(Duration::MAX)).unwrap(), (Ready::Readable, [true]));
        own.stop();
        assert_eq!(wait([Some(device.as_fd())], &own, none).unwrap(), (Ready::Stopped, [false]));
    }
}
