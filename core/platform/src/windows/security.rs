//! Owners of files and their access control lists (DACLs).

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::AsRawHandle;
use std::path::{Component, Path, Prefix};
use std::time::{Duration, Instant};
use std::{ptr, thread};

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_SUCCESS, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo, SDDL_REVISION_1, SE_FILE_OBJECT, SetSecurityInfo,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, CreateWellKnownSid, DACL_SECURITY_INFORMATION, EqualSid, GetAce,
    GetSecurityDescriptorDacl, GetTokenInformation, INHERIT_ONLY_ACE, OWNER_SECURITY_INFORMATION,
    PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES, SECURITY_MAX_SID_SIZE, TOKEN_USER,
    TokenUser, WELL_KNOWN_SID_TYPE, WinBuiltinAdministratorsSid, WinLocalSystemSid,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, CreateDirectoryW, DELETE, FILE_APPEND_DATA, FILE_DELETE_CHILD, FILE_READ_DATA,
    FILE_WRITE_ATTRIBUTES, FILE_WRITE_DATA, FILE_WRITE_EA, GetFileInformationByHandle, MoveFileExW, WRITE_DAC, WRITE_OWNER,
};

/// The system and administrators may do everything, other users nothing; nothing is inherited from above, and new files inside
/// inherit this (Security Descriptor Definition Language).
const PRIVATE: &str = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
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
/// The token of this process, which need not be opened or closed (`GetCurrentProcessToken` of `processthreadsapi.h`).
const CURRENT_PROCESS_TOKEN: HANDLE = ptr::without_provenance_mut(-4_isize as usize);

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

/// Memory that the system has allocated with `LocalAlloc`.
pub(super) struct Local(pub(super) PSECURITY_DESCRIPTOR);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it was allocated by the function that returned it, is freed once, and nothing borrowed of it outlives this.
        unsafe { LocalFree(self.0) };
    }
}

/// Memory for one SID.
type SidBuffer = [u64; SECURITY_MAX_SID_SIZE.div_ceil(8) as usize];

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

/// Makes the security descriptor of [`PRIVATE`].
fn private() -> io::Result<Local> {
    descriptor(PRIVATE)
}

/// Makes a security descriptor of its text form.
pub(super) fn descriptor(text: &str) -> io::Result<Local> {
    let text = wide(OsStr::new(text));
    let mut descriptor = ptr::null_mut();
    // SAFETY: `text` ends with a zero; the system writes one pointer, to memory that it allocates and that is freed by `Local`.
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(text.as_ptr(), SDDL_REVISION_1, &raw mut descriptor, ptr::null_mut())
    };
    if made == 0 { Err(io::Error::last_os_error()) } else { Ok(Local(descriptor)) }
}

/// Makes a folder that only the system and administrators can enter or change.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    let descriptor = private()?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    let path = wide_path(path);
    // SAFETY: `path` ends with a zero, and the descriptor lives until the call has returned.
    let made = unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) };
    if made == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Gives only the system and administrators access to an open file or folder. The handle needs the right `WRITE_DAC`.
pub(super) fn make_private(file: &File) -> io::Result<()> {
    let descriptor = private()?;
    let (mut present, mut defaulted, mut dacl) = (0, 0, ptr::null_mut());
    // SAFETY: the descriptor is valid; the system writes one pointer into it and two flags.
    let found = unsafe { GetSecurityDescriptorDacl(descriptor.0, &raw mut present, &raw mut dacl, &raw mut defaulted) };
    if found == 0 {
        return Err(io::Error::last_os_error());
    }
    let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    // SAFETY: the handle is open as long as `file`, and the list lives as long as `descriptor`.
    let set = unsafe {
        SetSecurityInfo(file.as_raw_handle(), SE_FILE_OBJECT, what, ptr::null_mut(), ptr::null_mut(), dacl, ptr::null())
    };
    result(set)
}

/// Returns the access of other users to an open file or folder. The handle needs the right `READ_CONTROL`.
pub(super) fn others(file: &File) -> io::Result<Others> {
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
    result(found)?;
    let _descriptor = Local(descriptor);
    let trusted = Trusted::new()?;
    // Some file systems keep no owner.
    let own = owner.is_null() || !trusted.has(owner);
    let mut others = Others { own, change: false, inherit: false, read: false };
    if dacl.is_null() {
        // Without a list every user may do everything.
        return Ok(Others { change: true, read: true, ..others });
    }
    // SAFETY: the list is the system's, and valid as long as the descriptor.
    let count = unsafe { (*dacl).AceCount };
    for index in 0..u32::from(count) {
        let mut entry = ptr::null_mut();
        // SAFETY: as above; the index is below the count, and the system writes one pointer, into the list.
        if unsafe { GetAce(dacl, index, &raw mut entry) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: every entry begins with a header.
        let header: ACE_HEADER = unsafe { *entry.cast::<ACE_HEADER>() };
        if TAKE_AWAY.contains(&header.AceType) {
            continue;
        }
        if u32::from(header.AceFlags) & INHERIT_ONLY_ACE != 0 {
            others.inherit = true;
            continue;
        }
        if header.AceType != ALLOWED {
            // An unknown type of entry may allow anything.
            return Ok(Others { change: true, read: true, ..others });
        }
        let allowed = entry.cast::<ACCESS_ALLOWED_ACE>();
        // SAFETY: an entry of this type is an `ACCESS_ALLOWED_ACE`, whose user is stored from `SidStart` on.
        let (mask, user) = unsafe { ((*allowed).Mask, (&raw mut (*allowed).SidStart).cast()) };
        if !trusted.has(user) {
            others.change |= mask & CHANGE != 0;
            others.read |= mask & READ != 0;
        }
    }
    Ok(others)
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
    let found = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut information) };
    if found == 0 { Err(io::Error::last_os_error()) } else { Ok(information.nNumberOfLinks) }
}

fn result(code: u32) -> io::Result<()> {
    if code == ERROR_SUCCESS { Ok(()) } else { Err(io::Error::from_raw_os_error(code.cast_signed())) }
}

/// The users that may access private files.
struct Trusted {
    well_known: [SidBuffer; 2],
    /// A `TOKEN_USER` and the SID that it points to.
    own: Vec<u64>,
}

impl Trusted {
    fn new() -> io::Result<Self> {
        Ok(Self { well_known: [well_known(WinLocalSystemSid)?, well_known(WinBuiltinAdministratorsSid)?], own: own_user()? })
    }

    /// Returns true if `user`, which is a valid SID, is one of them.
    fn has(&self, user: PSID) -> bool {
        let well_known = self.well_known.iter().map(|sid| sid.as_ptr().cast_mut().cast());
        // SAFETY: the buffer was filled by the system with a `TOKEN_USER`, and is aligned for it.
        let own: PSID = unsafe { (*self.own.as_ptr().cast::<TOKEN_USER>()).User.Sid };
        // SAFETY: all are valid SIDs: the caller's, two that the system has made, and one in memory that lives as long as `self`.
        well_known.chain([own]).any(|trusted| unsafe { EqualSid(user, trusted) } != 0)
    }
}

fn well_known(kind: WELL_KNOWN_SID_TYPE) -> io::Result<SidBuffer> {
    let mut sid = SidBuffer::default();
    let mut length = size_of::<SidBuffer>() as u32;
    // SAFETY: the system writes at most `length` bytes, which is the size of `sid`.
    let made = unsafe { CreateWellKnownSid(kind, ptr::null_mut(), sid.as_mut_ptr().cast(), &raw mut length) };
    if made == 0 { Err(io::Error::last_os_error()) } else { Ok(sid) }
}

fn own_user() -> io::Result<Vec<u64>> {
    let mut buffer = vec![0_u64; (size_of::<TOKEN_USER>() + SECURITY_MAX_SID_SIZE as usize).div_ceil(8)];
    let (size, mut length) = ((buffer.len() * 8) as u32, 0);
    // SAFETY: the system writes at most `size` bytes, which is the size of `buffer`, and the length.
    let found =
        unsafe { GetTokenInformation(CURRENT_PROCESS_TOKEN, TokenUser, buffer.as_mut_ptr().cast(), size, &raw mut length) };
    if found == 0 { Err(io::Error::last_os_error()) } else { Ok(buffer) }
}
