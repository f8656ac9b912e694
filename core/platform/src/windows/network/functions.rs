//! Functions that not every Windows has, and that Wine lacks: looked up when they are needed, so that the program starts without
//! them and says which one is missing.

use std::io;

use libloading::os::windows::{LOAD_LIBRARY_SEARCH_SYSTEM32, Library};
use windows_sys::Win32::NetworkManagement::IpHelper::{DNS_INTERFACE_SETTINGS, MIB_IPFORWARD_ROW2, MIB_UNICASTIPADDRESS_ROW};
use windows_sys::core::GUID;

/// `CreateUnicastIpAddressEntry` and `DeleteUnicastIpAddressEntry`.
pub(super) type ChangeAddress = unsafe extern "system" fn(*const MIB_UNICASTIPADDRESS_ROW) -> u32;
/// `CreateIpForwardEntry2` and `DeleteIpForwardEntry2`.
pub(super) type ChangeRoute = unsafe extern "system" fn(*const MIB_IPFORWARD_ROW2) -> u32;
/// `SetInterfaceDnsSettings`, since Windows 10 version 2004.
pub(super) type SetInterfaceDns = unsafe extern "system" fn(GUID, *const DNS_INTERFACE_SETTINGS) -> u32;
/// `DnsFlushResolverCache`.
pub(super) type FlushResolverCache = unsafe extern "system" fn() -> i32;

/// A function of a library of the system.
pub(super) struct Function<F> {
    pub(super) call: F,
    /// Keeps the library loaded.
    _library: Library,
}

/// Looks up a function.
///
/// # Safety
/// `F` is the type of the function.
pub(super) unsafe fn find<F: Copy>(library: &str, name: &str) -> io::Result<Function<F>> {
    // SAFETY: the library is the system's own, whose initialisation has no conditions.
    let library = unsafe { Library::load_with_flags(library, LOAD_LIBRARY_SEARCH_SYSTEM32) }.map_err(io::Error::other)?;
    let missing = |_| io::Error::new(io::ErrorKind::Unsupported, format!("this Windows has no {name}"));
    // SAFETY: the caller vouches for the type.
    let call = *unsafe { library.get::<F>(name) }.map_err(missing)?;
    Ok(Function { call, _library: library })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_this_windows_lacks_is_named() {
        // SAFETY: the function is not called.
        let error = unsafe { find::<FlushResolverCache>("iphlpapi.dll", "NoSuchFunction") }.err().unwrap();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (io::ErrorKind::Unsupported, "this Windows has no NoSuchFunction")
        );
    }
}
