//! Resolves a name outside the tunnels: asks the servers of other interfaces over these interfaces. The resolver of Windows would
//! ask through the tunnel.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::{IpAddr, UdpSocket};
use std::os::windows::io::AsRawSocket;
use std::path::PathBuf;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_BUFFER_OVERFLOW, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_FRIENDLY_NAME, GAA_FLAG_SKIP_MULTICAST, GetAdaptersAddresses, IP_ADAPTER_ADDRESSES_LH,
};
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::Networking::WinSock::{
    AF_UNSPEC, IP_UNICAST_IF, IPPROTO_IP, IPPROTO_IPV6, IPV6_UNICAST_IF, SOCKADDR_INET, SOCKET_ERROR, setsockopt,
};

use crate::dns_query::{ask, in_hosts};
use crate::network::NameAddresses;
use crate::windows::udp::address::address;

/// A DNS server of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Server {
    address: IpAddr,
    /// The index of the interface for the address's family.
    interface: u32,
}

/// Resolves `host`; IPv4 addresses come before IPv6. Servers that are `inside` a tunnel, and those of `tunnels`, are not asked.
pub(super) fn look_up(host: &str, inside: &[IpAddr], tunnels: &[u64]) -> io::Result<NameAddresses> {
    let addresses = in_hosts(&fs::read_to_string(hosts()).unwrap_or_default(), host);
    if !addresses.is_empty() {
        return Ok(NameAddresses { addresses, ttl: None });
    }
    let servers: Vec<Server> = servers(tunnels)?.into_iter().filter(|server| is_outside(server.address, inside)).collect();
    ask(servers.iter().map(|server| server.address), host, |socket, asked| {
        let interface = servers.iter().find(|server| server.address == asked).map_or(0, |server| server.interface);
        keep_on(socket, interface, asked.is_ipv4())
    })
}

/// The network of the addresses that Windows lists if a network names no IPv6 server: `fec0:0:0:ffff::1` to `::3` (RFC 3879).
const PLACEHOLDERS: [u16; 4] = [0xfec0, 0, 0, 0xffff];

/// Returns true if a server can be asked outside the tunnels. A server on this computer would pass the question on to any other.
fn is_outside(server: IpAddr, inside: &[IpAddr]) -> bool {
    let is_placeholder = matches!(server, IpAddr::V6(address) if address.segments().starts_with(&PLACEHOLDERS));
    !server.is_loopback() && !is_placeholder && !inside.contains(&server)
}

fn hosts() -> PathBuf {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| OsString::from(r"C:\Windows"));
    PathBuf::from(root).join(r"System32\drivers\etc\hosts")
}

/// Keeps a socket on an interface.
fn keep_on(socket: &UdpSocket, interface: u32, ipv4: bool) -> io::Result<()> {
    // The index is in network byte order for IPv4 alone.
    let (level, option, index) =
        if ipv4 { (IPPROTO_IP, IP_UNICAST_IF, interface.to_be()) } else { (IPPROTO_IPV6, IPV6_UNICAST_IF, interface) };
    // SAFETY: the socket is open; the pointer and length are those of one `u32`, which outlives the call.
    let outcome =
        unsafe { setsockopt(socket.as_raw_socket() as usize, level, option, (&raw const index).cast(), size_of::<u32>() as i32) };
    if outcome == SOCKET_ERROR { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Returns the servers of the interfaces that are up, without `tunnels`, in the order of the system.
fn servers(tunnels: &[u64]) -> io::Result<Vec<Server>> {
    let mut servers = Vec::new();
    each_adapter(|adapter| {
        // SAFETY: any bits are valid for integers.
        let (luid, v4) = unsafe { (adapter.Luid.Value, adapter.Anonymous1.Anonymous.IfIndex) };
        if adapter.OperStatus != IfOperStatusUp || tunnels.contains(&luid) {
            return;
        }
        let mut entry = adapter.FirstDnsServerAddress;
        while !entry.is_null() {
            // SAFETY: the system has written a list of servers, each with a pointer to the next and to its address.
            let (next, raw) = unsafe { ((*entry).Next, (*entry).Address.lpSockaddr.cast::<SOCKADDR_INET>()) };
            entry = next;
            // SAFETY: an address of IPv4 is shorter than the type, and lies in the buffer with what follows, which has room.
            let found = address(&unsafe { ptr::read_unaligned(raw) });
            servers.extend(found.map(|found| {
                let interface = if found.is_ipv4() { v4 } else { adapter.Ipv6IfIndex };
                Server { address: found.ip(), interface }
            }));
        }
    })?;
    Ok(servers)
}

/// Returns the domains that the networks of interfaces assigned, by `NET_LUID`, for each interface whose network also names a DNS
/// server.
pub(in crate::windows) fn domains() -> io::Result<BTreeMap<u64, Vec<String>>> {
    let mut domains = BTreeMap::new();
    each_adapter(|adapter| {
        // SAFETY: any bits are valid for an integer.
        let luid = unsafe { adapter.Luid.Value };
        let mut found = Vec::new();
        if !adapter.DnsSuffix.is_null() {
            // SAFETY: the system has written a text that ends with a zero.
            found.push(unsafe { text(adapter.DnsSuffix) });
        }
        let mut entry = adapter.FirstDnsSuffix;
        while !entry.is_null() {
            // SAFETY: the system has written a list of texts that end with a zero, each with a pointer to the next.
            unsafe {
                found.push(text((&raw const (*entry).String).cast()));
                entry = (*entry).Next;
            }
        }
        if !adapter.FirstDnsServerAddress.is_null() {
            domains.insert(luid, found);
        }
    })?;
    Ok(domains)
}

/// Reads a text.
///
/// # Safety
/// It ends with a zero.
unsafe fn text(first: *const u16) -> String {
    let (mut units, mut next) = (Vec::new(), first);
    // SAFETY: the caller vouches that there is a zero.
    unsafe {
        while *next != 0 {
            units.push(*next);
            next = next.add(1);
        }
    }
    String::from_utf16_lossy(&units)
}

/// Calls `see` with each adapter.
fn each_adapter(mut see: impl FnMut(&IP_ADAPTER_ADDRESSES_LH)) -> io::Result<()> {
    let buffer = adapters()?;
    let mut next = buffer.as_ptr().cast::<IP_ADAPTER_ADDRESSES_LH>();
    while !next.is_null() {
        // SAFETY: the system has written a list of adapters into the buffer, each with a pointer to the next.
        let adapter = unsafe { &*next };
        see(adapter);
        next = adapter.Next;
    }
    Ok(())
}

/// Returns the system's list of adapters, as numbers so that it is aligned.
fn adapters() -> io::Result<Vec<u64>> {
    const FLAGS: u32 = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_FRIENDLY_NAME;
    /// Room that the documentation recommends, bytes.
    const ROOM: u32 = 16 << 10;
    let mut bytes = ROOM;
    loop {
        // Room for an address of IPv6 behind the last one of IPv4.
        let mut buffer = vec![0_u64; (bytes as usize + size_of::<SOCKADDR_INET>()).div_ceil(size_of::<u64>())];
        // SAFETY: the system writes at most `bytes` bytes, and the number that it needs.
        match unsafe { GetAdaptersAddresses(AF_UNSPEC.into(), FLAGS, ptr::null(), buffer.as_mut_ptr().cast(), &raw mut bytes) } {
            NO_ERROR => return Ok(buffer),
            ERROR_BUFFER_OVERFLOW => {}
            code => return Err(io::Error::from_raw_os_error(code.cast_signed())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_of_other_computers_outside_all_tunnels_are_asked() {
        let inside = ["10.64.0.1".parse().unwrap()];
        let is_asked = |server: &str| is_outside(server.parse().unwrap(), &inside);
        assert!(is_asked("192.168.1.1") && is_asked("2001:db8::53") && is_asked("fe80::1"));
        for server in ["127.0.0.1", "::1", "10.64.0.1", "fec0:0:0:ffff::1"] {
            assert!(!is_asked(server), "{server}");
        }
    }

    #[test]
    fn the_servers_of_this_computer_are_listed_with_their_interface() {
        for server in servers(&[]).unwrap() {
            assert!(!server.address.is_unspecified() && server.interface != 0, "{server:?}");
        }
        assert!(hosts().is_absolute());
    }
}
