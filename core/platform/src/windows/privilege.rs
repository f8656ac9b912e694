//! The user of this process.

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::{GetTokenInformation, TOKEN_ELEVATION, TokenElevation};

/// The token of this process. It needs no opening or closing (`GetCurrentProcessToken` of `processthreadsapi.h`).
const CURRENT_PROCESS_TOKEN: HANDLE = std::ptr::without_provenance_mut(-4_isize as usize);

/// Returns true if this process runs elevated, as an administrator.
pub fn is_administrator() -> bool {
    let mut elevation = TOKEN_ELEVATION { TokenIsElevated: 0 };
    let (size, mut length) = (size_of::<TOKEN_ELEVATION>() as u32, 0);
    // SAFETY: the kernel writes at most `size` bytes, which is the size of `elevation`, and the length; both are ours.
    let known =
        unsafe { GetTokenInformation(CURRENT_PROCESS_TOKEN, TokenElevation, (&raw mut elevation).cast(), size, &raw mut length) };
    known != 0 && elevation.TokenIsElevated != 0
}
