//! Sends datagrams: whole runs in one call where the kernel accepts them, with fallbacks down to one datagram at a time.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use adit_protocol::UdpPath;
use libc::{iovec, mmsghdr, msghdr};
use rustix::event::Timespec;
use rustix::io::Errno;

use super::address::RawAddress;
use super::control::Control;
use crate::device::{Datagrams, SendError};
use crate::linux::poll::wait_writable;
use crate::udp_messages::messages;

/// Messages in one `sendmmsg`.
const BATCH: usize = 16;

/// Datagrams in one message; newer kernels take 128.
pub(super) const MAX_SEGMENTS: usize = 64;

/// The longest wait for room in the socket's buffer before the run is dropped.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The socket of one family.
pub(super) struct Sender<'a> {
    pub(super) socket: BorrowedFd<'a>,
    /// Cleared permanently when the network card turns out to lack segmentation.
    pub(super) segmentation: &'a AtomicBool,
    /// The system call, [`send_message`]. A test may replace it to simulate another network card.
    pub(super) system: fn(BorrowedFd<'_>, &Datagrams<'_>) -> Result<(), Errno>,
}

impl Sender<'_> {
    /// Sends `messages`, each a piece of one system call, and passes each error to `report`.
    pub(super) fn send_all(&self, mut messages: &[Datagrams<'_>], report: &mut impl FnMut(SendError)) {
        while !messages.is_empty() {
            let (batch, _) = messages.split_at(messages.len().min(BATCH));
            let sent = if batch.len() > 1 { send_batch(self.socket, batch) } else { 0 };
            messages = messages.split_at_checked(sent).map_or(&[], |(_, left)| left);
            if sent < batch.len()
                && let [stuck, left @ ..] = messages
            {
                if let Err(error) = self.send_one(*stuck) {
                    report(error);
                }
                messages = left;
            }
        }
    }

    /// Sends one message, with all fallbacks.
    pub(super) fn send_one(&self, message: Datagrams<'_>) -> Result<(), SendError> {
        let Err(error) = self.patiently(&message) else { return Ok(()) };
        match error {
            Errno::IO | Errno::INVAL | Errno::MSGSIZE | Errno::OPNOTSUPP if message.bytes.len() > message.segment_size => {
                // The other errors may concern this run alone: segments longer than the path's MTU, or a lost source address.
                if error == Errno::IO && self.segmentation.swap(false, Ordering::Relaxed) {
                    tracing::debug!("the network card cannot cut runs of datagrams: sending one by one");
                }
                self.one_by_one(message)
            }
            error => self.without_source(message, error),
        }
    }

    fn one_by_one(&self, run: Datagrams<'_>) -> Result<(), SendError> {
        let mut outcome = Ok(());
        let mut path = run.path;
        for datagram in messages(run, 1) {
            let Err(error) = self.patiently(&Datagrams { path, ..datagram }) else { continue };
            let Err(error) = self.without_source(Datagrams { path, ..datagram }, error) else { continue };
            if error.sent {
                path.local = None;
            }
            outcome = outcome.and(Err(error));
        }
        outcome
    }

    /// Retries once without the sticky source address if that has vanished, so that the system chooses a source.
    fn without_source(&self, message: Datagrams<'_>, error: Errno) -> Result<(), SendError> {
        let path = message.path;
        let failed = |error: Errno, sent| Err(SendError { path, error: error.into(), sent });
        let lost = matches!(error, Errno::INVAL | Errno::NETUNREACH | Errno::ADDRNOTAVAIL | Errno::HOSTUNREACH | Errno::NODEV);
        if path.local.is_none() || !lost {
            return failed(error, false);
        }
        match self.patiently(&Datagrams { path: UdpPath::to(path.remote), ..message }) {
            Ok(()) => failed(error, true),
            Err(error) => failed(error, false),
        }
    }

    fn patiently(&self, message: &Datagrams<'_>) -> Result<(), Errno> {
        match (self.system)(self.socket, message) {
            Err(Errno::AGAIN) if matches!(wait_writable(self.socket, PATIENCE), Ok(true)) => (self.system)(self.socket, message),
            other => other,
        }
    }
}

/// Everything that a message header points to. It must not move while the header is in use.
struct Parts {
    address: RawAddress,
    control: Control,
    bytes: iovec,
}

impl Parts {
    fn header(&mut self, message: &Datagrams<'_>) -> msghdr {
        let (address, len) = RawAddress::new(message.path.remote);
        self.address = address;
        self.bytes = iovec { iov_base: message.bytes.as_ptr().cast_mut().cast(), iov_len: message.bytes.len() };
        // SAFETY: a header consists of integers and pointers, for which zeros are valid.
        let mut header: msghdr = unsafe { std::mem::zeroed() };
        header.msg_name = (&raw mut self.address).cast();
        header.msg_namelen = len;
        header.msg_iov = &raw mut self.bytes;
        header.msg_iovlen = 1;
        if let Some(local) = message.path.local.filter(|local| local.ip.is_ipv4() == message.path.remote.is_ipv4()) {
            self.control.push_source(local);
        }
        let class = message.dscp & !0b11 | message.ecn as u8;
        if class != 0 {
            self.control.push_traffic_class(message.path.remote.is_ipv6(), class);
        }
        if message.bytes.len() > message.segment_size {
            self.control.push_segment_size(u16::try_from(message.segment_size).unwrap_or(u16::MAX));
        }
        self.control.attach(&mut header);
        header
    }

    const fn new() -> Self {
        let bytes = iovec { iov_base: std::ptr::null_mut(), iov_len: 0 };
        Self { address: RawAddress::empty(), control: Control::new(), bytes }
    }
}

pub(super) fn send_message(socket: BorrowedFd<'_>, message: &Datagrams<'_>) -> Result<(), Errno> {
    let mut parts = Parts::new();
    let header = parts.header(message);
    loop {
        // SAFETY: the header's pointers are to `parts` and to the message's bytes, which outlive the call and are only read.
        if unsafe { libc::sendmsg(socket.as_raw_fd(), &raw const header, libc::MSG_NOSIGNAL) } >= 0 {
            return Ok(());
        }
        match last_error() {
            Errno::INTR => {}
            error => return Err(error),
        }
    }
}

/// Returns how many of the first [`BATCH`] messages the kernel has accepted; the next one met an error.
fn send_batch(socket: BorrowedFd<'_>, messages: &[Datagrams<'_>]) -> usize {
    let mut parts = [const { MaybeUninit::<Parts>::uninit() }; BATCH];
    let mut headers = [const { MaybeUninit::<mmsghdr>::uninit() }; BATCH];
    let mut count = 0;
    for ((message, parts), header) in messages.iter().zip(&mut parts).zip(&mut headers) {
        header.write(mmsghdr { msg_hdr: parts.write(Parts::new()).header(message), msg_len: 0 });
        count += 1;
    }
    // SAFETY: the first `count` headers are initialised; their pointers are to `parts` and to the messages' bytes, which outlive
    // the call and are only read.
    let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr().cast(), count, libc::MSG_NOSIGNAL as _) };
    usize::try_from(sent).unwrap_or(0)
}

fn last_error() -> Errno {
    Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL)
}
