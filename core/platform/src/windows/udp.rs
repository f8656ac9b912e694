//! UDP sockets of both address families: runs of datagrams in one system call (USO, URO), sticky sources, ECN, and an interface
//! that datagrams leave by whatever the routes say.
//!
//! Windows offers no `sendmmsg`, and its registered I/O (RIO) has no control messages, so a batch is several calls.

use std::any::Any;
use std::io;
use std::net::UdpSocket as StdSocket;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use adit_protocol::UdpPath;
use windows_sys::Win32::Networking::WinSock::WSAEAFNOSUPPORT;

use self::bind::Pair;
use self::send::{MAX_SEGMENTS, Sender};
use super::default_route::{Follower, Tunnel};
use super::event::Event;
use super::poll;
use crate::device::{Datagrams, Offloads, Ready, ReceiveBatch, SendError, Stop, UdpFactory, UdpSocket};
use crate::udp_messages::{MAX_PAYLOAD, canonical, messages};

pub(super) mod address;
mod bind;
mod receive;
mod send;

/// Opens UDP sockets on Windows.
#[derive(Clone, Copy, Debug, Default)]
pub struct WindowsUdp {
    /// The offloads to use if the system has them.
    pub offloads: Offloads,
    /// The tunnel that the datagrams must not enter: they leave by the best default route of another interface. `None`: by the
    /// routes.
    pub past: Option<Tunnel>,
}

impl UdpFactory for WindowsUdp {
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>> {
        refuse_mark(mark)?;
        Ok(Arc::new(Socket::bind(port, self.offloads, self.past)?))
    }
}

/// Fails unless `mark` is 0: Windows has no marks of packets.
fn refuse_mark(mark: u32) -> io::Result<()> {
    match mark {
        0 => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::Unsupported, format!("firewall mark {mark:#x}: Windows has no marks, use 0"))),
    }
}

pub(super) struct Socket {
    families: Arc<Families>,
    port: u16,
    segmentation: AtomicBool,
    receives_runs: bool,
    /// Counts receives, so that the families take turns.
    turn: AtomicUsize,
    /// Keeps the sockets on the interface of the default route.
    _follower: Option<Follower>,
}

/// The sockets of IPv4 and IPv6. One is `None` if the system lacks the family.
type Families = [Option<Family>; 2];

/// The socket of one family.
pub(super) struct Family {
    socket: StdSocket,
    /// Set when a datagram arrives.
    arrived: Event,
    receive: receive::Function,
    /// True if the system takes the ECN bits of a datagram.
    sends_ecn: bool,
}

/// Returns the index of the socket for the path's family.
fn family(path: &UdpPath) -> usize {
    usize::from(path.remote.is_ipv6())
}

impl Socket {
    fn bind(port: u16, offloads: Offloads, past: Option<Tunnel>) -> io::Result<Self> {
        let Pair { v4, v6, port } = bind::bind_pair(port)?;
        let families = [v4, v6];
        let (mut segmentation, mut receives_runs) = (offloads.udp_segmentation, offloads.udp_receive);
        for family in families.iter().flatten() {
            segmentation &= bind::knows_segmentation(&family.socket);
            receives_runs = receives_runs && bind::ask_for_runs(&family.socket);
        }
        let families = Arc::new(families);
        let follower = past.map(|tunnel| {
            let families = Arc::clone(&families);
            Follower::start(tunnel, move |index| bind::use_interfaces(&families, index))
        });
        Ok(Self {
            families,
            port,
            segmentation: segmentation.into(),
            receives_runs,
            turn: AtomicUsize::new(0),
            _follower: follower.transpose()?,
        })
    }

    fn send_message(&self, message: &Datagrams<'_>) -> Result<(), SendError> {
        let path = message.path;
        match self.families.get(family(&path)) {
            Some(Some(family)) => Sender { family, segmentation: &self.segmentation }.send_one(*message),
            _ => Err(SendError { path, error: io::Error::from_raw_os_error(WSAEAFNOSUPPORT), sent: false }),
        }
    }

    /// Blocks until a datagram can be received, `device` is set, or `stop` is set, for `patience` at most.
    pub(super) fn wait_beside(
        &self,
        device: Option<BorrowedHandle<'_>>,
        stop: &dyn Stop,
        patience: Option<Duration>,
    ) -> io::Result<Ready> {
        // An event tells of datagrams that arrive from now on; what has arrived before is looked for.
        self.families.iter().flatten().for_each(|family| family.arrived.reset());
        if !stop.is_stopped() && receive::is_readable(&self.families)? {
            return Ok(Ready::Readable);
        }
        let [v4, v6] = self.families.each_ref().map(|family| family.as_ref().map(|family| family.arrived.as_handle()));
        poll::wait([v4, v6, device], stop, patience)
    }
}

impl UdpSocket for Socket {
    fn send(&self, runs: &[Datagrams<'_>]) -> Result<(), SendError> {
        let most = self.max_run().0;
        let pieces = runs.iter().flat_map(|run| messages(canonical(*run), most));
        pieces.map(|message| self.send_message(&message)).fold(Ok(()), Result::and)
    }

    fn recv(&self, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
        batch.received.clear();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        for index in [turn % 2, (turn + 1) % 2] {
            let Some(family) = &self.families[index] else { continue };
            match receive::receive(family, batch, limit) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        self.wait_beside(None, stop, patience)
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn set_mark(&self, mark: u32) -> io::Result<()> {
        refuse_mark(mark)
    }

    fn max_run(&self) -> (usize, usize) {
        let segments = if self.segmentation.load(Ordering::Relaxed) { MAX_SEGMENTS } else { 1 };
        (segments, MAX_PAYLOAD)
    }

    fn receives_runs(&self) -> bool {
        self.receives_runs
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
#[path = "udp/tests.rs"]
mod tests;
