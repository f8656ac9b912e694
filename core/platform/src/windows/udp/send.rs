//! Sends runs, each in one call if the system segments them, and knows what to do when it does not.

use std::io;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use adit_protocol::UdpPath;
use windows_sys::Win32::Networking::WinSock::{
    POLLWRNORM, SOCKET_ERROR, WSABUF, WSAEADDRNOTAVAIL, WSAEHOSTUNREACH, WSAEINVAL, WSAEMSGSIZE, WSAENETUNREACH, WSAENOPROTOOPT,
    WSAEOPNOTSUPP, WSAEWOULDBLOCK, WSAMSG, WSAPOLLFD, WSAPoll, WSASendMsg,
};

use super::Family;
use super::address::raw as raw_address;
use super::bind::{last_error, raw};
use crate::device::{Datagrams, SendError};
use crate::udp_messages::messages;
use crate::winsock_messages::Control;

/// Datagrams in one message. The system sets no limit, and the interface cuts at most 64 KiB at once.
pub(super) const MAX_SEGMENTS: usize = 512;

/// The longest wait for room in the socket's buffer before the run is dropped, in milliseconds.
const PATIENCE: i32 = 100;

/// The socket of one family.
pub(super) struct Sender<'a> {
    pub(super) family: &'a Family,
    /// Cleared permanently when the system turns out to lack segmentation.
    pub(super) segmentation: &'a AtomicBool,
}

impl Sender<'_> {
    /// Sends one message, with all fallbacks.
    pub(super) fn send_one(&self, message: Datagrams<'_>) -> Result<(), SendError> {
        let Err(error) = self.patiently(&message) else { return Ok(()) };
        match error.raw_os_error() {
            Some(WSAEOPNOTSUPP | WSAENOPROTOOPT | WSAEINVAL | WSAEMSGSIZE) if message.bytes.len() > message.segment_size => {
                // The other errors may concern this run alone: segments longer than the path's MTU, or a lost source address.
                let lacks = matches!(error.raw_os_error(), Some(WSAEOPNOTSUPP | WSAENOPROTOOPT));
                if lacks && self.segmentation.swap(false, Ordering::Relaxed) {
                    tracing::debug!("the system cannot cut runs of datagrams: sending one by one");
                }
                self.one_by_one(message)
            }
            _ => self.without_source(message, error),
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
    fn without_source(&self, message: Datagrams<'_>, error: io::Error) -> Result<(), SendError> {
        let path = message.path;
        let lost = matches!(error.raw_os_error(), Some(WSAEINVAL | WSAENETUNREACH | WSAEADDRNOTAVAIL | WSAEHOSTUNREACH));
        if path.local.is_none() || !lost {
            return Err(SendError { path, error, sent: false });
        }
        match self.patiently(&Datagrams { path: UdpPath::to(path.remote), ..message }) {
            Ok(()) => Err(SendError { path, error, sent: true }),
            Err(error) => Err(SendError { path, error, sent: false }),
        }
    }

    fn patiently(&self, message: &Datagrams<'_>) -> io::Result<()> {
        match self.call(message) {
            Err(error) if error.raw_os_error() == Some(WSAEWOULDBLOCK) && self.wait_for_room()? => self.call(message),
            other => other,
        }
    }

    /// Waits for room in the socket's buffer. Returns false if there still is none.
    fn wait_for_room(&self) -> io::Result<bool> {
        let mut socket = WSAPOLLFD { fd: raw(&self.family.socket), events: POLLWRNORM, revents: 0 };
        // SAFETY: it is one entry, of an open socket, and the system writes only to the entry.
        match unsafe { WSAPoll(&raw mut socket, 1, PATIENCE) } {
            SOCKET_ERROR => Err(last_error()),
            found => Ok(found > 0),
        }
    }

    fn call(&self, message: &Datagrams<'_>) -> io::Result<()> {
        let mut control = self.control(message);
        let controls = control.bytes().len() as u32;
        let (mut remote, namelen) = raw_address(message.path.remote);
        let len = u32::try_from(message.bytes.len()).map_err(|_| io::Error::from_raw_os_error(WSAEMSGSIZE))?;
        let mut bytes = WSABUF { len, buf: message.bytes.as_ptr().cast_mut() };
        let header = WSAMSG {
            name: (&raw mut remote).cast(),
            namelen,
            lpBuffers: &raw mut bytes,
            dwBufferCount: 1,
            Control: WSABUF { len: controls, buf: if controls == 0 { ptr::null_mut() } else { control.room().as_mut_ptr() } },
            dwFlags: 0,
        };
        let mut sent = 0_u32;
        // SAFETY: the header's pointers are to memory of the stated lengths, which outlives the call and is only read, because a
        // call without an overlapped structure ends before it returns.
        let outcome = unsafe { WSASendMsg(raw(&self.family.socket), &raw const header, 0, &raw mut sent, ptr::null_mut(), None) };
        if outcome == SOCKET_ERROR { Err(last_error()) } else { Ok(()) }
    }

    /// Returns what a message needs besides its bytes and its address. DSCP is left out: programs of Windows cannot set it.
    fn control(&self, message: &Datagrams<'_>) -> Control {
        let mut control = Control::new();
        let v6 = message.path.remote.is_ipv6();
        if let Some(local) = message.path.local.filter(|local| local.ip.to_canonical().is_ipv6() == v6) {
            control.push_source(local);
        }
        if self.family.sends_ecn && message.ecn as u8 != 0 {
            control.push_ecn(v6, message.ecn);
        }
        if message.bytes.len() > message.segment_size {
            control.push_segment_size(message.segment_size);
        }
        control
    }
}
