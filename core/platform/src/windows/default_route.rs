//! Follows the default route past a tunnel: through which interface it leads now, and whenever that changes (IP Helper).

use std::ffi::c_void;
use std::io;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use windows_sys::Win32::Foundation::{ERROR_NOT_FOUND, HANDLE};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    CancelMibChangeNotify2, GetIpForwardTable2, MIB_IPFORWARD_ROW2, MIB_IPFORWARD_TABLE2, MIB_IPINTERFACE_ROW,
    MIB_NOTIFICATION_TYPE, NotifyIpInterfaceChange, NotifyRouteChange2,
};
use windows_sys::Win32::Networking::WinSock::{ADDRESS_FAMILY, AF_INET, AF_INET6, AF_UNSPEC};

use super::error_code::succeeded;
use super::ip_interface::{self, Table};
use super::tun;
use crate::default_route::{DefaultRoute, best};

/// The interface of a tunnel (`NET_LUID`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tunnel(pub u64);

impl Tunnel {
    /// No interface has this number. The tunnels of this process never count as a way past a tunnel.
    pub const ALL_OF_THIS_PROCESS: Self = Self(0);
}

/// The interfaces of the best default routes; 0 where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Indices {
    pub(super) v4: u32,
    pub(super) v6: u32,
}

/// Calls back whenever the default route past a tunnel leads through another interface. Dropping it ends that.
pub(super) struct Follower {
    notifications: Vec<Notification>,
    /// The system's callbacks hold a pointer to it until the notifications are cancelled.
    context: Box<Context>,
}

/// A subscription to changes.
struct Notification(HANDLE);

// SAFETY: it is only passed to the function that cancels it, which any thread may call.
unsafe impl Send for Notification {}
// SAFETY: as above; nothing is done with a shared reference.
unsafe impl Sync for Notification {}

struct Context {
    tunnel: Tunnel,
    known: Mutex<Option<Indices>>,
    apply: Box<dyn Fn(Indices) + Send + Sync>,
}

impl Follower {
    /// Calls `apply` with the present interfaces, and from then on from threads of the system.
    pub(super) fn start(tunnel: Tunnel, apply: impl Fn(Indices) + Send + Sync + 'static) -> io::Result<Self> {
        let context = Box::new(Context { tunnel, known: Mutex::default(), apply: Box::new(apply) });
        let pointer: *const Context = &raw const *context;
        let mut follower = Self { notifications: Vec::new(), context };
        let (mut routes, mut interfaces) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the context lives until the notification has been cancelled, after which the system calls back no more; the
        // handle is ours.
        let outcome = unsafe { NotifyRouteChange2(AF_UNSPEC, Some(route_changed), pointer.cast(), false, &raw mut routes) };
        succeeded(outcome)?;
        follower.notifications.push(Notification(routes));
        // SAFETY: as above.
        let outcome =
            unsafe { NotifyIpInterfaceChange(AF_UNSPEC, Some(interface_changed), pointer.cast(), false, &raw mut interfaces) };
        succeeded(outcome)?;
        follower.notifications.push(Notification(interfaces));
        follower.context.look();
        Ok(follower)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        for Notification(handle) in &self.notifications {
            if !handle.is_null() {
                // SAFETY: the handle is of a notification that is cancelled once. This waits for calls that are running, and is
                // called from no such call.
                unsafe { CancelMibChangeNotify2(*handle) };
            }
        }
    }
}

unsafe extern "system" fn route_changed(context: *const c_void, _: *const MIB_IPFORWARD_ROW2, _: MIB_NOTIFICATION_TYPE) {
    // SAFETY: it is the context that was registered, which lives as long as calls are possible.
    unsafe { &*context.cast::<Context>() }.look();
}

unsafe extern "system" fn interface_changed(context: *const c_void, _: *const MIB_IPINTERFACE_ROW, _: MIB_NOTIFICATION_TYPE) {
    // SAFETY: as for `route_changed`.
    unsafe { &*context.cast::<Context>() }.look();
}

impl Context {
    fn look(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match indices(self.tunnel) {
            Ok(now) if *known != Some(now) => {
                tracing::debug!(?now, "datagrams leave by the default route of these interfaces");
                (self.apply)(now);
                *known = Some(now);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the default route is unknown"),
        }
    }
}

fn indices(tunnel: Tunnel) -> io::Result<Indices> {
    let of = |family| default_routes(family).map(|routes| best(&routes, tunnel.0));
    Ok(Indices { v4: of(AF_INET)?, v6: of(AF_INET6)? })
}

/// Returns the default routes of a family.
fn default_routes(family: ADDRESS_FAMILY) -> io::Result<Vec<DefaultRoute>> {
    let interfaces = ip_interface::all(family)?;
    let metric = |luid| interfaces.iter().find(|found| found.luid == luid && found.is_connected).map(|found| found.metric);
    let mut table: *mut MIB_IPFORWARD_TABLE2 = ptr::null_mut();
    // SAFETY: the system writes one pointer, to a table that it allocates and that `Table` frees.
    match unsafe { GetIpForwardTable2(family, &raw mut table) } {
        ERROR_NOT_FOUND => return Ok(Vec::new()),
        code => succeeded(code)?,
    }
    let table = Table(table);
    // SAFETY: the table begins with the number of its rows, which follow.
    let (count, first) = unsafe { ((*table.0).NumEntries, (&raw const (*table.0).Table).cast::<MIB_IPFORWARD_ROW2>()) };
    let rows = (0..count as usize).map(|index| {
        // SAFETY: the index is below the number of rows. All that is read are integers.
        unsafe {
            let row = first.add(index);
            let luid = (*row).InterfaceLuid.Value;
            let route =
                DefaultRoute { luid, index: (*row).InterfaceIndex, metric: (*row).Metric, interface_metric: metric(luid) };
            ((*row).DestinationPrefix.PrefixLength, route)
        }
    });
    Ok(rows.filter(|(prefix, route)| *prefix == 0 && !tun::is_ours(route.luid)).map(|(_, route)| route).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn the_interfaces_are_told_once_at_the_start_and_a_dropped_follower_is_silent() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let follower = Follower::start(Tunnel(u64::MAX), {
            let told = Arc::clone(&told);
            move |indices| told.lock().unwrap().push(indices)
        });
        drop(follower.unwrap());
        let told = told.lock().unwrap();
        assert_eq!(told.first().copied(), Some(indices(Tunnel(u64::MAX)).unwrap()));
    }

    #[test]
    fn the_interface_of_the_tunnel_is_never_chosen() {
        for family in [AF_INET, AF_INET6] {
            let routes = default_routes(family).unwrap();
            for route in &routes {
                let index = best(&routes, route.luid);
                assert!(routes.iter().all(|other| other.index != index || other.luid != route.luid));
            }
        }
    }
}
