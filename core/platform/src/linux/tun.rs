//! TUN devices: makes or takes over a device, then reads and writes superpackets.

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, FromRawFd, IntoRawFd, OwnedFd};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, fstat, open as open_file};
use rustix::io::{Errno, readv, retry_on_intr, writev};
use rustix::net::netdevice::name_to_index;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

use self::backlog::Backlog;
use self::segments::SegmentLimit;
use self::submission::Submission;
use super::link;
use super::netlink::Netlink;
use super::poll;
use super::udp::Socket;
use crate::device::{
    InterfaceState, Offload, Offloads, Ready, Stop, TunCapabilities, TunDevice, TunQueue, UdpSocket, send_one_by_one,
};

mod backlog;
mod ioctl;
mod segments;
mod submission;
mod virtio;

const DRIVER: &str = "/dev/net/tun";

/// The reason why there is no TUN device. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TunError {
    /// Linux does not accept the name: 1 to 15 bytes, no white space, `/`, `:` or `%`, not `.` or `..`.
    #[error("{0:?} is no interface name: 1 to 15 bytes without white space, '/', ':' and '%' are wanted")]
    Name(String),
    /// An interface of this name exists.
    #[error("an interface {0:?} exists already; choose another name")]
    Taken(String),
    /// This process may not create an interface.
    #[error("creating the interface {0:?} needs root or the capability CAP_NET_ADMIN")]
    NotPermitted(String),
    /// This process may not open the driver.
    #[error(
        "creating an interface needs root, or the capability CAP_NET_ADMIN and {DRIVER} open to this user, which it is not (most systems \
         open it to everybody: chmod 666 {DRIVER})"
    )]
    DriverClosed,
    /// The kernel has no TUN driver, or a container hides it.
    #[error("{DRIVER} is missing: load the driver with `modprobe tun`, or give the container that device")]
    NoDriver,
    /// The number of queues is out of range.
    #[error("a TUN device needs 1 to 256 queues, not {0}")]
    Queues(usize),
    /// The given descriptor is not a TUN device.
    #[error("descriptor is no TUN device in use: {0}")]
    NotTun(io::Error),
    /// The given descriptor exchanges frames, or has a protocol number before each packet.
    #[error("the interface {0:?} was not opened with IFF_TUN | IFF_NO_PI")]
    Mode(String),
    /// Any other error.
    #[error("{doing} the interface {name:?}: {error}")]
    Io {
        /// The operation: a verb.
        doing: &'static str,
        /// The interface's name.
        name: String,
        /// The system's error.
        error: io::Error,
    },
}

/// Creates the interface `name` with `queues` queues (1 unless several pairs of workers serve it). It is down, has no address,
/// and ends with the last of its queues.
pub fn open(name: &str, mtu: u16, queues: usize, offloads: Offloads) -> Result<TunDevice, TunError> {
    let failed = |doing: &'static str, error: io::Error| TunError::Io { doing, name: name.to_owned(), error };
    if !is_interface_name(name) {
        return Err(TunError::Name(name.to_owned()));
    }
    let control = control_socket().map_err(|error| failed("opening a socket for", error))?;
    let fds = match queues {
        _ if name_to_index(&control, name).is_ok() => return Err(TunError::Taken(name.to_owned())),
        1 => vec![create(name, offloads.tun_segmentation)],
        2..=256 => (0..queues).map(|queue| create_queue(name, queue, offloads.tun_segmentation)).collect(),
        _ => return Err(TunError::Queues(queues)),
    };
    let fds = fds.into_iter().collect::<io::Result<Vec<_>>>().map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::PERM) => TunError::NotPermitted(name.to_owned()),
        Some(Errno::ACCESS) => TunError::DriverClosed,
        Some(Errno::NOENT | Errno::NODEV | Errno::NXIO) => TunError::NoDriver,
        Some(Errno::BUSY) => TunError::Taken(name.to_owned()),
        _ => failed("creating", error),
    })?;
    ioctl::set_mtu(control.as_fd(), name, mtu).map_err(|error| failed("setting the MTU of", error))?;
    let queues = fds
        .into_iter()
        .map(|fd| Queue::new(fd, Arc::clone(&control), name, offloads.tun_segmentation, offloads))
        .collect::<io::Result<Vec<_>>>()
        .map_err(|error| failed("setting up", error))?;
    if let Some(Err(error)) = queues.first().map(Queue::remove_queueing) {
        tracing::debug!(%error, "there stays a queue before the one of the interface");
    }
    Ok(TunDevice {
        name: name.to_owned(),
        queues: queues.into_iter().map(|queue| Arc::new(queue) as Arc<dyn TunQueue>).collect(),
    })
}

/// Takes over one queue of an interface that another process has created (`WG_TUN_FD`), with its present settings.
pub fn from_fd(fd: OwnedFd, offloads: Offloads) -> Result<TunDevice, TunError> {
    let (name, flags) = ioctl::attached(fd.as_fd()).map_err(TunError::NotTun)?;
    let failed = |doing: &'static str, error: io::Error| TunError::Io { doing, name: name.clone(), error };
    if flags & libc::IFF_TUN == 0 || flags & libc::IFF_NO_PI == 0 {
        return Err(TunError::Mode(name));
    }
    let control = control_socket().map_err(|error| failed("opening a socket for", error))?;
    let queue =
        Queue::new(fd, control, &name, flags & libc::IFF_VNET_HDR != 0, offloads).map_err(|error| failed("setting up", error))?;
    Ok(TunDevice { name, queues: vec![Arc::new(queue)] })
}

fn is_interface_name(name: &str) -> bool {
    let unfit = |char: char| char.is_whitespace() || char.is_control() || matches!(char, '/' | ':' | '%');
    (1..libc::IFNAMSIZ).contains(&name.len()) && name != "." && name != ".." && !name.contains(unfit)
}

/// Creates one queue with the `tun` crate, which leaves addresses and state unchanged.
fn create(name: &str, superpackets: bool) -> io::Result<OwnedFd> {
    let mut wanted = tun::Configuration::default();
    wanted.tun_name(name).platform_config(|linux| {
        linux.ensure_root_privileges(false).vnet_hdr(superpackets);
    });
    let device = tun::create(&wanted).map_err(|error| match error {
        tun::Error::Io(error) => error,
        other => io::Error::other(other),
    })?;
    // SAFETY: the device gives up the descriptor, which nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(device.into_raw_fd()) })
}

/// Creates one of several queues. The `tun` crate refuses more than one, so this asks the driver directly.
fn create_queue(name: &str, queue: usize, superpackets: bool) -> io::Result<OwnedFd> {
    let fd = open_file(DRIVER, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
    let header = if superpackets { libc::IFF_VNET_HDR } else { 0 };
    let first = if queue == 0 { libc::IFF_TUN_EXCL } else { 0 };
    ioctl::attach(fd.as_fd(), name, libc::IFF_TUN | libc::IFF_NO_PI | libc::IFF_MULTI_QUEUE | header | first)?;
    Ok(fd)
}

fn control_socket() -> io::Result<Arc<OwnedFd>> {
    Ok(Arc::new(socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?))
}

/// The place of an interface.
enum Place {
    /// The network namespace in which the interface was made, with this index.
    Here(u32),
    /// Another network namespace, which is this one if the system reports it.
    Elsewhere(Option<OwnedFd>),
}

struct Queue {
    fd: OwnedFd,
    /// A socket in the network namespace in which the interface was made.
    control: Arc<OwnedFd>,
    /// The interface's index when it was made.
    index: u32,
    /// True if each packet has a virtio header before it.
    headers: bool,
    capabilities: TunCapabilities,
    last_mtu: AtomicUsize,
    backlog: Backlog,
    segments: SegmentLimit,
    /// None if the kernel cannot take several writes at once.
    submission: LazyLock<Option<Submission>>,
}

impl Queue {
    fn new(fd: OwnedFd, control: Arc<OwnedFd>, name: &str, headers: bool, offloads: Offloads) -> io::Result<Self> {
        fcntl_setfl(&fd, fcntl_getfl(&fd)? | OFlags::NONBLOCK)?;
        let mut capabilities = TunCapabilities::default();
        if headers {
            ioctl::set_header_size(fd.as_fd(), virtio::HEADER)?;
            capabilities = negotiate(&fd, offloads)?;
        }
        let last_mtu = AtomicUsize::new(ioctl::mtu(control.as_fd(), name)?);
        let index = name_to_index(&control, name)?;
        let segments = SegmentLimit::new()?;
        Ok(Self {
            fd,
            control,
            index,
            headers,
            capabilities,
            last_mtu,
            backlog: Backlog::new(),
            segments,
            submission: LazyLock::new(Submission::open),
        })
    }

    /// Returns the present name and place of the interface: other programs may rename and move it. `BrokenPipe` if it was
    /// removed.
    fn place(&self) -> io::Result<(String, Place)> {
        let (name, _) =
            ioctl::attached(self.fd.as_fd()).map_err(|error| Errno::from_io_error(&error).map_or(error, condition))?;
        let namespaces = ioctl::namespace_of_interface(self.fd.as_fd())
            .and_then(|current| Ok((ioctl::namespace_of_socket(self.control.as_fd())?, current)));
        let index = name_to_index(&self.control, &name);
        let place = match (namespaces, index) {
            (Ok((home, current)), index) => {
                if inode(&home)? == inode(&current)? {
                    Place::Here(index?)
                } else {
                    Place::Elsewhere(Some(current))
                }
            }
            // An old kernel, or no right to ask. Another interface may have taken the name, but not the index.
            (Err(_), Ok(index)) if index == self.index => Place::Here(index),
            (Err(_), _) => Place::Elsewhere(None),
        };
        Ok((name, place))
    }

    /// Returns name and index; `NotFound` if the interface is in another network namespace.
    fn here(&self) -> io::Result<(String, u32)> {
        match self.place()? {
            (name, Place::Here(index)) => Ok((name, index)),
            (_, Place::Elsewhere(_)) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Returns the MTU by `SIOCGIFMTU`, or the same from another network namespace.
    fn ask_mtu(&self) -> io::Result<usize> {
        match self.place()? {
            (name, Place::Here(_)) => ioctl::mtu(self.control.as_fd(), &name),
            (name, Place::Elsewhere(Some(namespace))) => {
                let link = link::find_in(&mut Netlink::open()?, namespace.as_fd(), &name)?;
                let mtu = link.and_then(|link| link.mtu).and_then(|mtu| usize::try_from(mtu).ok());
                mtu.ok_or_else(|| io::ErrorKind::NotFound.into())
            }
            (_, Place::Elsewhere(None)) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn submit(&self, submission: &Submission, packets: &[(Offload, &[u8])]) -> io::Result<()> {
        let mut headers = [[0; virtio::HEADER]; submission::MOST];
        for ((offload, packet), header) in packets.iter().zip(&mut headers) {
            let Ok(encoded) = virtio::encode(*offload, packet) else { return send_one_by_one(self, packets) };
            *header = encoded;
        }
        let mut parts = [[IoSlice::new(&[]); 2]; submission::MOST];
        for (((_, packet), header), parts) in packets.iter().zip(&headers).zip(&mut parts) {
            *parts = [IoSlice::new(header), IoSlice::new(packet)];
        }
        let mut sent = Ok(());
        let mut note = |outcome: io::Result<usize>| {
            if let (Ok(()), Err(error)) = (&sent, outcome) {
                sent = Err(Errno::from_io_error(&error).map_or(error, condition));
            }
        };
        let parts = parts.get(..packets.len()).unwrap_or_default();
        let tried = submission.write(self.fd.as_fd(), parts, &mut note);
        // Packets that the kernel did not take are written one by one.
        let rest = send_one_by_one(self, packets.get(tried..).unwrap_or_default());
        sent.and(rest)
    }

    fn remove_queueing(&self) -> io::Result<()> {
        link::remove_queueing(&mut Netlink::open()?, self.index)
    }

    fn note(&self, len: usize) {
        if let Some(bound) = self.backlog.note(len) {
            let changed = self.here().and_then(|(name, _)| ioctl::set_queue_len(self.control.as_fd(), &name, bound));
            if let Err(error) = changed {
                tracing::debug!(%error, "the queue of the interface stays as it is");
                self.backlog.give_up();
            }
        }
    }
}

/// Requests all offloads that the kernel supports: UDP superpackets came with Linux 6.2, those of TCP long before.
fn negotiate(fd: &OwnedFd, offloads: Offloads) -> io::Result<TunCapabilities> {
    const TCP: u32 = libc::TUN_F_CSUM | libc::TUN_F_TSO4 | libc::TUN_F_TSO6 | libc::TUN_F_TSO_ECN;
    const UDP: u32 = libc::TUN_F_USO4 | libc::TUN_F_USO6;
    if !offloads.tun_segmentation {
        ioctl::set_offload(fd.as_fd(), 0)?;
        return Ok(TunCapabilities::default());
    }
    if offloads.tun_udp_segmentation && ioctl::set_offload(fd.as_fd(), TCP | UDP).is_ok() {
        return Ok(TunCapabilities { tcp_segmentation: true, udp_segmentation: true });
    }
    if ioctl::set_offload(fd.as_fd(), TCP).is_ok() {
        return Ok(TunCapabilities { tcp_segmentation: true, udp_segmentation: false });
    }
    ioctl::set_offload(fd.as_fd(), 0)?;
    Ok(TunCapabilities::default())
}

impl TunQueue for Queue {
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)> {
        if !self.headers {
            let len = retry_on_intr(|| rustix::io::read(&self.fd, &mut *buffer)).map_err(condition)?;
            self.note(len);
            return Ok((len, Offload::default()));
        }
        let mut header = [0; virtio::HEADER];
        let read =
            retry_on_intr(|| readv(&self.fd, &mut [IoSliceMut::new(&mut header), IoSliceMut::new(buffer)])).map_err(condition)?;
        let len = read.checked_sub(virtio::HEADER).ok_or(io::ErrorKind::InvalidData)?;
        let packet = buffer.get(..len).ok_or(io::ErrorKind::InvalidData)?;
        self.note(len);
        match virtio::decode(&header, packet) {
            Ok(offload) => Ok((len, offload)),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }

    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()> {
        if !self.headers {
            return retry_on_intr(|| rustix::io::write(&self.fd, packet)).map(drop).map_err(condition);
        }
        let header = virtio::encode(offload, packet).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        retry_on_intr(|| writev(&self.fd, &[IoSlice::new(&header), IoSlice::new(packet)])).map(drop).map_err(condition)
    }

    fn send_all(&self, packets: &[(Offload, &[u8])]) -> io::Result<()> {
        match &*self.submission {
            Some(submission) if self.headers && packets.len() > 1 => {
                packets.chunks(submission::MOST).map(|packets| self.submit(submission, packets)).fold(Ok(()), Result::and)
            }
            _ => send_one_by_one(self, packets),
        }
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        poll::wait([Some(self.fd.as_fd())], stop, patience).map(|(ready, _)| ready)
    }

    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        let socket = socket.as_any().downcast_ref::<Socket>().ok_or(io::ErrorKind::Unsupported)?;
        socket.wait_beside(Some(self.fd.as_fd()), stop, patience)
    }

    fn capabilities(&self) -> TunCapabilities {
        self.capabilities
    }

    fn mtu(&self) -> usize {
        if let Ok(mtu) = self.ask_mtu() {
            self.last_mtu.store(mtu, Ordering::Relaxed);
        }
        self.last_mtu.load(Ordering::Relaxed)
    }

    fn interface(&self) -> io::Result<InterfaceState> {
        let (name, place) = self.place()?;
        // The driver accepts packets exactly while the interface is up, in whatever namespace it is.
        let is_up = poll::is_writable(self.fd.as_fd())?;
        Ok(InterfaceState { name, is_up, is_elsewhere: matches!(place, Place::Elsewhere(_)) })
    }

    fn prefer_segments(&self, most: usize) {
        if self.headers
            && let Ok((_, index)) = self.here()
        {
            self.segments.prefer(index, most);
        }
    }
}

fn inode(namespace: &OwnedFd) -> io::Result<u64> {
    Ok(fstat(namespace)?.st_ino)
}

/// Converts an error to the kinds that [`TunQueue`] promises.
fn condition(error: Errno) -> io::Error {
    match error {
        // The driver's error for an interface that is down.
        Errno::IO => io::ErrorKind::NetworkDown.into(),
        // The first for a removed interface, the second during the removal.
        Errno::BADFD | Errno::FAULT => io::ErrorKind::BrokenPipe.into(),
        Errno::INVAL => io::ErrorKind::InvalidInput.into(),
        other => other.into(),
    }
}

#[cfg(test)]
#[path = "tun/tests.rs"]
mod tests;
