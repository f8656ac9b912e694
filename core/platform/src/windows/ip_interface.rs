//! The interfaces as IP sees them, each once for a family: metric, MTU, connection (IP Helper).

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_NOT_FOUND, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    FreeMibTable, GetIpInterfaceTable, MIB_IPINTERFACE_ROW, MIB_IPINTERFACE_TABLE, SetIpInterfaceEntry,
};
use windows_sys::Win32::Networking::WinSock::{ADDRESS_FAMILY, AF_INET, AF_UNSPEC, RouterDiscoveryDisabled};

/// A table that the system has allocated.
pub(super) struct Table<T>(pub(super) *mut T);

impl<T> Drop for Table<T> {
    fn drop(&mut self) {
        // SAFETY: the function that returned the table has allocated it; it is freed once.
        unsafe { FreeMibTable(self.0.cast()) };
    }
}

/// An interface for one family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct IpInterface {
    /// `NET_LUID`.
    pub(super) luid: u64,
    pub(super) metric: u32,
    /// Bytes.
    pub(super) mtu: u32,
    pub(super) is_connected: bool,
}

/// Returns the interfaces of a family.
pub(super) fn all(family: ADDRESS_FAMILY) -> io::Result<Vec<IpInterface>> {
    rows(family, |row| {
        // SAFETY: the row is valid during the call. The flag is read as a byte, of which the system sets whole values.
        unsafe {
            IpInterface {
                luid: (*row).InterfaceLuid.Value,
                metric: (*row).Metric,
                mtu: (*row).NlMtu,
                is_connected: (&raw const (*row).Connected).cast::<u8>().read() != 0,
            }
        }
    })
}

/// Returns the lowest MTU that the interface has for a family; `None` if there is no such interface.
pub(super) fn mtu(luid: u64) -> io::Result<Option<u32>> {
    Ok(all(AF_UNSPEC)?.iter().filter(|found| found.luid == luid).map(|found| found.mtu).min())
}

/// Returns true if the interface is connected for a family.
pub(super) fn is_connected(luid: u64) -> io::Result<bool> {
    Ok(all(AF_UNSPEC)?.iter().any(|found| found.luid == luid && found.is_connected))
}

/// Sets the MTU of the interface for each family. Returns false if there is no such interface.
pub(super) fn set_mtu(luid: u64, mtu: u32) -> io::Result<bool> {
    change(luid, |row| row.NlMtu = mtu)
}

/// Sets the MTU and what a tunnel needs, for each family: the lowest metric; the strong host model, so that packets for the tunnel's
/// addresses are accepted from no other interface; no search for routers and for other owners of its addresses. Returns false if
/// there is no such interface.
pub(super) fn set_up_tunnel(luid: u64, mtu: u32) -> io::Result<bool> {
    change(luid, |row| {
        row.NlMtu = mtu;
        (row.UseAutomaticMetric, row.Metric) = (false, 0);
        (row.WeakHostSend, row.WeakHostReceive) = (false, false);
        (row.RouterDiscoveryBehavior, row.DadTransmits) = (RouterDiscoveryDisabled, 0);
        (row.ManagedAddressConfigurationSupported, row.OtherStatefulConfigurationSupported) = (false, false);
    })
}

/// Changes the rows of an interface. Returns false if there is none.
fn change(luid: u64, change: impl Fn(&mut MIB_IPINTERFACE_ROW)) -> io::Result<bool> {
    let outcomes = rows(AF_UNSPEC, |row| {
        // SAFETY: the row is valid and ours during the call, and the system only reads it. It sets flags to 0 and 1 alone.
        unsafe {
            if (*row).InterfaceLuid.Value != luid {
                return None;
            }
            change(&mut *row);
            if (*row).Family == AF_INET {
                // For IPv4 the system refuses the prefix length that it has itself returned.
                (*row).SitePrefixLength = 0;
            }
            Some(SetIpInterfaceEntry(row))
        }
    })?;
    let outcomes: Vec<u32> = outcomes.into_iter().flatten().collect();
    match outcomes.iter().find(|code| **code != NO_ERROR) {
        Some(code) => Err(io::Error::from_raw_os_error(code.cast_signed())),
        None => Ok(!outcomes.is_empty()),
    }
}

/// Calls `read` with each row of a family, which is valid until `read` returns.
fn rows<T>(family: ADDRESS_FAMILY, read: impl Fn(*mut MIB_IPINTERFACE_ROW) -> T) -> io::Result<Vec<T>> {
    let mut table: *mut MIB_IPINTERFACE_TABLE = ptr::null_mut();
    // SAFETY: the system writes one pointer, to a table that it allocates and that `Table` frees.
    match unsafe { GetIpInterfaceTable(family, &raw mut table) } {
        NO_ERROR => {}
        ERROR_NOT_FOUND => return Ok(Vec::new()),
        code => return Err(io::Error::from_raw_os_error(code.cast_signed())),
    }
    let table = Table(table);
    // SAFETY: the table begins with the number of its rows, which follow.
    let (count, first) = unsafe { ((*table.0).NumEntries, (&raw mut (*table.0).Table).cast::<MIB_IPINTERFACE_ROW>()) };
    // SAFETY: each index is below the number of rows.
    Ok((0..count as usize).map(|index| read(unsafe { first.add(index) })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_among_the_interfaces_and_an_unknown_one_has_no_mtu() {
        let all = all(AF_INET).unwrap();
        assert!(all.iter().any(|found| found.is_connected), "{all:?}");
        assert_eq!(mtu(u64::MAX).unwrap(), None);
        assert!(!set_mtu(u64::MAX, 1420).unwrap());
    }
}
