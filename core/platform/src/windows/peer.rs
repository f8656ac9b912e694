//! The process at the other end of a named pipe, as the system recorded it when the connection was made.

use std::fmt;
use std::io;
use std::num::NonZeroU32;
use std::os::windows::io::AsRawHandle;
use std::sync::Arc;

use windows_sys::Win32::System::Pipes::GetNamedPipeClientProcessId;

use super::process;
use super::sid::Sid;
use super::token::{Token, checked};
use crate::peer::{Peer, Process};

/// A user, as recorded when its process connected.
#[derive(Clone, Debug)]
pub struct User {
    sid: Sid,
    is_administrator: bool,
    pub(super) token: Arc<Token>,
}

impl User {
    fn of(token: Token) -> io::Result<Self> {
        Ok(Self { sid: token.user()?, is_administrator: token.is_administrator()?, token: Arc::new(token) })
    }

    /// Returns true for the system itself and for elevated administrators.
    pub fn is_administrator(&self) -> bool {
        self.is_administrator
    }
}

impl PartialEq for User {
    fn eq(&self, other: &Self) -> bool {
        (&self.sid, self.is_administrator) == (&other.sid, other.is_administrator)
    }
}

impl Eq for User {}

impl fmt::Display for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sid.fmt(formatter)
    }
}

/// Returns the process at the other end of a server's connected pipe.
pub(super) fn peer(pipe: &impl AsRawHandle) -> io::Result<Peer> {
    let user = User::of(Token::of_pipe_client(pipe)?)?;
    let mut pid = 0;
    // SAFETY: the pipe is open as long as it is borrowed; the system writes one number.
    let known = checked(unsafe { GetNamedPipeClientProcessId(pipe.as_raw_handle(), &raw mut pid) });
    let process = match (known, NonZeroU32::new(pid)) {
        // A process that the service may not open, or that has ended, is no reason not to serve its user.
        (Ok(()), Some(number)) => process::Process::open(number).ok().flatten(),
        _ => None,
    };
    Ok(Peer { user, process: process.map(|process| Process::new(pid, move || process.is_running())) })
}
