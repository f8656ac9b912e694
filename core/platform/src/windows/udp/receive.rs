//! Receives runs directly into the caller's buffers.

use std::io;
use std::net::UdpSocket as StdSocket;
use std::ptr;

use adit_protocol::UdpPath;
use windows_sys::Win32::Networking::WinSock::{
    LPFN_WSARECVMSG, MSG_TRUNC, POLLRDNORM, SIO_GET_EXTENSION_FUNCTION_POINTER, SOCKADDR_INET, SOCKET_ERROR, WSABUF,
    WSAECONNRESET, WSAEHOSTUNREACH, WSAEMSGSIZE, WSAENETDOWN, WSAENETRESET, WSAENETUNREACH, WSAEWOULDBLOCK, WSAID_WSARECVMSG,
    WSAIoctl, WSAMSG, WSAPOLLFD, WSAPoll,
};

use super::address::address;
use super::bind::{last_error, raw};
use super::{Families, Family};
use crate::device::{ReceiveBatch, Received};
use crate::winsock_messages::Control;

/// The most errors that are skipped at once; reading an error clears it.
const PENDING_ERRORS: usize = 64;

/// Receives at most `limit` runs. Truncated runs, and those of no IP address, are skipped.
pub(super) fn receive(family: &Family, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
    let mut skipped = 0;
    while batch.received.len() < limit && skipped < PENDING_ERRORS {
        let Some(buffer) = batch.buffers.get_mut(batch.received.len()) else { break };
        match one(family, buffer) {
            Ok(Some(received)) => batch.received.push(received),
            Ok(None) => skipped += 1,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock || !batch.received.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    if batch.received.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
}

/// Receives one run. `None`: an unusable run, or a report of the network about an earlier datagram.
fn one(family: &Family, buffer: &mut [u8]) -> io::Result<Option<Received>> {
    let mut remote = SOCKADDR_INET::default();
    let mut control = Control::new();
    let room = control.room();
    let room = WSABUF { len: room.len() as u32, buf: room.as_mut_ptr() };
    let mut bytes = WSABUF { len: u32::try_from(buffer.len()).unwrap_or(u32::MAX), buf: buffer.as_mut_ptr() };
    let mut message = WSAMSG {
        name: (&raw mut remote).cast(),
        namelen: size_of::<SOCKADDR_INET>() as i32,
        lpBuffers: &raw mut bytes,
        dwBufferCount: 1,
        Control: room,
        dwFlags: 0,
    };
    let mut len = 0_u32;
    // SAFETY: the function is the socket provider's own. The message's pointers are to memory of the stated lengths, which
    // outlives the call, because a call without an overlapped structure ends before it returns.
    let outcome = unsafe { (family.receive.0)(raw(&family.socket), &raw mut message, &raw mut len, ptr::null_mut(), None) };
    if outcome == SOCKET_ERROR {
        let error = last_error();
        return match error.raw_os_error() {
            Some(WSAEWOULDBLOCK) => Err(error),
            Some(WSAEMSGSIZE | WSAECONNRESET | WSAENETRESET | WSAENETUNREACH | WSAEHOSTUNREACH | WSAENETDOWN) => {
                tracing::trace!(%error, "skipped a pending error of the UDP socket");
                Ok(None)
            }
            _ => Err(error),
        };
    }
    let (len, controls) = (len as usize, message.Control.len as usize);
    let Some(remote) = address(&remote).filter(|_| message.dwFlags & MSG_TRUNC == 0) else { return Ok(None) };
    let data = control.read(controls);
    let segment_size = if data.segment_size == 0 { len } else { data.segment_size.min(len) };
    Ok(Some(Received { path: UdpPath { remote, local: data.local }, ecn: data.ecn, segment_size, len }))
}

/// Returns true if one of the sockets has a datagram or an error now.
pub(super) fn is_readable(families: &Families) -> io::Result<bool> {
    let mut sockets = [WSAPOLLFD::default(); 2];
    let mut count = 0;
    for (place, family) in sockets.iter_mut().zip(families.iter().flatten()) {
        *place = WSAPOLLFD { fd: raw(&family.socket), events: POLLRDNORM, revents: 0 };
        count += 1;
    }
    // SAFETY: the first `count` entries are open sockets, and the system writes only to the entries.
    match unsafe { WSAPoll(sockets.as_mut_ptr(), count, 0) } {
        SOCKET_ERROR => Err(last_error()),
        found => Ok(found > 0),
    }
}

/// `WSARecvMsg`, which has no name that can be linked: each provider of sockets has its own.
#[derive(Clone, Copy)]
pub(super) struct Function(NonNull);

/// The same type without the null.
type NonNull = unsafe extern "system" fn(
    usize,
    *mut WSAMSG,
    *mut u32,
    *mut windows_sys::Win32::System::IO::OVERLAPPED,
    windows_sys::Win32::Networking::WinSock::LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32;

/// Asks the socket's provider for `WSARecvMsg`.
pub(super) fn function(socket: &StdSocket) -> io::Result<Function> {
    let (id, mut found, mut returned): (_, LPFN_WSARECVMSG, u32) = (WSAID_WSARECVMSG, None, 0);
    // SAFETY: the system reads the identifier and writes one pointer to a function, whose sizes are those stated, and the length.
    let outcome = unsafe {
        WSAIoctl(
            raw(socket),
            SIO_GET_EXTENSION_FUNCTION_POINTER,
            (&raw const id).cast(),
            size_of_val(&id) as u32,
            (&raw mut found).cast(),
            size_of_val(&found) as u32,
            &raw mut returned,
            ptr::null_mut(),
            None,
        )
    };
    if outcome == SOCKET_ERROR {
        return Err(last_error());
    }
    found.map(Function).ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, "the system has no WSARecvMsg"))
}
