//! Reads routes, interfaces and addresses (IP Helper).

use std::io;
use std::net::IpAddr;
use std::ptr;

use adit_config::Cidr;
use windows_sys::Win32::Foundation::{ERROR_NOT_FOUND, ERROR_NOT_SUPPORTED, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetIfTable2, GetIpForwardTable2, GetUnicastIpAddressTable, IF_TYPE_SOFTWARE_LOOPBACK, MIB_IF_ROW2, MIB_IF_TABLE2,
    MIB_IPFORWARD_ROW2, MIB_IPFORWARD_TABLE2, MIB_UNICASTIPADDRESS_ROW, MIB_UNICASTIPADDRESS_TABLE,
};
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6, AF_UNSPEC, IpPrefixOriginManual};

use crate::windows::ip_interface::{self, IpInterface, Table};
use crate::windows::udp::address::address;
use crate::windows_network::snapshot::{AddressRow, InterfaceRow, RouteRow, Snapshot};

/// Reads everything.
pub(in crate::windows) fn snapshot() -> io::Result<Snapshot> {
    Ok(Snapshot { routes: routes()?, interfaces: interfaces()?, addresses: addresses()? })
}

fn routes() -> io::Result<Vec<RouteRow>> {
    let mut table: *mut MIB_IPFORWARD_TABLE2 = ptr::null_mut();
    // SAFETY: the system writes one pointer, to a table that it allocates and that `Table` frees.
    if !is_found(unsafe { GetIpForwardTable2(AF_UNSPEC, &raw mut table) })? {
        return Ok(Vec::new());
    }
    let table = Table(table);
    // SAFETY: the table begins with the number of its rows, which follow.
    let (count, first) = unsafe { ((*table.0).NumEntries, (&raw const (*table.0).Table).cast::<MIB_IPFORWARD_ROW2>()) };
    let rows = (0..count as usize).map(|index| {
        // SAFETY: the index is below the number of rows. Only addresses and integers are read.
        let (destination, prefix, luid, next_hop, metric) = unsafe {
            let row = first.add(index);
            let destination = &(*row).DestinationPrefix;
            let luid = (*row).InterfaceLuid.Value;
            (address(&destination.Prefix), destination.PrefixLength, luid, address(&(*row).NextHop), (*row).Metric)
        };
        let network = Cidr::new(destination?.ip(), prefix).ok()?.network();
        let gateway = next_hop.map(|hop| hop.ip()).filter(|hop| !hop.is_unspecified());
        Some(RouteRow { network, luid, gateway, metric })
    });
    Ok(rows.flatten().collect())
}

fn interfaces() -> io::Result<Vec<InterfaceRow>> {
    let families = [families(AF_INET)?, families(AF_INET6)?];
    let mut table: *mut MIB_IF_TABLE2 = ptr::null_mut();
    // SAFETY: as in `routes`.
    if !is_found(unsafe { GetIfTable2(&raw mut table) })? {
        return Ok(Vec::new());
    }
    let table = Table(table);
    // SAFETY: as in `routes`.
    let (count, first) = unsafe { ((*table.0).NumEntries, (&raw const (*table.0).Table).cast::<MIB_IF_ROW2>()) };
    let rows = (0..count as usize).map(|index| {
        // SAFETY: as in `routes`.
        let (luid, index, alias, mtu, kind, status) = unsafe {
            let row = first.add(index);
            let luid = (*row).InterfaceLuid.Value;
            (luid, (*row).InterfaceIndex, (*row).Alias, (*row).Mtu, (*row).Type, (*row).OperStatus)
        };
        let of = |family: usize| match families.get(family) {
            Some(Some(interfaces)) => interfaces.iter().find(|found| found.luid == luid).map(|found| (found.metric, found.mtu)),
            // This system does not say, so every interface counts alike.
            _ => Some((0, mtu)),
        };
        let (v4, v6) = (of(0), of(1));
        InterfaceRow {
            luid,
            index,
            name: String::from_utf16_lossy(alias.split(|unit| *unit == 0).next().unwrap_or_default()),
            mtu: v4.into_iter().chain(v6).map(|(_, mtu)| mtu).min().unwrap_or(mtu),
            is_up: status == IfOperStatusUp,
            is_loopback: kind == IF_TYPE_SOFTWARE_LOOPBACK,
            metrics: [v4, v6].map(|found| found.map(|(metric, _)| metric)),
        }
    });
    Ok(rows.collect())
}

/// Returns the interfaces of a family; None if this system has no list of them.
fn families(family: u16) -> io::Result<Option<Vec<IpInterface>>> {
    match ip_interface::all(family) {
        Ok(interfaces) => Ok(Some(interfaces)),
        Err(error) if error.raw_os_error() == Some(ERROR_NOT_SUPPORTED.cast_signed()) => Ok(None),
        Err(error) => Err(error),
    }
}

fn addresses() -> io::Result<Vec<AddressRow>> {
    let mut table: *mut MIB_UNICASTIPADDRESS_TABLE = ptr::null_mut();
    // SAFETY: as in `routes`.
    if !is_found(unsafe { GetUnicastIpAddressTable(AF_UNSPEC, &raw mut table) })? {
        return Ok(Vec::new());
    }
    let table = Table(table);
    // SAFETY: as in `routes`.
    let (count, first) = unsafe { ((*table.0).NumEntries, (&raw const (*table.0).Table).cast::<MIB_UNICASTIPADDRESS_ROW>()) };
    let rows = (0..count as usize).map(|index| {
        // SAFETY: as in `routes`.
        let (ip, prefix, luid, origin) = unsafe {
            let row = first.add(index);
            let luid = (*row).InterfaceLuid.Value;
            (address(&(*row).Address), (*row).OnLinkPrefixLength, luid, (*row).PrefixOrigin)
        };
        let ip: IpAddr = ip?.ip();
        Some(AddressRow { luid, address: Cidr::new(ip, prefix).ok()?, is_permanent: origin == IpPrefixOriginManual })
    });
    Ok(rows.flatten().collect())
}

/// Returns false if there is nothing to list.
fn is_found(code: u32) -> io::Result<bool> {
    match code {
        NO_ERROR => Ok(true),
        ERROR_NOT_FOUND => Ok(false),
        code => Err(io::Error::from_raw_os_error(code.cast_signed())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_its_address_and_every_route_leads_over_an_interface() {
        let now = snapshot().unwrap();
        let loopback = now.interfaces.iter().find(|interface| interface.is_loopback).expect("loopback");
        let own: Vec<_> = now.addresses.iter().filter(|row| row.luid == loopback.luid).map(|row| row.address.address()).collect();
        assert!(own.contains(&"127.0.0.1".parse().unwrap()), "{now:?}");
        assert!(now.routes.iter().all(|route| now.interface(route.luid).is_some()), "{now:?}");
        assert!(now.interfaces.iter().all(|interface| !interface.name.is_empty()));
    }
}
