//! Identifies the present boot by a random number in a key of the registry that the system forgets when it shuts down.

use std::ffi::OsStr;
use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_LOCAL_MACHINE, KEY_QUERY_VALUE, KEY_SET_VALUE, REG_OPTION_VOLATILE, REG_SZ, RRF_RT_REG_SZ, RegCloseKey,
    RegCreateKeyExW, RegGetValueW, RegSetValueExW,
};

use super::error_code::succeeded;
use super::security::wide;

/// The key. Users may read it, and only administrators may write it, as all keys in this place.
const KEY: &str = r"SOFTWARE\Adit-Boot";
const VALUE: &str = "Id";
/// Characters of an id.
const DIGITS: usize = 32;

/// Returns the id of the present boot, different from that of every other boot.
///
/// # Errors
/// Also if this process may not write to the registry of the computer.
pub fn id() -> io::Result<String> {
    let key = Key::open()?;
    if let Some(id) = key.read()? {
        return Ok(id);
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let id = format!("{:032x}", u128::from_ne_bytes(random));
    key.write(&id)?;
    Ok(id)
}

/// An open key.
struct Key(HKEY);

impl Key {
    fn open() -> io::Result<Self> {
        let name = wide(OsStr::new(KEY));
        let mut key = ptr::null_mut();
        // SAFETY: the name ends with a zero; the system writes one handle.
        let code = unsafe {
            RegCreateKeyExW(
                HKEY_LOCAL_MACHINE,
                name.as_ptr(),
                0,
                ptr::null(),
                REG_OPTION_VOLATILE,
                KEY_QUERY_VALUE | KEY_SET_VALUE,
                ptr::null(),
                &raw mut key,
                ptr::null_mut(),
            )
        };
        succeeded(code).map(|()| Self(key))
    }

    fn read(&self) -> io::Result<Option<String>> {
        let value = wide(OsStr::new(VALUE));
        let mut text = [0_u16; DIGITS + 1];
        let mut bytes = size_of_val(&text) as u32;
        // SAFETY: the key is open and the name ends with a zero; the system writes at most as many bytes as `text` has.
        let code = unsafe {
            RegGetValueW(
                self.0,
                ptr::null(),
                value.as_ptr(),
                RRF_RT_REG_SZ,
                ptr::null_mut(),
                text.as_mut_ptr().cast(),
                &raw mut bytes,
            )
        };
        if code == ERROR_FILE_NOT_FOUND {
            return Ok(None);
        }
        succeeded(code)?;
        let length = text.iter().position(|character| *character == 0).unwrap_or(text.len());
        Ok(Some(String::from_utf16_lossy(text.get(..length).unwrap_or_default())))
    }

    fn write(&self, id: &str) -> io::Result<()> {
        let (value, text) = (wide(OsStr::new(VALUE)), wide(OsStr::new(id)));
        // SAFETY: the key is open, both texts end with a zero, and the size is that of `text`.
        let code = unsafe {
            RegSetValueExW(self.0, value.as_ptr(), 0, REG_SZ, text.as_ptr().cast(), size_of_val(text.as_slice()) as u32)
        };
        succeeded(code)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the key is open, and not used any more.
        unsafe { RegCloseKey(self.0) };
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_id_stays_the_same_until_the_next_boot() {
        let id = super::id().unwrap();
        assert_eq!(id.len(), 32, "{id}");
        assert_eq!(super::id().unwrap(), id);
    }
}
