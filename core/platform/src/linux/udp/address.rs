//! Socket addresses in the kernel's format.

use std::mem::size_of;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use libc::{in_addr, in6_addr, sa_family_t, sockaddr_in, sockaddr_in6, socklen_t};

/// Space for an address of either family, a fifth of the size of `sockaddr_storage`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) union RawAddress {
    family: sa_family_t,
    v4: sockaddr_in,
    v6: sockaddr_in6,
}

impl RawAddress {
    /// The size in bytes.
    pub(super) const ROOM: socklen_t = size_of::<Self>() as socklen_t;

    /// Returns an empty address: family 0.
    pub(super) const fn empty() -> Self {
        // SAFETY: all members consist of integers, for which zeros are valid.
        unsafe { std::mem::zeroed() }
    }

    /// Converts `address` to the kernel's format, and returns its length in bytes.
    pub(super) fn new(address: SocketAddr) -> (Self, socklen_t) {
        let mut raw = Self::empty();
        match address {
            SocketAddr::V4(address) => {
                raw.v4 = sockaddr_in {
                    sin_family: libc::AF_INET as sa_family_t,
                    sin_port: address.port().to_be(),
                    sin_addr: to_in_addr(*address.ip()),
                    sin_zero: [0; 8],
                };
                (raw, size_of::<sockaddr_in>() as socklen_t)
            }
            SocketAddr::V6(address) => {
                raw.v6 = sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as sa_family_t,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: 0,
                    sin6_addr: to_in6_addr(*address.ip()),
                    sin6_scope_id: address.scope_id(),
                };
                (raw, size_of::<sockaddr_in6>() as socklen_t)
            }
        }
    }

    /// Returns the address that the kernel wrote; `None` if it is not an IP address.
    pub(super) fn get(&self) -> Option<SocketAddr> {
        // SAFETY: the room was zeroed at first, so every member is initialised, and any bits are valid for integers.
        let (family, v4, v6) = unsafe { (self.family, self.v4, self.v6) };
        match libc::c_int::from(family) {
            libc::AF_INET => Some(SocketAddrV4::new(from_in_addr(v4.sin_addr), u16::from_be(v4.sin_port)).into()),
            libc::AF_INET6 => {
                let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
                Some(SocketAddrV6::new(ip, u16::from_be(v6.sin6_port), 0, v6.sin6_scope_id).into())
            }
            _ => None,
        }
    }
}

pub(super) fn to_in_addr(ip: Ipv4Addr) -> in_addr {
    in_addr { s_addr: u32::from(ip).to_be() }
}

pub(super) fn from_in_addr(address: in_addr) -> Ipv4Addr {
    Ipv4Addr::from(u32::from_be(address.s_addr))
}

pub(super) fn to_in6_addr(ip: Ipv6Addr) -> in6_addr {
    in6_addr { s6_addr: ip.octets() }
}
