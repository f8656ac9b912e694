//! Writes several packets to one device in one system call with Linux AIO (`io_submit(2)`).
//!
//! A TUN device carries out each write during the submission, so that nothing is in flight after the call. The receiving program,
//! and the acknowledgement of what it has read, are then woken once for several superpackets.

use std::io::{self, IoSlice};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;
use std::sync::{Mutex, PoisonError};

/// The most writes of one call.
pub(super) const MOST: usize = 8;

/// `IOCB_CMD_PWRITEV`.
const WRITE_VECTOR: u16 = 8;

/// An AIO context of the kernel, by its handle: it holds the outcomes of writes.
pub(super) struct Submission(Mutex<usize>);

/// `struct iocb` of `linux/aio_abi.h`. Two fields that are zero here change places with the byte order.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Control {
    data: u64,
    key_and_flags: [u32; 2],
    opcode: u16,
    priority: i16,
    descriptor: u32,
    buffer: u64,
    len: u64,
    offset: i64,
    reserved: u64,
    flags: u32,
    result_descriptor: u32,
}

/// `struct io_event`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Outcome {
    data: u64,
    control: u64,
    result: i64,
    result2: i64,
}

impl Submission {
    /// Opens a context. None if the kernel has no AIO, or a sandbox forbids it.
    pub(super) fn open() -> Option<Self> {
        let mut context = 0usize;
        // SAFETY: the kernel writes one word to where the pointer leads, which is `context`.
        if unsafe { libc::syscall(libc::SYS_io_setup, MOST, &raw mut context) } < 0 {
            tracing::debug!(error = %io::Error::last_os_error(), "the interface takes one write at a time");
            return None;
        }
        Some(Self(Mutex::new(context)))
    }

    /// Writes the first of `packets` (at most [`MOST`]) to `device`. Returns how many were tried, and passes the outcomes to
    /// `note`.
    pub(super) fn write<const N: usize>(
        &self,
        device: BorrowedFd<'_>,
        packets: &[[IoSlice<'_>; N]],
        note: &mut impl FnMut(io::Result<usize>),
    ) -> usize {
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut controls = [Control::default(); MOST];
        let mut pointers = [ptr::null_mut::<Control>(); MOST];
        for ((packet, control), pointer) in packets.iter().zip(&mut controls).zip(&mut pointers) {
            *control = Control {
                opcode: WRITE_VECTOR,
                descriptor: device.as_raw_fd().cast_unsigned(),
                buffer: packet.as_ptr().expose_provenance() as u64,
                len: N as u64,
                ..Control::default()
            };
            *pointer = control;
        }
        // SAFETY: so many pointers lead to control blocks, whose buffers are `IoSlice`s (which look like `iovec`) of readable bytes.
        // All of them outlive the call, and the device has finished with them when it returns. The context is locked.
        let submitted = unsafe { libc::syscall(libc::SYS_io_submit, *context, packets.len().min(MOST), pointers.as_mut_ptr()) };
        let submitted = usize::try_from(submitted).unwrap_or(0);
        collect(*context, submitted, note);
        submitted
    }
}

fn collect(context: usize, submitted: usize, note: &mut impl FnMut(io::Result<usize>)) {
    let mut outcomes = [Outcome::default(); MOST];
    let mut left = submitted;
    while left > 0 {
        // SAFETY: the kernel writes at most `left` outcomes, no more than there is room for.
        let got = unsafe {
            libc::syscall(libc::SYS_io_getevents, context, left, left, outcomes.as_mut_ptr(), ptr::null_mut::<libc::timespec>())
        };
        let got = match usize::try_from(got) {
            Ok(got) => got,
            Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        for Outcome { result, .. } in outcomes.iter().take(got) {
            let error = |_| io::Error::from_raw_os_error(i32::try_from(-result).unwrap_or(libc::EIO));
            note(usize::try_from(*result).map_err(error));
        }
        left = left.saturating_sub(got);
    }
}

impl Drop for Submission {
    fn drop(&mut self) {
        // SAFETY: the context was made by `io_setup`, and nobody uses it any more.
        unsafe { libc::syscall(libc::SYS_io_destroy, *self.0.get_mut().unwrap_or_else(PoisonError::into_inner)) };
    }
}
