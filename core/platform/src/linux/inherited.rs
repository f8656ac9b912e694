//! File descriptors that the parent process left open for this one and named by number in the environment.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

/// Copies the descriptor `number` to one that no child inherits. The original stays open for the life of the process.
///
/// # Errors
/// When the number is negative or no descriptor is open under it.
pub fn descriptor(number: RawFd) -> io::Result<OwnedFd> {
    if number < 0 {
        return Err(rustix::io::Errno::BADF.into());
    }
    // SAFETY: not -1, and borrowed for this one call, in which the kernel itself checks whether it is open.
    let original = unsafe { BorrowedFd::borrow_raw(number) };
    Ok(rustix::io::fcntl_dupfd_cloexec(original, 3)?)
}

/// Marks all inherited descriptors except the standard ones close-on-exec, so that programs started by this process do not get
/// them. Has no effect before Linux 5.11.
pub(super) fn keep_from_children() {
    // SAFETY: the call changes a flag of descriptors, and closes none.
    unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn a_number_that_nobody_has_open_is_refused() {
        assert!(descriptor(-1).is_err());
        assert!(descriptor(1_000_000).is_err());
        let file = tempfile::tempfile().unwrap();
        assert_ne!(descriptor(file.as_raw_fd()).unwrap().as_raw_fd(), file.as_raw_fd());
    }
}
