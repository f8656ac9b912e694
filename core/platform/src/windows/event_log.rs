//! The event log of Windows, to which the service writes when it has no console.

use std::ffi::OsStr;
use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, HANDLE};
use windows_sys::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_ERROR_TYPE, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE, RegisterEventSourceW,
    ReportEventW,
};
use windows_sys::Win32::System::Registry::{HKEY_LOCAL_MACHINE, REG_EXPAND_SZ, RegDeleteKeyW, RegSetKeyValueW};

use super::error_code::succeeded;
use super::scm::NAME;
use super::security::wide;
use super::token::checked;

/// The key of the event log `Application` for the service's events.
const KEY: &str = r"SYSTEM\CurrentControlSet\Services\EventLog\Application\Adit";
/// A program of Windows whose messages 1 to 1000 consist of the event's own text.
const MESSAGES: &str = r"%SystemRoot%\System32\EventCreate.exe";
const ID: u32 = 1;
/// The longest text of an event in UTF-16 units (`ReportEventW`).
const MOST: usize = 31_839;

/// The importance of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something may need attention.
    Warning,
    /// Nothing is wrong.
    Information,
}

/// The service's connection to the event log.
#[derive(Debug)]
pub struct EventLog(HANDLE);

// SAFETY: the system's functions for it may be called from any thread.
unsafe impl Send for EventLog {}
// SAFETY: as above.
unsafe impl Sync for EventLog {}

impl EventLog {
    /// Connects to the event log of this computer.
    pub fn open() -> io::Result<Self> {
        let name = wide(OsStr::new(NAME));
        // SAFETY: the name ends with a zero.
        let handle = unsafe { RegisterEventSourceW(ptr::null(), name.as_ptr()) };
        if handle.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(handle)) }
    }

    /// Writes an event. A longer text than the event log takes is cut.
    pub fn report(&self, level: Level, text: &str) -> io::Result<()> {
        let kind = match level {
            Level::Error => EVENTLOG_ERROR_TYPE,
            Level::Warning => EVENTLOG_WARNING_TYPE,
            Level::Information => EVENTLOG_INFORMATION_TYPE,
        };
        let text: Vec<u16> = text.encode_utf16().filter(|unit| *unit != 0).take(MOST - 1).chain([0]).collect();
        let texts = [text.as_ptr()];
        // SAFETY: the handle is open; there is one text, which ends with a zero, and no data.
        checked(unsafe { ReportEventW(self.0, kind, 0, ID, ptr::null_mut(), 1, 0, texts.as_ptr(), ptr::null()) })
    }
}

impl Drop for EventLog {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and not used any more.
        unsafe { DeregisterEventSource(self.0) };
    }
}

/// Tells the system where the texts of the service's events are.
pub(super) fn register() -> io::Result<()> {
    let (key, value, text) = (wide(OsStr::new(KEY)), wide(OsStr::new("EventMessageFile")), wide(OsStr::new(MESSAGES)));
    let size = size_of_val(text.as_slice()) as u32;
    // SAFETY: all texts end with a zero, and the size is that of `text`.
    succeeded(unsafe {
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.as_ptr(), value.as_ptr(), REG_EXPAND_SZ, text.as_ptr().cast(), size)
    })
}

/// Undoes [`register`]. Earlier events stay.
pub(super) fn unregister() -> io::Result<()> {
    let key = wide(OsStr::new(KEY));
    // SAFETY: the name ends with a zero.
    match unsafe { RegDeleteKeyW(HKEY_LOCAL_MACHINE, key.as_ptr()) } {
        ERROR_FILE_NOT_FOUND => Ok(()),
        code => succeeded(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_written() {
        let log = EventLog::open().unwrap();
        for text in ["", "one line", "two\nlines", "a\0b"] {
            log.report(Level::Information, text).unwrap();
        }
        log.report(Level::Error, &"x".repeat(100_000)).unwrap();
    }
}
