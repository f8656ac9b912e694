//! Sets filters of the Windows Filtering Platform. Each set has a sublayer of its own: a packet passes if every sublayer lets it pass,
//! so no set opens what another one closes.
//!
//! There are two sessions: what is added in the first ends with this process, however that ends. Each filter carries a tag that
//! says which tunnel it belongs to, so that the next process finds what outlives this one.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use windows_sys::Win32::Foundation::{
    FWP_E_ALREADY_EXISTS, FWP_E_FILTER_NOT_FOUND, FWP_E_NOT_FOUND, FWP_E_SUBLAYER_NOT_FOUND, HANDLE,
};
use windows_sys::Win32::NetworkManagement::WindowsFilteringPlatform::{
    FWP_BYTE_BLOB, FWP_FILTER_ENUM_FLAG_INCLUDE_BOOTTIME, FWP_FILTER_ENUM_FLAG_INCLUDE_DISABLED, FWP_FILTER_ENUM_FULLY_CONTAINED,
    FWPM_DISPLAY_DATA0, FWPM_FILTER_ENUM_TEMPLATE0, FWPM_FILTER0, FWPM_PROVIDER_FLAG_PERSISTENT, FWPM_PROVIDER0,
    FWPM_SESSION_FLAG_DYNAMIC, FWPM_SESSION0, FWPM_SUBLAYER_FLAG_PERSISTENT, FWPM_SUBLAYER0, FwpmEngineClose0, FwpmEngineOpen0,
    FwpmFilterAdd0, FwpmFilterCreateEnumHandle0, FwpmFilterDeleteById0, FwpmFilterDestroyEnumHandle0, FwpmFilterEnum0,
    FwpmFreeMemory0, FwpmGetAppIdFromFileName0, FwpmProviderAdd0, FwpmSubLayerAdd0, FwpmSubLayerDeleteByKey0,
    FwpmTransactionAbort0, FwpmTransactionBegin0, FwpmTransactionCommit0,
};
use windows_sys::Win32::System::Rpc::RPC_C_AUTHN_WINNT;
use windows_sys::core::GUID;

use super::raw_filter::{LAYERS, RawFilter};
use super::watched::Watched;
use crate::network::StandingKillSwitch;
use crate::windows::error_code::succeeded;
use crate::windows::security::wide;
use crate::windows::tun::guid_of;
use crate::windows_network::filter::{Filter, Lifetime};
use crate::windows_network::system::{FilterSet, Purpose};

/// Identifies Adit as the owner of its filters.
pub(super) const PROVIDER: GUID = GUID::from_u128(0x6c1f_6a1e_2d5b_4b0e_9c3a_0d1e_ad17_0001);

/// The weight of a sublayer: before every other program's.
const FIRST: u16 = u16::MAX;

/// The longest wait for another program's transaction, milliseconds.
const PATIENCE: u32 = 10_000;

/// The filters that this process has set.
#[derive(Default)]
pub(super) struct Filters {
    sessions: Mutex<Option<Sessions>>,
    pub(super) watched: Arc<Watched>,
}

struct Sessions {
    /// Its filters end with this process.
    process: Engine,
    /// Its filters stay.
    computer: Engine,
    program: ProgramId,
    /// The filters in the first session.
    own: BTreeMap<FilterSet, Vec<Filter>>,
    ids: BTreeMap<FilterSet, Vec<u64>>,
}

impl Filters {
    /// Fails if the platform cannot be used.
    pub(super) fn check(&self) -> io::Result<()> {
        self.with_sessions(|_| Ok(()))
    }

    /// Replaces all filters of a set.
    pub(super) fn set(&self, set: &FilterSet, filters: &[Filter]) -> io::Result<()> {
        let (own, standing): (Vec<Filter>, Vec<Filter>) =
            filters.iter().cloned().partition(|filter| filter.lifetime == Lifetime::Process);
        let stands = !matches!(set.purpose, Purpose::Guard);
        let key = set.without_details();
        self.with_sessions(|sessions| {
            // What opens comes before what closes, and goes after it: in between the kill switch is as tight as the tighter one.
            if standing.is_empty() && stands {
                sessions.set_standing(set, &standing, &self.watched)?;
                sessions.set_own(&key, set, own, &self.watched)?;
                return sessions.computer.in_transaction(|engine| engine.delete_sublayer(&key));
            }
            match (stands, own.is_empty()) {
                (true, _) => sessions.computer.in_transaction(|engine| engine.add_sublayer(&key, Keep::Always))?,
                (false, false) => sessions.process.in_transaction(|engine| engine.add_sublayer(&key, Keep::WithProcess))?,
                (false, true) => {}
            }
            let before = sessions.own.get(&key).cloned().unwrap_or_default();
            let is_over = own.is_empty();
            sessions.set_own(&key, set, own, &self.watched)?;
            if !stands {
                let delete = |engine: &Engine| engine.delete_sublayer(&key);
                return if is_over { sessions.process.in_transaction(delete) } else { Ok(()) };
            }
            sessions.set_standing(set, &standing, &self.watched).inspect_err(|_| {
                if let Err(error) = sessions.set_own(&key, set, before, &self.watched) {
                    tracing::warn!(%error, "the filters of {} are not as before", set.name);
                }
            })
        })
    }

    /// Returns the kill switches that stand, of any process.
    pub(super) fn kill_switches(&self) -> io::Result<Vec<StandingKillSwitch>> {
        let found = self.with_sessions(|sessions| sessions.computer.filters())?;
        let tags = found.into_iter().filter_map(|(_, tag)| FilterSet::from_tag(&tag));
        let mut standing: BTreeMap<_, StandingKillSwitch> = BTreeMap::new();
        for FilterSet { name, purpose } in tags {
            if let Purpose::KillSwitch { owner, has_portal } = purpose {
                let entry = standing.entry(name.clone());
                let known = entry.or_insert(StandingKillSwitch { interface: name, owner, has_portal: false });
                known.has_portal |= has_portal;
            }
        }
        Ok(standing.into_values().collect())
    }

    fn with_sessions<T>(&self, use_them: impl FnOnce(&mut Sessions) -> io::Result<T>) -> io::Result<T> {
        let mut sessions = self.lock();
        let open = match &mut *sessions {
            Some(open) => open,
            none => none.insert(Sessions::open()?),
        };
        let outcome = use_them(open);
        // After the service of the platform was restarted, its sessions are gone, and so are the filters of this process.
        if outcome.as_ref().is_err_and(is_disconnected) {
            *sessions = None;
        }
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Option<Sessions>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true for the errors of a remote procedure call that does not reach the service (`RPC_S_*`).
fn is_disconnected(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(1700..=1830))
}

impl Sessions {
    fn open() -> io::Result<Self> {
        let (process, computer) = (Engine::open(FWPM_SESSION_FLAG_DYNAMIC)?, Engine::open(0)?);
        computer.in_transaction(Engine::add_provider)?;
        let program = ProgramId::of_this_program()?;
        Ok(Self { process, computer, program, own: BTreeMap::new(), ids: BTreeMap::new() })
    }

    /// Replaces the filters of a set that end with this process.
    fn set_own(&mut self, key: &FilterSet, set: &FilterSet, filters: Vec<Filter>, watched: &Watched) -> io::Result<()> {
        let before = self.ids.remove(key).unwrap_or_default();
        watched.forget(&before);
        let replaced = self.process.replace(&before, set, &filters, &self.program);
        let now = if replaced.is_ok() { replaced.as_ref().map(Vec::clone).unwrap_or_default() } else { before };
        watched.remember(&now, set);
        if now.is_empty() {
            self.own.remove(key);
        } else {
            self.ids.insert(key.clone(), now);
            if replaced.is_ok() {
                self.own.insert(key.clone(), filters);
            }
        }
        replaced.map(drop)
    }

    /// Replaces the filters of a set that stay, also those of earlier processes.
    fn set_standing(&mut self, set: &FilterSet, filters: &[Filter], watched: &Watched) -> io::Result<()> {
        let own: Vec<u64> = self.ids.values().flatten().copied().collect();
        let found = self.computer.filters()?;
        let is_of_set =
            |tag: &[u8]| FilterSet::from_tag(tag).is_some_and(|found| found.without_details() == set.without_details());
        let before: Vec<u64> =
            found.into_iter().filter(|(id, tag)| !own.contains(id) && is_of_set(tag)).map(|(id, _)| id).collect();
        watched.forget(&before);
        let replaced = self.computer.replace(&before, set, filters, &self.program);
        watched.remember(replaced.as_ref().unwrap_or(&before), set);
        replaced.map(drop)
    }
}

/// An open session.
pub(super) struct Engine(HANDLE);

// SAFETY: any thread may use a session.
unsafe impl Send for Engine {}
// SAFETY: as above.
unsafe impl Sync for Engine {}

impl Engine {
    pub(super) fn open(flags: u32) -> io::Result<Self> {
        let mut name = wide(OsStr::new("Adit"));
        let session = FWPM_SESSION0 {
            displayData: FWPM_DISPLAY_DATA0 { name: name.as_mut_ptr(), description: ptr::null_mut() },
            flags,
            txnWaitTimeoutInMSec: PATIENCE,
            ..FWPM_SESSION0::default()
        };
        let mut handle = ptr::null_mut();
        // SAFETY: the session and its name, which ends with a zero, are valid during the call; the system writes one handle.
        let code = unsafe { FwpmEngineOpen0(ptr::null(), RPC_C_AUTHN_WINNT, ptr::null(), &raw const session, &raw mut handle) };
        succeeded(code).map(|()| Self(handle))
    }

    pub(super) const fn handle(&self) -> HANDLE {
        self.0
    }

    fn add_provider(&self) -> io::Result<()> {
        let mut name = wide(OsStr::new("Adit"));
        let display = FWPM_DISPLAY_DATA0 { name: name.as_mut_ptr(), description: ptr::null_mut() };
        let provider = FWPM_PROVIDER0 {
            providerKey: PROVIDER,
            displayData: display,
            flags: FWPM_PROVIDER_FLAG_PERSISTENT,
            ..FWPM_PROVIDER0::default()
        };
        // SAFETY: the provider and its name are valid during the call.
        unless(unsafe { FwpmProviderAdd0(self.0, &raw const provider, ptr::null_mut()) }, FWP_E_ALREADY_EXISTS)
    }

    /// Adds the sublayer of a set, unless it is there.
    fn add_sublayer(&self, set: &FilterSet, keep: Keep) -> io::Result<()> {
        let mut name = wide(OsStr::new(&format!("Adit: {}", set.name)));
        let mut key = PROVIDER;
        let sublayer = FWPM_SUBLAYER0 {
            subLayerKey: sublayer(set),
            displayData: FWPM_DISPLAY_DATA0 { name: name.as_mut_ptr(), description: ptr::null_mut() },
            flags: if keep == Keep::Always { FWPM_SUBLAYER_FLAG_PERSISTENT } else { 0 },
            providerKey: &raw mut key,
            weight: FIRST,
            ..FWPM_SUBLAYER0::default()
        };
        // SAFETY: the sublayer, its name and the key are valid during the call.
        unless(unsafe { FwpmSubLayerAdd0(self.0, &raw const sublayer, ptr::null_mut()) }, FWP_E_ALREADY_EXISTS)
    }

    /// Deletes the sublayer of a set, which has no filters any more.
    fn delete_sublayer(&self, set: &FilterSet) -> io::Result<()> {
        let key = sublayer(set);
        // SAFETY: the key is valid during the call.
        let code = unsafe { FwpmSubLayerDeleteByKey0(self.0, &raw const key) };
        if code == FWP_E_SUBLAYER_NOT_FOUND.cast_unsigned() { Ok(()) } else { unless(code, FWP_E_NOT_FOUND) }
    }

    /// Deletes filters and adds others, in one step. Returns the new ids.
    fn replace(&self, before: &[u64], set: &FilterSet, filters: &[Filter], program: &ProgramId) -> io::Result<Vec<u64>> {
        if before.is_empty() && filters.is_empty() {
            return Ok(Vec::new());
        }
        self.in_transaction(|engine| {
            for id in before {
                // SAFETY: only numbers are passed.
                let code = unsafe { FwpmFilterDeleteById0(engine.0, *id) };
                if code != FWP_E_FILTER_NOT_FOUND.cast_unsigned() {
                    unless(code, FWP_E_NOT_FOUND)?;
                }
            }
            filters.iter().map(|filter| engine.add(set, filter, program)).collect()
        })
    }

    fn add(&self, set: &FilterSet, filter: &Filter, program: &ProgramId) -> io::Result<u64> {
        let mut raw = RawFilter::new(filter, &set.tag(), sublayer(&set.without_details()), program.0);
        let (filter, mut id) = (raw.filter(), 0);
        // SAFETY: everything that the filter points to belongs to `raw` and is valid during the call; the system writes one number.
        succeeded(unsafe { FwpmFilterAdd0(self.0, &raw const filter, ptr::null_mut(), &raw mut id) }).map(|()| id)
    }

    fn in_transaction<T>(&self, change: impl FnOnce(&Self) -> io::Result<T>) -> io::Result<T> {
        // SAFETY: only a handle is passed.
        succeeded(unsafe { FwpmTransactionBegin0(self.0, 0) })?;
        let outcome = change(self).and_then(|outcome| {
            // SAFETY: as above; the transaction is open.
            succeeded(unsafe { FwpmTransactionCommit0(self.0) }).map(|()| outcome)
        });
        if outcome.is_err() {
            // SAFETY: as above. The first error says what is wrong; a session that ends also ends its transaction.
            unsafe { FwpmTransactionAbort0(self.0) };
        }
        outcome
    }

    /// Returns the ids and tags of all of Adit's filters.
    fn filters(&self) -> io::Result<Vec<(u64, Vec<u8>)>> {
        let mut all = Vec::new();
        for layer in LAYERS {
            all.extend(self.filters_of(layer)?);
        }
        Ok(all)
    }

    fn filters_of(&self, layer: GUID) -> io::Result<Vec<(u64, Vec<u8>)>> {
        /// The most filters of one call.
        const BATCH: u32 = 64;
        let mut provider = PROVIDER;
        let template = FWPM_FILTER_ENUM_TEMPLATE0 {
            providerKey: &raw mut provider,
            layerKey: layer,
            enumType: FWP_FILTER_ENUM_FULLY_CONTAINED,
            flags: FWP_FILTER_ENUM_FLAG_INCLUDE_BOOTTIME | FWP_FILTER_ENUM_FLAG_INCLUDE_DISABLED,
            actionMask: u32::MAX,
            ..FWPM_FILTER_ENUM_TEMPLATE0::default()
        };
        let mut handle = ptr::null_mut();
        // SAFETY: the template and its key are valid during the call; the system writes one handle.
        succeeded(unsafe { FwpmFilterCreateEnumHandle0(self.0, &raw const template, &raw mut handle) })?;
        let list = Enumeration { engine: self, handle };
        let mut found = Vec::new();
        loop {
            let (mut entries, mut count): (*mut *mut FWPM_FILTER0, u32) = (ptr::null_mut(), 0);
            // SAFETY: the handle is open; the system writes a pointer to an array of `count` pointers, which is freed below.
            succeeded(unsafe { FwpmFilterEnum0(self.0, list.handle, BATCH, &raw mut entries, &raw mut count) })?;
            for index in 0..count as usize {
                // SAFETY: the index is below the number of entries, each of which points to a filter until they are freed; the data
                // has as many bytes as it says.
                let entry = unsafe {
                    let filter = *entries.add(index);
                    let FWP_BYTE_BLOB { size, data } = (*filter).providerData;
                    let tag = if data.is_null() { &[] } else { std::slice::from_raw_parts(data, size as usize) };
                    ((*filter).filterId, tag.to_vec())
                };
                found.push(entry);
            }
            // SAFETY: the system has allocated the array; it is freed once.
            unsafe { FwpmFreeMemory0((&raw mut entries).cast()) };
            if count < BATCH {
                return Ok(found);
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: the session is open, and not used any more.
        unsafe { FwpmEngineClose0(self.0) };
    }
}

/// The time for which a sublayer exists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Until it is deleted.
    Always,
    /// As long as the session that adds it.
    WithProcess,
}

/// Returns the key of the sublayer of a set without its details, from a hash.
fn sublayer(set: &FilterSet) -> GUID {
    GUID::from_u128(guid_of("Adit sublayer ", &set.tag()))
}

struct Enumeration<'a> {
    engine: &'a Engine,
    handle: HANDLE,
}

impl Drop for Enumeration<'_> {
    fn drop(&mut self) {
        // SAFETY: both are open, and the enumeration is not used any more.
        unsafe { FwpmFilterDestroyEnumHandle0(self.engine.0, self.handle) };
    }
}

/// The name of this program as the platform compares it.
struct ProgramId(*mut FWP_BYTE_BLOB);

// SAFETY: the bytes are only read.
unsafe impl Send for ProgramId {}

impl ProgramId {
    fn of_this_program() -> io::Result<Self> {
        let path = wide(std::env::current_exe()?.as_os_str());
        let mut id = ptr::null_mut();
        // SAFETY: the path ends with a zero; the system writes a pointer to bytes that `Drop` frees.
        succeeded(unsafe { FwpmGetAppIdFromFileName0(path.as_ptr(), &raw mut id) }).map(|()| Self(id))
    }
}

impl Drop for ProgramId {
    fn drop(&mut self) {
        // SAFETY: the system has allocated the bytes; they are freed once.
        unsafe { FwpmFreeMemory0((&raw mut self.0).cast()) };
    }
}

/// Returns the error, unless it is this one.
fn unless(code: u32, other: i32) -> io::Result<()> {
    if code == other.cast_unsigned() { Ok(()) } else { succeeded(code) }
}
