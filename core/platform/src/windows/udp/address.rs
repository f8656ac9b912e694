//! Socket addresses in the format of the system.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, IN_ADDR, IN_ADDR_0, IN6_ADDR, IN6_ADDR_0, SOCKADDR_IN, SOCKADDR_IN6, SOCKADDR_IN6_0, SOCKADDR_INET,
};

/// Converts `address`, and returns its length in bytes.
pub(in crate::windows) fn raw(address: SocketAddr) -> (SOCKADDR_INET, i32) {
    match address {
        SocketAddr::V4(address) => {
            let in_addr = IN_ADDR { S_un: IN_ADDR_0 { S_addr: u32::from(*address.ip()).to_be() } };
            let v4 = SOCKADDR_IN { sin_family: AF_INET, sin_port: address.port().to_be(), sin_addr: in_addr, sin_zero: [0; 8] };
            (SOCKADDR_INET { Ipv4: v4 }, size_of::<SOCKADDR_IN>() as i32)
        }
        SocketAddr::V6(address) => {
            let v6 = SOCKADDR_IN6 {
                sin6_family: AF_INET6,
                sin6_port: address.port().to_be(),
                sin6_flowinfo: 0,
                sin6_addr: IN6_ADDR { u: IN6_ADDR_0 { Byte: address.ip().octets() } },
                Anonymous: SOCKADDR_IN6_0 { sin6_scope_id: address.scope_id() },
            };
            (SOCKADDR_INET { Ipv6: v6 }, size_of::<SOCKADDR_IN6>() as i32)
        }
    }
}

/// Returns the address that the system wrote over zeros; `None` if it is not an IP address.
pub(in crate::windows) fn address(raw: &SOCKADDR_INET) -> Option<SocketAddr> {
    // SAFETY: every byte is initialised, and any bits are valid for integers.
    let (family, v4, v6) = unsafe { (raw.si_family, raw.Ipv4, raw.Ipv6) };
    match family {
        AF_INET => {
            // SAFETY: as above.
            let ip = Ipv4Addr::from(u32::from_be(unsafe { v4.sin_addr.S_un.S_addr }));
            Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
        }
        AF_INET6 => {
            // SAFETY: as above.
            let (octets, scope) = unsafe { (v6.sin6_addr.u.Byte, v6.Anonymous.sin6_scope_id) };
            Some(SocketAddrV6::new(Ipv6Addr::from(octets), u16::from_be(v6.sin6_port), 0, scope).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_families_come_back_and_others_are_none() {
        for text in ["10.1.2.3:51820", "[fd00::1]:1", "[fe80::1%7]:65535"] {
            let written: SocketAddr = text.parse().unwrap();
            assert_eq!(address(&raw(written).0), Some(written));
        }
        assert_eq!(address(&SOCKADDR_INET { si_family: 99 }), None);
    }
}
