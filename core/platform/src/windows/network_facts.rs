//! [`NetworkFacts`] on Windows: interfaces, addresses, routes and neighbours by IP Helper, Wi-Fi by the WLAN service.
//!
//! Since Windows 11 version 24H2 the name of a Wi-Fi network is told only to programs that the user lets know the location; otherwise
//! it is unknown.

use std::collections::BTreeMap;
use std::io;
use std::os::windows::io::AsHandle as _;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{ERROR_NOT_FOUND, HANDLE, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetIfTable2, GetIpNetTable2, IF_TYPE_IEEE80211, MIB_IF_ROW2, MIB_IF_TABLE2, MIB_IPNET_ROW2, MIB_IPNET_TABLE2,
};
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::NetworkManagement::WiFi::{
    WLAN_CONNECTION_ATTRIBUTES, WlanCloseHandle, WlanFreeMemory, WlanOpenHandle, WlanQueryInterface,
    wlan_intf_opcode_current_connection,
};
use windows_sys::Win32::Networking::WinSock::{AF_UNSPEC, NlnsDelay, NlnsPermanent, NlnsProbe, NlnsReachable, NlnsStale};
use windows_sys::core::GUID;

use super::error_code::succeeded;
use super::event::Event;
use super::ip_interface::Table;
use super::network::{IpChanges, domains, read};
use super::poll::wait_for_any;
use super::tun;
use super::udp::address::address;
use crate::network_facts::{Facts, FactsHandler, FactsWatch, Known, Mac, NetworkFacts, Ssid, Wifi};
use crate::windows_network::facts::{Medium, Neighbour, facts, security};

/// Changes that follow each other within this time are read together.
const QUIET: Duration = Duration::from_millis(200);

/// The networks of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct WindowsNetworkFacts;

impl NetworkFacts for WindowsNetworkFacts {
    fn watch(&self, mut handler: FactsHandler) -> io::Result<FactsWatch> {
        let (changed, is_over) = (Arc::new(Event::new()?), Arc::new(AtomicBool::new(false)));
        let told = Arc::clone(&changed);
        let changes = IpChanges::new(move || told.set())?;
        let (heard, ends) = (Arc::clone(&changed), Arc::clone(&is_over));
        let observe = move || {
            let (mut observer, mut last) = (Observer::default(), None);
            while !ends.load(Ordering::Acquire) {
                heard.reset();
                let now = observer.look();
                if last.as_ref() != Some(&now) && !ends.load(Ordering::Acquire) {
                    handler(&now);
                    last = Some(now);
                }
                if let Err(error) = wait_for_any(&[heard.as_handle()], None) {
                    tracing::error!(%error, "changes of the network are no longer noticed");
                    handler(&Known::Unknown);
                    return;
                }
                thread::sleep(QUIET);
            }
        };
        let thread = thread::Builder::new().name("network-facts".into()).spawn(observe)?;
        Ok(FactsWatch::new(move || {
            is_over.store(true, Ordering::Release);
            drop(changes);
            changed.set();
            if thread.thread().id() != thread::current().id() && thread.join().is_err() {
                tracing::error!("the thread that watches the network has panicked");
            }
        }))
    }
}

/// Counts how often interfaces come up and go down.
#[derive(Default)]
struct Observer {
    carriers: BTreeMap<u64, (bool, u32)>,
}

impl Observer {
    fn look(&mut self) -> Known<Facts> {
        match self.try_look() {
            Ok(facts) => Known::Known(facts),
            Err(error) => {
                tracing::warn!(%error, "the networks of this computer are unknown");
                Known::Unknown
            }
        }
    }

    fn try_look(&mut self) -> io::Result<Facts> {
        let media = self.media()?;
        let neighbours = or_unknown(neighbours(), "neighbours");
        Ok(facts(&read()?, &media, &neighbours, &tun::all_of_this_process()))
    }

    fn media(&mut self) -> io::Result<Vec<Medium>> {
        let mut table: *mut MIB_IF_TABLE2 = ptr::null_mut();
        // SAFETY: the system writes one pointer, to a table that it allocates and that `Table` frees.
        succeeded(unsafe { GetIfTable2(&raw mut table) })?;
        let table = Table(table);
        // SAFETY: the table begins with the number of its rows, which follow.
        let (count, first) = unsafe { ((*table.0).NumEntries, (&raw const (*table.0).Table).cast::<MIB_IF_ROW2>()) };
        let (wlan, mut domains) = (Wlan::open(), or_unknown(domains(), "domains"));
        let rows = (0..count as usize).map(|index| {
            // SAFETY: the index is below the number of rows. Only integers are read.
            let (luid, guid, kind, status) = unsafe {
                let row = first.add(index);
                ((*row).InterfaceLuid.Value, (*row).InterfaceGuid, (*row).Type, (*row).OperStatus)
            };
            let is_up = status == IfOperStatusUp;
            let carrier = self.carriers.entry(luid).or_insert((is_up, 0));
            if carrier.0 != is_up {
                *carrier = (is_up, carrier.1.wrapping_add(1));
            }
            let wifi = (kind == IF_TYPE_IEEE80211).then(|| wlan.as_ref().map(|wlan| wlan.connection(&guid)).unwrap_or_default());
            Medium { luid, kind, wifi, suffixes: domains.remove(&luid), carrier_changes: carrier.1 }
        });
        Ok(rows.collect())
    }
}

/// Returns nothing if the system does not tell: the facts that depend on it are then unknown.
fn or_unknown<T: Default>(told: io::Result<T>, what: &str) -> T {
    told.unwrap_or_else(|error| {
        tracing::debug!(%error, "the {what} of this computer are unknown");
        T::default()
    })
}

/// Returns the neighbours that have answered.
fn neighbours() -> io::Result<Vec<Neighbour>> {
    let mut table: *mut MIB_IPNET_TABLE2 = ptr::null_mut();
    // SAFETY: as in `media`.
    match unsafe { GetIpNetTable2(AF_UNSPEC, &raw mut table) } {
        ERROR_NOT_FOUND => return Ok(Vec::new()),
        code => succeeded(code)?,
    }
    let table = Table(table);
    // SAFETY: as in `media`.
    let (count, first) = unsafe { ((*table.0).NumEntries, (&raw const (*table.0).Table).cast::<MIB_IPNET_ROW2>()) };
    let rows = (0..count as usize).filter_map(|index| {
        // SAFETY: as in `media`.
        let (luid, ip, mac, length, state) = unsafe {
            let row = first.add(index);
            let luid = (*row).InterfaceLuid.Value;
            (luid, address(&(*row).Address), (*row).PhysicalAddress, (*row).PhysicalAddressLength, (*row).State)
        };
        let has_answered = [NlnsReachable, NlnsStale, NlnsDelay, NlnsProbe, NlnsPermanent].contains(&state);
        let mac = mac.get(..length as usize).filter(|_| has_answered)?.to_vec();
        Some(Neighbour { luid, address: ip?.ip(), mac })
    });
    Ok(rows.collect())
}

/// A session with the WLAN service.
struct Wlan(HANDLE);

impl Wlan {
    /// Returns None on a computer without the service: then it has no Wi-Fi.
    fn open() -> Option<Self> {
        /// The version of the interface since Vista.
        const VERSION: u32 = 2;
        let (mut agreed, mut handle) = (0, ptr::null_mut());
        // SAFETY: the system writes one number and one handle.
        let code = unsafe { WlanOpenHandle(VERSION, ptr::null(), &raw mut agreed, &raw mut handle) };
        (code == NO_ERROR && !handle.is_null()).then_some(Self(handle))
    }

    /// Returns the network that an interface is associated with, as far as the system tells.
    fn connection(&self, interface: &GUID) -> Wifi {
        let (mut bytes, mut data) = (0, ptr::null_mut());
        // SAFETY: the handle is open; the system writes one number, and one pointer to a structure that is freed below.
        let code = unsafe {
            WlanQueryInterface(
                self.0,
                interface,
                wlan_intf_opcode_current_connection,
                ptr::null(),
                &raw mut bytes,
                &raw mut data,
                ptr::null_mut(),
            )
        };
        if code != NO_ERROR || data.is_null() || (bytes as usize) < size_of::<WLAN_CONNECTION_ATTRIBUTES>() {
            tracing::debug!(code, "the Wi-Fi network is unknown");
            return Wifi::default();
        }
        // SAFETY: the system has written the structure, which has at least this size.
        let (association, protection) = unsafe {
            let connection = data.cast::<WLAN_CONNECTION_ATTRIBUTES>();
            ((*connection).wlanAssociationAttributes, (*connection).wlanSecurityAttributes)
        };
        // SAFETY: the system has allocated it; it is freed once.
        unsafe { WlanFreeMemory(data) };
        let name = association.dot11Ssid;
        Wifi {
            ssid: name.ucSSID.get(..name.uSSIDLength as usize).and_then(Ssid::new),
            bssid: Mac::of_host(&association.dot11Bssid),
            security: security(protection.dot11AuthAlgorithm, protection.bSecurityEnabled != 0),
        }
    }
}

impl Drop for Wlan {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and not used any more.
        unsafe { WlanCloseHandle(self.0, ptr::null()) };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_networks_are_told_once_at_the_start_and_not_after_the_end() {
        Observer::default().try_look().unwrap();
        let (sender, told) = mpsc::channel();
        let watch = WindowsNetworkFacts.watch(Box::new(move |facts| sender.send(facts.clone()).unwrap())).unwrap();
        let Known::Known(facts) = told.recv_timeout(Duration::from_secs(20)).unwrap() else { panic!("nobody can say") };
        assert!(facts.links.iter().all(|link| !link.interface.is_empty()), "{facts:?}");
        drop(watch);
        assert!(told.recv().is_err(), "the handler is gone");
    }
}
