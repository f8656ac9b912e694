//! Security identifiers (SIDs) of users and groups.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::ptr;
use std::str::FromStr;

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_NONE_MAPPED, LocalFree};
use windows_sys::Win32::Security::Authorization::{ConvertSidToStringSidW, ConvertStringSidToSidW};
use windows_sys::Win32::Security::{
    CreateWellKnownSid, GetLengthSid, LookupAccountNameW, PSID, SECURITY_MAX_SID_SIZE, WELL_KNOWN_SID_TYPE,
};

use super::security::wide;

/// The identifier of a user or a group, such as `S-1-5-18`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Sid(Box<[u32]>);

impl Sid {
    /// Returns the identifier of a user or group that every Windows has, such as `WinLocalSystemSid`.
    pub(super) fn well_known(kind: WELL_KNOWN_SID_TYPE) -> io::Result<Self> {
        let mut words = Self::room();
        let mut length = (words.len() * 4) as u32;
        // SAFETY: the system writes at most `length` bytes, which is the size of `words`.
        let made = unsafe { CreateWellKnownSid(kind, ptr::null_mut(), words.as_mut_ptr().cast(), &raw mut length) };
        if made == 0 { Err(io::Error::last_os_error()) } else { Ok(Self::shortened(words, length)) }
    }

    /// Looks up the account `name` of this computer. None if there is none.
    pub(super) fn of_account(name: &str) -> io::Result<Option<Self>> {
        let name = wide(OsStr::new(name));
        let mut domain = vec![0_u16; 256];
        loop {
            let mut words = Self::room();
            let (mut length, mut domain_length, mut kind) = ((words.len() * 4) as u32, domain.len() as u32, 0);
            // SAFETY: `name` ends with a zero; the system writes at most as much as the two lengths say, into memory that is ours.
            let found = unsafe {
                LookupAccountNameW(
                    ptr::null(),
                    name.as_ptr(),
                    words.as_mut_ptr().cast(),
                    &raw mut length,
                    domain.as_mut_ptr(),
                    &raw mut domain_length,
                    &raw mut kind,
                )
            };
            if found != 0 {
                // The length that the system returns is only set on failure.
                // SAFETY: the system has filled `words` with a valid SID.
                let length = unsafe { GetLengthSid(words.as_mut_ptr().cast()) };
                return Ok(Some(Self::shortened(words, length)));
            }
            let error = io::Error::last_os_error();
            match error.raw_os_error().map(i32::cast_unsigned) {
                Some(ERROR_NONE_MAPPED) => return Ok(None),
                Some(ERROR_INSUFFICIENT_BUFFER) if domain.len() < domain_length as usize => {
                    domain.resize(domain_length as usize, 0);
                }
                _ => return Err(error),
            }
        }
    }

    /// Copies a SID.
    ///
    /// # Safety
    /// `sid` must point to a valid SID.
    pub(super) unsafe fn copy(sid: PSID) -> Self {
        // SAFETY: the caller guarantees it. A SID consists of 8 bytes and 4 for each number, and has the alignment of a number.
        let words = unsafe { std::slice::from_raw_parts(sid.cast::<u32>(), GetLengthSid(sid) as usize / 4) };
        Self(words.into())
    }

    /// Returns a pointer for the system's functions, which do not write through it.
    pub(super) fn as_ptr(&self) -> PSID {
        self.0.as_ptr().cast_mut().cast()
    }

    fn room() -> Vec<u32> {
        vec![0; SECURITY_MAX_SID_SIZE.div_ceil(4) as usize]
    }

    fn shortened(mut words: Vec<u32>, bytes: u32) -> Self {
        words.truncate(bytes.div_ceil(4) as usize);
        Self(words.into())
    }
}

impl FromStr for Sid {
    type Err = io::Error;

    /// Parses a text such as `S-1-5-18`.
    fn from_str(text: &str) -> io::Result<Self> {
        let text = wide(OsStr::new(text));
        let mut sid = ptr::null_mut();
        // SAFETY: `text` ends with a zero; the system writes one pointer, to a SID that is freed below.
        if unsafe { ConvertStringSidToSidW(text.as_ptr(), &raw mut sid) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the system has just made it.
        let copy = unsafe { Self::copy(sid) };
        // SAFETY: the system has allocated it with `LocalAlloc`, and nothing uses it any more.
        unsafe { LocalFree(sid) };
        Ok(copy)
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = ptr::null_mut();
        // SAFETY: the SID is valid; the system writes one pointer, to a text that ends with a zero and that is freed below.
        if unsafe { ConvertSidToStringSidW(self.as_ptr(), &raw mut text) } == 0 {
            return Err(fmt::Error);
        }
        // SAFETY: as above; the text is read up to its zero.
        let read = unsafe { String::from_utf16_lossy(std::slice::from_raw_parts(text, length(text))) };
        // SAFETY: the system has allocated it with `LocalAlloc`, and nothing uses it any more.
        unsafe { LocalFree(text.cast()) };
        formatter.write_str(&read)
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Returns the number of characters before the zero.
///
/// # Safety
/// The text must end with a zero.
pub(super) unsafe fn length(text: *const u16) -> usize {
    let mut length = 0;
    // SAFETY: the caller guarantees that a zero follows.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::Security::{WinBuiltinAdministratorsSid, WinLocalSystemSid};

    use super::*;

    #[test]
    fn well_known_users_have_their_numbers() {
        assert_eq!(Sid::well_known(WinLocalSystemSid).unwrap().to_string(), "S-1-5-18");
        assert_eq!(Sid::well_known(WinBuiltinAdministratorsSid).unwrap().to_string(), "S-1-5-32-544");
        assert_eq!("S-1-5-18".parse::<Sid>().unwrap(), Sid::well_known(WinLocalSystemSid).unwrap());
        "S-1".parse::<Sid>().expect_err("that is no SID");
    }

    #[test]
    fn an_account_is_found_by_its_name_and_a_stranger_is_none() {
        let found = Sid::of_account("Administrators").unwrap();
        assert_eq!(found, Some(Sid::well_known(WinBuiltinAdministratorsSid).unwrap()));
        assert_eq!(Sid::of_account("no such group of Adit's tests").unwrap(), None);
    }
}
