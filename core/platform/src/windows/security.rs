//! Owners of files and their access control lists (DACLs).

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle};
use std::path::{Component, Path, Prefix};
use std::time::{Duration, Instant};
use std::{ptr, thread};

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, INVALID_HANDLE_VALUE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo, SDDL_REVISION_1, SE_FILE_OBJECT, SE_KERNEL_OBJECT,
    SE_OBJECT_TYPE, SetSecurityInfo,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, GetSecurityDescriptorDacl, INHERIT_ONLY_ACE,
    OWNER_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES,
    WinBuiltinAdministratorsSid, WinLocalSystemSid,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, CreateDirectoryW, CreateFileW, DELETE, FILE_APPEND_DATA, FILE_DELETE_CHILD,
    FILE_FLAG_OPEN_REPARSE_POINT, FILE_READ_DATA, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_WRITE_ATTRIBUTES,
    FILE_WRITE_DATA, FILE_WRITE_EA, GetFileInformationByHandle, MoveFileExW, WRITE_DAC, WRITE_OWNER,
};

use super::error_code::succeeded;
use super::sid::Sid;
use super::token::{Token, checked};

/// The system and administrators may do everything, other users nothing; nothing is inherited from above, and new files inside
/// inherit this (Security Descriptor Definition Language).
const PRIVATE: &str = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
/// The user that may change files of Windows and, by inheritance, those in its folder of programs
/// (`NT SERVICE\\TrustedInstaller`, the same on every computer).
const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
/// How long a file is waited for that another program has open, and how often it is tried again.
const OPEN_ELSEWHERE: Duration = Duration::from_secs(1);
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// `ACCESS_ALLOWED_ACE_TYPE` of `winnt.h`.
const ALLOWED: u8 = 0;
/// Types of entries that only remove rights: denied, and audit.
const TAKE_AWAY: [u8; 2] = [1, 2];
/// Rights to change a file or a folder.
const CHANGE: u32 = FILE_WRITE_DATA
    | FILE_APPEND_DATA
    | FILE_WRITE_EA
    | FILE_WRITE_ATTRIBUTES
    | FILE_DELETE_CHILD
    | DELETE
    | WRITE_DAC
    | WRITE_OWNER
    | GENERIC_WRITE
    | GENERIC_ALL;
/// Rights to read a file or a folder.
const READ: u32 = FILE_READ_DATA | GENERIC_READ | GENERIC_ALL;
/// `GENERIC_READ`, `GENERIC_WRITE` and `GENERIC_ALL` of `winnt.h`.
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const GENERIC_ALL: u32 = 0x1000_0000;

/// The access of users other than the system, administrators and the user of this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Others {
    /// True if another user owns the file.
    pub(super) own: bool,
    /// True if other users can change it.
    pub(super) change: bool,
    /// True if other users get access to files and folders that are made in it.
    pub(super) inherit: bool,
    /// True if other users can read it.
    pub(super) read: bool,
}

/// A security descriptor, the owner and the access control lists of an object, in memory that the system has allocated with
/// `LocalAlloc`.
pub(super) struct Local(pub(super) PSECURITY_DESCRIPTOR);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it was allocated by the function that returned it, is freed once, and nothing borrowed of it outlives this.
        unsafe { LocalFree(self.0) };
    }
}

/// Returns a path in the system's encoding.
pub(super) fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

/// Returns an absolute path in the system's encoding. `\\?\` lets a path on a drive have more than 260 characters.
fn wide_path(path: &Path) -> Vec<u16> {
    let is_on_drive =
        matches!(path.components().next(), Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::Disk(_)));
    let prefix = if is_on_drive { r"\\?\" } else { "" };
    OsStr::new(prefix).encode_wide().chain(wide(path.as_os_str())).collect()
}

/// Makes a security descriptor of its text form (Security Descriptor Definition Language).
pub(super) fn descriptor(text: &str) -> io::Result<Local> {
    let text = wide(OsStr::new(text));
    let mut descriptor = ptr::null_mut();
    // SAFETY: `text` ends with a zero; the system writes one pointer, to memory that it allocates and that is freed by `Local`.
    checked(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(text.as_ptr(), SDDL_REVISION_1, &raw mut descriptor, ptr::null_mut())
    })?;
    Ok(Local(descriptor))
}

impl Local {
    /// Returns the argument of the functions that make files, folders, pipes and other objects. It is valid as long as `self`.
    pub(super) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES { nLength: size_of::<SECURITY_ATTRIBUTES>() as u32, lpSecurityDescriptor: self.0, bInheritHandle: 0 }
    }

    /// Returns the access control list (DACL). None: every user may do everything.
    fn dacl(&self) -> io::Result<Option<*mut ACL>> {
        let (mut present, mut defaulted, mut dacl) = (0, 0, ptr::null_mut());
        // SAFETY: the descriptor is valid; the system writes one pointer into it and two flags.
        checked(unsafe { GetSecurityDescriptorDacl(self.0, &raw mut present, &raw mut dacl, &raw mut defaulted) })?;
        Ok((present != 0 && !dacl.is_null()).then_some(dacl))
    }

    /// Reads the list back, for tests of its text. None: every user may do everything.
    #[cfg(test)]
    pub(super) fn entries(&self) -> io::Result<Option<Vec<Entry>>> {
        // SAFETY: the list is valid as long as this descriptor.
        self.dacl()?.map(|dacl| unsafe { entries(dacl) }).transpose()
    }
}

/// Returns the rights of a file or folder for the user of this process, the system and administrators alone.
pub(super) fn own_and_private() -> io::Result<String> {
    Ok(format!("{PRIVATE}(A;OICI;FA;;;{})", Token::of_this_process()?.user()?))
}

/// Puts the file `new` in the place of `path`, which keeps its owner and its access control list.
pub(super) fn replace_content(path: &Path, new: &Path) -> io::Result<()> {
    use windows_sys::Win32::Storage::FileSystem::{REPLACEFILE_WRITE_THROUGH, ReplaceFileW};
    let (path, new) = (wide_path(path), wide_path(new));
    // SAFETY: both paths end with a zero, and there is no backup (a null pointer).
    checked(unsafe {
        ReplaceFileW(path.as_ptr(), new.as_ptr(), ptr::null(), REPLACEFILE_WRITE_THROUGH, ptr::null(), ptr::null())
    })
}

/// Makes a folder that only the system and administrators can enter or change.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    create_folder(path, PRIVATE)
}

/// Makes a folder with these rights.
pub(super) fn create_folder(path: &Path, sddl: &str) -> io::Result<()> {
    let descriptor = descriptor(sddl)?;
    let attributes = descriptor.attributes();
    let path = wide_path(path);
    // SAFETY: `path` ends with a zero, and the descriptor lives until the call has returned.
    checked(unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) })
}

/// Opens a file for reading and writing, or makes it with these rights. `disposition` is one of `CREATE_NEW` and `OPEN_ALWAYS`. A
/// symbolic link is opened itself, not its target.
pub(super) fn create_file(path: &Path, sddl: &str, disposition: u32) -> io::Result<File> {
    let descriptor = descriptor(sddl)?;
    let attributes = descriptor.attributes();
    let path = wide_path(&std::path::absolute(path)?);
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    // SAFETY: `path` ends with a zero, and the descriptor lives until the call has returned.
    let handle = unsafe {
        CreateFileW(
            path.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            share,
            &raw const attributes,
            disposition,
            FILE_FLAG_OPEN_REPARSE_POINT,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else knows it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Gives only the system and administrators access to an open file or folder. The handle needs the right `WRITE_DAC`.
pub(super) fn make_private(file: &File) -> io::Result<()> {
    let descriptor = descriptor(PRIVATE)?;
    let dacl = descriptor.dacl()?.unwrap_or(ptr::null_mut());
    let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    // SAFETY: the handle is open as long as `file`, and the list lives as long as `descriptor`.
    let set = unsafe {
        SetSecurityInfo(file.as_raw_handle(), SE_FILE_OBJECT, what, ptr::null_mut(), ptr::null_mut(), dacl, ptr::null())
    };
    succeeded(set)
}

/// Returns the access of other users to an open file or folder. The handle needs the right `READ_CONTROL`.
pub(super) fn others(file: &impl AsRawHandle) -> io::Result<Others> {
    let (mut owner, mut dacl, mut descriptor): (PSID, *mut ACL, _) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: the handle is open as long as `file`; the system writes three pointers, into memory that it allocates.
    let found = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            &raw mut dacl,
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    succeeded(found)?;
    let _descriptor = Local(descriptor);
    let trusted = Trusted::new()?;
    // Some file systems keep no owner.
    // SAFETY: an owner that the system returns is a valid SID, as long as the descriptor.
    let own = owner.is_null() || !trusted.has(&unsafe { Sid::copy(owner) });
    let mut others = Others { own, change: false, inherit: false, read: false };
    if dacl.is_null() {
        // Without a list every user may do everything.
        return Ok(Others { change: true, read: true, ..others });
    }
    // SAFETY: the list is the system's, and valid as long as the descriptor.
    for entry in unsafe { entries(dacl) }? {
        match entry {
            Entry::Deny => {}
            Entry::Inherit => others.inherit = true,
            Entry::Unknown => return Ok(Others { change: true, read: true, ..others }),
            Entry::Allow { user, mask } if !trusted.has(&user) => {
                others.change |= mask & CHANGE != 0;
                others.read |= mask & READ != 0;
            }
            Entry::Allow { .. } => {}
        }
    }
    Ok(others)
}

/// An entry of an access control list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// Only removes rights.
    Deny,
    /// Concerns only what is made in the folder.
    Inherit,
    /// Gives a user or the members of a group rights.
    Allow {
        /// The user or group.
        user: Sid,
        /// The rights.
        mask: u32,
    },
    /// An unknown type, which may allow anything.
    Unknown,
}

/// Reads an access control list.
///
/// # Safety
/// `dacl` must point to a valid list.
unsafe fn entries(dacl: *const ACL) -> io::Result<Vec<Entry>> {
    // SAFETY: the caller guarantees it.
    let count = unsafe { (*dacl).AceCount };
    let read = |index: u32| {
        let mut entry = ptr::null_mut();
        // SAFETY: the index is below the count, and the system writes one pointer, into the list.
        checked(unsafe { GetAce(dacl, index, &raw mut entry) })?;
        // SAFETY: every entry begins with a header.
        let header: ACE_HEADER = unsafe { *entry.cast::<ACE_HEADER>() };
        Ok(if TAKE_AWAY.contains(&header.AceType) {
            Entry::Deny
        } else if u32::from(header.AceFlags) & INHERIT_ONLY_ACE != 0 {
            Entry::Inherit
        } else if header.AceType == ALLOWED {
            let allowed = entry.cast::<ACCESS_ALLOWED_ACE>();
            // SAFETY: an entry of this type is an `ACCESS_ALLOWED_ACE`, whose user is stored from `SidStart` on.
            let (mask, user) = unsafe { ((*allowed).Mask, Sid::copy((&raw mut (*allowed).SidStart).cast())) };
            Entry::Allow { user, mask }
        } else {
            Entry::Unknown
        })
    };
    (0..count.into()).map(read).collect()
}

/// Moves a file, and waits until the change is on the disk. Without `replace`, fails if the name `to` exists. Waits up to a
/// second for a program that has one of the files open, such as a virus scanner.
pub(super) fn rename(from: &Path, to: &Path, replace: bool) -> io::Result<()> {
    use windows_sys::Win32::Storage::FileSystem::{MOVEFILE_REPLACE_EXISTING, MOVEFILE_WRITE_THROUGH};
    let (from, to) = (wide_path(from), wide_path(to));
    let flags = MOVEFILE_WRITE_THROUGH | if replace { MOVEFILE_REPLACE_EXISTING } else { 0 };
    let end = Instant::now() + OPEN_ELSEWHERE;
    loop {
        // SAFETY: both paths end with a zero.
        if unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), flags) } != 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if !is_open_elsewhere(&error, replace) || Instant::now() >= end {
            return Err(error);
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// Returns true if another program may have a file open. The system reports this as a denied access if the file would be replaced.
fn is_open_elsewhere(error: &io::Error, replace: bool) -> bool {
    match error.raw_os_error().map(i32::cast_unsigned) {
        Some(ERROR_SHARING_VIOLATION) => true,
        Some(ERROR_ACCESS_DENIED) => replace,
        _ => false,
    }
}

/// Returns the number of names of an open file.
pub(super) fn links(file: &File) -> io::Result<u32> {
    let mut information = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open as long as `file`, and the system fills memory that is ours.
    checked(unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut information) })?;
    Ok(information.nNumberOfLinks)
}

/// The users that may access private files.
struct Trusted([Sid; 4]);

impl Trusted {
    fn new() -> io::Result<Self> {
        let own = Token::of_this_process()?.user()?;
        let [system, administrators] = [WinLocalSystemSid, WinBuiltinAdministratorsSid].map(Sid::well_known);
        Ok(Self([system?, administrators?, TRUSTED_INSTALLER.parse()?, own]))
    }

    /// Returns true if `user` is one of them.
    fn has(&self, user: &Sid) -> bool {
        self.0.contains(user)
    }
}

/// Returns the owner of an open file or folder. None if its file system keeps none. The handle needs the right `READ_CONTROL`.
pub(super) fn owner_of_file(file: &impl AsRawHandle) -> io::Result<Option<Sid>> {
    owner(file, SE_FILE_OBJECT)
}

/// Returns the owner of an open pipe. The handle needs the right `READ_CONTROL`.
pub(super) fn owner_of_pipe(pipe: &impl AsRawHandle) -> io::Result<Option<Sid>> {
    owner(pipe, SE_KERNEL_OBJECT)
}

fn owner(handle: &impl AsRawHandle, kind: SE_OBJECT_TYPE) -> io::Result<Option<Sid>> {
    let (mut owner, mut descriptor): (PSID, _) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the handle is open as long as it is borrowed; the system writes two pointers, into memory that it allocates.
    succeeded(unsafe {
        GetSecurityInfo(
            handle.as_raw_handle(),
            kind,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor,
        )
    })?;
    let _descriptor = Local(descriptor);
    // SAFETY: an owner that the system returns is a valid SID, as long as the descriptor.
    Ok((!owner.is_null()).then(|| unsafe { Sid::copy(owner) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_files_are_for_the_system_administrators_and_their_user_alone() {
        let own = Token::of_this_process().unwrap().user().unwrap();
        let all = |user: &Sid| Entry::Allow { user: user.clone(), mask: 0x1f_01ff };
        let [system, administrators] = ["S-1-5-18", "S-1-5-32-544"].map(|sid| sid.parse::<Sid>().unwrap());
        let read = |sddl: &str| descriptor(sddl).unwrap().entries().unwrap().unwrap();
        assert_eq!(read(PRIVATE), [all(&system), all(&administrators)]);
        assert_eq!(read(&own_and_private().unwrap()), [all(&system), all(&administrators), all(&own)]);
    }

    #[test]
    fn a_list_that_is_no_list_is_refused() {
        assert!(descriptor("D:P(A;;FA;;;NOBODY)").is_err());
    }
}
