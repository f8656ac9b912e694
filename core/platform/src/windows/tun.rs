//! TUN devices by Wintun: a ring of packets in each direction, shared with the driver, so that a packet costs no system call
//! unless the other side sleeps.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use windows_sys::Win32::NetworkManagement::IpHelper::ConvertInterfaceLuidToAlias;
use windows_sys::Win32::NetworkManagement::Ndis::NET_LUID_LH;

use self::ring::Session;
use super::default_route::Tunnel;
use super::udp::Socket;
use super::{ip_interface, poll};
use crate::device::{InterfaceState, Offload, Ready, Stop, TunCapabilities, TunDevice, TunQueue, UdpSocket};

mod guid;
mod library;
mod ring;

pub(super) use guid::guid_of;
pub use library::{DLL, DLL_VERSION};

/// Why there is no TUN device.
#[derive(Debug, thiserror::Error)]
pub enum TunError {
    /// The name cannot be that of an adapter.
    #[error("`{0}` is not the name of an adapter: 1 to {MAX_NAME} characters, without control characters")]
    Name(String),
    /// The driver's library is not installed.
    #[error("{} is missing: it comes with Adit, or with Wintun {DLL_VERSION}", .0.display())]
    Missing(PathBuf),
    /// The library is not the one that Adit was tested with.
    #[error("{} is not wintun.dll {DLL_VERSION} as WireGuard LLC has signed it: install Adit again", .0.display())]
    Altered(PathBuf),
    /// A library for tests was named, and this program is not a debug build.
    #[error("{} is set, which only debug builds follow: unset it", library::FOR_TESTS)]
    ForTests,
    /// The library cannot be used.
    #[error("cannot load {}: {error}", path.display())]
    Load {
        /// Path of the library.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// The user may not create adapters.
    #[error("creating the adapter {0} needs an elevated prompt (administrator)")]
    Denied(String),
    /// The driver refused.
    #[error("cannot create the adapter {name}: {error}")]
    Create {
        /// The adapter's name.
        name: String,
        /// The system's reason.
        error: io::Error,
    },
}

impl From<TunError> for io::Error {
    fn from(error: TunError) -> Self {
        Self::other(error)
    }
}

/// The longest name, without the terminating zero (`MAX_ADAPTER_NAME` of `wintun.h`).
const MAX_NAME: usize = 127;

/// The size of each ring, bytes: 8 MiB, as other users of Wintun have.
const RING: u32 = 8 << 20;

/// Creates the adapter `name` with its MTU, under the GUID that belongs to the name, so that Windows remembers what it knows of the
/// network. It exists until all queues are dropped or this process ends. Returns the device, and the tunnel for
/// [`WindowsUdp::past`](super::udp::WindowsUdp::past).
pub fn open(name: &str, mtu: u16) -> Result<(TunDevice, Tunnel), TunError> {
    if name.is_empty() || name.encode_utf16().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(TunError::Name(name.escape_default().to_string()));
    }
    let library = library::load()?;
    let session = Session::create(library, name, guid::of(name), RING).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => TunError::Denied(name.to_owned()),
        _ => TunError::Create { name: name.to_owned(), error },
    })?;
    let luid = session.luid();
    match ip_interface::set_mtu(luid, mtu.into()) {
        Ok(true) => {}
        Ok(false) => tracing::debug!(name, "Windows does not list the adapter yet, and keeps its own MTU"),
        Err(error) => tracing::warn!(name, %error, "the MTU could not be set"),
    }
    ours().insert(luid);
    let queue = Queue { session, mtu };
    Ok((TunDevice { name: name.to_owned(), queues: vec![Arc::new(queue)] }, Tunnel(luid)))
}

/// The adapters that this process has created.
static OURS: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

fn ours() -> MutexGuard<'static, BTreeSet<u64>> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns true if this process has created the interface.
pub(super) fn is_ours(luid: u64) -> bool {
    ours().contains(&luid)
}

/// Returns the interfaces that this process has created.
pub(super) fn all_of_this_process() -> BTreeSet<u64> {
    ours().clone()
}

impl Drop for Queue {
    fn drop(&mut self) {
        ours().remove(&self.session.luid());
    }
}

/// The one queue of an adapter.
struct Queue {
    session: Session,
    /// The MTU that was asked for, bytes.
    mtu: u16,
}

impl TunQueue for Queue {
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)> {
        self.session.receive(buffer).map(|len| (len, Offload::default()))
    }

    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()> {
        let is_ip = matches!(packet.first().map(|byte| byte >> 4), Some(4 | 6));
        if offload != Offload::default() || !is_ip {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.session.send(packet)
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        poll::wait([Some(self.session.arrived())], stop, patience)
    }

    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        let socket = socket.as_any().downcast_ref::<Socket>().ok_or(io::ErrorKind::Unsupported)?;
        socket.wait_beside(Some(self.session.arrived()), stop, patience)
    }

    fn capabilities(&self) -> TunCapabilities {
        TunCapabilities::default()
    }

    fn mtu(&self) -> usize {
        let found = ip_interface::mtu(self.session.luid()).unwrap_or_default();
        found.and_then(|mtu| usize::try_from(mtu).ok()).unwrap_or_else(|| self.mtu.into())
    }

    fn interface(&self) -> io::Result<InterfaceState> {
        let name = alias(self.session.luid())?;
        let up = ip_interface::is_connected(self.session.luid())?;
        Ok(InterfaceState { name, is_up: up, is_elsewhere: false })
    }

    fn prefer_segments(&self, _: usize) {}
}

/// Returns the present name of an interface. `BrokenPipe`: it was removed.
fn alias(luid: u64) -> io::Result<String> {
    /// `NDIS_IF_MAX_STRING_SIZE` and the terminating zero.
    const ROOM: usize = 257;
    let (luid, mut name) = (NET_LUID_LH { Value: luid }, [0_u16; ROOM]);
    // SAFETY: the system reads the number and writes at most `ROOM` characters.
    let code = unsafe { ConvertInterfaceLuidToAlias(&raw const luid, name.as_mut_ptr(), ROOM) };
    if code != 0 {
        return Err(io::Error::new(io::ErrorKind::BrokenPipe, io::Error::from_raw_os_error(code.cast_signed())));
    }
    Ok(String::from_utf16_lossy(name.split(|unit| *unit == 0).next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_adapter_can_have_are_refused_before_anything_is_loaded() {
        for name in ["", "a\nb", &"x".repeat(MAX_NAME + 1)] {
            assert!(matches!(open(name, 1420), Err(TunError::Name(_))), "{name:?}");
        }
    }
}
