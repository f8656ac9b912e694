//! Receives several runs in one call, directly into the caller's buffers.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};

use adit_protocol::UdpPath;
use libc::{iovec, mmsghdr, msghdr};
use rustix::io::Errno;

use super::address::RawAddress;
use super::control::{Control, control_data};
use crate::device::{ReceiveBatch, Received};

/// The most runs of one `recvmmsg`.
pub(super) const BATCH: usize = 32;

/// The most pending errors of the socket that are skipped at once; reading an error clears it.
const PENDING_ERRORS: usize = 64;

/// The parts that a message header points to. They must not move while the header is in use.
struct Parts {
    address: RawAddress,
    control: Control,
    bytes: iovec,
}

/// Receives at most `limit` runs from `socket`. Truncated runs, and those of no IP address, are skipped.
pub(super) fn receive(socket: BorrowedFd<'_>, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
    let mut parts = [const { MaybeUninit::<Parts>::uninit() }; BATCH];
    let mut headers = [const { MaybeUninit::<mmsghdr>::uninit() }; BATCH];
    let mut count = 0;
    for ((buffer, parts), header) in batch.buffers.iter_mut().take(limit).zip(&mut parts).zip(&mut headers) {
        let bytes = iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
        let parts = parts.write(Parts { address: RawAddress::empty(), control: Control::new(), bytes });
        // SAFETY: a header consists of integers and pointers, for which zeros are valid.
        let mut message: msghdr = unsafe { std::mem::zeroed() };
        message.msg_name = (&raw mut parts.address).cast();
        message.msg_namelen = RawAddress::ROOM;
        message.msg_iov = &raw mut parts.bytes;
        message.msg_iovlen = 1;
        parts.control.attach_room(&mut message);
        header.write(mmsghdr { msg_hdr: message, msg_len: 0 });
        count += 1;
    }
    let got = call(socket, headers.as_mut_ptr().cast(), count)?;
    for (index, (header, parts)) in headers.iter().zip(&parts).take(got).enumerate() {
        // SAFETY: the kernel has filled no more than the `count` headers that are initialised, with their parts.
        let (header, parts) = unsafe { (header.assume_init_ref(), parts.assume_init_ref()) };
        if let Some(received) = understand(header, &parts.address) {
            // A skipped run leaves its buffer to the next one.
            batch.buffers.swap(index, batch.received.len());
            batch.received.push(received);
        }
    }
    if batch.received.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
}

fn call(socket: BorrowedFd<'_>, headers: *mut mmsghdr, count: u32) -> Result<usize, Errno> {
    for _ in 0..PENDING_ERRORS {
        // SAFETY: the caller has initialised `count` headers, whose pointers are to buffers that live longer than the call and
        // are borrowed by nobody else.
        let got = unsafe { libc::recvmmsg(socket.as_raw_fd(), headers, count, libc::MSG_DONTWAIT as _, std::ptr::null_mut()) };
        if let Ok(got) = usize::try_from(got) {
            return Ok(got);
        }
        match Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL) {
            error @ (Errno::AGAIN | Errno::BADF | Errno::NOTSOCK | Errno::FAULT | Errno::INVAL) => return Err(error),
            // An interruption, or a report of the network about an earlier datagram.
            error => tracing::trace!(%error, "skipped a pending error of the UDP socket"),
        }
    }
    Err(Errno::AGAIN)
}

fn understand(header: &mmsghdr, address: &RawAddress) -> Option<Received> {
    let len = usize::try_from(header.msg_len).ok()?;
    if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 {
        return None;
    }
    let control_data = control_data(&header.msg_hdr);
    let segment_size = if control_data.segment_size == 0 { len } else { control_data.segment_size.min(len) };
    Some(Received {
        path: UdpPath { remote: address.get()?, local: control_data.local },
        ecn: control_data.ecn,
        segment_size,
        len,
    })
}
