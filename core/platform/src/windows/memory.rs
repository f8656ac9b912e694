//! The memory of this process: keeps keys out of images of crashes.

use std::io;

use windows_sys::Win32::System::Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode};
use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};

pub use crate::portable::memory::give_back;

/// Keeps Windows Error Reporting from making an image of this process when it crashes, and the heap out of one that is made all the
/// same. Programs that this process starts inherit the former.
pub fn keep_private() -> io::Result<()> {
    // SAFETY: it has no pointers.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
    // SAFETY: as above.
    let outcome = unsafe { WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP) };
    if outcome < 0 { Err(io::Error::from_raw_os_error(outcome)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_crashes_can_be_refused() {
        keep_private().unwrap();
        // SAFETY: it has no pointers.
        let mode = unsafe { windows_sys::Win32::System::Diagnostics::Debug::GetErrorMode() };
        assert_eq!(mode & SEM_NOGPFAULTERRORBOX, SEM_NOGPFAULTERRORBOX);
    }
}
