//! Error codes that functions of Windows return.

use std::io;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;

/// Returns the error of a function that returns its code.
pub(super) fn succeeded(code: u32) -> io::Result<()> {
    if code == ERROR_SUCCESS { Ok(()) } else { Err(io::Error::from_raw_os_error(code.cast_signed())) }
}
