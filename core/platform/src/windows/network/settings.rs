//! Sets the addresses, the routes and the DNS servers of an interface (IP Helper).

use std::ffi::OsStr;
use std::io;
use std::net::SocketAddr;

use adit_config::Cidr;
use windows_sys::Win32::Foundation::{ERROR_NOT_FOUND, ERROR_OBJECT_ALREADY_EXISTS, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    ConvertInterfaceLuidToGuid, DNS_INTERFACE_SETTINGS, DNS_INTERFACE_SETTINGS_VERSION1, DNS_SETTING_IPV6,
    DNS_SETTING_NAMESERVER, DNS_SETTING_SEARCHLIST, IP_ADDRESS_PREFIX, MIB_IPFORWARD_ROW2, MIB_UNICASTIPADDRESS_ROW,
};
use windows_sys::Win32::NetworkManagement::Ndis::NET_LUID_LH;
use windows_sys::Win32::Networking::WinSock::{
    IpDadStatePreferred, IpPrefixOriginManual, IpSuffixOriginManual, RouteProtocolNetMgmt,
};
use windows_sys::core::GUID;

use super::functions::{ChangeAddress, ChangeRoute, SetInterfaceDns, find};
use crate::network::DnsSpec;
use crate::windows::security::wide;
use crate::windows::udp::address::raw;
use crate::windows_network::dns::{interface_servers, search_list};

const IP_HELPER: &str = "iphlpapi.dll";

/// A lifetime without an end.
const FOREVER: u32 = u32::MAX;

/// Adds an address, which other computers are not asked for: a tunnel has no neighbours.
pub(super) fn add_address(luid: u64, address: Cidr) -> io::Result<()> {
    // SAFETY: this is the function's type.
    let create = unsafe { find::<ChangeAddress>(IP_HELPER, "CreateUnicastIpAddressEntry") }?;
    let row = address_row(luid, address);
    // SAFETY: the system reads the row during the call.
    already_done(unsafe { (create.call)(&raw const row) }, ERROR_OBJECT_ALREADY_EXISTS)
}

/// Removes an address.
pub(super) fn remove_address(luid: u64, address: Cidr) -> io::Result<()> {
    // SAFETY: this is the function's type.
    let delete = unsafe { find::<ChangeAddress>(IP_HELPER, "DeleteUnicastIpAddressEntry") }?;
    let row = address_row(luid, address);
    // SAFETY: the system reads the row during the call.
    already_done(unsafe { (delete.call)(&raw const row) }, ERROR_NOT_FOUND)
}

fn address_row(luid: u64, address: Cidr) -> MIB_UNICASTIPADDRESS_ROW {
    MIB_UNICASTIPADDRESS_ROW {
        Address: raw(SocketAddr::new(address.address(), 0)).0,
        InterfaceLuid: NET_LUID_LH { Value: luid },
        PrefixOrigin: IpPrefixOriginManual,
        SuffixOrigin: IpSuffixOriginManual,
        ValidLifetime: FOREVER,
        PreferredLifetime: FOREVER,
        OnLinkPrefixLength: address.prefix(),
        DadState: IpDadStatePreferred,
        ..MIB_UNICASTIPADDRESS_ROW::default()
    }
}

/// Adds a route on the link.
pub(super) fn add_route(luid: u64, network: Cidr, metric: u32) -> io::Result<()> {
    // SAFETY: this is the function's type.
    let create = unsafe { find::<ChangeRoute>(IP_HELPER, "CreateIpForwardEntry2") }?;
    let row = route_row(luid, network, metric);
    // SAFETY: the system reads the row during the call.
    already_done(unsafe { (create.call)(&raw const row) }, ERROR_OBJECT_ALREADY_EXISTS)
}

/// Removes a route on the link.
pub(super) fn remove_route(luid: u64, network: Cidr) -> io::Result<()> {
    // SAFETY: this is the function's type.
    let delete = unsafe { find::<ChangeRoute>(IP_HELPER, "DeleteIpForwardEntry2") }?;
    let row = route_row(luid, network, 0);
    // SAFETY: the system reads the row during the call.
    already_done(unsafe { (delete.call)(&raw const row) }, ERROR_NOT_FOUND)
}

fn route_row(luid: u64, network: Cidr, metric: u32) -> MIB_IPFORWARD_ROW2 {
    let unspecified = if network.is_ipv4() { SocketAddr::from(([0; 4], 0)) } else { SocketAddr::from(([0_u16; 8], 0)) };
    MIB_IPFORWARD_ROW2 {
        InterfaceLuid: NET_LUID_LH { Value: luid },
        DestinationPrefix: IP_ADDRESS_PREFIX {
            Prefix: raw(SocketAddr::new(network.network().address(), 0)).0,
            PrefixLength: network.prefix(),
        },
        NextHop: raw(unspecified).0,
        ValidLifetime: FOREVER,
        PreferredLifetime: FOREVER,
        Metric: metric,
        Protocol: RouteProtocolNetMgmt,
        Immortal: true,
        ..MIB_IPFORWARD_ROW2::default()
    }
}

/// Sets the DNS servers of both families and the search domains; None: there are none.
pub(super) fn set_dns(luid: u64, dns: Option<&DnsSpec>) -> io::Result<()> {
    // SAFETY: this is the function's type.
    let set = unsafe { find::<SetInterfaceDns>(IP_HELPER, "SetInterfaceDnsSettings") }?;
    let guid = guid(luid)?;
    for ipv4 in [true, false] {
        let mut servers = wide(OsStr::new(&interface_servers(dns, ipv4)));
        let mut search = wide(OsStr::new(&search_list(dns)));
        let family = if ipv4 { 0 } else { DNS_SETTING_IPV6 };
        let settings = DNS_INTERFACE_SETTINGS {
            Version: DNS_INTERFACE_SETTINGS_VERSION1,
            Flags: u64::from(family | DNS_SETTING_NAMESERVER | DNS_SETTING_SEARCHLIST),
            NameServer: servers.as_mut_ptr(),
            SearchList: search.as_mut_ptr(),
            ..DNS_INTERFACE_SETTINGS::default()
        };
        // SAFETY: the settings and both texts, which end with a zero, are valid during the call.
        already_done(unsafe { (set.call)(guid, &raw const settings) }, NO_ERROR)?;
    }
    Ok(())
}

fn guid(luid: u64) -> io::Result<GUID> {
    let (luid, mut guid) = (NET_LUID_LH { Value: luid }, GUID::default());
    // SAFETY: the system reads one number and writes one GUID.
    already_done(unsafe { ConvertInterfaceLuidToGuid(&raw const luid, &raw mut guid) }, NO_ERROR)?;
    Ok(guid)
}

/// Returns the error of a function, unless it says that there was nothing to do.
fn already_done(code: u32, nothing_to_do: u32) -> io::Result<()> {
    if code == NO_ERROR || code == nothing_to_do { Ok(()) } else { Err(io::Error::from_raw_os_error(code.cast_signed())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::udp::address::address;

    #[test]
    fn rows_have_the_addresses_of_both_families() {
        for text in ["10.8.0.2/24", "fd08::2/64"] {
            let cidr: Cidr = text.parse().unwrap();
            assert_eq!(address(&address_row(7, cidr).Address).unwrap().ip(), cidr.address());
            let row = route_row(7, cidr, 1);
            assert_eq!(address(&row.DestinationPrefix.Prefix).unwrap().ip(), cidr.network().address());
            assert!(address(&row.NextHop).unwrap().ip().is_unspecified());
            assert_eq!((row.DestinationPrefix.PrefixLength, row.Metric), (cidr.prefix(), 1));
        }
    }

    #[test]
    fn an_interface_that_is_not_there_gets_neither_addresses_nor_routes_nor_servers() {
        let cidr: Cidr = "10.8.0.2/24".parse().unwrap();
        assert!(add_address(u64::MAX, cidr).is_err());
        assert!(add_route(u64::MAX, cidr, 0).is_err());
        assert!(set_dns(u64::MAX, None).is_err());
    }
}
