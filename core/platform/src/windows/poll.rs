//! Waits for devices and for a [`Stop`] at once.

use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{HANDLE, WAIT_FAILED, WAIT_TIMEOUT};
use windows_sys::Win32::System::Threading::{INFINITE, WaitForMultipleObjects};

use super::stop::EventStop;
use crate::device::{Ready, Stop};

/// Interval at which a [`Stop`] without an event is checked.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Blocks until one of the devices is set or `stop` is set, for at most `patience`. A [`Stop`] of another adapter works as well,
/// with a delay.
pub(super) fn wait<const N: usize>(
    devices: [Option<BorrowedHandle<'_>>; N],
    stop: &dyn Stop,
    patience: Option<Duration>,
) -> io::Result<Ready> {
    let event = stop.as_any().downcast_ref::<EventStop>();
    let look_every = if event.is_none() { Some(LOOK_EVERY) } else { None };
    let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
    let event = event.map(AsHandle::as_handle);
    let handles: Vec<BorrowedHandle<'_>> = event.into_iter().chain(devices.into_iter().flatten()).collect();
    loop {
        if stop.is_stopped() {
            return Ok(Ready::Stopped);
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let is_set = wait_for_any(&handles, left.into_iter().chain(look_every).min())?;
        if stop.is_stopped() {
            return Ok(Ready::Stopped);
        }
        if is_set {
            return Ok(Ready::Readable);
        }
        if left == Some(Duration::ZERO) {
            return Ok(Ready::Nothing);
        }
    }
}

/// Blocks until one of the handles is set. Returns false if none is after `patience`, rounded up to a millisecond.
pub(super) fn wait_for_any(handles: &[BorrowedHandle<'_>], patience: Option<Duration>) -> io::Result<bool> {
    let millis = patience.map_or(INFINITE, |patience| {
        u32::try_from(patience.as_nanos().div_ceil(1_000_000)).unwrap_or(INFINITE).min(INFINITE - 1)
    });
    if handles.is_empty() {
        // The system refuses to wait for nothing.
        std::thread::sleep(Duration::from_millis(millis.into()));
        return Ok(false);
    }
    let count = u32::try_from(handles.len()).map_err(io::Error::other)?;
    // SAFETY: the objects are borrowed, so they are open during the call, and there are `count`; a borrowed handle has the layout
    // of a handle.
    match unsafe { WaitForMultipleObjects(count, handles.as_ptr().cast::<HANDLE>(), 0, millis) } {
        WAIT_FAILED => Err(io::Error::last_os_error()),
        WAIT_TIMEOUT => Ok(false),
        _ => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::FakeStop;
    use crate::windows::event::Event;

    #[test]
    fn patience_ends_a_wait_for_nothing_and_what_is_there_is_found_without_any() {
        let own = EventStop::new().unwrap();
        let (device, others) = (Event::new().unwrap(), FakeStop::new());
        let (none, moment) = (Some(Duration::ZERO), Some(Duration::from_millis(50)));
        for stop in [&own as &dyn Stop, &others] {
            assert_eq!(wait([Some(device.as_handle())], stop, none).unwrap(), Ready::Nothing);
            let begun = Instant::now();
            assert_eq!(wait([Some(device.as_handle())], stop, moment).unwrap(), Ready::Nothing);
            assert!(begun.elapsed() >= Duration::from_millis(50));
        }
        device.set();
        assert_eq!(wait([Some(device.as_handle())], &own, none).unwrap(), Ready::Readable);
        assert_eq!(wait([None, Some(device.as_handle())], &others, Some(Duration::MAX)).unwrap(), Ready::Readable);
        device.reset();
        assert_eq!(wait([Some(device.as_handle())], &own, none).unwrap(), Ready::Nothing);
        own.stop();
        assert_eq!(wait([Some(device.as_handle())], &own, None).unwrap(), Ready::Stopped);
    }

    #[test]
    fn a_stop_flag_of_another_adapter_ends_a_wait() {
        let stop = std::sync::Arc::new(FakeStop::new());
        let waits = std::thread::spawn({
            let stop = std::sync::Arc::clone(&stop);
            move || wait([None], &*stop, None)
        });
        stop.stop();
        assert_eq!(waits.join().unwrap().unwrap(), Ready::Stopped);
    }
}
