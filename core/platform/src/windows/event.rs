//! Events of the system: flags that a thread can wait for together with devices.

use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::System::Threading::{CreateEventW, ResetEvent, SetEvent};

/// An event that stays set until it is reset (`CreateEventW` with manual reset).
pub(super) struct Event(OwnedHandle);

impl Event {
    /// Creates an event that is not set.
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: there is no pointer but the two that may be null.
        let handle = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the system has just made this handle for us.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(handle) }))
    }

    /// Sets it, which ends all waits for it.
    pub(super) fn set(&self) {
        // SAFETY: the handle is open as long as `self`. Setting an event that we own cannot fail.
        unsafe { SetEvent(self.0.as_raw_handle()) };
    }

    /// Resets it, so that waits block again.
    pub(super) fn reset(&self) {
        // SAFETY: as for `set`.
        unsafe { ResetEvent(self.0.as_raw_handle()) };
    }
}

impl AsHandle for Event {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.0.as_handle()
    }
}
