//! The rules of the Name Resolution Policy Table in the registry. A rule says in its comment which tunnel it belongs to, so that
//! the next process finds what a killed one has left.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::ptr;

use adit_config::InterfaceName;
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_NO_MORE_ITEMS, ERROR_SUCCESS};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_LOCAL_MACHINE, KEY_ALL_ACCESS, REG_DWORD, REG_MULTI_SZ, REG_OPTION_NON_VOLATILE, REG_SZ, RRF_RT_REG_SZ,
    RegCloseKey, RegCreateKeyExW, RegDeleteTreeW, RegEnumKeyExW, RegGetValueW, RegSetValueExW,
};

use super::functions::{FlushResolverCache, find};
use crate::windows::error_code::succeeded;
use crate::windows::security::wide;
use crate::windows_network::dns::NrptRule;

/// The rules that are no group policy. Only administrators may write here.
const TABLE: &str = r"SYSTEM\CurrentControlSet\Services\Dnscache\Parameters\DnsPolicyConfig";

/// Start of the comment of Adit's rules; the tunnel's name follows.
const COMMENT: &str = "Adit: ";

/// `ConfigOptions` of a rule that names servers (MS-GPNRPT section 2.2.2.13).
const HAS_SERVERS: u32 = 8;
/// `Version` of a rule.
const VERSION: u32 = 1;

/// Replaces the rules of a tunnel. Returns true if it had any.
pub(super) fn set(name: &InterfaceName, rules: &[NrptRule]) -> io::Result<bool> {
    set_in(TABLE, name, rules)
}

/// Returns the tunnels that have rules, each once, sorted.
pub(super) fn names() -> io::Result<BTreeSet<InterfaceName>> {
    let table = Key::create(HKEY_LOCAL_MACHINE, TABLE)?;
    let mut names = BTreeSet::new();
    for key in table.subkeys()? {
        let comment = table.read_text(&key, "Comment")?;
        names.extend(comment.and_then(|comment| comment.strip_prefix(COMMENT)?.parse().ok()));
    }
    Ok(names)
}

fn set_in(table: &str, name: &InterfaceName, rules: &[NrptRule]) -> io::Result<bool> {
    let table = Key::create(HKEY_LOCAL_MACHINE, table)?;
    let (mut present, comment) = (Vec::new(), format!("{COMMENT}{name}"));
    for key in table.subkeys()? {
        if table.read_text(&key, "Comment")?.as_deref() == Some(&comment) {
            present.push(key);
        }
    }
    for key in &present {
        table.delete(key)?;
    }
    for (number, rule) in rules.iter().enumerate() {
        let key = Key::create(table.0, &format!("Adit-{name}-{number}"))?;
        key.write_number("Version", VERSION)?;
        key.write_number("ConfigOptions", HAS_SERVERS)?;
        key.write_text("Comment", REG_SZ, &comment)?;
        key.write_text("GenericDNSServers", REG_SZ, &rule.servers)?;
        // A list ends with an empty text.
        key.write_text("Name", REG_MULTI_SZ, &(rule.namespaces.join("\0") + "\0"))?;
    }
    if !present.is_empty() || !rules.is_empty() {
        flush();
    }
    Ok(!present.is_empty())
}

/// Removes answers of other servers from the resolver's memory. They also go by themselves when their time is over.
fn flush() {
    // SAFETY: this is the function's type.
    match unsafe { find::<FlushResolverCache>("dnsapi.dll", "DnsFlushResolverCache") } {
        // SAFETY: it has no arguments.
        Ok(flush) if unsafe { (flush.call)() } != 0 => {}
        Ok(_) => tracing::debug!("the resolver's memory was not emptied"),
        Err(error) => tracing::debug!(%error, "the resolver's memory was not emptied"),
    }
}

/// An open key.
struct Key(HKEY);

impl Key {
    fn create(parent: HKEY, name: &str) -> io::Result<Self> {
        let name = wide(OsStr::new(name));
        let mut key = ptr::null_mut();
        // SAFETY: the parent is open and the name ends with a zero; the system writes one handle.
        let code = unsafe {
            RegCreateKeyExW(
                parent,
                name.as_ptr(),
                0,
                ptr::null(),
                REG_OPTION_NON_VOLATILE,
                KEY_ALL_ACCESS,
                ptr::null(),
                &raw mut key,
                ptr::null_mut(),
            )
        };
        succeeded(code).map(|()| Self(key))
    }

    /// Returns the names of the keys in this one.
    fn subkeys(&self) -> io::Result<Vec<String>> {
        /// The longest name of a key, with its zero.
        const ROOM: usize = 256;
        let mut names = Vec::new();
        for index in 0.. {
            let (mut name, mut length) = ([0_u16; ROOM], ROOM as u32);
            // SAFETY: the key is open; the system writes at most as many characters as `name` has.
            let code = unsafe {
                RegEnumKeyExW(
                    self.0,
                    index,
                    name.as_mut_ptr(),
                    &raw mut length,
                    ptr::null(),
                    ptr::null_mut(),
                    ptr::null_mut(),
                    ptr::null_mut(),
                )
            };
            match code {
                ERROR_SUCCESS => names.push(String::from_utf16_lossy(name.get(..length as usize).unwrap_or_default())),
                ERROR_NO_MORE_ITEMS => break,
                code => return Err(io::Error::from_raw_os_error(code.cast_signed())),
            }
        }
        Ok(names)
    }

    /// Returns a text of a key in this one; None if there is no such text.
    fn read_text(&self, key: &str, value: &str) -> io::Result<Option<String>> {
        /// No comment of Adit is longer.
        const ROOM: usize = 128;
        let (key, value) = (wide(OsStr::new(key)), wide(OsStr::new(value)));
        let (mut text, mut bytes) = ([0_u16; ROOM], (ROOM * size_of::<u16>()) as u32);
        // SAFETY: the key is open and the names end with zeros; the system writes at most as many bytes as `text` has.
        let code = unsafe {
            RegGetValueW(
                self.0,
                key.as_ptr(),
                value.as_ptr(),
                RRF_RT_REG_SZ,
                ptr::null_mut(),
                text.as_mut_ptr().cast(),
                &raw mut bytes,
            )
        };
        // Other programs' rules have texts of any type and length.
        if code != ERROR_SUCCESS {
            return Ok(None);
        }
        Ok(Some(String::from_utf16_lossy(text.split(|unit| *unit == 0).next().unwrap_or_default())))
    }

    fn write_number(&self, value: &str, number: u32) -> io::Result<()> {
        self.write(value, REG_DWORD, &number.to_ne_bytes())
    }

    fn write_text(&self, value: &str, kind: u32, text: &str) -> io::Result<()> {
        let bytes: Vec<u8> = wide(OsStr::new(text)).into_iter().flat_map(u16::to_ne_bytes).collect();
        self.write(value, kind, &bytes)
    }

    fn write(&self, value: &str, kind: u32, bytes: &[u8]) -> io::Result<()> {
        let value = wide(OsStr::new(value));
        // SAFETY: the key is open, the name ends with a zero, and the size is that of `bytes`.
        succeeded(unsafe { RegSetValueExW(self.0, value.as_ptr(), 0, kind, bytes.as_ptr(), bytes.len() as u32) })
    }

    fn delete(&self, key: &str) -> io::Result<()> {
        let key = wide(OsStr::new(key));
        // SAFETY: the key is open and the name ends with a zero.
        match unsafe { RegDeleteTreeW(self.0, key.as_ptr()) } {
            ERROR_FILE_NOT_FOUND => Ok(()),
            code => succeeded(code),
        }
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
    use super::*;

    const FOR_TESTS: &str = r"SOFTWARE\Adit-Test-Nrpt";

    #[test]
    fn the_rules_of_a_tunnel_are_replaced_and_removed_and_those_of_others_stay() {
        let table = Key::create(HKEY_LOCAL_MACHINE, FOR_TESTS).unwrap();
        Key::create(table.0, "{other}").unwrap().write_text("Comment", REG_SZ, "of a company").unwrap();
        let (office, home): (InterfaceName, InterfaceName) = ("office".parse().unwrap(), "home".parse().unwrap());
        let rule = |name: &str| NrptRule { namespaces: vec![format!(".{name}"), name.into()], servers: "10.8.0.1".into() };
        assert!(!set_in(FOR_TESTS, &office, &[rule("corp.example"), rule("lab.example")]).unwrap());
        assert!(!set_in(FOR_TESTS, &home, &[rule("home.example")]).unwrap());
        assert_eq!(table.subkeys().unwrap().len(), 4);
        assert!(set_in(FOR_TESTS, &office, &[rule("corp.example")]).unwrap());
        assert_eq!(table.read_text("Adit-office-0", "GenericDNSServers").unwrap().unwrap(), "10.8.0.1");
        assert_eq!(table.subkeys().unwrap().len(), 3);
        assert!(set_in(FOR_TESTS, &office, &[]).unwrap() && set_in(FOR_TESTS, &home, &[]).unwrap());
        assert_eq!(table.subkeys().unwrap(), ["{other}"]);
        Key::create(HKEY_LOCAL_MACHINE, "SOFTWARE").unwrap().delete("Adit-Test-Nrpt").unwrap();
    }
}
