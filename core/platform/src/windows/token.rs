//! Access tokens: the user of a process or of a pipe's client, and the groups in which that user counts as a member.

use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::{
    CheckTokenMembership, DuplicateToken, GetTokenInformation, RevertToSelf, SECURITY_MAX_SID_SIZE, SecurityIdentification,
    TOKEN_DUPLICATE, TOKEN_INFORMATION_CLASS, TOKEN_QUERY, TOKEN_USER, TokenSessionId, TokenUser, WinBuiltinAdministratorsSid,
    WinLocalSystemSid,
};
use windows_sys::Win32::System::Pipes::ImpersonateNamedPipeClient;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, GetCurrentThread, OpenProcessToken, OpenThreadToken};

use super::sid::Sid;

/// A token of at least identification level: it says who somebody is, and cannot be used to act as them.
#[derive(Debug)]
pub(super) struct Token(OwnedHandle);

impl Token {
    /// Returns the token of this process.
    pub(super) fn of_this_process() -> io::Result<Self> {
        // SAFETY: the handle of this process is always valid, and is not to be closed.
        Self::of(unsafe { GetCurrentProcess() })
    }

    /// Returns the token of another process, whose handle has the right `PROCESS_QUERY_LIMITED_INFORMATION`.
    pub(super) fn of_process(process: impl AsHandle) -> io::Result<Self> {
        Self::of(process.as_handle().as_raw_handle())
    }

    fn of(process: HANDLE) -> io::Result<Self> {
        let mut token = ptr::null_mut();
        // SAFETY: the caller holds the process open; the system writes one handle.
        let opened = unsafe { OpenProcessToken(process, TOKEN_QUERY | TOKEN_DUPLICATE, &raw mut token) };
        // SAFETY: the handle is new, and nobody else knows it.
        let primary = checked(opened).map(|()| unsafe { OwnedHandle::from_raw_handle(token) })?;
        let mut identity = ptr::null_mut();
        // Membership is only checked for a token of this kind.
        // SAFETY: the primary token is open; the system writes one handle.
        let made = unsafe { DuplicateToken(primary.as_raw_handle(), SecurityIdentification, &raw mut identity) };
        // SAFETY: the handle is new, and nobody else knows it.
        checked(made).map(|()| Self(unsafe { OwnedHandle::from_raw_handle(identity) }))
    }

    /// Returns the token with which the client at the other end of a pipe has connected.
    ///
    /// # Errors
    /// Also if the client does not let its user be identified.
    pub(super) fn of_pipe_client(pipe: &impl AsRawHandle) -> io::Result<Self> {
        // SAFETY: the pipe is open as long as it is borrowed.
        checked(unsafe { ImpersonateNamedPipeClient(pipe.as_raw_handle()) })?;
        let mut token = ptr::null_mut();
        // SAFETY: the handle of this thread is always valid; the system writes one handle. The token is opened with the rights of this
        // process (1), not with those of the client.
        let opened = unsafe { OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, 1, &raw mut token) };
        // SAFETY: the handle is new, and nobody else knows it.
        let token = checked(opened).map(|()| Self(unsafe { OwnedHandle::from_raw_handle(token) }));
        // SAFETY: it has no conditions.
        if unsafe { RevertToSelf() } == 0 {
            // This thread would go on with a client's identity, and do the work of other users with it.
            std::process::abort();
        }
        token
    }

    /// Returns the user.
    pub(super) fn user(&self) -> io::Result<Sid> {
        let mut buffer = [0_u64; (size_of::<TOKEN_USER>() + SECURITY_MAX_SID_SIZE as usize).div_ceil(8)];
        self.read(TokenUser, buffer.as_mut_ptr().cast(), size_of_val(&buffer))?;
        // SAFETY: the system has filled the buffer, which is aligned for it, with a `TOKEN_USER` that points to a SID in the buffer.
        Ok(unsafe { Sid::copy((*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid) })
    }

    /// Returns the session in which the user logged in.
    pub(super) fn session(&self) -> io::Result<u32> {
        let mut session = 0_u32;
        self.read(TokenSessionId, (&raw mut session).cast(), size_of::<u32>())?;
        Ok(session)
    }

    /// Returns true if the user counts as a member of the group. An administrator whose program is not elevated does not count as a
    /// member of the administrators.
    pub(super) fn is_in(&self, group: &Sid) -> io::Result<bool> {
        let mut is_member = 0;
        // SAFETY: the token is open and of identification level or more, the SID is valid, and the system writes one number.
        checked(unsafe { CheckTokenMembership(self.0.as_raw_handle(), group.as_ptr(), &raw mut is_member) })?;
        Ok(is_member != 0)
    }

    /// Returns true for the system itself and for elevated administrators.
    pub(super) fn is_administrator(&self) -> io::Result<bool> {
        Ok(self.user()? == Sid::well_known(WinLocalSystemSid)? || self.is_in(&Sid::well_known(WinBuiltinAdministratorsSid)?)?)
    }

    fn read(&self, what: TOKEN_INFORMATION_CLASS, to: *mut core::ffi::c_void, size: usize) -> io::Result<()> {
        let mut length = 0;
        // SAFETY: the token is open. The callers give memory of `size` bytes, and the system writes at most as much.
        checked(unsafe { GetTokenInformation(self.0.as_raw_handle(), what, to, size as u32, &raw mut length) })
    }
}

/// Returns the error of the last call if it returned false.
pub(super) fn checked(succeeded: i32) -> io::Result<()> {
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_a_user_who_is_not_a_member_of_a_strange_group() {
        let token = Token::of_this_process().unwrap();
        let user = token.user().unwrap();
        assert!(user.to_string().starts_with("S-1-5-"), "{user}");
        // The group of guests, of which no test's user is a member.
        let guests = Sid::well_known(windows_sys::Win32::Security::WinBuiltinGuestsSid).unwrap();
        assert!(!token.is_in(&guests).unwrap());
    }
}
