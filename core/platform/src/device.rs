//! The two devices of the data path, batch first: a TUN queue that speaks in superpackets and a UDP socket that speaks in runs of
//! equal datagrams. An implementation that lacks an offload says so in its capabilities and is then given plain packets.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use adit_protocol::{Ecn, UdpPath};

/// Largest IP packet or run of datagrams that passes through a device in one piece, in bytes.
pub const MAX_SUPERPACKET: usize = 65_535;

/// The work that a superpacket from or to the kernel still needs: one TCP or UDP flow's segments in one IP packet
/// (the meaning of Linux' `struct virtio_net_hdr`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offload {
    /// Whether the packet stands for several.
    pub segmentation: Segmentation,
    /// Payload bytes of each segment but the last; 0 without segmentation.
    pub segment_size: u16,
    /// Bytes of IP and transport header that each segment repeats; 0 without segmentation.
    pub header_len: u16,
    /// State of the transport checksum.
    pub checksum: Checksum,
}

/// How a superpacket is to be cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Segmentation {
    /// It is one packet.
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
        /// Where the transport header starts.
        start: u16,
        /// Where in it the checksum field is.
        offset: u16,
    },
    /// Known to be right. Only for plain packets towards the kernel, and Linux looks all the same: [`Checksum::Partial`] with the
    /// pseudo-header's sum in the field is what saves it the work. A superpacket's is `Partial` in both directions.
    Valid,
}

/// Which offloads to use where the system has them: all, unless a fallback is to be exercised.
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
    /// Everything that the system can do.
    pub const ALL: Self = Self { tun_segmentation: true, tun_udp_segmentation: true, udp_segmentation: true, udp_receive: true };
    /// One packet, one datagram at a time.
    pub const NONE: Self =
        Self { tun_segmentation: false, tun_udp_segmentation: false, udp_segmentation: false, udp_receive: false };
}

impl Default for Offloads {
    fn default() -> Self {
        Self::ALL
    }
}

/// A word that names no offload.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no offload; there are tun-segmentation, tun-udp-segmentation, udp-segmentation and udp-receive, or all")]
pub struct UnknownOffload(String);

impl Offloads {
    /// All but those that `words` names, separated by commas: for a driver that does them wrong.
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

/// Why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ready {
    /// The device can be read.
    Readable,
    /// The [`Stop`] was set.
    Stopped,
    /// Neither, for as long as the caller had patience.
    Nothing,
}

/// The state of the interface of a TUN device at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterfaceState {
    /// Its name. Anybody may have renamed it.
    pub name: String,
    /// Somebody has set it up.
    pub is_up: bool,
    /// It was moved to another network namespace: what is announced in this one is not about it.
    pub is_elsewhere: bool,
}

/// One queue of a TUN device. Reads and writes never block; [`TunQueue::wait`] does.
pub trait TunQueue: Send + Sync + 'static {
    /// Reads one superpacket into `buffer` (at least [`MAX_SUPERPACKET`] long).
    ///
    /// Errors by kind: `WouldBlock`, nothing is there; `InvalidData`, this one packet was unusable and is lost; `NetworkDown`, the
    /// interface is down for now; `BrokenPipe`, the interface was removed and nothing will come any more.
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)>;

    /// Writes one superpacket. Errors as for [`TunQueue::recv`], and `InvalidInput`: the packet contradicts its `offload` or is none.
    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()>;

    /// Writes several, in one system call where the system can. All are tried; the error is the first one's.
    fn send_all(&self, packets: &[(Offload, &[u8])]) -> io::Result<()> {
        send_one_by_one(self, packets)
    }

    /// Blocks until a packet can be read or `stop` is set, for `patience` at most (`None`: for ever).
    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;

    /// As [`TunQueue::wait`], and until something can be received from `socket`. `Unsupported` where these two cannot be waited for
    /// together.
    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;

    /// The capabilities of this device.
    fn capabilities(&self) -> TunCapabilities;

    /// The interface's MTU at this moment (a system call), or the last one known; others may set it at any time.
    fn mtu(&self) -> usize;

    /// Name, state and place of the interface at this moment (system calls). `BrokenPipe`: it was removed; `Unsupported`: there is none,
    /// the packets stay in this process.
    fn interface(&self) -> io::Result<InterfaceState> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// More segments than this in one superpacket would need two sends. A wish: a device may have reasons to give longer ones.
    fn prefer_segments(&self, most: usize);
}

/// [`TunQueue::send_all`] where the system takes one at a time.
pub(crate) fn send_one_by_one<Q: TunQueue + ?Sized>(queue: &Q, packets: &[(Offload, &[u8])]) -> io::Result<()> {
    packets.iter().map(|(offload, packet)| queue.send(*offload, packet)).fold(Ok(()), Result::and)
}

/// A TUN device: its queues and its identity.
pub struct TunDevice {
    /// Name that the system gave it.
    pub name: String,
    /// One for each pair of worker threads.
    pub queues: Vec<Arc<dyn TunQueue>>,
}

/// A run of datagrams for one peer: `bytes` is cut every `segment_size` bytes; the last may be shorter.
#[derive(Clone, Copy, Debug)]
pub struct Datagrams<'a> {
    /// Where to, and from which local address.
    pub path: UdpPath,
    /// For the outer IP header.
    pub ecn: Ecn,
    /// The rest of the outer DSCP/TOS byte, upper six bits in place (0x88 for handshakes, 0 for data).
    pub dscp: u8,
    /// Bytes of each datagram but the last.
    pub segment_size: usize,
    /// The datagrams, one behind the other.
    pub bytes: &'a [u8],
}

/// One received run of datagrams; its bytes are in the buffer that was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received {
    /// Sender, and the local address and interface that it wrote to.
    pub path: UdpPath,
    /// From the outer IP header.
    pub ecn: Ecn,
    /// Bytes of each datagram but the last.
    pub segment_size: usize,
    /// Bytes in all.
    pub len: usize,
}

/// Buffers for receiving: `buffers[i]` holds what `received[i]` describes.
pub struct ReceiveBatch {
    /// Each at least [`MAX_SUPERPACKET`] bytes.
    pub buffers: Vec<Vec<u8>>,
    /// Filled by [`UdpSocket::recv`].
    pub received: Vec<Received>,
}

impl ReceiveBatch {
    /// Room for `count` runs.
    pub fn new(count: usize) -> Self {
        Self { buffers: (0..count).map(|_| vec![0; MAX_SUPERPACKET + 1]).collect(), received: Vec::with_capacity(count) }
    }
}

/// Both families' sockets on one port. Sends and receives never block; [`UdpSocket::wait`] does.
pub trait UdpSocket: Send + Sync + 'static {
    /// Sends all runs; an error is of the first run that failed, the others are still tried.
    /// A run whose sticky source vanished is sent once more without it, and reported with [`SendError::sent`].
    /// Where the socket's buffer is full it waits a moment for room.
    fn send(&self, runs: &[Datagrams<'_>]) -> Result<(), SendError>;

    /// Receives at most `limit` runs (0 < limit <= buffers). `WouldBlock` when none is there. Errors that the network reports about
    /// earlier datagrams are none of the receiver's business and are skipped.
    fn recv(&self, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()>;

    /// Blocks until something can be received or `stop` is set, for `patience` at most (`None`: for ever).
    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;

    /// The bound port.
    fn port(&self) -> u16;

    /// `SO_MARK`; 0 for none.
    fn set_mark(&self, mark: u32) -> io::Result<()>;

    /// Longest run that one send may hold: (datagrams, bytes). (1, 65,507) without segmentation offload.
    fn max_run(&self) -> (usize, usize);

    /// Whether the system joins received datagrams into runs.
    fn receives_runs(&self) -> bool;

    /// For a device's own [`TunQueue::wait_with`].
    fn as_any(&self) -> &dyn std::any::Any;
}

/// A send that failed, in whole or with its sticky source.
#[derive(Debug, thiserror::Error)]
#[error("sending to {}: {error}", path.remote)]
pub struct SendError {
    /// Which run.
    pub path: UdpPath,
    /// Why.
    pub error: io::Error,
    /// The run went out all the same, without its source: `path.local` is to be forgotten.
    pub sent: bool,
}

/// Opens UDP sockets: the seam that lets the engine rebind.
pub trait UdpFactory: Send + Sync + 'static {
    /// Binds both families (one is enough where the other is missing) to `port` (0: any), with the mark (0: none).
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>>;
}

/// A flag that wakes whoever waits.
pub trait Stop: Send + Sync + 'static {
    /// Sets it for ever.
    fn stop(&self);
    /// Whether it is set.
    fn is_stopped(&self) -> bool;
    /// For an implementation's own `wait`.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// Wakes the thread that waits for a [`TunQueue`] which lies in this process and so has nothing that the system could wait for.
pub trait Doorbell: Send + Sync + 'static {
    /// Ends every [`Doorbell::wait`] until it is silenced.
    fn ring(&self);
    /// Lets them wait again.
    fn silence(&self);
    /// As [`TunQueue::wait`]: until it rings.
    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;
    /// As [`TunQueue::wait_with`]: until it rings, or something can be received.
    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready>;
}
