//! The two devices of the data path, designed for batches: a TUN queue that exchanges superpackets, and a UDP socket that
//! exchanges runs of equal datagrams. An implementation without an offload reports this in its capabilities and is then given
//! plain packets.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use adit_protocol::{Ecn, UdpPath};

/// The largest IP packet or run of datagrams that passes through a device in one piece, in bytes.
pub const MAX_SUPERPACKET: usize = 65_535;

/// The work that a superpacket from or to the kernel still needs: one TCP or UDP flow's segments in one IP packet
/// (the meaning of Linux' `struct virtio_net_hdr`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offload {
    /// The segmentation of a packet that stands for several segments.
    pub segmentation: Segmentation,
    /// Payload bytes of each segment but the last; 0 without segmentation.
    pub segment_size: u16,
    /// Bytes of IP and transport header that each segment repeats; 0 without segmentation.
    pub header_len: u16,
    /// State of the transport checksum.
    pub checksum: Checksum,
}

/// The segmentation of a superpacket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Segmentation {
    /// It is a single packet.
    #[default]
    None,
    /// TCP over IPv4; `ecn`: the first segment carries CWR, the others must not.
    Tcp4 {
        /// Congestion window reduced is set in the first segment only.
        ecn: bool,
    },
    /// TCP over IPv6.
    Tcp6 {
        /// Congestion window reduced is set in the first segment only.
        ecn: bool,
    },
    /// UDP, either IP version: each segment is a datagram of its own (`USO`).
    Udp,
}

/// State of a transport checksum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Checksum {
    /// Complete in the packet.
    #[default]
    Complete,
    /// The field at `start + offset` holds the pseudo-header's sum; the sum over `start..` is still to be added.
    Partial {
        /// Offset of the transport header, in bytes.
        start: u16,
        /// Offset of the checksum field in that header, in bytes.
        offset: u16,
    },
    /// Known to be right. Only for plain packets to the kernel, and Linux verifies them nevertheless: only [`Checksum::Partial`]
    /// with the pseudo-header's sum in the field spares it this work. The checksum of a superpacket is `Partial` in both
    /// directions.
    Valid,
}

/// The offloads to use if the system has them: all, unless a test exercises a fallback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offloads {
    /// TUN: superpackets at all (`IFF_VNET_HDR`).
    pub tun_segmentation: bool,
    /// TUN: superpackets of UDP.
    pub tun_udp_segmentation: bool,
    /// UDP: runs of datagrams in one send (`UDP_SEGMENT`).
    pub udp_segmentation: bool,
    /// UDP: runs of datagrams in one receive (`UDP_GRO`).
    pub udp_receive: bool,
}

impl Offloads {
    /// All offloads of the system.
    pub const ALL: Self = Self { tun_segmentation: true, tun_udp_segmentation: true, udp_segmentation: true, udp_receive: true };
    /// No offload: one packet, one datagram at a time.
    pub const NONE: Self =
        Self { tun_segmentation: false, tun_udp_segmentation: false, udp_segmentation: false, udp_receive: false };
}

impl Default for Offloads {
    fn default() -> Self {
        Self::ALL
    }
}

/// The error for a word that names no offload.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no offload; there are tun-segmentation, tun-udp-segmentation, udp-segmentation and udp-receive, or all")]
pub struct UnknownOffload(String);

impl Offloads {
    /// Returns all offloads except those in `words`, separated by commas: for drivers with defects.
    pub fn without(words: &str) -> Result<Self, UnknownOffload> {
        let mut offloads = Self::ALL;
        for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "all" => offloads = Self::NONE,
                "tun-segmentation" => offloads.tun_segmentation = false,
                "tun-udp-segmentation" => offloads.tun_udp_segmentation = false,
                "udp-segmentation" => offloads.udp_segmentation = false,
                "udp-receive" => offloads.udp_receive = false,
                unknown => return Err(UnknownOffload(unknown.to_owned())),
            }
        }
        Ok(offloads)
    }
}

/// The capabilities of TUN devices of this system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TunCapabilities {
    /// Superpackets of TCP in both directions.
    pub tcp_segmentation: bool,
    /// Superpackets of UDP in both directions.
    pub udp_segmentation: bool,
}

/// The reason why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ready {
    /// The device can be read.
    Readable,
    /// The [`Stop`] was set.
    Stopped,
    /// The time is over.
    Nothing,
}

/// The state of the interface of a TUN device at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterfaceState {
    /// Its name. Other programs may rename it.
    pub name: String,
    /// True if the interface is up.
    pub is_up: bool,
    /// True if the interface was moved to another network namespace: announcements of this one do not concern it.
    pub is_elsewhere: bool,
}

/// One queue of a TUN device. Reads and writes never block; [`TunQueue::wait`] does.
pub trait TunQueue: Send + Sync + 'static {
    /// Reads one superpacket into `buffer` (at least [`MAX_SUPERPACKET`] long).
    ///
    /// Errors by kind: `WouldBlock`, no packet is there; `InvalidData`, this one packet was unusable and is lost; `NetworkDown`,
    /// the interface is down for now; `BrokenPipe`, the interface was removed and no packet will come any more.
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)>;

    /// Writes one superpacket. Errors as for [`TunQueue::recv`], and `InvalidInput`: the packet contradicts its `offload` or is
    /// not an IP packet.
    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()>;

    /// Writes several superpackets, in one system call if the system can. All are tried; the error is the first one's.
    fn send_all(&self, packets: &[(Offload, &[u8])]) -> io::Result<()> {
        send_one_by_one(self, packets)
    }

    /// Blocks until a packet can be read or `stop` is set, for `patience` at most (`None`: for ever).
    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;

    /// Like [`TunQueue::wait`], and also ends when a datagram can be received from `socket`. `Unsupported` if the two cannot be
    /// waited for
    /// together.
    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;

    /// The capabilities of this device.
    fn capabilities(&self) -> TunCapabilities;

    /// The interface's MTU at this moment (a system call), or the last known one; other programs may change it at any time.
    fn mtu(&self) -> usize;

    /// Name, state and place of the interface at this moment (system calls). `BrokenPipe`: it was removed; `Unsupported`: there
    /// is no interface, because the packets stay in this process.
    fn interface(&self) -> io::Result<InterfaceState> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Sets the number of segments above which a superpacket would need two sends. This is a wish: a device may deliver longer
    /// ones.
    fn prefer_segments(&self, most: usize);
}

/// [`TunQueue::send_all`] for systems that take one packet at a time.
pub(crate) fn send_one_by_one<Q: TunQueue + ?Sized>(queue: &Q, packets: &[(Offload, &[u8])]) -> io::Result<()> {
    packets.iter().map(|(offload, packet)| queue.send(*offload, packet)).fold(Ok(()), Result::and)
}

/// A TUN device: its queues and its identity.
pub struct TunDevice {
    /// The name that the system gave it.
    pub name: String,
    /// The queues, one for each pair of workers.
    pub queues: Vec<Arc<dyn TunQueue>>,
}

/// A run of datagrams for one peer: `bytes` is cut every `segment_size` bytes; the last may be shorter.
#[derive(Clone, Copy, Debug)]
pub struct Datagrams<'a> {
    /// The destination, and the local address to send from.
    pub path: UdpPath,
    /// ECN bits of the outer IP header.
    pub ecn: Ecn,
    /// The rest of the outer DSCP/TOS byte, upper six bits in place (0x88 for handshakes, 0 for data).
    pub dscp: u8,
    /// Bytes of each datagram but the last.
    pub segment_size: usize,
    /// The datagrams, one after the other.
    pub bytes: &'a [u8],
}

/// A received run of datagrams; its bytes are in the caller's buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received {
    /// The sender, and the local address and interface at which the run arrived.
    pub path: UdpPath,
    /// ECN bits of the outer IP header.
    pub ecn: Ecn,
    /// Bytes of each datagram but the last.
    pub segment_size: usize,
    /// Bytes of all datagrams.
    pub len: usize,
}

/// Buffers for receiving: `buffers[i]` holds what `received[i]` describes.
pub struct ReceiveBatch {
    /// The buffers, each at least [`MAX_SUPERPACKET`] bytes.
    pub buffers: Vec<Vec<u8>>,
    /// The received runs, filled by [`UdpSocket::recv`].
    pub received: Vec<Received>,
}

impl ReceiveBatch {
    /// Makes buffers for `count` runs.
    pub fn new(count: usize) -> Self {
        Self { buffers: (0..count).map(|_| vec![0; MAX_SUPERPACKET + 1]).collect(), received: Vec::with_capacity(count) }
    }
}

/// The sockets of both address families on one port. Sends and receives never block; [`UdpSocket::wait`] does.
pub trait UdpSocket: Send + Sync + 'static {
    /// Sends all runs. The error is that of the first run that failed; the others are still tried.
    /// A run whose sticky source vanished is sent once more without it, and reported with [`SendError::sent`].
    /// If the socket's buffer is full, waits a moment for room.
    fn send(&self, runs: &[Datagrams<'_>]) -> Result<(), SendError>;

    /// Receives at most `limit` runs (0 < limit <= buffers). `WouldBlock` if there is none. Errors that the network reports about
    /// earlier datagrams do not concern the receiver and are skipped.
    fn recv(&self, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()>;

    /// Blocks until a datagram can be received or `stop` is set, for `patience` at most (`None`: for ever).
    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;

    /// The bound port.
    fn port(&self) -> u16;

    /// Sets the firewall mark, `SO_MARK`; 0 for none.
    fn set_mark(&self, mark: u32) -> io::Result<()>;

    /// The longest run of one send: (datagrams, bytes). (1, 65,507) without segmentation offload.
    fn max_run(&self) -> (usize, usize);

    /// Returns true if the system joins received datagrams into runs.
    fn receives_runs(&self) -> bool;

    /// The concrete type, for a device's own [`TunQueue::wait_with`].
    fn as_any(&self) -> &dyn std::any::Any;
}

/// A send that failed, completely or only with its sticky source.
#[derive(Debug, thiserror::Error)]
#[error("sending to {}: {error}", path.remote)]
pub struct SendError {
    /// The path of the run.
    pub path: UdpPath,
    /// The system's error.
    pub error: io::Error,
    /// True if the run was sent nevertheless, without its source: the caller must forget `path.local`.
    pub sent: bool,
}

/// Opens UDP sockets: the interface through which the engine binds again.
pub trait UdpFactory: Send + Sync + 'static {
    /// Binds both address families to `port` (0: any) with the mark (0: none). One family is enough if the other is not
    /// available.
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>>;
}

/// A flag that wakes the threads that wait for it.
pub trait Stop: Send + Sync + 'static {
    /// Sets the flag for ever.
    fn stop(&self);
    /// Returns true if the flag is set.
    fn is_stopped(&self) -> bool;
    /// The concrete type, for an implementation's own `wait`.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// Wakes the thread that waits for a [`TunQueue`] inside this process, for which the system has nothing to wait for.
pub trait Doorbell: Send + Sync + 'static {
    /// Ends every [`Doorbell::wait`] until it is silenced.
    fn ring(&self);
    /// Lets [`Doorbell::wait`] block again.
    fn silence(&self);
    /// Like [`TunQueue::wait`]: blocks until it rings.
    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;
    /// Like [`TunQueue::wait_with`]: blocks until it rings or a datagram can be received.
    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;
}
