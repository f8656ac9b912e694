//! One adapter and its two rings (`wintun.h`). The bindings' own types hide the error codes that the data path tells apart, so
//! this calls the functions themselves.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::BorrowedHandle;

use windows_sys::Win32::Foundation::{ERROR_BUFFER_OVERFLOW, ERROR_HANDLE_EOF, ERROR_INVALID_DATA, ERROR_NO_MORE_ITEMS, HANDLE};
use windows_sys::Win32::NetworkManagement::Ndis::NET_LUID_LH;
use windows_sys::core::GUID;
use wintun_bindings::Wintun;

/// The kind of adapter that Windows shows.
const TUNNEL_TYPE: &str = "Adit";

/// An adapter with open rings. Dropping it removes the adapter.
pub(super) struct Session {
    library: Wintun,
    adapter: *mut c_void,
    session: *mut c_void,
    /// Set while packets wait. It belongs to the session.
    arrived: HANDLE,
}

// SAFETY: the functions for packets may be called from any thread and from several at once (`wintun.h`); the adapter and the
// session are ended once, in `drop`.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

impl Session {
    /// Creates an adapter and opens its rings of `ring` bytes each.
    pub(super) fn create(library: Wintun, name: &str, guid: u128, ring: u32) -> io::Result<Self> {
        let wide = |text: &str| text.encode_utf16().chain([0]).collect::<Vec<u16>>();
        let (name, kind, guid) = (wide(name), wide(TUNNEL_TYPE), GUID::from_u128(guid));
        // SAFETY: both texts end with a zero, and the GUID outlives the call.
        let adapter = unsafe { library.WintunCreateAdapter(name.as_ptr(), kind.as_ptr(), &raw const guid) };
        if adapter.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the adapter was just created, and the size is a power of two within the limits of `wintun.h`.
        let session = unsafe { library.WintunStartSession(adapter, ring) };
        if session.is_null() {
            let error = io::Error::last_os_error();
            // SAFETY: the adapter has no session, and is used no more.
            unsafe { library.WintunCloseAdapter(adapter) };
            return Err(error);
        }
        // SAFETY: the session was just started.
        let arrived = unsafe { library.WintunGetReadWaitEvent(session) };
        Ok(Self { library, adapter: adapter.cast(), session: session.cast(), arrived })
    }

    /// The number of the interface (`NET_LUID`).
    pub(super) fn luid(&self) -> u64 {
        let mut luid = NET_LUID_LH { Value: 0 };
        // SAFETY: the adapter is open; the library writes one number. Any bits are valid for it.
        unsafe {
            self.library.WintunGetAdapterLUID(self.adapter.cast(), &raw mut luid);
            luid.Value
        }
    }

    /// The event that is set when packets arrive.
    pub(super) fn arrived(&self) -> BorrowedHandle<'_> {
        // SAFETY: the event is open as long as the session.
        unsafe { BorrowedHandle::borrow_raw(self.arrived) }
    }

    /// Moves one packet into `buffer`. Errors as of [`TunQueue::recv`](crate::device::TunQueue::recv).
    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut len = 0_u32;
        // SAFETY: the session is open; the library writes the length.
        let packet = unsafe { self.library.WintunReceivePacket(self.session.cast(), &raw mut len) };
        if packet.is_null() {
            return Err(ring_error());
        }
        // SAFETY: the packet has `len` bytes, and is ours until it is released.
        let bytes = unsafe { std::slice::from_raw_parts(packet, len as usize) };
        let room = buffer.get_mut(..bytes.len()).map(|room| room.copy_from_slice(bytes));
        let len = bytes.len();
        // SAFETY: it is a packet of this session, released once, and no reference to it is left.
        unsafe { self.library.WintunReleaseReceivePacket(self.session.cast(), packet) };
        room.map(|()| len).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Puts one packet into the ring. `WouldBlock`: the ring is full. Other errors as of [`Session::receive`].
    pub(super) fn send(&self, packet: &[u8]) -> io::Result<()> {
        let len = u16::try_from(packet.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        // SAFETY: the session is open, and the length is within the limit of `wintun.h`.
        let place = unsafe { self.library.WintunAllocateSendPacket(self.session.cast(), len.into()) };
        if place.is_null() {
            return Err(ring_error());
        }
        // SAFETY: the place has `len` bytes, is ours until it is sent, and is sent once.
        unsafe {
            std::ptr::copy_nonoverlapping(packet.as_ptr(), place, packet.len());
            self.library.WintunSendPacket(self.session.cast(), place);
        }
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: both are open, nobody uses them any more, and the session ends before its adapter.
        unsafe {
            self.library.WintunEndSession(self.session.cast());
            self.library.WintunCloseAdapter(self.adapter.cast());
        }
    }
}

/// Returns the error that a function for packets has left.
fn ring_error() -> io::Error {
    let error = io::Error::last_os_error();
    match error.raw_os_error().map(i32::cast_unsigned) {
        Some(ERROR_NO_MORE_ITEMS | ERROR_BUFFER_OVERFLOW) => io::ErrorKind::WouldBlock.into(),
        // The adapter is going, or the ring is damaged: no packet will come any more.
        Some(ERROR_HANDLE_EOF | ERROR_INVALID_DATA) => io::Error::new(io::ErrorKind::BrokenPipe, error),
        _ => error,
    }
}
