//! Announcements of changed interfaces, addresses, routes and filters.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::AsHandle;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::NetworkManagement::IpHelper::{
    CancelMibChangeNotify2, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_NOTIFICATION_TYPE, MIB_UNICASTIPADDRESS_ROW,
    NotifyIpInterfaceChange, NotifyRouteChange2, NotifyUnicastIpAddressChange,
};
use windows_sys::Win32::NetworkManagement::WindowsFilteringPlatform::{
    FWPM_CHANGE_DELETE, FWPM_FILTER_CHANGE0, FWPM_FILTER_SUBSCRIPTION0, FWPM_SUBSCRIPTION_FLAG_NOTIFY_ON_DELETE,
    FwpmFilterSubscribeChanges0, FwpmFilterUnsubscribeChanges0,
};
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;

use super::watched::{Subscriber, Watched};
use super::wfp::Engine;
use crate::device::{Ready, Stop};
use crate::network::{NetworkChange, NetworkEvents, Tampering, TamperingEvents};
use crate::windows::error_code::succeeded;
use crate::windows::event::Event;
use crate::windows::poll;

/// Calls back at every change of an interface, an address or a route. Dropping it ends that.
pub(in crate::windows) struct IpChanges {
    handles: Vec<HANDLE>,
    /// The system's callbacks hold a pointer to it until they are cancelled.
    _tell: Box<Tell>,
}

type Tell = Box<dyn Fn() + Send + Sync>;

// SAFETY: the handles are only passed to the function that cancels them, which any thread may call.
unsafe impl Send for IpChanges {}

impl IpChanges {
    pub(in crate::windows) fn new(tell: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        let tell: Box<Tell> = Box::new(Box::new(tell));
        let context: *const c_void = (&raw const *tell).cast();
        let mut changes = Self { handles: Vec::new(), _tell: tell };
        let mut handle = ptr::null_mut();
        // SAFETY: the context lives until the notification is cancelled; the system writes one handle.
        succeeded(unsafe { NotifyRouteChange2(AF_UNSPEC, Some(route_changed), context, false, &raw mut handle) })?;
        changes.handles.push(handle);
        // SAFETY: as above.
        succeeded(unsafe { NotifyIpInterfaceChange(AF_UNSPEC, Some(interface_changed), context, false, &raw mut handle) })?;
        changes.handles.push(handle);
        // SAFETY: as above.
        succeeded(unsafe { NotifyUnicastIpAddressChange(AF_UNSPEC, Some(address_changed), context, false, &raw mut handle) })?;
        changes.handles.push(handle);
        Ok(changes)
    }
}

impl Drop for IpChanges {
    fn drop(&mut self) {
        for handle in self.handles.iter().filter(|handle| !handle.is_null()) {
            // SAFETY: the notification is cancelled once. This waits for calls that are running, and is called from none.
            unsafe { CancelMibChangeNotify2(*handle) };
        }
    }
}

/// # Safety
/// `context` is that of an [`IpChanges`] that is not yet dropped.
unsafe fn tell(context: *const c_void) {
    // SAFETY: as promised.
    let tell = unsafe { &*context.cast::<Tell>() };
    tell();
}

unsafe extern "system" fn route_changed(context: *const c_void, _: *const MIB_IPFORWARD_ROW2, _: MIB_NOTIFICATION_TYPE) {
    // SAFETY: it is the context that was registered.
    unsafe { tell(context) };
}

unsafe extern "system" fn interface_changed(context: *const c_void, _: *const MIB_IPINTERFACE_ROW, _: MIB_NOTIFICATION_TYPE) {
    // SAFETY: as above.
    unsafe { tell(context) };
}

unsafe extern "system" fn address_changed(context: *const c_void, _: *const MIB_UNICASTIPADDRESS_ROW, _: MIB_NOTIFICATION_TYPE) {
    // SAFETY: as above.
    unsafe { tell(context) };
}

/// Announces that paths may have changed.
pub(super) struct Paths {
    changed: Arc<Event>,
    _changes: IpChanges,
}

impl Paths {
    pub(super) fn watch() -> io::Result<Self> {
        let changed = Arc::new(Event::new()?);
        let told = Arc::clone(&changed);
        Ok(Self { _changes: IpChanges::new(move || told.set())?, changed })
    }
}

impl NetworkEvents for Paths {
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<NetworkChange>> {
        match poll::wait([Some(self.changed.as_handle())], stop, patience)? {
            Ready::Readable => {
                self.changed.reset();
                Ok(Some(NetworkChange::Paths))
            }
            _ => Ok(None),
        }
    }
}

/// Announces changes of Adit's settings.
pub(super) struct Guard {
    subscriber: Arc<Subscriber>,
    watched: Arc<Watched>,
    _changes: IpChanges,
    /// None if the Windows Filtering Platform cannot be used: then there are no filters either.
    _filters: Option<FilterChanges>,
}

impl Guard {
    pub(super) fn watch(watched: &Arc<Watched>) -> io::Result<Self> {
        let subscriber = Arc::new(Subscriber::new(Event::new()?));
        watched.subscribe(Some(Arc::clone(&subscriber)));
        let told = Arc::clone(&subscriber);
        let changes = IpChanges::new(move || {
            for change in [Tampering::Ways, Tampering::LocalNetworks, Tampering::WayOut] {
                told.hear(change);
            }
        })?;
        let filters = FilterChanges::new(watched)
            .inspect_err(|error| tracing::warn!(%error, "filters that other programs delete are not noticed"));
        Ok(Self { subscriber, watched: Arc::clone(watched), _changes: changes, _filters: filters.ok() })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.watched.subscribe(None);
    }
}

impl TamperingEvents for Guard {
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<Tampering>> {
        loop {
            if stop.is_stopped() {
                return Ok(None);
            }
            if let Some(tampering) = self.subscriber.take() {
                return Ok(Some(tampering));
            }
            if poll::wait([Some(self.subscriber.heard.as_handle())], stop, None)? == Ready::Stopped {
                return Ok(None);
            }
        }
    }
}

/// A subscription to deleted filters.
struct FilterChanges {
    engine: Engine,
    subscription: HANDLE,
    /// The system's callbacks hold a pointer to it until the subscription ends.
    _watched: Arc<Watched>,
}

// SAFETY: the handle is only passed to the function that ends the subscription, which any thread may call.
unsafe impl Send for FilterChanges {}

impl FilterChanges {
    fn new(watched: &Arc<Watched>) -> io::Result<Self> {
        let engine = Engine::open(0)?;
        let wanted =
            FWPM_FILTER_SUBSCRIPTION0 { flags: FWPM_SUBSCRIPTION_FLAG_NOTIFY_ON_DELETE, ..FWPM_FILTER_SUBSCRIPTION0::default() };
        let mut subscription = ptr::null_mut();
        // SAFETY: the context lives until the subscription ends; the system writes one handle.
        let code = unsafe {
            FwpmFilterSubscribeChanges0(
                engine.handle(),
                &raw const wanted,
                Some(filter_changed),
                Arc::as_ptr(watched).cast(),
                &raw mut subscription,
            )
        };
        succeeded(code).map(|()| Self { engine, subscription, _watched: Arc::clone(watched) })
    }
}

impl Drop for FilterChanges {
    fn drop(&mut self) {
        // SAFETY: both are open, and the subscription ends once. This waits for calls that are running.
        unsafe { FwpmFilterUnsubscribeChanges0(self.engine.handle(), self.subscription) };
    }
}

unsafe extern "system" fn filter_changed(context: *mut c_void, change: *const FWPM_FILTER_CHANGE0) {
    // SAFETY: the system passes a change that is valid during the call.
    let (kind, id) = unsafe { ((*change).changeType, (*change).filterId) };
    if kind == FWPM_CHANGE_DELETE {
        // SAFETY: it is the context that was registered, which lives as long as calls are possible.
        unsafe { &*context.cast::<Watched>() }.deleted(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::stop::EventStop;

    #[test]
    fn waiting_for_changes_ends_with_patience_and_at_a_stop() {
        let mut paths = Paths::watch().unwrap();
        paths.changed.set();
        let stop = EventStop::new().unwrap();
        assert_eq!(paths.next(&stop, None).unwrap(), Some(NetworkChange::Paths));
        let watched = Arc::new(Watched::default());
        let mut guard = Guard::watch(&watched).unwrap();
        guard.subscriber.hear(Tampering::Ways);
        assert_eq!(guard.next(&stop).unwrap(), Some(Tampering::Ways));
        stop.stop();
        assert_eq!(guard.next(&stop).unwrap(), None);
        assert_eq!(paths.next(&stop, None).unwrap(), None);
    }
}
