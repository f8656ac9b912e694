//! [`LanSocket`] on Linux.

use std::io;
use std::mem::zeroed;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use libc::{c_int, iovec, socklen_t};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, bind, getsockname, sendto, socket_with};

use super::address::RawAddress;
use super::bind::set;
use super::control::{Control, control_data};
use crate::device::{Ready, Stop};
use crate::lan::{FromNeighbour, HOP_LIMIT, LanInterface, LanSocket};
use crate::linux::netlink::Netlink;
use crate::linux::{address, link, poll};

struct LinuxLanSocket(OwnedFd);

/// Reads the addresses of an interface.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] if there is no interface of this name.
pub fn lan_interface(name: &str) -> io::Result<LanInterface> {
    // The kernel does not find a name that is too long, and refuses to look for an empty one.
    if name.is_empty() || name.len() >= libc::IFNAMSIZ {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut netlink = Netlink::open()?;
    let index = link::find(&mut netlink, name)?.ok_or(io::ErrorKind::NotFound)?.index;
    let present = address::all(&mut netlink)?.into_iter().filter(|present| present.interface == index);
    Ok(LanInterface { index, addresses: present.map(|present| present.address).collect() })
}

/// Binds a socket to an interface and to an address, which may be unspecified. Port 0: any.
///
/// # Errors
/// If there is no such interface or address, or the port is in use.
pub fn lan_socket(interface: &str, address: SocketAddr) -> io::Result<Box<dyn LanSocket>> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    let fd = socket.as_fd();
    bind_to_device(fd, interface)?;
    let hops = c_int::from(HOP_LIMIT);
    if address.is_ipv4() {
        set(fd, libc::SOL_SOCKET, libc::SO_BROADCAST, 1)?;
        set(fd, libc::IPPROTO_IP, libc::IP_TTL, hops)?;
        set(fd, libc::IPPROTO_IP, libc::IP_MULTICAST_TTL, hops)?;
        set(fd, libc::IPPROTO_IP, libc::IP_RECVTTL, 1)?;
    } else {
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, 1)?;
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_UNICAST_HOPS, hops)?;
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_HOPS, hops)?;
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_RECVHOPLIMIT, 1)?;
    }
    bind(&socket, &address)?;
    Ok(Box::new(LinuxLanSocket(socket)))
}

/// `SO_BINDTODEVICE` (socket(7)). An empty name would bind to no interface, and one that is too long to another one, because the
/// kernel reads only its beginning.
fn bind_to_device(socket: BorrowedFd<'_>, interface: &str) -> io::Result<()> {
    if interface.is_empty() || interface.len() >= libc::IFNAMSIZ {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let length = socklen_t::try_from(interface.len()).map_err(io::Error::other)?;
    // SAFETY: the kernel reads `length` bytes of the name, which outlives the call.
    let result = unsafe {
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_BINDTODEVICE, interface.as_ptr().cast(), length)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

impl LanSocket for LinuxLanSocket {
    fn local(&self) -> io::Result<SocketAddr> {
        Ok(getsockname(&self.0)?.try_into()?)
    }

    fn send(&self, to: SocketAddr, bytes: &[u8]) -> io::Result<()> {
        sendto(&self.0, bytes, SendFlags::empty(), &to)?;
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8], stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<FromNeighbour>> {
        let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match poll::wait([Some(self.0.as_fd())], stop, left)? {
                (Ready::Stopped | Ready::Nothing, _) => return Ok(None),
                (Ready::Readable, _) => match receive(self.0.as_fd(), buffer) {
                    Ok(Some(received)) => return Ok(Some(received)),
                    // Of no IP address, taken by nobody, or a report of the network about an earlier datagram.
                    Ok(None) | Err(Errno::AGAIN | Errno::INTR | Errno::CONNREFUSED | Errno::HOSTUNREACH) => {}
                    Err(error) => return Err(error.into()),
                },
            }
        }
    }
}

fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<Option<FromNeighbour>, Errno> {
    let (mut address, mut control) = (RawAddress::empty(), Control::new());
    let mut bytes = iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: a header consists of integers and pointers, for which zeros are valid.
    let mut header: libc::msghdr = unsafe { zeroed() };
    header.msg_name = (&raw mut address).cast();
    header.msg_namelen = RawAddress::ROOM;
    header.msg_iov = &raw mut bytes;
    header.msg_iovlen = 1;
    control.attach_room(&mut header);
    // SAFETY: all pointers of the header are to values that outlive the call and are borrowed by nobody else.
    let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_DONTWAIT) };
    let Ok(len) = usize::try_from(got) else {
        return Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL));
    };
    let hop_limit = control_data(&header).hop_limit;
    Ok(address.get().map(|source| FromNeighbour { source, hop_limit, len }))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddrV6;
    use std::sync::mpsc::channel;

    use super::*;
    use crate::linux::namespace::{alone, ip};
    use crate::linux::stop::EventStop;

    const PATIENCE: Option<Duration> = Some(Duration::from_secs(60));

    fn socket(interface: &str, address: &str) -> Box<dyn LanSocket> {
        lan_socket(interface, address.parse().unwrap()).unwrap()
    }

    /// Two interfaces on one link.
    fn link() {
        ip("link add one type veth peer name two");
        ip("link set one up");
        ip("link set two up");
        ip("addr add fe80::1/64 dev one nodad");
        ip("addr add fe80::2/64 dev two nodad");
    }

    fn index(interface: &str) -> u32 {
        rustix::net::netdevice::name_to_index(
            rustix::net::socket(AddressFamily::INET, SocketType::DGRAM, None).unwrap(),
            interface,
        )
        .unwrap()
    }

    #[test]
    fn a_neighbour_is_heard_with_the_full_hop_limit_and_can_be_answered() {
        alone(|| {
            link();
            let stop = EventStop::new().unwrap();
            let (two, one) = (socket("two", "[::]:51819"), socket("one", "[::]:0"));
            let all_nodes = SocketAddrV6::new("ff02::1".parse().unwrap(), 51819, 0, index("one"));
            one.send(all_nodes.into(), b"who is here?").unwrap();
            let mut buffer = [0; 64];
            let heard = two.receive(&mut buffer, &stop, PATIENCE).unwrap().unwrap();
            assert_eq!((&buffer[..heard.len], heard.hop_limit), (&b"who is here?"[..], Some(255)));
            two.send(heard.source, b"I am").unwrap();
            let heard = one.receive(&mut buffer, &stop, PATIENCE).unwrap().unwrap();
            assert_eq!((&buffer[..heard.len], heard.hop_limit, heard.source.port()), (&b"I am"[..], Some(255), 51819));
        });
    }

    #[test]
    fn the_addresses_of_an_interface_are_its_own_alone() {
        alone(|| {
            link();
            ip("addr add 192.168.1.7/24 dev one");
            let found = lan_interface("one").unwrap();
            assert_eq!(found.index, index("one"));
            let has = |text: &str| found.addresses.contains(&text.parse().unwrap());
            assert!(has("192.168.1.7/24") && has("fe80::1/64") && !has("fe80::2/64"), "{found:?}");
        });
    }

    #[test]
    fn a_datagram_with_a_lower_hop_limit_is_told_from_one_of_the_link() {
        alone(|| {
            link();
            let stop = EventStop::new().unwrap();
            let two = socket("two", "[::]:51819");
            let routed = socket_with(AddressFamily::INET6, SocketType::DGRAM, SocketFlags::CLOEXEC, None).unwrap();
            set(routed.as_fd(), libc::IPPROTO_IPV6, libc::IPV6_UNICAST_HOPS, 254).unwrap();
            bind_to_device(routed.as_fd(), "one").unwrap();
            let to = SocketAddr::from(SocketAddrV6::new("fe80::2".parse().unwrap(), 51819, 0, index("one")));
            sendto(&routed, b"from afar", SendFlags::empty(), &to).unwrap();
            let heard = two.receive(&mut [0; 64], &stop, PATIENCE).unwrap().unwrap();
            assert_eq!(heard.hop_limit, Some(254));
        });
    }

    #[test]
    fn a_broadcast_reaches_the_other_computers_of_the_link_and_of_no_other_link() {
        alone(|| {
            let stop = EventStop::new().unwrap();
            let (two, other) = (elsewhere("one", "192.168.1.2/24"), elsewhere("cafe", "192.168.1.2/24"));
            ip("addr add 192.168.1.1/24 dev one");
            let one = socket("one", "192.168.1.1:0");
            one.send("255.255.255.255:51819".parse().unwrap(), b"who is here?").unwrap();
            let heard = two.receive(&mut [0; 64], &stop, PATIENCE).unwrap().unwrap();
            assert_eq!((heard.source, heard.hop_limit), (one.local().unwrap(), Some(255)));
            two.send(heard.source, b"I am").unwrap();
            let heard = one.receive(&mut [0; 64], &stop, PATIENCE).unwrap().unwrap();
            assert_eq!((heard.source, heard.hop_limit), ("192.168.1.2:51819".parse().unwrap(), Some(255)));
            assert_eq!(other.receive(&mut [0; 64], &stop, Some(Duration::ZERO)).unwrap(), None);
        });
    }

    /// Makes an interface here, and a socket with this address at its other end, in a namespace of its own.
    fn elsewhere(interface: &str, address: &'static str) -> Box<dyn LanSocket> {
        ip(&format!("link add {interface} type veth peer name port0"));
        let ((number, told), (moved, go_on)) = (channel(), channel());
        let thread = std::thread::spawn(move || {
            // SAFETY: the call changes the namespace of this thread only.
            assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWNET) }, 0, "a namespace for the other computer");
            number.send(rustix::thread::gettid()).unwrap();
            go_on.recv().unwrap();
            ip("link set port0 up");
            ip(&format!("addr add {address} dev port0"));
            socket("port0", "0.0.0.0:51819")
        });
        ip(&format!("link set port0 netns {}", told.recv().unwrap().as_raw_nonzero()));
        ip(&format!("link set {interface} up"));
        moved.send(()).unwrap();
        // The socket keeps the namespace alive.
        thread.join().unwrap()
    }

    #[test]
    fn an_interface_that_is_not_there_is_an_error_and_a_stop_ends_the_wait() {
        alone(|| {
            assert!(lan_socket("nowhere", "0.0.0.0:0".parse().unwrap()).is_err());
            for name in ["nowhere", "", "a-name-that-is-too-long"] {
                assert_eq!(lan_interface(name).unwrap_err().kind(), io::ErrorKind::NotFound, "{name}");
            }
            let stop = EventStop::new().unwrap();
            stop.stop();
            assert_eq!(socket("lo", "127.0.0.1:0").receive(&mut [0; 64], &stop, None).unwrap(), None);
        });
    }
}
