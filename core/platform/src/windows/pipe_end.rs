//! One end of a connection by a named pipe, for threads that wait with a time limit.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle};
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Foundation::{ERROR_BROKEN_PIPE, ERROR_HANDLE_EOF, ERROR_IO_PENDING, ERROR_PIPE_NOT_CONNECTED, HANDLE};
use windows_sys::Win32::Storage::FileSystem::{ReadFile, WriteFile};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Threading::{INFINITE, WaitForMultipleObjects};

use super::event::Event;

/// An end that was opened for overlapped calls.
pub(super) struct PipeEnd {
    file: File,
    closed: Event,
}

impl PipeEnd {
    /// Takes over an end that was opened with `FILE_FLAG_OVERLAPPED`.
    pub(super) fn new(file: File) -> io::Result<Self> {
        Ok(Self { file, closed: Event::new()? })
    }

    /// Reads what is there, or waits for more. 0: the other end has closed the connection.
    pub(super) fn read(&self, buffer: &mut [u8], timeout: Option<Duration>) -> io::Result<usize> {
        let room = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: the system writes at most `room` bytes into the buffer. `finish` returns only after the call has ended, so both
        // outlive it.
        let read = overlapped(self.file.as_raw_handle(), Some(&self.closed), timeout, |handle, state| unsafe {
            ReadFile(handle, buffer.as_mut_ptr(), room, ptr::null_mut(), state)
        });
        match read {
            Err(error) if is_end(&error) => Ok(0),
            read => read,
        }
    }

    /// Writes as much as fits, or waits for room.
    pub(super) fn write(&self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // SAFETY: the system reads at most `len` bytes; as above.
        overlapped(self.file.as_raw_handle(), Some(&self.closed), Some(timeout), |handle, state| unsafe {
            WriteFile(handle, bytes.as_ptr(), len, ptr::null_mut(), state)
        })
    }

    /// Ends all calls, now and later. What was written can still be read at the other end.
    pub(super) fn close(&self) {
        self.closed.set();
    }
}

fn is_end(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_BROKEN_PIPE | ERROR_HANDLE_EOF | ERROR_PIPE_NOT_CONNECTED))
}

/// Starts an overlapped call with `start`, and waits until it has ended, `closed` is set (`BrokenPipe`) or the time is over
/// (`TimedOut`). Returns the number of bytes. The call has ended in each case, so the system uses no memory of it any more.
pub(super) fn overlapped(
    handle: HANDLE,
    closed: Option<&Event>,
    timeout: Option<Duration>,
    start: impl FnOnce(HANDLE, *mut OVERLAPPED) -> i32,
) -> io::Result<usize> {
    let done = Event::new()?;
    let mut state = OVERLAPPED { hEvent: done.as_handle().as_raw_handle(), ..OVERLAPPED::default() };
    if start(handle, &raw mut state) == 0 {
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(ERROR_IO_PENDING.cast_signed()) {
            return Err(error);
        }
    }
    let ended = wait(&done, closed, timeout);
    if ended.is_err() {
        // SAFETY: the handle is open and the state is that of the call. If the call has ended meanwhile, nothing is cancelled.
        unsafe { CancelIoEx(handle, &raw const state) };
    }
    let mut count = 0_u32;
    // SAFETY: as above; this waits until the call has ended, which it does because it was cancelled or is done.
    let outcome = unsafe { GetOverlappedResult(handle, &raw const state, &raw mut count, 1) };
    match (outcome, ended) {
        // It was done before it could be cancelled.
        (1.., _) => Ok(count as usize),
        (_, Err(error)) => Err(error),
        (_, Ok(())) => Err(io::Error::last_os_error()),
    }
}

fn wait(done: &Event, closed: Option<&Event>, timeout: Option<Duration>) -> io::Result<()> {
    let events = [Some(done), closed].into_iter().flatten().map(|event| event.as_handle().as_raw_handle());
    let handles: Vec<HANDLE> = events.collect();
    let millis = timeout.map_or(INFINITE, |timeout| u32::try_from(timeout.as_millis()).unwrap_or(INFINITE).min(INFINITE - 1));
    // SAFETY: the events are open as long as they are borrowed.
    match unsafe { WaitForMultipleObjects(handles.len() as u32, handles.as_ptr(), 0, millis) } {
        0 => Ok(()),
        1 => Err(io::ErrorKind::BrokenPipe.into()),
        _ => Err(io::ErrorKind::TimedOut.into()),
    }
}
